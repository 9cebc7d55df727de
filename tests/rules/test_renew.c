/* Judging and incidents that go on under another policy. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timestamp.h"
#include "capture/packet.h"
#include "rules/incident_table.h"
#include "rules/rule_set.h"
#include "support/support.h"

#define ASSET "192.0.2.10"
#define PEER  "203.0.113.66"

enum { TEXT_SIZE = 256 };

#define RULE(id, severity, when)                                        \
    "{ id = \"" id "\"; rev = 1; title = \"t\"; severity = \"" severity \
    "\"; concerns = [ \"JS-P4-ENERGY\" ]; when = { observation = " when " }; }"
#define SCAN   RULE("SCAN", "low", "\"scan\";")
#define LISTED RULE("LISTED", "medium", "\"listed-address\";")
#define OTHER  RULE("OTHER", "low", "\"sweep\";")

/* What of a policy matters here; what is not said is as in most of them. */
struct world {
    const char *rules;     /* In their order. */
    const char *family;    /* Of the rules. */
    const char *ranges[3]; /* Ending with NULL. */
    const char *list;      /* Name of the list that PEER is on. */
    const char *country;   /* Of ASSET. */
};

/* What becomes under 'world' of an incident with a scan and a listed address. */
static const struct renew_case {
    const char *name;
    struct world world;
    const char *expected; /* "open" or why it was closed, and as what it is told then. */
} renew_cases[] = {
    { "the same", { 0 }, "open LISTED medium inbound NG feed" },
    { "rules in another order, and one more",
      { .rules = OTHER "," LISTED "," SCAN },
      "open LISTED medium inbound NG feed" },
    { "a rule of another severity",
      { .rules = SCAN "," RULE("LISTED", "high", "\"listed-address\";") },
      "open LISTED medium inbound NG feed" },
    { "another range of the same organisation",
      { .ranges = { "192.0.2.8/29=energy:Grid" } },
      "open LISTED medium inbound NG feed" },
    { "the peer is an asset now",
      { .ranges = { "192.0.2.0/24=energy:Grid", "203.0.113.0/24=energy:Mine" } },
      "open LISTED medium internal NG feed" },
    { "the asset is elsewhere, says another database",
      { .country = "KE" },
      "open LISTED medium inbound KE feed" },
    { "the rule of the worst verdict is gone",
      { .rules = SCAN },
      "policy LISTED medium inbound NG feed" },
    { "another rule of it is gone",
      { .rules = LISTED },
      "policy LISTED medium inbound NG feed" },
    { "the rules are of another family",
      { .family = "other" },
      "policy LISTED medium inbound NG feed" },
    { "the asset is none any more",
      { .ranges = { "192.0.2.0/29=energy:Grid" } },
      "policy LISTED medium inbound NG feed" },
    { "the asset is of another organisation",
      { .ranges = { "192.0.2.0/24=energy:Mine" } },
      "policy LISTED medium inbound NG feed" },
    { "the list is gone", { .list = "more" }, "policy LISTED medium inbound NG feed" },
};

struct policy {
    struct problem_list *problems;
    struct statement *statement;
    struct indicator_lists *lists;
    struct sector_map *map;
    struct geo *geo;
    struct rule_set *rules;
    struct rule_basis basis;
};

static void
policy_begin(struct policy *p, const struct world *world)
{
    static const char *const none[] = { NULL };
    static const char *const ranges[] = { "192.0.2.0/24=energy:Grid", NULL };
    const struct indicator_list_config list = {
        .name = world->list != NULL ? world->list : "feed",
        .file = temporary_file("listed.txt", PEER "\n"),
        .meaning = "",
        .concern = "",
        .source = "",
        .column = "",
    };
    struct geo_place_config place = { .country =
                                          world->country != NULL ? world->country : "NG",
                                      .as_name = "" };
    char text[2048];

    p->problems = problem_list_new();
    p->statement = statement_new(source_path("conf/statement.conf"), p->problems);
    p->lists = indicator_lists_new(&list, 1, p->problems);
    p->map = sector_map_new(&(struct sector_map_config){ .operator_files = none,
                                                         .ranges = world->ranges[0] != NULL
                                                                       ? world->ranges
                                                                       : ranges },
                            p->problems);
    assert_int_equal(ip_prefix_parse("192.0.2.0/24", &place.prefix), IP_PARSE_OK);
    p->geo =
        geo_new(&(struct geo_config){ .databases = none, .places = &place, .n_places = 1 },
                p->problems);
    (void) snprintf(text, sizeof text, "rules = ( %s );",
                    world->rules != NULL ? world->rules : SCAN "," LISTED);
    p->rules = rule_set_new_text(text, world->family != NULL ? world->family : "family",
                                 p->statement, p->lists, p->problems);
    problem_list_print(p->problems, stderr);
    assert_int_equal(problem_list_n(p->problems), 0);
    p->basis = (struct rule_basis){
        .rules = p->rules, .map = p->map, .geo = p->geo, .lists = p->lists
    };
}

static void
policy_end(struct policy *p)
{
    rule_set_free(p->rules);
    geo_free(p->geo);
    sector_map_free(p->map);
    indicator_lists_free(p->lists);
    statement_free(p->statement);
    problem_list_free(p->problems);
}

static struct judge *
judge_of(const struct policy *p)
{
    return judge_new(&(struct judge_config){ .threshold_capacity = 16 }, p->rules, p->map,
                     p->geo, p->lists, hash_seed_fixed());
}

