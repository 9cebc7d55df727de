#include "alert/community_id.h"

#include <jansson.h>

#include "capture/decode.h"
#include "capture/source.h"
#include "classify/flow_run.h"
#include "support/support.h"

/* Flows of the specification's own test captures, with its results for the seeds 0 and 1
 * (github.com/corelight/community-id-spec).  ICMP: type and code instead of ports. */
struct id_case {
    const char *name;
    uint8_t protocol;
    const char *source, *destination;
    uint16_t source_port, destination_port;
    const char *expected[2];
};

static const struct id_case cases[] = {
    { "tcp",
      IP_PROTOCOL_TCP,
      "128.232.110.120",
      "66.35.250.204",
      34855,
      80,
      { "1:LQU9qZlK+B5F3KDmev6m5PMibrg=", "1:3V71V58M3Ksw/yuFALMcW0LAHvc=" } },
    { "tcp, other way",
      IP_PROTOCOL_TCP,
      "66.35.250.204",
      "128.232.110.120",
      80,
      34855,
      { "1:LQU9qZlK+B5F3KDmev6m5PMibrg=", "1:3V71V58M3Ksw/yuFALMcW0LAHvc=" } },
    { "udp",
      IP_PROTOCOL_UDP,
      "192.168.1.52",
      "8.8.8.8",
      54585,
      53,
      { "1:d/FP5EW3wiY1vCndhwleRRKHowQ=", "1:Q9We8WO3piVF8yEQBNJF4uiSVrI=" } },
    { "sctp, equal ports",
      IP_PROTOCOL_SCTP,
      "192.168.170.56",
      "192.168.170.8",
      7,
      7,
      { "1:MP2EtRCAUIZvTw6MxJHLV7N7JDs=", "1:5w3ZRjeKBzqT3zsaEECDGjUbYeg=" } },
    { "icmp echo request",
      IP_PROTOCOL_ICMP,
      "192.168.0.89",
      "192.168.0.1",
      8,
      0,
      { "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=", "1:03g6IloqVBdcZlPyX8r0hgoE7kA=" } },
    { "icmp echo reply",
      IP_PROTOCOL_ICMP,
      "192.168.0.1",
      "192.168.0.89",
      0,
      0,
      { "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=", "1:03g6IloqVBdcZlPyX8r0hgoE7kA=" } },
    { "icmp time exceeded",
      IP_PROTOCOL_ICMP,
      "10.0.0.1",
      "10.0.0.2",
      11,
      0,
      { "1:YHxtAirCG//0OzkcVAukqKQN9xM=", "1:XjUibYHaafLQ3pxQeiMI8g25q20=" } },
    { "icmpv6 neighbour",
      IP_PROTOCOL_ICMPV6,
      "fe80::200:86ff:fe05:80da",
      "fe80::260:97ff:fe07:69ea",
      135,
      0,
      { "1:dGHyGvjMfljg6Bppwm3bg0LO8TY=", "1:kHa1FhMYIT6Ym2Vm2AOtoOARDzY=" } },
    { "icmpv6 that nothing answers",
      IP_PROTOCOL_ICMPV6,
      "3ffe:501:1800:2345::2",
      "3ffe:507:0:1:200:86ff:fe05:80da",
      3,
      0,
      { "1:2ObVBgIn28oZvibYZhZMBgh7WdQ=", "1:lVEtCZpYu84Xqaa++3lXFyuu2n4=" } },
    { "without ports",
      46,
      "10.1.12.2",
      "10.1.12.1",
      0,
      0,
      { "1:KHlLkgoJW7ifUTyTSgyVfkFHzKw=", "1:rYir8gphR31noO9iDRQmF/BteEI=" } },
};

static struct flow
flow_of(const char *source, const char *destination, uint8_t protocol, uint16_t source_port,
        uint16_t destination_port)
{
    struct flow flow = { .protocol = protocol };

    assert_true(ip_parse(source, &flow.ends[FLOW_INITIATOR].address));
    assert_true(ip_parse(destination, &flow.ends[FLOW_RESPONDER].address));
    flow.ends[FLOW_INITIATOR].port = source_port;
    flow.ends[FLOW_RESPONDER].port = destination_port;
    return flow;
}

static void
test_id(void **state)
{
    const struct id_case *c = *state;
    const struct flow flow = flow_of(c->source, c->destination, c->protocol, c->source_port,
                                     c->destination_port);
    char text[COMMUNITY_ID_SIZE];

    for (uint16_t seed = 0; seed < 2; seed++) {
        community_id(&flow, seed, text);
        assert_string_equal(text, c->expected[seed]);
    }
}

/* The specification's own results, per seed. */
static const char *const baselines[] = { "captures/community-id/baseline_deflt.json",
                                         "captures/community-id/baseline_seed1.json" };

