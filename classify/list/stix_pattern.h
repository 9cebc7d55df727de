#ifndef CLASSIFY_LIST_STIX_PATTERN_H
#define CLASSIFY_LIST_STIX_PATTERN_H

#include <stdbool.h>

/* Patterns of STIX indicators (STIX 2.1 section 9) of the simple kind, of which any one
 * comparison is enough: "[domain-name:value = 'a.example' OR url:value =
 * 'http://b.example/'] OR [ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')]". */

enum stix_status {
    STIX_COMPARISON, /* Of an object path with a value. */
    STIX_END,        /* Of the pattern. */
    STIX_OTHER,      /* The pattern is of another kind: it has what 'path' names, "AND". */
    STIX_WRONG,      /* It is no pattern. */
};

enum { STIX_PATH_SIZE = 64, STIX_VALUE_SIZE = 1024 };

/* A walk through a pattern; zeroed but for 'at' it is at the beginning. */
struct stix_pattern {
    const char *at;              /* What is left. */
    unsigned n_open;             /* Brackets and parentheses around us. */
    bool is_in_set;              /* Between the parentheses after IN. */
    bool has_operand;            /* An operator or an end must follow. */
    char path[STIX_PATH_SIZE];   /* "domain-name:value"; cut if it is longer. */
    char value[STIX_VALUE_SIZE]; /* Of a text that fits; else "". */
};

/* Goes on to the next comparison of "=", "IN" or "ISSUBSET"; that of a set is one for each
 * of its values. */
enum stix_status stix_pattern_next(struct stix_pattern *pattern);

#endif
