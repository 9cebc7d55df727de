#include "classify/flow_table.h"

#include <assert.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/inlining.h"
#include "base/memory.h"
#include "base/prefetch.h"
#include "base/timestamp.h"
#include "classify/flow_key.h"
#include "classify/flow_opening.h"
#include "classify/flow_report.h"
#include "classify/flow_tcp.h"
#include "classify/lru.h"
#include "classify/slot_index.h"

enum {
    LIST_FREE = N_FLOW_CLASSES, /* Besides those of the classes. */
    N_LISTS,
    ENDING_AHEAD = 2, /* So many flows of a table before one ends it is asked for. */
};

/* A connection that has ended keeps its entry for so long, for what trails in. */
#define OVER_TIMEOUT_NS (5 * NS_PER_SECOND)

#define NO_ITEM UINT32_MAX

#define NEVER_SEEN UINT64_MAX /* The entry is free. */

/* Three cache lines, of which a packet outside tunnels touches the first two. */
struct flow_entry {
    alignas(CACHE_LINE) uint64_t seen_ns; /* By the flow clock. */
    uint32_t number;                      /* Of the packet that began the flow. */
    uint8_t class; /* enum flow_class: that of the flow, and the list that it is in. */
    struct flow flow;
};

static_assert(sizeof(struct flow) == 144, "packed by hand");
static_assert(offsetof(struct flow_entry, flow.outer) == (size_t) 2 * CACHE_LINE, "layout");
static_assert(sizeof(struct flow_entry) == (size_t) 3 * CACHE_LINE, "layout");

struct flow_table {
    struct flow_config config;
    uint64_t timeout_ns[N_FLOW_CLASSES], active_timeout_ns;

    struct flow_entry *entries; /* That of item 0. */
    size_t stride;              /* Bytes from one item's to that of the next. */
    uint32_t *hashes; /* Of items; apart, so that slots are found without the entries. */
    struct slot_index index;
    struct lru lru;
    uint32_t n; /* Flows in progress. */
    uint32_t n_of_class[N_FLOW_CLASSES];
    uint32_t n_used; /* Entries ever used. */

    /* While all flows are being ended the links hold their order. */
    bool is_ending;
    uint32_t ending_at, n_ending;

    const struct sector_map *sectors; /* NULL: those that the ranges were of at first. */
    uint8_t map;                      /* Its number, in turn. */
};

static const enum counter evicted_counters[N_FLOW_CLASSES] = {
    [FLOW_CLASS_HALF_OPEN] = COUNTER_CLASSIFY_FLOWS_EVICTED_HALF_OPEN,
    [FLOW_CLASS_ONE_WAY] = COUNTER_CLASSIFY_FLOWS_EVICTED_ONE_WAY,
    [FLOW_CLASS_ANSWERED] = COUNTER_CLASSIFY_FLOWS_EVICTED_ANSWERED,
};

static struct flow_table *make(const struct flow_config *config, struct region *region);
static uint64_t timeout(uint64_t configured_ns);
static uint64_t smaller(uint64_t a, uint64_t b);
static void clear(struct flow_table *table);
static struct flow_entry *entry_of(const struct flow_table *table, uint32_t item);
static uint32_t find(const struct flow_table *table, const struct flow_key *key,
                     uint32_t hash, unsigned *ret_sender);
static bool end_if_other(struct flow_table *table, uint32_t item,
                         const struct critical_packet *packet, struct counters *counters,
                         struct flow_ended *ended);
static bool is_idle(const struct flow_table *table, const struct flow_entry *entry,
                    uint64_t now_ns);
SELDOM static void go_on(const struct flow_table *table, struct flow_entry *entry,
                         const struct critical_packet *critical, struct counters *counters,
                         struct flow_ended *ended);
static uint32_t start(struct flow_table *table, const struct critical_packet *packet,
                      const struct flow_key *key, struct counters *counters,
                      unsigned *ret_sender, struct flow_ended *ended);
