/* Each case is a few verdicts and what becomes of them, a line a change:
 *
 *     TIME STATE[(END)] PEER-GROUP SEVERITY VERDICTS/SINCE-LAST-ALERT ALERTS of SECTORS in
 * COUNTRIES
 */
#include "rules/incident_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "support/support.h"

enum { WINDOW_S = 100, LONGEST_S = 1000, CAPACITY = 4, N_STEPS = 16, TEXT_SIZE = 4096 };

static const struct rule rules[] = {
    { .id = "E-1",
      .rev = 1,
      .family = "energy",
      .severity = SEVERITY_LOW,
      .quiet_for_ns = 50 * NS_PER_SECOND },
    { .id = "E-2",
      .rev = 1,
      .family = "energy",
      .severity = SEVERITY_HIGH,
      .quiet_for_ns = 50 * NS_PER_SECOND },
    { .id = "S-1",
      .rev = 1,
      .family = "scan",
      .severity = SEVERITY_LOW,
      .quiet_for_ns = 5000 * NS_PER_SECOND },
    { .id = "C-1",
      .rev = 1,
      .family = "cascade",
      .severity = SEVERITY_MEDIUM,
      .quiet_for_ns = 5000 * NS_PER_SECOND },
    { .id = "E-0",
      .rev = 1,
      .family = "energy",
      .severity = SEVERITY_INFO,
      .quiet_for_ns = 0 },
};
enum { E1, E2, S1, C1, E0 };

static const struct range_claim claims[] = {
    { .sector = SECTOR_ENERGY, .organisation = "Grid", .country = "KE" },
    { .sector = SECTOR_ENERGY, .organisation = "Grid", .country = "PE" },
    { .sector = SECTOR_ENERGY, .organisation = "", .country = "KE" },
    { .sector = SECTOR_FINANCE, .organisation = "Bank", .country = "DE" },
};
static const struct critical_range ranges[] = {
    { .sectors = 1 << SECTOR_ENERGY, .claims = &claims[0], .n_claims = 1 },
    { .sectors = 1 << SECTOR_ENERGY, .claims = &claims[1], .n_claims = 1 },
    { .sectors = 1 << SECTOR_ENERGY, .claims = &claims[2], .n_claims = 1 },
    { .sectors = 1 << SECTOR_FINANCE, .claims = &claims[3], .n_claims = 1 },
};
enum { GRID_KE, GRID_PE, UNNAMED, BANK };

enum verb { END, ADD_VERDICT, EXPIRE_AT, CLOSE };

struct step {
    enum verb verb;
    unsigned time_s;
    unsigned rule;
    const char *peer, *asset;
    unsigned range;
    enum observation_kind kind;
    bool is_outbound; /* The asset opened the flow. */
    sector_set sectors;
};

struct incident_case {
    const char *name;
    struct step steps[N_STEPS];
    const char *expected;
};

#define P1 "198.51.100.1"
#define P2 "198.51.100.2"
#define A1 "192.0.2.1"
#define A2 "192.0.2.2"

#define ADD_KIND(at, rule_, peer_, asset_, range_, kind_, outbound, sectors_)             \
    {                                                                                     \
        .verb = ADD_VERDICT, .time_s = (at), .rule = (rule_), .peer = (peer_),            \
        .asset = (asset_), .range = (range_), .kind = (kind_), .is_outbound = (outbound), \
        .sectors = (sectors_)                                                             \
    }
#define ADD(at, rule, peer, asset, range) \
    ADD_KIND(at, rule, peer, asset, range, 0, false, 0)
#define EXPIRE(at)                        \
    {                                     \
        .verb = EXPIRE_AT, .time_s = (at) \
    }
#define CLOSE_ALL(at)                 \
    {                                 \
        .verb = CLOSE, .time_s = (at) \
    }

