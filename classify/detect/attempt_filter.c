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
};

/* A value for each way, so that the four are looked at together. */
typedef uint32_t ways __attribute__((vector_size(WAYS * sizeof(uint32_t))));
typedef int32_t signed_ways __attribute__((vector_size(WAYS * sizeof(int32_t))));

/* What is known of a source, beside its hash and the time of its latest failure. */
#define SOURCE_PASSED         UINT32_C(0x80000000) /* It failed more than once. */
#define SOURCE_KNOWN          UINT32_C(0x40000000) /* There is one; only where it failed once: */
#define SOURCE_PROTOCOL_SHIFT 16                   /* the protocol, and the port. */

/* Sources whose hashes begin alike, in two cache lines; empty when zeroed.
 *
 * They are told by 32 more bits of their hashes: some other source of the set has the same
 * once in a thousand million, and then it is looked at one try too early. */
struct source_set {
    alignas(CACHE_LINE) ways hashes;
    ways ticks; /* Of the latest failure, modulo 2^32. */
    ways rests; /* What the ticks leave of its time. */
    ways known;
    alignas(CACHE_LINE) struct ip_address targets[WAYS]; /* Where it failed once. */
};

static_assert(sizeof(struct source_set) == (size_t) 2 * CACHE_LINE, "layout");

struct attempt_filter {
    struct region *region;
    struct source_set *sets;
    struct hash_seed seed;
    uint32_t mask; /* Number of sets, a power of two, less 1. */
    uint32_t within_ticks;
};

static ways worth(const struct attempt_filter *filter, const struct source_set *set,
                  uint64_t time_ns);
static unsigned find(const struct source_set *set, uint32_t hash, ways worths);
static unsigned victim(ways worths, struct counters *counters);
static void set_time(struct source_set *set, unsigned way, uint64_t time_ns);
static uint64_t time_of(const struct source_set *set, unsigned way);

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

    prefetch_all_to_write(&filter->sets[at], sizeof filter->sets[0]);
}

unsigned
attempt_filter_failed(struct attempt_filter *filter, const struct attempt *attempt,
                      struct counters *counters, struct attempt *ret_first)
{
    const uint64_t hash = hash_ip(filter->seed, attempt->source, 0);
    const uint32_t tag = (uint32_t) (hash >> 32), at = (uint32_t) hash & filter->mask;
    struct source_set *set = &filter->sets[at];
    const ways worths = worth(filter, set, attempt->time_ns);
    unsigned way = find(set, tag, worths);
    bool was_passed;

    if (way == WAYS) {
        way = victim(worths, counters);
        set->hashes[way] = tag;
        set->known[way] = SOURCE_KNOWN |
                          (uint32_t) attempt->protocol << SOURCE_PROTOCOL_SHIFT |
                          attempt->port;
        set->targets[way] = attempt->target;
        set_time(set, way, attempt->time_ns);
        return 0;
    }
    was_passed = (set->known[way] & SOURCE_PASSED) != 0;
    if (!was_passed) {
        *ret_first = (struct attempt){
            .source = attempt->source,
            .target = set->targets[way],
            .time_ns = time_of(set, way),
            .port = (uint16_t) set->known[way],
            .protocol = (uint8_t) (set->known[way] >> SOURCE_PROTOCOL_SHIFT),
        };
    }
    set->known[way] = SOURCE_KNOWN | SOURCE_PASSED;
    set_time(set, way, attempt->time_ns);
    return was_passed ? 1 : 2;
}

/* Who is worth least gives way: 0 is nobody, or one idle for so long that it might as well
 * be; then those that failed once, then the others, idle longest first. */
static ways
worth(const struct attempt_filter *filter, const struct source_set *set, uint64_t time_ns)
{
    const ways since = (uint32_t) (time_ns >> TICK_SHIFT) - set->ticks;
    const ways is_until = (ways) ((signed_ways) since < 0);
    const ways idle = (since ^ is_until) - is_until;
    const ways left = filter->within_ticks + 1 - idle; /* Not above 0: for too long. */

    return (left | (set->known & SOURCE_PASSED)) & (ways) (set->known != 0) &
           (ways) ((signed_ways) left > 0);
}

/* The way of the source, unless it has been idle for so long that it counts as new; WAYS if
 * there is none, as in a flood. */
static unsigned
find(const struct source_set *set, uint32_t hash, ways worths)
{
    typedef uint64_t halves __attribute__((vector_size(sizeof(ways))));

    const ways is_it = (ways) (set->hashes == hash) & (ways) (worths != 0);
    const halves any = (halves) is_it;
    unsigned found = WAYS;

    if ((any[0] | any[1]) == 0) {
        return WAYS;
    }
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

static void
set_time(struct source_set *set, unsigned way, uint64_t time_ns)
{
    set->ticks[way] = (uint32_t) (time_ns >> TICK_SHIFT);
    set->rests[way] = (uint32_t) (time_ns >> (TICK_SHIFT + 32) << TICK_SHIFT) |
                      (uint32_t) (time_ns & ((1U << TICK_SHIFT) - 1));
}

static uint64_t
time_of(const struct source_set *set, unsigned way)
{
    const uint64_t rest = set->rests[way];

    return rest >> TICK_SHIFT << (TICK_SHIFT + 32) |
           (uint64_t) set->ticks[way] << TICK_SHIFT | (rest & ((1U << TICK_SHIFT) - 1));
}
