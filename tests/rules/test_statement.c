/* The catalogue of concerns: the shipped one, and what is wrong with others. */
#include <string.h>

#include "rules/statement.h"
#include "support/support.h"

/* Every concern, so that none is lost, renumbered or made citable by accident. */
static const struct concern_case {
    const char *id;
    unsigned paragraph;
    enum observability observable;
    bool citable;
} concern_cases[] = {
    { "JS-P1", 1, OBSERVABLE_NOT, false },
    { "JS-P2-RELIANCE", 2, OBSERVABLE_PROXY, true },
    { "JS-P3-MALWARE", 3, OBSERVABLE_DIRECT, true },
    { "JS-P3-DARKWEB", 3, OBSERVABLE_PROXY, true },
    { "JS-P3-CRYPTO", 3, OBSERVABLE_PROXY, true },
    { "JS-P3-TERROR", 3, OBSERVABLE_NOT, false },
    { "JS-P3-WMD", 3, OBSERVABLE_PROXY, true },
    { "JS-P4-HEALTH", 4, OBSERVABLE_DIRECT, true },
    { "JS-P4-ENERGY", 4, OBSERVABLE_DIRECT, true },
    { "JS-P4-FINANCE", 4, OBSERVABLE_DIRECT, true },
    { "JS-P4-AVIATION", 4, OBSERVABLE_DIRECT, true },
    { "JS-P4-MARITIME", 4, OBSERVABLE_DIRECT, true },
    { "JS-P4-SPACE", 4, OBSERVABLE_DIRECT, true },
    { "JS-P4-CASCADE-BORDER", 4, OBSERVABLE_PROXY, true },
    { "JS-P4-CASCADE-SECTOR", 4, OBSERVABLE_PROXY, true },
    { "JS-P5-VULNERABLE", 5, OBSERVABLE_NOT, false },
    { "JS-P5-CAPACITY", 5, OBSERVABLE_PROXY, true },
    { "JS-P5-CAPBUILD", 5, OBSERVABLE_NOT, false },
    { "JS-P6-MULTIPLIER", 6, OBSERVABLE_NOT, false },
    { "JS-P7", 7, OBSERVABLE_NOT, false },
    { "JS-P8-EVIDENCE", 8, OBSERVABLE_NOT, false },
    { "JS-P9-FRAMEWORK", 9, OBSERVABLE_NOT, false },
    { "JS-P10", 10, OBSERVABLE_NOT, false },
};

static void
test_shipped(void **state)
{
    struct problem_list *problems = problem_list_new();
    struct statement *statement =
        statement_new(source_path("conf/statement.conf"), problems);

    (void) state;
    problem_list_print(problems, stderr);
    assert_int_equal(problem_list_n(problems), 0);
    assert_non_null(statement);
    assert_int_equal(statement_n(statement), N_ELEMENTS(concern_cases));
    for (size_t i = 0; i < N_ELEMENTS(concern_cases); i++) {
        const struct concern_case *expected = &concern_cases[i];
        const struct concern *concern = statement_find(statement, expected->id);

        assert_non_null(concern);
        assert_string_equal(statement_ids(statement)[i], expected->id);
        assert_int_equal(concern->paragraph, expected->paragraph);
        assert_int_equal(concern->observable, expected->observable);
        assert_int_equal(concern->citable, expected->citable);
        assert_true(*concern->limits != '\0');
    }
    for (unsigned number = 1; number <= 10; number++) {
        assert_non_null(statement_paragraph(statement, number));
    }
    assert_null(statement_paragraph(statement, 0));
    assert_null(statement_paragraph(statement, 11));
    assert_null(statement_find(statement, "JS-P4"));
    assert_string_equal(statement_find(statement, "JS-P4-CASCADE-BORDER")->norms,
                        "c, f, g, h");
    assert_string_equal(statement_find(statement, "JS-P3-DARKWEB")->attack, "T1090.003");
    statement_free(statement);
    problem_list_free(problems);
}

#define PARAGRAPHS                                                                   \
    "paragraphs = ( \"1\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\", \"8\", \"9\", " \
    "\"10\" );\n"
#define CONCERN(more)                                                            \
    PARAGRAPHS "concerns = ( { id = \"A\"; paragraph = 1; title = \"t\"; "       \
               "paraphrase = \"p\"; observable = \"direct\"; evidence = \"e\"; " \
               "limits = \"l\"; " more " } );"

static const struct wrong_case {
    const char *name, *text, *message;
} wrong_cases[] = {
    { "nothing", "", "paragraphs" },
    { "no concerns", PARAGRAPHS, "no concerns" },
    { "nine paragraphs", "paragraphs = ( \"1\" );", "list of 10 texts" },
    { "unknown key", CONCERN("severety = 1;"), "unknown key 'severety'" },
    { "bad norm", CONCERN("norms = [ \"m\" ];"), "\"a\" to \"k\"" },
    { "bad technique", CONCERN("attack = [ \"T15\" ];"), "T1595" },
    { "missing keys", PARAGRAPHS "concerns = ( { id = \"A\"; } );", "has no 'title'" },
    { "no group", PARAGRAPHS "concerns = ( 1 );", "not a group" },
    { "bad observability",
      PARAGRAPHS "concerns = ( { id = \"A\"; observable = \"maybe\"; } );",
      "'observable' is \"maybe\"" },
    { "citable but not observable",
      PARAGRAPHS "concerns = ( { id = \"A\"; observable = \"no\"; citable = true; } );",
      "cannot be citable" },
    { "twice", PARAGRAPHS "concerns = ( { id = \"A\"; }, { id = \"A\"; } );",
      "\"A\" is there twice" },
    { "paragraph 11", PARAGRAPHS "concerns = ( { id = \"A\"; paragraph = 11; } );",
      "from 1 to 10" },
};

static void
test_wrong(void **state)
{
    const struct wrong_case *c = *state;
    struct problem_list *problems = problem_list_new();

    assert_null(statement_new_text(c->text, "test", problems));
    if (!problem_list_mentions(problems, c->message)) {
        problem_list_print(problems, stderr);
        fail_msg("no message with %s", c->message);
    }
    problem_list_free(problems);
}

static void
test_unreadable(void **state)
{
    struct problem_list *problems = problem_list_new();

    (void) state;
    assert_null(statement_new(temporary_path("nothing.conf"), problems));
    assert_true(problem_list_mentions(problems, "cannot be read"));
    problem_list_free(problems);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_shipped),
                                        cmocka_unit_test(test_unreadable) };

    return RUN_CASES(wrong_cases, test_wrong) + cmocka_run_group_tests(tests, NULL, NULL);
}
