#include "rules/rule_set.h"

#include <limits.h>
#include <stdio.h>
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
    const struct indicator_lists *lists;
    struct thresholds *thresholds;
    struct hash_seed seed;
    struct rule_sight sight; /* Large: places of both ends. */
};

static bool may_match(const struct judge *judge, enum observation_kind kind,
                      const struct flow *flow, unsigned asset_ends,
                      struct rule_index_end ret_ends[2]);
static void find_ends(const struct judge *judge, const struct flow *flow,
                      unsigned asset_ends, struct rule_index_end ret[2]);
static void try(struct judge *judge, const struct rule *rule, struct counters *counters,
                struct verdict_list *list);
static bool matches(const struct rule *rule, struct rule_sight *sight);
static bool has_matched(const struct rule *rule, struct rule_sight *sight);
static uint32_t count_match(struct judge *judge, const struct rule *rule,
                            struct counters *counters);
static void add_verdict(struct rule_sight *sight, const struct rule *rule,
                        uint32_t n_matches, struct counters *counters,
                        struct verdict_list *list);

static void note_scanner(struct verdict *verdict, const struct indicator_list *scanners);

struct judge *
judge_new(const struct judge_config *config, const struct rule_set *set,
          const struct sector_map *map, const struct geo *geo,
          const struct indicator_lists *lists, struct hash_seed seed)
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

uint32_t
judge_n_thresholds(const struct judge *judge)
{
    return thresholds_n(judge->thresholds);
}

void
judge_renew(struct judge *judge, const struct rule_basis *basis)
{
    judge->set = basis->rules;
    judge->map = basis->map;
    judge->lists = basis->lists;
    place_cache_renew(judge->places, basis->geo);
}

void
judge_observation(struct judge *judge, const struct observation *observation,
                  struct counters *counters, struct verdict_list *list)
{
    const struct flow *flow = observation->flow;
    struct rule_index_end ends[2];
    struct rule_walk walk;
    const struct rule *rule;
    unsigned ends_of_rule;

    if (!may_match(judge, observation->kind, flow, observation->asset_ends, ends)) {
        return;
    }
    rule_sight_init(&judge->sight, observation, judge->map, judge->places, judge->lists);
    walk =
        rule_index_walk(rule_set_index(judge->set), observation->kind, flow->service, ends);
    while ((rule = rule_walk_next(&walk, &ends_of_rule)) != NULL) {
        for (unsigned end = 0; end < 2; end++) {
            if ((ends_of_rule >> end & 1) != 0) {
                judge->sight.asset_end = end;
                try(judge, rule, counters, list);
            }
        }
    }
}

bool
judge_may_match(const struct judge *judge, enum observation_kind kind,
                const struct flow *flow)
{
    struct rule_index_end ends[2];

    return may_match(judge, kind, flow, UINT_MAX, ends);
}

/* Whether any rule might match from one of 'asset_ends' (bits): seldom. */
static bool
may_match(const struct judge *judge, enum observation_kind kind, const struct flow *flow,
          unsigned asset_ends, struct rule_index_end ret_ends[2])
{
    const struct rule_index *index = rule_set_index(judge->set);

    if (!rule_index_asks(index, kind, flow->service, flow->ends[0].port,
                         flow->ends[1].port)) {
        return false;
    }
    find_ends(judge, flow, asset_ends, ret_ends);
    return rule_index_may_match(index, kind, flow->service, ret_ends);
}

static void
find_ends(const struct judge *judge, const struct flow *flow, unsigned asset_ends,
          struct rule_index_end ret[2])
{
    for (unsigned end = 0; end < 2; end++) {
        const range_id range = flow->ends[end].range;
        const bool is_asset = (asset_ends >> end & 1) != 0 && range != 0;

        ret[end] = (struct rule_index_end){
            .sectors = is_asset ? sector_map_range(judge->map, range)->sectors : 0,
            .port = flow->ends[end].port,
        };
    }
}

/* Adds a verdict if the rule matches what is in sight. */
static void
try(struct judge *judge, const struct rule *rule, struct counters *counters,
    struct verdict_list *list)
{
    uint32_t n_matches;

    if (!matches(rule, &judge->sight)) {
        return;
    }
    if (has_matched(rule, &judge->sight)) {
        add_verdict(&judge->sight, rule, 0, counters, list);
        return;
    }
    n_matches = count_match(judge, rule, counters);
    if (n_matches > 0) {
        add_verdict(&judge->sight, rule, n_matches, counters, list);
    }
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

/* Whether a rule that matches has matched the same flow when its service was observed
 * before.  What may have changed since then says nothing about it: rather too many matches
 * than none. */
static bool
has_matched(const struct rule *rule, struct rule_sight *sight)
{
    bool has_matched;

    if (sight->observation->earlier == EVIDENCE_RANGE_ONLY) {
        return false;
    }
    for (size_t i = 0; i < rule->n_conditions; i++) {
        if (rule->conditions[i].field->grows) {
            return false;
        }
    }
    sight->evidence = sight->observation->earlier;
    has_matched = matches(rule, sight);
    sight->evidence = (enum evidence) sight->flow->evidence;
    return has_matched;
}

/* Returns how many matches make the verdict that this one brings, or 0 if it brings none
 * yet. */
static uint32_t
count_match(struct judge *judge, const struct rule *rule, struct counters *counters)
{
    const struct rule_sight *sight = &judge->sight;
    const struct critical_range *range = sight->ranges[sight->asset_end];
    const char *organisation = range->claims[0].organisation;
    struct threshold_key key = { .rule =
                                     hash_bytes(judge->seed, rule->id, strlen(rule->id)) };

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

    counter_add(counters, COUNTER_RULES_VERDICTS, n_matches > 0);
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
    note_scanner(verdict, rule_sight_scanner(sight));
}

/* Known scanners scan: that is said, and with what list, and makes less of it. */
static void
note_scanner(struct verdict *verdict, const struct indicator_list *scanners)
{
    struct observation *observation = &verdict->observation;
    const size_t n = strlen(observation->detail);

    verdict->is_of_scanner = scanners != NULL;
    if (scanners != NULL) {
        (void) snprintf(observation->detail + n, sizeof observation->detail - n,
                        ", by a known scanner of list %.40s", scanners->name);
        observation->list = observation->list == NULL ? scanners : observation->list;
    }
}
