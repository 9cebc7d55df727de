#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "classify/detect/detector.h"
#include "classify/detect/outside.h"
#include "classify/detect/span.h"
#include "classify/lru.h"
#include "classify/slot_index.h"

/* An asset contacts a host outside again and again, at intervals that hardly differ: as
 * malware asks for orders, and as programs that look for news do.
 *
 * A contact is a new connection, or several with less than the shortest interval between
 * them; what goes on in one flow is not seen.  The intervals are judged by how far
 * three in four of them are from their median at most, so that a few that were missed or
 * came on top make no difference; people and chance do not come near.  (Half of them, the
 * median absolute deviation, would let chance pass once in a hundred.)  Services that ask
 * at intervals by their nature do not count. */

enum { LIST_FEW, LIST_SEVERAL, N_LISTS };

enum {
    SEVERAL = 3,     /* Contacts from which on a pair is worth keeping. */
    TOLD_AGAIN = 8,  /* Times as many contacts as were told. */
    TICK_SHIFT = 20, /* Intervals are in ticks of 2^20 ns, about a millisecond. */
};

struct beacon_key {
    struct ip_address asset, peer;
    uint32_t port; /* And protocol. */
};

struct beacon_entry {
    struct beacon_key key;
    uint32_t hash;
    uint64_t first_ns; /* Of the contacts in a row. */
    uint64_t begin_ns; /* Of the latest contact. */
    uint64_t last_ns;  /* Of the latest connection in it. */
    uint32_t n_contacts, n_told;
    uint32_t n_intervals;
};

struct beacon {
    struct beacon_config config;
    struct hash_seed seed;
    uint32_t n_used;
    struct beacon_entry *entries;
    uint32_t *intervals; /* 'contacts' - 1 for each entry, oldest first. */
    struct slot_index index;
    struct lru lru;
};

struct regularity {
    uint32_t median, deviation; /* Ticks. */
    bool is_regular;
};

static void beacon_tried(void *state, const struct detect_view *view,
                         const struct attempt *attempt);
static struct beacon_entry *look_up(struct beacon *beacon, const struct beacon_key *key,
                                    uint64_t time_ns, struct counters *counters);
static struct beacon_entry *find(const struct beacon *beacon, const struct beacon_key *key,
                                 uint32_t hash);
static uint32_t evict(struct beacon *beacon, uint64_t time_ns, struct counters *counters);
static bool is_apart(const struct beacon *beacon, const struct beacon_entry *entry,
                     uint64_t time_ns);
static void begin(struct beacon_entry *entry, uint64_t time_ns);
static bool add_contact(struct beacon *beacon, struct beacon_entry *entry,
                        uint64_t time_ns);
static struct regularity judge(const struct beacon *beacon, const uint32_t *intervals);
static void sort(uint32_t *values, uint32_t n);
static void observe(const struct detect_view *view, const struct beacon_entry *entry,
                    struct regularity regularity);

static void *
beacon_make(const struct detect_config *config, struct hash_seed seed)
{
    const struct beacon_config *c = &config->beacon;
    struct beacon *beacon;

    if (c->capacity == 0) {
        return NULL;
    }
    beacon = memory_zeroed(1, sizeof *beacon);
    beacon->config = *c;
    beacon->seed = seed;
    beacon->entries = memory_zeroed(c->capacity, sizeof beacon->entries[0]);
    beacon->intervals = memory_zeroed((size_t) c->capacity * (c->contacts - 1),
                                      sizeof beacon->intervals[0]);
    slot_index_init(&beacon->index, c->capacity);
    lru_init(&beacon->lru, c->capacity, N_LISTS);
    return beacon;
}

static void
beacon_unmake(void *state)
{
    struct beacon *beacon = state;

    lru_fini(&beacon->lru);
    slot_index_fini(&beacon->index);
    free(beacon->intervals);
    free(beacon->entries);
    free(beacon);
}

