#include "classify/flow_table.h"

#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "classify/flow_run.h"
#include "classify/packet_script.h"

static const struct flow_config config = {
    .capacity = 1024,
    .unanswered_capacity = 1024,
    .idle_timeout_ns = 60 * NS_PER_SECOND,
    .active_timeout_ns = 1800 * NS_PER_SECOND,
    .half_open_timeout_ns = 10 * NS_PER_SECOND,
    .use_vlan = true,
};

/* A case: packets, what each means to its flow (S start, A answer, R refused, D data), and
 * the flows in the order in which they ended, with the packets of each end. */
struct flow_case {
    const char *name, *packets, *events, *flows;
};

static const struct flow_case cases[] = {
    { "tcp: a whole connection",
      "0 A:40000 > B:443 tcp S\n1 B:443 > A:40000 tcp SA\n2 A:40000 > B:443 tcp A\n"
      "3 A:40000 > B:443 tcp PA 9\n4 B:443 > A:40000 tcp PA 9\n"
      "5 A:40000 > B:443 tcp FA\n6 B:443 > A:40000 tcp FA\n7 A:40000 > B:443 tcp A",
      "S A - D - - - -", "A:40000>B:443 tcp closed 5/3 forced-end data\n" },
    { "tcp: half-open", "0 A:40000 > B:443 tcp S\n1000 A:40000 > B:443 tcp S", "S -",
      "A:40000>B:443 tcp half-open 2/0 forced-end\n" },
    { "tcp: refused, tried again with the same port, accepted",
      "0 A:40000 > B:443 tcp S\n1 B:443 > A:40000 tcp RA\n500 A:40000 > B:443 tcp S\n"
      "501 B:443 > A:40000 tcp SA",
      "S R - A", "A:40000>B:443 tcp opened 2/2 forced-end\n" },
    { "tcp: refused", "0 A:40000 > B:443 tcp S\n1 B:443 > A:40000 tcp RA", "S R",
      "A:40000>B:443 tcp refused 1/1 forced-end\n" },
    { "tcp: reset once open",
      "0 A:40000 > B:443 tcp S\n1 B:443 > A:40000 tcp SA\n2 A:40000 > B:443 tcp R", "S A -",
      "A:40000>B:443 tcp closed 2/1 forced-end\n" },
    { "tcp: SYN+ACK first is sent by the responder",
      "0 B:50000 > A:80 tcp SA\n1 A:80 > B:50000 tcp A", "SA -",
      "A:80>B:50000 tcp opened 1/1 forced-end\n" },
    { "tcp: from the middle, the well-known port responds",
      "0 B:443 > A:40000 tcp A 10\n1 A:40000 > B:443 tcp A", "SAD -",
      "A:40000>B:443 tcp midstream 1/1 forced-end guess data\n" },
    { "tcp: from the middle, a service's port responds to a registered one",
      "0 B:2404 > A:2000 tcp A", "SA",
      "A:2000>B:2404 tcp midstream 0/1 forced-end guess\n" },
    { "tcp: from the middle, also a service's port that is ephemeral",
      "0 A:3033 > B:44818 tcp A", "S",
      "A:3033>B:44818 tcp midstream 1/0 forced-end guess\n" },
    { "tcp: from the middle, but rather one that is not", "0 A:44818 > B:2222 tcp A", "S",
      "A:44818>B:2222 tcp midstream 1/0 forced-end guess\n" },
    { "tcp: from the middle, of two ephemeral ports the lower one",
      "0 A:50000 > B:40000 tcp A", "S",
      "A:50000>B:40000 tcp midstream 1/0 forced-end guess\n" },
    { "tcp: an RST out of nowhere is an answer", "0 B:50000 > A:50001 tcp RA", "SR",
      "A:50001>B:50000 tcp closed 0/1 forced-end guess\n" },
    { "tcp: segments without SYN, ACK and RST are probes",
      "0 A:50000 > B:60000 tcp F\n1 B:60000 > A:50000 tcp RA\n2 A:80 > B:60000 tcp -",
      "S R S",
      "A:50000>B:60000 tcp closed 1/1 forced-end\n"
      "A:80>B:60000 tcp midstream 1/0 forced-end\n" },
    { "tcp: a new connection with the same ports",
      "0 A:40000 > B:443 tcp S\n1 B:443 > A:40000 tcp SA\n2 A:40000 > B:443 tcp R\n"
      "3 A:40000 > B:443 tcp S",
      "S A - S",
      "A:40000>B:443 tcp closed 2/1 end-detected\nA:40000>B:443 tcp half-open 1/0 "
      "forced-end\n" },
    { "tcp: a SYN after the middle of another connection",
      "0 B:443 > A:40000 tcp A\n3 A:40000 > B:443 tcp S", "SA S",
      "A:40000>B:443 tcp midstream 0/1 end-detected guess\n"
      "A:40000>B:443 tcp half-open 1/0 forced-end\n" },
    { "tcp: both ends the same (land)", "0 A:80 > A:80 tcp S\n1 A:80 > A:80 tcp S", "S -",
      "A:80>A:80 tcp half-open 2/0 forced-end\n" },
    { "tcp: closed flows end after a short while",
      "0 A:40000 > B:443 tcp S\n1 B:443 > A:40000 tcp RA\n6000 C:50001 > D:2 udp -",
      "S R S",
      "A:40000>B:443 tcp refused 1/1 end-detected\nC:50001>D:2 udp none 1/0 forced-end\n" },
    { "ipv6", "0 a:40000 > b:443 tcp S\n1 b:443 > a:40000 tcp SA", "S A",
      "a:40000>b:443 tcp opened 1/1 forced-end\n" },
    { "udp: who asks first opens", "0 A:40000 > B:9999 udp - 5\n1 B:9999 > A:40000 udp - 5",
      "SD A", "A:40000>B:9999 udp none 1/1 forced-end data\n" },
    { "udp: an answer whose question was missed", "0 B:53 > A:40000 udp - 5", "SAD",
      "A:40000>B:53 udp none 0/1 forced-end guess data\n" },
    { "udp: from a service's port to another", "0 B:53 > A:700 udp - 5", "SD",
      "B:53>A:700 udp none 1/0 forced-end guess data\n" },
    { "udp: both ends use the service's port", "0 A:123 > B:123 udp - 48", "SD",
      "A:123>B:123 udp none 1/0 forced-end data\n" },
    { "sctp: INIT, INIT ACK", "0 A:2905 > B:40000 sctp 1 20\n1 B:40000 > A:2905 sctp 2 20",
      "SD A", "A:2905>B:40000 sctp none 1/1 forced-end data\n" },
    { "sctp: refused by ABORT", "0 A:5000 > B:2905 sctp 1 20\n1 B:2905 > A:5000 sctp 6 4",
      "SD R", "A:5000>B:2905 sctp none 1/1 forced-end data\n" },
    { "sctp: INIT ACK first", "0 B:40000 > A:2905 sctp 2 20", "SAD",
      "A:2905>B:40000 sctp none 0/1 forced-end data\n" },
    { "sctp: from the middle", "0 B:2905 > A:40000 sctp 0 20", "SAD",
      "A:40000>B:2905 sctp none 0/1 forced-end guess data\n" },
    { "icmp: echo request and reply are one flow",
      "0 A:8 > B:0 icmp - 56\n1 B:0 > A:0 icmp - 56\n2 A:8 > B:0 icmp - 56", "SD A -",
      "A:8>B:0 icmp none 2/1 forced-end data\n" },
    { "icmp: a reply whose request was missed", "0 B:0 > A:0 icmp - 56", "SAD",
      "A:8>B:0 icmp none 0/1 forced-end data\n" },
    { "icmp: unreachable, each way for itself",
      "0 A:3 > B:1 icmp - 28\n1 B:3 > A:1 icmp - 28\n2 A:1 > B:3 icmp - 28", "SD SD SD",
      "A:3>B:1 icmp none 1/0 forced-end data\nB:3>A:1 icmp none 1/0 forced-end data\n"
      "A:1>B:3 icmp none 1/0 forced-end data\n" },
    { "icmpv6: echo", "0 a:128 > b:0 icmpv6 -\n1 b:129 > a:0 icmpv6 -", "S A",
      "a:128>b:129 icmpv6 none 1/1 forced-end\n" },
    { "another protocol", "0 A:0 > B:0 esp - 40\n1 B:0 > A:0 esp - 40", "SD A",
      "A:0>B:0 50 none 1/1 forced-end data\n" },
    { "idle: half-open after 10 s, answered after 60 s",
      "0 A:1 > B:80 tcp S\n1 C:50001 > D:9 udp -\n2 D:9 > C:50001 udp -\n10000 E:50001 > "
      "F:9 udp -\n"
      "60002 E:50001 > F:9 udp -",
      "S S A S S",
      "A:1>B:80 tcp half-open 1/0 idle-timeout\nE:50001>F:9 udp none 1/0 idle-timeout\n"
      "C:50001>D:9 udp none 1/1 idle-timeout\nE:50001>F:9 udp none 1/0 forced-end\n" },
    { "idle: not a moment earlier", "0 A:1 > B:80 tcp S\n9999 A:1 > B:80 tcp S", "S -",
      "A:1>B:80 tcp half-open 2/0 forced-end\n" },
    { "idle: a handshake that is not completed is half-open",
      "0 A:1 > B:80 tcp S\n1 B:80 > A:1 tcp SA\n10001 C:50001 > D:2 udp -", "S A S",
      "A:1>B:80 tcp opened 1/1 idle-timeout\nC:50001>D:2 udp none 1/0 forced-end\n" },
    { "active: a long flow is reported and goes on",
      "0 A:50001 > B:9 udp - 5\n1 B:9 > A:50001 udp - 5\n50000 A:50001 > B:9 udp - 5\n"
      "100000 A:50001 > B:9 udp - 5\n150000 A:50001 > B:9 udp - 5\n200000 B:9 > A:50001 "
      "udp - 5",
      "SD A - - S A",
      "A:50001>B:9 udp none 3/1 active-timeout data\nA:50001>B:9 udp none 1/1 forced-end "
      "data "
      "continued\n" },
    { "time: disorder does not make a duration negative",
      "1000 A:50001 > B:9 udp -\n400 B:9 > A:50001 udp -\n700 A:50001 > B:9 udp -", "S A -",
      "A:50001>B:9 udp none 2/1 forced-end\n" },
    { "time: much older packets are of another recording",
      "100000 A:50001 > B:9 udp -\n0 A:50001 > B:9 udp -", "S S",
      "A:50001>B:9 udp none 1/0 idle-timeout\nA:50001>B:9 udp none 1/0 forced-end\n" },
};

