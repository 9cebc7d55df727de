#include "rules/rule_sight.h"

#include <string.h>

void
rule_sight_init(struct rule_sight *sight, const struct observation *observation,
                const struct sector_map *map, struct place_cache *known_places,
                const struct indicator_lists *lists)
{
    const struct flow *flow = observation->flow;

    /* Field by field: the rest is large, and set when it is asked for. */
    sight->observation = observation;
    sight->flow = flow;
    sight->evidence = (enum evidence) flow->evidence;
    sight->map = map;
    sight->known_places = known_places;
    sight->lists = lists;
    for (unsigned end = 0; end < 2; end++) {
        const range_id id = flow->ends[end].range;

        sight->ranges[end] = id == 0 ? NULL : sector_map_range(map, id);
        sight->has_place[end] = false;
        sight->has_lists[end] = false;
        sight->has_direction[end] = false;
    }
}

const struct place *
rule_sight_place(struct rule_sight *sight, unsigned end)
{
    if (!sight->has_place[end]) {
        sight->places[end] =
            *place_cache_lookup(sight->known_places, sight->flow->ends[end].address);
        sight->has_place[end] = true;
    }
    return &sight->places[end];
}

enum direction
rule_sight_direction(struct rule_sight *sight)
{
    const unsigned end = sight->asset_end;

    if (!sight->has_direction[end]) {
        sight->directions[end] = flow_direction(sight->flow, end, sight->map);
        sight->has_direction[end] = true;
    }
    return sight->directions[end];
}

/* The bit of the list that an observation is about.  By name, so that it does not matter
 * whether detector and rules hold the same copy of the lists. */
static uint64_t
observed_list(const struct rule_sight *sight)
{
    for (size_t i = 0; i < indicator_lists_n(sight->lists); i++) {
        if (strcmp(indicator_lists_at(sight->lists, i)->name,
                   sight->observation->list->name) == 0) {
            return UINT64_C(1) << i;
        }
    }
    return 0;
}

/* Those that count of the lists that the peer's address is on. */
static uint64_t
lists_of_peer(struct rule_sight *sight)
{
    const unsigned peer = rule_sight_peer_end(sight);

    if (!sight->has_lists[peer]) {
        sight->list_bits[peer] = indicator_lists_that_count(
            sight->lists,
            indicator_lists_of_address(sight->lists, sight->flow->ends[peer].address,
                                       sight->observation->time_ns));
        sight->has_lists[peer] = true;
    }
    return sight->list_bits[peer];
}

uint64_t
rule_sight_lists(struct rule_sight *sight)
{
    if (sight->lists == NULL) {
        return 0;
    }
    return sight->observation->list != NULL ? observed_list(sight) : lists_of_peer(sight);
}

const struct indicator_list *
rule_sight_scanner(struct rule_sight *sight)
{
    const enum observation_kind kind = sight->observation->kind;
    uint64_t on;

    if (sight->lists == NULL || sight->asset_end != FLOW_RESPONDER ||
        (kind != OBSERVATION_SCAN && kind != OBSERVATION_SWEEP &&
         kind != OBSERVATION_LISTED_ADDRESS)) {
        return NULL;
    }
    on = indicator_lists_of_use(sight->lists, lists_of_peer(sight), LIST_USE_SCANNER);
    return on == 0 ? NULL
                   : indicator_lists_at(sight->lists, (unsigned) __builtin_ctzll(on));
}

bool
rule_sight_is_answered(const struct rule_sight *sight)
{
    const uint8_t state = sight->flow->tcp_state;

    return sight->flow->ends[FLOW_RESPONDER].packets > 0 && state != TCP_STATE_REFUSED &&
           state != TCP_STATE_HALF_OPEN;
}
