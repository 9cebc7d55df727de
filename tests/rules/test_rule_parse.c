/* Rule files: what is read from them, and that every mistake is named with its place. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "rules/rule_field.h"
#include "rules/rule_set.h"
#include "support/support.h"

/* A rule set with what it needs and what was wrong. */
struct loaded {
    struct problem_list *problems;
    struct statement *statement;
    struct rule_set *set;
};

static struct loaded
load_begin(void)
{
    struct loaded l = { .problems = problem_list_new() };

    l.statement = statement_new(source_path("conf/statement.conf"), l.problems);
    assert_non_null(l.statement);
    return l;
}

static struct loaded
load_text(const char *text)
{
    struct loaded l = load_begin();

    l.set = rule_set_new_text(text, "test", l.statement, NULL, l.problems);
    return l;
}

static struct loaded
load_folder(const char *folder)
{
    const char *const folders[] = { folder, NULL };
    struct loaded l = load_begin();

    l.set = rule_set_new(folders, l.statement, NULL, l.problems);
    return l;
}

static void
unload(struct loaded *l)
{
    rule_set_free(l->set);
    statement_free(l->statement);
    problem_list_free(l->problems);
}

static void
expect_message(const struct loaded *l, const char *message)
{
    if (!problem_list_mentions(l->problems, message)) {
        problem_list_print(l->problems, stderr);
        fail_msg("no message with: %s", message);
    }
}

/* A rule file with one rule, of which a case replaces one part. */
#define RULE(concerns, severity, when, more)                                             \
    "rules = ( { id = \"R-1\"; rev = 3; title = \"A title\"; concerns = " concerns ";\n" \
    "severity = " severity ";\n"                                                         \
    "when = { " when " };\n" more " } );"
#define ENERGY     "[ \"JS-P4-ENERGY\" ]"
#define WHEN(when) RULE(ENERGY, "\"high\"", "observation = \"service\"; " when, "")
#define MORE(more) RULE(ENERGY, "\"high\"", "observation = \"service\";", more)

