#include "base/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/support.h"

static const char text[] = "name = \"x\";\n"
                           "number = 42;\n"
                           "long = 5000000000L;\n"
                           "real = 1.5;\n"
                           "yes = true;\n"
                           "wait = \"90s\";\n"
                           "size = \"64MB\";\n"
                           "list = ( \"a\", 7, { key = 1; } );\n"
                           "array = [ 1, 2, 3 ];\n"
                           "group = { inner = { deep = \"d\"; }; };\n"
                           "none = ();\n";

/* The test text, opened; problems are the caller's. */
static struct config *
open_text(struct problem_list *problems)
{
    struct config *config = config_open_text(text, "test.conf", problems);

    assert_non_null(config);
    assert_int_equal(problem_list_n(problems), 0);
    return config;
}

static void
test_tree(void **state)
{
    struct problem_list *problems = problem_list_new();
    struct config *config = open_text(problems);
    const struct config_node *root = config_root(config), *node;

    (void) state;
    assert_true(config_node_is_group(root));
    assert_null(config_node_name(root));
    assert_int_equal(config_n(root), 11);
    assert_string_equal(config_node_name(config_at(root, 0)), "name");
    assert_true(config_node_is_text(config_at(root, 0)));
    node = config_child(root, "list");
    assert_true(config_node_is_list(node));
    assert_false(config_node_is_group(node));
    assert_int_equal(config_n(node), 3);
    assert_null(config_node_name(config_at(node, 1)));
    assert_int_equal(config_node_line(node), 8);
    assert_string_equal(config_node_file(config_at(node, 2)), "test.conf");
    assert_true(config_node_is_list(config_child(root, "array")));
    assert_int_equal(config_n(config_child(root, "none")), 0);
    assert_int_equal(config_n(config_child(root, "number")), 0);
    node = config_child(config_child(config_child(root, "group"), "inner"), "deep");
    assert_int_equal(config_node_line(node), 10);
    assert_null(config_child(root, "missing"));
    assert_null(config_child(node, "x"));
    config_close(config);
    config_close(NULL);
    problem_list_free(problems);
}

static void
test_values(void **state)
{
    struct problem_list *problems = problem_list_new();
    struct config *config = open_text(problems);
    const struct config_node *root = config_root(config);
    const char *value;
    int64_t number;
    uint64_t amount;
    bool is_on = false;

    (void) state;
    assert_true(config_text(config_child(root, "name"), problems, &value));
    assert_string_equal(value, "x");
    assert_true(config_integer(config_child(root, "number"), 42, 42, problems, &number));
    assert_int_equal(number, 42);
    assert_true(config_integer(config_child(root, "long"), INT64_MIN, INT64_MAX, problems,
                               &number));
    assert_true(number == INT64_C(5000000000));
    assert_true(config_boolean(config_child(root, "yes"), problems, &is_on));
    assert_true(is_on);
    assert_true(config_duration(config_child(root, "wait"), problems, &amount));
    assert_true(amount == UINT64_C(90000000000));
    assert_true(config_size(config_child(root, "size"), problems, &amount));
    assert_int_equal(amount, 64 << 20);
    assert_int_equal(problem_list_n(problems), 0);
    config_close(config);
    problem_list_free(problems);
}

/* Wrong values: one error each, on the line, that says what was expected; the result is
 * left alone. */
static const struct wrong_case {
    const char *name;
    const char *key;
    char reader; /* t(ext) i(nteger, 0 to 10) b(oolean) d(uration) s(ize) */
    unsigned line;
    const char *message;
} wrong_cases[] = {
    { "number for a text", "number", 't', 2, "'number' is not a text; expected \"...\"" },
    { "list for a text", "list", 't', 8, "'list' is not a text; expected \"...\"" },
    { "text for a number", "name", 'i', 1,
      "'name' is not a whole number; expected a whole number from 0 to 10" },
    { "real for a number", "real", 'i', 4,
      "'real' is not a whole number; expected a whole number from 0 to 10" },
    { "out of range", "number", 'i', 2,
      "'number' is out of range; expected a whole number from 0 to 10" },
    { "long out of range", "long", 'i', 3,
      "'long' is out of range; expected a whole number from 0 to 10" },
    { "text for a switch", "name", 'b', 1,
      "'name' is not a switch; expected true or false" },
    { "number for a switch", "number", 'b', 2,
      "'number' is not a switch; expected true or false" },
    { "number for a duration", "number", 'd', 2, "'number' is not a duration; expected" },
    { "size for a duration", "size", 'd', 7, "'size' is not a duration; expected" },
    { "duration for a size", "wait", 's', 6, "'wait' is not a size; expected" },
    { "group for a size", "group", 's', 10, "'group' is not a size; expected" },
};

