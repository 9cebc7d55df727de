#include <stdio.h>

#include "classify/detect/detector.h"

/* The protocol of miners and their pools, Stratum or getwork, was told by its structure,
 * on whatever port: a port alone is no mining. */

static void
mining_observed(void *state, const struct detect_view *view,
                const struct observation *observation)
{
    const enum evidence evidence = (enum evidence) view->flow->evidence;
    struct observation *seen;

    (void) state;
    (void) observation;
    if (view->flow->service != SERVICE_STRATUM ||
        (evidence != EVIDENCE_VERIFIED && evidence != EVIDENCE_CONTRADICTED)) {
        return;
    }
    seen = observation_list_add(view->observations, OBSERVATION_MINING, view->flow,
                                view->time_ns);
    (void) snprintf(seen->detail, sizeof seen->detail, "on port %u",
                    view->flow->ends[FLOW_RESPONDER].port);
}

const struct detector detector_mining = {
    .name = "mining",
    .observes = UINT32_C(1) << OBSERVATION_SERVICE,
    .observed = mining_observed,
};