static const struct wrong_case {
    const char *name, *text, *message;
} wrong_cases[] = {
    { "no rules at all", "", "no rules; expected rules =" },
    { "syntax", "rules = (", "expected libconfig syntax" },
    { "rules is no list", "rules = 1;", "no rules; expected rules =" },
    { "key beside rules", "rule = 1; rules = ( );", "did you mean 'rules'" },
    { "rule is no group", "rules = ( 1 );", "not a group" },
    { "no id", "rules = ( { rev = 1; } );", "has no 'id'" },
    { "id with a space", "rules = ( { id = \"a b\"; } );", "rule id \"a b\" is wrong" },
    { "id of 33 characters", "rules = ( { id = \"A23456789012345678901234567890123\"; } );",
      "at most 32" },
    { "missing keys", "rules = ( { id = \"R-1\"; } );", "rule R-1: 'title' is missing" },
    { "missing when", "rules = ( { id = \"R-1\"; } );", "rule R-1: 'when' is missing" },
    { "rev 0", "rules = ( { id = \"R-1\"; rev = 0; } );",
      "rule R-1: 'rev' is out of range" },
    { "rev missing", "rules = ( { id = \"R-1\"; } );", "'rev' is missing" },
    { "unknown key", MORE("treshold = 1;"), "did you mean 'threshold'" },
    { "no concern", RULE("[ ]", "\"high\"", "observation = \"scan\";", ""),
      "no concern is cited" },
    { "unknown concern", RULE("[ \"JS-P4-ENERGIE\" ]", "\"high\"", "", ""),
      "did you mean \"JS-P4-ENERGY\"" },
    { "concern that cannot be cited",
      RULE("[ \"JS-P3-TERROR\" ]", "\"high\"", "observation = \"scan\";", ""),
      "cannot be cited" },
    { "unknown severity", RULE(ENERGY, "\"hihg\"", "", ""), "did you mean \"high\"" },
    { "bad technique", MORE("attack = [ \"1595\" ];"), "expected an ATT&CK technique" },
    { "too many techniques",
      MORE("attack = [ \"T1595\", \"T1595\", \"T1595\", \"T1595\", \"T1595\" ];"),
      "at most 4 texts" },
    { "when without observation", RULE(ENERGY, "\"high\"", "port = 1;", ""),
      "names no observation" },
    { "unknown observation", RULE(ENERGY, "\"high\"", "observation = \"scann\";", ""),
      "did you mean \"scan\"" },
    { "no observation left",
      RULE(ENERGY, "\"high\"", "observation = \"scan\"; observation_not = \"scan\";", ""),
      "rules out every observation" },
    { "unknown field", WHEN("prot = 1;"), "did you mean 'port'" },
    { "unknown field of asset", WHEN("asset = { sectr = \"energy\"; };"),
      "did you mean 'sector'" },
    { "field in the wrong group", WHEN("asset = { list = \"x\"; };"),
      "unknown key 'list'" },
    { "asset is no group", WHEN("asset = \"energy\";"), "'asset' is not a group" },
    { "unknown sector", WHEN("asset = { sector = \"enregy\"; };"),
      "did you mean \"energy\"" },
    { "unknown service", WHEN("service = \"iec-104\";"), "did you mean \"iec104\"" },
    { "empty service", WHEN("service = \"\";"), "'service' does not know \"\"" },
    { "service is a number", WHEN("service = 104;"), "'service' is not a text" },
    { "direction", WHEN("direction = \"in\";"), "inbound, outbound" },
    { "empty list", WHEN("service = [ ];"), "has 0 values" },
    { "port too large", WHEN("port = 65536;"), "from 0 to 65535" },
    { "port range backwards", WHEN("port = \"20-10\";"), "'port' is wrong" },
    { "port as text", WHEN("port = \"http\";"), "'port' is wrong" },
    { "port in a list", WHEN("port = ( 80, \"x\" );"), "'port' is wrong" },
    { "number with a unit", WHEN("packets = \"1MB\";"), "whole numbers" },
    { "size", WHEN("bytes = \"1 mile\";"), "expected sizes" },
    { "duration without unit", WHEN("duration = 60;"), "expected durations" },
    { "empty min max", WHEN("bytes = { };"), "expected sizes" },
    { "min above max", WHEN("packets = { min = 5; max = 4; };"), "'packets' is wrong" },
    { "unknown in min max", WHEN("packets = { mni = 5; };"), "did you mean 'min'" },
    { "transport", WHEN("transport = \"tpc\";"), "did you mean \"tcp\"" },
    { "lower-case country", WHEN("peer = { country = \"ng\"; };"), "ISO 3166-1 alpha-2" },
    { "no country", WHEN("peer = { country = \"XQ\"; };"), "no country of ISO 3166-1" },
    { "host bits", WHEN("peer = { prefix = \"192.0.2.1/24\"; };"),
      "expected \"192.0.2.0/24\"" },
    { "no prefix", WHEN("peer = { prefix = \"192.0.2\"; };"), "an address or a prefix" },
    { "group", WHEN("asset = { group = \"ldcs\"; };"), "did you mean \"ldc\"" },
    { "unknown list", WHEN("peer = { list = \"tor\"; };"),
      "no list called \"tor\" is configured" },
    { "unknown concern of a list", WHEN("peer = { list_concern = \"JS-P3-DARKNET\"; };"),
      "did you mean \"JS-P3-DARKWEB\"" },
    { "threshold is no group", MORE("threshold = 5;"), "'threshold' is not a group" },
    { "count without time", MORE("threshold = { count = 5; };"), "a count and no time" },
    { "unknown by", MORE("threshold = { by = [ \"pear\" ]; };"), "did you mean \"peer\"" },
    { "quiet_for", MORE("quiet_for = 5;"), "not a duration" },
    { "control character", MORE("description = \"a\\nb\";"), "control character" },
};

static void
test_wrong(void **state)
{
    const struct wrong_case *c = *state;
    struct loaded l = load_text(c->text);

    expect_message(&l, c->message);
    unload(&l);
}

