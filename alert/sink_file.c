#include "alert/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
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
    off_t size;        /* Of the file, after a line went into it by half. */
    bool ends_in_line; /* In one that a crash or a full disk left unfinished. */
};

static void format_line(struct sink *sink, const struct alert *alert, FILE *out);
static enum delivery deliver(struct sink *sink, struct sink_line *line,
                             struct counters *counters);
static void wait_for_room(struct sink *sink, uint64_t wait_ns);
static void reopen(struct sink *sink);
static void close_file(struct sink *sink);
static bool renew_if_removed(struct sink_file *this);
static bool end_last_line(struct sink_file *this);
static off_t size_of(int fd);
static int open_file(const char *path);
static bool is_record(int fd);
static const char *fault(int reason);
static bool ends_in_line(int fd);
static bool is_same_file(int a, int b);
static void use_file(struct sink_file *this, int fd);

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
        problem_error(problems, path, 0, "cannot write alerts to it: %s", fault(errno));
        return NULL;
    }
    this = memory_zeroed(1, sizeof *this);
    sink_init(&this->sink, &type, path, FORMAT_ECS, QUEUE_MAX);
    use_file(this, fd);
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

/* A line that is in the file by half is written anew if somebody has emptied the file
 * since, to have room, or has written to it. */
static enum delivery
deliver(struct sink *sink, struct sink_line *line, struct counters *counters)
{
    struct sink_file *this = of(sink);
    enum delivery delivery;

    (void) counters;
    if (!renew_if_removed(this)) {
        return DELIVERY_BLOCKED;
    }
    if (line->n_written > 0 && size_of(this->fd) != this->size) {
        line->n_written = 0;
        this->ends_in_line = ends_in_line(this->fd);
    }
    if (this->ends_in_line && !end_last_line(this)) {
        return DELIVERY_BLOCKED;
    }
    delivery = sink_write_line(sink, this->fd, line);
    this->size = delivery == DELIVERY_DONE ? 0 : size_of(this->fd);
    return delivery;
}

/* A full disk says nothing when it has room again. */
static void
wait_for_room(struct sink *sink, uint64_t wait_ns)
{
    (void) sink;
    sink_wait_for(-1, wait_ns);
}

static void
reopen(struct sink *sink)
{
    struct sink_file *this = of(sink);
    const int fd = open_file(sink->name);

    if (fd < 0) {
        log_error("alert", "file \"%s\" cannot be opened anew: %s; the old one goes on",
                  sink->name, fault(errno));
    } else if (is_same_file(fd, this->fd)) {
        (void) close(fd);
    } else {
        (void) close(this->fd);
        use_file(this, fd);
    }
}

/* What is written to a file without a name is gone with it.  False with the reason in
 * 'error' if there cannot be another. */
static bool
renew_if_removed(struct sink_file *this)
{
    struct stat status;
    int fd;

    if (fstat(this->fd, &status) != 0 || status.st_nlink > 0) {
        return true;
    }
    fd = open_file(this->sink.name);
    if (fd < 0) {
        (void) snprintf(this->sink.error, sizeof this->sink.error,
                        "it was removed, and cannot be made anew: %s", fault(errno));
        return false;
    }
    log_warning("alert", "file \"%s\" was removed; there is a new one now",
                this->sink.name);
    (void) close(this->fd);
    use_file(this, fd);
    return true;
}

/* Goes on with another file, or the first.  A line that went into the one before by half is
 * written to this one whole. */
static void
use_file(struct sink_file *this, int fd)
{
    this->fd = fd;
    this->ends_in_line = ends_in_line(fd);
    if (this->sink.n > 0) {
        this->sink.lines[this->sink.first].n_written = 0;
    }
    if (this->ends_in_line) {
        log_warning("alert", "file \"%s\" ended within a line, which is closed now",
                    this->sink.name);
        (void) end_last_line(this);
    }
}

/* So that an unfinished line spoils no more than itself.  False with the reason in 'error'
 * if there is no room even for that. */
static bool
end_last_line(struct sink_file *this)
{
    if (write(this->fd, "\n", 1) != 1) {
        sink_set_error(&this->sink, "write", errno);
        return false;
    }
    this->ends_in_line = false;
    return true;
}

/* 0 for what has no size. */
static off_t
size_of(int fd)
{
    struct stat status;

    return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) ? status.st_size : 0;
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

/* Why open_file() has opened nothing. */
static const char *
fault(int reason)
{
    return reason == EEXIST ? "it holds something else than alerts" : strerror(reason);
}

static bool
is_same_file(int a, int b)
{
    struct stat at, bt;

    return fstat(a, &at) == 0 && fstat(b, &bt) == 0 && at.st_dev == bt.st_dev &&
           at.st_ino == bt.st_ino;
}

static bool
ends_in_line(int fd)
{
    const off_t size = size_of(fd);
    char last = '\n';

    return size > 0 && pread(fd, &last, 1, size - 1) == 1 && last != '\n';
}
