#ifndef RULES_VERDICT_H
#define RULES_VERDICT_H

#include <stdint.h>

#include "classify/flow.h"
#include "classify/observation.h"
#include "classify/sector_map.h"
#include "geo/geo.h"
#include "rules/rule.h"

/* A rule that matched, with what it matched on: all by value but what belongs to the policy
 * (rule, ranges, list), so that it can be kept after the flow is gone. */
struct verdict {
    const struct rule *rule;
    uint64_t time_ns;
    struct flow flow;
    struct observation observation; /* Its 'flow' is NULL: the flow is above. */
    unsigned asset_end;       /* FLOW_INITIATOR or FLOW_RESPONDER; the peer is the other. */
    enum direction direction; /* Seen from the asset. */
    const struct critical_range *ranges[2]; /* Of the flow's ends; NULL: not an asset. */
    struct place places[2];                 /* Of the flow's ends. */
    uint32_t n_matches; /* Matches that the threshold took to become this verdict. */
};

#endif
