/* Rules judging observations: each field, both sides, thresholds, and the short cuts
 * against a judge that takes none. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/timestamp.h"
#include "capture/packet.h"
#include "rules/rule_field.h"
#include "rules/rule_set.h"
#include "rules/rule_sight.h"
#include "support/support.h"

/* The world of these tests: a grid and a hospital in Nigeria, a bank in Kenya, a listed
 * host in Chile, and a host nobody knows. */
#define GRID      "192.0.2.10"
#define GRID_2    "192.0.2.20"
#define HOSPITAL  "198.51.100.10"
#define BANK      "198.51.100.200"
#define LISTED    "203.0.113.66"
#define SCANNER   "203.0.113.67"
#define HOSTED    "203.0.113.68"
#define CHILEAN   "203.0.113.7"
#define NEIGHBOUR "198.18.0.1"
#define STRANGER  "100.64.0.1"

static struct world {
    struct problem_list *problems;
    struct statement *statement;
    struct indicator_lists *lists;
    struct sector_map *map;
    struct geo *geo;
    struct place_cache *places;
} world;

static void
world_begin(void)
{
    static const char *const files[] = { NULL };
    static const char *const ranges[] = { "192.0.2.0/24=energy:Grid",
                                          "198.51.100.0/25=healthcare:Hospital",
                                          "198.51.100.128/25=finance:Bank", NULL };
    static const struct {
        const char *prefix, *country;
        uint32_t asn;
    } where[] = { { "192.0.2.0/24", "NG", 64496 },
                  { "198.51.100.0/25", "NG", 64497 },
                  { "198.51.100.128/25", "KE", 0 },
                  { "203.0.113.0/24", "CL", 64499 },
                  { "198.18.0.0/24", "NG", 64500 } };
    static struct geo_place_config places[N_ELEMENTS(where)];
    const char *list = temporary_file("listed.txt", LISTED "\n");
    const struct indicator_list_config lists[] = {
        { .name = "other",
          .file = list,
          .meaning = "",
          .concern = "",
          .source = "",
          .column = "" },
        { .name = "relays",
          .file = list,
          .meaning = "",
          .concern = "JS-P3-DARKWEB",
          .source = "",
          .column = "" },
        { .name = "scanners",
          .file = temporary_file("scanners.txt", SCANNER "\n"),
          .meaning = "",
          .concern = "",
          .source = "",
          .column = "",
          .use = LIST_USE_SCANNER },
        { .name = "bad",
          .file = temporary_file("bad.txt", SCANNER "\n" HOSTED "\n"),
          .meaning = "",
          .concern = "",
          .source = "",
          .column = "" },
        { .name = "hosting",
          .file = temporary_file("hosting.txt", HOSTED "\n"),
          .meaning = "",
          .concern = "",
          .source = "",
          .column = "",
          .use = LIST_USE_ALLOW },
    };
    const struct sector_map_config map = { .operator_files = files, .ranges = ranges };

    for (size_t i = 0; i < N_ELEMENTS(where); i++) {
        places[i] = (struct geo_place_config){ .country = where[i].country,
                                               .as_name = "",
                                               .asn = where[i].asn };
        assert_int_equal(ip_prefix_parse(where[i].prefix, &places[i].prefix), IP_PARSE_OK);
    }
    world.problems = problem_list_new();
    world.statement = statement_new(source_path("conf/statement.conf"), world.problems);
    world.lists = indicator_lists_new(lists, N_ELEMENTS(lists), world.problems);
    world.map = sector_map_new(&map, world.problems);
    world.geo = geo_new(&(struct geo_config){ .databases = files,
                                              .places = places,
                                              .n_places = N_ELEMENTS(places) },
                        world.problems);
    world.places = place_cache_new(world.geo, hash_seed_fixed());
    problem_list_print(world.problems, stderr);
    assert_int_equal(problem_list_n_errors(world.problems), 0);
}

static void
world_end(void)
{
    place_cache_free(world.places);
    geo_free(world.geo);
    sector_map_free(world.map);
    indicator_lists_free(world.lists);
    statement_free(world.statement);
    problem_list_free(world.problems);
}

static struct flow_end
make_end(const char *address, uint16_t port)
{
    struct flow_end end = { .port = port, .packets = 2, .bytes = 200 };

    assert_true(ip_parse(address, &end.address));
    end.range = sector_map_lookup(world.map, end.address);
    return end;
}

static struct flow
make_flow(const char *initiator, const char *responder, uint16_t port)
{
    return (struct flow){
        .ends = { make_end(initiator, 40000), make_end(responder, port) },
        .first_ns = 100 * NS_PER_SECOND,
        .last_ns = 160 * NS_PER_SECOND,
        .protocol = IP_PROTOCOL_TCP,
        .tcp_state = TCP_STATE_OPENED,
        .service = (uint8_t) service_by_port(IP_PROTOCOL_TCP, port),
        .evidence = EVIDENCE_PORT_CONSISTENT,
    };
}

static struct observation
make_observation(enum observation_kind kind, const struct flow *flow)
{
    return (struct observation){ .kind = kind,
                                 .time_ns = flow->last_ns,
                                 .since_ns = flow->first_ns,
                                 .flow = flow,
                                 .asset_ends = 3,
                                 .count = 1 };
}