/* All mistakes of a file are shown at once, each at its line. */
static void
test_lines(void **state)
{
    struct loaded l = load_text("rules = (\n"
                                "  { id = \"R-1\"; rev = 0;\n"
                                "    title = \"t\";\n"
                                "    concerns = [ \"JS-P9\" ];\n"
                                "    severity = \"loud\";\n"
                                "    when = { observation = \"scan\";\n"
                                "             port = 70000; }; },\n"
                                "  { id = \"R-2\"; }\n"
                                ");\n");
    const unsigned lines[] = { 2, 4, 5, 7, 8 };

    (void) state;
    for (size_t i = 0; i < N_ELEMENTS(lines); i++) {
        bool found = false;

        for (size_t j = 0; j < problem_list_n(l.problems); j++) {
            const struct problem *p = problem_list_at(l.problems, j);

            assert_string_equal(p->file, "test");
            found |= p->line == lines[i];
        }
        assert_true(found);
    }
    unload(&l);
}

static const struct good_case {
    const char *name, *text, *description;
} good_cases[] = {
    { "all of a rule",
      MORE("attack = [ \"T0855\", \"T1090.003\" ]; description = \"d\"; tuning = \"t\"; "
           "threshold = { count = 5; within = \"60s\"; by = [ \"peer\", \"sector\" ]; };"),
      "observation is service; 5 matches within 1m by peer and sector" },
    { "cheap conditions first",
      WHEN(
          "peer = { country_not = [ \"NG\", \"KE\" ]; list_concern = \"JS-P3-DARKWEB\"; }; "
          "asset = { sector = [ \"energy\", \"space\" ]; }; port = 2404;"),
      "observation is service; port is 2404; asset.sector is energy or space; "
      "peer.list_concern is JS-P3-DARKWEB; peer.country is not NG or KE" },
    { "numbers",
      WHEN("port = ( 80, \"1000-2000\", { min = 60000; } ); packets = { max = 9; }; "
           "bytes = \"1kB-2kB\"; duration = { min = \"1h\"; }; vlan_not = 0;"),
      "observation is service; port is 80 or 1000 to 2000 or at least 60000; packets is at "
      "most 9; bytes is 1024 B to 2048 B; duration is at least 1h; vlan is not 0" },
    { "names",
      WHEN("transport = ( \"tcp\", 47 ); state = \"half-open\"; evidence_not = "
           "\"verified\"; "
           "tunnel = \"vxlan\"; answered = false; direction = [ \"cross-sector\" ];"),
      "observation is service; transport is tcp or 47; state is half-open; evidence is not "
      "verified; tunnel is vxlan; answered is false; direction is cross-sector" },
    { "asset and peer",
      WHEN("asset = { role = \"responder\"; prefix = [ \"192.0.2.0/24\", \"2001:db8::/32\" "
           "]; "
           "confidence = \"A\"; subsector = \"hospital\"; group = \"ldc\"; }; "
           "peer = { port_not = 443; abroad = true; asn = 64496; };"),
      "observation is service; asset.role is responder; asset.prefix is 192.0.2.0/24 or "
      "2001:db8::/32; peer.port is not 443; asset.confidence is A; asset.subsector is "
      "hospital; asset.group is ldc; peer.abroad is true; peer.asn is 64496" },
    { "observations", RULE(ENERGY, "\"low\"", "observation = [ \"scan\", \"sweep\" ];", ""),
      "observation is scan or sweep" },
};

static void
test_good(void **state)
{
    const struct good_case *c = *state;
    struct loaded l = load_text(c->text);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    problem_list_print(l.problems, stderr);
    assert_int_equal(problem_list_n(l.problems), 0);
    assert_int_equal(rule_set_n(l.set), 1);
    rule_describe(rule_set_at(l.set, 0), out);
    (void) fclose(out);
    assert_string_equal(text, c->description);
    free(text);
    unload(&l);
}

