#include "classify/detect/distinct.h"

#include <assert.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/prefetch.h"
#include "classify/detect/span.h"
#include "classify/lru.h"
#include "classify/slot_index.h"

enum { LIST_SINGLE, LIST_SEVERAL, N_LISTS };

enum {
    TICK_SHIFT = 20,    /* Times of values are in ticks of 2^20 ns, about a millisecond. */
    MAP_BITS = 2048,    /* Of the map of an episode. */
    COUNT_FRACTION = 8, /* Bits of an estimate after the point. */
};

struct distinct_value {
    uint32_t value;
    uint32_t tick; /* Time of the last try, modulo 2^32. */
};

/* One cache line: all that a key with a single value needs, but that value. */
struct distinct_entry {
    alignas(CACHE_LINE) struct distinct_key key;
    uint64_t last_ns;  /* Time of the latest try. */
    uint64_t since_ns; /* Of an episode: its begin; else when the tries were last aged. */
    uint32_t hash;
    uint32_t n_failed, n_answered; /* Tries; halved with each window that passes. */
    uint16_t n_values;
    bool is_episode; /* The threshold was reached. */
};

static_assert(sizeof(struct distinct_entry) == 64, "layout");

/* What is counted from the threshold on. */
struct distinct_episode {
    uint32_t count; /* In units of 2^-COUNT_FRACTION. */
    uint32_t next_report;
    uint32_t n_bits;
    uint64_t map[MAP_BITS / 64];
};

struct distinct_table {
    struct distinct_config config;
    struct hash_seed seed;
    uint32_t within_ticks;
    uint32_t n_used;
    void *memory; /* What 'entries' is aligned in. */
    struct distinct_entry *entries;
    struct distinct_value *values;     /* 'threshold' for each entry. */
    struct distinct_episode *episodes; /* One for each entry; most are never touched. */
    struct slot_index index;
    struct lru lru;
};

static uint32_t hash_key(const struct distinct_table *table,
                         const struct distinct_key *key);
static struct distinct_entry *look_up(struct distinct_table *table,
                                      const struct distinct_key *key, uint64_t time_ns,
                                      struct counters *counters);
static void age(const struct distinct_table *table, struct distinct_entry *entry,
                uint64_t time_ns);
static struct distinct_entry *find(const struct distinct_table *table,
                                   const struct distinct_key *key, uint32_t hash);
static struct distinct_entry *add(struct distinct_table *table,
                                  const struct distinct_key *key, uint32_t hash,
                                  uint64_t time_ns, struct counters *counters);
static uint32_t evict(struct distinct_table *table, uint64_t time_ns,
                      struct counters *counters);
static void prefetch_victims(const struct distinct_table *table);
static bool is_idle(const struct distinct_table *table, const struct distinct_entry *entry,
                    uint64_t time_ns);
static void forget(struct distinct_entry *entry, uint64_t time_ns);
static void keep_value(struct distinct_table *table, struct distinct_entry *entry,
                       uint32_t value, uint64_t time_ns);
static uint32_t ticks_between(uint32_t a, uint32_t b);
static bool is_answered_too_often(const struct distinct_table *table,
                                  const struct distinct_entry *entry);
static void begin_episode(struct distinct_table *table, struct distinct_entry *entry,
                          uint64_t time_ns, struct distinct_report *ret);
static bool count_in_episode(struct distinct_table *table, struct distinct_entry *entry,
                             uint32_t value, struct distinct_report *ret);
static bool set_bit(struct distinct_episode *episode, uint32_t value);

struct distinct_table *
distinct_table_new(const struct distinct_config *config, struct hash_seed seed)
{
    struct distinct_table *table = memory_zeroed(1, sizeof *table);
    const uint64_t ticks = (config->within_ns >> TICK_SHIFT) + 1;
    const size_t size = config->capacity * sizeof(struct distinct_entry);
    char *memory = memory_zeroed(size + alignof(struct distinct_entry), 1);
    const size_t over = (uintptr_t) memory % alignof(struct distinct_entry);

    table->config = *config;
    if (table->config.within_ns == 0) {
        table->config.within_ns = UINT64_C(1) << TICK_SHIFT;
    }
    table->seed = seed;
    table->within_ticks = ticks > INT32_MAX ? INT32_MAX : (uint32_t) ticks;
    table->memory = memory;
    memory += over == 0 ? 0 : alignof(struct distinct_entry) - over;
    table->entries = (struct distinct_entry *) (void *) memory;
    table->values = memory_zeroed((size_t) config->capacity * config->threshold,
                                  sizeof(struct distinct_value));
    table->episodes = memory_zeroed(config->capacity, sizeof(struct distinct_episode));
    slot_index_init(&table->index, config->capacity);
    lru_init(&table->lru, config->capacity, N_LISTS);
    return table;
}

void
distinct_table_free(struct distinct_table *table)
{
    if (table == NULL) {
        return;
    }
    lru_fini(&table->lru);
    slot_index_fini(&table->index);
    free(table->episodes);
    free(table->values);
    free(table->memory);
    free(table);
}