struct run {
    struct flow_run *flows;
    struct counters counters;
    char events[256], ended[2048];
};

static void
add_flow(struct run *run, const struct flow *flow)
{
    const struct flow_end *a = &flow->ends[FLOW_INITIATOR];
    const struct flow_end *b = &flow->ends[FLOW_RESPONDER];
    const size_t length = strlen(run->ended);
    char transport[8];

    assert_true(flow->first_ns <= flow->last_ns);
    (void) snprintf(
        run->ended + length, sizeof run->ended - length,
        "%c:%u>%c:%u %s %s %u/%u %s%s%s%s\n", script_letter(a->address), a->port,
        script_letter(b->address), b->port, transport_name(flow->protocol, transport),
        tcp_state_name((enum tcp_state) flow->tcp_state), (unsigned) a->packets,
        (unsigned) b->packets,
        flow_end_reason_name((enum flow_end_reason) flow->end_reason),
        flow->initiator_is_guess ? " guess" : "", flow_has_data(flow) ? " data" : "",
        flow->is_continued ? " continued" : "");
}

static void
take(const struct packet *packet, void *context)
{
    struct run *run = context;
    const struct flow *flow = flow_run_update(run->flows, packet, 0, 0, &run->counters);
    const unsigned events = flow->events;
    struct flow ended;
    char text[8];

    (void) snprintf(text, sizeof text, "%s%s%s%s%s%s", run->events[0] == '\0' ? "" : " ",
                    events == 0 ? "-" : "", (events & FLOW_EVENT_START) != 0 ? "S" : "",
                    (events & FLOW_EVENT_ANSWER) != 0 ? "A" : "",
                    (events & FLOW_EVENT_REFUSED) != 0 ? "R" : "",
                    (events & FLOW_EVENT_DATA) != 0 ? "D" : "");
    assert_true(strlen(run->events) + strlen(text) < sizeof run->events);
    strcat(run->events, text);
    while (flow_run_next_ended(run->flows, &ended)) {
        add_flow(run, &ended);
    }
}

