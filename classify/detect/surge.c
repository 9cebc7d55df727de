#include "classify/detect/surge.h"

#include <assert.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/inlining.h"
#include "base/memory.h"
#include "base/prefetch.h"
#include "base/timestamp.h"
#include "classify/detect/detect.h"
#include "classify/lru.h"
#include "classify/slot_index.h"

enum { LIST_LITTLE, LIST_MUCH, N_LISTS };

enum {
    MEAN_FRACTION = 4, /* Bits of the mean after the point. */
    MUCH = 16,         /* From so much in an interval on a key is worth keeping. */
    EMPTY_MAX = 4,     /* Times the smoothing: of a mean, a 50th is left after so many. */
    SOURCE_BITS = 16,
    RECENT = 32, /* Keys found without a look-up: a flood asks for a few all the time. */
};

#define DISORDER_NS (600 * NS_PER_SECOND)

/* One cache line. */
struct surge_entry {
    alignas(CACHE_LINE) struct ip_address asset;
    uint32_t what, hash;
    uint64_t start_ns;      /* Of the interval in hand. */
    uint64_t since_ns;      /* Of a surge: its beginning. */
    uint64_t all, strange;  /* In the interval in hand. */
    uint32_t mean;          /* In units of 2^-MEAN_FRACTION. */
    uint16_t sources;       /* A bit for each, by hash. */
    uint16_t n_learnt : 14; /* Intervals in the mean, up to DETECT_SMOOTHING_MAX. */
    bool is_surge : 1;
    uint8_t list : 1;
};

static_assert(sizeof(struct surge_entry) == 64, "layout");

struct surge_table {
    struct surge_config config;
    uint64_t learning_ns; /* The sensor's first intervals. */
    uint64_t memory_ns;   /* Of a key that did not come back for so long little is left. */
    struct hash_seed seed;
    uint32_t n_used;
    void *memory; /* What 'entries' is aligned in. */
    struct surge_entry *entries;
    struct slot_index index;
    struct surge_entry *recent[RECENT];
    struct lru lru; /* By the last interval that a key was used in. */
};

static uint64_t times(uint64_t ns, uint32_t n);
static uint32_t hash_key(const struct surge_table *table, const struct surge_key *key);
APART static struct surge_entry *look_up(struct surge_table *table,
                                         const struct surge_key *key, uint64_t time_ns,
                                         struct counters *counters);
static bool is_of(const struct surge_entry *entry, const struct surge_key *key);
static struct surge_entry *find(const struct surge_table *table,
                                const struct surge_key *key, uint32_t hash);
static struct surge_entry *add(struct surge_table *table, const struct surge_key *key,
                               uint32_t hash, uint64_t time_ns, struct counters *counters);
static uint32_t evict(struct surge_table *table, uint64_t time_ns,
                      struct counters *counters);
static void prefetch_victims(const struct surge_table *table);
static bool is_stale(const struct surge_table *table, const struct surge_entry *entry,
                     uint64_t time_ns);
static void begin(struct surge_entry *entry, uint64_t time_ns);
SELDOM static bool go_on(struct surge_table *table, struct surge_entry *entry,
                         const struct surge_amount *amount, struct surge_floor floor,
                         struct surge_report *ret);
static bool is_surge(const struct surge_table *table, const struct surge_entry *entry,
                     const struct surge_amount *amount, struct surge_floor floor);
static void learn(const struct surge_table *table, struct surge_entry *entry, uint64_t all);
static uint16_t source_bit(struct ip_address from);
static unsigned n_sources(const struct surge_entry *entry);
SELDOM static void fill_in(const struct surge_entry *entry, struct surge_report *ret);

struct surge_table *
surge_table_new(const struct surge_config *config, struct hash_seed seed)
{
    struct surge_table *table = memory_zeroed(1, sizeof *table);
    const size_t size = config->capacity * sizeof(struct surge_entry);
    char *memory = memory_zeroed(size + alignof(struct surge_entry), 1);
    const size_t over = (uintptr_t) memory % alignof(struct surge_entry);

    table->config = *config;
    table->learning_ns = times(config->within_ns, config->learning);
    table->memory_ns = times(config->within_ns, config->smoothing);
    table->seed = seed;
    table->memory = memory;
    memory += over == 0 ? 0 : alignof(struct surge_entry) - over;
    table->entries = (struct surge_entry *) (void *) memory;
    slot_index_init(&table->index, config->capacity);
    lru_init(&table->lru, config->capacity, N_LISTS);
    return table;
}

void
surge_table_free(struct surge_table *table)
{
    if (table == NULL) {
        return;
    }
    lru_fini(&table->lru);
    slot_index_fini(&table->index);
    free(table->memory);
    free(table);
}

