#ifndef RULES_RULE_INDEX_H
#define RULES_RULE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "classify/observation.h"
#include "classify/sector.h"
#include "rules/rule.h"

/* Which rules might match, by what is known at once of an observation: its kind, the
 * flow's service, and the asset's sectors and port.  Most rules ask for some of these, so
 * the cost of an observation grows with the rules that might match and not with all: the
 * others are passed over 64 at a time, and 4,096 at a time where none of them fits. */
struct rule_index;

/* 'rules' must outlive the index, which belongs to the arena. */
const struct rule_index *rule_index_new(const struct rule *const *rules, size_t n,
                                        struct arena *arena);

/* Whether any rule might match at a service, or at one of two ports, whosever these are:
 * seldom, so that for most flows nobody need find out whose they are. */
bool rule_index_asks(const struct rule_index *index, enum observation_kind kind,
                     uint8_t service, uint16_t port, uint16_t other_port);

/* An end of a flow, as an asset. */
struct rule_index_end {
    sector_set sectors; /* Empty: it is no asset, or not to be judged as one. */
    uint16_t port;
};

/* Whether a walk through the rules would come upon any: most ask only that. */
bool rule_index_may_match(const struct rule_index *index, enum observation_kind kind,
                          uint8_t service, const struct rule_index_end ends[2]);

struct rule_walk {
    const struct rule_index_kind *kind;
    uint8_t service;
    struct {
        sector_set sectors;
        const uint32_t *next, *end; /* Rules that name its port. */
    } ends[2];
    uint32_t word;    /* In hand, */
    uint64_t bits[2]; /* and its rules yet to be told, from each end. */
};

/* Begins a walk through the rules that might match, from either end, in their order. */
struct rule_walk rule_index_walk(const struct rule_index *index, enum observation_kind kind,
                                 uint8_t service, const struct rule_index_end ends[2]);

/* The next rule, and the ends from which it might match as bits (1 << FLOW_INITIATOR, ...).
 * Returns NULL after the last. */
const struct rule *rule_walk_next(struct rule_walk *walk, unsigned *ret_ends);

#endif