static const struct incident_case cases[] = {
    { "one verdict opens, the window closes",
      { ADD(10, E1, P1, A1, GRID_KE), EXPIRE(109), EXPIRE(110) },
      "10 opened E-1 low 1/1 1 of energy in KE\n"
      "110 closed(idle) E-1 low 1/0 2 of energy in KE\n" },
    { "more of the same only count until quiet_for is over",
      { ADD(10, E1, P1, A1, GRID_KE), ADD(20, E1, P1, A2, GRID_KE),
        ADD(59, E1, P1, A1, GRID_KE), ADD(60, E1, P1, A1, GRID_KE),
        ADD(61, E1, P1, A1, GRID_KE), CLOSE_ALL(61) },
      "10 opened E-1 low 1/1 1 of energy in KE\n"
      "60 updated E-1 low 4/3 2 of energy in KE\n"
      "61 closed(end-of-input) E-1 low 5/1 3 of energy in KE\n" },
    { "a rule new to the incident and a higher severity update at once",
      { ADD(10, E1, P1, A1, GRID_KE), ADD(11, E0, P1, A1, GRID_KE),
        ADD(12, E2, P1, A1, GRID_KE), ADD(13, E1, P1, A1, GRID_KE), CLOSE_ALL(13) },
      "10 opened E-1 low 1/1 1 of energy in KE\n"
      "11 updated E-0 low 2/1 2 of energy in KE\n"
      "12 updated E-2 high 3/1 3 of energy in KE\n"
      "13 closed(end-of-input) E-2 high 4/1 4 of energy in KE\n" },
    { "quiet_for is each rule's own, 0 makes every verdict an alert",
      { ADD(10, E0, P1, A1, GRID_KE), ADD(11, E1, P1, A1, GRID_KE),
        ADD(12, E0, P1, A1, GRID_KE), ADD(13, E1, P1, A1, GRID_KE) },
      "10 opened E-0 info 1/1 1 of energy in KE\n"
      "11 updated E-1 low 2/1 2 of energy in KE\n"
      "12 updated E-0 low 3/1 3 of energy in KE\n" },
    { "with quiet_for 0 a verdict of an earlier time is an alert, too",
      { ADD(12, E0, P1, A1, GRID_KE), ADD(10, E0, P1, A1, GRID_KE) },
      "12 opened E-0 info 1/1 1 of energy in KE\n"
      "10 updated E-0 info 2/1 2 of energy in KE\n" },
    { "else a verdict of an earlier time only counts",
      { ADD(82, E1, P1, A1, GRID_KE), ADD(10, E1, P1, A1, GRID_KE) },
      "82 opened E-1 low 1/1 1 of energy in KE\n" },
    { "verdicts within the window keep it open, one at its end opens another",
      { ADD(10, E1, P1, A1, GRID_KE), ADD(105, E1, P1, A1, GRID_KE),
        ADD(205, E1, P1, A1, GRID_KE) },
      "10 opened E-1 low 1/1 1 of energy in KE\n"
      "105 updated E-1 low 2/1 2 of energy in KE\n"
      "205 closed(idle) E-1 low 2/0 3 of energy in KE\n"
      "205 opened E-1 low 1/1 1 of energy in KE\n" },
    { "other peer, family, organisation, its country: others",
      { ADD(10, E1, P1, A1, GRID_KE), ADD(11, E1, P2, A1, GRID_KE),
        ADD(12, E1, P1, A1, BANK), ADD(13, E1, P1, A1, GRID_PE), CLOSE_ALL(13) },
      "10 opened E-1 low 1/1 1 of energy in KE\n"
      "11 opened E-1 low 1/1 1 of energy in KE\n"
      "12 opened E-1 low 1/1 1 of finance in DE\n"
      "13 opened E-1 low 1/1 1 of energy in PE\n"
      "13 closed(end-of-input) E-1 low 1/0 2 of energy in KE\n"
      "13 closed(end-of-input) E-1 low 1/0 2 of energy in KE\n"
      "13 closed(end-of-input) E-1 low 1/0 2 of finance in DE\n"
      "13 closed(end-of-input) E-1 low 1/0 2 of energy in PE\n" },
    { "without an organisation the sector is the group",
      { ADD(10, E1, P1, A1, UNNAMED), ADD(11, E1, P1, A2, UNNAMED),
        ADD(12, S1, P1, A2, UNNAMED) },
      "10 opened E-1 low 1/1 1 of energy in KE\n"
      "12 opened S-1 low 1/1 1 of energy in KE\n" },
    { "IPv6 peers of one /64 are one",
      { ADD(10, E1, "2001:db8::1", A1, GRID_KE), ADD(11, E1, "2001:db8::f:2", A1, GRID_KE),
        ADD(12, E1, "2001:db8:0:1::1", A1, GRID_KE) },
      "10 opened E-1 low 1/1 1 of energy in KE\n"
      "12 opened E-1 low 1/1 1 of energy in KE\n" },
    { "an asset that sweeps is one incident",
      { ADD_KIND(10, S1, P1, A1, GRID_KE, OBSERVATION_SWEEP, true, 0),
        ADD_KIND(11, S1, P2, A1, GRID_KE, OBSERVATION_SWEEP, true, 0),
        ADD_KIND(12, S1, P2, A2, GRID_KE, OBSERVATION_SWEEP, true, 0),
        ADD_KIND(13, S1, P2, A2, GRID_KE, OBSERVATION_SWEEP, false, 0) },
      "10 opened S-1 low 1/1 1 of energy in KE\n"
      "12 opened S-1 low 1/1 1 of energy in KE\n"
      "13 opened S-1 low 1/1 1 of energy in KE\n" },
    { "a flood of an asset is one incident, whoever sends it",
      { ADD_KIND(10, S1, P1, A1, GRID_KE, OBSERVATION_FLOOD, false, 0),
        ADD_KIND(11, S1, P2, A1, GRID_KE, OBSERVATION_FLOOD, false, 0),
        ADD_KIND(12, S1, P2, A2, GRID_KE, OBSERVATION_AMPLIFICATION, false, 0) },
      "10 opened S-1 low 1/1 1 of energy in KE\n"
      "12 opened S-1 low 1/1 1 of energy in KE\n" },
    { "multi-sector activity is one incident, told again as it spreads",
      { ADD_KIND(10, C1, P1, A1, GRID_KE, OBSERVATION_MULTI_SECTOR, false,
                 1 << SECTOR_ENERGY | 1 << SECTOR_FINANCE),
        ADD_KIND(11, C1, P1, A2, BANK, OBSERVATION_MULTI_SECTOR, false,
                 1 << SECTOR_ENERGY | 1 << SECTOR_FINANCE),
        ADD_KIND(12, C1, P1, A2, BANK, OBSERVATION_MULTI_SECTOR, false,
                 1 << SECTOR_ENERGY | 1 << SECTOR_FINANCE | 1 << SECTOR_SPACE) },
      "10 opened C-1 medium 1/1 1 of energy+finance in KE\n"
      "12 updated C-1 medium 3/2 2 of energy+finance+space in KE+DE\n" },
    { "a full table closes the one idle longest",
      { ADD(10, E1, "192.0.2.11", A1, GRID_KE), ADD(11, E1, "192.0.2.12", A1, BANK),
        ADD(12, E1, "192.0.2.13", A1, GRID_KE), ADD(13, E1, "192.0.2.14", A1, GRID_KE),
        ADD(14, E1, "192.0.2.11", A1, GRID_KE), ADD(15, E1, "192.0.2.15", A1, GRID_KE) },
      "10 opened E-1 low 1/1 1 of energy in KE\n"
      "11 opened E-1 low 1/1 1 of finance in DE\n"
      "12 opened E-1 low 1/1 1 of energy in KE\n"
      "13 opened E-1 low 1/1 1 of energy in KE\n"
      "15 closed(capacity) E-1 low 1/0 2 of finance in DE\n"
      "15 opened E-1 low 1/1 1 of energy in KE\n" },
    { "an old one is closed though busy, and goes on as a new one",
      { ADD(0, S1, P1, A1, GRID_KE), ADD(90, S1, P1, A1, GRID_KE),
        ADD(180, S1, P1, A1, GRID_KE), ADD(270, S1, P1, A1, GRID_KE),
        ADD(360, S1, P1, A1, GRID_KE), ADD(450, S1, P1, A1, GRID_KE),
        ADD(540, S1, P1, A1, GRID_KE), ADD(630, S1, P1, A1, GRID_KE),
        ADD(720, S1, P1, A1, GRID_KE), ADD(810, S1, P1, A1, GRID_KE),
        ADD(900, S1, P1, A1, GRID_KE), ADD(990, S1, P1, A1, GRID_KE),
        ADD(1001, S1, P1, A1, GRID_KE) },
      "0 opened S-1 low 1/1 1 of energy in KE\n"
      "1000 closed(longest) S-1 low 12/11 2 of energy in KE\n"
      "1001 opened S-1 low 1/1 1 of energy in KE\n" },
    { "an old one is closed though another is idle longer",
      { ADD(0, S1, P1, A1, GRID_KE), ADD(90, S1, P1, A1, GRID_KE),
        ADD(180, S1, P1, A1, GRID_KE), ADD(270, S1, P1, A1, GRID_KE),
        ADD(360, S1, P1, A1, GRID_KE), ADD(450, S1, P1, A1, GRID_KE),
        ADD(540, S1, P1, A1, GRID_KE), ADD(630, S1, P1, A1, GRID_KE),
        ADD(720, S1, P1, A1, GRID_KE), ADD(810, S1, P1, A1, GRID_KE),
        ADD(900, S1, P1, A1, GRID_KE), ADD(940, S1, P2, A1, GRID_KE),
        ADD(950, S1, P1, A1, GRID_KE), EXPIRE(1000) },
      "0 opened S-1 low 1/1 1 of energy in KE\n"
      "940 opened S-1 low 1/1 1 of energy in KE\n"
      "1000 closed(longest) S-1 low 12/11 2 of energy in KE\n" },
    { "closes come by the time they are due",
      { ADD(10, E1, P1, A1, GRID_KE), ADD(11, E1, P2, A1, BANK),
        ADD(12, E1, P1, A1, GRID_KE), EXPIRE(500) },
      "10 opened E-1 low 1/1 1 of energy in KE\n"
      "11 opened E-1 low 1/1 1 of finance in DE\n"
      "111 closed(idle) E-1 low 1/0 2 of finance in DE\n"
      "112 closed(idle) E-1 low 2/1 2 of energy in KE\n" },
    { "time that jumps back opens another",
      { ADD(5000, E1, P1, A1, GRID_KE), ADD(10, E1, P1, A1, GRID_KE) },
      "5000 opened E-1 low 1/1 1 of energy in KE\n"
      "5100 closed(idle) E-1 low 1/0 2 of energy in KE\n"
      "10 opened E-1 low 1/1 1 of energy in KE\n" },
    { "a little disorder does not",
      { ADD(50, E1, P1, A1, GRID_KE), ADD(10, E2, P1, A1, GRID_KE), EXPIRE(150) },
      "50 opened E-1 low 1/1 1 of energy in KE\n"
      "10 updated E-2 high 2/1 2 of energy in KE\n"
      "150 closed(idle) E-2 high 2/0 3 of energy in KE\n" },
};

