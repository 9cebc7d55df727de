/* Each case is what one or two peers do, and what is observed of it, a line an observation:
 *
 *     TIME KIND COUNT: DETAIL (asset)
 */
#include "rules/cascade.h"

#include <stdio.h>
#include <string.h>

#include "base/timestamp.h"
#include "support/support.h"

enum { WITHIN_S = 3600, CAPACITY = 4, N_STEPS = 24, TEXT_SIZE = 4096, TCP = 6, UDP = 17 };

static const char *const ranges[] = {
    "192.0.2.0/28=healthcare:Hospital",
    "192.0.2.16/28=energy:Grid",
    "192.0.2.32/28=finance:Bank",
    "192.0.2.48/28=space:Orbit",
    "192.0.2.64/28=energy:Bank",
    "2001:db8:a::/48=aviation:Airport",
    NULL,
};

/* The country that an operator states counts where that of the address is not known. */
static const char own_file[] =
    "source = { name = \"Own\"; date = \"2026-06-01\"; };\n"
    "organisations = ( { name = \"Harbour\"; sector = \"maritime\"; country = \"SG\";\n"
    "                    prefixes = [ \"2001:db8:b::/48\" ]; } );\n";

#define HOSPITAL    "192.0.2.1"
#define GRID        "192.0.2.17"
#define BANK        "192.0.2.33"
#define ORBIT       "192.0.2.49"
#define BANK_ENERGY "192.0.2.65"
#define AIRPORT     "2001:db8:a::1"
#define HARBOUR     "2001:db8:b::1"
#define P1          "198.51.100.1"
#define P2          "198.51.100.2"

static const struct {
    const char *prefix, *country;
} places[] = {
    { "192.0.2.0/28", "KE" },  { "192.0.2.16/28", "PE" },   { "192.0.2.32/28", "KE" },
    { "192.0.2.48/28", "DE" }, { "2001:db8:a::/48", "FR" },
};

static const struct rule low = { .id = "LOW", .severity = SEVERITY_LOW };
static const struct rule info = { .id = "INFO", .severity = SEVERITY_INFO };
static const struct rule medium = { .id = "MEDIUM", .severity = SEVERITY_MEDIUM };

struct step {
    unsigned time_s;
    const char *peer, *asset;
    uint16_t port;
    uint8_t protocol;
    bool is_midstream, is_outbound;
    const struct rule *rule; /* NULL: a flow. */
    enum observation_kind kind;
    enum service service;
};

struct cascade_case {
    const char *name;
    struct step steps[N_STEPS];
    const char *expected;
};

#define FLOW(at, from, to, to_port, transport)                            \
    {                                                                     \
        .time_s = (at), .peer = (from), .asset = (to), .port = (to_port), \
        .protocol = (transport)                                           \
    }
#define SSH(at, from, to) FLOW(at, from, to, 22, TCP)
#define MIDSTREAM(at, from, to)                                                     \
    {                                                                               \
        .time_s = (at), .peer = (from), .asset = (to), .port = 22, .protocol = TCP, \
        .is_midstream = true                                                        \
    }
#define JUDGED(at, from, to, by)                                                     \
    {                                                                                \
        .time_s = (at), .peer = (from), .asset = (to), .port = 443, .protocol = TCP, \
        .rule = (by)                                                                 \
    }
#define OUTBOUND(at, to, from, by, what)                                             \
    {                                                                                \
        .time_s = (at), .peer = (to), .asset = (from), .port = 443, .protocol = TCP, \
        .rule = (by), .is_outbound = true, .kind = (what)                            \
    }
#define ASKED(at, to, from, what)                                                    \
    {                                                                                \
        .time_s = (at), .peer = (to), .asset = (from), .port = 53, .protocol = UDP,  \
        .rule = &medium, .is_outbound = true, .kind = (what), .service = SERVICE_DNS \
    }