static void
test_flows(void **state)
{
    const struct flow_case *c = *state;
    struct flow_config of_case = config;
    struct run run = { .events = "" };
    struct flow ended;

    if (strstr(c->name, "active:") != NULL) {
        of_case.active_timeout_ns = 120 * NS_PER_SECOND;
    }
    run.flows = flow_run_new(&of_case, hash_seed_fixed());
    script_run(c->packets, take, &run);
    flow_run_end_all(run.flows);
    while (flow_run_next_ended(run.flows, &ended)) {
        add_flow(&run, &ended);
    }
    assert_string_equal(run.events, c->events);
    assert_string_equal(run.ended, c->flows);
    assert_int_equal(flow_table_n(run.flows->table), 0);
    flow_run_free(run.flows);
}

static struct packet
numbered_syn(uint32_t n, uint64_t time_ms)
{
    struct packet packet = script_packet("0 A:1 > B:80 tcp S");

    packet.inner.source = ip_from_v4(UINT32_C(0x0a000000) + n);
    packet.time_ns += time_ms * 1000000;
    return packet;
}

static uint32_t
drain(struct flow_run *flows)
{
    struct flow ended;
    uint32_t n = 0;

    while (flow_run_next_ended(flows, &ended)) {
        n++;
    }
    return n;
}