const struct detector detector_beacon = {
    .name = "beacon",
    .make = beacon_make,
    .unmake = beacon_unmake,
    .tried = beacon_tried,
};

static void
beacon_tried(void *state, const struct detect_view *view, const struct attempt *attempt)
{
    struct beacon *beacon = state;
    const struct flow_end *ends = view->flow->ends;
    const struct beacon_key key = {
        .asset = attempt->source,
        .peer = attempt->target,
        .port = (uint32_t) attempt->protocol << 16 | attempt->port,
    };
    struct beacon_entry *entry;

    if (ends[FLOW_INITIATOR].range == 0 || !is_outside(&ends[FLOW_RESPONDER]) ||
        attempt->port == 0 ||
        service_set_has(&beacon->config.services_not,
                        service_by_port(attempt->protocol, attempt->port))) {
        return;
    }
    entry = look_up(beacon, &key, attempt->time_ns, view->counters);
    if (add_contact(beacon, entry, attempt->time_ns)) {
        const size_t item = (size_t) (entry - beacon->entries);
        uint32_t *intervals = &beacon->intervals[item * (beacon->config.contacts - 1)];
        const struct regularity regularity = judge(beacon, intervals);

        if (!regularity.is_regular) {
            entry->n_told = 0;
        } else if (entry->n_told == 0 || entry->n_contacts / TOLD_AGAIN >= entry->n_told) {
            entry->n_told = entry->n_contacts;
            observe(view, entry, regularity);
        }
        /* The newer half stays. */
        entry->n_intervals /= 2;
        memmove(intervals, &intervals[beacon->config.contacts - 1 - entry->n_intervals],
                entry->n_intervals * sizeof intervals[0]);
        if (!regularity.is_regular) {
            entry->n_contacts = entry->n_intervals + 1;
            entry->first_ns = entry->begin_ns;
            for (uint32_t i = 0; i < entry->n_intervals; i++) {
                entry->first_ns -= (uint64_t) intervals[i] << TICK_SHIFT;
            }
        }
    }
}

static struct beacon_entry *
look_up(struct beacon *beacon, const struct beacon_key *key, uint64_t time_ns,
        struct counters *counters)
{
    const uint32_t hash = (uint32_t) hash_ip(beacon->seed, key->asset,
                                             hash_ip(beacon->seed, key->peer, key->port));
    struct beacon_entry *entry = find(beacon, key, hash);
    uint32_t item;

    if (entry != NULL) {
        item = (uint32_t) (entry - beacon->entries);
        lru_move(&beacon->lru, entry->n_contacts < SEVERAL ? LIST_FEW : LIST_SEVERAL, item);
        return entry;
    }
    item = beacon->n_used < beacon->config.capacity ? beacon->n_used++
                                                    : evict(beacon, time_ns, counters);
    entry = &beacon->entries[item];
    entry->key = *key;
    entry->hash = hash;
    entry->n_contacts = 0;
    slot_index_insert(&beacon->index, hash, item);
    lru_append(&beacon->lru, LIST_FEW, item);
    return entry;
}

static struct beacon_entry *
find(const struct beacon *beacon, const struct beacon_key *key, uint32_t hash)
{
    struct slot_search search = slot_index_search(&beacon->index, hash);
    uint32_t item;

    while (slot_index_next(&beacon->index, &search, &item)) {
        struct beacon_entry *entry = &beacon->entries[item];

        if (ip_equal(entry->key.asset, key->asset) &&
            ip_equal(entry->key.peer, key->peer) && entry->key.port == key->port) {
            return entry;
        }
    }
    return NULL;
}

/* Pairs with few contacts give way first, unless one with several has not come back for
 * longer than any interval. */
