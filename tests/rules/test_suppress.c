/* Suppressions: what they hide, when they end, and what is wrong with others. */
#include <string.h>

#include "base/timestamp.h"
#include "rules/suppress.h"
#include "support/support.h"

static struct statement *statement;
static struct rule_set *rules;

#define RULE(id)                                                                   \
    "{ id = \"" id "\"; rev = 1; title = \"t\"; concerns = [ \"JS-P4-ENERGY\" ]; " \
    "severity = \"low\"; when = { observation = \"scan\"; }; }"

static void
begin(void)
{
    struct problem_list *problems = problem_list_new();

    statement = statement_new(source_path("conf/statement.conf"), problems);
    assert_non_null(statement);
    rules = rule_set_new_text("rules = ( " RULE("SW-A") ", " RULE("SW-B") " );", "test",
                              statement, NULL, problems);
    assert_int_equal(problem_list_n(problems), 0);
    problem_list_free(problems);
}

#define WHY          "reason = \"r\"; owner = \"o\"; "
#define ENTRY(entry) "suppress = ( { " WHY entry " } );"

static uint64_t
day(const char *text)
{
    uint64_t ns = 0;

    assert_true(timestamp_parse_date(text, &ns));
    return ns;
}

/* A scan by 203.0.113.7 of 192.0.2.10, port 443, on 1 June 2026, by rule SW-A. */
static struct verdict
make_verdict(void)
{
    struct verdict verdict = { .rule = rule_set_find(rules, "SW-A"),
                               .time_ns = day("2026-06-01"),
                               .asset_end = FLOW_RESPONDER };

    assert_true(ip_parse("203.0.113.7", &verdict.flow.ends[FLOW_INITIATOR].address));
    assert_true(ip_parse("192.0.2.10", &verdict.flow.ends[FLOW_RESPONDER].address));
    verdict.flow.ends[FLOW_INITIATOR].port = 40000;
    verdict.flow.ends[FLOW_RESPONDER].port = 443;
    return verdict;
}

static const struct hide_case {
    const char *name, *entry;
    bool expected;
} hide_cases[] = {
    { "rule", ENTRY("rule = \"SW-A\";"), true },
    { "another rule", ENTRY("rule = \"SW-B\";"), false },
    { "peer", ENTRY("peer = \"203.0.113.7\";"), true },
    { "prefix of the peer", ENTRY("peer = \"203.0.113.0/24\";"), true },
    { "the asset is no peer", ENTRY("peer = \"192.0.2.10\";"), false },
    { "asset", ENTRY("asset = \"192.0.2.0/26\";"), true },
    { "another asset", ENTRY("asset = \"192.0.2.64/26\";"), false },
    { "port of the asset", ENTRY("port = 443;"), true },
    { "port of the peer", ENTRY("port = 40000;"), false },
    { "all that is said has to fit", ENTRY("rule = \"SW-A\"; peer = \"203.0.113.8\";"),
      false },
    { "all of IPv4 by one rule", ENTRY("rule = \"SW-A\"; peer = \"0.0.0.0/0\";"), true },
    { "before its end", ENTRY("rule = \"SW-A\"; until = \"2026-06-02\";"), true },
    { "from its end on", ENTRY("rule = \"SW-A\"; until = \"2026-06-01\";"), false },
    { "none", "suppress = ( );", false },
    { "an empty file", "", false },
};

static void
test_hide(void **state)
{
    const struct hide_case *c = *state;
    struct problem_list *problems = problem_list_new();
    struct suppressions *s = suppressions_new_text(c->entry, "test", rules, 0, problems);
    const struct verdict verdict = make_verdict();

    problem_list_print(problems, stderr);
    assert_int_equal(problem_list_n(problems), 0);
    assert_int_equal(suppressions_hide(s, &verdict), c->expected);
    if (suppressions_n(s) > 0) {
        assert_int_equal(suppressions_at(s, 0)->n_hidden, c->expected);
        assert_string_equal(suppressions_at(s, 0)->owner, "o");
        assert_string_equal(suppressions_at(s, 0)->file, "test");
        assert_int_equal(suppressions_at(s, 0)->line, 1);
    }
    suppressions_free(s);
    problem_list_free(problems);
}