SELDOM static void grow_index(struct flow_table *table);
static void begin(struct flow *flow, const struct packet *packet);
static uint32_t free_entry(struct flow_table *table, enum flow_class class,
                           struct counters *counters, struct flow_ended *ended);
static void prefetch_next(const struct flow_table *table);
static uint32_t next_free(const struct flow_table *table);
static uint32_t evict(struct flow_table *table, enum flow_class class,
                      struct counters *counters, struct flow_ended *ended);
static enum flow_class class_to_give_way(const struct flow_table *table,
                                         enum flow_class class);
static void prefetch_entry(const struct flow_table *table, uint32_t item);
static void fetch_after(const struct flow_table *table, uint32_t item);
static void end(struct flow_table *table, uint32_t item, enum flow_end_reason reason,
                struct flow_ended *ended);
static void report_end(const struct flow_table *table, struct flow *ret,
                       const struct flow *flow, enum flow_end_reason reason);
SELDOM static void look_up(const struct flow_table *table, struct flow *flow);
static struct flow *ended_place(struct flow_ended *ended, const struct flow *flow,
                                uint32_t hash);
static enum flow_end_reason reason_when_due(enum flow_class class);
static void count(struct flow *flow, const struct packet *packet, unsigned sender);
static void enlist(struct flow_table *table, struct flow_entry *entry, uint32_t item);
static void move(struct flow_table *table, struct flow_entry *entry, uint32_t item);
static unsigned answer_event(const struct flow *flow, const struct packet *packet);
static unsigned growth_event(const struct flow *flow);
static enum flow_class class_of(const struct flow *flow);
static enum flow_class class_of_opening(const struct flow_opening *opening,
                                        const struct packet *packet);
static int compare_links(const void *a, const void *b);

size_t
flow_table_size(const struct flow_config *config)
{
    return region_size(config->capacity * sizeof(struct flow_entry)) +
           region_size(config->capacity * sizeof(uint32_t)) +
           slot_index_size(config->capacity) + lru_size(config->capacity, N_LISTS);
}

void
flow_tables_new(const struct flow_config *config, unsigned n, struct region *region,
                struct flow_table *ret[])
{
    struct flow_entry *entries =
        region_take(region, n * region_size(config->capacity * sizeof *entries));

    for (unsigned i = 0; i < n; i++) {
        ret[i] = make(config, region);
        ret[i]->entries = &entries[i];
        ret[i]->stride = n * sizeof *entries;
    }
}

static struct flow_table *
make(const struct flow_config *config, struct region *region)
{
    struct flow_table *table = memory_zeroed(1, sizeof *table);

    assert(config->unanswered_capacity > 0);
    table->config = *config;
    table->active_timeout_ns = timeout(config->active_timeout_ns);
    for (enum flow_class class = 0; class < N_FLOW_CLASSES; class ++) {
        table->timeout_ns[class] = flow_class_timeout(config, class);
    }
    table->hashes = region_take(region, config->capacity * sizeof(uint32_t));
    slot_index_init_in(&table->index, config->capacity, config->unanswered_capacity,
                       region);
    lru_init_in(&table->lru, config->capacity, N_LISTS, region);
    return table;
}

uint64_t
flow_class_timeout(const struct flow_config *config, enum flow_class class)
{
    const uint64_t idle_ns = timeout(config->idle_timeout_ns);

    switch (class) {
    case FLOW_CLASS_OVER:
        return smaller(OVER_TIMEOUT_NS, idle_ns);
    case FLOW_CLASS_HALF_OPEN:
    case FLOW_CLASS_ONE_WAY:
        return timeout(config->half_open_timeout_ns);
    case FLOW_CLASS_ANSWERED:
    case N_FLOW_CLASSES:
        break;
    }
    return idle_ns;
}

void
flow_table_free(struct flow_table *table)
{
    free(table);
}

void
flow_table_fetch_slot(const struct flow_table *table, uint32_t hash)
{
    slot_index_prefetch(&table->index, hash);
}

