#include "classify/line_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

enum { BUFFER_SIZE = 64 * 1024 };

struct line_reader {
    struct bad_lines *bad;
    unsigned line;
    int file, error;
    char *at, *end; /* What is in the buffer and not yet given. */
    bool finished;  /* The file has no more. */
    char buffer[BUFFER_SIZE + 1];
};

_Static_assert(LINE_READER_MAX + 2 < BUFFER_SIZE, "a line and its end fit");

static char *next_line_end(struct line_reader *reader);
static void fill(struct line_reader *reader);
static bool is_good(struct line_reader *reader, const char *line, const char *end);

struct line_reader *
line_reader_open(struct bad_lines *bad)
{
    const int file = open(bad->file, O_RDONLY | O_CLOEXEC);
    struct line_reader *reader;

    if (file < 0) {
        return NULL;
    }
    reader = memory_zeroed(1, sizeof *reader);
    reader->bad = bad;
    reader->file = file;
    reader->at = reader->end = reader->buffer;
    return reader;
}

char *
line_reader_next(struct line_reader *reader)
{
    char *end;

    while ((end = next_line_end(reader)) != NULL) {
        char *line = reader->at;

        reader->at = end < reader->end ? end + 1 : end;
        reader->line++;
        if (reader->line == 1 && end - line >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0) {
            line += 3;
        }
        if (end > line && end[-1] == '\r') {
            end--;
        }
        *end = '\0';
        if (is_good(reader, line, end)) {
            return line;
        }
    }
    return NULL;
}

unsigned
line_reader_line(const struct line_reader *reader)
{
    return reader->line;
}

void
line_reader_bad(struct line_reader *reader, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    bad_lines_add_v(reader->bad, reader->line, format, arguments);
    va_end(arguments);
}

int
line_reader_close(struct line_reader *reader)
{
    const int error = reader->error;

    bad_lines_end(reader->bad);
    (void) close(reader->file);
    free(reader);
    return error;
}

/* Where the line that begins at reader->at ends, or NULL if there is no more line.  A line
 * that does not fit the buffer is cut there, to be found too long. */
static char *
next_line_end(struct line_reader *reader)
{
    for (;;) {
        const size_t left = (size_t) (reader->end - reader->at);
        char *end = memchr(reader->at, '\n', left);

        if (end != NULL) {
            return end;
        }
        if (reader->finished) {
            return left > 0 ? reader->end : NULL;
        }
        if (left > LINE_READER_MAX + 1) {
            /* Only its beginning is kept until its end is found. */
            reader->end = reader->at + LINE_READER_MAX + 2;
        }
        fill(reader);
    }
}

/* Moves what is left to the front and reads more behind it. */
static void
fill(struct line_reader *reader)
{
    const size_t left = (size_t) (reader->end - reader->at);
    ssize_t n;

    memmove(reader->buffer, reader->at, left);
    reader->at = reader->buffer;
    reader->end = reader->buffer + left;
    do {
        n = read(reader->file, reader->end, BUFFER_SIZE - left);
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
        reader->error = errno;
    }
    reader->finished = n <= 0;
    reader->end += n > 0 ? n : 0;
}

static bool
is_good(struct line_reader *reader, const char *line, const char *end)
{
    if (end - line > LINE_READER_MAX) {
        line_reader_bad(reader, "the line is longer than %d bytes", LINE_READER_MAX);
        return false;
    }
    if (memchr(line, '\0', (size_t) (end - line)) != NULL) {
        line_reader_bad(reader, "the line holds a zero byte; expected text");
        return false;
    }
    return true;
}
