#include "classify/line_reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/support.h"

/* A text of parts, each repeated, and the lines that come out, as
 * "NUMBER:LENGTH:BEGINNING". */
static const struct reader_case {
    const char *name;
    struct {
        const char *text;
        unsigned times, zeros; /* And then so many zero bytes. */
    } parts[4];
    const char *lines[5];
    const char *problem; /* As printed, after the path; NULL: none. */
} cases[] = {
    { "empty", { { "", 1, 0 } }, { NULL }, NULL },
    { "lines", { { "a\nbb\n", 1, 0 } }, { "1:1:a", "2:2:b" }, NULL },
    { "no end of the last", { { "a\nbb", 1, 0 } }, { "1:1:a", "2:2:b" }, NULL },
    { "empty lines", { { "\n\nx\n\n", 1, 0 } }, { "1:0:", "2:0:", "3:1:x", "4:0:" }, NULL },
    { "CR LF", { { "a\r\nb\r\n", 1, 0 } }, { "1:1:a", "2:1:b" }, NULL },
    { "byte order mark",
      { { "\xef\xbb\xbf"
          "a\n\xef\xbb\xbf",
          1, 0 } },
      { "1:1:a", "2:3:\xef" },
      NULL },
    { "longest",
      { { "x", LINE_READER_MAX, 0 }, { "\ny", 1, 0 } },
      { "1:4095:x", "2:1:y" },
      NULL },
    { "too long",
      { { "x", LINE_READER_MAX + 1, 0 }, { "\ny", 1, 0 } },
      { "2:1:y" },
      ":1: warning: the line is longer than 4095 bytes" },
    { "far too long",
      { { "a\n", 1, 0 }, { "x", 300000, 0 }, { "\ny", 1, 0 } },
      { "1:1:a", "3:1:y" },
      ":2: warning: the line is longer" },
    { "too long and the last",
      { { "a\n", 1, 0 }, { "x", 70000, 0 } },
      { "1:1:a" },
      ":2: warning: the line is longer" },
    { "zero byte",
      { { "a\n", 1, 0 }, { "b", 1, 1 }, { "c\nd\n", 1, 0 } },
      { "1:1:a", "3:1:d" },
      ":2: warning: the line holds a zero byte" },
    /* More than the buffer: a line lies across its end. */
    { "across the buffer",
      { { "12345678\n", 7281, 0 }, { "across the end\nz\n", 1, 0 } },
      { "7282:14:a", "7283:1:z" },
      NULL },
};

static const char *
write_parts(const struct reader_case *c)
{
    const char *path = temporary_path("lines");
    FILE *out = fopen(path, "w");

    assert_non_null(out);
    for (size_t i = 0; i < N_ELEMENTS(c->parts) && c->parts[i].text != NULL; i++) {
        for (unsigned k = 0; k < c->parts[i].times; k++) {
            (void) fputs(c->parts[i].text, out);
        }
        for (unsigned k = 0; k < c->parts[i].zeros; k++) {
            (void) fputc('\0', out);
        }
    }
    assert_int_equal(fclose(out), 0);
    return path;
}

static void
test_reader(void **state)
{
    const struct reader_case *c = *state;
    const char *path = write_parts(c);
    struct problem_list *problems = problem_list_new();
    struct bad_lines bad = { .file = path,
                             .severity = PROBLEM_WARNING,
                             .problems = problems };
    struct line_reader *reader = line_reader_open(&bad);
    const char *line;
    size_t n = 0;

    assert_non_null(reader);
    while ((line = line_reader_next(reader)) != NULL) {
        char text[64];

        if (strcmp(line, "12345678") == 0) {
            continue;
        }
        (void) snprintf(text, sizeof text, "%u:%zu:%.1s", line_reader_line(reader),
                        strlen(line), line);
        assert_true(n < N_ELEMENTS(c->lines) && c->lines[n] != NULL);
        assert_string_equal(text, c->lines[n++]);
    }
    assert_true(n == N_ELEMENTS(c->lines) || c->lines[n] == NULL);
    assert_int_equal(line_reader_close(reader), 0);
    assert_int_equal(problem_list_n(problems), c->problem != NULL);
    if (c->problem != NULL) {
        const struct problem *problem = problem_list_at(problems, 0);
        char text[256];

        (void) snprintf(text, sizeof text, ":%u: warning: %s", problem->line,
                        problem->message);
        assert_memory_equal(text, c->problem, strlen(c->problem));
        assert_string_equal(problem->file, path);
    }
    problem_list_free(problems);
}

static void
test_many(void **state)
{
    const char *path = temporary_file("many", "1\n2\n");
    struct problem_list *problems = problem_list_new();
    struct bad_lines bad = { .file = path,
                             .severity = PROBLEM_ERROR,
                             .problems = problems };
    struct line_reader *reader = line_reader_open(&bad);

    (void) state;
    for (unsigned i = 0; i < BAD_LINES_TOLD + 3; i++) {
        line_reader_bad(reader, "number %u", i);
    }
    assert_int_equal(line_reader_close(reader), 0);
    assert_int_equal(problem_list_n_errors(problems), BAD_LINES_TOLD + 1);
    assert_true(problem_list_mentions(problems, "and 3 more bad lines"));
    problem_list_free(problems);
}

static void
test_unreadable(void **state)
{
    struct bad_lines missing = { .file = temporary_path("missing") };
    struct bad_lines folder = { .file = source_path("tests") };
    struct line_reader *reader;

    (void) state;
    assert_null(line_reader_open(&missing));
    assert_int_equal(errno, ENOENT);
    reader = line_reader_open(&folder);
    assert_non_null(reader);
    assert_null(line_reader_next(reader));
    assert_int_equal(line_reader_close(reader), EISDIR);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_unreadable),
    };

    return RUN_CASES(cases, test_reader) + cmocka_run_group_tests(tests, NULL, NULL);
}