static bool
read_as(char reader, const struct config_node *node, struct problem_list *problems)
{
    const char *value = "untouched";
    int64_t number = 77;
    uint64_t amount = 77;
    bool is_on = true, is_good = false;

    switch (reader) {
    case 't':
        is_good = config_text(node, problems, &value);
        break;
    case 'i':
        is_good = config_integer(node, 0, 10, problems, &number);
        break;
    case 'b':
        is_good = config_boolean(node, problems, &is_on);
        break;
    case 'd':
        is_good = config_duration(node, problems, &amount);
        break;
    default:
        is_good = config_size(node, problems, &amount);
    }
    assert_true(is_good ||
                (strcmp(value, "untouched") == 0 && number == 77 && amount == 77 && is_on));
    return is_good;
}

static void
test_wrong(void **state)
{
    const struct wrong_case *c = *state;
    struct problem_list *problems = problem_list_new();
    struct config *config = open_text(problems);
    const struct problem *p;

    assert_false(read_as(c->reader, config_child(config_root(config), c->key), problems));
    assert_int_equal(problem_list_n_errors(problems), 1);
    p = problem_list_at(problems, 0);
    assert_string_equal(p->file, "test.conf");
    assert_int_equal(p->line, c->line);
    assert_true(problem_list_mentions(problems, c->message));
    config_close(config);
    problem_list_free(problems);
}

/* Texts that are no configuration. */
static const struct syntax_case {
    const char *name;
    const char *text;
    unsigned line;
    const char *message;
} syntax_cases[] = {
    { "no value", "a = 1;\nb = ;\n", 2, "syntax error" },
    { "open group", "a = {\n b = 1;\n", 3, "syntax error" },
    { "open text", "a = \"x\n", 1, "does not end" },
    { "twice", "a = 1;\na = 2;\n", 2, "duplicate setting name" },
    { "array of two types", "a = [ 1,\n \"x\" ];", 2, "mismatched element type" },
    { "a number that would wrap", "a = 1;\nb = 4294967297;\n", 2, "is too large" },
    { "include", "@include \"/etc/hostname\"\n", 0, "which only a file can have" },
};

static void
test_syntax(void **state)
{
    const struct syntax_case *c = *state;
    struct problem_list *problems = problem_list_new();

    assert_null(config_open_text(c->text, "bad.conf", problems));
    assert_int_equal(problem_list_n_errors(problems), 1);
    assert_string_equal(problem_list_at(problems, 0)->file, "bad.conf");
    assert_int_equal(problem_list_at(problems, 0)->line, c->line);
    assert_true(problem_list_mentions(problems, c->message));
    assert_null(config_open_text(c->text, "bad.conf", NULL));
    problem_list_free(problems);
}

static void
test_unknown(void **state)
{
    static const char *const known[] = { "severity", "concerns", "title", "id", NULL };
    struct problem_list *problems = problem_list_new();
    struct config *config = config_open_text(
        "id = 1;\nseverty = 2;\nTitle = 3;\nsomething_else = 4;\n", "u.conf", problems);

    (void) state;
    config_reject_unknown(config_root(config), known, problems);
    assert_int_equal(problem_list_n_errors(problems), 3);
    assert_string_equal(problem_list_at(problems, 0)->message,
                        "unknown key 'severty'; did you mean 'severity'?");
    assert_int_equal(problem_list_at(problems, 0)->line, 2);
    assert_string_equal(problem_list_at(problems, 1)->message,
                        "unknown key 'Title'; did you mean 'title'?");
    assert_string_equal(problem_list_at(problems, 2)->message,
                        "unknown key 'something_else'");
    config_close(config);
    problem_list_free(problems);
}