static struct ip_address
address(const char *text)
{
    struct ip_address ret;

    assert_true(ip_parse(text, &ret));
    return ret;
}

static struct verdict
make_verdict(const struct step *step)
{
    const unsigned asset = step->is_outbound ? FLOW_INITIATOR : FLOW_RESPONDER;
    struct verdict verdict = {
        .rule = &rules[step->rule],
        .time_ns = step->time_s * NS_PER_SECOND,
        .observation = { .kind = step->kind, .count = 1, .sectors = step->sectors },
        .asset_end = asset,
        .n_matches = 1,
    };

    verdict.flow.ends[asset].address = address(step->asset);
    verdict.flow.ends[1 - asset].address = address(step->peer);
    verdict.ranges[asset] = &ranges[step->range];
    return verdict;
}

static void
print_change(const struct incident *incident, FILE *out)
{
    const char *plus = "";

    fprintf(out, "%llu %s", (unsigned long long) (incident->time_ns / NS_PER_SECOND),
            incident_state_name(incident->state));
    if (incident->end != INCIDENT_END_NONE) {
        fprintf(out, "(%s)", incident_end_name(incident->end));
    }
    fprintf(out, " %s %s %llu/%llu %u of ", incident->verdict.rule->id,
            severity_name(incident->severity), (unsigned long long) incident->n_verdicts,
            (unsigned long long) incident->n_since_alert, incident->n_alerts);
    for (unsigned sector = 0; sector < N_SECTORS; sector++) {
        if ((incident->sectors & 1U << sector) != 0) {
            fprintf(out, "%s%s", plus, sector_name((enum sector) sector));
            plus = "+";
        }
    }
    for (unsigned i = 0; i < incident->n_countries; i++) {
        fprintf(out, "%s%s", i == 0 ? " in " : "+", incident->countries[i]);
    }
    fprintf(out, "\n");
}

