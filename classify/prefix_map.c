#include "classify/prefix_map.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/prefetch.h"
#include "base/region.h"

/* Nested prefixes are cut into intervals that do not overlap: sorted by where they start,
 * each reaching to where the next starts, each with the value of the longest prefix over it
 * (0 in the gaps).  A lookup is then a binary search for the last interval that starts at
 * or before the address.
 *
 * Two tables keep nearly all lookups away from the search.  The address space of a family
 * is cut into equal cells.  'touched' has a bit for each cell, set if a prefix reaches into
 * it. 'first' says how many intervals start before a cell, so that only those that start
 * within the address's own cell are searched.  The first interval always starts at the
 * lowest address, so there is always one at or before any address.
 *
 * IPv4: touched by /24 and first by /16, or by larger cells if there are few prefixes, so
 * that both stay in the processor's cache.  IPv6: both by cells within 2000::/3, which
 * holds all global unicast addresses (RFC 4291 section 2.4), of a /23 each or larger ones
 * if there are few prefixes; what lies before it and after it is one cell each. */
enum {
    V4_BITS = 32,
    V4_MIN_TOUCHED_BITS = 16,
    V4_MAX_TOUCHED_BITS = 24,
    V4_MIN_FIRST_BITS = 4,
    V4_MAX_FIRST_BITS = 16,

    V6_GLOBAL_BITS = 3, /* The length of 2000::/3. */
    V6_MIN_CELL_BITS = 6,
    V6_MAX_CELL_BITS = 23 - V6_GLOBAL_BITS,

    N_AT_ONCE = 4, /* Intervals that are compared together, at the end of a search. */

    MAX_DEPTH = 129, /* Prefixes that nest: one of each length. */
};

struct v4_interval {
    uint32_t start, value;
};

struct prefix_map {
    struct region *region; /* Of all that follows. */
    uint64_t *v4_touched, *v6_touched;
    uint32_t *v4_first, *v6_first; /* A cell more than there are, for the end. */
    struct v4_interval *v4;
    /* Of each interval of IPv6: the halves of where it starts, and its value, apart. The
     * high halves are searched, the low ones seldom looked at. */
    uint64_t *v6_high, *v6_low;
    uint32_t *v6_value;
    size_t n_v4, n_v6; /* Behind those there are N_AT_ONCE more: see end_v4(), end_v6(). */
    /* There are so many cells, as powers of two: of IPv4, and of 2000::/3. */
    unsigned v4_touched_bits, v4_first_bits, v6_cell_bits;
};

/* The walk over one family's sorted prefixes. */
struct cutter {
    struct prefix_map *map;
    bool v4;
    const struct prefix_entry *open[MAX_DEPTH]; /* Those that hold where we are. */
    unsigned n_open;
    struct ip_address start; /* The interval about to be written, ... */
    uint32_t value;          /* ... whose value may still change. */
};

static uint32_t v6_search_low(const struct prefix_map *map, struct ip_address address,
                              size_t found);
static size_t n_of_family(const struct prefix_entry *entries, size_t n, bool v4);
static void make_room(struct prefix_map *map, size_t n_v4, size_t n_v6);
static void cut(struct prefix_map *map, const struct prefix_entry *entries, size_t n,
                bool v4);
static void open_prefix(struct cutter *c, const struct prefix_entry *entry);
static void close_innermost(struct cutter *c);
static bool next_after(const struct prefix_entry *entry, struct ip_address *ret);
static void cut_at(struct cutter *c, struct ip_address start, uint32_t value);
static void write_pending(struct cutter *c);
static void index_v4(struct prefix_map *map);
static void end_v4(struct prefix_map *map);
static void index_v6(struct prefix_map *map);
static void end_v6(struct prefix_map *map);

static int
compare(const void *left, const void *right)
{
    const struct prefix_entry *a = left, *b = right;

    if (!ip_equal(a->address, b->address)) {
        return ip_less(a->address, b->address) ? -1 : 1;
    }
    if (a->length != b->length) {
        return a->length < b->length ? -1 : 1;
    }
    return (a->value > b->value) - (a->value < b->value);
}

void
prefix_entries_sort(struct prefix_entry *entries, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (compare(&entries[i - 1], &entries[i]) > 0) {
            qsort(entries, n, sizeof *entries, compare);
            return;
        }
    }
}

struct prefix_map *
prefix_map_new(const struct prefix_entry *entries, size_t n)
{
    struct prefix_map *map = memory_zeroed(1, sizeof *map);

    assert(n < UINT32_MAX / 2);
    make_room(map, n_of_family(entries, n, true), n_of_family(entries, n, false));
    cut(map, entries, n, true);
    cut(map, entries, n, false);
    index_v4(map);
    index_v6(map);
    return map;
}

