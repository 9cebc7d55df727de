#include "classify/flow_table.h"

#include <assert.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "classify/flow_key.h"
#include "classify/flow_opening.h"
#include "classify/flow_tcp.h"
#include "classify/lru.h"
#include "classify/slot_index.h"

/* The lists that flows are in, in the order in which they give way. */
enum flow_class {
    CLASS_OVER,
    CLASS_HALF_OPEN,
    CLASS_ONE_WAY,
    CLASS_ANSWERED,
    N_CLASSES,
    CLASS_NONE = N_CLASSES, /* The list of free entries. */
    N_LISTS,
};

enum {
    CACHE_LINE = 64,
    EXPIRE_PER_PACKET = 2, /* A packet begins one flow at most, so this keeps up. */
    VICTIMS_AHEAD = 4,
    BEHIND_MAX = 64, /* So many packets in a row set the clock back. */
    NUMBER_BITS = 29,
    NUMBER_MAX = (1 << NUMBER_BITS) - 1,
};

#define HUGE_PAGE_SIZE ((uintptr_t) 2 << 20)

/* A connection that has ended keeps its entry for so long, for what trails in. */
#define OVER_TIMEOUT_NS (5 * NS_PER_SECOND)

/* Three cache lines, of which a packet outside tunnels touches the first two. */
struct flow_entry {
    alignas(CACHE_LINE) uint64_t seen_ns; /* By the table's clock. */
    uint32_t hash;
    uint32_t number : NUMBER_BITS; /* Of the flow, counted from 1; 0: free. */
    uint32_t class : 3;            /* enum flow_class. */
    struct flow flow;
};

static_assert(sizeof(struct flow) == 144, "packed by hand");
static_assert(offsetof(struct flow_entry, flow.outer) == (size_t) 2 * CACHE_LINE, "layout");
static_assert(sizeof(struct flow_entry) == (size_t) 3 * CACHE_LINE, "layout");

struct flow_table {
    struct flow_config config;
    struct hash_seed seed;
    uint64_t timeout_ns[N_CLASSES], active_timeout_ns;

    void *memory; /* What 'entries' is aligned in. */
    struct flow_entry *entries;
    struct slot_index index;
    struct lru lru;
    uint32_t n;       /* Flows in progress. */
    uint32_t n_used;  /* Entries ever used. */
    uint32_t counter; /* Number of the newest flow. */

    /* Hash of the packet prefetched last.  Nobody reads it: GCC takes a function that does
     * nothing but prefetch for one without effect, and leaves calls of it out. */
    uint32_t prefetched;

    /* The clock goes with the packets' time plus 'offset_ns', but never back. */
    uint64_t clock_ns, offset_ns;
    uint64_t due_ns[N_CLASSES]; /* Nothing in the list is due before. */
    unsigned n_behind;          /* Packets in a row that were far behind it. */
    bool is_clock_set;

    /* While all flows are being ended the links hold their order. */
    bool is_ending;
    uint32_t ending_at, n_ending;

    uint32_t ended_first, n_ended;
    struct flow ended[FLOW_ENDED_MAX];
};

static const enum counter evicted_counters[N_CLASSES] = {
    [CLASS_HALF_OPEN] = COUNTER_CLASSIFY_FLOWS_EVICTED_HALF_OPEN,
    [CLASS_ONE_WAY] = COUNTER_CLASSIFY_FLOWS_EVICTED_ONE_WAY,
    [CLASS_ANSWERED] = COUNTER_CLASSIFY_FLOWS_EVICTED_ANSWERED,
};

static uint64_t timeout(uint64_t configured_ns);
static uint64_t smaller(uint64_t a, uint64_t b);
static void allocate_entries(struct flow_table *table);
static void advise_huge_pages(void *memory, size_t size);
static void clear(struct flow_table *table);
static bool advance_clock(struct flow_table *table, uint64_t now_ns);
static void follow_clock(struct flow_table *table, uint64_t now_ns,
                         struct counters *counters);
static void end_due(struct flow_table *table, unsigned max, struct counters *counters);
static bool has_due(struct flow_table *table, enum flow_class class);
static bool has_room_for_ended(const struct flow_table *table);
static struct flow_entry *find(struct flow_table *table, const struct flow_key *key,
                               uint32_t hash, unsigned *ret_sender);
