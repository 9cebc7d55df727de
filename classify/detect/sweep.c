#include <stdio.h>

#include "classify/detect/detector.h"
#include "classify/detect/distinct.h"

/* One host tries one port of many others: TCP, UDP, SCTP, and echo requests as port 0.
 *
 * Those who talk to many hosts for a living (resolvers, proxies, monitoring) fail now and
 * then, so that a source's failures count only if not too many of its tries were answered
 * for each.  Where only one direction of UDP is seen all of it looks like failures. */

static void sweep_attempt(void *state, const struct detect_view *view,
                          const struct attempt *attempt);
static void sweep_prefetch(const void *state, const struct attempt *attempt);
static struct distinct_key key_of(const struct attempt *attempt);
static void observe(const struct detect_view *view, const struct attempt *attempt,
                    const struct distinct_report *report);

static void *
sweep_make(const struct detect_config *config, struct hash_seed seed)
{
    const struct distinct_config distinct = {
        .threshold = config->sweep.hosts,
        .within_ns = config->sweep.within_ns,
        .capacity = config->sweep.capacity,
        .answered_per_failed = config->sweep.answered,
        .evicted = COUNTER_CLASSIFY_SWEEPS_EVICTED,
    };

    return distinct_table_new(&distinct, seed);
}

static void
sweep_unmake(void *state)
{
    distinct_table_free(state);
}

static uint32_t
sweep_n(const void *state)
{
    return distinct_table_n(state);
}

const struct detector detector_sweep = {
    .name = "sweep",
    .make = sweep_make,
    .unmake = sweep_unmake,
    .n = sweep_n,
    .attempt = sweep_attempt,
    .prefetch = sweep_prefetch,
};

/* Hosts are kept as hashes of 32 bits: among the few up to the threshold two are the same
 * once in some ten million sweeps, and then the sweep is seen one host later.  The hash is
 * not keyed by the table, so that a capture and a read of the same packets count alike: who
 * aims at it must sweep addresses picked for their hashes, not for what is there. */
static void
sweep_attempt(void *state, const struct detect_view *view, const struct attempt *attempt)
{
    struct distinct_table *table = state;
    const struct distinct_key key = key_of(attempt);
    const uint32_t host = (uint32_t) hash_ip(hash_seed_fixed(), attempt->target, 0);
    struct distinct_report report;

    if (attempt->was_answered) {
        distinct_answered(table, &key, attempt->time_ns, view->counters);
    } else if (distinct_note(table, &key, host, attempt->time_ns, view->counters,
                             &report)) {
        observe(view, attempt, &report);
    }
}

static void
sweep_prefetch(const void *state, const struct attempt *attempt)
{
    const struct distinct_key key = key_of(attempt);

    distinct_prefetch(state, &key);
}

static struct distinct_key
key_of(const struct attempt *attempt)
{
    return (struct distinct_key){
        attempt->source,
        { .high = attempt->protocol, .low = attempt->port },
    };
}

static void
observe(const struct detect_view *view, const struct attempt *attempt,
        const struct distinct_report *report)
{
    char transport[8], what[40];

    (void) transport_name(attempt->protocol, transport);
    if (attempt->port == 0) {
        (void) snprintf(what, sizeof what, "hosts by %s", transport);
    } else {
        (void) snprintf(what, sizeof what, "hosts on %s/%u", transport, attempt->port);
    }
    distinct_describe(report, what,
                      observation_list_add(view->observations, OBSERVATION_SWEEP,
                                           view->flow, view->flow->last_ns));
}