static void
drain(struct incident_table *table, FILE *out)
{
    struct incident incident;

    while (incident_table_next(table, &incident)) {
        print_change(&incident, out);
    }
}

static void
run_steps(const struct step *steps, struct hash_seed seed, char text[static TEXT_SIZE])
{
    const struct incident_config config = { CAPACITY, WINDOW_S * NS_PER_SECOND,
                                            LONGEST_S * NS_PER_SECOND };
    struct incident_table *table = incident_table_new(&config, seed);
    struct counters counters = { { 0 } };
    FILE *out = fmemopen(text, TEXT_SIZE, "w");

    for (; steps->verb != END; steps++) {
        if (steps->verb == ADD_VERDICT) {
            const struct verdict verdict = make_verdict(steps);

            incident_table_add(table, &verdict, &counters);
        } else if (steps->verb == EXPIRE_AT) {
            incident_table_expire(table, steps->time_s * NS_PER_SECOND, &counters);
        } else {
            incident_table_close_all(table, &counters);
        }
        drain(table, out);
    }
    assert_int_equal(counters.n[COUNTER_RULES_INCIDENTS] -
                         counters.n[COUNTER_RULES_INCIDENTS_CLOSED],
                     incident_table_n(table));
    assert_int_equal(counters.n[COUNTER_RULES_CHANGES_LOST], 0);
    fclose(out);
    incident_table_free(table);
}