static const struct cascade_case cases[] = {
    { "flows to three sectors in three countries",
      { SSH(100, P1, HOSPITAL), SSH(101, P1, GRID), SSH(102, P1, HOSPITAL),
        SSH(820, P1, ORBIT) },
      "820 multi-sector 3: healthcare, energy +1 s, space +12 min (192.0.2.49)\n"
      "820 multi-country 3: KE, PE +1 s, DE +12 min (192.0.2.49)\n" },
    { "the order is that of the first touch",
      { SSH(100, P1, BANK), SSH(130, P1, HOSPITAL), SSH(140, P1, GRID) },
      "140 multi-sector 3: finance, healthcare +30 s, energy +40 s (192.0.2.17)\n" },
    { "told again for a further sector, not for more of the same",
      { SSH(100, P1, BANK), SSH(100, P1, HOSPITAL), SSH(100, P1, GRID), SSH(200, P1, GRID),
        SSH(7200, P2, GRID), SSH(300, P1, ORBIT) },
      "100 multi-sector 3: healthcare, energy +0 s, finance +0 s (192.0.2.17)\n"
      "300 multi-sector 4: healthcare, energy +0 s, finance +0 s, space +3 min "
      "(192.0.2.49)\n"
      "300 multi-country 3: KE, PE +0 s, DE +3 min (192.0.2.49)\n" },
    { "the window slides",
      { SSH(100, P1, HOSPITAL), SSH(3000, P1, GRID), SSH(3701, P1, BANK),
        SSH(6600, P1, HOSPITAL) },
      "6600 multi-sector 3: energy, finance +11 min, healthcare +60 min (192.0.2.1)\n" },
    { "what was told is told anew after the window",
      { SSH(100, P1, HOSPITAL), SSH(101, P1, GRID), SSH(102, P1, BANK),
        SSH(4000, P1, HOSPITAL), SSH(4001, P1, GRID), SSH(4002, P1, BANK) },
      "102 multi-sector 3: healthcare, energy +1 s, finance +2 s (192.0.2.33)\n"
      "4002 multi-sector 3: healthcare, energy +1 s, finance +2 s (192.0.2.33)\n" },
    { "two sectors by flows alone are not enough",
      { SSH(100, P1, HOSPITAL), SSH(101, P1, GRID), SSH(102, P1, GRID) },
      "" },
    { "two peers are not one",
      { SSH(100, P1, HOSPITAL), SSH(101, P2, GRID), SSH(102, P1, BANK) },
      "" },
    { "what serves the public is no approach",
      { FLOW(1, P1, HOSPITAL, 443, TCP), FLOW(2, P1, GRID, 80, TCP),
        FLOW(3, P1, BANK, 25, TCP), FLOW(4, P1, ORBIT, 53, UDP),
        FLOW(5, P1, HOSPITAL, 53, TCP), FLOW(6, P1, GRID, 123, UDP),
        FLOW(7, P1, BANK, 443, UDP), FLOW(8, P1, ORBIT, 587, TCP),
        FLOW(9, P1, GRID, 113, TCP) },
      "" },
    { "nor is UDP to a port without a service, ICMP, or a connection seen midstream",
      { FLOW(1, P1, HOSPITAL, 40000, UDP), FLOW(2, P1, GRID, 40000, UDP),
        FLOW(3, P1, BANK, 33434, UDP), FLOW(4, P1, HOSPITAL, 0, 1), FLOW(5, P1, GRID, 0, 1),
        FLOW(6, P1, BANK, 0, 1), MIDSTREAM(7, P1, HOSPITAL), MIDSTREAM(8, P1, GRID),
        MIDSTREAM(9, P1, BANK) },
      "" },
    { "UDP to control and management services is",
      { FLOW(1, P1, HOSPITAL, 161, UDP), FLOW(2, P1, GRID, 47808, UDP),
        FLOW(3, P1, BANK, 161, UDP) },
      "3 multi-sector 3: healthcare, energy +1 s, finance +2 s (192.0.2.33)\n" },
    { "verdicts in two sectors and countries",
      { JUDGED(100, P1, HOSPITAL, &low), JUDGED(200, P1, GRID, &low) },
      "200 multi-sector 2: healthcare, energy +100 s (192.0.2.17)\n"
      "200 multi-country 2: KE, PE +100 s (192.0.2.17)\n" },
    { "a verdict is a touch too, and is not told twice",
      { SSH(1, P1, HOSPITAL), JUDGED(2, P1, HOSPITAL, &low), SSH(3, P1, BANK),
        JUDGED(4, P1, ORBIT, &info), JUDGED(5, P1, ORBIT, &low),
        JUDGED(6, P1, BANK, &low) },
      "5 multi-sector 3: healthcare, finance +2 s, space +4 s (192.0.2.49)\n"
      "5 multi-country 2: KE, DE +4 s (192.0.2.49)\n" },
    { "verdicts of info do not count",
      { JUDGED(100, P1, HOSPITAL, &info), JUDGED(200, P1, GRID, &info),
        JUDGED(300, P1, BANK, &info) },
      "" },
    { "where the asset opened the flow it takes medium",
      { OUTBOUND(1, P1, HOSPITAL, &low, OBSERVATION_FLOW_START),
        OUTBOUND(2, P1, GRID, &low, OBSERVATION_FLOW_START),
        OUTBOUND(3, P2, HOSPITAL, &medium, OBSERVATION_LISTED_ADDRESS),
        OUTBOUND(4, P2, BANK, &medium, OBSERVATION_LISTED_ADDRESS) },
      "4 multi-sector 2: healthcare, finance +1 s (192.0.2.33)\n" },
    { "whom assets scan is not touching them",
      { OUTBOUND(1, P1, HOSPITAL, &medium, OBSERVATION_SWEEP),
        OUTBOUND(2, P1, GRID, &medium, OBSERVATION_SCAN),
        OUTBOUND(3, P1, BANK, &medium, OBSERVATION_SWEEP) },
      "" },
    { "nor is it what they guess at, or spread to",
      { OUTBOUND(1, P1, HOSPITAL, &medium, OBSERVATION_BRUTE_FORCE),
        OUTBOUND(2, P1, GRID, &medium, OBSERVATION_LATERAL),
        OUTBOUND(3, P1, BANK, &medium, OBSERVATION_BRUTE_FORCE) },
      "" },
    { "a resolver has no part in what it is asked",
      { ASKED(1, P1, HOSPITAL, OBSERVATION_LISTED_DOMAIN),
        ASKED(2, P1, GRID, OBSERVATION_DNS_TUNNEL),
        ASKED(3, P1, BANK, OBSERVATION_LISTED_DOMAIN) },
      "" },
    { "senders of floods may be forged",
      { OUTBOUND(1, P1, HOSPITAL, &medium, OBSERVATION_FLOOD),
        OUTBOUND(2, P1, GRID, &medium, OBSERVATION_FLOOD),
        OUTBOUND(3, P1, BANK, &medium, OBSERVATION_AMPLIFICATION) },
      "" },
    { "its own verdicts do not count",
      { OUTBOUND(1, P1, HOSPITAL, &medium, OBSERVATION_MULTI_SECTOR),
        OUTBOUND(2, P1, GRID, &medium, OBSERVATION_MULTI_COUNTRY) },
      "" },
    { "an asset is a peer of other sectors and organisations",
      { SSH(1, HOSPITAL, "192.0.2.2"), SSH(2, HOSPITAL, GRID), SSH(3, HOSPITAL, BANK),
        SSH(4, BANK, BANK_ENERGY), SSH(5, BANK, HOSPITAL), SSH(6, BANK, ORBIT),
        SSH(7, HOSPITAL, ORBIT) },
      "7 multi-sector 3: energy, finance +1 s, space +5 s (192.0.2.49)\n"
      "7 multi-country 3: PE, KE +1 s, DE +5 s (192.0.2.49)\n" },
    { "an IPv6 peer is its /64",
      { SSH(1, "2001:db8:1::1", AIRPORT), SSH(2, "2001:db8:1::2", HARBOUR),
        SSH(3, "2001:db8:2::1", HARBOUR), SSH(4, "2001:db8:1::ffff", GRID) },
      "4 multi-sector 3: aviation, maritime +1 s, energy +3 s (192.0.2.17)\n"
      "4 multi-country 3: FR, SG +1 s, PE +3 s (192.0.2.17)\n" },
    { "a full table forgets the peer idle longest",
      { SSH(1, P1, HOSPITAL), SSH(2, P1, GRID), SSH(3, "203.0.113.1", GRID),
        SSH(4, "203.0.113.2", GRID), SSH(5, "203.0.113.3", GRID),
        SSH(6, "203.0.113.1", HOSPITAL), SSH(7, "203.0.113.4", GRID), SSH(8, P1, BANK),
        SSH(9, "203.0.113.1", BANK) },
      "9 multi-sector 3: energy, healthcare +3 s, finance +6 s (192.0.2.33)\n" },
};

