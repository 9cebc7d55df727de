/* A list of an indicator a line: '#', ';' and, at the beginning or after white space, "//"
 * begin comments; what follows an indicator after white space or a comma is passed over.
 * In the manner of hosts files, a first word "0.0.0.0", "127.0.0.1", "::" or "::1" before a
 * name says where the name is led to, and the name counts. */

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "classify/line_reader.h"
#include "classify/list/intake.h"

static const char space[] = " \t";

static void cut_comment(char *line);
static bool leads_nowhere(const char *word, size_t n);

int
list_read_plain(struct intake *intake)
{
    struct line_reader *reader = line_reader_open(&intake->bad);
    char *line;

    if (reader == NULL) {
        return errno;
    }
    while ((line = line_reader_next(reader)) != NULL) {
        size_t n;

        cut_comment(line);
        line += strspn(line, " \t\"'");
        n = strcspn(line, " \t,\"'");
        if (leads_nowhere(line, n) && line[n + strspn(line + n, space)] != '\0') {
            line += n + strspn(line + n, space);
            n = strcspn(line, " \t,\"'");
        }
        if (n > 0 && *line == '/') {
            intake_pass_over(intake, "the path of a URL");
        } else if (n > 0) {
            intake_text(intake, line_reader_line(reader), line, n);
        }
    }
    return line_reader_close(reader);
}

static void
cut_comment(char *line)
{
    char *at = line;

    line[strcspn(line, "#;")] = '\0';
    while ((at = strstr(at, "//")) != NULL) {
        if (at == line || at[-1] == ' ' || at[-1] == '\t') {
            *at = '\0';
            return;
        }
        at += 2;
    }
}

static bool
leads_nowhere(const char *word, size_t n)
{
    static const char *const places[] = { "0.0.0.0", "127.0.0.1", "::", "::1" };

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (n == strlen(places[i]) && memcmp(word, places[i], n) == 0) {
            return true;
        }
    }
    return false;
}