void
flow_table_fetch_flow(const struct flow_table *table, uint32_t hash)
{
    struct slot_search search = slot_index_search(&table->index, hash);
    uint32_t item;

    if (slot_index_next(&table->index, &search, &item)) {
        prefetch_entry(table, item);
        prefetch_to_write(&table->lru.links[item]);
    }
}

void
flow_table_renew(struct flow_table *table, const struct sector_map *sectors)
{
    assert(!table->is_ending);
    table->sectors = sectors;
    table->map++;
    /* Where the numbers begin anew, none may be left of the time before. */
    for (uint32_t item = 0; table->map == 0 && item < table->n_used; item++) {
        look_up(table, &entry_of(table, item)->flow);
    }
}

struct flow *
flow_table_update(struct flow_table *table, const struct critical_packet *critical,
                  struct counters *counters, struct flow_ended *ended)
{
    const struct packet *packet = &critical->packet;
    const struct flow_key key = flow_key_of(packet, table->config.use_vlan);
    uint32_t item;
    struct flow_entry *entry;
    struct flow *flow;
    unsigned sender = FLOW_INITIATOR;
    bool is_new;

    assert(!table->is_ending);
    ended->n = 0;
    item = find(table, &key, critical->hash, &sender);
    if (item != NO_ITEM) {
        entry_of(table, item)->flow.events = 0;
        if (end_if_other(table, item, critical, counters, ended)) {
            item = NO_ITEM;
        }
    }
    is_new = item == NO_ITEM;
    if (is_new) {
        item = start(table, critical, &key, counters, &sender, ended);
    }
    entry = entry_of(table, item);
    flow = &entry->flow;
    flow->ends[sender].range = critical->source_range;
    flow->ends[1 - sender].range = critical->destination_range;
    flow->map = table->map;
    count(flow, packet, sender);

    entry->seen_ns = critical->clock_ns;
    if (is_new) {
        enlist(table, entry, item);
    } else {
        move(table, entry, item);
    }
    return flow;
}

/* A list is in the order of 'seen_ns', as the clock never goes back, so its first is the
 * first that is due. */
uint64_t
flow_table_due_ns(const struct flow_table *table, enum flow_class class)
{
    const uint32_t oldest = lru_oldest(&table->lru, class);

    return lru_is_end(&table->lru, oldest)
               ? UINT64_MAX
               : entry_of(table, oldest)->seen_ns + table->timeout_ns[class];
}

void
flow_table_end_oldest(struct flow_table *table, enum flow_class class,
                      struct flow_ended *ended)
{
    const uint32_t item = lru_oldest(&table->lru, class);

    fetch_after(table, item);
    end(table, item, reason_when_due(class), ended);
    lru_append(&table->lru, LIST_FREE, item);
}

void
flow_table_end_all(struct flow_table *table, uint32_t newest)
{
    struct lru_link *order = table->lru.links;
    uint32_t n = 0;

    assert(!table->is_ending);
    /* From here on nobody needs the lists: their links become the order of the flows. */
    for (uint32_t item = 0; item < table->n_used; item++) {
        const struct flow_entry *entry = entry_of(table, item);

        if (entry->seen_ns != NEVER_SEEN) {
            order[n++] =
                (struct lru_link){ .older = newest - entry->number, .newer = item };
        }
    }
    qsort(order, n, sizeof order[0], compare_links);
    table->is_ending = true;
    table->ending_at = 0;
    table->n_ending = n;
}

bool
flow_table_next_age(const struct flow_table *table, uint32_t *ret)
{
    if (!table->is_ending || table->ending_at == table->n_ending) {
        return false;
    }
    *ret = table->lru.links[table->ending_at].older;
    return true;
}

bool
flow_table_next_ended(struct flow_table *table, struct flow *ret)
{
    const struct flow_entry *entry;

    if (!table->is_ending) {
        return false;
    }
    if (table->ending_at == table->n_ending) {
        clear(table);
        return false;
    }
    if (table->ending_at + ENDING_AHEAD < table->n_ending) {
        prefetch_entry(table, table->lru.links[table->ending_at + ENDING_AHEAD].newer);
    }
    entry = entry_of(table, table->lru.links[table->ending_at++].newer);
    report_end(table, ret, &entry->flow, FLOW_END_FORCED);
    table->n_of_class[entry->class]--;
    table->n--;
    return true;
}

