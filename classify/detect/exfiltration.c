#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "classify/detect/detector.h"
#include "classify/detect/outside.h"
#include "classify/detect/span.h"
#include "classify/lru.h"
#include "classify/slot_index.h"

/* An asset sends much to one host outside, and gets little back: data that leave, or a
 * backup.
 *
 * What an asset serves to those who come to it counts only by the services that are
 * configured, which hold data and are not for the public; what it sends and gets when it is
 * the one who comes counts by any.  IPv6 hosts are counted by /64.  A flow counts, in both
 * directions, when it ends; before that, what it has sent so far is added each time it has
 * grown.
 *
 * The window begins with the first flow that sends more than it gets.  Pairs that have none
 * so far are kept for what the asset got before, but only in room that pairs with one
 * leave: who reads much of the web washes out nobody. */

enum { BYTES_PER_MB = 1 << 20 };

enum { LIST_RECEIVES, LIST_SENDS, N_LISTS };

struct exfiltration_entry {
    struct ip_address asset, peer;
    uint32_t hash;
    uint8_t list;
    uint64_t start_ns;       /* Of the window: when its first flow was counted, ... */
    uint64_t since_ns;       /* ... and when that began. */
    uint64_t sent, received; /* By flows that have ended. */
    uint64_t told;           /* Sent when it was told last; 0: not yet. */
};

struct exfiltration {
    struct exfiltration_config config;
    struct hash_seed seed;
    uint32_t n_used;
    struct exfiltration_entry *entries;
    struct slot_index index;
    struct lru lru;
};

static bool exfiltration_wants(const void *state, const struct detect_view *view);
static void exfiltration_grew(void *state, const struct detect_view *view);
static bool exfiltration_wants_end(const void *state, const struct detect_view *view);
static void exfiltration_end(void *state, const struct detect_view *view);
static bool find_asset(const struct exfiltration *x, const struct flow *flow,
                       unsigned *ret_end);
static bool is_sender(const struct flow *flow, unsigned end);
static struct exfiltration_entry *look_up(struct exfiltration *x,
                                          const struct detect_view *view, unsigned end);
static struct exfiltration_entry *find(const struct exfiltration *x,
                                       struct ip_address asset, struct ip_address peer,
                                       uint32_t hash);
static bool find_room(struct exfiltration *x, unsigned list, uint64_t time_ns,
                      struct counters *counters, uint32_t *ret_item);
static void begin_window(struct exfiltration_entry *entry, const struct detect_view *view);
static bool is_over(const struct exfiltration *x, const struct exfiltration_entry *entry,
                    uint64_t time_ns);
static void judge(const struct exfiltration *x, struct exfiltration_entry *entry,
                  uint64_t sent, uint64_t received, const struct detect_view *view,
                  unsigned end);

static void *
exfiltration_make(const struct detect_config *config, struct hash_seed seed)
{
    const struct exfiltration_config *c = &config->exfiltration;
    struct exfiltration *x;

    if (c->capacity == 0) {
        return NULL;
    }
    x = memory_zeroed(1, sizeof *x);
    x->config = *c;
    x->seed = seed;
    x->entries = memory_zeroed(c->capacity, sizeof x->entries[0]);
    slot_index_init(&x->index, c->capacity);
    lru_init(&x->lru, c->capacity, N_LISTS);
    return x;
}

static void
exfiltration_unmake(void *state)
{
    struct exfiltration *x = state;

    lru_fini(&x->lru);
    slot_index_fini(&x->index);
    free(x->entries);
    free(x);
}

const struct detector detector_exfiltration = {
    .name = "exfiltration",
    .make = exfiltration_make,
    .unmake = exfiltration_unmake,
    .events = FLOW_EVENT_GROWTH,
    .wants = exfiltration_wants,
    .flow = exfiltration_grew,
    .wants_end = exfiltration_wants_end,
    .end = exfiltration_end,
};

static bool
exfiltration_wants(const void *state, const struct detect_view *view)
{
    unsigned end;

    return find_asset(state, view->flow, &end) && is_sender(view->flow, end);
}

static void
exfiltration_grew(void *state, const struct detect_view *view)
{
    struct exfiltration *x = state;
    const struct flow_end *ends = view->flow->ends;
    unsigned end;

    if (find_asset(x, view->flow, &end) && is_sender(view->flow, end)) {
        struct exfiltration_entry *entry = look_up(x, view, end);

        judge(x, entry, entry->sent + ends[end].bytes,
              entry->received + ends[1 - end].bytes, view, end);
    }
}

static bool
exfiltration_wants_end(const void *state, const struct detect_view *view)
{
    unsigned end;

    return find_asset(state, view->flow, &end);
}

static void
exfiltration_end(void *state, const struct detect_view *view)
{
    struct exfiltration *x = state;
    const struct flow_end *ends = view->flow->ends;
    struct exfiltration_entry *entry;
    unsigned end;

    if (find_asset(x, view->flow, &end) && (entry = look_up(x, view, end)) != NULL) {
        entry->sent += ends[end].bytes;
        entry->received += ends[1 - end].bytes;
        if (is_sender(view->flow, end)) {
            judge(x, entry, entry->sent, entry->received, view, end);
        }
    }
}

