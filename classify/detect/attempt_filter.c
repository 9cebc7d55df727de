#include <assert.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/prefetch.h"
#include "base/region.h"
#include "classify/detect/attempt.h"

enum {
    WAYS = 4,
    TICK_SHIFT = 20, /* Ticks of 2^20 ns, about a millisecond. */
    CACHE_LINE = 64,
};

/* What is kept of a first failure: all but its source. */
struct first {
    struct ip_address target;
    uint64_t time_ns;
    uint16_t port;
    uint8_t protocol;
};

enum source_state {
    SOURCE_NONE, /* Nobody. */
    SOURCE_FIRST,
    SOURCE_PASSED, /* It failed more than once: nothing is kept any more. */
};

/* A value for each way, so that the four are looked at together. */
typedef uint32_t ways __attribute__((vector_size(WAYS * sizeof(uint32_t))));

/* Sources whose hashes begin alike, in three cache lines.
 *
 * They are told by 32 more bits of their hashes: some other source of the set has the same
 * once in a thousand million, and then it is looked at one try too early. */
struct source_set {
    alignas(CACHE_LINE) ways hashes;
    ways ticks;  /* Of the latest failure, modulo 2^32. */
    ways states; /* enum source_state. */
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

static ways worth(const struct attempt_filter *filter, const struct source_set *set,
                  uint32_t tick);
static unsigned find(const struct source_set *set, uint32_t hash, ways worths);
static unsigned victim(ways worths, struct counters *counters);

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
    filter->within_ticks = ticks >= INT32_MAX ? INT32_MAX - 1 : (uint32_t) ticks;
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
        prefetch_to_write(set + line);
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
    const ways worths = worth(filter, set, tick);
    unsigned way = find(set, tag, worths);
    bool was_passed;

    if (way == WAYS) {
        way = victim(worths, counters);
        set->firsts[way] = (struct first){
            .target = attempt->target,
            .time_ns = attempt->time_ns,
            .port = attempt->port,
            .protocol = attempt->protocol,
        };
        set->hashes[way] = tag;
        set->ticks[way] = tick;
        set->states[way] = SOURCE_FIRST;
        return 0;
    }
    was_passed = set->states[way] == SOURCE_PASSED;
    set->ticks[way] = tick;
    set->states[way] = SOURCE_PASSED;
    if (!was_passed) {
        const struct first *first = &set->firsts[way];

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

/* Who is worth least gives way: 0 is nobody, or one idle for so long that it might as well
 * be; then those that failed once, then the others, idle longest first. */
static ways
worth(const struct attempt_filter *filter, const struct source_set *set, uint32_t tick)
{
    const ways since = tick - set->ticks; /* Or, below 0, until. */
    const ways is_until = (ways) (since > INT32_MAX);
    const ways idle = (since ^ is_until) - is_until;
    const ways left =
        (filter->within_ticks + 1 - idle) & (ways) (idle <= filter->within_ticks);
    const ways passed = (ways) (set->states == SOURCE_PASSED) & (UINT32_C(1) << 31);

    return (passed | left) & (ways) (set->states != SOURCE_NONE) & (ways) (left != 0);
}

/* The way of the source, unless it has been idle for so long that it counts as new; WAYS if
 * there is none. */
static unsigned
find(const struct source_set *set, uint32_t hash, ways worths)
{
    const ways is_it = (ways) (set->hashes == hash) & (ways) (worths != 0);
    unsigned found = WAYS;

    for (unsigned i = 0; i < WAYS; i++) {
        found = is_it[i] != 0 ? i : found;
    }
    return found;
}

/* The way that gives way to a new source; found without a branch, as nobody could guess
 * where that would go. */
static unsigned
victim(ways worths, struct counters *counters)
{
    uint32_t least = UINT32_MAX;
    unsigned way = 0;

    for (unsigned i = 0; i < WAYS; i++) {
        way = worths[i] < least ? i : way;
        least = worths[i] < least ? worths[i] : least;
    }
    if (least > 0) {
        counter_inc(counters, COUNTER_CLASSIFY_ATTEMPTS_EVICTED);
    }
    return way;
}
