#ifndef CLASSIFY_DETECT_DISTINCT_H
#define CLASSIFY_DETECT_DISTINCT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/counter.h"
#include "base/hash.h"
#include "base/ip.h"
#include "classify/detect/detector.h"

/* How many different values each of many keys had to do with lately: ports for a pair of
 * hosts, hosts for a source and a port.
 *
 * Up to the threshold the values of a key are kept, each with its time, so that the count
 * in the sliding window is exact.  From there on they are bits of a fixed map, whose
 * filling gives an estimate (linear counting, Whang 1990; within a few per cent up to ten
 * thousand), until the key has been idle for a window.
 *
 * Fixed capacity.  A key with no or a single value gives way before one with several, among
 * equals the one idle longest: a flood from random sources, each of which tries once, does
 * not wash out those who are at it. */
struct distinct_table;

struct distinct_config {
    uint32_t threshold;           /* Different values, 1 to UINT16_MAX, ... */
    uint64_t within_ns;           /* ... in this time are worth a report. */
    uint32_t capacity;            /* Keys. */
    uint32_t answered_per_failed; /* No report for a key with more answered tries than
                                     this for each failed one; 0: whatever was answered. */
    enum counter evicted;         /* Keys that gave way although they were not idle. */
};

struct distinct_key {
    struct ip_address a, b;
};

struct distinct_report {
    uint32_t count;
    uint64_t since_ns;
    bool is_estimate;
};

struct distinct_table *distinct_table_new(const struct distinct_config *config,
                                          struct hash_seed seed);
void distinct_table_free(struct distinct_table *table);

/* Keys in it, also those that are idle and not forgotten yet. */
uint32_t distinct_table_n(const struct distinct_table *table);

/* Asks for what is known of a key, which comes a little later. */
void distinct_prefetch(const struct distinct_table *table, const struct distinct_key *key);

/* Notes a value of 'key' at 'time_ns'; in tables that weigh them, a try that failed.
 * Returns true and sets '*ret' if the count has reached the threshold, and then each time
 * it has doubled. */
bool distinct_note(struct distinct_table *table, const struct distinct_key *key,
                   uint32_t value, uint64_t time_ns, struct counters *counters,
                   struct distinct_report *ret);

/* Notes a try that was answered; only for tables that weigh them. */
void distinct_answered(struct distinct_table *table, const struct distinct_key *key,
                       uint64_t time_ns, struct counters *counters);

/* Fills in 'observation' from a report, counting 'what' ("ports", "hosts on tcp/445"). */
void distinct_describe(const struct distinct_report *report, const char *what,
                       struct observation *observation);

#endif
