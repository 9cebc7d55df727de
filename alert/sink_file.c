#include "alert/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alert/sink_type.h"
#include "base/log.h"
#include "base/memory.h"

/* Lines that wait while the disk is full: some 12 MB. */
enum { QUEUE_MAX = 4096 };

struct sink_file {
    struct sink sink;
    int fd;
};

static void format_line(struct sink *sink, const struct alert *alert, FILE *out);
static enum delivery deliver(struct sink *sink, struct sink_line *line,
                             struct counters *counters);
static void wait_for_room(struct sink *sink, uint64_t wait_ns);
static void reopen(struct sink *sink);
static void close_file(struct sink *sink);
static int open_file(const char *path);
static bool is_record(int fd);
static void end_last_line(int fd, const char *path);

static const struct sink_type type = {
    .kind = "file",
    .delayed = COUNTER_ALERT_FILE_DELAYED,
    .lost = COUNTER_ALERT_FILE_LOST,
    .format = format_line,
    .deliver = deliver,
    .wait = wait_for_room,
    .reopen = reopen,
    .close = close_file,
};

struct sink *
sink_new_file(const char *path, struct problem_list *problems)
{
    struct sink_file *this;
    const int fd = open_file(path);

    if (fd < 0) {
        problem_error(problems, path, 0, "cannot write alerts to it: %s",
                      errno == EEXIST ? "it holds something else than alerts"
                                      : strerror(errno));
        return NULL;
    }
    this = memory_zeroed(1, sizeof *this);
    sink_init(&this->sink, &type, path, FORMAT_ECS, QUEUE_MAX);
    this->fd = fd;
    return &this->sink;
}

static struct sink_file *
of(struct sink *sink)
{
    return (struct sink_file *) sink;
}

static void
format_line(struct sink *sink, const struct alert *alert, FILE *out)
{
    (void) sink;
    format_ecs_write(alert, out);
}

static enum delivery
deliver(struct sink *sink, struct sink_line *line, struct counters *counters)
{
    (void) counters;
    return sink_write_line(sink, of(sink)->fd, line);
}

/* A full disk says nothing when it has room again. */
static void
wait_for_room(struct sink *sink, uint64_t wait_ns)
{
    (void) sink;
    sink_wait_for(-1, wait_ns);
}

/* A line that went into the old file by half is written to the new one whole. */
static void
reopen(struct sink *sink)
{
    const int fd = open_file(sink->name);

    if (fd < 0) {
        log_error("alert", "file \"%s\" cannot be opened anew: %s; the old one goes on",
                  sink->name, strerror(errno));
        return;
    }
    (void) close(of(sink)->fd);
    of(sink)->fd = fd;
    if (sink->n > 0) {
        sink->lines[sink->first].n_written = 0;
    }
}

static void
close_file(struct sink *sink)
{
    if (close(of(sink)->fd) != 0) {
        log_error("alert", "file \"%s\": %s", sink->name, strerror(errno));
    }
}

/* Opened for reading too, where that is allowed, to look at its last byte. */
static int
open_file(const char *path)
{
    const int flags = O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY;
    int fd = open(path, O_RDWR | flags, 0640);

    if (fd < 0 && errno == EACCES) {
        fd = open(path, O_WRONLY | flags, 0640);
    }
    if (fd >= 0 && !is_record(fd)) {
        (void) close(fd);
        errno = EEXIST;
        return -1;
    }
    if (fd >= 0) {
        end_last_line(fd, path);
    }
    return fd;
}

/* Nothing is added to a file that holds something else, such as a capture that was named by
 * mistake. */
static bool
is_record(int fd)
{
    struct stat status;
    char first = '{';

    return fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0 ||
           pread(fd, &first, 1, 0) != 1 || first == '{';
}

/* Closes a last line that a crash or a full disk left unfinished, so that it spoils no more
 * than itself. */
static void
end_last_line(int fd, const char *path)
{
    struct stat status;
    char last = '\n';

    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0 ||
        pread(fd, &last, 1, status.st_size - 1) != 1 || last == '\n') {
        return;
    }
    log_warning("alert", "file \"%s\" ended within a line, which is closed now", path);
    if (write(fd, "\n", 1) != 1) {
        log_error("alert", "file \"%s\": %s", path, strerror(errno));
    }
}