/* A set of one rule whose 'when' has 'when' and whose other keys have 'more'. */
static struct rule_set *
make_set(const char *when, const char *more)
{
    struct problem_list *problems = problem_list_new();
    struct rule_set *set;
    char text[2048];

    (void) snprintf(text, sizeof text,
                    "rules = ( { id = \"R\"; rev = 1; title = \"t\"; severity = \"low\"; "
                    "concerns = [ \"JS-P4-ENERGY\" ]; when = { %s }; %s } );",
                    when, more);
    set = rule_set_new_text(text, "test", world.statement, world.lists, problems);
    problem_list_print(problems, stderr);
    assert_int_equal(problem_list_n(problems), 0);
    problem_list_free(problems);
    return set;
}

static struct judge *
make_judge(const struct rule_set *set)
{
    return judge_new(&(struct judge_config){ .threshold_capacity = 16 }, set, world.map,
                     world.geo, world.lists, hash_seed_fixed());
}

/* Whether a condition beside observation = "service" holds for an inbound flow from Chile
 * to the grid's IEC 104 port. */
static const struct field_case {
    const char *name, *when;
    bool expected;
} field_cases[] = {
    { "nothing asked", "", true },
    { "direction", "direction = \"inbound\";", true },
    { "another direction", "direction = [ \"outbound\", \"internal\" ];", false },
    { "not a direction", "direction_not = \"internal\";", true },
    { "transport", "transport = \"tcp\";", true },
    { "transport by number", "transport = 6;", true },
    { "another transport", "transport = [ \"udp\", \"sctp\" ];", false },
    { "port", "port = 2404;", true },
    { "port range", "port = [ \"2000-3000\" ];", true },
    { "port range missed", "port = [ \"2405-3000\", \"1-2403\" ];", false },
    { "not a port", "port_not = 2404;", false },
    { "peer_port", "peer_port = { min = 32768; };", true },
    { "peer.port", "peer = { port = { max = 1023; }; };", false },
    { "service", "service = [ \"dnp3\", \"iec104\" ];", true },
    { "another service", "service = \"dnp3\";", false },
    { "not a service", "service_not = \"dnp3\";", true },
    { "evidence", "evidence = \"port-consistent\";", true },
    { "stronger evidence", "evidence = \"verified\";", false },
    { "state", "state = \"opened\";", true },
    { "another state", "state = [ \"half-open\", \"refused\" ];", false },
    { "answered", "answered = true;", true },
    { "not answered", "answered = false;", false },
    { "vlan", "vlan = 0;", true },
    { "tunnel", "tunnel = \"none\";", true },
    { "packets", "packets = 4;", true },
    { "packets of several", "packets = ( 1, { min = 5; } );", false },
    { "bytes", "bytes = \"400B\";", true },
    { "bytes from", "bytes = { min = \"1kB\"; };", false },
    { "duration", "duration = \"1m-2m\";", true },
    { "count", "count = { min = 2; };", false },
    { "asset.role", "asset = { role = \"responder\"; };", true },
    { "asset.sector", "asset = { sector = [ \"space\", \"energy\" ]; };", true },
    { "another sector", "asset = { sector = \"space\"; };", false },
    { "not a sector", "asset = { sector_not = \"energy\"; };", false },
    { "asset.organisation", "asset = { organisation = \"GRID\"; };", true },
    { "asset.subsector", "asset = { subsector = \"electricity\"; };", false },
    { "asset.confidence", "asset = { confidence = \"operator\"; };", true },
    { "asset.prefix", "asset = { prefix = [ \"10.0.0.0/8\", \"192.0.2.8/29\" ]; };", true },
    { "not a prefix", "asset = { prefix_not = \"192.0.2.0/24\"; };", false },
    { "asset.country", "asset = { country = \"NG\"; };", true },
    { "asset.group", "asset = { group = \"ldc\"; };", false },
    { "not a group", "asset = { group_not = \"ldc\"; };", true },
    { "asset.asn", "asset = { asn = 64496; };", true },
    { "peer.sector", "peer = { sector = \"energy\"; };", false },
    { "not a sector of the peer", "peer = { sector_not = \"energy\"; };", true },
    { "peer.prefix", "peer = { prefix = \"203.0.113.0/24\"; };", true },
    { "peer.country", "peer = { country = [ \"PE\", \"CL\" ]; };", true },
    { "not a country", "peer = { country_not = \"CL\"; };", false },
    { "peer.group", "peer = { group = [ \"ldc\", \"lldc\", \"sids\" ]; };", false },
    { "peer.asn", "peer = { asn = { min = 64499; max = 64499; }; };", true },
    { "peer.abroad", "peer = { abroad = true; };", true },
    { "peer.list", "peer = { list = \"relays\"; };", false },
    { "not a list", "peer = { list_not = \"relays\"; };", true },
    { "peer.list_concern", "peer = { list_concern = \"JS-P3-DARKWEB\"; };", false },
};

