/* What is told of the difference of two policies, and what shrinks too much. */
#include "sensor/policy_change.h"

#include <string.h>

#include "reload_world.h"

static const struct change_case {
    const char *name;
    const char *file, *text; /* Written anew for the second policy. */
    const char *expected;    /* All that is told. */
    const char *shrinking;
} cases[] = {
    { "nothing", "feed.txt", NULL, "", "" },
    { "a rule more, one less, one changed", "rules/rules.conf",
      RULES(RULE("D", "scan") "," RULE("B", "service") "," RULE("A", "scan")),
      "rules: 1 added, 1 removed, 1 changed\nchanged rule: B\nremoved rule: C\n"
      "added rule: D\n",
      "" },
    { "rules in another order", "rules/rules.conf",
      RULES(RULE("C", "service") "," RULE("B", "sweep") "," RULE("A", "scan")), "", "" },
    { "one rule of three", "rules/rules.conf", RULES(RULE("A", "scan")),
      "rules: 0 added, 2 removed, 0 changed\nremoved rule: B\nremoved rule: C\n",
      "the rules would shrink from 3 to 1" },
    { "ranges: one more, one less", "ranges.conf",
      RANGES("\"192.0.2.0/26\", \"192.0.2.64/26\", \"192.0.2.64/27\""),
      "ranges: 1 added, 1 removed, 0 changed\n"
      "added range: 192.0.2.64/27 of \"Grid\" (energy)\n"
      "removed range: 2001:db8::/32 of \"Grid\" (energy)\n",
      "" },
    { "ranges of another organisation", "ranges.conf",
      "organisations = ( { name = \"Mine\"; sector = \"energy\"; prefixes = [ "
      "\"192.0.2.0/26\", \"192.0.2.64/26\", \"2001:db8::/32\" ]; } );",
      "ranges: 0 added, 0 removed, 3 changed\n"
      "changed range: 192.0.2.0/26 of \"Mine\" (energy)\n"
      "changed range: 192.0.2.64/26 of \"Mine\" (energy)\n"
      "changed range: 2001:db8::/32 of \"Mine\" (energy)\n",
      "" },
    { "services of ranges", "ranges.conf",
      "organisations = ( { name = \"Grid\"; sector = \"energy\"; services = [ \"iec104\" "
      "]; "
      "prefixes = [ \"192.0.2.0/26\", \"192.0.2.64/26\", \"2001:db8::/32\" ]; } );",
      "ranges: 0 added, 0 removed, 3 changed\n"
      "changed range: 192.0.2.0/26 of \"Grid\" (energy)\n"
      "changed range: 192.0.2.64/26 of \"Grid\" (energy)\n"
      "changed range: 2001:db8::/32 of \"Grid\" (energy)\n",
      "" },
    { "one range of three", "ranges.conf", RANGES("\"192.0.2.64/26\""),
      "ranges: 0 added, 2 removed, 0 changed\n"
      "removed range: 192.0.2.0/26 of \"Grid\" (energy)\n"
      "removed range: 2001:db8::/32 of \"Grid\" (energy)\n",
      "the ranges would shrink from 3 to 1" },
    { "many ranges: the first are named", "ranges.conf",
      RANGES("\"192.0.2.0/26\", \"192.0.2.64/26\", \"2001:db8::/32\", \"198.51.100.0/31\","
             "\"198.51.100.2/31\",\"198.51.100.4/31\",\"198.51.100.6/31\","
             "\"198.51.100.8/31\",\"198.51.100.10/31\",\"198.51.100.12/31\","
             "\"198.51.100.14/31\",\"198.51.100.16/31\",\"198.51.100.18/31\","
             "\"198.51.100.20/31\", \"198.51.100.22/31\""),
      "ranges: 12 added, 0 removed, 0 changed\n"
      "added range: 198.51.100.0/31 of \"Grid\" (energy)\n"
      "added range: 198.51.100.2/31 of \"Grid\" (energy)\n"
      "added range: 198.51.100.4/31 of \"Grid\" (energy)\n"
      "added range: 198.51.100.6/31 of \"Grid\" (energy)\n"
      "added range: 198.51.100.8/31 of \"Grid\" (energy)\n"
      "added range: 198.51.100.10/31 of \"Grid\" (energy)\n"
      "added range: 198.51.100.12/31 of \"Grid\" (energy)\n"
      "added range: 198.51.100.14/31 of \"Grid\" (energy)\n"
      "added range: 198.51.100.16/31 of \"Grid\" (energy)\n"
      "added range: 198.51.100.18/31 of \"Grid\" (energy)\nand 2 more ranges\n",
      "" },
    { "a list with other entries, as many", "feed.txt",
      "203.0.113.1\n203.0.113.2\n203.0.113.9\n",
      "lists: 0 added, 0 removed, 1 changed\n"
      "changed list: feed: 3 entries of 2026-06-01, before 3 of 2026-06-01\n",
      "" },
    { "a list with one entry of three", "feed.txt", "203.0.113.1\n",
      "lists: 0 added, 0 removed, 1 changed\n"
      "changed list: feed: 1 entries of 2026-06-01, before 3 of 2026-06-01\n",
      "list feed would shrink from 3 to 1" },
    { "suppressions", "suppress.conf",
      SUPPRESS("{ rule = \"A\"; peer = \"203.0.113.7\"; reason = \"r\"; owner = \"o\"; }"),
      "suppressions: 1 added, 0 removed, 0 changed\n"
      "added suppression: rule A, peer 203.0.113.7/32, asset any, port 0\n",
      "" },
};