/* Which end is the asset of a flow that counts. */
static bool
find_asset(const struct exfiltration *x, const struct flow *flow, unsigned *ret_end)
{
    if (flow->ends[0].bytes < x->config.flow_bytes &&
        flow->ends[1].bytes < x->config.flow_bytes) {
        return false;
    }
    for (unsigned end = 0; end < 2; end++) {
        if (flow->ends[end].range != 0 && is_outside(&flow->ends[1 - end]) &&
            (end == FLOW_INITIATOR ||
             service_set_has(&x->config.services, (enum service) flow->service))) {
            *ret_end = end;
            return true;
        }
    }
    return false;
}

static bool
is_sender(const struct flow *flow, unsigned end)
{
    return flow->ends[end].bytes > flow->ends[1 - end].bytes;
}

/* The pair's entry, made if need be, in a window that the time belongs to; NULL if there is
 * no room, which there is for a sender. */
static struct exfiltration_entry *
look_up(struct exfiltration *x, const struct detect_view *view, unsigned end)
{
    const struct ip_address asset = view->flow->ends[end].address;
    const struct ip_address other = view->flow->ends[1 - end].address;
    const struct ip_address peer = ip_is_v4(other) ? other : ip_mask(other, 64);
    const uint32_t hash = (uint32_t) hash_ip(x->seed, asset, hash_ip(x->seed, peer, 0));
    const uint8_t list = is_sender(view->flow, end) ? LIST_SENDS : LIST_RECEIVES;
    struct exfiltration_entry *entry = find(x, asset, peer, hash);
    uint32_t item;

    if (entry != NULL) {
        item = (uint32_t) (entry - x->entries);
        if (is_over(x, entry, view->time_ns)) {
            entry->list = list;
            entry->received = 0;
            begin_window(entry, view);
        } else if (entry->list < list) {
            entry->list = list;
            begin_window(entry, view);
        }
        lru_move(&x->lru, entry->list, item);
        return entry;
    }
    if (!find_room(x, list, view->time_ns, view->counters, &item)) {
        return NULL;
    }
    entry = &x->entries[item];
    *entry = (struct exfiltration_entry){
        .asset = asset, .peer = peer, .hash = hash, .list = list
    };
    begin_window(entry, view);
    slot_index_insert(&x->index, hash, item);
    lru_append(&x->lru, list, item);
    return entry;
}

static struct exfiltration_entry *
find(const struct exfiltration *x, struct ip_address asset, struct ip_address peer,
     uint32_t hash)
{
    struct slot_search search = slot_index_search(&x->index, hash);
    uint32_t item;

    while (slot_index_next(&x->index, &search, &item)) {
        struct exfiltration_entry *entry = &x->entries[item];

        if (ip_equal(entry->asset, asset) && ip_equal(entry->peer, peer)) {
            return entry;
        }
    }
    return NULL;
}

/* Takes the item for a new entry of 'list': pairs that only received give way first, unless
 * one that sent has not come back for longer than a window, and to those that sent only. */
static bool
find_room(struct exfiltration *x, unsigned list, uint64_t time_ns,
          struct counters *counters, uint32_t *ret_item)
{
    uint32_t item = lru_oldest(&x->lru, LIST_SENDS);

    if (x->n_used < x->config.capacity) {
        *ret_item = x->n_used++;
        return true;
    }
    if (lru_is_end(&x->lru, item) || !is_over(x, &x->entries[item], time_ns)) {
        const uint32_t receives = lru_oldest(&x->lru, LIST_RECEIVES);

        if (!lru_is_end(&x->lru, receives)) {
            item = receives;
        } else if (list == LIST_RECEIVES) {
            return false;
        } else {
            counter_inc(counters, COUNTER_CLASSIFY_EXFILTRATIONS_EVICTED);
        }
    }
    slot_index_remove(&x->index, x->entries[item].hash, item);
    lru_remove(&x->lru, item);
    *ret_item = item;
    return true;
}

static void
begin_window(struct exfiltration_entry *entry, const struct detect_view *view)
{
    entry->start_ns = view->time_ns;
    entry->since_ns = view->flow->first_ns;
    entry->sent = entry->told = 0;
}

/* Whether a time is not in the window, also because it is of another recording. */
static bool
is_over(const struct exfiltration *x, const struct exfiltration_entry *entry,
        uint64_t time_ns)
{
    const uint64_t distance_ns =
        time_ns > entry->start_ns ? time_ns - entry->start_ns : entry->start_ns - time_ns;

    return distance_ns > x->config.within_ns;
}

/* Told when it is enough, and then each time it has doubled. */
static void
judge(const struct exfiltration *x, struct exfiltration_entry *entry, uint64_t sent,
      uint64_t received, const struct detect_view *view, unsigned end)
{
    const uint64_t mb = sent / BYTES_PER_MB;
    struct observation *observation;
    char span[DURATION_TEXT_SIZE];

    if (sent < x->config.bytes || sent / x->config.ratio < received ||
        sent / 2 < entry->told) {
        return;
    }
    entry->told = sent;
    observation = observation_list_add(view->observations, OBSERVATION_EXFILTRATION,
                                       view->flow, view->time_ns);
    observation->asset_ends = 1U << end;
    observation->count = mb > UINT32_MAX ? UINT32_MAX : (uint32_t) mb;
    observation->since_ns = entry->since_ns;
    (void) snprintf(
        observation->detail, sizeof observation->detail,
        "%u MB sent and %llu MB received in %s", observation->count,
        (unsigned long long) (received / BYTES_PER_MB),
        span_format(view->time_ns > entry->since_ns ? view->time_ns - entry->since_ns : 0,
                    span));
}
