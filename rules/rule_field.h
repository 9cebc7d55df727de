#ifndef RULES_RULE_FIELD_H
#define RULES_RULE_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/ip.h"
#include "rules/rule.h"
#include "rules/rule_sight.h"

/* What a rule may ask for in 'when'.  One table holds every field with its kind of value,
 * what it is compared with and a sentence: the parser, the judge, the manual and "did you
 * mean" are made from it. */

/* The kinds of value.  How each is written and read is in rule_value.h. */
enum rule_field_kind {
    RULE_FIELD_NAMES,         /* Names of one of our enumerations; the value is one. */
    RULE_FIELD_SETS,          /* The same; the value is a set of them. */
    RULE_FIELD_NUMBERS,       /* Whole numbers. */
    RULE_FIELD_SIZES,         /* Bytes, "64kB". */
    RULE_FIELD_DURATIONS,     /* "60s". */
    RULE_FIELD_TRANSPORTS,    /* "tcp", or an IANA protocol number. */
    RULE_FIELD_COUNTRIES,     /* ISO 3166-1 alpha-2, "NG". */
    RULE_FIELD_BOOLEAN,       /* true, false. */
    RULE_FIELD_PREFIXES,      /* "192.0.2.0/24". */
    RULE_FIELD_TEXTS,         /* Compared whole, without regard to the case of ASCII. */
    RULE_FIELD_LISTS,         /* Names of configured lists. */
    RULE_FIELD_LIST_CONCERNS, /* Concerns that configured lists bear on. */
    N_RULE_FIELD_KINDS
};

/* How dear it is to find the value: cheap conditions go first. */
enum rule_field_cost {
    RULE_COST_FLOW,  /* In the flow or the observation. */
    RULE_COST_RANGE, /* In the critical range. */
    RULE_COST_LISTS, /* A look-up in the lists. */
    RULE_COST_PLACE, /* A look-up in the databases. */
};

struct rule_field {
    const char *group; /* "" (in 'when' itself), "asset" or "peer". */
    const char *name;
    enum rule_field_kind kind;
    enum rule_field_cost cost;
    bool of_range;     /* Known from the asset's range alone. */
    bool grows;        /* Of one flow it differs from observation to observation. */
    uint64_t min, max; /* Numbers: what makes sense. */
    unsigned n_names;  /* Names and sets: name_of(0) to name_of(n_names - 1). */
    const char *(*name_of)(unsigned i);

    /* The value to compare with, by the kind: a number, or the bits of a set (sets, lists);
     * false if it is not known, and then neither the field nor its "_not" holds. */
    bool (*value)(struct rule_sight *sight, uint64_t *ret);
    struct ip_address (*address)(const struct rule_sight *sight);
    bool (*has_text)(const struct rule_sight *sight, const char *text);

    const char *description; /* A clause for the manual, without a full stop. */
};

/* A country code as a number: countries are matched as numbers are. */
static inline uint64_t
rule_country_number(const char code[static 2])
{
    return (uint64_t) (uint8_t) code[0] << 8 | (uint8_t) code[1];
}

enum { RULE_NAMES_MAX = 256 };

/* A set of the names of a field: bit i for name i. */
struct rule_names {
    uint64_t words[RULE_NAMES_MAX / 64];
};

static inline bool
rule_names_has(const struct rule_names *names, uint64_t name)
{
    return name < RULE_NAMES_MAX && (names->words[name / 64] >> name % 64 & 1) != 0;
}

static inline void
rule_names_add(struct rule_names *names, unsigned name)
{
    names->words[name / 64] |= UINT64_C(1) << name % 64;
}

/* An inclusive range of numbers. */
struct rule_range {
    uint64_t min, max;
};

/* A field with the values that a rule asks for, of which one must fit (or none, if
 * negated). */
struct rule_condition {
    const struct rule_field *field;
    bool negated;
    struct rule_names names;          /* Names; sets and lists in the first word. */
    size_t n;                         /* Of the array that the kind uses: */
    const struct rule_range *ranges;  /* numbers of every kind, */
    const struct ip_prefix *prefixes; /* prefixes, */
    const char *const *texts;         /* texts; and lists, as the rule names them. */
};

size_t rule_field_n(void);
const struct rule_field *rule_field_at(size_t index);

/* The field called 'name' in 'group', or NULL. */
const struct rule_field *rule_field_find(const char *group, const char *name);

bool rule_condition_holds(const struct rule_condition *condition, struct rule_sight *sight);

/* Writes the fields as the body of a section of sectorwatch.conf(5), in man(7) macros. */
void rule_field_write_manual(FILE *out);

#endif