static void
test_field(void **state)
{
    const struct field_case *c = *state;
    char when[512];
    struct rule_set *set;
    struct judge *judge;
    const struct flow flow = make_flow(CHILEAN, GRID, 2404);
    const struct observation observation = make_observation(OBSERVATION_SERVICE, &flow);
    static struct verdict_list list;
    struct counters counters = { { 0 } };

    (void) snprintf(when, sizeof when, "observation = \"service\"; %s", c->when);
    set = make_set(when, "");
    judge = make_judge(set);
    list.n = 0;
    judge_observation(judge, &observation, &counters, &list);
    assert_int_equal(list.n, c->expected);
    judge_free(judge);
    rule_set_free(set);
}

/* Verdicts for flows between other ends. */
static const struct pair_case {
    const char *name, *initiator, *responder, *when;
    size_t expected;
} pair_cases[] = {
    { "no asset", CHILEAN, STRANGER, "", 0 },
    { "outbound", GRID, CHILEAN,
      "direction = \"outbound\"; asset = { role = \"initiator\"; };", 1 },
    { "internal, from both sides", GRID, GRID_2, "direction = \"internal\";", 2 },
    { "internal, one side", GRID, GRID_2, "asset = { role = \"responder\"; };", 1 },
    { "cross-sector", HOSPITAL, GRID, "direction = \"cross-sector\";", 2 },
    { "cross-sector, the hospital's side", HOSPITAL, GRID,
      "asset = { sector = \"healthcare\"; }; peer = { sector = \"energy\"; };", 1 },
    { "same country", NEIGHBOUR, GRID, "peer = { abroad = true; };", 0 },
    { "not abroad", NEIGHBOUR, GRID, "peer = { abroad = false; };", 1 },
    { "unknown is not abroad", STRANGER, GRID, "peer = { abroad = true; };", 0 },
    { "unknown counts as not abroad", STRANGER, GRID, "peer = { abroad = false; };", 1 },
    { "unknown country", STRANGER, GRID, "peer = { country = \"CL\"; };", 0 },
    { "nor its negation", STRANGER, GRID, "peer = { country_not = \"CL\"; };", 0 },
    { "unknown AS", STRANGER, GRID, "peer = { asn_not = 1; };", 0 },
    { "on a list", LISTED, GRID, "peer = { list = \"relays\"; };", 1 },
    { "on a list of a concern", LISTED, GRID,
      "peer = { list_concern = [ \"JS-P3-CRYPTO\", \"JS-P3-DARKWEB\" ]; };", 1 },
    { "on no list of that concern", LISTED, GRID,
      "peer = { list_concern = \"JS-P3-CRYPTO\"; };", 0 },
    { "not on a list", LISTED, GRID, "peer = { list_not = \"relays\"; };", 0 },
};

static void
test_pair(void **state)
{
    const struct pair_case *c = *state;
    char when[512];
    struct rule_set *set;
    struct judge *judge;
    const struct flow flow = make_flow(c->initiator, c->responder, 2404);
    const struct observation observation = make_observation(OBSERVATION_SERVICE, &flow);
    static struct verdict_list list;
    struct counters counters = { { 0 } };

    (void) snprintf(when, sizeof when, "observation = \"service\"; %s", c->when);
    set = make_set(when, "");
    judge = make_judge(set);
    list.n = 0;
    judge_observation(judge, &observation, &counters, &list);
    assert_int_equal(list.n, c->expected);
    assert_int_equal(counters.n[COUNTER_RULES_VERDICTS], c->expected);
    judge_free(judge);
    rule_set_free(set);
}

/* A reflector is no victim, and what is no amplification is neither. */
static void
test_amplification_role(void **state)
{
    static const struct {
        const char *condition;
        size_t n_reflector, n_flood;
    } cases[] = { { "amplification_role = \"reflector\";", 1, 0 },
                  { "amplification_role = \"victim\";", 0, 0 },
                  { "amplification_role_not = \"victim\";", 1, 0 } };
    const struct flow flow = make_flow(CHILEAN, GRID, 53);
    static struct verdict_list list;
    struct counters counters = { { 0 } };

    (void) state;
    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        struct observation observation = make_observation(OBSERVATION_AMPLIFICATION, &flow);
        struct rule_set *set;
        struct judge *judge;
        char when[256];

        (void) snprintf(when, sizeof when,
                        "observation = [ \"amplification\", \"flood\" ]; %s",
                        cases[i].condition);
        set = make_set(when, "");
        judge = make_judge(set);
        observation.amplification_role = AMPLIFICATION_REFLECTOR;
        list.n = 0;
        judge_observation(judge, &observation, &counters, &list);
        assert_int_equal(list.n, cases[i].n_reflector);
        observation.kind = OBSERVATION_FLOOD;
        list.n = 0;
        judge_observation(judge, &observation, &counters, &list);
        assert_int_equal(list.n, cases[i].n_flood);
        judge_free(judge);
        rule_set_free(set);
    }
}