static struct flow_entry *end_if_other(struct flow_table *table, struct flow_entry *entry,
                                       const struct packet *packet,
                                       struct counters *counters);
static bool is_idle(const struct flow_table *table, const struct flow_entry *entry,
                    uint64_t now_ns);
static void go_on(struct flow_table *table, struct flow_entry *entry,
                  const struct packet *packet, struct counters *counters);
static struct flow_entry *start(struct flow_table *table, const struct packet *packet,
                                const struct flow_key *key, uint32_t hash,
                                struct counters *counters, unsigned *ret_sender);
static uint32_t next_number(struct flow_table *table, struct counters *counters);
static uint32_t free_entry(struct flow_table *table, struct counters *counters);
static void evict(struct flow_table *table, struct counters *counters);
static uint32_t choose_victim(const struct flow_table *table, enum flow_class class);
static inline void prefetch_entry(const struct flow_table *table, uint32_t item);
static void end(struct flow_table *table, uint32_t item, enum flow_end_reason reason,
                struct counters *counters);
static void list_ended(struct flow_table *table, const struct flow *flow,
                       enum flow_end_reason reason, struct counters *counters);
static void count(struct flow *flow, const struct packet *packet, unsigned sender);
static unsigned answer_event(const struct flow *flow, const struct packet *packet);
static enum flow_class class_of(const struct flow *flow);
static void copy_flow(struct flow *to, const struct flow *from);
static int compare_links(const void *a, const void *b);

struct flow_table *
flow_table_new(const struct flow_config *config, struct hash_seed seed)
{
    struct flow_table *table = memory_zeroed(1, sizeof *table);

    table->config = *config;
    table->seed = seed;
    table->active_timeout_ns = timeout(config->active_timeout_ns);
    table->timeout_ns[CLASS_OVER] =
        smaller(OVER_TIMEOUT_NS, timeout(config->idle_timeout_ns));
    table->timeout_ns[CLASS_HALF_OPEN] = timeout(config->half_open_timeout_ns);
    table->timeout_ns[CLASS_ONE_WAY] = timeout(config->half_open_timeout_ns);
    table->timeout_ns[CLASS_ANSWERED] = timeout(config->idle_timeout_ns);
    allocate_entries(table);
    slot_index_init(&table->index, config->capacity);
    advise_huge_pages(table->index.slots,
                      ((size_t) table->index.mask + 1) * sizeof(struct slot));
    lru_init(&table->lru, config->capacity, N_LISTS);
    return table;
}

void
flow_table_free(struct flow_table *table)
{
    if (table == NULL) {
        return;
    }
    lru_fini(&table->lru);
    slot_index_fini(&table->index);
    free(table->memory);
    free(table);
}

void
flow_table_prefetch(struct flow_table *table, const struct packet *packet)
{
    const struct flow_key key = flow_key_of(packet, table->config.use_vlan);

    table->prefetched = flow_key_hash(&key, table->seed);
    slot_index_prefetch(&table->index, table->prefetched);
}

void
flow_table_prefetch_flow(struct flow_table *table, const struct packet *packet)
{
    const struct flow_key key = flow_key_of(packet, table->config.use_vlan);
    const uint32_t hash = flow_key_hash(&key, table->seed);
    const struct slot_index *index = &table->index;

    table->prefetched = hash;
    for (uint32_t at = slot_index_first(index, hash); index->slots[at].item_plus_1 != 0;
         at = slot_index_next(index, at)) {
        if (index->slots[at].hash == hash) {
            prefetch_entry(table, index->slots[at].item_plus_1 - 1);
            __builtin_prefetch(&table->lru.links[index->slots[at].item_plus_1 - 1], 1);
            return;
        }
    }
}

struct flow *
flow_table_update(struct flow_table *table, const struct packet *packet,
                  range_id source_range, range_id destination_range,
                  struct counters *counters)
{
    const struct flow_key key = flow_key_of(packet, table->config.use_vlan);
    const uint32_t hash = flow_key_hash(&key, table->seed);
    struct flow_entry *entry;
    struct flow *flow;
    unsigned sender = FLOW_INITIATOR;

