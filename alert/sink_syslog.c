#include "alert/sink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "alert/sink_type.h"
#include "base/log.h"
#include "base/memory.h"

struct sink_syslog {
    struct sink sink;
    struct sockaddr_un address;
    int fd; /* -1: not connected. */
};

static void format_line(struct sink *sink, const struct alert *alert, FILE *out);
static enum delivery deliver(struct sink *sink, struct sink_line *line,
                             struct counters *counters);
static enum delivery send_line(struct sink_syslog *this, struct sink_line *line,
                               struct counters *counters);
static bool shorten(struct sink_line *line, struct counters *counters);
static void wait_for_room(struct sink *sink, uint64_t wait_ns);
static bool is_usable(struct sink_syslog *this);
static bool connect_socket(struct sink_syslog *this);
static void disconnect(struct sink_syslog *this);
static void close_socket(struct sink *sink);

static const struct sink_type type = {
    .kind = "syslog socket",
    .delayed = COUNTER_ALERT_SYSLOG_DELAYED,
    .lost = COUNTER_ALERT_SYSLOG_LOST,
    .format = format_line,
    .deliver = deliver,
    .wait = wait_for_room,
    .close = close_socket,
};

struct sink *
sink_new_syslog(const char *path, uint32_t queue_max, struct problem_list *problems)
{
    struct sink_syslog *this = memory_zeroed(1, sizeof *this);

    sink_init(&this->sink, &type, path, FORMAT_RFC5424, queue_max == 0 ? 1 : queue_max);
    this->fd = -1;
    this->address.sun_family = AF_UNIX;
    if (*path == '\0' || strlen(path) >= sizeof this->address.sun_path) {
        problem_error(problems, path, 0,
                      "not a path of a socket: at most %zu characters are possible",
                      sizeof this->address.sun_path - 1);
        sink_free(&this->sink);
        return NULL;
    }
    memcpy(this->address.sun_path, path, strlen(path) + 1);
    if (!is_usable(this)) {
        problem_error(problems, path, 0, "cannot be used as a syslog socket: %s",
                      strerror(errno));
        sink_free(&this->sink);
        return NULL;
    }
    if (this->fd < 0) {
        log_warning("alert", "nobody listens at syslog socket \"%s\" yet; alerts will wait",
                    path);
    }
    return &this->sink;
}

static struct sink_syslog *
of(struct sink *sink)
{
    return (struct sink_syslog *) sink;
}

static void
format_line(struct sink *sink, const struct alert *alert, FILE *out)
{
    (void) sink;
    format_rfc5424_write(alert, out);
}

/* A receiver that was restarted left this end connected to nobody, so a refusal is followed
 * by one attempt at a new connection. */
static enum delivery
deliver(struct sink *sink, struct sink_line *line, struct counters *counters)
{
    struct sink_syslog *this = of(sink);
    enum delivery delivery = DELIVERY_BLOCKED;

    for (unsigned i = 0; i < 2 && delivery == DELIVERY_BLOCKED; i++) {
        if (this->fd < 0 && !connect_socket(this)) {
            const int reason = errno;

            sink_set_error(sink, "connect", reason);
            return reason == EAGAIN ? DELIVERY_BUSY : DELIVERY_BLOCKED;
        }
        delivery = send_line(this, line, counters);
    }
    return delivery;
}

/* The newline stays behind: a datagram needs none. */
static enum delivery
send_line(struct sink_syslog *this, struct sink_line *line, struct counters *counters)
{
    while (send(this->fd, line->text, line->size - 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
        const int reason = errno;

        sink_set_error(&this->sink, "send", reason);
        switch (reason) {
        case EINTR:
            break;
        case EAGAIN:
        case ENOBUFS:
        case ENOMEM:
            return DELIVERY_BUSY;
        case EMSGSIZE:
            if (!shorten(line, counters)) {
                return DELIVERY_REFUSED;
            }
            break;
        default:
            disconnect(this);
            return DELIVERY_BLOCKED;
        }
    }
    return DELIVERY_DONE;
}

/* Halves a line; false if it is as short as it may get. */
static bool
shorten(struct sink_line *line, struct counters *counters)
{
    const size_t size = line->size - 1;
    const size_t half = size / 2 > RFC5424_SIZE_MIN ? size / 2 : RFC5424_SIZE_MIN;
    const size_t shorter = format_rfc5424_shorten(line->text, size, half);

    if (shorter == size) {
        return false;
    }
    line->size = shorter + 1;
    counter_inc(counters, COUNTER_ALERT_SYSLOG_SHORTENED);
    return true;
}

static void
wait_for_room(struct sink *sink, uint64_t wait_ns)
{
    sink_wait_for(of(sink)->fd, wait_ns);
}

/* False, with the reason in errno, if waiting will not help: it is another kind of socket,
 * or no socket at all, or not for us. */
static bool
is_usable(struct sink_syslog *this)
{
    struct stat status;

    if (stat(this->address.sun_path, &status) == 0 && !S_ISSOCK(status.st_mode)) {
        errno = ENOTSOCK;
        return false;
    }
    return connect_socket(this) || errno == ENOENT || errno == ECONNREFUSED ||
           errno == EAGAIN;
}

/* False with the reason in errno. */
static bool
connect_socket(struct sink_syslog *this)
{
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0) {
        return false;
    }
    if (connect(fd, (const struct sockaddr *) &this->address, sizeof this->address) != 0) {
        const int reason = errno;

        (void) close(fd);
        errno = reason;
        return false;
    }
    this->fd = fd;
    return true;
}

static void
disconnect(struct sink_syslog *this)
{
    if (this->fd >= 0) {
        (void) close(this->fd);
    }
    this->fd = -1;
}

static void
close_socket(struct sink *sink)
{
    disconnect(of(sink));
}