/* A verdict carries all that it rests on. */
static void
test_verdict(void **state)
{
    struct rule_set *set =
        make_set("observation = \"service\"; peer = { country = \"CL\"; };", "");
    struct judge *judge = make_judge(set);
    const struct flow flow = make_flow(CHILEAN, GRID, 2404);
    struct observation observation = make_observation(OBSERVATION_SERVICE, &flow);
    static struct verdict_list list;
    struct counters counters = { { 0 } };
    const struct verdict *v = &list.items[0];

    (void) state;
    list.n = 0;
    judge_observation(judge, &observation, &counters, &list);
    assert_int_equal(list.n, 1);
    assert_ptr_equal(v->rule, rule_set_at(set, 0));
    assert_int_equal(v->time_ns, observation.time_ns);
    assert_int_equal(v->flow.ends[FLOW_RESPONDER].port, 2404);
    assert_null(v->observation.flow);
    assert_int_equal(v->asset_end, FLOW_RESPONDER);
    assert_int_equal(v->direction, DIRECTION_INBOUND);
    assert_null(v->ranges[FLOW_INITIATOR]);
    assert_string_equal(v->ranges[FLOW_RESPONDER]->claims[0].organisation, "Grid");
    assert_string_equal(v->places[FLOW_INITIATOR].country, "CL");
    assert_string_equal(v->places[FLOW_RESPONDER].country, "NG");
    assert_int_equal(v->n_matches, 1);

    observation.asset_ends = 1 << FLOW_INITIATOR; /* Which is no asset. */
    list.n = 0;
    judge_observation(judge, &observation, &counters, &list);
    assert_int_equal(list.n, 0);
    judge_free(judge);
    rule_set_free(set);
}

/* Verdicts on a flow whose service was seen by its port, then by its structure. */
static const struct grown_case {
    const char *name, *when, *more;
    size_t n_first, n_second; /* Verdicts of each observation. */
    uint32_t n_matches;       /* Of the second's verdict, if there is one. */
} grown_cases[] = {
    { "any grade", "", "", 1, 1, 0 },
    { "both grades", "evidence = [ \"port-consistent\", \"verified\" ];", "", 1, 1, 0 },
    { "the lower grade", "evidence = \"port-consistent\";", "", 1, 0, 0 },
    { "the higher grade", "evidence = \"verified\";", "", 0, 1, 1 },
    { "what another condition rules out", "peer = { country = \"NG\"; };", "", 0, 0, 0 },
    { "what grows with the flow is not known of before", "packets = { min = 5; };", "", 0,
      1, 1 },
    { "a threshold counts the flow once", "",
      "threshold = { count = 2; within = \"60s\"; by = [ \"peer\" ]; };", 0, 1, 0 },
};

static void
test_grown(void **state)
{
    const struct grown_case *c = *state;
    char when[512];
    struct rule_set *set;
    struct judge *judge;
    struct flow flow = make_flow(CHILEAN, GRID, 2404);
    struct observation observation = make_observation(OBSERVATION_SERVICE, &flow);
    static struct verdict_list list;
    struct counters counters = { { 0 } };

    (void) snprintf(when, sizeof when, "observation = \"service\"; %s", c->when);
    set = make_set(when, c->more);
    judge = make_judge(set);
    list.n = 0;
    judge_observation(judge, &observation, &counters, &list);
    assert_int_equal(list.n, c->n_first);
    flow.evidence = EVIDENCE_VERIFIED;
    flow.ends[FLOW_INITIATOR].packets++;
    observation.earlier = EVIDENCE_PORT_CONSISTENT;
    list.n = 0;
    judge_observation(judge, &observation, &counters, &list);
    assert_int_equal(list.n, c->n_second);
    if (list.n > 0) {
        assert_int_equal(list.items[0].n_matches, c->n_matches);
        assert_int_equal(list.items[0].flow.evidence, EVIDENCE_VERIFIED);
    }
    assert_int_equal(counters.n[COUNTER_RULES_VERDICTS],
                     c->n_first + (c->n_matches > 0 ? 1 : 0));
    judge_free(judge);
    rule_set_free(set);
}

/* A listed-address observation is about one list, whatever others the address is on. */
static void
test_listed(void **state)
{
    struct rule_set *set = make_set("observation = \"listed-address\"; "
                                    "peer = { list_concern_not = \"JS-P3-DARKWEB\"; };",
                                    "");
    struct judge *judge = make_judge(set);
    const struct flow flow = make_flow(GRID, LISTED, 443);
    struct observation observation = make_observation(OBSERVATION_LISTED_ADDRESS, &flow);
    static struct verdict_list list;
    struct counters counters = { { 0 } };

    (void) state;
    list.n = 0;
    observation.list = indicator_lists_at(world.lists, 1);
    judge_observation(judge, &observation, &counters, &list);
    assert_int_equal(list.n, 0);
    observation.list = indicator_lists_at(world.lists, 0);
    judge_observation(judge, &observation, &counters, &list);
    assert_int_equal(list.n, 1);
    judge_free(judge);
    rule_set_free(set);
}