/* Judges something that PEER did to ASSET. */
static size_t
judge_kind(struct judge *judge, const struct policy *p, enum observation_kind kind,
           struct verdict_list *ret)
{
    struct counters counters = { { 0 } };
    struct flow flow = { .protocol = IP_PROTOCOL_TCP, .last_ns = NS_PER_SECOND };
    const struct observation observation = {
        .kind = kind,
        .flow = &flow,
        .time_ns = NS_PER_SECOND,
        .asset_ends = 1U << FLOW_RESPONDER,
        .count = 1,
        .list = kind == OBSERVATION_LISTED_ADDRESS ? indicator_lists_at(p->lists, 0) : NULL,
    };

    assert_true(ip_parse(PEER, &flow.ends[FLOW_INITIATOR].address));
    assert_true(ip_parse(ASSET, &flow.ends[FLOW_RESPONDER].address));
    for (unsigned end = 0; end < 2; end++) {
        flow.ends[end].range = sector_map_lookup(p->map, flow.ends[end].address);
    }
    ret->n = 0;
    judge_observation(judge, &observation, &counters, ret);
    return ret->n;
}

static void
describe(const struct incident *incident, char text[static TEXT_SIZE])
{
    const struct verdict *v = &incident->verdict;

    (void) snprintf(
        text, TEXT_SIZE, "%s %s %s %s %s %s",
        incident->state == INCIDENT_CLOSED ? incident_end_name(incident->end) : "open",
        v->rule->id, severity_name(incident->severity), direction_name(v->direction),
        v->places[v->asset_end].country, v->observation.list->name);
}

/* The next change is as expected; NULL: there is none. */
static void
assert_change(struct incident_table *incidents, const char *expected)
{
    struct incident incident;
    char text[TEXT_SIZE];

    if (!incident_table_next(incidents, &incident)) {
        assert_null(expected);
        return;
    }
    assert_non_null(expected);
    describe(&incident, text);
    assert_string_equal(text, expected);
}

/* Those that stay are told at the end as they are under the new policy, and take further
 * verdicts; those that are closed as they were under the old one. */
static void
test_incident(void **state)
{
    static const struct incident_config config = { .capacity = 4,
                                                   .window_ns = 60 * NS_PER_SECOND,
                                                   .longest_ns = 600 * NS_PER_SECOND };
    const struct renew_case *c = *state;
    const bool is_open = strncmp(c->expected, "open", 4) == 0;
    struct incident_table *incidents = incident_table_new(&config, hash_seed_fixed());
    struct verdict_list verdicts = { 0 };
    struct counters counters = { { 0 } };
    struct policy before, after;
    struct incident incident;
    struct judge *judge;
    char text[TEXT_SIZE];

    policy_begin(&before, &(struct world){ 0 });
    judge = judge_of(&before);
    assert_int_equal(judge_kind(judge, &before, OBSERVATION_SCAN, &verdicts), 1);
    incident_table_add(incidents, &verdicts.items[0], &counters);
    assert_true(incident_table_next(incidents, &incident));
    assert_int_equal(judge_kind(judge, &before, OBSERVATION_LISTED_ADDRESS, &verdicts), 1);
    incident_table_add(incidents, &verdicts.items[0], &counters);
    assert_change(incidents, "open LISTED medium inbound NG feed");

    policy_begin(&after, &c->world);
    incident_table_renew(incidents, &after.basis, &counters);
    assert_change(incidents, is_open ? NULL : c->expected);
    assert_change(incidents, NULL);
    judge_renew(judge, &after.basis);
    policy_end(&before);

    if (is_open) {
        assert_int_equal(judge_kind(judge, &after, OBSERVATION_SCAN, &verdicts), 1);
        incident_table_add(incidents, &verdicts.items[0], &counters);
        assert_int_equal(incident_table_n(incidents), 1);
        assert_int_equal(counters.n[COUNTER_RULES_INCIDENTS], 1);
        incident_table_close_all(incidents, &counters);
        assert_true(incident_table_next(incidents, &incident));
        describe(&incident, text);
        assert_string_equal(strchr(text, ' '), strchr(c->expected, ' '));
        assert_ptr_equal(incident.rules[0], rule_set_find(after.rules, "SCAN"));
        assert_int_equal(incident.n_rules, 2);
        assert_string_equal(incident.verdict.ranges[FLOW_RESPONDER]->claims->organisation,
                            "Grid");
        assert_int_equal(incident.n_verdicts, 3);
    }
    judge_free(judge);
    incident_table_free(incidents);
    policy_end(&after);
}

/* The counts of a rule go on under the rule of the same id, wherever that stands now. */
static void
test_thresholds(void **state)
{
#define THIRD                                                                           \
    "{ id = \"THIRD\"; rev = 1; title = \"t\"; severity = \"low\"; concerns = [ "       \
    "\"JS-P4-ENERGY\" ]; when = { observation = \"scan\"; }; threshold = { count = 3; " \
    "within = \"60s\"; }; }"
    struct verdict_list verdicts = { 0 };
    struct policy before, after;
    struct judge *judge;

    (void) state;
    policy_begin(&before, &(struct world){ .rules = THIRD "," OTHER });
    policy_begin(&after, &(struct world){ .rules = OTHER "," THIRD });
    judge = judge_of(&before);
    assert_int_equal(judge_kind(judge, &before, OBSERVATION_SCAN, &verdicts), 0);
    assert_int_equal(judge_kind(judge, &before, OBSERVATION_SCAN, &verdicts), 0);
    judge_renew(judge, &after.basis);
    policy_end(&before);
    assert_int_equal(judge_kind(judge, &after, OBSERVATION_SCAN, &verdicts), 1);
    assert_int_equal(verdicts.items[0].n_matches, 3);
    assert_int_equal(judge_kind(judge, &after, OBSERVATION_SCAN, &verdicts), 0);
    judge_free(judge);
    policy_end(&after);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_thresholds) };

    return RUN_CASES(renew_cases, test_incident) +
           cmocka_run_group_tests(tests, NULL, NULL);
}
