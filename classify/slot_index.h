#ifndef CLASSIFY_SLOT_INDEX_H
#define CLASSIFY_SLOT_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/region.h"

/* From a hash to the numbers of the items that have it: what a table of fixed capacity
 * needs to find them.
 *
 * Open addressing with linear probing, at most half full, so that most look-ups read one
 * cache line of 8 slots.  A removal moves later slots of its run back (Knuth, TAOCP 3,
 * section 6.4, algorithm R): there are no tombstones, and the table never needs a rebuild
 * however long it runs. */
struct slot {
    uint32_t hash;
    uint32_t item_plus_1; /* 0: empty. */
};

struct slot_index {
    struct slot *slots;
    uint32_t mask; /* Number of slots, a power of two, less 1. */
};

/* Slots for up to 'capacity' items, 1 to 2^30. */
static inline uint32_t
slot_index_n_slots(uint32_t capacity)
{
    uint32_t n = 2;

    while (n / 2 < capacity) {
        n *= 2;
    }
    return n;
}

/* Makes room for up to 'capacity' items; undone by slot_index_fini(). */
static inline void
slot_index_init(struct slot_index *index, uint32_t capacity)
{
    const uint32_t n = slot_index_n_slots(capacity);

    index->slots = memory_zeroed(n, sizeof(struct slot));
    index->mask = n - 1;
}

/* The same in a region, of which it takes slot_index_size(); there is nothing to undo. */
static inline size_t
slot_index_size(uint32_t capacity)
{
    return region_size(slot_index_n_slots(capacity) * sizeof(struct slot));
}

static inline void
slot_index_init_in(struct slot_index *index, uint32_t capacity, struct region *region)
{
    const uint32_t n = slot_index_n_slots(capacity);

    index->slots = region_take(region, n * sizeof(struct slot));
    index->mask = n - 1;
}

static inline void
slot_index_fini(struct slot_index *index)
{
    free(index->slots);
}

/* Where the run of 'hash' begins; a look-up goes on from slot to slot_index_next() until
 * it meets an empty one. */
static inline uint32_t
slot_index_first(const struct slot_index *index, uint32_t hash)
{
    return hash & index->mask;
}

static inline uint32_t
slot_index_next(const struct slot_index *index, uint32_t at)
{
    return (at + 1) & index->mask;
}

static inline void
slot_index_prefetch(const struct slot_index *index, uint32_t hash)
{
    __builtin_prefetch(&index->slots[hash & index->mask], 1);
}

static inline void
slot_index_insert(struct slot_index *index, uint32_t hash, uint32_t item)
{
    uint32_t at = slot_index_first(index, hash);

    while (index->slots[at].item_plus_1 != 0) {
        at = slot_index_next(index, at);
    }
    index->slots[at] = (struct slot){ hash, item + 1 };
}

/* Removes an item that is there. */
static inline void
slot_index_remove(struct slot_index *index, uint32_t hash, uint32_t item)
{
    struct slot *slots = index->slots;
    uint32_t hole = slot_index_first(index, hash);

    while (slots[hole].item_plus_1 != item + 1) {
        hole = slot_index_next(index, hole);
    }
    for (uint32_t at = slot_index_next(index, hole); slots[at].item_plus_1 != 0;
         at = slot_index_next(index, at)) {
        /* A slot may move back to the hole unless its run begins after the hole. */
        const uint32_t from_start = (at - slots[at].hash) & index->mask;
        const uint32_t from_hole = (at - hole) & index->mask;

        if (from_start >= from_hole) {
            slots[hole] = slots[at];
            hole = at;
        }
    }
    slots[hole].item_plus_1 = 0;
}

#endif
