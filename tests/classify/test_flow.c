#include "classify/flow.h"

#include "base/problem.h"
#include "capture/packet.h"
#include "support/support.h"

static const char *const ranges[] = {
    "192.0.2.0/25=energy",
    "192.0.2.0/25=finance",
    "192.0.2.128/25=finance",
    "198.51.100.0/24=healthcare",
    NULL,
};

enum { NOBODY, ENERGY_FINANCE, FINANCE, HEALTHCARE, N_PLACES };

static const char *const addresses[N_PLACES] = {
    [NOBODY] = "203.0.113.1",
    [ENERGY_FINANCE] = "192.0.2.1",
    [FINANCE] = "192.0.2.129",
    [HEALTHCARE] = "198.51.100.1",
};

struct direction_case {
    const char *name;
    unsigned initiator, responder, asset_end;
    uint8_t protocol;
    bool is_guess;
    enum direction expected;
};

static const struct direction_case cases[] = {
    { "inbound", NOBODY, FINANCE, FLOW_RESPONDER, IP_PROTOCOL_TCP, false,
      DIRECTION_INBOUND },
    { "outbound", FINANCE, NOBODY, FLOW_INITIATOR, IP_PROTOCOL_TCP, false,
      DIRECTION_OUTBOUND },
    { "one sector in common", ENERGY_FINANCE, FINANCE, FLOW_RESPONDER, IP_PROTOCOL_TCP,
      false, DIRECTION_INTERNAL },
    { "the same from the other side", ENERGY_FINANCE, FINANCE, FLOW_INITIATOR,
      IP_PROTOCOL_TCP, false, DIRECTION_INTERNAL },
    { "no sector in common", ENERGY_FINANCE, HEALTHCARE, FLOW_RESPONDER, IP_PROTOCOL_TCP,
      false, DIRECTION_CROSS_SECTOR },
    { "TCP from the middle", NOBODY, FINANCE, FLOW_RESPONDER, IP_PROTOCOL_TCP, true,
      DIRECTION_UNKNOWN },
    { "TCP from the middle, both assets", HEALTHCARE, FINANCE, FLOW_RESPONDER,
      IP_PROTOCOL_TCP, true, DIRECTION_CROSS_SECTOR },
    { "UDP by its ports", NOBODY, FINANCE, FLOW_RESPONDER, IP_PROTOCOL_UDP, true,
      DIRECTION_INBOUND },
};

static struct flow_end
make_end(const struct sector_map *map, unsigned place)
{
    struct flow_end end = { 0 };

    assert_true(ip_parse(addresses[place], &end.address));
    end.range = sector_map_lookup(map, end.address);
    assert_int_equal(end.range != 0, place != NOBODY);
    return end;
}

static void
test_direction(void **state)
{
    const struct direction_case *c = *state;
    struct problem_list *problems = problem_list_new();
    static const char *const no_files[] = { NULL };
    const struct sector_map_config config = { .operator_files = no_files,
                                              .ranges = ranges };
    struct sector_map *map = sector_map_new(&config, problems);
    const struct flow flow = {
        .ends = { make_end(map, c->initiator), make_end(map, c->responder) },
        .protocol = c->protocol,
        .tcp_state = c->is_guess ? TCP_STATE_MIDSTREAM : TCP_STATE_OPENED,
        .initiator_is_guess = c->is_guess,
    };

    assert_int_equal(flow_direction(&flow, c->asset_end, map), c->expected);
    sector_map_free(map);
    problem_list_free(problems);
}

static void
test_names(void **state)
{
    char text[8];

    (void) state;
    assert_string_equal(evidence_name(EVIDENCE_PORT_CONSISTENT), "port-consistent");
    assert_string_equal(direction_name(DIRECTION_CROSS_SECTOR), "cross-sector");
    assert_string_equal(tcp_state_name(TCP_STATE_HALF_OPEN), "half-open");
    assert_string_equal(flow_end_reason_name(FLOW_END_LACK_OF_RESOURCES),
                        "lack-of-resources");
    assert_string_equal(transport_name(IP_PROTOCOL_ICMPV6, text), "icmpv6");
    assert_string_equal(transport_name(255, text), "255");
    for (int i = 0; i < N_EVIDENCES; i++) {
        assert_non_null(evidence_name((enum evidence) i));
    }
    for (int i = 0; i < N_DIRECTIONS; i++) {
        assert_non_null(direction_name((enum direction) i));
    }
    for (int i = 0; i < N_TCP_STATES; i++) {
        assert_non_null(tcp_state_name((enum tcp_state) i));
    }
    for (int i = 0; i < N_FLOW_END_REASONS; i++) {
        assert_non_null(flow_end_reason_name((enum flow_end_reason) i));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_names) };

    return RUN_CASES(cases, test_direction) + cmocka_run_group_tests(tests, NULL, NULL);
}