bool
distinct_note(struct distinct_table *table, const struct distinct_key *key, uint32_t value,
              uint64_t time_ns, struct counters *counters, struct distinct_report *ret)
{
    struct distinct_entry *entry = look_up(table, key, time_ns, counters);

    entry->n_failed++;
    if (!entry->is_episode) {
        keep_value(table, entry, value, time_ns);
    }
    lru_move(&table->lru, entry->n_values > 1 ? LIST_SEVERAL : LIST_SINGLE,
             (uint32_t) (entry - table->entries));
    if (entry->is_episode) {
        /* A try may be known to have failed long after it was made. */
        if (time_ns < entry->since_ns) {
            entry->since_ns = time_ns;
        }
        return count_in_episode(table, entry, value, ret);
    }
    if (entry->n_values < table->config.threshold || is_answered_too_often(table, entry)) {
        return false;
    }
    begin_episode(table, entry, time_ns, ret);
    return true;
}

void
distinct_answered(struct distinct_table *table, const struct distinct_key *key,
                  uint64_t time_ns, struct counters *counters)
{
    look_up(table, key, time_ns, counters)->n_answered++;
}

uint32_t
distinct_table_n(const struct distinct_table *table)
{
    return table->n_used;
}

void
distinct_prefetch(const struct distinct_table *table, const struct distinct_key *key)
{
    slot_index_prefetch(&table->index, hash_key(table, key));
}

void
distinct_describe(const struct distinct_report *report, const char *what,
                  struct observation *observation)
{
    char span[DURATION_TEXT_SIZE];

    observation->count = report->count;
    observation->since_ns = report->since_ns;
    (void) snprintf(observation->detail, sizeof observation->detail, "%s%u %.40s in %s",
                    report->is_estimate ? "about " : "", report->count, what,
                    span_format(observation->time_ns > report->since_ns
                                    ? observation->time_ns - report->since_ns
                                    : 0,
                                span));
}

static uint32_t
hash_key(const struct distinct_table *table, const struct distinct_key *key)
{
    return (uint32_t) hash_ip(table->seed, key->a, hash_ip(table->seed, key->b, 0));
}

/* The entry of a key that tried something at 'time_ns', made if need be. */
static struct distinct_entry *
look_up(struct distinct_table *table, const struct distinct_key *key, uint64_t time_ns,
        struct counters *counters)
{
    const uint32_t hash = hash_key(table, key);
    struct distinct_entry *entry = find(table, key, hash);

    if (entry == NULL) {
        return add(table, key, hash, time_ns, counters);
    }
    if (is_idle(table, entry, time_ns)) {
        forget(entry, time_ns);
    }
    age(table, entry, time_ns);
    if (time_ns > entry->last_ns) {
        entry->last_ns = time_ns;
    }
    return entry;
}

static void
age(const struct distinct_table *table, struct distinct_entry *entry, uint64_t time_ns)
{
    while (!entry->is_episode && time_ns > entry->since_ns &&
           time_ns - entry->since_ns > table->config.within_ns) {
        entry->n_failed /= 2;
        entry->n_answered /= 2;
        entry->since_ns += table->config.within_ns + 1;
    }
}

static struct distinct_entry *
find(const struct distinct_table *table, const struct distinct_key *key, uint32_t hash)
{
    struct slot_search search = slot_index_search(&table->index, hash);
    uint32_t item;

    while (slot_index_next(&table->index, &search, &item)) {
        struct distinct_entry *entry = &table->entries[item];

        if (ip_equal(entry->key.a, key->a) && ip_equal(entry->key.b, key->b)) {
            return entry;
        }
    }
    return NULL;
}

static struct distinct_entry *
add(struct distinct_table *table, const struct distinct_key *key, uint32_t hash,
    uint64_t time_ns, struct counters *counters)
{
    const uint32_t item = table->n_used < table->config.capacity
                              ? table->n_used++
                              : evict(table, time_ns, counters);
    struct distinct_entry *entry = &table->entries[item];

    entry->key = *key;
    entry->hash = hash;
    forget(entry, time_ns);
    slot_index_insert(&table->index, hash, item);
    lru_append(&table->lru, LIST_SINGLE, item);
    return entry;
}

static uint32_t
evict(struct distinct_table *table, uint64_t time_ns, struct counters *counters)
{
    uint32_t item = lru_oldest(&table->lru, LIST_SINGLE);

    if (lru_is_end(&table->lru, item)) {
        item = lru_oldest(&table->lru, LIST_SEVERAL);
    }
    if (table->entries[item].n_values > 0 &&
        !is_idle(table, &table->entries[item], time_ns)) {
        counter_inc(counters, table->config.evicted);
    }
    slot_index_remove(&table->index, table->entries[item].hash, item);
    lru_remove(&table->lru, item);
    prefetch_victims(table);
    return item;
}

