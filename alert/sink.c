#include "alert/sink.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "alert/sink_type.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/timestamp.h"

/* What becomes a line: an alert, or a heartbeat. */
struct subject {
    const struct alert *alert;
    const struct heartbeat *heartbeat;
};

static bool write_line(struct sink *sink, struct subject subject,
                       struct counters *counters);
static struct sink_line format_line(struct sink *sink, struct subject subject);
static void push(struct sink *sink, struct sink_line line);
static void pop(struct sink *sink);
static enum delivery drain(struct sink *sink, struct counters *counters);
static void drain_within(struct sink *sink, uint32_t n_left, uint64_t wait_ns,
                         struct counters *counters);
static void lose(struct sink *sink, struct counters *counters);
static void tell_trouble(struct sink *sink);
static void tell_end_of_trouble(struct sink *sink);

void
sink_init(struct sink *sink, const struct sink_type *type, const char *name,
          enum format format, uint32_t capacity)
{
    *sink = (struct sink){
        .type = type,
        .format = format,
        .name = memory_copy_text(name),
        .lines = memory_zeroed(capacity, sizeof *sink->lines),
        .capacity = capacity,
    };
}

void
sink_set_patience(struct sink *sink, uint64_t patience_ns)
{
    sink->patience_ns = patience_ns;
}

bool
sink_write(struct sink *sink, const struct alert *alert, struct counters *counters)
{
    return write_line(sink, (struct subject){ .alert = alert }, counters);
}

bool
sink_write_heartbeat(struct sink *sink, const struct heartbeat *heartbeat,
                     struct counters *counters)
{
    return write_line(sink, (struct subject){ .heartbeat = heartbeat }, counters);
}

static bool
write_line(struct sink *sink, struct subject subject, struct counters *counters)
{
    if (sink->n == sink->capacity && !sink->is_over) {
        drain_within(sink, sink->capacity - 1, sink->patience_ns, counters);
    }
    if (sink->is_over || sink->n == sink->capacity) {
        lose(sink, counters);
        return false;
    }
    push(sink, format_line(sink, subject));
    if (drain(sink, counters) == DELIVERY_DONE) {
        return true;
    }
    if (sink->n > 0) {
        counter_inc(counters, sink->type->delayed);
        sink->n_delayed++;
    }
    return false;
}

bool
sink_flush(struct sink *sink, uint64_t wait_ns, struct counters *counters)
{
    drain_within(sink, 0, wait_ns, counters);
    return sink->n == 0;
}

uint32_t
sink_n_waiting(const struct sink *sink)
{
    return sink->n;
}

uint64_t
sink_waiting_since(const struct sink *sink)
{
    return sink->n == 0 ? 0 : sink->lines[sink->first].since_ns;
}

uint64_t
sink_n_lost(const struct sink *sink)
{
    return sink->n_lost;
}

void
sink_reopen(struct sink *sink)
{
    if (sink->type->reopen != NULL) {
        sink->type->reopen(sink);
    }
}

bool
sink_failed(const struct sink *sink)
{
    return sink->has_lost || sink->is_over;
}

bool
sink_is_over(const struct sink *sink)
{
    return sink->is_over;
}

const char *
sink_error(const struct sink *sink)
{
    return sink->error;
}

const char *
sink_name(const struct sink *sink)
{
    return sink->name;
}

void
sink_free(struct sink *sink)
{
    if (sink == NULL) {
        return;
    }
    if (sink->n > 0) {
        log_error("alert", "%s \"%s\": %" PRIu32 " alerts were never delivered: %s",
                  sink->type->kind, sink->name, sink->n, sink->error);
    }
    while (sink->n > 0) {
        pop(sink);
    }
    sink->type->close(sink);
    free(sink->lines);
    free(sink->name);
    free(sink);
}

void
sink_set_error(struct sink *sink, const char *what, int error_number)
{
    (void) snprintf(sink->error, sizeof sink->error, "%s: %s", what,
                    strerror(error_number));
}

/* One write() a line, so that lines of several writers do not mix; what a full disk cut off
 * is written when there is room. */
enum delivery
sink_write_line(struct sink *sink, int fd, struct sink_line *line)
{
    while (line->n_written < line->size) {
        struct pollfd pollfd = { .fd = fd, .events = POLLOUT };

        /* A full pipe would hold the capture up. */
        if (poll(&pollfd, 1, 0) == 0) {
            return DELIVERY_BUSY;
        }
        const ssize_t n =
            write(fd, line->text + line->n_written, line->size - line->n_written);
        const int reason = errno;

        if (n >= 0) {
            line->n_written += (size_t) n;
        } else if (reason != EINTR) {
            sink_set_error(sink, "write", reason);
            return reason == EAGAIN                     ? DELIVERY_BUSY
                   : reason == EPIPE || reason == EBADF ? DELIVERY_OVER
                                                        : DELIVERY_BLOCKED;
        }
    }
    return DELIVERY_DONE;
}

