#include <assert.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/region.h"
#include "classify/detect/attempt.h"

enum {
    WAYS = 4,
    TICK_SHIFT = 20, /* Ticks of 2^20 ns, about a millisecond. */
    CACHE_LINE = 64,
};

/* Sources as hashes of 32 bits: some other source of the set has the same once in a
 * thousand million, and then it is looked at one try too early. */
struct source {
    uint32_t hash;
    uint32_t tick; /* Of the latest failure, modulo 2^32. */
    bool is_used;
    bool is_passed; /* It failed more than once: nothing is kept any more. */
};

/* What is kept of a first failure: all but its source. */
struct first {
    struct ip_address target;
    uint64_t time_ns;
    uint16_t port;
    uint8_t protocol;
};

/* Sources whose hashes begin alike, in three cache lines. */
struct source_set {
    alignas(CACHE_LINE) struct source ways[WAYS];
    alignas(CACHE_LINE) struct first firsts[WAYS];
};

static_assert(sizeof(struct source_set) == (size_t) 3 * CACHE_LINE, "layout");

struct attempt_filter {
    struct region *region;
    struct source_set *sets;
    struct hash_seed seed;
    uint32_t mask; /* Number of sets, a power of two, less 1. */
    uint32_t within_ticks;
};

static struct source *find(const struct attempt_filter *filter, struct source_set *set,
                           uint32_t hash, uint32_t tick);
static struct source *victim(const struct attempt_filter *filter, struct source_set *set,
                             uint32_t tick, struct counters *counters);
static bool is_before(const struct attempt_filter *filter, const struct source *a,
                      const struct source *b, uint32_t tick);
static bool is_idle(const struct attempt_filter *filter, const struct source *source,
                    uint32_t tick);
static uint32_t distance(uint32_t a, uint32_t b);

struct attempt_filter *
attempt_filter_new(uint32_t capacity, uint64_t within_ns, struct hash_seed seed)
{
    struct attempt_filter *filter = memory_zeroed(1, sizeof *filter);
    const uint64_t ticks = (within_ns >> TICK_SHIFT) + 1;
    uint32_t n_sets = 1;

    while (n_sets < capacity / WAYS) {
        n_sets *= 2;
    }
    filter->region = region_new(n_sets * sizeof(struct source_set));
    filter->sets = region_take(filter->region, n_sets * sizeof(struct source_set));
    filter->seed = seed;
    filter->mask = n_sets - 1;
    filter->within_ticks = ticks > INT32_MAX ? INT32_MAX : (uint32_t) ticks;
    return filter;
}

void
attempt_filter_free(struct attempt_filter *filter)
{
    if (filter == NULL) {
        return;
    }
    region_free(filter->region);
    free(filter);
}

void
attempt_filter_prefetch(const struct attempt_filter *filter, struct ip_address source)
{
    const uint32_t at = (uint32_t) hash_ip(filter->seed, source, 0) & filter->mask;
    const char *set = (const char *) &filter->sets[at];

    for (size_t line = 0; line < sizeof filter->sets[0]; line += CACHE_LINE) {
        __builtin_prefetch(set + line, 1);
    }
}

unsigned
attempt_filter_failed(struct attempt_filter *filter, const struct attempt *attempt,
                      struct counters *counters, struct attempt *ret_first)
{
    const uint64_t hash = hash_ip(filter->seed, attempt->source, 0);
    const uint32_t tag = (uint32_t) (hash >> 32), at = (uint32_t) hash & filter->mask;
    const uint32_t tick = (uint32_t) (attempt->time_ns >> TICK_SHIFT);
    struct source_set *set = &filter->sets[at];
    struct source *source = find(filter, set, tag, tick);
    bool was_passed;

    if (source == NULL) {
        source = victim(filter, set, tick, counters);
        set->firsts[source - set->ways] = (struct first){
            .target = attempt->target,
            .time_ns = attempt->time_ns,
            .port = attempt->port,
            .protocol = attempt->protocol,
        };
        *source = (struct source){ .hash = tag, .tick = tick, .is_used = true };
        return 0;
    }
    was_passed = source->is_passed;
    source->tick = tick;
    source->is_passed = true;
    if (!was_passed) {
        const struct first *first = &set->firsts[source - set->ways];

        *ret_first = (struct attempt){
            .source = attempt->source,
            .target = first->target,
            .time_ns = first->time_ns,
            .port = first->port,
            .protocol = first->protocol,
        };
    }
    return was_passed ? 1 : 2;
}

/* The source, unless it has been idle for so long that it counts as new. */
static struct source *
find(const struct attempt_filter *filter, struct source_set *set, uint32_t hash,
     uint32_t tick)
{
    for (unsigned i = 0; i < WAYS; i++) {
        if (set->ways[i].is_used && set->ways[i].hash == hash) {
            set->ways[i].is_used = !is_idle(filter, &set->ways[i], tick);
            return set->ways[i].is_used ? &set->ways[i] : NULL;
        }
    }
    return NULL;
}

static struct source *
victim(const struct attempt_filter *filter, struct source_set *set, uint32_t tick,
       struct counters *counters)
{
    struct source *first = &set->ways[0];

    for (unsigned i = 1; i < WAYS; i++) {
        if (is_before(filter, &set->ways[i], first, tick)) {
            first = &set->ways[i];
        }
    }
    if (first->is_used && !is_idle(filter, first, tick)) {
        counter_inc(counters, COUNTER_CLASSIFY_ATTEMPTS_EVICTED);
    }
    return first;
}

/* Whether 'a' gives way before 'b'. */
static bool
is_before(const struct attempt_filter *filter, const struct source *a,
          const struct source *b, uint32_t tick)
{
    const bool a_is_free = !a->is_used || is_idle(filter, a, tick);
    const bool b_is_free = !b->is_used || is_idle(filter, b, tick);

    if (a_is_free || b_is_free) {
        return !b_is_free;
    }
    if (a->is_passed != b->is_passed) {
        return !a->is_passed;
    }
    return distance(a->tick, tick) > distance(b->tick, tick);
}

static bool
is_idle(const struct attempt_filter *filter, const struct source *source, uint32_t tick)
{
    return distance(source->tick, tick) > filter->within_ticks;
}

/* Ticks between two times, whichever is later. */
static uint32_t
distance(uint32_t a, uint32_t b)
{
    return b - a <= INT32_MAX ? b - a : a - b;
}