static struct ip_address
address(const char *text)
{
    struct ip_address ret;

    assert_true(ip_parse(text, &ret));
    return ret;
}

static struct geo *
make_geo(struct problem_list *problems)
{
    struct geo_place_config configs[N_ELEMENTS(places)];
    const struct geo_config config = { .places = configs, .n_places = N_ELEMENTS(places) };

    for (size_t i = 0; i < N_ELEMENTS(places); i++) {
        configs[i] = (struct geo_place_config){ .country = places[i].country };
        assert_int_equal(ip_prefix_parse(places[i].prefix, &configs[i].prefix),
                         IP_PARSE_OK);
    }
    return geo_new(&config, problems);
}

static struct flow
make_flow(const struct step *step, const struct sector_map *map)
{
    const unsigned asset = step->is_outbound ? FLOW_INITIATOR : FLOW_RESPONDER;
    struct flow flow = {
        .protocol = step->protocol,
        .tcp_state = step->protocol != TCP ? TCP_STATE_NONE
                     : step->is_midstream  ? TCP_STATE_MIDSTREAM
                                           : TCP_STATE_HALF_OPEN,
        .initiator_is_guess = step->is_midstream,
        .service = (uint8_t) step->service,
        .events = FLOW_EVENT_START,
        .first_ns = step->time_s * NS_PER_SECOND,
        .last_ns = step->time_s * NS_PER_SECOND,
    };

    flow.ends[asset].address = address(step->asset);
    flow.ends[1 - asset].address = address(step->peer);
    flow.ends[FLOW_RESPONDER].port = step->port;
    for (unsigned end = 0; end < 2; end++) {
        flow.ends[end].range = sector_map_lookup(map, flow.ends[end].address);
    }
    return flow;
}

