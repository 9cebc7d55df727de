#ifndef CLASSIFY_BAD_LINES_H
#define CLASSIFY_BAD_LINES_H

#include <stdarg.h>

#include "base/problem.h"

/* What is wrong with the lines of one file: the first few problems are told in full, the
 * rest as a number, so that the wrong file gives a page of messages and not a million. */
struct bad_lines {
    const char *file; /* The path, which must last as long. */
    enum problem_severity severity;
    struct problem_list *problems;
    unsigned n;
};

enum { BAD_LINES_TOLD = 20 };

/* Says that 'line' is bad. */
void bad_lines_add(struct bad_lines *bad, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void bad_lines_add_v(struct bad_lines *bad, unsigned line, const char *format,
                     va_list arguments) __attribute__((format(printf, 3, 0)));

/* Says how many more were bad than were told. */
void bad_lines_end(const struct bad_lines *bad);

#endif