void
prefix_map_free(struct prefix_map *map)
{
    if (map == NULL) {
        return;
    }
    region_free(map->region);
    free(map);
}

/* Of the bits of the cells of IPv4. */
static size_t
v4_n_words(const struct prefix_map *map)
{
    return ((size_t) 1 << map->v4_touched_bits) / 64;
}

static uint32_t
v6_n_cells(const struct prefix_map *map)
{
    return (UINT32_C(1) << map->v6_cell_bits) + 2;
}

/* The cell of an address, by its high half. */
static uint32_t
v6_cell(const struct prefix_map *map, uint64_t high)
{
    const uint64_t top = high >> (64 - V6_GLOBAL_BITS);
    const uint64_t rest = high & UINT64_MAX >> V6_GLOBAL_BITS;

    if (top == 1) {
        return 1 + (uint32_t) (rest >> (64 - V6_GLOBAL_BITS - map->v6_cell_bits));
    }
    return top == 0 ? 0 : v6_n_cells(map) - 1;
}

/* The cell of an IPv4 address that may be touched. */
static uint32_t
v4_cell(const struct prefix_map *map, uint32_t address)
{
    return address >> (V4_BITS - map->v4_touched_bits);
}

/* And the one whose intervals are searched for it. */
static uint32_t
v4_first_cell(const struct prefix_map *map, uint32_t address)
{
    return address >> (V4_BITS - map->v4_first_bits);
}

static size_t
v4_n_first(const struct prefix_map *map)
{
    return (size_t) 1 << map->v4_first_bits;
}

static bool
bit_is_set(const uint64_t *bits, uint32_t at)
{
    return (bits[at / 64] >> at % 64 & 1) != 0;
}

/* The searches halve without a branch that depends on the address, which the processor
 * could not foresee.  Nor could it foresee how often small cells are to be halved: of what
 * is left those are counted that do not start after the address, behind the cell too, where
 * all do, or stand for the last one. */
static uint32_t
v4_search(const struct prefix_map *map, uint32_t address)
{
    const uint32_t cell = v4_first_cell(map, address);
    const struct v4_interval *at = &map->v4[map->v4_first[cell]];
    size_t n = map->v4_first[cell + 1] - map->v4_first[cell];

    while (n > N_AT_ONCE) {
        const size_t half = n / 2;

        at += half & -(size_t) (at[half - 1].start <= address);
        n -= half;
    }
    n = 0;
    for (unsigned i = 0; i < N_AT_ONCE; i++) {
        n += at[i].start <= address;
    }
    return (at + n)[-1].value;
}

static uint32_t
v6_search(const struct prefix_map *map, struct ip_address address, uint32_t cell)
{
    const uint64_t *at = &map->v6_high[map->v6_first[cell]];
    size_t n = map->v6_first[cell + 1] - map->v6_first[cell];
    size_t found;

    while (n > N_AT_ONCE) {
        const size_t half = n / 2;

        at += half & -(size_t) (at[half - 1] <= address.high);
        n -= half;
    }
    n = 0;
    for (unsigned i = 0; i < N_AT_ONCE; i++) {
        n += at[i] <= address.high;
    }
    found = (size_t) (at - map->v6_high) + n - 1;
    if (map->v6_high[found] == address.high && map->v6_low[found] > address.low) {
        return v6_search_low(map, address, found);
    }
    return map->v6_value[found];
}

/* The rare case: among the intervals that start in the address's own /64, of which 'found'
 * is the last, or else the one before them. */
static uint32_t
v6_search_low(const struct prefix_map *map, struct ip_address address, size_t found)
{
    size_t low = 0, high = found; /* The first that starts after the address is in here. */

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (map->v6_high[middle] < address.high || map->v6_low[middle] <= address.low) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return map->v6_value[low - 1];
}

uint32_t
prefix_map_lookup(const struct prefix_map *map, struct ip_address address)
{
    if (ip_is_v4(address)) {
        const uint32_t v4 = ip_v4(address);

        return bit_is_set(map->v4_touched, v4_cell(map, v4)) ? v4_search(map, v4) : 0;
    }

    const uint32_t cell = v6_cell(map, address.high);

    return bit_is_set(map->v6_touched, cell) ? v6_search(map, address, cell) : 0;
}

void
prefix_map_prefetch(const struct prefix_map *map, struct ip_address address)
{
    const uint64_t *word = ip_is_v4(address)
                               ? &map->v4_touched[v4_cell(map, ip_v4(address)) / 64]
                               : &map->v6_touched[v6_cell(map, address.high) / 64];

    prefetch_to_read(word);
}