static void
test_members(void **state)
{
    struct loaded l = load_text(MORE(
        "attack = [ \"T0855\" ]; description = \"d\"; tuning = \"t\"; quiet_for = \"2h\"; "
        "threshold = { count = 5; within = \"60s\"; by = [ \"asset\" ]; };"));
    const struct rule *rule = rule_set_find(l.set, "R-1");

    (void) state;
    assert_non_null(rule);
    assert_ptr_equal(rule, rule_set_at(l.set, 0));
    assert_null(rule_set_find(l.set, "R-2"));
    assert_int_equal(rule->rev, 3);
    assert_string_equal(rule->family, "test");
    assert_string_equal(rule->title, "A title");
    assert_string_equal(rule->description, "d");
    assert_string_equal(rule->tuning, "t");
    assert_string_equal(rule->concerns[0]->id, "JS-P4-ENERGY");
    assert_string_equal(rule->attack[0], "T0855");
    assert_int_equal(rule->severity, SEVERITY_HIGH);
    assert_int_equal(rule->threshold_count, 5);
    assert_int_equal(rule->threshold_within_ns, UINT64_C(60000000000));
    assert_int_equal(rule->threshold_by, RULE_BY_ASSET);
    assert_int_equal(rule->quiet_for_ns, UINT64_C(7200000000000));
    assert_string_equal(rule->file, "test");
    assert_int_equal(rule->line, 1);
    unload(&l);
}

#define NAMED(id)                                                                  \
    "rules = ( { id = \"" id "\"; rev = 1; title = \"t\"; concerns = " ENERGY "; " \
    "severity = \"low\"; when = { observation = \"scan\"; }; } );"

static const char *
make_folder(const char *name)
{
    const char *path = temporary_path(name);

    assert_int_equal(mkdir(path, 0700), 0);
    return path;
}

static void
write_file(const char *folder, const char *name, const char *text)
{
    char path[256];

    (void) snprintf(path, sizeof path, "%s/%s", strrchr(folder, '/') + 1, name);
    (void) temporary_file(path, text);
}

/* Files load in the order of their names; the family is the name without ".conf". */
static void
test_folder(void **state)
{
    const char *folder = make_folder("order");
    struct loaded l;

    (void) state;
    write_file(folder, "20-b.conf", NAMED("B"));
    write_file(folder, "10-a.conf", NAMED("A"));
    write_file(folder, "README", "not a rule file");
    write_file(folder, ".hidden.conf", "not a rule file");
    l = load_folder(folder);
    assert_int_equal(problem_list_n(l.problems), 0);
    assert_int_equal(rule_set_n(l.set), 2);
    assert_string_equal(rule_set_at(l.set, 0)->id, "A");
    assert_string_equal(rule_set_at(l.set, 0)->family, "10-a");
    assert_string_equal(rule_set_at(l.set, 1)->family, "20-b");
    unload(&l);
}

static void
test_duplicate(void **state)
{
    const char *folder = make_folder("duplicate");
    struct loaded l;

    (void) state;
    write_file(folder, "a.conf", NAMED("A"));
    write_file(folder, "b.conf", "# one line more\n" NAMED("A"));
    l = load_folder(folder);
    assert_int_equal(problem_list_n_errors(l.problems), 1);
    expect_message(&l, "rule A is there already at");
    expect_message(&l, "a.conf:1");
    assert_non_null(strstr(problem_list_at(l.problems, 0)->file, "b.conf"));
    assert_int_equal(problem_list_at(l.problems, 0)->line, 2);
    unload(&l);
}

static void
test_empty_folder(void **state)
{
    struct loaded l = load_folder(make_folder("empty"));

    (void) state;
    expect_message(&l, "the folder has no rules");
    unload(&l);
    l = load_folder(temporary_path("missing"));
    expect_message(&l, "the folder of rules cannot be read");
    unload(&l);
}

