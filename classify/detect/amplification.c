#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "capture/packet.h"
#include "classify/detect/detector.h"
#include "classify/detect/span.h"
#include "classify/detect/surge.h"

/* Answers that are larger than their questions, to an address that never asked: seen at
 * the asset that gets them, from many hosts, and at the asset that sends them and is made
 * use of.  Of the latter the peer is whose address was forged, not who forged it.
 *
 * The victim is told by UDP from the port of a service that is configured to an asset that
 * was not seen to ask; where only one direction is seen, ordinary answers look so too, and
 * then they are what is usual.  The reflector is told by how much more it sends than it
 * gets. */
struct amplification {
    struct amplification_config config;
    struct surge_table *table;
};

static bool amplification_wants(const void *state, const struct detect_view *view);
static void amplification_flow(void *state, const struct detect_view *view);
static bool is_answer_to_nobody(const struct amplification *a, const struct flow *flow,
                                unsigned victim);
static bool is_large_answer(const struct amplification *a, const struct flow *flow);
static bool is_reflecting(const struct amplification *a, uint16_t port);
static uint64_t bytes_since_growth(const struct flow *flow, const struct flow_end *end);
static void add(const struct amplification *a, const struct detect_view *view,
                unsigned asset_end, enum amplification_role role);
static void observe(const struct amplification *a, const struct detect_view *view,
                    unsigned asset_end, enum amplification_role role, enum service service,
                    const struct surge_report *report);

static void *
amplification_make(const struct detect_config *config, struct hash_seed seed)
{
    const struct surge_config surge = {
        .within_ns = config->amplification.within_ns,
        .times = config->amplification.times,
        .smoothing = config->amplification.smoothing,
        .learning = config->amplification.learning,
        .capacity = config->amplification.capacity,
        .evicted = COUNTER_CLASSIFY_AMPLIFICATIONS_EVICTED,
    };
    struct amplification *a;

    if (config->amplification.capacity == 0) {
        return NULL;
    }
    a = memory_zeroed(1, sizeof *a);
    a->config = config->amplification;
    a->table = surge_table_new(&surge, seed);
    return a;
}

static void
amplification_unmake(void *state)
{
    struct amplification *a = state;

    surge_table_free(a->table);
    free(a);
}

const struct detector detector_amplification = {
    .name = "amplification",
    .make = amplification_make,
    .unmake = amplification_unmake,
    .events = FLOW_EVENT_GROWTH,
    .wants = amplification_wants,
    .flow = amplification_flow,
    .wants_end = amplification_wants,
    .end = amplification_flow,
};

static bool
amplification_wants(const void *state, const struct detect_view *view)
{
    const struct amplification *a = state;
    const struct flow *flow = view->flow;

    return flow->protocol == IP_PROTOCOL_UDP &&
           (is_answer_to_nobody(a, flow, FLOW_INITIATOR) ||
            is_answer_to_nobody(a, flow, FLOW_RESPONDER) || is_large_answer(a, flow));
}

static void
amplification_flow(void *state, const struct detect_view *view)
{
    const struct amplification *a = state;

    if (is_answer_to_nobody(a, view->flow, FLOW_INITIATOR)) {
        add(a, view, FLOW_INITIATOR, AMPLIFICATION_VICTIM);
    } else if (is_answer_to_nobody(a, view->flow, FLOW_RESPONDER)) {
        add(a, view, FLOW_RESPONDER, AMPLIFICATION_VICTIM);
    } else {
        add(a, view, FLOW_RESPONDER, AMPLIFICATION_REFLECTOR);
    }
}

/* Whether the end is an asset that only got, from the port of such a service.  Two
 * ports that are the same do not tell who asked. */
static bool
is_answer_to_nobody(const struct amplification *a, const struct flow *flow, unsigned victim)
{
    const struct flow_end *to = &flow->ends[victim], *from = &flow->ends[1 - victim];

    return to->range != 0 && to->packets == 0 && !ip_is_to_many(to->address) &&
           (flow->initiator_is_guess || from->port == to->port) &&
           is_reflecting(a, from->port);
}

/* Whether the responder is an asset that was asked, and answers much more. */
static bool
is_large_answer(const struct amplification *a, const struct flow *flow)
{
    const struct flow_end *from = &flow->ends[FLOW_RESPONDER];
    const struct flow_end *to = &flow->ends[FLOW_INITIATOR];

    return from->range != 0 && to->packets != 0 && is_reflecting(a, from->port) &&
           from->bytes / a->config.ratio >= to->bytes;
}

static bool
is_reflecting(const struct amplification *a, uint16_t port)
{
    return service_set_has(&a->config.services, service_by_port(IP_PROTOCOL_UDP, port));
}

/* What an end sent in its last packets, up to FLOW_GROWTH: the others were counted as the
 * flow grew. */
static uint64_t
bytes_since_growth(const struct flow *flow, const struct flow_end *end)
{
    const uint64_t n =
        flow->ends[FLOW_INITIATOR].packets + flow->ends[FLOW_RESPONDER].packets;
    const bool has_grown_now = (flow->events & FLOW_EVENT_GROWTH) != 0;
    const uint64_t n_last = has_grown_now ? FLOW_GROWTH : n % FLOW_GROWTH;

    return n < FLOW_GROWTH ? end->bytes : end->bytes / n * n_last;
}

static void
add(const struct amplification *a, const struct detect_view *view, unsigned asset_end,
    enum amplification_role role)
{
    const struct flow_end *ends = view->flow->ends;
    const struct flow_end *sender =
        &ends[role == AMPLIFICATION_VICTIM ? 1 - asset_end : asset_end];
    const enum service service = service_by_port(IP_PROTOCOL_UDP, sender->port);
    const uint64_t bytes = bytes_since_growth(view->flow, sender);
    const struct surge_key key = {
        .asset = ends[asset_end].address,
        .what = (uint32_t) role << 16 | (uint32_t) service,
    };
    const struct surge_amount amount = {
        .time_ns = view->time_ns,
        .began_ns = view->began_ns,
        .all = bytes,
        .strange = bytes,
        .from = ends[1 - asset_end].address,
    };
    const struct surge_floor floor = {
        .amount = a->config.bytes,
        .n_sources = role == AMPLIFICATION_VICTIM ? a->config.hosts : 1,
    };
    struct surge_report report;

    if (surge_add(a->table, &key, &amount, floor, view->counters, &report)) {
        observe(a, view, asset_end, role, service, &report);
    }
}

static void
observe(const struct amplification *a, const struct detect_view *view, unsigned asset_end,
        enum amplification_role role, enum service service,
        const struct surge_report *report)
{
    struct observation *observation = observation_list_add(
        view->observations, OBSERVATION_AMPLIFICATION, view->flow, view->time_ns);
    const uint64_t kb = report->amount / 1024;
    char span[DURATION_TEXT_SIZE], sources[SURGE_SOURCES_SIZE];

    observation->asset_ends = 1U << asset_end;
    observation->amplification_role = role;
    observation->count = kb > UINT32_MAX ? UINT32_MAX : (uint32_t) kb;
    observation->since_ns = report->since_ns;
    (void) snprintf(
        observation->detail, sizeof observation->detail,
        role == AMPLIFICATION_VICTIM ? "%u kB of %s that nobody asked for in %s,%s"
                                     : "%u kB of large %s answers sent in %s%s",
        observation->count, service_name(service), span_format(a->config.within_ns, span),
        role == AMPLIFICATION_VICTIM ? surge_sources(report, sources) : "");
}