/* A list that allows an address makes the others not count, where a rule asks for them. */
static void
test_allowed(void **state)
{
    static const struct {
        const char *peer, *list;
        size_t expected;
    } cases[] = { { SCANNER, "bad", 1 }, { HOSTED, "bad", 0 }, { HOSTED, "hosting", 1 } };

    (void) state;
    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        char when[128];
        struct rule_set *set;
        struct judge *judge;
        const struct flow flow = make_flow(cases[i].peer, GRID, 22);
        struct observation observation = make_observation(OBSERVATION_SERVICE, &flow);
        static struct verdict_list list;
        struct counters counters = { { 0 } };

        (void) snprintf(when, sizeof when,
                        "observation = \"service\"; peer = { list = \"%s\"; };",
                        cases[i].list);
        set = make_set(when, "");
        judge = make_judge(set);
        list.n = 0;
        judge_observation(judge, &observation, &counters, &list);
        assert_int_equal(list.n, cases[i].expected);
        judge_free(judge);
        rule_set_free(set);
    }
}

/* What known scanners do: it is info, and their list is said. */
static const struct scanner_case {
    const char *name;
    const char *initiator, *responder;
    enum observation_kind kind;
    const char *list; /* Of the observation; NULL: none. */
    enum severity severity;
    const char *detail;
    const char *said; /* The list that the verdict names; NULL: none. */
} scanner_cases[] = {
    { "a scan", SCANNER, GRID, OBSERVATION_SCAN, NULL, SEVERITY_INFO,
      "x, by a known scanner of list scanners", "scanners" },
    { "a sweep", SCANNER, GRID, OBSERVATION_SWEEP, NULL, SEVERITY_INFO,
      "x, by a known scanner of list scanners", "scanners" },
    { "it is on a list", SCANNER, GRID, OBSERVATION_LISTED_ADDRESS, "bad", SEVERITY_INFO,
      "x, by a known scanner of list scanners", "bad" },
    { "a scan of another", CHILEAN, GRID, OBSERVATION_SCAN, NULL, SEVERITY_LOW, "x", NULL },
    { "a contact to it", GRID, SCANNER, OBSERVATION_LISTED_ADDRESS, "bad", SEVERITY_LOW,
      "x", "bad" },
    { "what it should not do", SCANNER, GRID, OBSERVATION_BRUTE_FORCE, NULL, SEVERITY_LOW,
      "x", NULL },
};

static void
test_scanner(void **state)
{
    const struct scanner_case *c = *state;
    struct rule_set *set = make_set(
        "observation = [ \"scan\", \"sweep\", \"listed-address\", \"brute-force\" ];", "");
    struct judge *judge = make_judge(set);
    const struct flow flow = make_flow(c->initiator, c->responder, 443);
    struct observation observation = make_observation(c->kind, &flow);
    static struct verdict_list list;
    struct counters counters = { { 0 } };
    const struct verdict *v = &list.items[0];

    list.n = 0;
    strcpy(observation.detail, "x");
    for (size_t i = 0; c->list != NULL && i < indicator_lists_n(world.lists); i++) {
        if (strcmp(indicator_lists_at(world.lists, i)->name, c->list) == 0) {
            observation.list = indicator_lists_at(world.lists, i);
        }
    }
    judge_observation(judge, &observation, &counters, &list);
    assert_int_equal(list.n, 1);
    assert_int_equal(verdict_severity(v), c->severity);
    assert_string_equal(v->observation.detail, c->detail);
    if (c->said == NULL) {
        assert_null(v->observation.list);
    } else {
        assert_string_equal(v->observation.list->name, c->said);
    }
    judge_free(judge);
    rule_set_free(set);
}

static const struct threshold_case {
    const char *name, *by;
    const char *initiators[4], *responders[4];
    size_t expected; /* Verdicts; the threshold is 2. */
} threshold_cases[] = {
    { "all together", "", { CHILEAN, STRANGER }, { GRID, GRID_2 }, 1 },
    { "by peer, others", "\"peer\"", { CHILEAN, STRANGER }, { GRID, GRID }, 0 },
    { "by peer, the same", "\"peer\"", { CHILEAN, CHILEAN }, { GRID, HOSPITAL }, 1 },
    { "by asset, others", "\"asset\"", { CHILEAN, CHILEAN }, { GRID, GRID_2 }, 0 },
    { "by asset, the same", "\"asset\"", { CHILEAN, STRANGER }, { GRID, GRID }, 1 },
    { "by organisation, others",
      "\"organisation\"",
      { CHILEAN, CHILEAN },
      { GRID, HOSPITAL },
      0 },
    { "by organisation, the same",
      "\"organisation\"",
      { CHILEAN, CHILEAN },
      { GRID, GRID_2 },
      1 },
    { "by sector, others", "\"sector\"", { CHILEAN, CHILEAN }, { BANK, HOSPITAL }, 0 },
    { "by sector, the same", "\"sector\"", { CHILEAN, STRANGER }, { GRID, GRID_2 }, 1 },
    { "by two",
      "\"peer\", \"asset\"",
      { CHILEAN, STRANGER, CHILEAN, CHILEAN },
      { GRID, GRID, GRID_2, GRID },
      1 },
};

