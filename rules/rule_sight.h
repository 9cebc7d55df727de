#ifndef RULES_RULE_SIGHT_H
#define RULES_RULE_SIGHT_H

#include <stdbool.h>
#include <stdint.h>

#include "classify/list/indicator_list.h"
#include "classify/observation.h"
#include "classify/sector_map.h"
#include "geo/place_cache.h"

/* What a rule looks at: one observation, seen from the end of its flow that is the asset at
 * the moment.  Places, lists and directions are found when first asked for and kept, so
 * that the rules for one observation look each up once, and most observations never. */
struct rule_sight {
    const struct observation *observation;
    const struct flow *flow;
    enum evidence evidence; /* The flow's, or the one at which it was observed before. */
    unsigned asset_end;     /* FLOW_INITIATOR or FLOW_RESPONDER; the peer is the other. */
    const struct critical_range *ranges[2]; /* Of the flow's ends; NULL: not an asset. */

    const struct sector_map *map;
    struct place_cache *known_places;

    const struct indicator_lists *lists; /* NULL: there are none. */

    bool has_place[2], has_lists[2], has_direction[2];
    struct place places[2];
    uint64_t list_bits[2];
    enum direction directions[2]; /* Seen from each end. */
};

/* Sets up all but 'asset_end'.  What the arguments point to must outlive the sight. */
void rule_sight_init(struct rule_sight *sight, const struct observation *observation,
                     const struct sector_map *map, struct place_cache *known_places,
                     const struct indicator_lists *lists);

const struct place *rule_sight_place(struct rule_sight *sight, unsigned end);
enum direction rule_sight_direction(struct rule_sight *sight);

/* The lists that matter to the peer, bit i for list i: for listed-address, -domain and
 * -fingerprint the one list that the observation is about, else all that the peer's address
 * is on and that count. */
uint64_t rule_sight_lists(struct rule_sight *sight);

/* A list of known scanners that the peer is on, if it opened the flow and this is an
 * observation of a scan, a sweep or an address on a list; else NULL. */
const struct indicator_list *rule_sight_scanner(struct rule_sight *sight);

/* True if the responder sent anything but a refusal. */
bool rule_sight_is_answered(const struct rule_sight *sight);

static inline unsigned
rule_sight_peer_end(const struct rule_sight *sight)
{
    return FLOW_RESPONDER - sight->asset_end;
}

#endif
