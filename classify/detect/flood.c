#include <stdio.h>
#include <stdlib.h>

#include "base/inlining.h"
#include "base/memory.h"
#include "capture/packet.h"
#include "classify/detect/detector.h"
#include "classify/detect/span.h"
#include "classify/detect/surge.h"

/* Much more than usual comes to one asset and is not answered: connection requests to a
 * port, UDP packets, echo requests (these also if they are answered).
 *
 * What counts are attempts, each when its outcome is known (that of a forged source when
 * its flow times out), and the packets of flows that grow.  An asset that breaks down under
 * its usual visitors is no flood: then not more comes than before.  UDP that a service
 * answers is not seen as a flood, nor one that spreads over many assets or TCP ports. */
struct flood {
    struct flood_config config;
    struct surge_table *table;
};

static void flood_tried(void *state, const struct detect_view *view,
                        const struct attempt *attempt);
static void flood_prefetch(const void *state, const struct attempt *attempt);
static bool flood_wants(const void *state, const struct detect_view *view);
static void flood_grew(void *state, const struct detect_view *view);
static void add(const struct flood *flood, const struct detect_view *view,
                const struct surge_amount *amount);
static struct surge_key key_of(uint8_t protocol, struct ip_address asset, uint16_t port);
static bool is_connection(uint8_t protocol);
static bool is_echo(uint8_t protocol);
SELDOM static void observe(const struct flood *flood, const struct detect_view *view,
                           const struct surge_report *report);

static void *
flood_make(const struct detect_config *config, struct hash_seed seed)
{
    const struct surge_config surge = {
        .within_ns = config->flood.within_ns,
        .times = config->flood.times,
        .smoothing = config->flood.smoothing,
        .learning = config->flood.learning,
        .capacity = config->flood.capacity,
        .evicted = COUNTER_CLASSIFY_FLOODS_EVICTED,
    };
    struct flood *flood;

    if (config->flood.capacity == 0) {
        return NULL;
    }
    flood = memory_zeroed(1, sizeof *flood);
    flood->config = config->flood;
    flood->table = surge_table_new(&surge, seed);
    return flood;
}

static void
flood_unmake(void *state)
{
    struct flood *flood = state;

    surge_table_free(flood->table);
    free(flood);
}

const struct detector detector_flood = {
    .name = "flood",
    .make = flood_make,
    .unmake = flood_unmake,
    .events = FLOW_EVENT_GROWTH,
    .wants = flood_wants,
    .flow = flood_grew,
    .tried = flood_tried,
    .prefetch = flood_prefetch,
};

static void
flood_tried(void *state, const struct detect_view *view, const struct attempt *attempt)
{
    const struct flow *flow = view->flow;
    const uint64_t n_packets = flow->ends[FLOW_INITIATOR].packets % FLOW_GROWTH;
    const uint64_t n = is_connection(attempt->protocol) ? 1 : n_packets;
    const bool is_strange = !attempt->was_answered || is_echo(attempt->protocol);

    if (flow->ends[FLOW_RESPONDER].range != 0) {
        add(state, view,
            &(struct surge_amount){ .time_ns = attempt->time_ns,
                                    .began_ns = view->began_ns,
                                    .all = n,
                                    .strange = is_strange ? n : 0,
                                    .from = attempt->source });
    }
}

static void
flood_prefetch(const void *state, const struct attempt *attempt)
{
    const struct flood *flood = state;
    const struct surge_key key = key_of(attempt->protocol, attempt->target, attempt->port);

    surge_prefetch(flood->table, &key);
}

static bool
flood_wants(const void *state, const struct detect_view *view)
{
    const struct flow *flow = view->flow;

    (void) state;
    return flow->ends[FLOW_RESPONDER].range != 0 && !flow->initiator_is_guess &&
           !is_connection(flow->protocol) &&
           !ip_is_to_many(flow->ends[FLOW_RESPONDER].address);
}

/* FLOW_GROWTH packets more, of which those of the initiator count. */
static void
flood_grew(void *state, const struct detect_view *view)
{
    const struct flood *flood = state;
    const struct flow_end *from = &view->flow->ends[FLOW_INITIATOR];
    const struct flow_end *to = &view->flow->ends[FLOW_RESPONDER];
    const bool is_one_sided = from->packets / flood->config.one_sided >= to->packets;

    if (is_one_sided || is_echo(view->flow->protocol)) {
        const uint64_t n = is_one_sided ? FLOW_GROWTH : FLOW_GROWTH / 2;

        add(state, view,
            &(struct surge_amount){ .time_ns = view->time_ns,
                                    .began_ns = view->began_ns,
                                    .all = n,
                                    .strange = n,
                                    .from = from->address });
    }
}

static void
add(const struct flood *flood, const struct detect_view *view,
    const struct surge_amount *amount)
{
    const uint8_t protocol = view->flow->protocol;
    const struct surge_key key = key_of(protocol, view->flow->ends[FLOW_RESPONDER].address,
                                        view->flow->ends[FLOW_RESPONDER].port);
    const struct surge_floor floor = {
        .amount = is_connection(protocol) ? flood->config.requests : flood->config.packets,
    };
    struct surge_report report;

    if (surge_add(flood->table, &key, amount, floor, view->counters, &report)) {
        observe(flood, view, &report);
    }
}

/* Port 0 stands for all of them. */
static struct surge_key
key_of(uint8_t protocol, struct ip_address asset, uint16_t port)
{
    return (struct surge_key){
        .asset = asset,
        .what = (uint32_t) protocol << 16 | (is_connection(protocol) ? port : 0),
    };
}

static bool
is_connection(uint8_t protocol)
{
    return protocol == IP_PROTOCOL_TCP || protocol == IP_PROTOCOL_SCTP;
}

static bool
is_echo(uint8_t protocol)
{
    return protocol == IP_PROTOCOL_ICMP || protocol == IP_PROTOCOL_ICMPV6;
}

static void
observe(const struct flood *flood, const struct detect_view *view,
        const struct surge_report *report)
{
    const struct flow *flow = view->flow;
    struct observation *observation =
        observation_list_add(view->observations, OBSERVATION_FLOOD, flow, view->time_ns);
    char span[DURATION_TEXT_SIZE], sources[SURGE_SOURCES_SIZE], transport[8], what[48];

    (void) transport_name(flow->protocol, transport);
    if (is_connection(flow->protocol)) {
        (void) snprintf(what, sizeof what, "requests to %s/%u", transport,
                        flow->ends[FLOW_RESPONDER].port);
    } else {
        (void) snprintf(what, sizeof what, "packets by %s", transport);
    }
    observation->asset_ends = 1U << FLOW_RESPONDER;
    observation->count =
        report->amount > UINT32_MAX ? UINT32_MAX : (uint32_t) report->amount;
    observation->since_ns = report->since_ns;
    (void) snprintf(observation->detail, sizeof observation->detail,
                    "%u %s in %s, usually %llu,%s", observation->count, what,
                    span_format(flood->config.within_ns, span),
                    (unsigned long long) report->usual, surge_sources(report, sources));
}
