/* A packet in reassembly is an entry: its key, what is known of its length, and the numbers
 * of the pages that hold its bytes.  Page p holds the bytes from p * FRAGMENT_PAGE_SIZE on,
 * and a bit for each of its units of 8 bytes, the grain of fragment offsets, that has come.
 * A packet is whole when its last fragment gave the number of units and all have come.
 *
 * Entries are found by hash and stand in a list in the order in which they were begun,
 * which is the order in which they time out and give way. */
#include "capture/fragment.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
    UNIT_SIZE = 8,
    PAGE_UNITS = FRAGMENT_PAGE_SIZE / UNIT_SIZE,
    PAGES_PER_PACKET = (FRAGMENT_PACKET_MAX + FRAGMENT_PAGE_SIZE) / FRAGMENT_PAGE_SIZE,
    NONE = 0, /* Entries and pages are numbered from 1. */
};

struct page {
    uint64_t present[PAGE_UNITS / 64]; /* A bit for each unit that came. */
    uint8_t bytes[FRAGMENT_PAGE_SIZE];
};

struct entry {
    struct fragment_key key;
    uint64_t time_ns; /* Of the first fragment that came. */
    uint32_t next;    /* In the bucket, or in the list of free entries. */
    uint32_t older;   /* The neighbours in order of age. */
    uint32_t newer;
    uint32_t end;     /* Highest byte seen, and its length once the last one came. */
    uint32_t n_units; /* That came. */
    uint32_t wire_bytes;
    uint8_t protocol; /* Of the first fragment, once it came. */
    bool has_last;    /* 'end' is the length of the packet. */
    bool is_dropped;  /* Fragments overlapped: what still comes is refused. */
    uint32_t pages[PAGES_PER_PACKET];
};

struct fragment_table {
    struct hash_seed seed;
    uint64_t timeout_ns;
    uint32_t n_entries, n_pages;
    uint32_t n_used;                         /* Entries. */
    uint32_t n_entries_begun, n_pages_begun; /* Ever used: those beyond are free, too. */
    uint32_t free_entry;
    uint32_t n_free_pages;
    uint32_t oldest, newest;
    uint32_t bucket_mask;
    uint32_t *buckets;
    uint32_t *free_pages; /* Those given back, a stack. */
    struct entry *entries;
    struct page *pages;
    uint8_t whole[FRAGMENT_PACKET_MAX + 1];
};

/* How the bytes of a fragment meet those that came before. */
struct overlap {
    uint32_t n_units; /* Units that were there already. */
    bool differs;     /* Their bytes were others. */
};

static void expire(struct fragment_table *table, uint64_t now_ns,
                   struct counters *counters);
static uint32_t find(const struct fragment_table *table, const struct fragment_key *key);
static uint32_t begin(struct fragment_table *table, const struct fragment *fragment,
                      struct counters *counters);
static bool is_consistent(const struct entry *entry, const struct fragment *fragment);
static bool take_pages(struct fragment_table *table, uint32_t number,
                       const struct fragment *fragment, struct counters *counters);
static struct overlap compare(const struct fragment_table *table, const struct entry *entry,
                              const struct fragment *fragment);
static enum fragment_status drop_overlapping(struct fragment_table *table,
                                             struct entry *entry,
                                             struct counters *counters);
static void store(struct fragment_table *table, struct entry *entry,
                  const struct fragment *fragment);
static bool is_whole(const struct entry *entry);
static void assemble(struct fragment_table *table, const struct entry *entry,
                     struct fragment_whole *ret);
static void end(struct fragment_table *table, uint32_t number);

struct fragment_table *
fragment_table_new(uint32_t n_packets, uint64_t n_bytes, uint64_t timeout_ns,
                   struct hash_seed seed)
{
    struct fragment_table *table = memory_zeroed(1, sizeof *table);
    const uint64_t n_pages = n_bytes / sizeof(struct page);
    uint32_t n_buckets = 1;

