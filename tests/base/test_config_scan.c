#include "base/config_scan.h"

#include <string.h>

#include "support/support.h"

static const struct scan_case {
    const char *name;
    const char *text;
    unsigned line; /* Of the one error; 0: there is none. */
    bool has_include;
} scan_cases[] = {
    { "empty", "", 0, false },
    { "largest", "a = 2147483647;", 0, false },
    { "too large", "a = 2147483648;", 1, false },
    { "wraps to one", "# x\n\na = 4294967297;", 3, false },
    { "smallest", "a = -2147483648;", 0, false },
    { "too small", "a = -2147483649;", 1, false },
    { "positive sign", "a = +2147483648;", 1, false },
    { "beyond 64 bits", "a = 99999999999999999999;", 1, false },
    { "long", "a = 9223372036854775807L;", 0, false },
    { "long, least", "a = -9223372036854775808L;", 0, false },
    { "long, too large", "a = 9223372036854775808L;", 1, false },
    { "hexadecimal", "a = 0x7fffffff;", 0, false },
    { "hexadecimal, too large", "a = 0xFFFFFFFF;", 1, false },
    { "hexadecimal, long", "a = 0xFFFFFFFFL;", 0, false },
    { "real", "a = 99999999999.0; b = 1e99; c = 99999999999E3;", 0, false },
    { "in an array", "a = [ 1,\n 4294967297 ];", 2, false },
    { "in a text", "a = \"4294967297 \\\" 4294967297\";", 0, false },
    { "after a text", "a = \"\\\\\"; b = 4294967297;", 1, false },
    { "text of two lines", "a = \"x\ny\";\nb = 4294967297;", 3, false },
    { "in comments", "# 4294967297\n// 4294967297\n/* 4294967297\n */ a = 1;", 0, false },
    { "after a comment", "/* x\n*/ a = 4294967297;", 2, false },
    { "open comment", "\n/* 4294967297\n\n", 2, false },
    { "open text", "\na = \"4294967297\n\n", 2, false },
    { "open text, backslash", "a = \"\\", 1, false },
    { "open text, escaped quote", "a = \"\\\";\n", 1, false },
    { "in a name", "a4294967297 = 1; b-4294967297 = 1; c4294967297d_4294967297 = 2;", 0,
      false },
    { "include", "a = 1;\n \t@include \"b\"\n", 0, true },
    { "include at the start", "@include \"b\"", 0, true },
    { "include in a comment", "# @include \"b\"\n", 0, false },
    { "include not at the start of a line", "a = 1; @include \"b\"\n", 0, false },
};

static void
test_scan(void **state)
{
    const struct scan_case *c = *state;
    struct problem_list *problems = problem_list_new();
    bool has_include;

    assert_int_equal(config_scan(c->text, strlen(c->text), "f", problems, &has_include),
                     c->line == 0);
    assert_int_equal(problem_list_n_errors(problems), c->line != 0);
    if (c->line != 0) {
        assert_int_equal(problem_list_at(problems, 0)->line, c->line);
        assert_true(problem_list_mentions(problems, "; expected "));
    }
    assert_int_equal(has_include, c->has_include);
    problem_list_free(problems);
}

static void
test_zero_byte(void **state)
{
    static const char text[] = "a = 1;\n\0b = 2;";
    struct problem_list *problems = problem_list_new();
    bool has_include;

    (void) state;
    assert_false(config_scan(text, sizeof text - 1, "f", problems, &has_include));
    assert_int_equal(problem_list_at(problems, 0)->line, 2);
    assert_true(problem_list_mentions(problems, "zero byte"));
    problem_list_free(problems);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_zero_byte) };

    return RUN_CASES(scan_cases, test_scan) + cmocka_run_group_tests(tests, NULL, NULL);
}