static struct policy *
load(const char *config)
{
    struct problem_list *problems = problem_list_new();
    struct policy *policy =
        policy_new(&(struct policy_options){ .config = config }, problems);

    problem_list_print(problems, stderr);
    assert_non_null(policy);
    problem_list_free(problems);
    return policy;
}

static char *
compare(const struct policy *before, const struct policy *after,
        struct policy_change *change)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    *change = policy_compare(before, after, out);
    (void) fclose(out);
    return text;
}

static void
test_change(void **state)
{
    const struct change_case *c = *state;
    const char *config = world_begin();
    struct policy *before = load(config), *after;
    struct policy_change change;
    char *text;

    if (c->text != NULL) {
        assert_int_equal(remove(temporary_path(c->file)), 0);
        (void) temporary_file(c->file, c->text);
    }
    after = load(config);
    text = compare(before, after, &change);
    assert_string_equal(text, c->expected);
    assert_string_equal(change.shrinking, c->shrinking);
    assert_int_equal(change.n == 0, *c->expected == '\0');
    free(text);
    policy_free(after);
    policy_free(before);
}

/* Settings, a list that is no longer configured, and the operator's places. */
static void
test_settings(void **state)
{
    const char *config = world_begin();
    struct policy *before, *after;
    struct policy_change change;
    char *text;

    (void) state;
    before = load(config);
    (void) temporary_file("world.conf",
                          "sectors = { catalogue = false; files = [ \"ranges.conf\" ]; };\n"
                          "geo = { databases = [ ]; places = ( { prefix = \"10.0.0.0/8\"; "
                          "country = \"NG\"; } ); };\n"
                          "alert = { heartbeat = \"5m\"; };\n");
    after = load(config);
    text = compare(before, after, &change);
    assert_non_null(strstr(text, "removed list: feed\n"));
    assert_non_null(strstr(text, "added database: geo.places of "));
    assert_non_null(strstr(text, "changed setting: geo.places\n"));
    assert_non_null(strstr(text, "changed setting: alert.heartbeat\n"));
    assert_null(strstr(text, "changed setting: flow"));
    assert_string_equal(change.shrinking, "list feed would shrink from 3 to 0");
    free(text);
    policy_free(after);
    policy_free(before);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_settings) };

    return RUN_CASES(cases, test_change) + cmocka_run_group_tests(tests, NULL, NULL);
}
