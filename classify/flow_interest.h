#ifndef CLASSIFY_FLOW_INTEREST_H
#define CLASSIFY_FLOW_INTEREST_H

#include <stdbool.h>
#include <stdint.h>

#include "classify/flow.h"

/* What anybody downstream wants to know of flows; what nobody wants is not reported.
 * Whoever asks may be on another thread than whoever answers: the answers look at nothing
 * that changes. */
struct flow_interest {
    /* Whether a flow to which a packet meant something, or that has ended, is wanted. */
    bool (*wants)(const void *context, const struct flow *flow, bool has_ended);
    /* The kinds of observations about a flow that are: bits 1 << enum observation_kind. */
    uint32_t (*observations)(const void *context, const struct flow *flow);
    const void *context;
};

#endif