static void
test_nearest(void **state)
{
    static const char *const known[] = { "energy", "healthcare", "finance", NULL };
    char huge[1000];

    (void) state;
    assert_string_equal(config_nearest("energie", known), "energy");
    assert_string_equal(config_nearest("helthcare", known), "healthcare");
    assert_string_equal(config_nearest("finances", known), "finance");
    assert_null(config_nearest("space", known));
    assert_null(config_nearest("", known));
    memset(huge, 'e', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';
    assert_null(config_nearest(huge, known));
}

static void
test_error_and_warning(void **state)
{
    struct problem_list *problems = problem_list_new();
    struct config *config = open_text(problems);

    (void) state;
    config_error(config_child(config_root(config), "real"), problems, "wrong: %d", 1);
    config_warning(config_child(config_root(config), "yes"), problems, "odd: %d", 2);
    assert_int_equal(problem_list_n(problems), 2);
    assert_int_equal(problem_list_at(problems, 0)->severity, PROBLEM_ERROR);
    assert_int_equal(problem_list_at(problems, 0)->line, 4);
    assert_int_equal(problem_list_at(problems, 1)->severity, PROBLEM_WARNING);
    assert_string_equal(problem_list_at(problems, 1)->message, "odd: 2");
    config_close(config);
    problem_list_free(problems);
}

/* Files: an include is looked for beside the file, wherever the program was started, and
 * errors name the file they are in. */
static void
test_files(void **state)
{
    const char *main_conf = temporary_file("main.conf", "a = 1;\n@include \"part.conf\"\n");
    const char *part_conf = temporary_file("part.conf", "\n\nb = 2;\n");
    struct problem_list *problems = problem_list_new();
    struct config *config = config_open(main_conf, problems);
    const struct config_node *root;

    (void) state;
    assert_non_null(config);
    root = config_root(config);
    assert_int_equal(config_n(root), 2);
    assert_string_equal(config_node_file(config_child(root, "a")), main_conf);
    assert_non_null(strstr(config_node_file(config_child(root, "b")), "part.conf"));
    assert_int_equal(config_node_line(config_child(root, "b")), 3);
    config_close(config);

    (void) temporary_file("part.conf", "\n\nb = ;\n");
    assert_null(config_open(main_conf, problems));
    assert_non_null(strstr(problem_list_at(problems, 0)->file, "part.conf"));
    assert_int_equal(problem_list_at(problems, 0)->line, 3);
    assert_int_equal(unlink(part_conf), 0);
    assert_null(config_open(main_conf, problems));
    assert_string_equal(problem_list_at(problems, 1)->file, main_conf);
    assert_int_equal(problem_list_at(problems, 1)->line, 2);
    assert_true(problem_list_mentions(problems, "cannot open include file"));
    problem_list_free(problems);
}

static const struct file_case {
    const char *name;
    const char *path; /* NULL: one that does not exist. */
    const char *message;
} file_cases[] = {
    { "missing", NULL, "cannot be read: No such file" },
    { "folder", "/", "is a folder" },
};

static void
test_no_file(void **state)
{
    const struct file_case *c = *state;
    const char *path = c->path == NULL ? temporary_path("missing.conf") : c->path;
    struct problem_list *problems = problem_list_new();

    assert_null(config_open(path, problems));
    assert_int_equal(problem_list_n_errors(problems), 1);
    assert_string_equal(problem_list_at(problems, 0)->file, path);
    assert_true(problem_list_mentions(problems, c->message));
    problem_list_free(problems);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tree),    cmocka_unit_test(test_values),
        cmocka_unit_test(test_unknown), cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_files),   cmocka_unit_test(test_error_and_warning),
    };

    return RUN_CASES(wrong_cases, test_wrong) + RUN_CASES(syntax_cases, test_syntax) +
           RUN_CASES(file_cases, test_no_file) + cmocka_run_group_tests(tests, NULL, NULL);
}
