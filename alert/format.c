#include "alert/format.h"

#include <string.h>

static void write_table(const struct alert *alert, FILE *out);

static const char *const names[N_FORMATS + 1] = {
    [FORMAT_TABLE] = "table",
    [FORMAT_ECS] = "ecs",
    [FORMAT_RFC5424] = "rfc5424",
};

const char *
format_name(enum format format)
{
    return names[format];
}

bool
format_parse(const char *name, enum format *ret)
{
    for (unsigned i = 0; i < N_FORMATS; i++) {
        if (strcmp(names[i], name) == 0) {
            *ret = (enum format) i;
            return true;
        }
    }
    return false;
}

const char *const *
format_names(void)
{
    return names;
}

void
format_write(enum format format, const struct alert *alert, FILE *out)
{
    static void (*const writers[N_FORMATS])(const struct alert *, FILE *) = {
        [FORMAT_TABLE] = write_table,
        [FORMAT_ECS] = format_ecs_write,
        [FORMAT_RFC5424] = format_rfc5424_write,
    };

    writers[format](alert, out);
}

static void
write_table(const struct alert *alert, FILE *out)
{
    format_table_write_width(alert, out, false, TABLE_WIDTH);
}