    assert(!table->is_ending);
    follow_clock(table, packet->time_ns, counters);
    end_due(table, EXPIRE_PER_PACKET, counters);

    entry = find(table, &key, hash, &sender);
    if (entry != NULL) {
        entry->flow.events = 0;
        entry = end_if_other(table, entry, packet, counters);
    }
    if (entry == NULL) {
        entry = start(table, packet, &key, hash, counters, &sender);
    }
    flow = &entry->flow;
    flow->ends[sender].range = source_range;
    flow->ends[1 - sender].range = destination_range;
    count(flow, packet, sender);

    entry->seen_ns = table->clock_ns;
    entry->class = class_of(flow);
    lru_move(&table->lru, entry->class, (uint32_t) (entry - table->entries));
    return flow;
}

void
flow_table_expire(struct flow_table *table, uint64_t now_ns, struct counters *counters)
{
    if (!table->is_ending && advance_clock(table, now_ns)) {
        end_due(table, FLOW_ENDED_MAX, counters);
    }
}

void
flow_table_end_all(struct flow_table *table, struct counters *counters)
{
    struct lru_link *order = table->lru.links;
    uint32_t n = 0;

    (void) counters;
    assert(!table->is_ending);
    /* From here on nobody needs the lists: their links become the order of the flows. */
    for (uint32_t item = 0; item < table->n_used; item++) {
        const struct flow_entry *entry = &table->entries[item];

        if (entry->number != 0) {
            const uint32_t younger = (table->counter - entry->number) & NUMBER_MAX;

            order[n++] = (struct lru_link){ .older = younger, .newer = item };
        }
    }
    qsort(order, n, sizeof order[0], compare_links);
    table->is_ending = true;
    table->ending_at = 0;
    table->n_ending = n;
}

bool
flow_table_next_ended(struct flow_table *table, struct flow *ret)
{
    if (table->n_ended > 0) {
        copy_flow(ret, &table->ended[table->ended_first++]);
        if (--table->n_ended == 0) {
            table->ended_first = 0;
        }
        return true;
    }
    if (!table->is_ending) {
        return false;
    }
    if (table->ending_at == table->n_ending) {
        clear(table);
        return false;
    }
    copy_flow(ret, &table->entries[table->lru.links[table->ending_at++].newer].flow);
    ret->end_reason = FLOW_END_FORCED;
    ret->events = 0;
    table->n--;
    return true;
}

