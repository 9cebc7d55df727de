#ifndef CLASSIFY_LIST_CSV_LINE_H
#define CLASSIFY_LIST_CSV_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "classify/list/indicator.h"

/* A line of comma-separated values (RFC 4180), as lists are written: with white space
 * around fields, and comments. */

enum { CSV_FIELDS_MAX = 64 };

struct csv_line {
    size_t n;
    char *fields[CSV_FIELDS_MAX]; /* In the line; without quotes and white space around. */
};

/* Cuts 'line' into fields, which it changes.  False if a quote has no end, something
 * follows one, or there are more fields than fit. */
bool csv_line_split(char *line, struct csv_line *ret);

/* Whether it is a comment: '#' begins one. */
bool csv_is_comment(const char *line);

/* The column whose heading is one that lists give to indicators, the likeliest first; 'n'
 * if there is none. */
size_t csv_line_known_column(const struct csv_line *headings);

/* The column that is called 'name', in any case; 'n' if there is none. */
size_t csv_line_column(const struct csv_line *headings, const char *name);

#endif