/* Asks for the slot of the one to give way next, whose entry is here by now, and for the
 * entry of the one after it. */
static void
prefetch_victims(const struct distinct_table *table)
{
    const uint32_t next = lru_oldest(&table->lru, LIST_SINGLE);
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

/* Whether the latest try is out of the window, which also holds if it is of another
 * recording, with later times. */
static bool
is_idle(const struct distinct_table *table, const struct distinct_entry *entry,
        uint64_t time_ns)
{
    const uint64_t distance_ns =
        time_ns > entry->last_ns ? time_ns - entry->last_ns : entry->last_ns - time_ns;

    return distance_ns > table->config.within_ns;
}

static void
forget(struct distinct_entry *entry, uint64_t time_ns)
{
    entry->last_ns = entry->since_ns = time_ns;
    entry->n_failed = entry->n_answered = 0;
    entry->n_values = 0;
    entry->is_episode = false;
}

/* Puts 'value' among the values of the window, and drops those that are out of it.  If
 * there is no room (the answered tries held a report back) the oldest gives way. */
static void
keep_value(struct distinct_table *table, struct distinct_entry *entry, uint32_t value,
           uint64_t time_ns)
{
    struct distinct_value *values =
        &table->values[(size_t) (entry - table->entries) * table->config.threshold];
    const uint32_t tick = (uint32_t) (time_ns >> TICK_SHIFT);
    unsigned n = 0, oldest = 0;

    for (unsigned i = 0; i < entry->n_values; i++) {
        const uint32_t age = ticks_between(values[i].tick, tick);

        if (values[i].value != value && age <= table->within_ticks) {
            values[n] = values[i];
            if (age > ticks_between(values[oldest].tick, tick)) {
                oldest = n;
            }
            n++;
        }
    }
    if (n == table->config.threshold) {
        values[oldest] = values[--n];
    }
    values[n] = (struct distinct_value){ value, tick };
    entry->n_values = (uint16_t) (n + 1);
}

static uint32_t
ticks_between(uint32_t a, uint32_t b)
{
    return b - a <= INT32_MAX ? b - a : a - b;
}

static bool
is_answered_too_often(const struct distinct_table *table,
                      const struct distinct_entry *entry)
{
    const uint32_t share = table->config.answered_per_failed;

    return share != 0 && entry->n_answered / share > entry->n_failed;
}

static void
begin_episode(struct distinct_table *table, struct distinct_entry *entry, uint64_t time_ns,
              struct distinct_report *ret)
{
    const size_t item = (size_t) (entry - table->entries);
    const struct distinct_value *values = &table->values[item * table->config.threshold];
    const uint32_t tick = (uint32_t) (time_ns >> TICK_SHIFT);
    struct distinct_episode *episode = &table->episodes[item];
    uint32_t oldest = 0;

    memset(episode, 0, sizeof *episode);
    for (unsigned i = 0; i < entry->n_values; i++) {
        const uint32_t age = tick - values[i].tick;

        (void) set_bit(episode, values[i].value);
        if (age <= INT32_MAX && age > oldest) {
            oldest = age;
        }
    }
    entry->is_episode = true;
    entry->since_ns = time_ns - ((uint64_t) oldest << TICK_SHIFT);
    episode->count = (uint32_t) entry->n_values << COUNT_FRACTION;
    episode->next_report = 2 * (uint32_t) entry->n_values;
    *ret =
        (struct distinct_report){ .count = entry->n_values, .since_ns = entry->since_ns };
}

/* With b of m bits set a new value meets a clear one with probability (m - b) / m, so each
 * that does stands for m / (m - b) values. */
static bool
count_in_episode(struct distinct_table *table, struct distinct_entry *entry, uint32_t value,
                 struct distinct_report *ret)
{
    struct distinct_episode *episode = &table->episodes[entry - table->entries];
    const uint32_t n_clear = MAP_BITS - episode->n_bits;

    if (!set_bit(episode, value)) {
        return false;
    }
    episode->count += ((uint32_t) MAP_BITS << COUNT_FRACTION) / n_clear;
    if (episode->count >> COUNT_FRACTION < episode->next_report) {
        return false;
    }
    ret->count = episode->count >> COUNT_FRACTION;
    ret->since_ns = entry->since_ns;
    ret->is_estimate = true;
    episode->next_report *= 2;
    return true;
}

static bool
set_bit(struct distinct_episode *episode, uint32_t value)
{
    /* Not keyed by the table: a capture and a read of the same packets must give the same
     * estimate.  Who aims at bits gains little, as the threshold itself is counted exactly.
     */
    const unsigned at = (unsigned) (hash_2(hash_seed_fixed(), value, 0) % MAP_BITS);
    const uint64_t bit = UINT64_C(1) << at % 64;

    if ((episode->map[at / 64] & bit) != 0) {
        return false;
    }
    episode->map[at / 64] |= bit;
    episode->n_bits++;
    return true;
}