/* The promise of the table: a flood of SYNs, even answered ones, costs half-open flows, and
 * only when there are none left one-way ones, then answered ones. */
static void
test_flood(void **state)
{
    struct flow_run *flows = flow_run_new(&config, hash_seed_fixed());
    struct counters counters = { 0 };
    struct packet packet;
    const struct flow *flow;

    (void) state;
    for (uint32_t i = 0; i < 500; i++) { /* Answered. */
        packet = numbered_syn(i, 0);
        packet.inner.protocol = IP_PROTOCOL_UDP;
        packet.tcp_flags = 0;
        (void) flow_run_update(flows, &packet, 0, 0, &counters);
        packet.inner = (struct endpoints){ .source = packet.inner.destination,
                                           .destination = packet.inner.source,
                                           .source_port = 80,
                                           .destination_port = 1,
                                           .protocol = IP_PROTOCOL_UDP };
        flow = flow_run_update(flows, &packet, 0, 0, &counters);
        assert_false(flow_is_one_way(flow));
    }
    for (uint32_t i = 0; i < 500; i++) { /* One-way. */
        packet = numbered_syn(1000 + i, 0);
        packet.inner.protocol = IP_PROTOCOL_UDP;
        packet.tcp_flags = 0;
        (void) flow_run_update(flows, &packet, 0, 0, &counters);
    }
    for (uint32_t i = 0; i < 100000; i++) {
        packet = numbered_syn(10000 + i, 1);
        (void) flow_run_update(flows, &packet, 0, 0, &counters);
        if (i % 2 == 0) { /* Answered, never acknowledged. */
            packet.inner.destination = packet.inner.source;
            packet.inner.source = script_host('B');
            packet.inner.source_port = 80;
            packet.inner.destination_port = 1;
            packet.tcp_flags = TCP_SYN | TCP_ACK;
            flow = flow_run_update(flows, &packet, 0, 0, &counters);
            assert_int_equal(flow->tcp_state, TCP_STATE_OPENED);
        }
        (void) drain(flows);
        assert_true(flow_table_n(flows->table) <= config.capacity);
    }
    assert_int_equal(counters.n[COUNTER_CLASSIFY_FLOWS_EVICTED_HALF_OPEN], 101000 - 1024);
    assert_int_equal(counters.n[COUNTER_CLASSIFY_FLOWS_EVICTED_ONE_WAY], 0);
    assert_int_equal(counters.n[COUNTER_CLASSIFY_FLOWS_EVICTED_ANSWERED], 0);

    /* The first of them, answered long ago, is still there. */
    packet = numbered_syn(0, 2);
    packet.inner.protocol = IP_PROTOCOL_UDP;
    flow = flow_run_update(flows, &packet, 0, 0, &counters);
    assert_int_equal(flow->ends[FLOW_INITIATOR].packets, 2);

    for (uint32_t i = 0; i < 700; i++) { /* More one-way ones: half-open ones go first. */
        packet = numbered_syn(200000 + i, 3);
        packet.inner.protocol = IP_PROTOCOL_UDP;
        (void) flow_run_update(flows, &packet, 0, 0, &counters);
        (void) drain(flows);
    }
    assert_int_equal(counters.n[COUNTER_CLASSIFY_FLOWS_EVICTED_HALF_OPEN], 101000 - 1000);
    assert_int_equal(counters.n[COUNTER_CLASSIFY_FLOWS_EVICTED_ONE_WAY], 700 - 24);
    assert_int_equal(counters.n[COUNTER_CLASSIFY_FLOWS_EVICTED_ANSWERED], 0);
    flow_run_free(flows);
}