static void
test_incident_table(void **state)
{
    const struct incident_case *c = *state;
    char text[TEXT_SIZE] = "";

    run_steps(c->steps, hash_seed_fixed(), text);
    assert_string_equal(text, c->expected);
    run_steps(c->steps, hash_seed_random(), text);
    assert_string_equal(text, c->expected);
}

/* A verdict of a peer of its own for each 'i'. */
static struct verdict
numbered_verdict(uint32_t i)
{
    struct verdict verdict =
        make_verdict(&(struct step) ADD(i / 1000, E1, P1, A1, GRID_KE));

    verdict.flow.ends[FLOW_INITIATOR].address = ip_from_v4(0x0a000000 + i);
    return verdict;
}

/* However many incidents close at once, each is told, once, in order, under an id of its
 * own that every run gives it. */
static void
test_close_all(void **state)
{
    enum { N = 100000 };
    const struct incident_config config = { N, 1000 * NS_PER_SECOND, 9000 * NS_PER_SECOND };
    char(*ids)[INCIDENT_ID_SIZE] = memory_zeroed(N, sizeof *ids);
    struct counters counters = { { 0 } };
    struct incident incident;

    (void) state;
    for (unsigned run = 0; run < 2; run++) {
        struct incident_table *table =
            incident_table_new(&config, run == 0 ? hash_seed_fixed() : hash_seed_random());

        for (uint32_t i = 0; i < N; i++) {
            const struct verdict verdict = numbered_verdict(i);

            incident_table_add(table, &verdict, &counters);
            assert_true(incident_table_next(table, &incident));
            assert_int_equal(strlen(incident.id), INCIDENT_ID_SIZE - 1);
            if (run == 0) {
                memcpy(ids[i], incident.id, sizeof ids[i]);
            }
            assert_string_equal(incident.id, ids[i]);
            assert_true(i == 0 || strcmp(incident.id, ids[i - 1]) != 0);
        }
        incident_table_close_all(table, &counters);
        for (uint32_t i = 0; i < N; i++) {
            assert_true(incident_table_next(table, &incident));
            assert_string_equal(incident.id, ids[i]);
            assert_int_equal(incident.state, INCIDENT_CLOSED);
            assert_int_equal(incident.time_ns, (N - 1) / 1000 * NS_PER_SECOND);
        }
        assert_false(incident_table_next(table, &incident));
        incident_table_free(table);
    }
    assert_int_equal(counters.n[COUNTER_RULES_CHANGES_LOST], 0);
    assert_int_equal(counters.n[COUNTER_RULES_INCIDENTS_CLOSED_EARLY], 0);
    free(ids);
}