static uint32_t
evict(struct beacon *beacon, uint64_t time_ns, struct counters *counters)
{
    const uint32_t few = lru_oldest(&beacon->lru, LIST_FEW);
    uint32_t item = lru_oldest(&beacon->lru, LIST_SEVERAL);

    if (lru_is_end(&beacon->lru, item) ||
        !is_apart(beacon, &beacon->entries[item], time_ns)) {
        item = lru_is_end(&beacon->lru, few) ? item : few;
        if (!is_apart(beacon, &beacon->entries[item], time_ns)) {
            counter_inc(counters, COUNTER_CLASSIFY_BEACONS_EVICTED);
        }
    }
    slot_index_remove(&beacon->index, beacon->entries[item].hash, item);
    lru_remove(&beacon->lru, item);
    return item;
}

/* Whether a time is too far from the latest contact to be the next one, also because it is
 * of another recording. */
static bool
is_apart(const struct beacon *beacon, const struct beacon_entry *entry, uint64_t time_ns)
{
    const uint64_t distance_ns =
        time_ns > entry->last_ns ? time_ns - entry->last_ns : entry->last_ns - time_ns;

    return distance_ns > beacon->config.longest_ns;
}

static void
begin(struct beacon_entry *entry, uint64_t time_ns)
{
    entry->first_ns = entry->begin_ns = entry->last_ns = time_ns;
    entry->n_contacts = 1;
    entry->n_told = 0;
    entry->n_intervals = 0;
}

/* Returns true if the intervals are full. */
static bool
add_contact(struct beacon *beacon, struct beacon_entry *entry, uint64_t time_ns)
{
    const size_t item = (size_t) (entry - beacon->entries);
    const uint32_t n_max = beacon->config.contacts - 1;

    if (entry->n_contacts == 0 || is_apart(beacon, entry, time_ns)) {
        begin(entry, time_ns);
        return false;
    }
    if (time_ns <= entry->last_ns) { /* A failure that was known late. */
        return false;
    }
    if (time_ns - entry->last_ns < beacon->config.shortest_ns) {
        entry->last_ns = time_ns;
        return false;
    }
    beacon->intervals[item * n_max + entry->n_intervals++] =
        (uint32_t) ((time_ns - entry->begin_ns) >> TICK_SHIFT);
    entry->begin_ns = entry->last_ns = time_ns;
    entry->n_contacts++;
    return entry->n_intervals == n_max;
}

static struct regularity
judge(const struct beacon *beacon, const uint32_t *intervals)
{
    const uint32_t n = beacon->config.contacts - 1;
    uint32_t sorted[DETECT_BEACON_CONTACTS_MAX - 1];
    struct regularity ret;

    memcpy(sorted, intervals, n * sizeof sorted[0]);
    sort(sorted, n);
    ret.median = sorted[n / 2];
    for (uint32_t i = 0; i < n; i++) {
        sorted[i] = intervals[i] > ret.median ? intervals[i] - ret.median
                                              : ret.median - intervals[i];
    }
    sort(sorted, n);
    ret.deviation = sorted[n * 3 / 4];
    ret.is_regular = ret.median > 0 && (uint64_t) ret.deviation * 100 <=
                                           (uint64_t) ret.median * beacon->config.jitter;
    return ret;
}

static int
compare(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static void
sort(uint32_t *values, uint32_t n)
{
    qsort(values, n, sizeof values[0], compare);
}

static void
observe(const struct detect_view *view, const struct beacon_entry *entry,
        struct regularity regularity)
{
    struct observation *observation = observation_list_add(
        view->observations, OBSERVATION_BEACON, view->flow, view->time_ns);
    char span[DURATION_TEXT_SIZE], transport[8];

    observation->asset_ends = 1U << FLOW_INITIATOR;
    observation->count = entry->n_contacts;
    observation->since_ns = entry->first_ns;
    (void) snprintf(observation->detail, sizeof observation->detail,
                    "%u contacts with %s/%u, one every %s, jitter %u%%", entry->n_contacts,
                    transport_name(view->flow->protocol, transport),
                    view->flow->ends[FLOW_RESPONDER].port,
                    span_format((uint64_t) regularity.median << TICK_SHIFT, span),
                    (unsigned) ((uint64_t) regularity.deviation * 100 / regularity.median));
}