uint32_t
flow_table_n(const struct flow_table *table)
{
    return table->n;
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

/* Zeroed memory from calloc() is not touched before it is used. */
static void
allocate_entries(struct flow_table *table)
{
    const size_t size = (size_t) table->config.capacity * sizeof(struct flow_entry);
    char *memory = memory_zeroed(size + CACHE_LINE, 1);
    const size_t over = (uintptr_t) memory % CACHE_LINE;

    table->memory = memory;
    memory += over == 0 ? 0 : CACHE_LINE - over;
    table->entries = (struct flow_entry *) (void *) memory;
    advise_huge_pages(memory, size);
}

/* Asks for large pages: most packets of a flood touch memory that nothing touched lately,
 * and looking up its page costs as much as fetching it.  Only a hint: works without. */
static void
advise_huge_pages(void *memory, size_t size)
{
    const uintptr_t first = (uintptr_t) memory;
    const uintptr_t begin = (first + HUGE_PAGE_SIZE - 1) & ~(HUGE_PAGE_SIZE - 1);
    const uintptr_t last = (first + size) & ~(HUGE_PAGE_SIZE - 1);

    if (begin < last) {
        (void) madvise((char *) memory + (begin - first), last - begin, MADV_HUGEPAGE);
    }
}

/* Empties the table after the last flow was handed out. */
static void
clear(struct flow_table *table)
{
    for (uint32_t item = 0; item < table->n_used; item++) {
        table->entries[item].number = 0;
    }
    memset(table->index.slots, 0, ((size_t) table->index.mask + 1) * sizeof(struct slot));
    lru_clear(&table->lru, N_LISTS);
    memset(table->due_ns, 0, sizeof table->due_ns);
    table->n = table->n_used = table->counter = 0;
    table->is_clock_set = table->is_ending = false;
    table->n_behind = 0;
}

/* Sets the clock forward to 'now_ns'; returns false if that would be back. */
static bool
advance_clock(struct flow_table *table, uint64_t now_ns)
{
    if (!table->is_clock_set) {
        table->is_clock_set = true;
        table->offset_ns = 0;
        table->clock_ns = now_ns;
        return true;
    }
    /* Modulo 2^64: 'offset_ns' may stand for a negative number. */
    if (now_ns + table->offset_ns - table->clock_ns > (uint64_t) INT64_MAX) {
        return false;
    }
    table->clock_ns = now_ns + table->offset_ns;
    return true;
}

static void
follow_clock(struct flow_table *table, uint64_t now_ns, struct counters *counters)
{
    uint64_t behind_ns;

    if (advance_clock(table, now_ns)) {
        table->n_behind = 0;
        return;
    }
    counter_inc(counters, COUNTER_CLASSIFY_TIME_BACKWARD);
    behind_ns = table->clock_ns - (now_ns + table->offset_ns);
    if (behind_ns < table->timeout_ns[CLASS_ANSWERED]) {
        table->n_behind = 0;
    } else if (++table->n_behind == BEHIND_MAX) {
        table->offset_ns += behind_ns;
        table->n_behind = 0;
        counter_inc(counters, COUNTER_CLASSIFY_TIME_SET_BACK);
    }
}

/* Ends up to 'max' flows of each list that are due, as long as there is room to list them.
 */
static void
end_due(struct flow_table *table, unsigned max, struct counters *counters)
{
    for (enum flow_class class = 0; class < N_CLASSES; class ++) {
        for (unsigned n = 0; n < max && has_due(table, class); n++) {
            if (!has_room_for_ended(table)) {
                return;
            }
            end(table, lru_oldest(&table->lru, class),
                class == CLASS_OVER ? FLOW_END_DETECTED : FLOW_END_IDLE_TIMEOUT, counters);
        }
    }
}

/* Whether the time of the oldest flow of a list has come.  A list is in the order of
 * 'seen_ns', as the clock never goes back, so the time when the oldest is due is the first
 * when any is: until then the list is not looked at again. */
static bool
has_due(struct flow_table *table, enum flow_class class)
{
    uint32_t oldest;
    uint64_t seen_ns;

    if (table->clock_ns < table->due_ns[class]) {
        return false;
    }
    oldest = lru_oldest(&table->lru, class);
    seen_ns =
        lru_is_end(&table->lru, oldest) ? table->clock_ns : table->entries[oldest].seen_ns;
    table->due_ns[class] = seen_ns + table->timeout_ns[class];
    return table->due_ns[class] <= table->clock_ns;
}

static bool
has_room_for_ended(const struct flow_table *table)
{
    return table->ended_first + table->n_ended < FLOW_ENDED_MAX;
}

static struct flow_entry *
find(struct flow_table *table, const struct flow_key *key, uint32_t hash,
     unsigned *ret_sender)
{
    const struct slot_index *index = &table->index;

    for (uint32_t at = slot_index_first(index, hash); index->slots[at].item_plus_1 != 0;
         at = slot_index_next(index, at)) {
        struct flow_entry *entry = &table->entries[index->slots[at].item_plus_1 - 1];

        if (index->slots[at].hash == hash &&
            (!table->config.use_vlan || (entry->flow.vlan == key->vlan &&
                                         entry->flow.vlan_inner == key->vlan_inner)) &&
            flow_key_matches(key, &entry->flow, ret_sender)) {
            return entry;
        }
    }
    return NULL;
}

/* Ends the flow if 'packet' belongs to another one of the same ends, and returns NULL then.
 */
static struct flow_entry *
end_if_other(struct flow_table *table, struct flow_entry *entry,
             const struct packet *packet, struct counters *counters)
{
    const uint32_t item = (uint32_t) (entry - table->entries);

    if (is_idle(table, entry, packet->time_ns)) {
        end(table, item,
            entry->class == CLASS_OVER ? FLOW_END_DETECTED : FLOW_END_IDLE_TIMEOUT,
            counters);
        return NULL;
    }
    if (flow_tcp_is_new(&entry->flow, packet->tcp_flags)) {
        end(table, item, FLOW_END_DETECTED, counters);
        return NULL;
    }
    if (packet->time_ns > entry->flow.first_ns &&
        packet->time_ns - entry->flow.first_ns >= table->active_timeout_ns) {
        go_on(table, entry, packet, counters);
    }
    return entry;
}

/* Whether the flow is over at 'now_ns', a packet's time; one that is much older than the
 * flow's last is of another recording. */
static bool
is_idle(const struct flow_table *table, const struct flow_entry *entry, uint64_t now_ns)
{
    const uint64_t last_ns = entry->flow.last_ns;

    return now_ns >= last_ns ? now_ns - last_ns >= table->timeout_ns[entry->class]
                             : last_ns - now_ns >= table->timeout_ns[CLASS_ANSWERED];
}

/* Reports a flow that is older than the active timeout, and lets it go on: its ends, its
 * state and what was recognised stay known. */
static void
go_on(struct flow_table *table, struct flow_entry *entry, const struct packet *packet,
      struct counters *counters)
{
    struct flow *flow = &entry->flow;

    list_ended(table, flow, FLOW_END_ACTIVE_TIMEOUT, counters);
    for (unsigned i = 0; i < 2; i++) {
        flow->ends[i].packets = 0;
        flow->ends[i].bytes = 0;
    }
    flow->first_ns = flow->last_ns = packet->time_ns;
    flow->is_continued = true;
    flow->events = FLOW_EVENT_START;
    entry->number = next_number(table, counters) & NUMBER_MAX;
}

static struct flow_entry *
start(struct flow_table *table, const struct packet *packet, const struct flow_key *key,
      uint32_t hash, struct counters *counters, unsigned *ret_sender)
{
    const struct flow_opening opening = flow_opening_of(packet, key);
    const unsigned sender = opening.by_responder ? FLOW_RESPONDER : FLOW_INITIATOR;
    const uint32_t item = free_entry(table, counters);
    struct flow_entry *entry = &table->entries[item];
    struct flow *flow = &entry->flow;

    entry->hash = hash;
    entry->number = next_number(table, counters) & NUMBER_MAX;
    memset(flow, 0, offsetof(struct flow, outer));
    flow->ends[sender].address = key->source;
    flow->ends[sender].port = key->source_port;
    flow->ends[1 - sender].address = key->destination;
    flow->ends[1 - sender].port = key->destination_port;
    flow->first_ns = flow->last_ns = packet->time_ns;
    flow->vlan = packet->n_vlans > 0 ? packet->vlan[0] : 0;
    flow->vlan_inner = packet->n_vlans > 1 ? packet->vlan[1] : 0;
    flow->interface = packet->interface;
    flow->protocol = key->protocol;
    flow->tcp_state = opening.tcp_state;
    flow->initiator_is_guess = opening.is_guess;
    flow->events = FLOW_EVENT_START;
    flow->tunnel = packet->tunnel;
    if (packet->tunnel != TUNNEL_NONE) {
        flow->outer[0] = packet->outer.source;
        flow->outer[1] = packet->outer.destination;
    }
    slot_index_insert(&table->index, hash, item);
    lru_append(&table->lru, class_of(flow), item);
    table->n++;
    *ret_sender = sender;
    return entry;
}

/* Numbers tell the order in which flows began; 0 is left out as it means none. */
static uint32_t
next_number(struct flow_table *table, struct counters *counters)
{
    counter_inc(counters, COUNTER_CLASSIFY_FLOWS);
    table->counter = (table->counter + 1) & NUMBER_MAX;
    if (table->counter == 0) {
        table->counter = 1;
    }
    return table->counter;
}

/* An entry that is in no list: one that was used lately if there is any. */
static uint32_t
free_entry(struct flow_table *table, struct counters *counters)
{
    uint32_t item;

    if (table->n == table->config.capacity) {
        evict(table, counters);
    }
    item = lru_newest(&table->lru, CLASS_NONE);
    if (lru_is_end(&table->lru, item)) {
        return table->n_used++;
    }
    lru_remove(&table->lru, item);
    return item;
}

static void
evict(struct flow_table *table, struct counters *counters)
{
    for (enum flow_class class = 0; class < N_CLASSES; class ++) {
        const uint32_t victim = choose_victim(table, class);

        if (lru_is_end(&table->lru, victim)) {
            continue;
        }
        if (class == CLASS_OVER) {
            end(table, victim, FLOW_END_DETECTED, counters);
        } else {
            counter_inc(counters, evicted_counters[class]);
            end(table, victim, FLOW_END_LACK_OF_RESOURCES, counters);
        }
        return;
    }
}

/* The oldest flow of the list.  In a flood every packet costs a flow, and who is next is
 * known: fetches the entry of one that comes some packets later, and the slot of one before
 * that, whose entry is here by now. */
static uint32_t
choose_victim(const struct flow_table *table, enum flow_class class)
{
    const uint32_t victim = lru_oldest(&table->lru, class);
    uint32_t item = victim;

    for (unsigned i = 0; i < 2 * VICTIMS_AHEAD && !lru_is_end(&table->lru, item); i++) {
        if (i == VICTIMS_AHEAD) {
            slot_index_prefetch(&table->index, table->entries[item].hash);
        }
        item = lru_newer(&table->lru, item);
    }
    if (!lru_is_end(&table->lru, item)) {
        prefetch_entry(table, item);
    }
    return victim;
}

/* The two lines of an entry that most packets touch. */
static inline void
prefetch_entry(const struct flow_table *table, uint32_t item)
{
    const char *entry = (const char *) &table->entries[item];

    __builtin_prefetch(entry, 1);
    __builtin_prefetch(entry + CACHE_LINE, 1);
}

static void
end(struct flow_table *table, uint32_t item, enum flow_end_reason reason,
    struct counters *counters)
{
    struct flow_entry *entry = &table->entries[item];

    list_ended(table, &entry->flow, reason, counters);
    slot_index_remove(&table->index, entry->hash, item);
    lru_move(&table->lru, CLASS_NONE, item);
    entry->number = 0;
    table->n--;
}

static void
list_ended(struct flow_table *table, const struct flow *flow, enum flow_end_reason reason,
           struct counters *counters)
{
    struct flow *ended = &table->ended[table->ended_first + table->n_ended];

    if (!has_room_for_ended(table)) {
        counter_inc(counters, COUNTER_CLASSIFY_FLOW_ENDS_LOST);
        return;
    }
    copy_flow(ended, flow);
    ended->end_reason = (uint8_t) reason;
    ended->events = 0;
    table->n_ended++;
}

static void
count(struct flow *flow, const struct packet *packet, unsigned sender)
{
    struct flow_end *end = &flow->ends[sender];

    if (sender == FLOW_RESPONDER) {
        flow->events |= (uint8_t) answer_event(flow, packet);
    }
    if (packet->payload_len > 0 && !flow->has_data) {
        flow->has_data = true;
        flow->events |= FLOW_EVENT_DATA;
    }
    end->packets++;
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

static enum flow_class
class_of(const struct flow *flow)
{
    if (flow_tcp_is_over(flow)) {
        return CLASS_OVER;
    }
    if (flow_tcp_is_half_open(flow)) {
        return CLASS_HALF_OPEN;
    }
    /* What has lasted for the active timeout is not of a flood. */
    return flow_is_one_way(flow) && !flow->is_continued ? CLASS_ONE_WAY : CLASS_ANSWERED;
}

/* Spares the last cache line, which holds nothing outside tunnels. */
static void
copy_flow(struct flow *to, const struct flow *from)
{
    memcpy(to, from, offsetof(struct flow, outer));
    if (from->tunnel != TUNNEL_NONE) {
        to->outer[0] = from->outer[0];
        to->outer[1] = from->outer[1];
    }
}

/* The oldest flow first. */
static int
compare_links(const void *a, const void *b)
{
    const struct lru_link *x = a, *y = b;

    return (x->older < y->older) - (x->older > y->older);
}
