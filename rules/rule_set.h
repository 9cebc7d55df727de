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
#include "rules/rule_index.h"
#include "rules/statement.h"
#include "rules/verdict.h"

/* All rules of the policy.  Immutable once made. */
struct rule_set;

/* Reads every "*.conf" file of 'directories' (NULL-terminated) in the order of their names.
 * Every mistake is an error with file, line, rule and what was expected; so are two rules
 * of one id, a folder without rules, and a concern that is unknown or cannot be cited.
 * 'lists' are the names a rule may use (NULL allowed); 'statement' must outlive the set;
 * without one (NULL) concerns are not looked up, so that all other mistakes are still
 * found. Never returns NULL; freed with rule_set_free(). */
struct rule_set *rule_set_new(const char *const *directories,
                              const struct statement *statement,
                              const struct indicator_lists *lists,
                              struct problem_list *problems);

/* The same from the text of one file; 'family' also stands for the file in messages. */
struct rule_set *rule_set_new_text(const char *text, const char *family,
                                   const struct statement *statement,
                                   const struct indicator_lists *lists,
                                   struct problem_list *problems);
void rule_set_free(struct rule_set *set);

size_t rule_set_n(const struct rule_set *set);
const struct rule *rule_set_at(const struct rule_set *set, size_t index);
const struct rule *rule_set_find(const struct rule_set *set, const char *id); /* Or NULL. */

/* Which of them might match an observation. */
const struct rule_index *rule_set_index(const struct rule_set *set);

/* Judges observations: a rule set at work, with the counts that thresholds need.  One per
 * thread. */
struct judge;

struct judge_config {
    uint32_t
        threshold_capacity; /* Counts kept at a time; the one idle longest gives way. */
};

/* 'map', 'geo', 'lists' and 'set' must outlive the judge or be renewed. */
struct judge *judge_new(const struct judge_config *config, const struct rule_set *set,
                        const struct sector_map *map, const struct geo *geo,
                        const struct indicator_lists *lists, struct hash_seed seed);
void judge_free(struct judge *judge);

/* Goes on by another policy, of which the same holds.  The counts of thresholds go on under
 * the rules of the same ids. */
void judge_renew(struct judge *judge, const struct rule_basis *basis);

/* Counts of thresholds that are kept. */
uint32_t judge_n_thresholds(const struct judge *judge);

enum { VERDICT_LIST_MAX = 64 };

/* Verdicts of one step, in the order of rules. */
struct verdict_list {
    size_t n, n_lost;
    struct verdict items[VERDICT_LIST_MAX];
};

/* False if no rule can match an observation of 'kind' about 'flow', whatever else it says.
 * Most flows are such, and a flood makes a million of them a second. */
bool judge_may_match(const struct judge *judge, enum observation_kind kind,
                     const struct flow *flow);

/* Adds a verdict to 'list' for every rule that 'observation' satisfies, from the side of
 * each end that is an asset (and in its 'asset_ends'), the initiator's first.  Geography is
 * looked up only when the first condition asks for it or a verdict is made. */
void judge_observation(struct judge *judge, const struct observation *observation,
                       struct counters *counters, struct verdict_list *list);

/* The id of a rule that looks most like 'id', for "did you mean"; or NULL.  It belongs to
 * the set. */
const char *rule_set_nearest(const struct rule_set *set, const char *id);

#endif
