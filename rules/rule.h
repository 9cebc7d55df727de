#ifndef RULES_RULE_H
#define RULES_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "classify/sector_map.h"
#include "rules/severity.h"
#include "rules/statement.h"

/* What a threshold counts by, as bits; none: all matches of the rule together. */
enum rule_by {
    RULE_BY_PEER = 1 << 0,
    RULE_BY_ASSET = 1 << 1,
    RULE_BY_ORGANISATION = 1 << 2, /* Of the asset. */
    RULE_BY_SECTOR = 1 << 3,       /* Of the asset. */
};

const char *const *rule_by_names(void); /* In the order of bits, ending with NULL. */

enum {
    RULE_CONCERNS_MAX = 4,
    RULE_ATTACK_MAX = 4,
    RULE_ID_SIZE = 33, /* An id with its zero: it is the MSGID of RFC 5424 section 6.2.7. */
};

/* A rule as its file states it.  Texts belong to the rule set. */
struct rule {
    const char *id;
    unsigned rev;
    const char *family; /* Name of its file without ".conf": verdicts of a family share
                           incidents. */
    const char *title;
    const char *description; /* What it sees and what it cannot mean; "" if not said. */
    const char *tuning;      /* What to do where it is too loud; "" if not said. */
    const struct concern *concerns[RULE_CONCERNS_MAX];
    unsigned n_concerns;
    const char *attack[RULE_ATTACK_MAX]; /* ATT&CK technique ids. */
    unsigned n_attack;
    enum severity severity;
    uint32_t threshold_count; /* 1, the default: every match is a verdict. */
    uint64_t threshold_within_ns;
    unsigned threshold_by; /* Bits of enum rule_by. */
    uint64_t quiet_for_ns; /* Default 1h.  After an alert, more of the same only count for
                              so long. */
    const char *file;
    unsigned line;
    uint32_t index;                          /* Position in its rule set. */
    uint64_t observations;                   /* Bits 1 << enum observation_kind. */
    const struct rule_condition *conditions; /* All must hold; see rule_field.h. */
    size_t n_conditions;
};

bool rule_cites(const struct rule *rule, const struct concern *concern);

/* Writes what the rule asks for as text on one line, without a newline: "observation is
 * scan; asset.sector is energy; peer.country is not NG; 3 matches within 10m by peer". */
void rule_describe(const struct rule *rule, FILE *out);

/* True unless what the rule asks of its asset (sector, subsector, organisation, confidence,
 * prefix) rules out all addresses of 'range': whether it could match there at all. */
bool rule_may_concern(const struct rule *rule, const struct critical_range *range);

/* False if the rule asks that the peer be on a list, and none of those lists is configured:
 * it cannot match. */
bool rule_has_its_lists(const struct rule *rule);

#endif