/* The open ones, the one that was added to last first, and no more than are asked for. */
static void
test_latest(void **state)
{
    static const uint32_t added[] = { 1, 2, 3, 1 }, expected[] = { 1, 3, 2 };
    const struct incident_config config = { 8, 1000 * NS_PER_SECOND, 9000 * NS_PER_SECOND };
    struct incident_table *table = incident_table_new(&config, hash_seed_fixed());
    struct counters counters = { { 0 } };
    const struct incident *latest[8];
    struct incident incident;

    (void) state;
    assert_int_equal(incident_table_latest(table, 8, latest), 0);
    for (size_t i = 0; i < N_ELEMENTS(added); i++) {
        const struct verdict verdict = numbered_verdict(added[i]);

        incident_table_add(table, &verdict, &counters);
        while (incident_table_next(table, &incident)) {
        }
    }
    assert_int_equal(incident_table_latest(table, 2, latest), 2);
    assert_int_equal(incident_table_latest(table, 8, latest), 3);
    for (size_t i = 0; i < N_ELEMENTS(expected); i++) {
        assert_true(ip_equal(latest[i]->verdict.flow.ends[FLOW_INITIATOR].address,
                             ip_from_v4(0x0a000000 + expected[i])));
    }
    incident_table_close_all(table, &counters);
    assert_int_equal(incident_table_latest(table, 8, latest), 0);
    incident_table_free(table);
}

/* A flow that is proven after its verdict: the incident's close says so, if it is about
 * that flow and that rule, and nothing is told or counted before. */
static const struct surer_case {
    const char *name;
    unsigned rule;
    uint32_t peer;
    uint16_t port;
    enum evidence expected;
} surer_cases[] = {
    { "the same flow", E1, 1, 2404, EVIDENCE_VERIFIED },
    { "another flow of the peer", E1, 1, 2405, EVIDENCE_PORT_CONSISTENT },
    { "another rule", E2, 1, 2404, EVIDENCE_PORT_CONSISTENT },
    { "another peer", E1, 2, 2404, EVIDENCE_PORT_CONSISTENT },
};

static void
test_surer(void **state)
{
    const struct surer_case *c = *state;
    const struct incident_config config = { 8, 1000 * NS_PER_SECOND, 9000 * NS_PER_SECOND };
    struct incident_table *table = incident_table_new(&config, hash_seed_fixed());
    struct verdict verdict = numbered_verdict(1);
    struct counters counters = { { 0 } };
    struct incident incident;

    verdict.flow.ends[FLOW_RESPONDER].port = 2404;
    verdict.flow.evidence = EVIDENCE_PORT_CONSISTENT;
    incident_table_add(table, &verdict, &counters);
    assert_true(incident_table_next(table, &incident));

    verdict.rule = &rules[c->rule];
    verdict.flow.ends[FLOW_INITIATOR].address = ip_from_v4(0x0a000000 + c->peer);
    verdict.flow.ends[FLOW_RESPONDER].port = c->port;
    verdict.flow.evidence = EVIDENCE_VERIFIED;
    verdict.n_matches = 0;
    incident_table_strengthen(table, &verdict);
    assert_false(incident_table_next(table, &incident));
    incident_table_close_all(table, &counters);
    assert_true(incident_table_next(table, &incident));
    assert_int_equal(incident.n_verdicts, 1);
    assert_int_equal(incident.verdict.flow.evidence, c->expected);
    incident_table_free(table);
}

/* A caller that leaves the changes where they are loses some, and they are counted. */
static void
test_changes_left(void **state)
{
    enum { N = 1000 };
    const struct incident_config config = { CAPACITY, 1000 * NS_PER_SECOND,
                                            9000 * NS_PER_SECOND };
    struct incident_table *table = incident_table_new(&config, hash_seed_fixed());
    struct counters counters = { { 0 } };
    struct incident incident;
    unsigned n = 0;

    (void) state;
    for (uint32_t i = 0; i < N; i++) {
        const struct verdict verdict = numbered_verdict(i);

        incident_table_add(table, &verdict, &counters);
    }
    assert_int_equal(incident_table_n(table), CAPACITY);
    assert_int_equal(counters.n[COUNTER_RULES_INCIDENTS_CLOSED_EARLY], N - CAPACITY);
    while (incident_table_next(table, &incident)) {
        n++;
    }
    assert_true(n >= CAPACITY);
    assert_int_equal(counters.n[COUNTER_RULES_CHANGES_LOST], N - n);
    incident_table_free(table);
}