uint32_t
flow_table_n(const struct flow_table *table)
{
    return table->n;
}

uint32_t
flow_table_n_of(const struct flow_table *table, enum flow_class class)
{
    return table->n_of_class[class];
}

/* Half of the 584 years that fit is never. */
static uint64_t
timeout(uint64_t configured_ns)
{
    return configured_ns == 0 ? INT64_MAX : smaller(configured_ns, INT64_MAX);
}

static uint64_t
smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Empties the table after the last flow was handed out. */
static void
clear(struct flow_table *table)
{
    slot_index_clear(&table->index);
    lru_clear(&table->lru, N_LISTS);
    table->n = table->n_used = 0;
    table->is_ending = false;
}

static struct flow_entry *
entry_of(const struct flow_table *table, uint32_t item)
{
    char *entries = (char *) table->entries;

    return (struct flow_entry *) (void *) (entries + item * table->stride);
}

static uint32_t
find(const struct flow_table *table, const struct flow_key *key, uint32_t hash,
     unsigned *ret_sender)
{
    struct slot_search search = slot_index_search(&table->index, hash);
    uint32_t item;

    while (slot_index_next(&table->index, &search, &item)) {
        const struct flow *flow = &entry_of(table, item)->flow;

        if ((!table->config.use_vlan ||
             flow_vlans(flow->vlan, flow->vlan_inner) == key->vlans) &&
            flow_key_matches(key, flow, ret_sender)) {
            return item;
        }
    }
    return NO_ITEM;
}

/* Ends the flow of 'item', and returns true, if the packet belongs to another one of the
 * same ends. */
static bool
end_if_other(struct flow_table *table, uint32_t item,
             const struct critical_packet *critical, struct counters *counters,
             struct flow_ended *ended)
{
    const struct packet *packet = &critical->packet;
    struct flow_entry *entry = entry_of(table, item);

    if (is_idle(table, entry, packet->time_ns)) {
        end(table, item, reason_when_due(entry->class), ended);
        lru_append(&table->lru, LIST_FREE, item);
        return true;
    }
    if (flow_tcp_is_new(&entry->flow, packet->tcp_flags)) {
        end(table, item, FLOW_END_DETECTED, ended);
        lru_append(&table->lru, LIST_FREE, item);
        return true;
    }
    if (packet->time_ns > entry->flow.first_ns &&
        packet->time_ns - entry->flow.first_ns >= table->active_timeout_ns) {
        go_on(table, entry, critical, counters, ended);
    }
    return false;
}

/* Whether the flow is over at 'now_ns', a packet's time; one that is much older than the
 * flow's last is of another recording. */
static bool
is_idle(const struct flow_table *table, const struct flow_entry *entry, uint64_t now_ns)
{
    const uint64_t last_ns = entry->flow.last_ns;

    return now_ns >= last_ns ? now_ns - last_ns >= table->timeout_ns[entry->class]
                             : last_ns - now_ns >= table->timeout_ns[FLOW_CLASS_ANSWERED];
}

/* Reports a flow that is older than the active timeout, and lets it go on: its ends, its
 * state and what was recognised stay known. */
static void
go_on(const struct flow_table *table, struct flow_entry *entry,
      const struct critical_packet *critical, struct counters *counters,
      struct flow_ended *ended)
{
    struct flow *flow = &entry->flow;

    report_end(table, ended_place(ended, NULL, 0), flow, FLOW_END_ACTIVE_TIMEOUT);
    for (unsigned i = 0; i < 2; i++) {
        flow->ends[i].packets = 0;
        flow->ends[i].bytes = 0;
    }
    flow->first_ns = flow->last_ns = critical->packet.time_ns;
    flow->is_continued = true;
    flow->events = FLOW_EVENT_START;
    entry->number = (uint32_t) critical->order;
    counter_inc(counters, COUNTER_CLASSIFY_FLOWS);
}