static json_t *
read_baseline(uint16_t seed)
{
    json_t *baseline = json_load_file(shared_path_or_skip(baselines[seed]), 0, NULL);

    assert_non_null(baseline);
    assert_true(json_array_size(baseline) > 0);
    return baseline;
}

static const char *
text_of(const json_t *entry, const char *key)
{
    return json_string_value(json_object_get(entry, key));
}

static uint16_t
number_of(const json_t *entry, const char *key)
{
    return (uint16_t) json_integer_value(json_object_get(entry, key)); /* 0 for null. */
}

static void
test_baselines(void **state)
{
    (void) state;
    for (uint16_t seed = 0; seed < N_ELEMENTS(baselines); seed++) {
        json_t *baseline = read_baseline(seed);

        for (size_t i = 0; i < json_array_size(baseline); i++) {
            const json_t *entry = json_array_get(baseline, i);
            const struct flow flow =
                flow_of(text_of(entry, "saddr"), text_of(entry, "daddr"),
                        (uint8_t) number_of(entry, "proto"), number_of(entry, "sport"),
                        number_of(entry, "dport"));
            char text[COMMUNITY_ID_SIZE];

            community_id(&flow, seed, text);
            assert_string_equal(text, text_of(entry, "communityid"));
        }
        json_decref(baseline);
    }
}

/* What turns captures into flows. */
struct flows {
    struct decoder *decoder;
    struct flow_run *run;
    struct counters counters;
};

static void
flows_init(struct flows *flows)
{
    const struct decode_config decode = { .tunnel_depth_max = 4,
                                          .fragment_packets_max = 16,
                                          .fragment_bytes_max = 1 << 20,
                                          .fragment_timeout_ns = UINT64_C(30000000000) };
    const struct flow_config flow = { .capacity = 1024,
                                      .unanswered_capacity = 1024,
                                      .idle_timeout_ns = UINT64_C(60000000000),
                                      .active_timeout_ns = UINT64_C(600000000000),
                                      .half_open_timeout_ns = UINT64_C(10000000000),
                                      .use_vlan = true };

    *flows = (struct flows){ .decoder = decoder_new(&decode, hash_seed_fixed()),
                             .run = flow_run_new(&flow, hash_seed_fixed()) };
}

static void
flows_fini(struct flows *flows)
{
    decoder_free(flows->decoder);
    flow_run_free(flows->run);
}

/* Strikes the ids of a frame's flow out of 'expected', whose keys are ids; an id that is
 * not there is wrong. */
static void
check_frame(struct flows *flows, const struct frame *frame, uint16_t seed, json_t *expected)
{
    struct packet packet;
    char text[COMMUNITY_ID_SIZE];

    if (decoder_decode(flows->decoder, frame, &packet, &flows->counters) != DECODE_OK) {
        return;
    }
    community_id(flow_run_update(flows->run, &packet, 1, 1, &flows->counters), seed, text);
    if (json_object_get(expected, text) == NULL) {
        fail_msg("%s is not among the expected", text);
    }
    json_object_set_new(expected, text, json_true());
}

static void
check_capture(const char *name, uint16_t seed, json_t *expected)
{
    char path[128];
    struct source *source;
    struct frame_batch *batch = frame_batch_new();
    struct flows flows;

    (void) snprintf(path, sizeof path, "captures/community-id/%s.pcap", name);
    source = source_open_file(shared_path_or_skip(path), 0, NULL);
    assert_non_null(source);
    flows_init(&flows);
    while (source_next(source, 64, batch, &flows.counters) == SOURCE_OK) {
        for (size_t i = 0; i < batch->n; i++) {
            check_frame(&flows, &batch->frames[i], seed, expected);
        }
    }
    frame_batch_free(batch);
    source_close(source);
    flows_fini(&flows);
}

/* The captures themselves, through decoder and flow table, give the baseline's ids and no
 * others, each at least once. */
static void
test_captures(void **state)
{
    static const char *const names[] = { "icmp", "icmp6", "ipv6", "rsvp",
                                         "sctp", "tcp",   "udp" };

    (void) state;
    for (uint16_t seed = 0; seed < N_ELEMENTS(baselines); seed++) {
        json_t *baseline = read_baseline(seed);
        json_t *expected = json_object();
        const char *id;
        json_t *seen;

        for (size_t i = 0; i < json_array_size(baseline); i++) {
            json_object_set_new(expected,
                                text_of(json_array_get(baseline, i), "communityid"),
                                json_false());
        }
        for (size_t i = 0; i < N_ELEMENTS(names); i++) {
            check_capture(names[i], seed, expected);
        }
        json_object_foreach(expected, id, seen)
        {
            if (!json_is_true(seen)) {
                fail_msg("%s was not computed", id);
            }
        }
        json_decref(expected);
        json_decref(baseline);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_baselines),
        cmocka_unit_test(test_captures),
    };

    return RUN_CASES(cases, test_id) + cmocka_run_group_tests(tests, NULL, NULL);
}
