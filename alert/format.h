#ifndef ALERT_FORMAT_H
#define ALERT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "alert/alert.h"

/* The renderings of an alert, each in a file of its own (format_*.c). */
enum format {
    FORMAT_TABLE,   /* For a terminal: a few lines an alert. */
    FORMAT_ECS,     /* Elastic Common Schema, JSON: one line. */
    FORMAT_RFC5424, /* Syslog with structured data: one line. */
    N_FORMATS
};

const char *format_name(enum format format); /* What -o takes. */
bool format_parse(const char *name, enum format *ret);
const char *const *format_names(void); /* Ending with NULL. */

/* Writes 'alert' with a newline at the end; a table without colour, TABLE_WIDTH wide. */
void format_write(enum format format, const struct alert *alert, FILE *out);

/* The table's header, and its lines with or without colour; as wide as the terminal if
 * 'out' is one, else TABLE_WIDTH.  What is too long for a line goes on below. */
enum { TABLE_WIDTH = 120, TABLE_WIDTH_MIN = 60 };

void format_table_header(FILE *out, bool colour);
void format_table_write(const struct alert *alert, FILE *out, bool colour);
unsigned format_table_width(FILE *out);
void format_table_write_width(const struct alert *alert, FILE *out, bool colour,
                              unsigned width);

#define ECS_VERSION "9.4.0"

void format_ecs_write(const struct alert *alert, FILE *out);

/* At most RFC5424_SIZE_MAX octets: rsyslog cuts at 8096 unless told otherwise.  A usual
 * alert has about 1200, below the 2048 that RFC 5424 section 6.1 asks every receiver to
 * take. */
enum { RFC5424_SIZE_MAX = 8000, RFC5424_SIZE_MIN = 480 };

void format_rfc5424_write(const struct alert *alert, FILE *out);

/* Makes a line of format_rfc5424_write() at most 'max' octets long (at least
 * RFC5424_SIZE_MIN) and still well-formed: first the text after the structured data is cut,
 * from its end, then whole elements go, the last one first (flow, alert, meta, origin).
 * Returns its new size. */
size_t format_rfc5424_shorten(char *line, size_t size, size_t max);

#endif