static void
run_step(struct cascade *cascade, const struct step *step, const struct sector_map *map,
         struct counters *counters, FILE *out)
{
    static struct observation_list list;
    struct verdict verdict = { .rule = step->rule,
                               .time_ns = step->time_s * NS_PER_SECOND,
                               .flow = make_flow(step, map),
                               .observation = { .kind = step->kind },
                               .asset_end =
                                   step->is_outbound ? FLOW_INITIATOR : FLOW_RESPONDER };

    list.n = 0;
    if (step->rule == NULL) {
        cascade_flow(cascade, &verdict.flow, counters, &list);
        verdict.flow.events = 0; /* Later packets of the flow change nothing. */
        cascade_flow(cascade, &verdict.flow, counters, &list);
    } else {
        cascade_verdict(cascade, &verdict, counters, &list);
    }
    for (size_t i = 0; i < list.n; i++) {
        const struct observation *observation = &list.items[i];
        char text[IP_TEXT_SIZE];

        assert_int_equal(observation->asset_ends, 1U << verdict.asset_end);
        assert_true(observation->since_ns <= observation->time_ns);
        assert_int_equal(sector_set_n(observation->sectors),
                         observation->kind == OBSERVATION_MULTI_SECTOR ? observation->count
                                                                       : 0);
        fprintf(out, "%llu %s %u: %s (%s)\n",
                (unsigned long long) (observation->time_ns / NS_PER_SECOND),
                observation_name(observation->kind), observation->count,
                observation->detail,
                ip_format(observation->flow->ends[verdict.asset_end].address, text));
    }
}