static uint32_t
start(struct flow_table *table, const struct critical_packet *critical,
      const struct flow_key *key, struct counters *counters, unsigned *ret_sender,
      struct flow_ended *ended)
{
    const struct packet *packet = &critical->packet;
    const struct flow_opening opening = flow_opening_of(packet, key);
    const unsigned sender = opening.by_responder ? FLOW_RESPONDER : FLOW_INITIATOR;
    const enum flow_class class = class_of_opening(&opening, packet);
    const uint32_t item = free_entry(table, class, counters, ended);
    struct flow_entry *entry = entry_of(table, item);
    struct flow *flow = &entry->flow;

    counter_inc(counters, COUNTER_CLASSIFY_FLOWS);
    table->hashes[item] = critical->hash;
    entry->number = (uint32_t) critical->order;
    begin(flow, packet);
    flow->ends[sender].address = key->source;
    flow->ends[sender].port = key->source_port;
    flow->ends[1 - sender].address = key->destination;
    flow->ends[1 - sender].port = key->destination_port;
    flow->protocol = key->protocol;
    flow->tcp_state = opening.tcp_state;
    flow->initiator_is_guess = opening.is_guess;
    flow->tunnel = packet->tunnel;
    if (packet->tunnel != TUNNEL_NONE) {
        flow->outer[0] = packet->outer.source;
        flow->outer[1] = packet->outer.destination;
    }
    if (slot_index_is_full(&table->index, table->n)) {
        grow_index(table);
    }
    slot_index_insert(&table->index, critical->hash, item);
    table->n++;
    *ret_sender = sender;
    return item;
}

/* Makes the index larger: all flows find new slots. */
static void
grow_index(struct flow_table *table)
{
    slot_index_grow(&table->index);
    for (enum flow_class class = 0; class < N_FLOW_CLASSES; class ++) {
        for (uint32_t item = lru_oldest(&table->lru, class); !lru_is_end(&table->lru, item);
             item = lru_newer(&table->lru, item)) {
            slot_index_insert(&table->index, table->hashes[item], item);
        }
    }
}

/* Sets what every flow begins with; member by member, which takes less than to zero a whole
 * flow first. */
static void
begin(struct flow *flow, const struct packet *packet)
{
    for (unsigned i = 0; i < 2; i++) {
        flow->ends[i].range = 0;
        flow->ends[i].tcp_flags = 0;
        flow->ends[i].has_data = false;
        flow->ends[i].packets = 0;
        flow->ends[i].bytes = 0;
    }
    flow->first_ns = flow->last_ns = packet->time_ns;
    flow->vlan = packet->n_vlans > 0 ? packet->vlan[0] : 0;
    flow->vlan_inner = packet->n_vlans > 1 ? packet->vlan[1] : 0;
    flow->interface = packet->interface;
    flow->end_reason = FLOW_END_NONE;
    flow->events = FLOW_EVENT_START;
    flow->service = SERVICE_NONE;
    flow->evidence = EVIDENCE_RANGE_ONLY;
    flow->inspection = 0;
    flow->is_continued = false;
}

/* An entry that is in no list: one that was used lately if there is any. */
static uint32_t
free_entry(struct flow_table *table, enum flow_class class, struct counters *counters,
           struct flow_ended *ended)
{
    const enum flow_class to_give_way = class_to_give_way(table, class);
    uint32_t item;

    if (to_give_way != N_FLOW_CLASSES) {
        return evict(table, to_give_way, counters, ended);
    }
    item = next_free(table);
    if (item == table->n_used) {
        table->n_used++;
    } else {
        lru_remove(&table->lru, item);
    }
    prefetch_next(table);
    return item;
}

/* Asks for the entry of the next flow that begins, unless one gives way to it. */
static void
prefetch_next(const struct flow_table *table)
{
    const uint32_t next = next_free(table);

    if (next < table->config.capacity) {
        prefetch_entry(table, next);
    }
}