size_t
prefix_map_memory(const struct prefix_map *map)
{
    const size_t n_cells = v6_n_cells(map);

    return sizeof *map + (v4_n_words(map) + n_cells / 64 + 1) * sizeof(uint64_t) +
           (v4_n_first(map) + 1 + n_cells + 1) * sizeof(uint32_t) +
           (map->n_v4 + N_AT_ONCE) * sizeof *map->v4 +
           (map->n_v6 + N_AT_ONCE) *
               (sizeof *map->v6_high + sizeof *map->v6_low + sizeof *map->v6_value);
}

/* An IPv4 prefix, whose place is in the tables of IPv4. */
static bool
is_v4_entry(const struct prefix_entry *entry)
{
    return entry->length >= IP_V4_BITS && ip_is_v4(entry->address);
}

static bool
contains(const struct prefix_entry *outer, struct ip_address address)
{
    return ip_equal(ip_mask(address, outer->length), outer->address);
}

static size_t
n_of_family(const struct prefix_entry *entries, size_t n, bool v4)
{
    size_t n_family = 0;

    for (size_t i = 0; i < n; i++) {
        n_family += is_v4_entry(&entries[i]) == v4;
    }
    return n_family;
}

/* Of how many bits the number of a cell is, if there are to be 'n' or some more. */
static unsigned
bits_for(size_t n, unsigned min, unsigned max)
{
    unsigned bits = min;

    while (bits < max && (size_t) 1 << bits < n) {
        bits++;
    }
    return bits;
}

/* Takes the memory for prefixes of each family: each makes at most one interval where it
 * starts and one after it ends. */
static void
make_room(struct prefix_map *map, size_t n_v4, size_t n_v6)
{
    const size_t most_v4 = 2 * n_v4 + 1, most_v6 = 2 * n_v6 + 1;

    /* So many cells for each interval keep most of them empty. */
    map->v4_touched_bits = bits_for(most_v4 << 4, V4_MIN_TOUCHED_BITS, V4_MAX_TOUCHED_BITS);
    map->v4_first_bits = bits_for(most_v4 << 4, V4_MIN_FIRST_BITS, V4_MAX_FIRST_BITS);
    map->v6_cell_bits = bits_for(most_v6 << 6, V6_MIN_CELL_BITS, V6_MAX_CELL_BITS);

    const size_t sizes[] = {
        v4_n_words(map) * sizeof *map->v4_touched,
        (v4_n_first(map) + 1) * sizeof *map->v4_first,
        (most_v4 + N_AT_ONCE) * sizeof *map->v4,
        (v6_n_cells(map) / 64 + 1) * sizeof *map->v6_touched,
        (v6_n_cells(map) + 1) * sizeof *map->v6_first,
        (most_v6 + N_AT_ONCE) * sizeof *map->v6_high,
        (most_v6 + N_AT_ONCE) * sizeof *map->v6_low,
        (most_v6 + N_AT_ONCE) * sizeof *map->v6_value,
    };
    size_t size = 0;

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size += region_size(sizes[i]);
    }
    map->region = region_new(size);
    map->v4_touched = region_take(map->region, sizes[0]);
    map->v4_first = region_take(map->region, sizes[1]);
    map->v4 = region_take(map->region, sizes[2]);
    map->v6_touched = region_take(map->region, sizes[3]);
    map->v6_first = region_take(map->region, sizes[4]);
    map->v6_high = region_take(map->region, sizes[5]);
    map->v6_low = region_take(map->region, sizes[6]);
    map->v6_value = region_take(map->region, sizes[7]);
}

/* Cuts the prefixes of one family into the map's intervals. */
static void
cut(struct prefix_map *map, const struct prefix_entry *entries, size_t n, bool v4)
{
    struct cutter c = { .map = map, .v4 = v4 };

    if (v4) {
        c.start = ip_from_v4(0);
    }
    for (size_t i = 0; i < n; i++) {
        const struct prefix_entry *entry = &entries[i];

        assert(entry->value != 0 && entry->length <= 128);
        assert(i == 0 || !ip_less(entry->address, entries[i - 1].address));
        if (is_v4_entry(entry) == v4) {
            open_prefix(&c, entry);
        }
    }
    while (c.n_open > 0) {
        close_innermost(&c);
    }
    write_pending(&c);
}

/* Opens 'entry' in place of one equal to it, or inside those that hold it. */
static void
open_prefix(struct cutter *c, const struct prefix_entry *entry)
{
    while (c->n_open > 0 && !contains(c->open[c->n_open - 1], entry->address)) {
        close_innermost(c);
    }
    if (c->n_open > 0 && c->open[c->n_open - 1]->length == entry->length) {
        c->n_open--;
    }
    c->open[c->n_open++] = entry;
    cut_at(c, entry->address, entry->value);
}

