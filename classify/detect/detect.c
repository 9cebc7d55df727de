#include "classify/detect/detect.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/inlining.h"
#include "base/memory.h"
#include "classify/detect/detector.h"

static const struct detector *const table[] = {
    &detector_listed,        &detector_scan,       &detector_sweep,
    &detector_brute_force,   &detector_lateral,    &detector_flood,
    &detector_amplification, &detector_beacon,     &detector_exfiltration,
    &detector_icmp_tunnel,   &detector_dns_tunnel, &detector_onion,
    &detector_mining,        &detector_tor,
};

enum { N_DETECTORS = sizeof table / sizeof table[0] };

/* Detectors that have a function, each with what it made. */
struct parts {
    unsigned n;
    struct part {
        const struct detector *detector;
        void *state;
        unsigned events; /* Those of 'at_flow': of a packet, that it looks at now. */
    } parts[N_DETECTORS];
};

struct detectors {
    const struct indicator_lists *lists;
    uint64_t began_ns; /* Earliest time shown. */
    struct attempt_filter *filter;
    void *states[N_DETECTORS]; /* What the detector of the same row made. */
    struct parts at_flow, at_end, at_try, at_attempt, before_attempt, at_observation;
    unsigned events;   /* Of all of 'at_flow'. */
    uint32_t observes; /* Kinds of observations that any of 'at_observation' does now. */
    uint32_t observers[N_OBSERVATIONS]; /* Of a kind: bits of 'at_observation'. */
};

static void add_part(struct parts *parts, bool has_function,
                     const struct detector *detector, void *state);
static void list_observers(struct detectors *detectors);
static struct detect_view view_of(struct detectors *detectors, const struct flow *flow,
                                  uint64_t time_ns, struct counters *counters,
                                  struct observation_list *list);
static unsigned use_of(enum attempt_outcome outcome);
APART static bool is_wanted(const struct detectors *detectors, const struct flow *flow);
APART static bool is_wanted_end(const struct detectors *detectors, const struct flow *flow);
static bool is_worth_showing(const struct flow *flow);
static void show_attempt(struct detectors *detectors, const struct detect_view *view,
                         unsigned uses);
static void show_one(struct detectors *detectors, const struct detect_view *view,
                     const struct attempt *attempt);

struct detectors *
detectors_new(const struct detect_config *config, const struct indicator_lists *lists,
              struct hash_seed seed)
{
    struct detectors *detectors = memory_zeroed(1, sizeof *detectors);

    detectors->began_ns = UINT64_MAX;
    detectors->filter = attempt_filter_new(
        config->scan.capacity > config->sweep.capacity ? config->scan.capacity
                                                       : config->sweep.capacity,
        config->scan.within_ns > config->sweep.within_ns ? config->scan.within_ns
                                                         : config->sweep.within_ns,
        seed);
    for (size_t i = 0; i < N_DETECTORS; i++) {
        if (table[i]->make != NULL) {
            detectors->states[i] = table[i]->make(config, seed);
            if (detectors->states[i] == NULL) {
                continue;
            }
        }
        add_part(&detectors->at_flow, table[i]->flow != NULL, table[i],
                 detectors->states[i]);
        add_part(&detectors->at_end, table[i]->end != NULL, table[i], detectors->states[i]);
        add_part(&detectors->at_try, table[i]->tried != NULL, table[i],
                 detectors->states[i]);
        add_part(&detectors->at_attempt, table[i]->attempt != NULL, table[i],
                 detectors->states[i]);
        add_part(&detectors->at_observation, table[i]->observed != NULL, table[i],
                 detectors->states[i]);
        add_part(&detectors->before_attempt, table[i]->prefetch != NULL, table[i],
                 detectors->states[i]);
    }
    list_observers(detectors);
    detectors_renew(detectors, lists);
    return detectors;
}

static_assert(N_DETECTORS <= 32 && N_OBSERVATIONS <= 32, "sets of both are 32 bits");

static void
list_observers(struct detectors *detectors)
{
    for (unsigned i = 0; i < detectors->at_observation.n; i++) {
        const uint32_t observes = detectors->at_observation.parts[i].detector->observes;

        for (unsigned kind = 0; kind < N_OBSERVATIONS; kind++) {
            detectors->observers[kind] |= (observes >> kind & 1) << i;
        }
    }
}

