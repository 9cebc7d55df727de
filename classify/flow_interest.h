#ifndef CLASSIFY_FLOW_INTEREST_H
#define CLASSIFY_FLOW_INTEREST_H

#include <stdbool.h>
#include <stdint.h>

#include "classify/flow.h"
#include "classify/observation.h"

/* What anybody downstream wants to know of flows; what nobody wants is not reported.
 * Whoever asks may be on another thread than whoever answers: the answers look at nothing
 * that changes. */
struct flow_interest {
    /* What a flow to which a packet meant something is wanted for, one of whose ends is an
     * asset; and one that has ended, whose ranges may be gone from the policy since.  Bits
     * of whoever answers, who finds them in the report of it and need not find out again;
     * 0: nobody wants it. */
    uint8_t (*uses)(const void *context, const struct flow *flow);
    uint8_t (*uses_ended)(const void *context, const struct flow *flow);
    /* Whether an observation of 'kind' about a flow is. */
    bool (*wants_observation)(const void *context, const struct flow *flow,
                              enum observation_kind kind);
    /* Whether the flow's responder may serve a service, by what its range declares. NULL:
     * all may. */
    bool (*may_serve)(const void *context, const struct flow *flow, enum service service);
    const void *context;
};

#endif
