/* Reports of flows: that they are the same however the tables are shared out, and that only
 * what is wanted is told, while all is counted. */
#include "classify/flow_tracker.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/timestamp.h"
#include "classify/flow_key.h"
#include "support/support.h"

enum { N_PACKETS = 3000, N_REPORTS_MAX = 4 * N_PACKETS };

static const struct flow_tracker_config config = {
    .flow.capacity = 1024,
    .flow.unanswered_capacity = 1024,
    .flow.idle_timeout_ns = 60 * NS_PER_SECOND,
    .flow.active_timeout_ns = 1800 * NS_PER_SECOND,
    .flow.half_open_timeout_ns = 10 * NS_PER_SECOND,
    .flow.use_vlan = true,
    .recognise.sessions = 1024,
};

/* All flows are of use: ended ones of another than others. */
static uint8_t
use_all(const void *context, const struct flow *flow)
{
    (void) context;
    (void) flow;
    return 1;
}

static uint8_t
use_all_ended(const void *context, const struct flow *flow)
{
    (void) context;
    (void) flow;
    return 2;
}

static const struct flow_interest use_everything = { .uses = use_all,
                                                     .uses_ended = use_all_ended };

static uint8_t
use_none(const void *context, const struct flow *flow)
{
    (void) context;
    (void) flow;
    return 0;
}

/* Those that have ended and were for port 80. */
static uint8_t
use_ends_of_80(const void *context, const struct flow *flow)
{
    (void) context;
    return flow->ends[FLOW_RESPONDER].port == 80 ? 4 : 0;
}

static const struct flow_interest use_nothing = { .uses = use_none,
                                                  .uses_ended = use_none };

static const struct flow_interest use_80 = { .uses = use_none,
                                             .uses_ended = use_ends_of_80 };

/* Adds the packet that was made in the next place of a batch. */
static void
add(struct critical_batch *batch, uint64_t time_ns)
{
    struct critical_packet *critical = &batch->packets[batch->n];
    struct flow_key key;

    critical->packet.time_ns = critical->clock_ns = time_ns;
    key = flow_key_of(&critical->packet, true);
    critical->hash = flow_key_hash(&key, hash_seed_fixed());
    critical_batch_add(batch);
}

/* SYNs, some of them answered, of a few hundred clients, half a minute long. */
static void
fill(struct critical_batch *batch, uint64_t *order)
{
    critical_batch_clear(batch);
    for (; batch->n < CRITICAL_BATCH_MAX && *order < N_PACKETS; (*order)++) {
        struct critical_packet *critical = &batch->packets[batch->n];
        const uint64_t random = hash_bytes(hash_seed_fixed(), order, sizeof *order);
        const bool is_answer = random % 3 == 0;
        const struct ip_address client =
            ip_from_v4(UINT32_C(0x0a000000) + (uint32_t) (random / 8 % 500));
        const struct ip_address server = ip_from_v4(0xc0000201);
        const uint16_t port = random / 4096 % 2 == 0 ? 80 : 443;

        *critical = (struct critical_packet){
            .packet.inner = { .source = is_answer ? server : client,
                              .destination = is_answer ? client : server,
                              .source_port = is_answer ? port : 5000,
                              .destination_port = is_answer ? 5000 : port,
                              .protocol = IP_PROTOCOL_TCP },
            .packet.tcp_flags = is_answer ? TCP_SYN | TCP_ACK : TCP_SYN,
            .packet.has_transport = true,
            .packet.wire_bytes = 60,
            .order = *order,
        };
        add(batch, *order * NS_PER_SECOND / 100);
    }
}

/* Appends what the list holds, and empties it. */
static void
collect(struct flow_report_list *list, struct flow_report *reports, size_t *n)
{
    assert_true(*n + list->n <= N_REPORTS_MAX);
    memcpy(&reports[*n], list->reports, list->n * sizeof list->reports[0]);
    *n += list->n;
    flow_report_list_clear(list);
}

/* All reports of one part of the flows. */
static size_t
run_part(unsigned part, unsigned n_parts, struct flow_interest interest,
         struct flow_report *reports, struct flow_tally *tally)
{
    struct flow_tracker *tracker = flow_tracker_new(&config, part, n_parts, interest);
    struct critical_batch *batch = critical_batch_new();
    struct flow_report_list *list = calloc(1, sizeof *list);
    struct counters counters = { { 0 } };
    struct flow_fill left = { 0 };
    uint64_t order = 0;
    size_t n = 0;

    assert_non_null(list);
    while (order < N_PACKETS) {
        struct flow_tracker_position at = { 0 };
        bool is_done;

        fill(batch, &order);
        do {
            is_done = flow_tracker_take(tracker, batch, &at, &counters, list);
            collect(list, reports, &n);
        } while (!is_done);
    }
    while (!flow_tracker_end(tracker, order, 1, list)) {
        collect(list, reports, &n);
    }
    collect(list, reports, &n);
    flow_tracker_add_to(tracker, tally);
    flow_tracker_fill(tracker, &left);
    assert_int_equal(left.n + left.n_half_open + left.n_one_way, 0);
    free(list);
    critical_batch_free(batch);
    flow_tracker_free(tracker);
    return n;
}

static int
compare(const void *a, const void *b)
{
    return flow_report_is_before(a, b) ? -1 : flow_report_is_before(b, a);
}

