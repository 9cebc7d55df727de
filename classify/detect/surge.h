#ifndef CLASSIFY_DETECT_SURGE_H
#define CLASSIFY_DETECT_SURGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/counter.h"
#include "base/hash.h"
#include "base/ip.h"

/* How much comes to each of many assets, interval by interval, against what used to come:
 * who sends it makes no difference, so that a flood with forged sources is one.
 *
 * A surge is an interval with more than a floor, and more than so many times the mean of
 * the intervals before it, in which each one weighs so much (an exponentially weighted
 * moving average; the first ones of a key weigh more).  Intervals of a surge do not
 * count towards the mean.  In the first intervals of the sensor nobody knows yet what
 * is usual: there the floor, too, is so many times as high.
 *
 * Fixed capacity.  Keys to which little came give way first, among equals the one idle
 * longest: who tries every address once does not wash out what is known of the busy ones.
 */
struct surge_table;

struct surge_config {
    uint64_t within_ns; /* An interval. */
    uint32_t times;     /* The mean, to be more than usual. */
    uint32_t smoothing; /* An interval weighs one in so many, 1 to DETECT_SMOOTHING_MAX. */
    uint32_t learning;  /* First intervals of the sensor. */
    uint32_t capacity;  /* Keys. */
    enum counter evicted; /* Keys that gave way although much came to them lately. */
};

struct surge_key {
    struct ip_address asset;
    uint32_t what; /* What comes, as its detector numbers it. */
};

struct surge_amount {
    uint64_t time_ns, began_ns; /* When it came, and when the sensor began to watch. */
    uint64_t all;               /* What is compared with the mean, ... */
    uint64_t strange; /* ... and the part of it that is compared with the floor. */
    struct ip_address from;
};

/* What makes a surge, at least. */
struct surge_floor {
    uint64_t amount;
    unsigned n_sources; /* About; up to 44 can be told. */
};

struct surge_report {
    uint64_t amount; /* Strange, in one interval: as soon as it is a surge, then of each. */
    uint64_t usual;  /* The mean, of all. */
    uint64_t since_ns;  /* Beginning of the first interval of the surge. */
    unsigned n_sources; /* About so many in that time, ... */
    bool has_more;      /* ... or more. */
};

struct surge_table *surge_table_new(const struct surge_config *config,
                                    struct hash_seed seed);
void surge_table_free(struct surge_table *table);

/* Adds what came.  Returns true and sets '*ret' if that makes a surge, and
 * then once an interval as long as it lasts.  Times may come in some disorder: what is up
 * to ten minutes older than the interval in hand counts in it, what is older still begins
 * anew. */
bool surge_add(struct surge_table *table, const struct surge_key *key,
               const struct surge_amount *amount, struct surge_floor floor,
               struct counters *counters, struct surge_report *ret);

/* Asks for what surge_add() of a key, which comes a little later, will need. */
void surge_prefetch(const struct surge_table *table, const struct surge_key *key);

/* Writes from how many sources: " from about 20 sources". Returns 'text'. */
enum { SURGE_SOURCES_SIZE = 40 };
const char *surge_sources(const struct surge_report *report,
                          char text[static SURGE_SOURCES_SIZE]);

#endif