static void
close_innermost(struct cutter *c)
{
    const struct prefix_entry *entry = c->open[--c->n_open];
    const uint32_t value = c->n_open > 0 ? c->open[c->n_open - 1]->value : 0;
    struct ip_address start;

    if (next_after(entry, &start) && (!c->v4 || ip_is_v4(start))) {
        cut_at(c, start, value);
    }
}

/* Stores the first address after 'entry'; false if 'entry' ends where all addresses do. */
static bool
next_after(const struct prefix_entry *entry, struct ip_address *ret)
{
    struct ip_address last = entry->address;

    if (entry->length < 64) {
        last.high |= UINT64_MAX >> entry->length;
        last.low = UINT64_MAX;
    } else if (entry->length < 128) {
        last.low |= UINT64_MAX >> (entry->length - 64);
    }
    ret->low = last.low + 1;
    ret->high = last.high + (ret->low == 0);
    return ret->low != 0 || ret->high != 0;
}

/* From 'start' on it is 'value', unless more is said about the same start. */
static void
cut_at(struct cutter *c, struct ip_address start, uint32_t value)
{
    if (!ip_equal(start, c->start)) {
        write_pending(c);
        c->start = start;
    }
    c->value = value;
}

static void
write_pending(struct cutter *c)
{
    struct prefix_map *map = c->map;

    /* What goes on as before is no new interval. */
    if (c->v4 && (map->n_v4 == 0 || map->v4[map->n_v4 - 1].value != c->value)) {
        map->v4[map->n_v4++] = (struct v4_interval){ ip_v4(c->start), c->value };
    }
    if (!c->v4 && (map->n_v6 == 0 || map->v6_value[map->n_v6 - 1] != c->value)) {
        map->v6_high[map->n_v6] = c->start.high;
        map->v6_low[map->n_v6] = c->start.low;
        map->v6_value[map->n_v6++] = c->value;
    }
}

static void
set_bits(uint64_t *bits, uint32_t from, uint32_t to)
{
    for (uint32_t at = from; at <= to;) {
        if (at % 64 == 0 && to - at >= 63) {
            bits[at / 64] = UINT64_MAX;
            at += 64;
        } else {
            bits[at / 64] |= UINT64_C(1) << at % 64;
            at++;
        }
    }
}

/* Turns counts by cell, each standing a place too far, into what comes before each cell. */
static void
sum_up(uint32_t *first, size_t n_cells)
{
    for (size_t i = 0; i < n_cells; i++) {
        first[i + 1] += first[i];
    }
}

static void
index_v4(struct prefix_map *map)
{
    for (size_t i = 0; i < map->n_v4; i++) {
        const struct v4_interval *v4 = &map->v4[i];
        const uint32_t last = i + 1 < map->n_v4 ? v4[1].start - 1 : UINT32_MAX;

        map->v4_first[v4_first_cell(map, v4->start) + 1]++;
        if (v4->value != 0) {
            set_bits(map->v4_touched, v4_cell(map, v4->start), v4_cell(map, last));
        }
    }
    sum_up(map->v4_first, v4_n_first(map));
    end_v4(map);
}

/* Behind the last interval stands the highest address, which is in that one. */
static void
end_v4(struct prefix_map *map)
{
    for (size_t i = 0; i < N_AT_ONCE; i++) {
        map->v4[map->n_v4 + i] =
            (struct v4_interval){ UINT32_MAX, map->v4[map->n_v4 - 1].value };
    }
}

static void
index_v6(struct prefix_map *map)
{
    for (size_t i = 0; i < map->n_v6; i++) {
        const uint32_t cell = v6_cell(map, map->v6_high[i]);
        uint64_t last_high = UINT64_MAX;

        if (i + 1 < map->n_v6) {
            last_high = map->v6_high[i + 1] - (map->v6_low[i + 1] == 0);
        }
        map->v6_first[cell + 1]++;
        if (map->v6_value[i] != 0) {
            set_bits(map->v6_touched, cell, v6_cell(map, last_high));
        }
    }
    sum_up(map->v6_first, v6_n_cells(map));
    end_v6(map);
}

/* The same: the halves of the highest address. */
static void
end_v6(struct prefix_map *map)
{
    for (size_t i = 0; i < N_AT_ONCE; i++) {
        map->v6_high[map->n_v6 + i] = UINT64_MAX;
        map->v6_low[map->n_v6 + i] = UINT64_MAX;
        map->v6_value[map->n_v6 + i] = map->v6_value[map->n_v6 - 1];
    }
}
