#ifndef RULES_THRESHOLD_H
#define RULES_THRESHOLD_H

#include <stdint.h>

#include "base/counter.h"
#include "base/hash.h"
#include "base/ip.h"
#include "classify/sector.h"

/* The counts that thresholds need: how often a rule matched for one peer, asset, ... within
 * a sliding window of packet time.
 *
 * Each count keeps the times of its latest matches, THRESHOLD_TIMES of them one by one, so
 * that a count up to that is exact.  Of more, neighbours in time are kept together under
 * the older one's time: a larger count may come out a little low at the window's edge,
 * never too high.  The capacity is fixed: the count idle longest gives way and is counted.
 */
struct thresholds;

enum { THRESHOLD_TIMES = 16 };

/* What is counted separately.  Fields that a rule does not count by are zero. */
struct threshold_key {
    struct ip_address peer, asset;
    uint64_t organisation; /* Hash of its name. */
    uint64_t rule;         /* Hash of its id. */
    sector_set sectors;
};

/* 'capacity' is from 1 to 2^24, about 300 bytes each. */
struct thresholds *thresholds_new(uint32_t capacity, struct hash_seed seed);
void thresholds_free(struct thresholds *thresholds);

/* Counts that are kept. */
uint32_t thresholds_n(const struct thresholds *thresholds);

/* Counts a match at 'time_ns'.  Returns how many there were within the last 'within_ns'
 * when they reach 'limit', and starts again from none; else 0. */
uint32_t thresholds_count(struct thresholds *thresholds, const struct threshold_key *key,
                          uint64_t time_ns, uint64_t within_ns, uint32_t limit,
                          struct counters *counters);

#endif