static uint32_t
next_free(const struct flow_table *table)
{
    const uint32_t item = lru_newest(&table->lru, LIST_FREE);

    return lru_is_end(&table->lru, item) ? table->n_used : item;
}

/* Ends the flow of 'class' that gives way to a new one.  Returns its entry. */
static uint32_t
evict(struct flow_table *table, enum flow_class class, struct counters *counters,
      struct flow_ended *ended)
{
    const uint32_t victim = lru_oldest(&table->lru, class);

    fetch_after(table, victim);
    if (class == FLOW_CLASS_OVER) {
        end(table, victim, FLOW_END_DETECTED, ended);
    } else {
        counter_inc(counters, evicted_counters[class]);
        end(table, victim, FLOW_END_LACK_OF_RESOURCES, ended);
    }
    return victim;
}

/* The class whose oldest flow gives way to one of 'class' that starts; N_FLOW_CLASSES if
 * there is room. */
static enum flow_class
class_to_give_way(const struct flow_table *table, enum flow_class class)
{
    if (table->n < table->config.capacity) {
        return table->n_of_class[class] < table->config.unanswered_capacity ? N_FLOW_CLASSES
                                                                            : class;
    }
    for (class = 0; table->n_of_class[class] == 0;) {
        class ++;
    }
    return class;
}

/* The two lines of an entry that most packets touch. */
static void
prefetch_entry(const struct flow_table *table, uint32_t item)
{
    const char *entry = (const char *) entry_of(table, item);

    prefetch_to_write(entry);
    prefetch_to_write(entry + CACHE_LINE);
}

/* Asks for what ending the flow will need that comes after the next one in the list of
 * 'item', which is about to end: so will that, soon, if this is a flood; and for the slot
 * of the next one, whose hash was asked for before.  What is asked for much earlier does
 * not stay at hand. */
static void
fetch_after(const struct flow_table *table, uint32_t item)
{
    const uint32_t next = lru_newer(&table->lru, item);
    uint32_t after;

    if (lru_is_end(&table->lru, next)) {
        return;
    }
    slot_index_prefetch(&table->index, table->hashes[next]);
    after = lru_newer(&table->lru, next);
    if (!lru_is_end(&table->lru, after)) {
        prefetch_to_write(&table->hashes[after]);
        prefetch_entry(table, after);
        prefetch_to_write(&table->lru.links[after]);
    }
}

/* Ends a flow, whose entry is in no list then. */
static void
end(struct flow_table *table, uint32_t item, enum flow_end_reason reason,
    struct flow_ended *ended)
{
    struct flow_entry *entry = entry_of(table, item);
    const uint32_t hash = table->hashes[item];

    report_end(table, ended_place(ended, &entry->flow, hash), &entry->flow, reason);
    slot_index_remove(&table->index, hash, item);
    lru_remove(&table->lru, item);
    entry->seen_ns = NEVER_SEEN;
    table->n_of_class[entry->class]--;
    table->n--;
}

static void
report_end(const struct flow_table *table, struct flow *ret, const struct flow *flow,
           enum flow_end_reason reason)
{
    flow_copy(ret, flow);
    if (flow->map != table->map) {
        look_up(table, ret);
    }
    ret->end_reason = (uint8_t) reason;
    ret->events = 0;
}

/* Finds the ranges of both ends in the sector map in use. */
static void
look_up(const struct flow_table *table, struct flow *flow)
{
    for (unsigned i = 0; i < 2; i++) {
        flow->ends[i].range = sector_map_lookup(table->sectors, flow->ends[i].address);
    }
    flow->map = table->map;
}

static struct flow *
ended_place(struct flow_ended *ended, const struct flow *flow, uint32_t hash)
{
    const unsigned i = ended->n++;

    assert(i < FLOW_ENDED_MAX);
    ended->flows[i] = flow;
    ended->hashes[i] = hash;
    return &ended->reports[i].flow;
}

