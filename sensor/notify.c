#include "sensor/notify.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/timestamp.h"

struct notifier {
    int fd; /* -1: there is no manager. */
    struct sockaddr_un manager;
    socklen_t manager_size;
    uint64_t watchdog_ns; /* Half of the time that the watchdog waits; 0: there is none. */
    uint64_t told_ns;
};

static void find_manager(struct notifier *notifier);
static void find_watchdog(struct notifier *notifier);
static void tell(struct notifier *notifier, const char *text);

struct notifier *
notifier_new(void)
{
    struct notifier *notifier = memory_zeroed(1, sizeof *notifier);

    notifier->fd = -1;
    find_manager(notifier);
    find_watchdog(notifier);
    (void) unsetenv("NOTIFY_SOCKET");
    (void) unsetenv("WATCHDOG_USEC");
    (void) unsetenv("WATCHDOG_PID");
    return notifier;
}

void
notifier_free(struct notifier *notifier)
{
    if (notifier == NULL) {
        return;
    }
    if (notifier->fd >= 0) {
        (void) close(notifier->fd);
    }
    free(notifier);
}

bool
notifier_is_abstract(const struct notifier *notifier)
{
    return notifier->fd >= 0 && notifier->manager.sun_path[0] == '\0';
}

void
notify_ready(struct notifier *notifier)
{
    tell(notifier, "READY=1");
}

/* The manager tells by the time that this answers its latest wish (Type=notify-reload). */
void
notify_reloading(struct notifier *notifier)
{
    char text[64];

    (void) snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%llu",
                    (unsigned long long) (timestamp_monotonic() / 1000));
    tell(notifier, text);
}

void
notify_stopping(struct notifier *notifier)
{
    tell(notifier, "STOPPING=1");
}

void
notify_status(struct notifier *notifier, const char *text)
{
    char line[256];

    (void) snprintf(line, sizeof line, "STATUS=%s", text);
    tell(notifier, line);
}

void
notify_is_well(struct notifier *notifier, uint64_t now_ns)
{
    if (notifier->watchdog_ns > 0 && now_ns - notifier->told_ns >= notifier->watchdog_ns) {
        notifier->told_ns = now_ns;
        tell(notifier, "WATCHDOG=1");
    }
}

/* The socket is a path, or a name in the abstract namespace, which begins with '@'. */
static void
find_manager(struct notifier *notifier)
{
    const char *name = getenv("NOTIFY_SOCKET");
    const size_t n = name == NULL ? 0 : strlen(name);

    if (n == 0) {
        return;
    }
    if ((name[0] != '/' && name[0] != '@') || n >= sizeof notifier->manager.sun_path) {
        log_warning("notify", "NOTIFY_SOCKET is \"%s\"; expected a path or @name", name);
        return;
    }
    notifier->manager.sun_family = AF_UNIX;
    memcpy(notifier->manager.sun_path, name, n);
    if (name[0] == '@') {
        notifier->manager.sun_path[0] = '\0';
    }
    notifier->manager_size = (socklen_t) (offsetof(struct sockaddr_un, sun_path) + n);
    notifier->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (notifier->fd < 0) {
        log_warning("notify", "the service manager cannot be told anything: %s",
                    strerror(errno));
    }
}

/* Microseconds, for this process if WATCHDOG_PID does not name another. */
static void
find_watchdog(struct notifier *notifier)
{
    const char *interval = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");

    if (interval != NULL && (pid == NULL || strtoll(pid, NULL, 10) == getpid())) {
        notifier->watchdog_ns = strtoull(interval, NULL, 10) * 1000 / 2;
    }
}

/* A manager that does not listen loses a line, not the sensor. */
static void
tell(struct notifier *notifier, const char *text)
{
    if (notifier->fd >= 0) {
        (void) sendto(notifier->fd, text, strlen(text), MSG_NOSIGNAL,
                      (const struct sockaddr *) &notifier->manager, notifier->manager_size);
    }
}