    assert(n_packets <= 1u << 20);
    while (n_buckets < n_packets) {
        n_buckets *= 2;
    }
    table->seed = seed;
    table->timeout_ns = timeout_ns;
    table->n_entries = n_packets;
    table->n_pages = n_pages > UINT32_MAX - 1 ? UINT32_MAX - 1 : (uint32_t) n_pages;
    table->bucket_mask = n_buckets - 1;
    table->buckets = memory_zeroed(n_buckets, sizeof *table->buckets);
    table->entries = memory_zeroed((size_t) n_packets + 1, sizeof *table->entries);
    table->pages = memory_zeroed((size_t) table->n_pages + 1, sizeof *table->pages);
    table->free_pages =
        memory_zeroed((size_t) table->n_pages + 1, sizeof *table->free_pages);
    return table;
}

void
fragment_table_free(struct fragment_table *table)
{
    if (table == NULL) {
        return;
    }
    free(table->free_pages);
    free(table->pages);
    free(table->entries);
    free(table->buckets);
    free(table);
}

enum fragment_status
fragment_table_add(struct fragment_table *table, const struct fragment *fragment,
                   struct counters *counters, struct fragment_whole *ret)
{
    struct entry *entry;
    struct overlap overlap;
    uint32_t number;

    expire(table, fragment->time_ns, counters);
    number = find(table, &fragment->key);
    if (!is_consistent(number == NONE ? NULL : &table->entries[number], fragment)) {
        counter_inc(counters, COUNTER_CAPTURE_FRAGMENTS_BAD);
        return FRAGMENT_REFUSED;
    }
    if (number == NONE) {
        number = begin(table, fragment, counters);
    }
    entry = &table->entries[number];
    if (number == NONE || entry->is_dropped ||
        !take_pages(table, number, fragment, counters)) {
        counter_inc(counters, COUNTER_CAPTURE_FRAGMENTS_REFUSED);
        return FRAGMENT_REFUSED;
    }
    overlap = compare(table, entry, fragment);
    entry->wire_bytes += fragment->wire_bytes;
    if (overlap.n_units * UNIT_SIZE >= fragment->size && !overlap.differs) {
        counter_inc(counters, COUNTER_CAPTURE_FRAGMENT_DUPLICATES);
    } else if (overlap.n_units > 0) {
        counter_inc(counters, COUNTER_CAPTURE_FRAGMENT_OVERLAPS);
        if (fragment->is_ipv6) {
            return drop_overlapping(table, entry, counters);
        }
    }
    store(table, entry, fragment);
    if (!is_whole(entry)) {
        return FRAGMENT_KEPT;
    }
    assemble(table, entry, ret);
    end(table, number);
    counter_inc(counters, COUNTER_CAPTURE_FRAGMENT_PACKETS);
    return FRAGMENT_COMPLETE;
}

uint32_t
fragment_table_n(const struct fragment_table *table)
{
    return table->n_used;
}

void
fragment_table_flush(struct fragment_table *table, struct counters *counters)
{
    while (table->oldest != NONE) {
        if (!table->entries[table->oldest].is_dropped) {
            counter_inc(counters, COUNTER_CAPTURE_FRAGMENT_UNFINISHED);
        }
        end(table, table->oldest);
    }
}

static void
expire(struct fragment_table *table, uint64_t now_ns, struct counters *counters)
{
    while (table->oldest != NONE) {
        const struct entry *entry = &table->entries[table->oldest];

        if (now_ns < entry->time_ns || now_ns - entry->time_ns <= table->timeout_ns) {
            return;
        }
        if (!entry->is_dropped) {
            counter_inc(counters, COUNTER_CAPTURE_FRAGMENT_TIMED_OUT);
        }
        end(table, table->oldest);
    }
}

static uint32_t *
bucket_of(const struct fragment_table *table, const struct fragment_key *key)
{
    const uint64_t source =
        hash_ip(table->seed, key->source, (uint64_t) key->vlans << 32 | key->id);
    const uint64_t destination =
        hash_ip(table->seed, key->destination, (uint64_t) key->depth << 16 | key->protocol);

    return &table->buckets[hash_2(table->seed, source, destination) & table->bucket_mask];
}

static bool
key_equal(const struct fragment_key *a, const struct fragment_key *b)
{
    return a->id == b->id && a->protocol == b->protocol && a->vlans == b->vlans &&
           a->depth == b->depth && ip_equal(a->source, b->source) &&
           ip_equal(a->destination, b->destination);
}