static void
test_threshold(void **state)
{
    const struct threshold_case *c = *state;
    static struct verdict_list list;
    char more[256];
    struct rule_set *set;
    struct judge *judge;
    struct counters counters = { { 0 } };

    (void) snprintf(more, sizeof more,
                    "threshold = { count = 2; within = \"60s\"; by = [ %s ]; };", c->by);
    set = make_set("observation = \"service\"; asset = { role = \"responder\"; };", more);
    judge = make_judge(set);
    list.n = 0;
    for (size_t i = 0; i < N_ELEMENTS(c->initiators) && c->initiators[i] != NULL; i++) {
        const struct flow flow = make_flow(c->initiators[i], c->responders[i], 22);
        const struct observation observation = make_observation(OBSERVATION_SERVICE, &flow);

        judge_observation(judge, &observation, &counters, &list);
    }
    assert_int_equal(list.n, c->expected);
    assert_int_equal(list.n > 0 ? list.items[0].n_matches : 2, 2);
    judge_free(judge);
    rule_set_free(set);
}

/* A full list of verdicts loses the rest, and says how many. */
static void
test_overflow(void **state)
{
    struct rule_set *set = make_set("observation = \"service\";", "");
    struct judge *judge = make_judge(set);
    const struct flow flow = make_flow(CHILEAN, GRID, 22);
    const struct observation observation = make_observation(OBSERVATION_SERVICE, &flow);
    static struct verdict_list list;
    struct counters counters = { { 0 } };

    (void) state;
    list.n = 0;
    list.n_lost = 0;
    for (unsigned i = 0; i < VERDICT_LIST_MAX + 3; i++) {
        judge_observation(judge, &observation, &counters, &list);
    }
    assert_int_equal(list.n, VERDICT_LIST_MAX);
    assert_int_equal(list.n_lost, 3);
    assert_int_equal(counters.n[COUNTER_RULES_VERDICTS_LOST], 3);
    judge_free(judge);
    rule_set_free(set);
}

/* The short cuts by port and service, and the order of conditions, change no verdict: the
 * shipped rules without thresholds against a judge that tries every rule on every side. */
static size_t
plain_verdicts(const struct rule_set *set, const struct observation *observation)
{
    size_t n = 0;

    for (size_t i = 0; i < rule_set_n(set); i++) {
        const struct rule *rule = rule_set_at(set, i);

        for (unsigned end = 0; end < 2; end++) {
            struct rule_sight sight = { .asset_end = end };
            bool holds = (rule->observations >> observation->kind & 1) != 0 &&
                         observation->flow->ends[end].range != 0;

            rule_sight_init(&sight, observation, world.map, world.places, world.lists);
            for (size_t j = rule->n_conditions; holds && j-- > 0;) {
                holds = rule_condition_holds(&rule->conditions[j], &sight);
            }
            n += holds && rule->threshold_count == 1;
        }
    }
    return n;
}

static struct flow
random_flow(void)
{
    static const char *const hosts[] = { GRID,   GRID_2,  HOSPITAL,  BANK,
                                         LISTED, CHILEAN, NEIGHBOUR, STRANGER };
    static const uint16_t ports[] = { 22,   23,   80,   102,   104,   443,  445,
                                      502,  1433, 2222, 2404,  3389,  4840, 8333,
                                      8600, 9001, 9878, 10110, 11112, 47808 };
    struct flow flow = make_flow(hosts[(size_t) rand() % N_ELEMENTS(hosts)],
                                 hosts[(size_t) rand() % N_ELEMENTS(hosts)],
                                 ports[(size_t) rand() % N_ELEMENTS(ports)]);

    flow.protocol = rand() % 2 == 0 ? IP_PROTOCOL_TCP : IP_PROTOCOL_UDP;
    flow.tcp_state = TCP_STATE_NONE;
    if (flow.protocol == IP_PROTOCOL_TCP) {
        flow.tcp_state = (uint8_t) (1 + rand() % (N_TCP_STATES - 1));
    }
    flow.service = SERVICE_NONE;
    if (rand() % 2 == 0) {
        flow.service = (uint8_t) service_by_port(flow.protocol, flow.ends[1].port);
    }
    flow.initiator_is_guess = rand() % 4 == 0;
    flow.ends[FLOW_RESPONDER].packets = (uint64_t) (rand() % 2);
    return flow;
}

static void
test_short_cuts(void **state)
{
    const char *const folders[] = { source_path("conf/rules"), NULL };
    struct problem_list *problems = problem_list_new();
    struct rule_set *set = rule_set_new(folders, world.statement, world.lists, problems);
    struct judge *judge = make_judge(set);
    const unsigned seed = (unsigned) time(NULL);
    static struct verdict_list list;
    struct counters counters = { { 0 } };
    size_t n_verdicts = 0;

    (void) state;
    print_message("seed %u\n", seed);
    srand(seed);
    for (unsigned i = 0; i < 20000; i++) {
        const struct flow flow = random_flow();
        struct observation observation = make_observation(
            (enum observation_kind)((unsigned) rand() % N_OBSERVATIONS), &flow);
        size_t n = 0;

        if (observation.kind == OBSERVATION_LISTED_ADDRESS) {
            observation.list = indicator_lists_at(world.lists, (size_t) rand() % 2);
        }
        list.n = 0;
        judge_observation(judge, &observation, &counters, &list);
        for (size_t j = 0; j < list.n; j++) {
            n += list.items[j].rule->threshold_count == 1;
        }
        assert_int_equal(n, plain_verdicts(set, &observation));
        n_verdicts += n;
    }
    assert_true(n_verdicts > 1000);
    judge_free(judge);
    rule_set_free(set);
    problem_list_free(problems);
}

