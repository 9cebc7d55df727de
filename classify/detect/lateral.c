#include <stdlib.h>

#include "base/memory.h"
#include "classify/detect/detector.h"
#include "classify/detect/distinct.h"

/* One asset reaches many others by services of administration and file sharing, and is
 * answered: as somebody does who is inside already and goes from host to host.  Those who
 * administer or back up many hosts do the same.  (Tries that fail are a sweep.) */

struct lateral {
    struct service_set services;
    struct distinct_table *assets;
};

static void lateral_attempt(void *state, const struct detect_view *view,
                            const struct attempt *attempt);

static void *
lateral_make(const struct detect_config *config, struct hash_seed seed)
{
    const struct distinct_config distinct = {
        .threshold = config->lateral.hosts,
        .within_ns = config->lateral.within_ns,
        .capacity = config->lateral.capacity,
        .evicted = COUNTER_CLASSIFY_LATERALS_EVICTED,
    };

    struct lateral *lateral;

    if (config->lateral.capacity == 0) {
        return NULL;
    }
    lateral = memory_zeroed(1, sizeof *lateral);
    lateral->services = config->lateral.services;
    lateral->assets = distinct_table_new(&distinct, seed);
    return lateral;
}

static void
lateral_unmake(void *state)
{
    struct lateral *lateral = state;

    distinct_table_free(lateral->assets);
    free(lateral);
}

const struct detector detector_lateral = {
    .name = "lateral",
    .make = lateral_make,
    .unmake = lateral_unmake,
    .attempt = lateral_attempt,
};

static void
lateral_attempt(void *state, const struct detect_view *view, const struct attempt *attempt)
{
    const struct lateral *lateral = state;
    const struct flow_end *ends = view->flow->ends;
    const struct distinct_key key = { .a = attempt->source };
    const uint32_t host = (uint32_t) hash_ip(hash_seed_fixed(), attempt->target, 0);
    struct distinct_report report;

    if (attempt->was_answered && ends[FLOW_INITIATOR].range != 0 &&
        ends[FLOW_RESPONDER].range != 0 &&
        service_set_has(&lateral->services,
                        service_by_port(attempt->protocol, attempt->port)) &&
        distinct_note(lateral->assets, &key, host, attempt->time_ns, view->counters,
                      &report)) {
        struct observation *observation = observation_list_add(
            view->observations, OBSERVATION_LATERAL, view->flow, view->time_ns);

        observation->asset_ends = 1U << FLOW_INITIATOR;
        distinct_describe(&report, "hosts by administration", observation);
    }
}