static uint64_t
n_ended(const struct flow_tally *tally)
{
    uint64_t n = 0;

    for (unsigned i = 0; i < N_SERVICES; i++) {
        for (unsigned j = 0; j < N_EVIDENCES; j++) {
            n += tally->ended[i][j];
        }
    }
    return n;
}

static void
assert_same(const struct flow_report *a, const struct flow_report *b)
{
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->order, b->order);
    assert_int_equal(a->rank, b->rank);
    assert_int_equal(a->now_ns, b->now_ns);
    assert_int_equal(a->flow.events, b->flow.events);
    assert_int_equal(a->flow.end_reason, b->flow.end_reason);
    assert_int_equal(a->flow.ends[0].port, b->flow.ends[0].port);
    assert_true(ip_equal(a->flow.ends[0].address, b->flow.ends[0].address));
    assert_int_equal(a->flow.ends[0].packets, b->flow.ends[0].packets);
    assert_int_equal(a->flow.ends[1].packets, b->flow.ends[1].packets);
}

static void
test_parts(void **state)
{
    static struct flow_report whole[N_REPORTS_MAX], parts[N_REPORTS_MAX];
    const struct flow_interest all = use_everything;
    static struct flow_tally tally_whole, tally_parts;
    const size_t n = run_part(0, 1, all, whole, &tally_whole);
    size_t n_parts = 0;

    (void) state;
    assert_true(n > N_PACKETS / 10);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(whole[i].uses, whole[i].kind == FLOW_REPORT_END ? 2 : 1);
        if (i > 0) { /* In the order in which they are merged. */
            assert_true(flow_report_is_before(&whole[i - 1], &whole[i]));
        }
    }
    for (unsigned part = 0; part < 3; part++) {
        n_parts += run_part(part, 3, all, &parts[n_parts], &tally_parts);
    }
    assert_int_equal(n_parts, n);
    qsort(parts, n, sizeof parts[0], compare);
    for (size_t i = 0; i < n; i++) {
        assert_same(&whole[i], &parts[i]);
    }
    assert_int_equal(tally_whole.started, tally_parts.started);
    assert_int_equal(n_ended(&tally_whole), n_ended(&tally_parts));
    assert_int_equal(n_ended(&tally_whole), tally_whole.started);
}

/* The beginning of a message, in a flow of its own: to be remembered until more comes. */
static void
fill_with_beginnings(struct critical_batch *batch, uint64_t *order)
{
    static const uint8_t beginning[] = { 0x16 };

    critical_batch_clear(batch);
    for (; batch->n < CRITICAL_BATCH_MAX && *order < N_PACKETS; (*order)++) {
        struct critical_packet *critical = &batch->packets[batch->n];

        *critical = (struct critical_packet){
            .packet.inner = { .source = ip_from_v4(0x0a000001),
                              .destination = ip_from_v4(0xc0000201),
                              .source_port = (uint16_t) (10000 + *order),
                              .destination_port = 443,
                              .protocol = IP_PROTOCOL_TCP },
            .packet.tcp_flags = TCP_ACK,
            .packet.has_transport = true,
            .packet.wire_bytes = 60,
            .packet.payload = beginning,
            .packet.payload_size = sizeof beginning,
            .packet.payload_len = sizeof beginning,
            .order = *order,
        };
        add(batch, *order * NS_PER_SECOND / 40);
    }
}

/* What was said in a flow is forgotten when it ends, so that no flow in progress gives way
 * to one that is over. */
static void
test_forgotten(void **state)
{
    struct flow_tracker *tracker = flow_tracker_new(&config, 0, 1, use_nothing);
    struct critical_batch *batch = critical_batch_new();
    struct flow_report_list *list = calloc(1, sizeof *list);
    struct counters counters = { { 0 } };
    uint64_t order = 0;

    (void) state;
    assert_non_null(list);
    assert_true(N_PACKETS > 2 * config.recognise.sessions);
    while (order < N_PACKETS) {
        struct flow_tracker_position at = { 0 };

        fill_with_beginnings(batch, &order);
        assert_true(flow_tracker_take(tracker, batch, &at, &counters, list));
    }
    assert_int_equal(counters.n[COUNTER_CLASSIFY_FLOWS], N_PACKETS);
    assert_int_equal(counters.n[COUNTER_CLASSIFY_SESSIONS_EVICTED], 0);
    free(list);
    critical_batch_free(batch);
    flow_tracker_free(tracker);
}

static void
test_interest(void **state)
{
    static struct flow_report all[N_REPORTS_MAX], some[N_REPORTS_MAX];
    static struct flow_tally tally_all, tally_some;
    const size_t n_all = run_part(0, 1, use_everything, all, &tally_all);
    const size_t n_some = run_part(0, 1, use_80, some, &tally_some);
    size_t n = 0;

    (void) state;
    for (size_t i = 0; i < n_all; i++) {
        const uint8_t uses =
            all[i].kind == FLOW_REPORT_END ? use_ends_of_80(NULL, &all[i].flow) : 0;

        /* What was observed is always told. */
        if (all[i].n_observations > 0 || uses != 0) {
            assert_true(n < n_some);
            assert_int_equal(some[n].uses, uses);
            assert_same(&all[i], &some[n++]);
        }
    }
    assert_int_equal(n, n_some);
    assert_true(n > 0 && n < n_all / 2);
    assert_memory_equal(&tally_all, &tally_some, sizeof tally_all);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_forgotten),
        cmocka_unit_test(test_interest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