/* The packet as that of another flow, by UDP. */
static struct packet
numbered_udp(uint32_t n, uint64_t time_ms)
{
    struct packet packet = numbered_syn(n, time_ms);

    packet.inner.protocol = IP_PROTOCOL_UDP;
    packet.tcp_flags = 0;
    return packet;
}

/* Flows that were never answered have only their share of the table, of each kind, though
 * there is room; whatever was answered stays, and is found while the table fills. */
static void
test_unanswered(void **state)
{
    enum { N_ANSWERED = 500, SHARE = 100, N_UNANSWERED = 250 };
    struct flow_config of_case = config;
    struct flow_run *flows;
    struct counters counters = { 0 };
    struct flow ended;

    (void) state;
    of_case.unanswered_capacity = SHARE;
    flows = flow_run_new(&of_case, hash_seed_fixed());
    for (uint32_t i = 0; i < N_ANSWERED; i++) {
        struct packet packet = numbered_udp(i, 0);

        (void) flow_run_update(flows, &packet, 0, 0, &counters);
        packet.inner.destination = packet.inner.source;
        packet.inner.source = script_host('B');
        packet.inner.source_port = 80;
        packet.inner.destination_port = 1;
        (void) flow_run_update(flows, &packet, 0, 0, &counters);
    }
    assert_int_equal(flow_table_n(flows->table), N_ANSWERED);
    for (uint32_t i = 0; i < N_UNANSWERED; i++) {
        const struct packet syn = numbered_syn(1000 + i, 1),
                            udp = numbered_udp(2000 + i, 1);

        (void) flow_run_update(flows, &syn, 0, 0, &counters);
        (void) flow_run_update(flows, &udp, 0, 0, &counters);
    }
    assert_int_equal(flow_table_n(flows->table), N_ANSWERED + 2 * SHARE);
    assert_int_equal(flow_table_n_of(flows->table, FLOW_CLASS_HALF_OPEN), SHARE);
    assert_int_equal(flow_table_n_of(flows->table, FLOW_CLASS_ONE_WAY), SHARE);
    assert_int_equal(counters.n[COUNTER_CLASSIFY_FLOWS_EVICTED_HALF_OPEN],
                     N_UNANSWERED - SHARE);
    assert_int_equal(counters.n[COUNTER_CLASSIFY_FLOWS_EVICTED_ONE_WAY],
                     N_UNANSWERED - SHARE);
    assert_int_equal(counters.n[COUNTER_CLASSIFY_FLOWS_EVICTED_ANSWERED], 0);
    for (uint32_t i = 0; i < 2 * (N_UNANSWERED - SHARE); i++) { /* Those idle longest. */
        assert_true(flow_run_next_ended(flows, &ended));
        assert_int_equal(ended.end_reason, FLOW_END_LACK_OF_RESOURCES);
        assert_int_equal(ip_v4(ended.ends[FLOW_INITIATOR].address) & 0xffff,
                         (i % 2 == 0 ? 1000 : 2000) + i / 2);
    }
    (void) drain(flows);
    for (uint32_t i = 0; i < N_UNANSWERED; i++) { /* The backscatter of a flood. */
        struct packet packet = numbered_syn(3000 + i, 1);

        packet.tcp_flags = TCP_RST | TCP_ACK;
        (void) flow_run_update(flows, &packet, 0, 0, &counters);
    }
    assert_int_equal(flow_table_n_of(flows->table, FLOW_CLASS_OVER), SHARE);
    for (uint32_t i = 0; i < N_ANSWERED; i++) {
        const struct packet packet = numbered_udp(i, 2);
        const struct flow *flow = flow_run_update(flows, &packet, 0, 0, &counters);

        assert_int_equal(flow->ends[FLOW_INITIATOR].packets, 2);
    }
    flow_run_free(flows);
}