static const struct wrong_case {
    const char *name, *text, *message;
} wrong_cases[] = {
    { "syntax", "suppress = (", "expected libconfig syntax" },
    { "no list", "suppress = 1;", "not a list" },
    { "no group", "suppress = ( 1 );", "not a group" },
    { "key beside", "supress = ( );", "did you mean 'suppress'" },
    { "unknown key", ENTRY("rule = \"SW-A\"; untill = \"2026-06-01\";"),
      "did you mean 'until'" },
    { "unknown rule", ENTRY("rule = \"SW-C\";"), "unknown rule \"SW-C\"" },
    { "rule misspelt", ENTRY("rule = \"SW_A\";"), "did you mean \"SW-A\"?" },
    { "no reason", "suppress = ( { rule = \"SW-A\"; owner = \"o\"; } );", "no 'reason'" },
    { "no owner", "suppress = ( { rule = \"SW-A\"; reason = \"r\"; owner = \"\"; } );",
      "no 'owner'" },
    { "everything", ENTRY(""), "would hide everything" },
    { "everybody", ENTRY("peer = \"0.0.0.0/0\";"), "would hide everything" },
    { "everybody in IPv6", ENTRY("peer = \"::/0\"; asset = \"0.0.0.0/0\";"),
      "would hide everything" },
    { "host bits", ENTRY("peer = \"192.0.2.1/24\";"), "expected \"192.0.2.0/24\"" },
    { "no prefix", ENTRY("asset = \"here\";"), "an address or a prefix" },
    { "port 0", ENTRY("port = 0;"), "from 1 to 65535" },
    { "day", ENTRY("rule = \"SW-A\"; until = \"soon\";"), "expected a day" },
    { "ended", ENTRY("rule = \"SW-A\"; until = \"2026-05-31\";"), "ended on 2026-05-31" },
};

static void
test_wrong(void **state)
{
    const struct wrong_case *c = *state;
    struct problem_list *problems = problem_list_new();
    struct suppressions *s =
        suppressions_new_text(c->text, "test", rules, day("2026-06-01"), problems);

    if (!problem_list_mentions(problems, c->message)) {
        problem_list_print(problems, stderr);
        fail_msg("no message with %s", c->message);
    }
    suppressions_free(s);
    problem_list_free(problems);
}

/* The first entry that fits counts; a file that is not there is passed over. */
static void
test_files(void **state)
{
    const char *const files[] = {
        temporary_path("missing.conf"),
        temporary_file("a.conf", ENTRY("rule = \"SW-A\"; port = 443;")),
        temporary_file("b.conf", ENTRY("rule = \"SW-A\";")), NULL
    };
    struct problem_list *problems = problem_list_new();
    struct suppressions *s = suppressions_new(files, rules, 0, problems);
    struct verdict verdict = make_verdict();

    (void) state;
    assert_int_equal(problem_list_n(problems), 0);
    assert_int_equal(suppressions_n(s), 2);
    assert_true(suppressions_hide(s, &verdict));
    verdict.flow.ends[FLOW_RESPONDER].port = 80;
    assert_true(suppressions_hide(s, &verdict));
    assert_true(suppressions_hide(s, &verdict));
    assert_int_equal(suppressions_at(s, 0)->n_hidden, 1);
    assert_int_equal(suppressions_at(s, 1)->n_hidden, 2);
    suppressions_free(s);
    problem_list_free(problems);
}