static void
test_cascade(void **state)
{
    const struct cascade_case *c = *state;
    const char *const files[] = { temporary_file("own.conf", own_file), NULL };
    const struct cascade_config config = {
        .sectors_touched = 3,
        .sectors_judged = 2,
        .countries_touched = 3,
        .countries_judged = 2,
        .within_ns = WITHIN_S * NS_PER_SECOND,
        .capacity = CAPACITY,
    };
    const struct sector_map_config map_config = { .operator_files = files,
                                                  .ranges = ranges };
    struct problem_list *problems = problem_list_new();
    struct sector_map *map = sector_map_new(&map_config, problems);
    struct geo *geo = make_geo(problems);
    struct cascade *cascade = cascade_new(&config, map, geo, hash_seed_random());
    struct counters counters = { { 0 } };
    char text[TEXT_SIZE] = "";
    FILE *out = fmemopen(text, sizeof text, "w");

    problem_list_print(problems, stdout);
    assert_int_equal(problem_list_n_errors(problems), 0);
    for (const struct step *step = c->steps; step->peer != NULL; step++) {
        run_step(cascade, step, map, &counters, out);
    }
    fclose(out);
    assert_string_equal(text, c->expected);
    cascade_free(cascade);
    geo_free(geo);
    sector_map_free(map);
    problem_list_free(problems);
}

/* However many sectors and countries, the detail ends whole; what is passed over is not
 * told again and again. */
static void
test_many_countries(void **state)
{
    enum { N = 40 };
    static const char *const one[] = { "10.0.0.0/8=energy:Grid", NULL };
    static const char *const none[] = { NULL };
    const struct sector_map_config map_config = { .operator_files = none, .ranges = one };
    const struct cascade_config config = { .countries_touched = 2,
                                           .within_ns = WITHIN_S * NS_PER_SECOND,
                                           .capacity = CAPACITY };
    struct geo_place_config configs[N];
    char countries[N][3];
    const struct geo_config geo_config = { .places = configs, .n_places = N };
    struct problem_list *problems = problem_list_new();
    struct sector_map *map = sector_map_new(&map_config, problems);
    struct counters counters = { { 0 } };
    static struct observation_list list;
    struct cascade *cascade;
    struct geo *geo;

    (void) state;
    for (unsigned i = 0; i < N; i++) {
        (void) snprintf(countries[i], sizeof countries[i], "%c%c", 'A' + (char) (i / 26),
                        'A' + (char) (i % 26));
        configs[i] = (struct geo_place_config){
            { ip_from_v4(0x0a000000 + (i << 16)), 112 }, countries[i], "", 0
        };
    }
    geo = geo_new(&geo_config, problems);
    cascade = cascade_new(&config, map, geo, hash_seed_random());
    list.n = 0;
    for (unsigned i = 0; i < 2 * N; i++) {
        char asset[IP_TEXT_SIZE];
        const struct step step =
            SSH(i + 1, P1, ip_format(ip_from_v4(0x0a000000 + (i % N << 16)), asset));
        const struct flow flow = make_flow(&step, map);

        cascade_flow(cascade, &flow, &counters, &list);
    }
    assert_int_equal(list.n, 15); /* From 2 to 16 countries, one observation each. */
    assert_int_equal(list.items[14].count, 16);
    assert_string_equal(
        list.items[14].detail,
        "AA, AB +1 s, AC +2 s, AD +3 s, AE +4 s, AF +5 s, AG +6 s, AH +7 s, "
        "AI +8 s, AJ +9 s, AK +10 s, AL +11 s, AM +12 s, AN +13 s, AO +14 s, AP +15 s");
    assert_string_equal(list.items[14].countries[7], "AH");
    cascade_free(cascade);
    geo_free(geo);
    sector_map_free(map);
    problem_list_free(problems);
}

int
main(void)
{
    const struct CMUnitTest others[] = { cmocka_unit_test(test_many_countries) };
    const int failed = RUN_CASES(cases, test_cascade);

    return failed + cmocka_run_group_tests_name("others", others, NULL, NULL);
}