/* What the shipped rules make of everyday and of suspicious contacts: the severity of the
 * worst verdict, or nothing. */
enum { NOTHING = -1 };

static const struct shipped_case {
    const char *name, *initiator, *responder;
    uint16_t port;
    uint8_t protocol;
    enum observation_kind kind;
    int expected;
} shipped_cases[] = {
    { "web to a hospital", CHILEAN, HOSPITAL, 443, 6, OBSERVATION_SERVICE, NOTHING },
    { "its end", CHILEAN, HOSPITAL, 443, 6, OBSERVATION_FLOW_END, NOTHING },
    { "mail to a bank", CHILEAN, BANK, 25, 6, OBSERVATION_SERVICE, NOTHING },
    { "DNS of a grid", CHILEAN, GRID, 53, 17, OBSERVATION_SERVICE, NOTHING },
    { "NTP of a grid", CHILEAN, GRID, 123, 17, OBSERVATION_FLOW_END, NOTHING },
    { "a hospital browses", HOSPITAL, CHILEAN, 443, 6, OBSERVATION_SERVICE, NOTHING },
    { "QUIC", HOSPITAL, CHILEAN, 443, 17, OBSERVATION_SERVICE, NOTHING },
    { "a flow begins", CHILEAN, GRID, 2404, 6, OBSERVATION_FLOW_START, NOTHING },
    { "SSH from abroad", CHILEAN, BANK, 22, 6, OBSERVATION_SERVICE, SEVERITY_LOW },
    { "SSH at home", NEIGHBOUR, GRID, 22, 6, OBSERVATION_SERVICE, NOTHING },
    { "remote desktop from abroad", CHILEAN, BANK, 3389, 6, OBSERVATION_SERVICE,
      SEVERITY_MEDIUM },
    { "IEC 104 from abroad", CHILEAN, GRID, 2404, 6, OBSERVATION_SERVICE, SEVERITY_HIGH },
    { "IEC 104 from a stranger", STRANGER, GRID, 2404, 6, OBSERVATION_SERVICE,
      SEVERITY_HIGH },
    { "IEC 104 within energy", GRID, GRID_2, 2404, 6, OBSERVATION_SERVICE, NOTHING },
    { "IEC 104 from a hospital", HOSPITAL, GRID, 2404, 6, OBSERVATION_SERVICE,
      SEVERITY_HIGH },
    { "BACnet tried", CHILEAN, GRID, 47808, 17, OBSERVATION_SERVICE, SEVERITY_LOW },
    { "BACnet answered", CHILEAN, GRID, 47808, 17, OBSERVATION_FLOW_END, SEVERITY_HIGH },
    { "DICOM at home", NEIGHBOUR, HOSPITAL, 104, 6, OBSERVATION_SERVICE, SEVERITY_MEDIUM },
    { "DICOM from abroad", CHILEAN, HOSPITAL, 104, 6, OBSERVATION_SERVICE, SEVERITY_HIGH },
    { "FIX", CHILEAN, BANK, 9878, 6, OBSERVATION_SERVICE, SEVERITY_MEDIUM },
    { "scan of a hospital", CHILEAN, HOSPITAL, 81, 6, OBSERVATION_SCAN, SEVERITY_MEDIUM },
    { "sweep of a grid", CHILEAN, GRID, 80, 6, OBSERVATION_SWEEP, SEVERITY_LOW },
    { "sweep for Modbus", CHILEAN, GRID, 502, 6, OBSERVATION_SWEEP, SEVERITY_MEDIUM },
    { "a bank sweeps for SMB", BANK, CHILEAN, 445, 6, OBSERVATION_SWEEP, SEVERITY_MEDIUM },
    { "logins tried at a bank", CHILEAN, BANK, 22, 6, OBSERVATION_BRUTE_FORCE,
      SEVERITY_MEDIUM },
    { "mail programs of a network", CHILEAN, BANK, 993, 6, OBSERVATION_BRUTE_FORCE,
      SEVERITY_LOW },
    { "logins between hosts of one grid", GRID, GRID_2, 22, 6, OBSERVATION_BRUTE_FORCE,
      SEVERITY_MEDIUM },
    { "a grid's programs and their database", GRID, GRID_2, 3306, 6,
      OBSERVATION_BRUTE_FORCE, NOTHING },
    { "from host to host", GRID, GRID_2, 445, 6, OBSERVATION_LATERAL, SEVERITY_MEDIUM },
    { "flood of a hospital", CHILEAN, HOSPITAL, 443, 6, OBSERVATION_FLOOD,
      SEVERITY_MEDIUM },
    { "flood from a hospital", HOSPITAL, CHILEAN, 443, 6, OBSERVATION_FLOOD, NOTHING },
    { "answers that a bank did not ask for", BANK, CHILEAN, 53, 17,
      OBSERVATION_AMPLIFICATION, SEVERITY_MEDIUM },
    { "regular contacts by HTTPS", HOSPITAL, CHILEAN, 443, 6, OBSERVATION_BEACON,
      SEVERITY_LOW },
    { "regular contacts abroad", HOSPITAL, CHILEAN, 4433, 6, OBSERVATION_BEACON,
      SEVERITY_MEDIUM },
    { "a backup abroad by HTTPS", BANK, CHILEAN, 443, 6, OBSERVATION_EXFILTRATION,
      SEVERITY_LOW },
    { "a backup at home", GRID, NEIGHBOUR, 443, 6, OBSERVATION_EXFILTRATION, NOTHING },
    { "much to an unusual port abroad", BANK, CHILEAN, 8022, 6, OBSERVATION_EXFILTRATION,
      SEVERITY_MEDIUM },
    { "a database read from abroad", CHILEAN, BANK, 1433, 6, OBSERVATION_EXFILTRATION,
      SEVERITY_MEDIUM },
    { "a tunnel in echoes", BANK, CHILEAN, 0, 1, OBSERVATION_ICMP_TUNNEL, SEVERITY_MEDIUM },
    { "large echoes within a grid", GRID, GRID_2, 0, 1, OBSERVATION_ICMP_TUNNEL, NOTHING },
    { "a bank contacts a listed host", BANK, LISTED, 443, 6, OBSERVATION_LISTED_ADDRESS,
      SEVERITY_INFO },
    { "remote desktop through a relay", LISTED, BANK, 3389, 6, OBSERVATION_SERVICE,
      SEVERITY_MEDIUM },
    { "mining port", HOSPITAL, CHILEAN, 3333, 6, OBSERVATION_SERVICE, SEVERITY_LOW },
    { "several sectors", CHILEAN, GRID, 22, 6, OBSERVATION_MULTI_SECTOR, SEVERITY_LOW },
    { "several countries", CHILEAN, GRID, 22, 6, OBSERVATION_MULTI_COUNTRY, SEVERITY_LOW },
};