void
sink_wait_for(int fd, uint64_t wait_ns)
{
    const uint64_t longest_ns = NS_PER_SECOND / 100;
    struct pollfd pollfd = { .fd = fd, .events = POLLOUT };
    const struct timespec time = {
        .tv_nsec = (long) (wait_ns < longest_ns ? wait_ns : longest_ns),
    };

    if (fd < 0) {
        (void) nanosleep(&time, NULL);
    } else {
        (void) poll(&pollfd, 1, (int) (time.tv_nsec / 1000000) + 1);
    }
}

static struct sink_line
format_line(struct sink *sink, struct subject subject)
{
    struct sink_line line = { .since_ns = timestamp_monotonic() };
    FILE *out = open_memstream(&line.text, &line.size);

    if (out != NULL && subject.alert != NULL) {
        sink->type->format(sink, subject.alert, out);
    } else if (out != NULL) {
        heartbeat_write(sink->format, subject.heartbeat, out);
    }
    if (out == NULL || fclose(out) != 0) {
        fputs("sectorwatch: out of memory\n", stderr);
        abort();
    }
    return line;
}

static void
push(struct sink *sink, struct sink_line line)
{
    sink->lines[(sink->first + sink->n) % sink->capacity] = line;
    sink->n++;
}

static void
pop(struct sink *sink)
{
    free(sink->lines[sink->first].text);
    sink->first = (sink->first + 1) % sink->capacity;
    sink->n--;
}

/* Delivers lines, oldest first, until one has to wait.  Returns what became of the last one
 * tried. */
static enum delivery
drain(struct sink *sink, struct counters *counters)
{
    enum delivery delivery = DELIVERY_DONE;

    while (sink->n > 0) {
        delivery = sink->type->deliver(sink, &sink->lines[sink->first], counters);
        if (delivery == DELIVERY_BUSY) {
            return delivery;
        }
        if (delivery == DELIVERY_BLOCKED) {
            tell_trouble(sink);
            return delivery;
        }
        if (delivery == DELIVERY_DONE) {
            counter_inc(counters, COUNTER_ALERT_WRITTEN);
        } else {
            sink->is_over = sink->is_over || delivery == DELIVERY_OVER;
            lose(sink, counters);
        }
        pop(sink);
    }
    if (!sink->is_over) {
        tell_end_of_trouble(sink);
    }
    return delivery;
}

/* Delivers until only 'n_left' lines are queued, or the time is up. */
static void
drain_within(struct sink *sink, uint32_t n_left, uint64_t wait_ns,
             struct counters *counters)
{
    const uint64_t start_ns = timestamp_monotonic();

    (void) drain(sink, counters);
    while (sink->n > n_left) {
        const uint64_t waited_ns = timestamp_monotonic() - start_ns;

        if (waited_ns >= wait_ns) {
            return;
        }
        sink->type->wait(sink, wait_ns - waited_ns);
        (void) drain(sink, counters);
    }
}

static void
lose(struct sink *sink, struct counters *counters)
{
    counter_inc(counters, sink->type->lost);
    sink->n_lost++;
    sink->has_lost = true;
    if (!sink->is_losing) {
        log_error("alert", "%s \"%s\": alerts are being lost (%" PRIu32 " wait): %s",
                  sink->type->kind, sink->name, sink->n, sink->error);
    }
    sink->in_trouble = true;
    sink->is_losing = true;
}

static void
tell_trouble(struct sink *sink)
{
    if (!sink->in_trouble) {
        log_warning("alert",
                    "%s \"%s\" takes no alerts: %s; up to %" PRIu32
                    " are kept and tried again",
                    sink->type->kind, sink->name, sink->error, sink->capacity);
    }
    sink->in_trouble = true;
}

static void
tell_end_of_trouble(struct sink *sink)
{
    if (sink->in_trouble) {
        log_info("alert",
                 "%s \"%s\" takes alerts again: %" PRIu64 " were late, %" PRIu64
                 " are lost",
                 sink->type->kind, sink->name, sink->n_delayed, sink->n_lost);
    }
    sink->in_trouble = false;
    sink->is_losing = false;
    sink->n_delayed = 0;
    sink->n_lost = 0;
}