static uint32_t
find(const struct fragment_table *table, const struct fragment_key *key)
{
    uint32_t number = *bucket_of(table, key);

    while (number != NONE && !key_equal(&table->entries[number].key, key)) {
        number = table->entries[number].next;
    }
    return number;
}

static void
evict_oldest(struct fragment_table *table, struct counters *counters)
{
    if (!table->entries[table->oldest].is_dropped) {
        counter_inc(counters, COUNTER_CAPTURE_FRAGMENT_EVICTED);
    }
    end(table, table->oldest);
}

static uint32_t
take_entry(struct fragment_table *table, struct counters *counters)
{
    uint32_t number;

    if (table->free_entry == NONE && table->n_entries_begun < table->n_entries) {
        return ++table->n_entries_begun;
    }
    if (table->free_entry == NONE && table->oldest != NONE) {
        evict_oldest(table, counters);
    }
    number = table->free_entry;
    if (number != NONE) {
        table->free_entry = table->entries[number].next;
    }
    return number;
}

/* Begins a packet; returns NONE if the table has no room for any. */
static uint32_t
begin(struct fragment_table *table, const struct fragment *fragment,
      struct counters *counters)
{
    uint32_t *bucket = bucket_of(table, &fragment->key);
    const uint32_t number = take_entry(table, counters);

    if (number == NONE) {
        return NONE;
    }
    table->n_used++;
    table->entries[number] = (struct entry){ .key = fragment->key,
                                             .time_ns = fragment->time_ns,
                                             .next = *bucket,
                                             .older = table->newest };
    *bucket = number;
    if (table->newest != NONE) {
        table->entries[table->newest].newer = number;
    } else {
        table->oldest = number;
    }
    table->newest = number;
    return number;
}

/* Whether a fragment makes sense by itself and with what is known of its packet's length;
 * 'entry' is NULL if it is the first. */
static bool
is_consistent(const struct entry *entry, const struct fragment *fragment)
{
    const uint32_t fragment_end = fragment->offset + fragment->size;

    if (fragment->size == 0 || fragment_end > FRAGMENT_PACKET_MAX ||
        (fragment->has_more && fragment->size % UNIT_SIZE != 0)) {
        return false;
    }
    if (entry == NULL) {
        return true;
    }
    if (entry->has_last) {
        return fragment->has_more ? fragment_end < entry->end : fragment_end == entry->end;
    }
    return fragment->has_more || fragment_end >= entry->end;
}

static uint32_t
take_page(struct fragment_table *table, uint32_t number, struct counters *counters)
{
    if (table->n_free_pages == 0 && table->n_pages_begun < table->n_pages) {
        return ++table->n_pages_begun;
    }
    while (table->n_free_pages == 0 && table->oldest != number) {
        evict_oldest(table, counters);
    }
    return table->n_free_pages == 0 ? (uint32_t) NONE
                                    : table->free_pages[--table->n_free_pages];
}

/* Sees to it that there is a page for every byte of the fragment.  If even all older
 * packets have too few, this one gives way itself and false is returned. */
static bool
take_pages(struct fragment_table *table, uint32_t number, const struct fragment *fragment,
           struct counters *counters)
{
    struct entry *entry = &table->entries[number];
    const uint32_t first = fragment->offset / FRAGMENT_PAGE_SIZE;
    const uint32_t last = (fragment->offset + fragment->size - 1) / FRAGMENT_PAGE_SIZE;

    for (uint32_t i = first; i <= last; i++) {
        uint32_t page = entry->pages[i];

        if (page != NONE) {
            continue;
        }
        page = take_page(table, number, counters);
        if (page == NONE) {
            counter_inc(counters, COUNTER_CAPTURE_FRAGMENT_EVICTED);
            end(table, number);
            return false;
        }
        memset(table->pages[page].present, 0, sizeof table->pages[page].present);
        entry->pages[i] = page;
    }
    return true;
}

/* Where the unit at 'offset' is. */
static struct page *
page_of(const struct fragment_table *table, const struct entry *entry, uint32_t offset)
{
    return &table->pages[entry->pages[offset / FRAGMENT_PAGE_SIZE]];
}

static bool
page_has(const struct page *page, uint32_t offset)
{
    const uint32_t unit = offset / UNIT_SIZE % PAGE_UNITS;

    return (page->present[unit / 64] >> (unit % 64) & 1) != 0;
}