bool
surge_add(struct surge_table *table, const struct surge_key *key,
          const struct surge_amount *amount, struct surge_floor floor,
          struct counters *counters, struct surge_report *ret)
{
    const uint64_t time_ns = amount->time_ns;
    struct surge_entry **recent = &table->recent[(key->asset.low ^ key->what) % RECENT];
    struct surge_entry *entry = *recent;
    bool is_told = false;

    if (!is_of(entry, key)) {
        entry = *recent = look_up(table, key, time_ns, counters);
    }
    if (time_ns - entry->start_ns >= table->config.within_ns) {
        is_told = go_on(table, entry, amount, floor, ret);
    }
    entry->all += amount->all;
    entry->strange += amount->strange;
    entry->sources |= source_bit(amount->from);
    if (is_told || entry->is_surge || !is_surge(table, entry, amount, floor)) {
        return is_told;
    }
    entry->is_surge = true;
    entry->since_ns = time_ns < entry->start_ns ? time_ns : entry->start_ns;
    fill_in(entry, ret);
    return true;
}

void
surge_prefetch(const struct surge_table *table, const struct surge_key *key)
{
    if (!is_of(table->recent[(key->asset.low ^ key->what) % RECENT], key)) {
        slot_index_prefetch(&table->index, hash_key(table, key));
    }
}

const char *
surge_sources(const struct surge_report *report, char text[static SURGE_SOURCES_SIZE])
{
    if (report->n_sources == 1) {
        (void) snprintf(text, SURGE_SOURCES_SIZE, " from one source");
    } else {
        (void) snprintf(text, SURGE_SOURCES_SIZE, " from %s %u sources",
                        report->has_more ? "more than" : "about", report->n_sources);
    }
    return text;
}

/* At most what can still be added to a time. */
static uint64_t
times(uint64_t ns, uint32_t n)
{
    return ns < INT64_MAX / n ? ns * n : INT64_MAX;
}

static uint32_t
hash_key(const struct surge_table *table, const struct surge_key *key)
{
    return (uint32_t) hash_ip(table->seed, key->asset, key->what);
}

/* The entry of a key, made if need be. */
static struct surge_entry *
look_up(struct surge_table *table, const struct surge_key *key, uint64_t time_ns,
        struct counters *counters)
{
    const uint32_t hash = hash_key(table, key);
    struct surge_entry *entry = find(table, key, hash);

    return entry != NULL ? entry : add(table, key, hash, time_ns, counters);
}

static bool
is_of(const struct surge_entry *entry, const struct surge_key *key)
{
    return entry != NULL && ip_equal(entry->asset, key->asset) && entry->what == key->what;
}

static struct surge_entry *
find(const struct surge_table *table, const struct surge_key *key, uint32_t hash)
{
    struct slot_search search = slot_index_search(&table->index, hash);
    uint32_t item;

    while (slot_index_next(&table->index, &search, &item)) {
        struct surge_entry *entry = &table->entries[item];

        if (is_of(entry, key)) {
            return entry;
        }
    }
    return NULL;
}

static struct surge_entry *
add(struct surge_table *table, const struct surge_key *key, uint32_t hash, uint64_t time_ns,
    struct counters *counters)
{
    const uint32_t item = table->n_used < table->config.capacity
                              ? table->n_used++
                              : evict(table, time_ns, counters);
    struct surge_entry *entry = &table->entries[item];

    entry->asset = key->asset;
    entry->what = key->what;
    entry->hash = hash;
    entry->list = LIST_LITTLE;
    begin(entry, time_ns);
    slot_index_insert(&table->index, hash, item);
    lru_append(&table->lru, LIST_LITTLE, item);
    return entry;
}

/* Who was busy once must not stay for good. */
static uint32_t
evict(struct surge_table *table, uint64_t time_ns, struct counters *counters)
{
    uint32_t item = lru_oldest(&table->lru, LIST_MUCH);

    if (lru_is_end(&table->lru, item) || !is_stale(table, &table->entries[item], time_ns)) {
        const uint32_t little = lru_oldest(&table->lru, LIST_LITTLE);

        item = lru_is_end(&table->lru, little) ? item : little;
        if (table->entries[item].list == LIST_MUCH) {
            counter_inc(counters, table->config.evicted);
        }
    }
    slot_index_remove(&table->index, table->entries[item].hash, item);
    lru_remove(&table->lru, item);
    prefetch_victims(table);
    return item;
}

/* Asks for the slot of the one to give way next, whose entry is here by now, and for the
 * entry of the one after it. */
static void
prefetch_victims(const struct surge_table *table)
{
    const uint32_t next = lru_oldest(&table->lru, LIST_LITTLE);
    uint32_t after;

    if (lru_is_end(&table->lru, next)) {
        return;
    }
    slot_index_prefetch(&table->index, table->entries[next].hash);
    after = lru_newer(&table->lru, next);
    if (!lru_is_end(&table->lru, after)) {
        prefetch_to_write(&table->entries[after]);
        prefetch_to_write(&table->lru.links[after]);
    }
}