/* A flow tells that it has grown, counting both sides. */
static void
test_growth(void **state)
{
    struct flow_run *flows = flow_run_new(&config, hash_seed_fixed());
    struct counters counters = { 0 };

    (void) state;
    for (unsigned i = 1; i <= 3 * FLOW_GROWTH; i++) {
        const struct packet packet =
            script_packet(i % 3 == 0 ? "0 B:9 > A:50001 udp -" : "0 A:50001 > B:9 udp -");
        const struct flow *flow = flow_run_update(flows, &packet, 0, 0, &counters);

        assert_int_equal(flow->events & FLOW_EVENT_GROWTH,
                         i % FLOW_GROWTH == 0 ? FLOW_EVENT_GROWTH : 0);
    }
    flow_run_free(flows);
}

/* All end, in the order in which they began, whichever was used last. */
static void
test_end_all(void **state)
{
    struct flow_run *flows = flow_run_new(&config, hash_seed_fixed());
    struct counters counters = { 0 };
    struct flow ended;

    (void) state;
    for (unsigned round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < 3000; i++) {
            const struct packet packet = numbered_syn(i * 7919 % 1000, 0);

            (void) flow_run_update(flows, &packet, 1, 2, &counters);
            (void) drain(flows);
        }
        assert_int_equal(flow_table_n(flows->table), 1000);
        flow_run_end_all(flows);
        for (uint32_t i = 0; i < 1000; i++) {
            assert_true(flow_run_next_ended(flows, &ended));
            assert_int_equal(ip_v4(ended.ends[FLOW_INITIATOR].address) - 0x0a000000,
                             i * 7919 % 1000);
            assert_int_equal(ended.ends[FLOW_INITIATOR].range, 1);
            assert_int_equal(ended.ends[FLOW_RESPONDER].range, 2);
            assert_int_equal(ended.end_reason, FLOW_END_FORCED);
        }
        assert_false(flow_run_next_ended(flows, &ended));
        assert_int_equal(flow_table_n(flows->table), 0);
    }
    flow_run_free(flows);
}

static struct sector_map *
map_of(const char *const *ranges)
{
    static const char *const no_files[] = { NULL };
    struct problem_list *problems = problem_list_new();
    struct sector_map *map = sector_map_new(
        &(struct sector_map_config){ .operator_files = no_files, .ranges = ranges },
        problems);

    assert_int_equal(problem_list_n(problems), 0);
    problem_list_free(problems);
    return map;
}

/* What no packet has touched since is told with the ranges of the new map, however often
 * there was one. */
static void
test_renew(void **state)
{
    static const char *const ranges[] = { "9.0.0.0/8=energy", "10.0.0.0/30=energy", NULL };
    static const unsigned n_renewals[] = { 1, 2, 255, 256, 257, 1000 };
    struct sector_map *map = map_of(ranges);
    struct counters counters = { 0 };

    (void) state;
    for (size_t i = 0; i < N_ELEMENTS(n_renewals); i++) {
        struct flow_run *flows = flow_run_new(&config, hash_seed_fixed());
        struct flow ended;

        for (uint32_t k = 0; k < 8; k++) {
            const struct packet packet = numbered_syn(k, 0);

            (void) flow_run_update(flows, &packet, 77, 78, &counters);
        }
        for (unsigned n = 0; n < n_renewals[i]; n++) {
            flow_table_renew(flows->table, map);
        }
        for (uint32_t k = 6; k < 10; k++) {
            const struct packet packet = numbered_syn(k, 1);

            (void) flow_run_update(flows, &packet, 1, 2, &counters);
        }
        flow_run_end_all(flows);
        for (uint32_t k = 0; k < 10; k++) {
            assert_true(flow_run_next_ended(flows, &ended));
            assert_int_equal(ip_v4(ended.ends[FLOW_INITIATOR].address), 0x0a000000 + k);
            assert_int_equal(ended.ends[FLOW_INITIATOR].range, k < 4 ? 2 : k < 6 ? 0 : 1);
            assert_int_equal(ended.ends[FLOW_RESPONDER].range, k < 6 ? 0 : 2);
        }
        flow_run_free(flows);
    }
    sector_map_free(map);
}