void
detectors_free(struct detectors *detectors)
{
    if (detectors == NULL) {
        return;
    }
    for (size_t i = 0; i < N_DETECTORS; i++) {
        if (detectors->states[i] != NULL) {
            table[i]->unmake(detectors->states[i]);
        }
    }
    attempt_filter_free(detectors->filter);
    free(detectors);
}

void
detectors_renew(struct detectors *detectors, const struct indicator_lists *lists)
{
    uint32_t observes = 0;

    detectors->lists = lists;
    detectors->events = 0;
    for (unsigned i = 0; i < detectors->at_flow.n; i++) {
        struct part *part = &detectors->at_flow.parts[i];

        part->events = part->detector->events_with != NULL
                           ? part->detector->events_with(lists)
                           : part->detector->events;
        detectors->events |= part->events;
    }
    for (unsigned i = 0; i < detectors->at_observation.n; i++) {
        const struct detector *detector = detectors->at_observation.parts[i].detector;

        observes |= detector->observes_with != NULL ? detector->observes_with(lists)
                                                    : detector->observes;
    }
    detectors->observes = observes;
}

unsigned
detect_uses(const struct detectors *detectors, const struct flow *flow)
{
    const bool is_shown =
        (flow->events & detectors->events) != 0 && is_wanted(detectors, flow);

    return use_of(attempt_outcome_at_packet(flow)) | (is_shown ? DETECT_USE_LOOK : 0U);
}

unsigned
detect_uses_ended(const struct detectors *detectors, const struct flow *flow)
{
    const bool is_shown = is_worth_showing(flow) && is_wanted_end(detectors, flow);

    return use_of(attempt_outcome_at_end(flow)) | (is_shown ? DETECT_USE_LOOK : 0U);
}

void
detect_prefetch(const struct detectors *detectors, const struct flow *flow, unsigned uses)
{
    const struct parts *parts = &detectors->before_attempt;

    if ((uses & DETECT_USE_FAILED) != 0) {
        attempt_filter_prefetch(detectors->filter, flow->ends[FLOW_INITIATOR].address);
    } else if ((uses & DETECT_USE_ANSWERED) != 0) {
        const struct attempt attempt = attempt_of(flow, ATTEMPT_ANSWERED);

        for (unsigned i = 0; i < parts->n; i++) {
            parts->parts[i].detector->prefetch(parts->parts[i].state, &attempt);
        }
    }
}

void
detect_flow(struct detectors *detectors, const struct flow *flow, unsigned uses,
            uint64_t time_ns, struct counters *counters, struct observation_list *list)
{
    const struct detect_view view = view_of(detectors, flow, time_ns, counters, list);

    for (unsigned i = 0; (uses & DETECT_USE_LOOK) != 0 && i < detectors->at_flow.n; i++) {
        const struct part *part = &detectors->at_flow.parts[i];

        if ((flow->events & part->events) != 0 &&
            part->detector->wants(part->state, &view)) {
            part->detector->flow(part->state, &view);
        }
    }
    show_attempt(detectors, &view, uses);
}

uint32_t
detect_observes(const struct detectors *detectors)
{
    return detectors->observes;
}

void
detect_observation(struct detectors *detectors, const struct observation *observation,
                   struct counters *counters, struct observation_list *list)
{
    const struct detect_view view = { .flow = observation->flow,
                                      .time_ns = observation->time_ns,
                                      .lists = detectors->lists,
                                      .counters = counters,
                                      .observations = list };

    for (uint32_t left = detectors->observers[observation->kind]; left != 0;
         left &= left - 1) {
        const struct part *part = &detectors->at_observation.parts[__builtin_ctz(left)];

        part->detector->observed(part->state, &view, observation);
    }
}

uint32_t
detectors_n(const struct detectors *detectors, const char *name)
{
    for (size_t i = 0; i < N_DETECTORS; i++) {
        if (table[i]->n != NULL && strcmp(table[i]->name, name) == 0) {
            return table[i]->n(detectors->states[i]);
        }
    }
    return 0;
}

