#include "capture/packet.h"
#include "classify/detect/detector.h"
#include "classify/detect/distinct.h"

/* One host tries many ports of another, TCP, UDP and SCTP together. */

/* Where traceroute aims its UDP probes: ports counted up from 33434, by convention. */
enum { TRACEROUTE_FIRST = 33434, TRACEROUTE_LAST = 33523 };

static void scan_attempt(void *state, const struct detect_view *view,
                         const struct attempt *attempt);
static bool is_traceroute(const struct attempt *attempt);

static void *
scan_make(const struct detect_config *config, struct hash_seed seed)
{
    const struct distinct_config distinct = {
        .threshold = config->scan.ports,
        .within_ns = config->scan.within_ns,
        .capacity = config->scan.capacity,
        .evicted = COUNTER_CLASSIFY_SCANS_EVICTED,
    };

    return distinct_table_new(&distinct, seed);
}

static void
scan_unmake(void *state)
{
    distinct_table_free(state);
}

static uint32_t
scan_n(const void *state)
{
    return distinct_table_n(state);
}

const struct detector detector_scan = {
    .name = "scan",
    .make = scan_make,
    .unmake = scan_unmake,
    .n = scan_n,
    .attempt = scan_attempt,
};

static void
scan_attempt(void *state, const struct detect_view *view, const struct attempt *attempt)
{
    const struct distinct_key key = { attempt->source, attempt->target };
    const uint32_t port = (uint32_t) attempt->protocol << 16 | attempt->port;
    struct distinct_report report;

    if (attempt->was_answered || attempt->port == 0 || is_traceroute(attempt)) {
        return;
    }
    if (distinct_note(state, &key, port, attempt->time_ns, view->counters, &report)) {
        distinct_describe(&report, "ports",
                          observation_list_add(view->observations, OBSERVATION_SCAN,
                                               view->flow, view->flow->last_ns));
    }
}

static bool
is_traceroute(const struct attempt *attempt)
{
    return attempt->protocol == IP_PROTOCOL_UDP && attempt->port >= TRACEROUTE_FIRST &&
           attempt->port <= TRACEROUTE_LAST;
}