static void
test_may_concern(void **state)
{
    static const struct range_claim claim = { .sector = SECTOR_ENERGY,
                                              .organisation = "Grid",
                                              .subsector = "electricity" };
    struct critical_range range = { .sectors = 1 << SECTOR_ENERGY,
                                    .claims = &claim,
                                    .n_claims = 1 };
    static const struct {
        const char *text;
        bool expected;
    } cases[] = {
        { WHEN(""), true },
        { WHEN("asset = { sector = \"energy\"; };"), true },
        { WHEN("asset = { sector_not = \"energy\"; };"), false },
        { WHEN("asset = { sector = \"space\"; };"), false },
        { WHEN("asset = { subsector = \"Electricity\"; country = \"NG\"; };"), true },
        { WHEN("asset = { organisation = \"Other\"; };"), false },
        { WHEN("asset = { prefix = \"192.0.2.0/25\"; };"), true },
        { WHEN("asset = { prefix = \"192.0.0.0/16\"; };"), true },
        { WHEN("asset = { prefix = \"198.51.100.0/24\"; };"), false },
        { WHEN("asset = { prefix_not = \"192.0.2.0/25\"; };"), true },
        { WHEN("asset = { prefix_not = \"192.0.0.0/16\"; };"), false },
    };

    (void) state;
    assert_int_equal(ip_prefix_parse("192.0.2.0/24", &range.prefix), IP_PARSE_OK);
    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        struct loaded l = load_text(cases[i].text);

        assert_int_equal(rule_may_concern(rule_set_at(l.set, 0), &range),
                         cases[i].expected);
        unload(&l);
    }
}

/* Every field can be found, has its documentation, and is in the manual. */
static void
test_fields(void **state)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    (void) state;
    rule_field_write_manual(out);
    (void) fclose(out);
    for (size_t i = 0; i < rule_field_n(); i++) {
        const struct rule_field *field = rule_field_at(i);
        char entry[128];

        assert_ptr_equal(rule_field_find(field->group, field->name), field);
        (void) snprintf(entry, sizeof entry, ".BR %s%s%s ", field->group,
                        *field->group == '\0' ? "" : ".", field->name);
        assert_non_null(strstr(text, entry));
        assert_non_null(strstr(text, field->description));
    }
    assert_null(rule_field_find("asset", "list"));
    free(text);
}

static bool
cites(const struct rule *rule, const struct concern *concern)
{
    for (unsigned i = 0; i < rule->n_concerns; i++) {
        if (rule->concerns[i] == concern) {
            return true;
        }
    }
    return false;
}

/* Every concern that can be cited is, by a rule that asks for some observation; every rule
 * says what it sees and how to tune it. */
static void
test_shipped(void **state)
{
    struct loaded l = load_folder(source_path("conf/rules"));

    (void) state;
    problem_list_print(l.problems, stderr);
    assert_int_equal(problem_list_n(l.problems), 0);
    for (size_t i = 0; i < statement_n(l.statement); i++) {
        const struct concern *concern = statement_at(l.statement, i);
        size_t n = 0;

        for (size_t j = 0; j < rule_set_n(l.set); j++) {
            n += cites(rule_set_at(l.set, j), concern);
        }
        if ((n > 0) != concern->citable) {
            fail_msg("%s is cited by %zu rules", concern->id, n);
        }
    }
    for (size_t i = 0; i < rule_set_n(l.set); i++) {
        const struct rule *rule = rule_set_at(l.set, i);

        assert_true(rule->observations != 0);
        if (*rule->description == '\0' || *rule->tuning == '\0' ||
            rule->quiet_for_ns == 0) {
            fail_msg("%s has no description, tuning or quiet_for", rule->id);
        }
    }
    unload(&l);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),        cmocka_unit_test(test_members),
        cmocka_unit_test(test_folder),       cmocka_unit_test(test_duplicate),
        cmocka_unit_test(test_empty_folder), cmocka_unit_test(test_may_concern),
        cmocka_unit_test(test_fields),       cmocka_unit_test(test_shipped),
    };

    return RUN_CASES(wrong_cases, test_wrong) + RUN_CASES(good_cases, test_good) +
           cmocka_run_group_tests(tests, NULL, NULL);
}
