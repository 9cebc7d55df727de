#ifndef RULES_SUPPRESS_H
#define RULES_SUPPRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"
#include "base/problem.h"
#include "rules/rule_set.h"
#include "rules/verdict.h"

/* Tuning: verdicts that the operator does not want to see, kept apart from the rules so
 * that a shipped file is never edited.  Every entry has a reason and an owner, may expire,
 * and counts what it hides. */
struct suppressions;

enum { SUPPRESSION_REASON_SIZE = 256 };

struct suppression {
    const char *rule; /* Rule id, or "" for any. */
    struct ip_prefix peer, asset;
    bool has_peer, has_asset;
    uint16_t port;     /* The asset's; 0 for any. */
    uint64_t until_ns; /* Not applied from then on, in packet time; 0: never ends. */
    const char *reason, *owner;
    const char *file;
    unsigned line;
    uint64_t n_hidden; /* Verdicts hidden so far. */
};

/* Reads "suppress = ( { rule = ...; ... }, ... );" from each file that exists
 * (NULL-terminated paths).  An entry that names an unknown rule, has no reason or owner, or
 * would hide everything is an error; one that has expired at 'now_ns' (0: not known) is a
 * warning.  Never returns NULL; freed with suppressions_free(). */
struct suppressions *suppressions_new(const char *const *files,
                                      const struct rule_set *rules, uint64_t now_ns,
                                      struct problem_list *problems);

/* The same from a text; 'name' stands for the file in messages.  Where 'rules' is NULL, any
 * rule may be named. */
struct suppressions *suppressions_new_text(const char *text, const char *name,
                                           const struct rule_set *rules, uint64_t now_ns,
                                           struct problem_list *problems);
void suppressions_free(struct suppressions *suppressions);

/* Whether an entry may name rule 'id'; false with the reason if there is none. */
bool suppression_may_name(const struct rule_set *rules, const char *id,
                          char reason[static SUPPRESSION_REASON_SIZE]);

/* True if 'verdict' is to be hidden; counts it in the entry that hides it. */
bool suppressions_hide(struct suppressions *suppressions, const struct verdict *verdict);

/* Goes on with the counts of entries that say the same as 'before' has. */
void suppressions_renew(struct suppressions *suppressions,
                        const struct suppressions *before);

/* The first entry that hides the same as 's', whoever says so and why; NULL: there is none.
 * Takes time that grows with the logarithm of their number. */
const struct suppression *suppressions_find(const struct suppressions *suppressions,
                                            const struct suppression *s);

size_t suppressions_n(const struct suppressions *suppressions);
const struct suppression *suppressions_at(const struct suppressions *suppressions,
                                          size_t index);

#endif
