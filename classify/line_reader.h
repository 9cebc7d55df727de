#ifndef CLASSIFY_LINE_READER_H
#define CLASSIFY_LINE_READER_H

#include "classify/bad_lines.h"

/* Reads a text file line by line, however large. */
struct line_reader;

enum { LINE_READER_MAX = 4095 }; /* Longest line in bytes; a longer one is bad. */

/* Opens the file that 'bad' speaks of, which must last as long.  Returns NULL, with the
 * reason in errno, if it cannot be opened; otherwise the caller closes it with
 * line_reader_close(). */
struct line_reader *line_reader_open(struct bad_lines *bad);

/* The next line without its end (LF or CR LF; a byte order mark is passed over), which the
 * caller may change, until the next call; NULL at the end of the file.  Lines too long and
 * lines with a zero byte are bad and passed over. */
char *line_reader_next(struct line_reader *reader);

/* Number of the line that line_reader_next() gave last, from 1. */
unsigned line_reader_line(const struct line_reader *reader);

/* Says that this line is bad. */
void line_reader_bad(struct line_reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Says how many more lines were bad than were told, frees 'reader' and returns 0, or the
 * errno of a read that failed before the end. */
int line_reader_close(struct line_reader *reader);

#endif
