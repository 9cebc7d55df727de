#ifndef RULES_VERDICT_H
#define RULES_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "classify/flow.h"
#include "classify/list/indicator_list.h"
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
    bool is_of_scanner;             /* The peer is a known scanner and did what those do. */
    unsigned asset_end;       /* FLOW_INITIATOR or FLOW_RESPONDER; the peer is the other. */
    enum direction direction; /* Seen from the asset. */
    const struct critical_range *ranges[2]; /* Of the flow's ends; NULL: not an asset. */
    struct place places[2];                 /* Of the flow's ends. */
    uint32_t n_matches; /* Matches that the threshold took to become this verdict.  0: the
                           rule matched the flow before; only the evidence has grown. */
};

/* The severity of the rule, but of what known scanners do no more than info. */
static inline enum severity
verdict_severity(const struct verdict *verdict)
{
    return verdict->is_of_scanner ? SEVERITY_INFO : verdict->rule->severity;
}

/* What verdicts are made by and point into: the parts of a policy. */
struct rule_set;

struct rule_basis {
    const struct rule_set *rules;
    const struct sector_map *map;
    const struct geo *geo;               /* NULL: no place is known. */
    const struct indicator_lists *lists; /* NULL: none. */
};

/* Lets a verdict that was kept point into another policy: to the rule of the same id, the
 * list of the same name, and the ranges and places of its addresses.  Returns false, and
 * leaves it as it is, if there is no such rule or list, or if its asset is none there. */
bool verdict_renew(struct verdict *verdict, const struct rule_basis *basis);

#endif