/* Bytes of 'fragment' in the unit that is 'at' bytes behind its start. */
static uint32_t
unit_size(const struct fragment *fragment, uint32_t at)
{
    return fragment->size - at < UNIT_SIZE ? fragment->size - at : UNIT_SIZE;
}

static struct overlap
compare(const struct fragment_table *table, const struct entry *entry,
        const struct fragment *fragment)
{
    struct overlap overlap = { 0 };

    for (uint32_t at = 0; at < fragment->size; at += UNIT_SIZE) {
        const uint32_t offset = fragment->offset + at;
        const struct page *page = page_of(table, entry, offset);

        if (page_has(page, offset)) {
            overlap.n_units++;
            overlap.differs = overlap.differs ||
                              memcmp(page->bytes + offset % FRAGMENT_PAGE_SIZE,
                                     fragment->bytes + at, unit_size(fragment, at)) != 0;
        }
    }
    return overlap;
}

static void
give_pages_back(struct fragment_table *table, struct entry *entry)
{
    for (uint32_t i = 0; i < PAGES_PER_PACKET; i++) {
        if (entry->pages[i] != NONE) {
            table->free_pages[table->n_free_pages++] = entry->pages[i];
            entry->pages[i] = NONE;
        }
    }
}

/* The entry stays, so that what still comes of the packet is refused, too. */
static enum fragment_status
drop_overlapping(struct fragment_table *table, struct entry *entry,
                 struct counters *counters)
{
    give_pages_back(table, entry);
    entry->is_dropped = true;
    counter_inc(counters, COUNTER_CAPTURE_FRAGMENT_OVERLAP_DROPPED);
    return FRAGMENT_REFUSED;
}

/* Copies the units that have not come yet. */
static void
store(struct fragment_table *table, struct entry *entry, const struct fragment *fragment)
{
    const uint32_t fragment_end = fragment->offset + fragment->size;

    for (uint32_t at = 0; at < fragment->size; at += UNIT_SIZE) {
        const uint32_t offset = fragment->offset + at;
        const uint32_t unit = offset / UNIT_SIZE % PAGE_UNITS;
        struct page *page = page_of(table, entry, offset);

        if (!page_has(page, offset)) {
            memcpy(page->bytes + offset % FRAGMENT_PAGE_SIZE, fragment->bytes + at,
                   unit_size(fragment, at));
            page->present[unit / 64] |= UINT64_C(1) << (unit % 64);
            if (offset == 0) {
                entry->protocol = fragment->protocol;
            }
            entry->n_units++;
        }
    }
    if (fragment_end > entry->end) {
        entry->end = fragment_end;
    }
    entry->has_last = entry->has_last || !fragment->has_more;
}

static bool
is_whole(const struct entry *entry)
{
    return entry->has_last && entry->n_units == (entry->end + UNIT_SIZE - 1) / UNIT_SIZE;
}

static void
assemble(struct fragment_table *table, const struct entry *entry,
         struct fragment_whole *ret)
{
    for (uint32_t at = 0; at < entry->end; at += FRAGMENT_PAGE_SIZE) {
        const uint32_t left = entry->end - at;

        memcpy(table->whole + at, page_of(table, entry, at)->bytes,
               left < FRAGMENT_PAGE_SIZE ? left : FRAGMENT_PAGE_SIZE);
    }
    *ret = (struct fragment_whole){ .bytes = table->whole,
                                    .size = entry->end,
                                    .wire_bytes = entry->wire_bytes,
                                    .protocol = entry->protocol };
}

/* Takes the packet out of the table. */
static void
end(struct fragment_table *table, uint32_t number)
{
    struct entry *entry = &table->entries[number];
    uint32_t *link = bucket_of(table, &entry->key);

    while (*link != number) {
        link = &table->entries[*link].next;
    }
    *link = entry->next;
    *(entry->older == NONE ? &table->oldest : &table->entries[entry->older].newer) =
        entry->newer;
    *(entry->newer == NONE ? &table->newest : &table->entries[entry->newer].older) =
        entry->older;
    give_pages_back(table, entry);
    entry->next = table->free_entry;
    table->free_entry = number;
    table->n_used--;
}