/* Counts go on where an entry says the same, wherever it stands and why. */
static void
test_renew(void **state)
{
    struct problem_list *problems = problem_list_new();
    struct suppressions *before = suppressions_new_text(
        ENTRY("rule = \"SW-A\"; peer = \"203.0.113.0/24\";"), "test", rules, 0, problems);
    struct suppressions *same = suppressions_new_text(
        "suppress = ( { port = 8; reason = \"a\"; owner = \"b\"; }, { peer = "
        "\"203.0.113.0/24\"; rule = \"SW-A\"; reason = \"c\"; owner = \"d\"; } );",
        "test", rules, 0, problems);
    struct suppressions *other = suppressions_new_text(
        ENTRY("rule = \"SW-A\"; peer = \"203.0.113.0/25\";"), "test", rules, 0, problems);
    struct verdict verdict = make_verdict();

    (void) state;
    assert_int_equal(problem_list_n(problems), 0);
    assert_true(suppressions_hide(before, &verdict));
    suppressions_renew(same, before);
    suppressions_renew(other, before);
    assert_int_equal(suppressions_at(same, 0)->n_hidden, 0);
    assert_int_equal(suppressions_at(same, 1)->n_hidden, 1);
    assert_int_equal(suppressions_at(other, 0)->n_hidden, 0);
    suppressions_free(before);
    suppressions_free(same);
    suppressions_free(other);
    problem_list_free(problems);
}

/* Entries that hide the same are found, the first of several, as by looking at all; those
 * that differ in one thing are not. */
static void
test_find(void **state)
{
    static const char text[] =
        "suppress = ( { rule = \"SW-B\"; " WHY "}, { rule = \"SW-A\"; " WHY "}, "
        "{ port = 80; " WHY "}, { rule = \"SW-A\"; port = 80; " WHY "}, "
        "{ peer = \"192.0.2.0/24\"; " WHY "}, { asset = \"192.0.2.0/24\"; " WHY "}, "
        "{ peer = \"192.0.2.0/25\"; " WHY "}, { peer = \"192.0.3.0/24\"; " WHY "}, "
        "{ rule = \"SW-A\"; until = \"2026-12-31\"; " WHY "}, "
        "{ rule = \"SW-A\"; reason = \"another\"; owner = \"p\"; } );";
    struct problem_list *problems = problem_list_new();
    struct suppressions *all = suppressions_new_text(text, "all", rules, 0, problems);
    struct suppressions *others =
        suppressions_new_text("suppress = ( { rule = \"SW-A\"; port = 81; " WHY
                              "}, { rule = \"SW-A\"; peer = \"::/0\"; " WHY
                              "}, { rule = \"SW-A\"; until = \"2027-01-01\"; " WHY
                              "}, { peer = \"192.0.2.0/26\"; " WHY "} );",
                              "others", rules, 0, problems);

    (void) state;
    assert_int_equal(problem_list_n(problems), 0);
    assert_int_equal(suppressions_n(all), 10);
    for (size_t i = 0; i < 9; i++) {
        assert_ptr_equal(suppressions_find(all, suppressions_at(all, i)),
                         suppressions_at(all, i));
    }
    assert_ptr_equal(suppressions_find(all, suppressions_at(all, 9)),
                     suppressions_at(all, 1));
    for (size_t i = 0; i < suppressions_n(others); i++) {
        assert_null(suppressions_find(all, suppressions_at(others, i)));
    }
    suppressions_free(all);
    suppressions_free(others);
    problem_list_free(problems);
}

/* Without rules to look them up in, any may be named; the rest is looked at all the same.
 */
static void
test_any_rule(void **state)
{
    struct problem_list *problems = problem_list_new();

    (void) state;
    suppressions_free(
        suppressions_new_text(ENTRY("rule = \"SW-C\";"), "any", NULL, 0, problems));
    assert_int_equal(problem_list_n(problems), 0);
    suppressions_free(
        suppressions_new_text(ENTRY("rule = \"\";"), "any", NULL, 0, problems));
    assert_true(problem_list_mentions(problems, "would hide everything"));
    problem_list_free(problems);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_files),
                                        cmocka_unit_test(test_find),
                                        cmocka_unit_test(test_any_rule),
                                        cmocka_unit_test(test_renew) };
    int n_failed;

    begin();
    n_failed = RUN_CASES(hide_cases, test_hide) + RUN_CASES(wrong_cases, test_wrong) +
               cmocka_run_group_tests(tests, NULL, NULL);
    rule_set_free(rules);
    statement_free(statement);
    return n_failed;
}