static void
test_expire(void **state)
{
    struct flow_run *flows = flow_run_new(&config, hash_seed_fixed());
    struct counters counters = { 0 };
    const uint64_t begin_ns = numbered_syn(0, 0).time_ns;

    (void) state;
    for (uint32_t i = 0; i < 1000; i++) {
        const struct packet packet = numbered_syn(i, i);

        (void) flow_run_update(flows, &packet, 0, 0, &counters);
    }
    flow_run_expire(flows, begin_ns + 10499 * UINT64_C(1000000));
    assert_int_equal(drain(flows), 500);
    flow_run_expire(flows, begin_ns); /* Time does not go back. */
    assert_int_equal(drain(flows), 0);
    flow_run_expire(flows, begin_ns + 3600 * NS_PER_SECOND);
    assert_int_equal(drain(flows), 500);
    assert_int_equal(flow_table_n(flows->table), 0);
    flow_run_free(flows);
}

/* After some packets of an older recording flows end by its clock. */
static void
test_set_back(void **state)
{
    struct flow_run *flows = flow_run_new(&config, hash_seed_fixed());
    struct counters counters = { 0 };

    (void) state;
    for (uint32_t i = 0; i < 100; i++) {
        const struct packet packet = numbered_syn(i, 1000000000);

        (void) flow_run_update(flows, &packet, 0, 0, &counters);
    }
    for (uint32_t i = 0; i < 200; i++) {
        const struct packet packet = numbered_syn(1000 + i, i);

        (void) flow_run_update(flows, &packet, 0, 0, &counters);
    }
    assert_int_equal(counters.n[COUNTER_CLASSIFY_TIME_BACKWARD], 64);
    assert_int_equal(counters.n[COUNTER_CLASSIFY_TIME_SET_BACK], 1);
    assert_int_equal(drain(flows), 0);
    flow_run_expire(flows, numbered_syn(0, 11000).time_ns);
    assert_int_equal(drain(flows), 300);
    flow_run_free(flows);
}

static void
test_vlan(void **state)
{
    (void) state;
    for (unsigned use_vlan = 0; use_vlan < 2; use_vlan++) {
        struct flow_config of_case = config;
        struct flow_run *flows;
        struct counters counters = { 0 };
        struct packet packet = numbered_syn(0, 0);
        const struct flow *flow;

        of_case.use_vlan = use_vlan != 0;
        flows = flow_run_new(&of_case, hash_seed_fixed());
        (void) flow_run_update(flows, &packet, 0, 0, &counters);
        packet.n_vlans = 1;
        packet.vlan[0] = 5;
        (void) flow_run_update(flows, &packet, 0, 0, &counters);
        packet.n_vlans = 2;
        packet.vlan[1] = 6;
        flow = flow_run_update(flows, &packet, 0, 0, &counters);
        assert_int_equal(flow_table_n(flows->table), use_vlan ? 3 : 1);
        assert_int_equal(flow->vlan, use_vlan ? 5 : 0);
        assert_int_equal(flow->vlan_inner, use_vlan ? 6 : 0);
        flow_run_free(flows);
    }
}

/* A fragment without ports is of a flow of its own, and no probe. */
static void
test_fragment(void **state)
{
    struct flow_run *flows = flow_run_new(&config, hash_seed_fixed());
    struct counters counters = { 0 };
    struct packet packet = numbered_syn(0, 0);
    const struct flow *flow;

    (void) state;
    packet.inner.source_port = packet.inner.destination_port = 0;
    packet.has_transport = false;
    packet.is_fragment = true;
    packet.tcp_flags = 0;
    packet.tunnel = TUNNEL_GRE;
    packet.outer.source = script_host('X');
    flow = flow_run_update(flows, &packet, 0, 0, &counters);
    assert_int_equal(flow->ends[FLOW_INITIATOR].port, 0);
    assert_int_equal(flow->ends[FLOW_RESPONDER].port, 0);
    assert_true(flow->initiator_is_guess);
    assert_int_equal(flow->tcp_state, TCP_STATE_MIDSTREAM);
    assert_int_equal(flow->tunnel, TUNNEL_GRE);
    assert_true(ip_equal(flow->outer[0], script_host('X')));
    flow_run_free(flows);
}

