#include "classify/bad_lines.h"

static void
tell(const struct bad_lines *bad, unsigned line, const char *message)
{
    if (bad->severity == PROBLEM_ERROR) {
        problem_error(bad->problems, bad->file, line, "%s", message);
    } else {
        problem_warning(bad->problems, bad->file, line, "%s", message);
    }
}

void
bad_lines_add_v(struct bad_lines *bad, unsigned line, const char *format, va_list arguments)
{
    char message[512];

    if (bad->n++ < BAD_LINES_TOLD) {
        (void) vsnprintf(message, sizeof message, format, arguments);
        tell(bad, line, message);
    }
}

void
bad_lines_add(struct bad_lines *bad, unsigned line, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    bad_lines_add_v(bad, line, format, arguments);
    va_end(arguments);
}

void
bad_lines_end(const struct bad_lines *bad)
{
    char message[64];

    if (bad->n > BAD_LINES_TOLD) {
        (void) snprintf(message, sizeof message, "and %u more bad lines in this file",
                        bad->n - BAD_LINES_TOLD);
        tell(bad, 0, message);
    }
}
