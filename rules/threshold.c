#include "rules/threshold.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "classify/lru.h"
#include "classify/slot_index.h"

struct count {
    struct threshold_key key;
    uint32_t hash;
    uint32_t n_times;
    uint64_t times[THRESHOLD_TIMES];   /* Oldest first. */
    uint32_t matches[THRESHOLD_TIMES]; /* Matches kept under each. */
};

struct thresholds {
    struct count *counts;
    uint32_t n, capacity;
    struct slot_index index;
    struct lru by_use;
    struct hash_seed seed;
};

static struct count *find_or_add(struct thresholds *t, const struct threshold_key *key,
                                 struct counters *counters);
static void forget(struct count *count, uint64_t now_ns, uint64_t within_ns);
static void add(struct count *count, uint64_t time_ns);
static uint32_t total(const struct count *count);

struct thresholds *
thresholds_new(uint32_t capacity, struct hash_seed seed)
{
    struct thresholds *t = memory_zeroed(1, sizeof *t);

    assert(capacity >= 1 && capacity <= 1U << 24);
    t->capacity = capacity;
    t->seed = seed;
    t->counts = memory_zeroed(capacity, sizeof t->counts[0]);
    slot_index_init(&t->index, capacity);
    lru_init(&t->by_use, capacity, 1);
    return t;
}

void
thresholds_free(struct thresholds *t)
{
    if (t == NULL) {
        return;
    }
    lru_fini(&t->by_use);
    slot_index_fini(&t->index);
    free(t->counts);
    free(t);
}

uint32_t
thresholds_n(const struct thresholds *t)
{
    return t->n;
}

uint32_t
thresholds_count(struct thresholds *t, const struct threshold_key *key, uint64_t time_ns,
                 uint64_t within_ns, uint32_t limit, struct counters *counters)
{
    struct count *count = find_or_add(t, key, counters);
    uint32_t n;

    /* Packets, and ends of flows, may come a little out of order; an older recording begins
     * anew. */
    if (count->n_times > 0 && time_ns < count->times[count->n_times - 1]) {
        if (count->times[count->n_times - 1] - time_ns > within_ns) {
            count->n_times = 0;
        } else {
            time_ns = count->times[count->n_times - 1];
        }
    }
    forget(count, time_ns, within_ns);
    add(count, time_ns);
    n = total(count);
    if (n < limit) {
        return 0;
    }
    count->n_times = 0;
    return n;
}

static uint32_t
hash_of(const struct thresholds *t, const struct threshold_key *key)
{
    const uint64_t peer = hash_ip(t->seed, key->peer, key->rule);
    const uint64_t asset = hash_ip(t->seed, key->asset, key->sectors);

    return (uint32_t) hash_2(t->seed, hash_mix(peer, t->seed.words[0] | 1) ^ asset,
                             key->organisation);
}

static bool
is_equal(const struct threshold_key *a, const struct threshold_key *b)
{
    return ip_equal(a->peer, b->peer) && ip_equal(a->asset, b->asset) &&
           a->organisation == b->organisation && a->rule == b->rule &&
           a->sectors == b->sectors;
}

static struct count *
find(struct thresholds *t, const struct threshold_key *key, uint32_t hash)
{
    struct slot_search search = slot_index_search(&t->index, hash);
    uint32_t item;

    while (slot_index_next(&t->index, &search, &item)) {
        if (is_equal(&t->counts[item].key, key)) {
            return &t->counts[item];
        }
    }
    return NULL;
}

/* A count that is free, or that of the one idle longest. */
static uint32_t
take(struct thresholds *t, struct counters *counters)
{
    uint32_t item;

    if (t->n < t->capacity) {
        return t->n++;
    }
    item = lru_oldest(&t->by_use, 0);
    lru_remove(&t->by_use, item);
    slot_index_remove(&t->index, t->counts[item].hash, item);
    counter_inc(counters, COUNTER_RULES_THRESHOLDS_FORGOTTEN);
    return item;
}

static struct count *
find_or_add(struct thresholds *t, const struct threshold_key *key,
            struct counters *counters)
{
    const uint32_t hash = hash_of(t, key);
    struct count *count = find(t, key, hash);
    uint32_t item;

    if (count != NULL) {
        lru_move(&t->by_use, 0, (uint32_t) (count - t->counts));
        return count;
    }
    item = take(t, counters);
    count = &t->counts[item];
    count->key = *key;
    count->hash = hash;
    count->n_times = 0;
    slot_index_insert(&t->index, hash, item);
    lru_append(&t->by_use, 0, item);
    return count;
}

/* Drops the first 'n' times. */
static void
drop(struct count *count, uint32_t n)
{
    count->n_times -= n;
    memmove(count->times, count->times + n, count->n_times * sizeof count->times[0]);
    memmove(count->matches, count->matches + n, count->n_times * sizeof count->matches[0]);
}

static void
forget(struct count *count, uint64_t now_ns, uint64_t within_ns)
{
    uint32_t n = 0;

    while (n < count->n_times && now_ns - count->times[n] > within_ns) {
        n++;
    }
    if (n > 0) {
        drop(count, n);
    }
}

/* Keeps the two neighbours that are nearest in time under the older one's time. */
static void
merge(struct count *count)
{
    uint32_t at = 0;

    for (uint32_t i = 1; i + 1 < count->n_times; i++) {
        if (count->times[i + 1] - count->times[i] <
            count->times[at + 1] - count->times[at]) {
            at = i;
        }
    }
    count->matches[at] += count->matches[at + 1];
    for (uint32_t i = at + 1; i + 1 < count->n_times; i++) {
        count->times[i] = count->times[i + 1];
        count->matches[i] = count->matches[i + 1];
    }
    count->n_times--;
}

static void
add(struct count *count, uint64_t time_ns)
{
    if (count->n_times == THRESHOLD_TIMES) {
        merge(count);
    }
    count->times[count->n_times] = time_ns;
    count->matches[count->n_times++] = 1;
}

static uint32_t
total(const struct count *count)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < count->n_times; i++) {
        n += count->matches[i];
    }
    return n;
}
