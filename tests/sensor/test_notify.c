/* What the service manager hears, over a socket of its own. */
#include "sensor/notify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/timestamp.h"
#include "support/support.h"

/* A manager's socket, whose name NOTIFY_SOCKET has. */
static int
listen_at(const char *name)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    const size_t n = strlen(name);

    assert_true(fd >= 0 && n < sizeof address.sun_path);
    memcpy(address.sun_path, name, n);
    if (name[0] == '@') {
        address.sun_path[0] = '\0';
    } else {
        (void) unlink(name);
    }
    assert_int_equal(bind(fd, (const struct sockaddr *) &address,
                          (socklen_t) (offsetof(struct sockaddr_un, sun_path) + n)),
                     0);
    assert_int_equal(setenv("NOTIFY_SOCKET", name, 1), 0);
    return fd;
}

/* The time is that of the monotonic clock, in microseconds. */
static void
assert_reloading(int fd)
{
    char text[256];
    const ssize_t n = recv(fd, text, sizeof text - 1, MSG_DONTWAIT);
    unsigned long long us;

    assert_true(n > 0);
    text[n] = '\0';
    assert_int_equal(sscanf(text, "RELOADING=1\nMONOTONIC_USEC=%llu", &us), 1);
    assert_true(us <= timestamp_monotonic() / 1000 &&
                timestamp_monotonic() / 1000 - us < 10000000);
}

static void
assert_heard(int fd, const char *expected)
{
    char heard[512] = "";

    if (recv(fd, heard, sizeof heard - 1, 0) < 0) {
        heard[0] = '\0';
    }
    assert_string_equal(heard, expected);
}

static void
hear_all(const char *name)
{
    const int fd = listen_at(name);
    struct notifier *notifier = notifier_new();

    assert_null(getenv("NOTIFY_SOCKET"));
    notify_ready(notifier);
    assert_heard(fd, "READY=1");
    notify_status(notifier, "7 packets/s");
    assert_heard(fd, "STATUS=7 packets/s");
    notify_reloading(notifier);
    assert_reloading(fd);
    notify_stopping(notifier);
    assert_heard(fd, "STOPPING=1");
    notify_is_well(notifier, 5 * NS_PER_SECOND); /* There is no watchdog. */
    assert_heard(fd, "");
    notifier_free(notifier);
    (void) close(fd);
}

static void
test_path(void **state)
{
    char name[128];

    (void) state;
    (void) snprintf(name, sizeof name, "/tmp/sectorwatch-test-%d", (int) getpid());
    hear_all(name);
    (void) unlink(name);
}

static void
test_abstract(void **state)
{
    char name[64];

    (void) state;
    (void) snprintf(name, sizeof name, "@sectorwatch-test-%d", (int) getpid());
    hear_all(name);
}

/* Twice in the watchdog's interval, not more often. */
static void
test_watchdog(void **state)
{
    char name[64];
    struct notifier *notifier;
    int fd;

    (void) state;
    (void) snprintf(name, sizeof name, "@sectorwatch-dog-%d", (int) getpid());
    fd = listen_at(name);
    assert_int_equal(setenv("WATCHDOG_USEC", "4000000", 1), 0);
    notifier = notifier_new();
    assert_null(getenv("WATCHDOG_USEC"));
    notify_is_well(notifier, 100 * NS_PER_SECOND);
    assert_heard(fd, "WATCHDOG=1");
    notify_is_well(notifier, 101 * NS_PER_SECOND);
    assert_heard(fd, "");
    notify_is_well(notifier, 102 * NS_PER_SECOND);
    assert_heard(fd, "WATCHDOG=1");
    notifier_free(notifier);
    (void) close(fd);
}

/* The watchdog is another process's; the manager is gone, is nonsense, or there is none. */
static void
test_nobody(void **state)
{
    char name[64];
    struct notifier *notifier;
    int fd;

    (void) state;
    (void) snprintf(name, sizeof name, "@sectorwatch-gone-%d", (int) getpid());
    fd = listen_at(name);
    assert_int_equal(setenv("WATCHDOG_USEC", "4000000", 1), 0);
    assert_int_equal(setenv("WATCHDOG_PID", "1", 1), 0);
    notifier = notifier_new();
    notify_is_well(notifier, 100 * NS_PER_SECOND);
    assert_heard(fd, "");
    (void) close(fd);
    notify_ready(notifier);
    notifier_free(notifier);

    assert_int_equal(setenv("NOTIFY_SOCKET", "relative/path", 1), 0);
    notifier = notifier_new();
    notify_ready(notifier);
    notifier_free(notifier);

    notifier = notifier_new();
    notify_ready(notifier);
    notify_status(notifier, "unheard");
    notifier_free(notifier);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_path),
        cmocka_unit_test(test_abstract),
        cmocka_unit_test(test_watchdog),
        cmocka_unit_test(test_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
