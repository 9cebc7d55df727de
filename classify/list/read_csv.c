/* A list with columns.  The one that holds the indicators is configured, or has a heading
 * that is known, or is the first that holds an indicator in the first row.  Headings are
 * the first row, or the last comment before it that names such a column, as in the lists of
 * abuse.ch.  Where another column has the heading "type", or ends so, a row whose indicator
 * is none is counted by that type. */

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "classify/line_reader.h"
#include "classify/list/csv_line.h"
#include "classify/list/intake.h"

enum { NO_COLUMN = CSV_FIELDS_MAX };

struct columns {
    size_t indicator, type; /* From 0; NO_COLUMN: not known, or none. */
};

static size_t configured_number(const char *column);
static bool read_headings(const char *configured, const struct csv_line *row,
                          struct columns *columns);
static size_t first_indicator(const struct csv_line *row);
static void read_row(struct intake *intake, unsigned line, const struct csv_line *row,
                     const struct columns *columns);

int
list_read_csv(struct intake *intake)
{
    struct line_reader *reader = line_reader_open(&intake->bad);
    struct columns columns = { configured_number(intake->column), NO_COLUMN };
    bool is_first = true;
    char *line;

    if (reader == NULL) {
        return errno;
    }
    while ((line = line_reader_next(reader)) != NULL) {
        const bool is_comment = csv_is_comment(line);
        struct csv_line row;

        if (is_comment) {
            line += strspn(line, "# \t");
        }
        if (*line == '\0' || (is_comment && !is_first)) {
            continue;
        }
        if (!csv_line_split(line, &row)) {
            if (!is_comment) {
                intake_bad(intake, line_reader_line(reader),
                           "the row is passed over: a quote without its end, or more than "
                           "%d fields",
                           CSV_FIELDS_MAX);
            }
            continue;
        }
        if (is_first) {
            is_first = is_comment;
            if (read_headings(intake->column, &row, &columns) || is_comment) {
                continue;
            }
        }
        if (columns.indicator == NO_COLUMN && *intake->column == '\0') {
            columns.indicator = first_indicator(&row);
        }
        read_row(intake, line_reader_line(reader), &row, &columns);
    }
    if (*intake->column != '\0' && columns.indicator == NO_COLUMN) {
        intake_refuse(intake, 0,
                      "no column is called \"%s\"; expected a heading or the "
                      "number of a column",
                      intake->column);
    }
    return line_reader_close(reader);
}

static bool
is_type(const char *heading)
{
    const size_t n = strlen(heading);

    return n >= 4 && strcasecmp(heading + n - 4, "type") == 0;
}

/* Whether the row names columns, the one with the indicators among them. */
static bool
read_headings(const char *configured, const struct csv_line *row, struct columns *columns)
{
    const bool is_named = *configured != '\0' && columns->indicator == NO_COLUMN;
    const size_t column =
        is_named ? csv_line_column(row, configured) : csv_line_known_column(row);

    if (row->n < 2 || column == row->n) {
        return false;
    }
    if (*configured == '\0' || is_named) {
        columns->indicator = column;
    }
    columns->type = NO_COLUMN;
    for (size_t i = row->n; i-- > 0;) {
        if (is_type(row->fields[i]) && i != columns->indicator) {
            columns->type = i;
        }
    }
    return true;
}

/* A configured column as a number from 0; NO_COLUMN if it is a heading, or none. */
static size_t
configured_number(const char *column)
{
    char *end;
    const unsigned long number = strtoul(column, &end, 10);

    return *end == '\0' && number >= 1 && number <= CSV_FIELDS_MAX ? number - 1 : NO_COLUMN;
}

static size_t
first_indicator(const struct csv_line *row)
{
    for (size_t i = 0; i < row->n; i++) {
        struct indicator indicator;

        if (indicator_read(row->fields[i], strlen(row->fields[i]), &indicator) !=
            INDICATOR_NONE) {
            return i;
        }
    }
    return NO_COLUMN;
}

static void
read_row(struct intake *intake, unsigned line, const struct csv_line *row,
         const struct columns *columns)
{
    const char *text = columns->indicator < row->n ? row->fields[columns->indicator] : NULL;
    const char *type = columns->type < row->n ? row->fields[columns->type] : "";
    struct indicator indicator;

    if (text == NULL) {
        intake_bad(intake, line,
                   "the row has no column for an indicator and is passed over");
    } else if (*type != '\0' &&
               indicator_read(text, strlen(text), &indicator) == INDICATOR_NONE) {
        intake_pass_over(intake, type);
    } else {
        intake_text(intake, line, text, strlen(text));
    }
}
