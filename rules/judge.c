#include "rules/rule_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "rules/rule_field.h"
#include "rules/rule_sight.h"
#include "rules/threshold.h"

struct judge {
    const struct rule_set *set;
    const struct sector_map *map;
    struct place_cache *places;
    const struct address_lists *lists;
    struct thresholds *thresholds;
    struct hash_seed seed;
    struct rule_sight sight; /* Large: places of both ends. */
};

static unsigned ends_to_judge(const struct rule_list *rules,
                              const struct observation *observation);
static bool matches(const struct rule *rule, struct rule_sight *sight);
static uint32_t count_match(struct judge *judge, const struct rule *rule,
                            struct counters *counters);
static void add_verdict(struct rule_sight *sight, const struct rule *rule,
                        uint32_t n_matches, struct counters *counters,
                        struct verdict_list *list);

struct judge *
judge_new(const struct judge_config *config, const struct rule_set *set,
          const struct sector_map *map, const struct geo *geo,
          const struct address_lists *lists, struct hash_seed seed)
{
    struct judge *judge = memory_zeroed(1, sizeof *judge);

    judge->set = set;
    judge->map = map;
    judge->places = place_cache_new(geo, seed);
    judge->lists = lists;
    judge->seed = seed;
    judge->thresholds = thresholds_new(config->threshold_capacity, seed);
    return judge;
}

void
judge_free(struct judge *judge)
{
    if (judge == NULL) {
        return;
    }
    thresholds_free(judge->thresholds);
    place_cache_free(judge->places);
    free(judge);
}

void
judge_observation(struct judge *judge, const struct observation *observation,
                  struct counters *counters, struct verdict_list *list)
{
    const struct rule_list *rules =
        rule_set_list(judge->set, observation->kind, observation->flow->service);
    const unsigned ends = ends_to_judge(rules, observation);
    struct rule_sight *sight = &judge->sight;

    if (ends == 0) {
        return;
    }
    rule_sight_init(sight, observation, judge->map, judge->places, judge->lists);
    for (size_t i = 0; i < rules->n; i++) {
        for (unsigned end = 0; end < 2; end++) {
            uint32_t n_matches;

            sight->asset_end = end;
            if ((ends >> end & 1) == 0 || !matches(rules->rules[i], sight)) {
                continue;
            }
            n_matches = count_match(judge, rules->rules[i], counters);
            if (n_matches > 0) {
                add_verdict(sight, rules->rules[i], n_matches, counters, list);
            }
        }
    }
}

/* The ends from whose side some rule might match, as bits: assets with a port that a rule
 * asks for. */
static unsigned
ends_to_judge(const struct rule_list *rules, const struct observation *observation)
{
    const struct flow *flow = observation->flow;
    unsigned ends = 0;

    for (unsigned end = 0; end < 2; end++) {
        if ((observation->asset_ends >> end & 1) != 0 && flow->ends[end].range != 0 &&
            rule_list_admits(rules, flow->ends[end].port)) {
            ends |= 1U << end;
        }
    }
    return ends;
}

static bool
matches(const struct rule *rule, struct rule_sight *sight)
{
    for (size_t i = 0; i < rule->n_conditions; i++) {
        if (!rule_condition_holds(&rule->conditions[i], sight)) {
            return false;
        }
    }
    return true;
}

/* Returns how many matches make the verdict that this one brings, or 0 if it brings none
 * yet. */
static uint32_t
count_match(struct judge *judge, const struct rule *rule, struct counters *counters)
{
    const struct rule_sight *sight = &judge->sight;
    const struct critical_range *range = sight->ranges[sight->asset_end];
    const char *organisation = range->claims[0].organisation;
    struct threshold_key key = { .rule = rule->index };

    if (rule->threshold_count <= 1) {
        return 1;
    }
    if ((rule->threshold_by & RULE_BY_PEER) != 0) {
        key.peer = sight->flow->ends[rule_sight_peer_end(sight)].address;
    }
    if ((rule->threshold_by & RULE_BY_ASSET) != 0) {
        key.asset = sight->flow->ends[sight->asset_end].address;
    }
    if ((rule->threshold_by & RULE_BY_ORGANISATION) != 0) {
        key.organisation = hash_bytes(judge->seed, organisation, strlen(organisation));
    }
    if ((rule->threshold_by & RULE_BY_SECTOR) != 0) {
        key.sectors = range->sectors;
    }
    return thresholds_count(judge->thresholds, &key, sight->observation->time_ns,
                            rule->threshold_within_ns, rule->threshold_count, counters);
}

static void
add_verdict(struct rule_sight *sight, const struct rule *rule, uint32_t n_matches,
            struct counters *counters, struct verdict_list *list)
{
    struct verdict *verdict;

    counter_inc(counters, COUNTER_RULES_VERDICTS);
    if (list->n == VERDICT_LIST_MAX) {
        list->n_lost++;
        counter_inc(counters, COUNTER_RULES_VERDICTS_LOST);
        return;
    }
    verdict = &list->items[list->n++];
    verdict->rule = rule;
    verdict->time_ns = sight->observation->time_ns;
    verdict->flow = *sight->flow;
    verdict->observation = *sight->observation;
    verdict->observation.flow = NULL;
    verdict->asset_end = sight->asset_end;
    verdict->direction = rule_sight_direction(sight);
    for (unsigned end = 0; end < 2; end++) {
        verdict->ranges[end] = sight->ranges[end];
        verdict->places[end] = *rule_sight_place(sight, end);
    }
    verdict->n_matches = n_matches;
}
