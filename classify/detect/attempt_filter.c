#include <assert.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/memory.h"
#include "classify/detect/attempt.h"

enum { WAYS = 4, TICK_SHIFT = 20 /* Ticks of 2^20 ns, about a millisecond. */ };

/* Sources as hashes of 32 bits: some other source of the set has the same once in a
 * thousand million, and then it is looked at one try too early. */
struct source {
    uint32_t hash;
    uint32_t tick; /* Of the latest failure, modulo 2^32. */
    bool is_used;
    bool is_passed; /* It failed more than once: nothing is kept any more. */
};

static_assert(sizeof(struct source) == 12, "a set fits in a cache line");

struct source_set {
    alignas(64) struct source ways[WAYS];
};

struct attempt_filter {
    void *memory; /* What 'sets' is aligned in. */
    struct source_set *sets;
    struct attempt *firsts; /* One for each source. */
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
    char *memory;
    size_t over;

    while (n_sets < capacity / WAYS) {
        n_sets *= 2;
    }
    memory = memory_zeroed((size_t) n_sets + 1, sizeof(struct source_set));
    over = (uintptr_t) memory % alignof(struct source_set);
    filter->memory = memory;
    memory += over == 0 ? 0 : alignof(struct source_set) - over;
    filter->sets = (struct source_set *) (void *) memory;
    filter->firsts = memory_zeroed((size_t) n_sets * WAYS, sizeof(struct attempt));
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
    free(filter->firsts);
    free(filter->memory);
    free(filter);
}

void
attempt_filter_prefetch(const struct attempt_filter *filter, struct ip_address source)
{
    const uint32_t at = (uint32_t) hash_ip(filter->seed, source, 0) & filter->mask;
    const char *firsts = (const char *) &filter->firsts[(size_t) at * WAYS];

    __builtin_prefetch(&filter->sets[at], 1);
    for (size_t line = 0; line < WAYS * sizeof(struct attempt);
         line += sizeof *filter->sets) {
        __builtin_prefetch(firsts + line, 1);
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
        filter->firsts[(size_t) at * WAYS + (size_t) (source - set->ways)] = *attempt;
        *source = (struct source){ .hash = tag, .tick = tick, .is_used = true };
        return 0;
    }
    was_passed = source->is_passed;
    source->tick = tick;
    source->is_passed = true;
    if (!was_passed) {
        *ret_first = filter->firsts[(size_t) at * WAYS + (size_t) (source - set->ways)];
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