static bool
is_stale(const struct surge_table *table, const struct surge_entry *entry, uint64_t time_ns)
{
    const uint64_t distance_ns =
        time_ns > entry->start_ns ? time_ns - entry->start_ns : entry->start_ns - time_ns;

    return distance_ns > table->memory_ns;
}

static void
begin(struct surge_entry *entry, uint64_t time_ns)
{
    entry->start_ns = time_ns;
    entry->is_surge = false;
    entry->all = entry->strange = 0;
    entry->mean = 0;
    entry->sources = 0;
    entry->n_learnt = 0;
}

/* Ends the interval in hand, which lies before what came or, in another recording, far
 * behind it, and begins the one that this is in. Returns true, and tells of it, if it
 * was of a surge. */
static bool
go_on(struct surge_table *table, struct surge_entry *entry,
      const struct surge_amount *amount, struct surge_floor floor, struct surge_report *ret)
{
    const uint64_t within_ns = table->config.within_ns, time_ns = amount->time_ns;
    const uint32_t item = (uint32_t) (entry - table->entries);
    const bool was_surge = is_surge(table, entry, amount, floor);
    unsigned n_empty = 0;

    if (time_ns < entry->start_ns) {
        if (entry->start_ns - time_ns > DISORDER_NS) {
            begin(entry, time_ns);
        }
        return false;
    }
    if (was_surge) {
        entry->since_ns = entry->is_surge ? entry->since_ns : entry->start_ns;
        fill_in(entry, ret);
    } else {
        learn(table, entry, entry->all);
    }
    entry->is_surge = was_surge;
    entry->list = entry->all >= MUCH ? LIST_MUCH : entry->list;
    lru_move(&table->lru, entry->list, item);
    entry->all = entry->strange = 0;
    entry->sources = 0;
    for (entry->start_ns += within_ns; time_ns - entry->start_ns >= within_ns;
         entry->start_ns += within_ns) {
        learn(table, entry, 0);
        entry->is_surge = false;
        if (++n_empty == EMPTY_MAX * table->config.smoothing) {
            entry->mean = 0;
            entry->start_ns = time_ns;
            break;
        }
    }
    return was_surge;
}

/* Whether the interval in hand is one of a surge so far. */
static bool
is_surge(const struct surge_table *table, const struct surge_entry *entry,
         const struct surge_amount *amount, struct surge_floor floor)
{
    const uint64_t times = table->config.times;
    const bool is_learning = entry->start_ns < amount->began_ns + table->learning_ns;

    return entry->strange >= (is_learning ? floor.amount * times : floor.amount) &&
           entry->all << MEAN_FRACTION >= times * entry->mean &&
           n_sources(entry) >= floor.n_sources;
}

static void
learn(const struct surge_table *table, struct surge_entry *entry, uint64_t all)
{
    const uint64_t most = UINT32_MAX >> MEAN_FRACTION;
    const int64_t value = (int64_t) ((all < most ? all : most) << MEAN_FRACTION);
    uint32_t weight = 1;

    while (weight * 2 <= entry->n_learnt) {
        weight *= 2;
    }
    weight = weight < table->config.smoothing ? weight : table->config.smoothing;
    if (entry->n_learnt < DETECT_SMOOTHING_MAX) {
        entry->n_learnt++;
    }
    entry->mean = (uint32_t) ((int64_t) entry->mean +
                              (value - (int64_t) entry->mean) / (int64_t) weight);
}

/* Not keyed by the table: a capture and a read of the same packets count alike. */
static uint16_t
source_bit(struct ip_address from)
{
    const uint64_t hash = hash_mix(from.high ^ UINT64_C(0x8ebc6af09c88c6e3),
                                   from.low ^ UINT64_C(0xe7037ed1a0b428db));

    return (uint16_t) (1U << hash % SOURCE_BITS);
}

/* With b of m bits set there were about m ln(m / (m - b)) sources (linear counting, Whang
 * 1990). */
static unsigned
n_sources(const struct surge_entry *entry)
{
    static const uint8_t estimates[SOURCE_BITS + 1] = {
        0, 1, 2, 3, 5, 6, 8, 9, 11, 13, 16, 19, 22, 27, 33, 44, 44,
    };

    return estimates[__builtin_popcount(entry->sources)];
}

static void
fill_in(const struct surge_entry *entry, struct surge_report *ret)
{
    *ret = (struct surge_report){
        .amount = entry->strange,
        .usual = entry->mean >> MEAN_FRACTION,
        .since_ns = entry->since_ns,
        .n_sources = n_sources(entry),
        .has_more = entry->sources == UINT16_MAX,
    };
}