static enum flow_end_reason reason_when_due(enum flow_class class)
{
    return class == FLOW_CLASS_OVER ? FLOW_END_DETECTED : FLOW_END_IDLE_TIMEOUT;
}

static void
count(struct flow *flow, const struct packet *packet, unsigned sender)
{
    struct flow_end *end = &flow->ends[sender];

    if (sender == FLOW_RESPONDER) {
        flow->events |= (uint8_t) answer_event(flow, packet);
    }
    if (packet->payload_len > 0) {
        flow->events |= flow_has_data(flow) ? 0 : FLOW_EVENT_DATA;
        end->has_data = true;
    }
    end->packets++;
    flow->events |= (uint8_t) growth_event(flow);
    end->bytes += packet->wire_bytes;
    end->tcp_flags |= packet->tcp_flags;
    flow->first_ns = smaller(flow->first_ns, packet->time_ns);
    if (packet->time_ns > flow->last_ns) {
        flow->last_ns = packet->time_ns;
    }
    if (flow->protocol == IP_PROTOCOL_TCP && packet->has_transport) {
        flow_tcp_update(flow, sender, packet->tcp_flags);
    }
}

/* Makes a flow, which is in no list yet, the one of its class that was seen last. */
static void
enlist(struct flow_table *table, struct flow_entry *entry, uint32_t item)
{
    const enum flow_class class = class_of(&entry->flow);

    table->n_of_class[class]++;
    entry->class = (uint8_t) class;
    lru_append(&table->lru, class, item);
}

/* The same of a flow that is in a list; its class may be another now. */
static void
move(struct flow_table *table, struct flow_entry *entry, uint32_t item)
{
    const enum flow_class class = class_of(&entry->flow);

    table->n_of_class[entry->class]--;
    table->n_of_class[class]++;
    entry->class = (uint8_t) class;
    lru_move(&table->lru, class, item);
}

/* What a packet of the responder means, if it is the first of its kind.  A client that was
 * refused may try again and be answered. */
static unsigned
answer_event(const struct flow *flow, const struct packet *packet)
{
    const struct flow_end *responder = &flow->ends[FLOW_RESPONDER];
    const bool is_first = responder->packets == 0;

    if (is_first && flow_opening_is_refusal(packet)) {
        return FLOW_EVENT_REFUSED;
    }
    if (is_first || ((responder->tcp_flags & (TCP_RST | TCP_SYN)) == TCP_RST &&
                     (packet->tcp_flags & TCP_SYN) != 0)) {
        return FLOW_EVENT_ANSWER;
    }
    return 0;
}

static unsigned
growth_event(const struct flow *flow)
{
    const uint64_t n =
        flow->ends[FLOW_INITIATOR].packets + flow->ends[FLOW_RESPONDER].packets;

    return n % FLOW_GROWTH == 0 ? FLOW_EVENT_GROWTH : 0;
}

static enum flow_class
class_of(const struct flow *flow)
{
    if (flow_tcp_is_over(flow)) {
        return FLOW_CLASS_OVER;
    }
    if (flow_tcp_is_half_open(flow)) {
        return FLOW_CLASS_HALF_OPEN;
    }
    /* What has lasted for the active timeout is not of a flood. */
    return flow_is_one_way(flow) && !flow->is_continued ? FLOW_CLASS_ONE_WAY
                                                        : FLOW_CLASS_ANSWERED;
}

/* The class of a flow as long as nothing comes after the packet that opened it. */
static enum flow_class
class_of_opening(const struct flow_opening *opening, const struct packet *packet)
{
    if ((packet->tcp_flags & TCP_RST) != 0) {
        return FLOW_CLASS_OVER;
    }
    return opening->tcp_state == TCP_STATE_HALF_OPEN ||
                   opening->tcp_state == TCP_STATE_OPENED
               ? FLOW_CLASS_HALF_OPEN
               : FLOW_CLASS_ONE_WAY;
}

/* The oldest flow first. */
static int
compare_links(const void *a, const void *b)
{
    const struct lru_link *x = a, *y = b;

    return (x->older < y->older) - (x->older > y->older);
}