/* A plain table: every flow ever, looked for from the newest on. */
struct plain_flow {
    struct flow_key key;
    uint64_t last_ns;
    uint64_t packets[2];
};

/* Random UDP packets between few hosts, in the order of time: the counts of each packet's
 * flow equal those of a list that is searched through, with another seed each time. */
static void
test_against_plain(void **state)
{
    enum { N_PACKETS = 20000 };
    const uint64_t seed = (uint64_t) time(NULL);
    struct hash_seed hash_seed = { { seed, ~seed } };
    struct flow_config of_case = config;
    struct plain_flow *plain = memory_zeroed(N_PACKETS, sizeof *plain);
    struct flow_run *flows;
    struct counters counters = { 0 };
    uint64_t random = seed | 1, time_ns = NS_PER_SECOND;
    size_t n_plain = 0;

    (void) state;
    print_message("seed %llu\n", (unsigned long long) seed);
    of_case.half_open_timeout_ns = of_case.idle_timeout_ns;
    flows = flow_run_new(&of_case, hash_seed);
    for (size_t i = 0; i < N_PACKETS; i++) {
        struct packet packet = script_packet("0 A:50000 > B:50000 udp -");
        const struct flow *flow;
        struct plain_flow *found = NULL;
        unsigned sender = 0;

        random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
        time_ns += random >> 60 == 0 ? (random >> 40 & 63) * NS_PER_SECOND : 1000;
        packet.time_ns = time_ns;
        packet.inner.source = script_host((char) ('A' + (random >> 33 & 7)));
        packet.inner.destination = script_host((char) ('A' + (random >> 37 & 7)));
        packet.inner.source_port = (uint16_t) (50000 + (random >> 41 & 3));
        packet.inner.destination_port = (uint16_t) (50000 + (random >> 43 & 3));
        flow = flow_run_update(flows, &packet, 0, 0, &counters);
        (void) drain(flows);

        for (size_t k = n_plain; k-- > 0 && found == NULL;) {
            const struct flow_key *key = &plain[k].key;
            const bool forth = ip_equal(key->source, packet.inner.source) &&
                               ip_equal(key->destination, packet.inner.destination) &&
                               key->source_port == packet.inner.source_port &&
                               key->destination_port == packet.inner.destination_port;
            const bool back = ip_equal(key->source, packet.inner.destination) &&
                              ip_equal(key->destination, packet.inner.source) &&
                              key->source_port == packet.inner.destination_port &&
                              key->destination_port == packet.inner.source_port;

            if (forth || back) {
                found = &plain[k];
                sender = forth ? 0 : 1;
            }
        }
        if (found == NULL || time_ns - found->last_ns >= of_case.idle_timeout_ns) {
            found = &plain[n_plain++];
            found->key = flow_key_of(&packet, true);
            sender = 0;
        }
        found->packets[sender]++;
        found->last_ns = time_ns;
        assert_int_equal(flow->ends[FLOW_INITIATOR].packets, found->packets[0]);
        assert_int_equal(flow->ends[FLOW_RESPONDER].packets, found->packets[1]);
    }
    assert_int_equal(counters.n[COUNTER_CLASSIFY_FLOWS], n_plain);
    flow_run_free(flows);
    free(plain);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flood),         cmocka_unit_test(test_growth),
        cmocka_unit_test(test_unanswered),    cmocka_unit_test(test_end_all),
        cmocka_unit_test(test_expire),        cmocka_unit_test(test_set_back),
        cmocka_unit_test(test_vlan),          cmocka_unit_test(test_fragment),
        cmocka_unit_test(test_against_plain), cmocka_unit_test(test_renew),
    };

    return RUN_CASES(cases, test_flows) + cmocka_run_group_tests(tests, NULL, NULL);
}
