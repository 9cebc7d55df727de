#include "classify/detect/detector.h"
#include "classify/detect/distinct.h"

/* One asset reaches many others by services of administration and file sharing, and is
 * answered: as somebody does who is inside already and goes from host to host.  Those who
 * administer or back up many hosts do the same.  (Tries that fail are a sweep.) */

static void lateral_attempt(void *state, const struct detect_view *view,
                            const struct attempt *attempt);
static bool is_of_administration(enum service service);

static void *
lateral_make(const struct detect_config *config, struct hash_seed seed)
{
    const struct distinct_config distinct = {
        .threshold = config->lateral.hosts,
        .within_ns = config->lateral.within_ns,
        .capacity = config->lateral.capacity,
        .evicted = COUNTER_CLASSIFY_LATERALS_EVICTED,
    };

    return config->lateral.capacity == 0 ? NULL : distinct_table_new(&distinct, seed);
}

static void
lateral_unmake(void *state)
{
    distinct_table_free(state);
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
    const struct flow_end *ends = view->flow->ends;
    const struct distinct_key key = { .a = attempt->source };
    const uint32_t host = (uint32_t) hash_ip(hash_seed_fixed(), attempt->target, 0);
    struct distinct_report report;

    if (attempt->was_answered && ends[FLOW_INITIATOR].range != 0 &&
        ends[FLOW_RESPONDER].range != 0 &&
        is_of_administration(service_by_port(attempt->protocol, attempt->port)) &&
        distinct_note(state, &key, host, attempt->time_ns, view->counters, &report)) {
        struct observation *observation = observation_list_add(
            view->observations, OBSERVATION_LATERAL, view->flow, view->time_ns);

        observation->asset_ends = 1U << FLOW_INITIATOR;
        distinct_describe(&report, "hosts by administration", observation);
    }
}

static bool
is_of_administration(enum service service)
{
    static const bool table[N_SERVICES] = {
        [SERVICE_SMB] = true,    [SERVICE_RDP] = true,   [SERVICE_SSH] = true,
        [SERVICE_WINRM] = true,  [SERVICE_MSRPC] = true, [SERVICE_VNC] = true,
        [SERVICE_TELNET] = true,
    };

    return table[service];
}
