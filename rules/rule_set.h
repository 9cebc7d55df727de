#ifndef RULES_RULE_SET_H
#define RULES_RULE_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/counter.h"
#include "base/hash.h"
#include "base/problem.h"
#include "classify/observation.h"
#include "classify/sector_map.h"
#include "geo/geo.h"
#include "rules/rule.h"
#include "rules/statement.h"
#include "rules/verdict.h"

/* All rules of the policy, compiled so that an observation meets only those that ask for
 * its kind and for the service of its flow.  Immutable once made. */
struct rule_set;

/* Reads every "*.conf" file of 'directories' (NULL-terminated) in the order of their names.
 * Every mistake is an error with file, line, rule and what was expected; so are two rules
 * of one id, a folder without rules, and a concern that is unknown or cannot be cited.
 * 'lists' are the names a rule may use (NULL allowed); 'statement' must outlive the set;
 * without one (NULL) concerns are not looked up, so that all other mistakes are still
 * found. Never returns NULL; freed with rule_set_free(). */
struct rule_set *rule_set_new(const char *const *directories,
                              const struct statement *statement,
                              const struct address_lists *lists,
                              struct problem_list *problems);

/* The same from the text of one file; 'family' also stands for the file in messages. */
struct rule_set *rule_set_new_text(const char *text, const char *family,
                                   const struct statement *statement,
                                   const struct address_lists *lists,
                                   struct problem_list *problems);
void rule_set_free(struct rule_set *set);

size_t rule_set_n(const struct rule_set *set);
const struct rule *rule_set_at(const struct rule_set *set, size_t index);
const struct rule *rule_set_find(const struct rule_set *set, const char *id); /* Or NULL. */

/* The rules that might match an observation of one kind about a flow of one service, in
 * order.  Most flows have a service, or none and a port, that no rule asks for, and a flood
 * makes a million flows a second: such a list is empty, or passed over for its ports. */
struct rule_list {
    const struct rule **rules;
    size_t n;
    const uint64_t *ports; /* Bits of the asset's ports that rules ask for; NULL: all. */
};

const struct rule_list *rule_set_list(const struct rule_set *set,
                                      enum observation_kind kind, uint8_t service);

/* False if no rule of the list can match where the asset has this port. */
static inline bool
rule_list_admits(const struct rule_list *list, uint16_t port)
{
    return list->n > 0 &&
           (list->ports == NULL || (list->ports[port / 64] >> port % 64 & 1) != 0);
}

/* Judges observations: a rule set at work, with the counts that thresholds need.  One per
 * thread. */
struct judge;

struct judge_config {
    uint32_t
        threshold_capacity; /* Counts kept at a time; the one idle longest gives way. */
};

/* 'map', 'geo' and 'set' must outlive the judge. */
struct judge *judge_new(const struct judge_config *config, const struct rule_set *set,
                        const struct sector_map *map, const struct geo *geo,
                        const struct address_lists *lists, struct hash_seed seed);
void judge_free(struct judge *judge);

enum { VERDICT_LIST_MAX = 64 };

/* Verdicts of one step, in the order of rules. */
struct verdict_list {
    size_t n, n_lost;
    struct verdict items[VERDICT_LIST_MAX];
};

/* Adds a verdict to 'list' for every rule that 'observation' satisfies, from the side of
 * each end that is an asset (and in its 'asset_ends'), the initiator's first.  Geography is
 * looked up only when the first condition asks for it or a verdict is made. */
void judge_observation(struct judge *judge, const struct observation *observation,
                       struct counters *counters, struct verdict_list *list);

/* The id of a rule that looks most like 'id', for "did you mean"; or NULL.  It belongs to
 * the set. */
const char *rule_set_nearest(const struct rule_set *set, const char *id);

#endif
