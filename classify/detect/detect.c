#include "classify/detect/detect.h"

#include <stddef.h>
#include <stdlib.h>

#include "base/memory.h"
#include "classify/detect/detector.h"

static const struct detector *const table[] = {
    &detector_listed,
    &detector_scan,
    &detector_sweep,
};

enum { N_DETECTORS = sizeof table / sizeof table[0] };

struct detectors {
    const struct address_lists *lists;
    struct attempt_filter *filter;
    void *states[N_DETECTORS]; /* What the detector of the same row made. */
};

static void show_attempt(struct detectors *detectors, const struct detect_view *view,
                         enum attempt_outcome outcome);
static void show_one(struct detectors *detectors, const struct detect_view *view,
                     const struct attempt *attempt);

struct detectors *
detectors_new(const struct detect_config *config, const struct address_lists *lists,
              struct hash_seed seed)
{
    struct detectors *detectors = memory_zeroed(1, sizeof *detectors);

    detectors->lists = lists;
    detectors->filter = attempt_filter_new(
        config->scan.capacity > config->sweep.capacity ? config->scan.capacity
                                                       : config->sweep.capacity,
        config->scan.within_ns > config->sweep.within_ns ? config->scan.within_ns
                                                         : config->sweep.within_ns,
        seed);
    for (size_t i = 0; i < N_DETECTORS; i++) {
        if (table[i]->make != NULL) {
            detectors->states[i] = table[i]->make(config, seed);
        }
    }
    return detectors;
}

void
detectors_free(struct detectors *detectors)
{
    if (detectors == NULL) {
        return;
    }
    for (size_t i = 0; i < N_DETECTORS; i++) {
        if (table[i]->unmake != NULL) {
            table[i]->unmake(detectors->states[i]);
        }
    }
    attempt_filter_free(detectors->filter);
    free(detectors);
}

void
detect_flow(struct detectors *detectors, const struct flow *flow, uint64_t time_ns,
            struct counters *counters, struct observation_list *list)
{
    const struct detect_view view = { .flow = flow,
                                      .time_ns = time_ns,
                                      .lists = detectors->lists,
                                      .counters = counters,
                                      .observations = list };

    for (size_t i = 0; i < N_DETECTORS; i++) {
        if (table[i]->flow != NULL) {
            table[i]->flow(detectors->states[i], &view);
        }
    }
    show_attempt(detectors, &view, attempt_outcome_at_packet(flow));
}

void
detect_prefetch(const struct detectors *detectors, const struct flow *flow)
{
    attempt_filter_prefetch(detectors->filter, flow->ends[FLOW_INITIATOR].address);
}

void
detect_flow_end(struct detectors *detectors, const struct flow *flow,
                struct counters *counters, struct observation_list *list)
{
    const struct detect_view view = { .flow = flow,
                                      .time_ns = flow->last_ns,
                                      .lists = detectors->lists,
                                      .counters = counters,
                                      .observations = list };

    for (size_t i = 0; i < N_DETECTORS; i++) {
        if (table[i]->flow_end != NULL) {
            table[i]->flow_end(detectors->states[i], &view);
        }
    }
    show_attempt(detectors, &view, attempt_outcome_at_end(flow));
}

static void
show_attempt(struct detectors *detectors, const struct detect_view *view,
             enum attempt_outcome outcome)
{
    const struct attempt attempt = attempt_of(view->flow, outcome);
    struct attempt first;
    unsigned n;

    if (outcome == ATTEMPT_NONE) {
        return;
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
    for (size_t i = 0; i < N_DETECTORS; i++) {
        if (table[i]->attempt != NULL) {
            table[i]->attempt(detectors->states[i], view, attempt);
        }
    }
}