static void
test_shipped(void **state)
{
    const struct shipped_case *c = *state;
    const char *const folders[] = { source_path("conf/rules"), NULL };
    struct problem_list *problems = problem_list_new();
    struct rule_set *set = rule_set_new(folders, world.statement, world.lists, problems);
    struct judge *judge = make_judge(set);
    struct flow flow = make_flow(c->initiator, c->responder, c->port);
    struct observation observation = make_observation(c->kind, &flow);
    static struct verdict_list list;
    struct counters counters = { { 0 } };
    int worst = NOTHING;

    flow.protocol = c->protocol;
    if (c->protocol == IP_PROTOCOL_UDP) {
        flow.tcp_state = TCP_STATE_NONE;
    }
    flow.service = (uint8_t) service_by_port(c->protocol, c->port);
    observation.list =
        c->kind == OBSERVATION_LISTED_ADDRESS ? indicator_lists_at(world.lists, 1) : NULL;
    list.n = 0;
    judge_observation(judge, &observation, &counters, &list);
    for (size_t i = 0; i < list.n; i++) {
        const int severity = (int) list.items[i].rule->severity;

        worst = severity > worst ? severity : worst;
    }
    assert_int_equal(worst, c->expected);
    judge_free(judge);
    rule_set_free(set);
    problem_list_free(problems);
}

/* Whether a rule could match at all is told from the lists that it asks for. */
static void
test_has_its_lists(void **state)
{
    static const struct {
        const char *when;
        bool expected;
    } cases[] = {
        { "", true },
        { "peer = { list = \"relays\"; };", true },
        { "peer = { list_concern = \"JS-P3-DARKWEB\"; };", true },
        { "peer = { list_concern = [ \"JS-P3-WMD\", \"JS-P3-DARKWEB\" ]; };", true },
        { "peer = { list_concern = \"JS-P3-WMD\"; };", false },
        { "peer = { list_concern_not = \"JS-P3-WMD\"; };", true },
    };

    (void) state;
    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        char when[256];
        struct rule_set *set;

        (void) snprintf(when, sizeof when, "observation = \"service\"; %s", cases[i].when);
        set = make_set(when, "");
        assert_int_equal(rule_has_its_lists(rule_set_at(set, 0)), cases[i].expected);
        rule_set_free(set);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_amplification_role),
        cmocka_unit_test(test_verdict),
        cmocka_unit_test(test_listed),
        cmocka_unit_test(test_allowed),
        cmocka_unit_test(test_overflow),
        cmocka_unit_test(test_short_cuts),
        cmocka_unit_test(test_has_its_lists),
    };
    int n_failed;

    world_begin();
    n_failed =
        RUN_CASES(field_cases, test_field) + RUN_CASES(pair_cases, test_pair) +
        RUN_CASES(grown_cases, test_grown) + RUN_CASES(threshold_cases, test_threshold) +
        RUN_CASES(scanner_cases, test_scanner) + RUN_CASES(shipped_cases, test_shipped) +
        cmocka_run_group_tests(tests, NULL, NULL);
    world_end();
    return n_failed;
}