/* Random verdicts against a plain model: open incidents are an array that is searched. */
struct model {
    uint64_t first_ns, last_ns, n;
    uint32_t peer;
};

static void
test_random(void **state)
{
    enum { N = 20000, N_PEERS = 64, N_MODEL = 32 };
    const struct incident_config config = { N_MODEL, WINDOW_S * NS_PER_SECOND,
                                            LONGEST_S * NS_PER_SECOND };
    const struct hash_seed seed = hash_seed_random();
    struct incident_table *table = incident_table_new(&config, seed);
    struct counters counters = { { 0 } };
    struct model models[N_MODEL];
    unsigned n_models = 0;
    uint64_t x = seed.words[0] | 1, now_ns = 0, n_closed = 0, n_verdicts = 0;

    (void) state;
    printf("seed %llx %llx\n", (unsigned long long) seed.words[0],
           (unsigned long long) seed.words[1]);
    for (unsigned i = 0; i < N; i++) {
        struct incident incident;
        struct verdict verdict = numbered_verdict(0);
        unsigned at = 0, kept = 0;
        uint32_t peer;

        x = x * 6364136223846793005 + 1442695040888963407;
        peer = (uint32_t) (x >> 33) % N_PEERS;
        now_ns += (x >> 40) % 8 * NS_PER_SECOND;
        for (unsigned j = 0; j < n_models; j++) {
            if (now_ns < models[j].last_ns + config.window_ns &&
                now_ns < models[j].first_ns + config.longest_ns) {
                models[kept++] = models[j];
            }
        }
        n_models = kept;
        while (at < n_models && models[at].peer != peer) {
            at++;
        }
        if (at == n_models && n_models == N_MODEL) {
            unsigned oldest = 0; /* The first of those used last: see below. */

            for (unsigned j = 1; j < n_models; j++) {
                oldest = models[j].last_ns < models[oldest].last_ns ? j : oldest;
            }
            memmove(&models[oldest], &models[oldest + 1],
                    (n_models - oldest - 1) * sizeof models[0]);
            at = --n_models;
        }
        if (at == n_models) {
            models[n_models++] = (struct model){ now_ns, now_ns, 1, peer };
        } else { /* Moved to the end, so that the array is in the order of use. */
            const struct model moved = { models[at].first_ns, now_ns, models[at].n + 1,
                                         peer };

            memmove(&models[at], &models[at + 1], (n_models - at - 1) * sizeof models[0]);
            models[n_models - 1] = moved;
        }

        verdict.time_ns = now_ns;
        verdict.flow.ends[FLOW_INITIATOR].address = ip_from_v4(0x0a000000 + peer);
        incident_table_add(table, &verdict, &counters);
        while (incident_table_next(table, &incident)) {
            n_closed += incident.state == INCIDENT_CLOSED;
            n_verdicts += incident.state == INCIDENT_CLOSED ? incident.n_verdicts : 0;
        }
        assert_int_equal(incident_table_n(table), n_models);
    }
    incident_table_close_all(table, &counters);
    for (struct incident incident; incident_table_next(table, &incident);) {
        unsigned at = 0;

        while (at < n_models &&
               0x0a000000 + models[at].peer !=
                   ip_v4(incident.verdict.flow.ends[FLOW_INITIATOR].address)) {
            at++;
        }
        assert_true(at < n_models);
        assert_int_equal(incident.n_verdicts, models[at].n);
        assert_int_equal(incident.first_ns, models[at].first_ns);
        assert_int_equal(incident.last_ns, models[at].last_ns);
        n_closed++;
        n_verdicts += incident.n_verdicts;
    }
    assert_int_equal(n_verdicts, N);
    assert_int_equal(n_closed, counters.n[COUNTER_RULES_INCIDENTS]);
    incident_table_free(table);
}

int
main(void)
{
    const struct CMUnitTest others[] = {
        cmocka_unit_test(test_close_all),
        cmocka_unit_test(test_latest),
        cmocka_unit_test(test_changes_left),
        cmocka_unit_test(test_random),
    };
    const int failed =
        RUN_CASES(cases, test_incident_table) + RUN_CASES(surer_cases, test_surer);

    return failed + cmocka_run_group_tests_name("others", others, NULL, NULL);
}
