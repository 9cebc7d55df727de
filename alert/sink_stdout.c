#include "alert/sink.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alert/sink_type.h"
#include "base/memory.h"

/* Lines that wait while standard output is a full disk or a slow pipe. */
enum { QUEUE_MAX = 4096 };

struct sink_stdout {
    struct sink sink;
    bool colour;
    bool has_header;
};

static void format_line(struct sink *sink, const struct alert *alert, FILE *out);
static enum delivery deliver(struct sink *sink, struct sink_line *line,
                             struct counters *counters);
static void wait_for_room(struct sink *sink, uint64_t wait_ns);
static void close_nothing(struct sink *sink);
static bool wants_colour(void);

static const struct sink_type type = {
    .kind = "output",
    .delayed = COUNTER_ALERT_STDOUT_DELAYED,
    .lost = COUNTER_ALERT_STDOUT_LOST,
    .format = format_line,
    .deliver = deliver,
    .wait = wait_for_room,
    .close = close_nothing,
};

struct sink *
sink_new_stdout(enum format format)
{
    struct sink_stdout *this = memory_zeroed(1, sizeof *this);

    sink_init(&this->sink, &type, "standard output", format, QUEUE_MAX);
    this->colour = wants_colour();
    fflush(stdout);
    return &this->sink;
}

static struct sink_stdout *
of(struct sink *sink)
{
    return (struct sink_stdout *) sink;
}

static void
format_line(struct sink *sink, const struct alert *alert, FILE *out)
{
    struct sink_stdout *this = of(sink);

    if (sink->format != FORMAT_TABLE) {
        format_write(sink->format, alert, out);
        return;
    }
    if (!this->has_header) {
        format_table_header(out, this->colour);
        this->has_header = true;
    }
    format_table_write_width(alert, out, this->colour, format_table_width(stdout));
}

static enum delivery
deliver(struct sink *sink, struct sink_line *line, struct counters *counters)
{
    (void) counters;
    return sink_write_line(sink, STDOUT_FILENO, line);
}

static void
wait_for_room(struct sink *sink, uint64_t wait_ns)
{
    (void) sink;
    sink_wait_for(STDOUT_FILENO, wait_ns);
}

static void
close_nothing(struct sink *sink)
{
    (void) sink;
}

static bool
wants_colour(void)
{
    const char *no_color = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");

    return isatty(STDOUT_FILENO) && (no_color == NULL || *no_color == '\0') &&
           (terminal == NULL || strcmp(terminal, "dumb") != 0);
}