void
detect_flow_end(struct detectors *detectors, const struct flow *flow, unsigned uses,
                struct counters *counters, struct observation_list *list)
{
    const struct detect_view view = view_of(detectors, flow, flow->last_ns, counters, list);

    for (unsigned i = 0; (uses & DETECT_USE_LOOK) != 0 && i < detectors->at_end.n; i++) {
        const struct part *part = &detectors->at_end.parts[i];

        if (part->detector->wants_end(part->state, &view)) {
            part->detector->end(part->state, &view);
        }
    }
    show_attempt(detectors, &view, uses);
}

static void
add_part(struct parts *parts, bool has_function, const struct detector *detector,
         void *state)
{
    if (has_function) {
        parts->parts[parts->n++] = (struct part){ .detector = detector, .state = state };
    }
}

static struct detect_view
view_of(struct detectors *detectors, const struct flow *flow, uint64_t time_ns,
        struct counters *counters, struct observation_list *list)
{
    if (time_ns < detectors->began_ns) {
        detectors->began_ns = time_ns;
    }
    return (struct detect_view){
        .flow = flow,
        .time_ns = time_ns,
        .began_ns = detectors->began_ns,
        .lists = detectors->lists,
        .counters = counters,
        .observations = list,
    };
}

static unsigned
use_of(enum attempt_outcome outcome)
{
    static const uint8_t uses[] = {
        [ATTEMPT_NONE] = 0,
        [ATTEMPT_FAILED] = DETECT_USE_FAILED,
        [ATTEMPT_ANSWERED] = DETECT_USE_ANSWERED,
    };

    return uses[outcome];
}

/* Whether any detector looks at a flow to which a packet meant something. */
static bool
is_wanted(const struct detectors *detectors, const struct flow *flow)
{
    const struct detect_view view = { .flow = flow, .lists = detectors->lists };

    for (unsigned i = 0; i < detectors->at_flow.n; i++) {
        const struct part *part = &detectors->at_flow.parts[i];

        if ((flow->events & part->events) != 0 &&
            part->detector->wants(part->state, &view)) {
            return true;
        }
    }
    return false;
}

/* Whether any looks at a flow that has ended, and is worth showing. */
static bool
is_wanted_end(const struct detectors *detectors, const struct flow *flow)
{
    const struct detect_view view = { .flow = flow, .lists = detectors->lists };

    for (unsigned i = 0; i < detectors->at_end.n; i++) {
        const struct part *part = &detectors->at_end.parts[i];

        if (part->detector->wants_end(part->state, &view)) {
            return true;
        }
    }
    return false;
}

/* Whether a flow that ended may be of use to who is shown those: a flood from random
 * sources ends one with each packet. */
static bool
is_worth_showing(const struct flow *flow)
{
    return flow->ends[FLOW_RESPONDER].packets > 0 ||
           flow->ends[FLOW_INITIATOR].packets > 2 || flow->initiator_is_guess;
}

/* Shows them the attempt that a flow is, if its outcome is known now. */
static void
show_attempt(struct detectors *detectors, const struct detect_view *view, unsigned uses)
{
    struct attempt attempt, first;
    unsigned n;

    if ((uses & (DETECT_USE_FAILED | DETECT_USE_ANSWERED)) == 0) {
        return;
    }
    attempt = attempt_of(view->flow, (uses & DETECT_USE_ANSWERED) != 0 ? ATTEMPT_ANSWERED
                                                                       : ATTEMPT_FAILED);
    for (unsigned i = 0; i < detectors->at_try.n; i++) {
        const struct part *part = &detectors->at_try.parts[i];

        part->detector->tried(part->state, view, &attempt);
    }
    n = attempt.was_answered
            ? 1
            : attempt_filter_failed(detectors->filter, &attempt, view->counters, &first);
    if (n == 2) {
        show_one(detectors, view, &first);
    }
    if (n >= 1) {
        show_one(detectors, view, &attempt);
    }
}

static void
show_one(struct detectors *detectors, const struct detect_view *view,
         const struct attempt *attempt)
{
    const struct parts *parts = &detectors->at_attempt;

    for (unsigned i = 0; i < parts->n; i++) {
        parts->parts[i].detector->attempt(parts->parts[i].state, view, attempt);
    }
}
