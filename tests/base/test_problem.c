#include "base/problem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/support.h"

static void
test_list(void **state)
{
    struct problem_list *list = problem_list_new();
    const struct problem *p;

    (void) state;
    assert_int_equal(problem_list_n(list), 0);
    problem_warning(list, "a.conf", 7, "looks %s", "odd");
    problem_error(list, NULL, 0, "number %d", 42);
    assert_int_equal(problem_list_n(list), 2);
    assert_int_equal(problem_list_n_errors(list), 1);
    p = problem_list_at(list, 0);
    assert_int_equal(p->severity, PROBLEM_WARNING);
    assert_int_equal(p->line, 7);
    assert_string_equal(p->file, "a.conf");
    assert_string_equal(p->message, "looks odd");
    p = problem_list_at(list, 1);
    assert_int_equal(p->severity, PROBLEM_ERROR);
    assert_null(p->file);
    assert_true(problem_list_mentions(list, "42"));
    assert_true(problem_list_mentions(list, "odd"));
    assert_false(problem_list_mentions(list, "43"));
    problem_list_free(list);
    problem_list_free(NULL);
}

static void
test_print(void **state)
{
    struct problem_list *list = problem_list_new();
    const char *path = temporary_path("printed");
    FILE *file = fopen(path, "w");
    char *text;

    (void) state;
    assert_non_null(file);
    problem_error(list, "a.conf", 7, "this");
    problem_warning(list, "b.conf", 0, "that");
    problem_error(list, NULL, 0, "and so on");
    problem_list_print(list, file);
    fclose(file);
    text = read_whole_file(path);
    assert_string_equal(text, "a.conf:7: error: this\n"
                              "b.conf: warning: that\n"
                              "error: and so on\n");
    free(text);
    problem_list_free(list);
}

/* What a file says cannot break a message into two or steer the terminal. */
static void
test_one_line(void **state)
{
    struct problem_list *list = problem_list_new();

    (void) state;
    problem_error(list, NULL, 0, "unknown sector '%s'", "a\nb\x1b[31m\tc\x7f");
    assert_string_equal(problem_list_at(list, 0)->message, "unknown sector 'a b [31m c '");
    problem_list_free(list);
}

static void
test_many(void **state)
{
    struct problem_list *list = problem_list_new();
    char text[3000];

    (void) state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    for (unsigned i = 0; i < 1000; i++) {
        problem_error(list, "f", i, "%u %s", i, text);
    }
    assert_int_equal(problem_list_n_errors(list), 1000);
    assert_int_equal(problem_list_at(list, 999)->line, 999);
    assert_true(strncmp(problem_list_at(list, 999)->message, "999 xxx", 7) == 0);
    problem_list_free(list);
}

/* Nobody wants the reason. */
static void
test_no_list(void **state)
{
    (void) state;
    problem_error(NULL, "f", 1, "x");
    problem_warning(NULL, "f", 1, "x");
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_list),
                                        cmocka_unit_test(test_print),
                                        cmocka_unit_test(test_one_line),
                                        cmocka_unit_test(test_many),
                                        cmocka_unit_test(test_no_list) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
