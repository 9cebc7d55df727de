#ifndef ALERT_SINK_TYPE_H
#define ALERT_SINK_TYPE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert/sink.h"

/* What sinks share, for sink_*.c alone: a queue of lines in order, and the words that an
 * operator reads when lines have to wait.  A kind of sink says how one line is delivered.
 */

struct sink_line {
    char *text; /* With its newline. */
    size_t size;
    size_t n_written;  /* Bytes of it that are out already. */
    uint64_t since_ns; /* When it was queued, timestamp_monotonic(). */
};

enum delivery {
    DELIVERY_DONE,
    DELIVERY_BUSY,    /* Whoever reads is slow: soon. */
    DELIVERY_BLOCKED, /* Something is wrong that may pass; the reason is in 'error'. */
    DELIVERY_REFUSED, /* This line will never be taken. */
    DELIVERY_OVER,    /* No line will be taken any more. */
};

struct sink_type {
    const char *kind; /* "syslog socket", for messages. */
    enum counter delayed, lost;

    /* Writes the alert as text, with a newline at the end. */
    void (*format)(struct sink *sink, const struct alert *alert, FILE *out);

    /* Delivers a line, without blocking. */
    enum delivery (*deliver)(struct sink *sink, struct sink_line *line,
                             struct counters *counters);

    /* Returns when a line may be taken again, or after 'wait_ns'. */
    void (*wait)(struct sink *sink, uint64_t wait_ns);
    void (*reopen)(struct sink *sink);
    void (*close)(struct sink *sink); /* Frees what only this kind has. */
};

enum { SINK_ERROR_SIZE = 256 };

/* The first member of every kind of sink. */
struct sink {
    const struct sink_type *type;
    char *name;
    char error[SINK_ERROR_SIZE];
    enum format format;
    struct sink_line *lines; /* A ring: the oldest at 'first'. */
    uint32_t capacity, first, n;
    uint64_t patience_ns;
    uint64_t n_delayed, n_lost; /* In the present trouble. */
    bool in_trouble;            /* The operator was told that lines wait. */
    bool is_losing;             /* And that lines are lost. */

    /* Asked for by other threads too. */
    atomic_bool has_lost;
    atomic_bool is_over; /* No line will be taken any more. */
};

/* Set up the common part, with room for 'capacity' lines that wait. */
void sink_init(struct sink *sink, const struct sink_type *type, const char *name,
               enum format format, uint32_t capacity);

/* Puts "what: reason of 'error_number'" in sink->error. */
void sink_set_error(struct sink *sink, const char *what, int error_number);

/* Writes what is left of a line to a file descriptor (not a socket). */
enum delivery sink_write_line(struct sink *sink, int fd, struct sink_line *line);

/* Waits until 'fd' takes something, or for 'wait_ns', at most a hundredth of a second. */
void sink_wait_for(int fd, uint64_t wait_ns);

#endif
