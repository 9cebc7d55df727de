#ifndef CLASSIFY_SLOT_INDEX_H
#define CLASSIFY_SLOT_INDEX_H

#include <assert.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef __SSE2__
#    include <emmintrin.h>
#endif

#include "base/memory.h"
#include "base/prefetch.h"
#include "base/region.h"

/* From a hash to the numbers of the items that have it: what a table of fixed capacity
 * needs to find them.
 *
 * Open addressing by buckets of one cache line, of which half is meant to be used: twelve
 * items, and eight bits of the hash of each, compared all at once.  So a look-up reads one
 * line, and it branches on the outcome only, which is the same nearly every time: a branch
 * guessed wrong on something that is still on its way from memory costs more than all else
 * here.  Items that find their bucket full go to the next ones, which it counts: there are
 * no tombstones, and however long it runs the table needs no rebuild but to grow. */
enum { SLOT_BUCKET_ITEMS = 12, SLOT_BUCKET_MEANT = 6, SLOT_BUCKET_SIZE = 64 };

struct slot_bucket {
    alignas(SLOT_BUCKET_SIZE) uint8_t tags[SLOT_BUCKET_ITEMS]; /* 0: empty. */
    uint32_t n_beyond; /* Items that found it full. */
    uint32_t items[SLOT_BUCKET_ITEMS];
};

static_assert(sizeof(struct slot_bucket) == SLOT_BUCKET_SIZE, "a cache line");

struct slot_index {
    struct slot_bucket *buckets;
    uint32_t mask;     /* Number of buckets in use, a power of two, less 1. */
    uint32_t mask_max; /* Of those that there are. */
    void *memory;      /* Of slot_index_init(), else NULL. */
};

/* Items that may have a hash: a walk through the buckets. */
struct slot_search {
    const struct slot_bucket *bucket;
    uint32_t at, matches; /* Slots of the bucket yet to be told. */
    uint8_t tag;
};

/* Buckets for up to 'capacity' items, 1 to 2^30. */
static inline uint32_t
slot_index_n_buckets(uint32_t capacity)
{
    uint32_t n = 1;

    while (n * (uint64_t) SLOT_BUCKET_MEANT < capacity) {
        n *= 2;
    }
    return n;
}

static inline size_t
slot_index_size(uint32_t capacity)
{
    return region_size(slot_index_n_buckets(capacity) * sizeof(struct slot_bucket));
}

/* Makes room for up to 'capacity' items; undone by slot_index_fini(). */
static inline void
slot_index_init(struct slot_index *index, uint32_t capacity)
{
    const uint32_t n = slot_index_n_buckets(capacity);
    uintptr_t over;

    index->memory = memory_zeroed(n + (size_t) 1, sizeof(struct slot_bucket));
    over = (uintptr_t) index->memory % SLOT_BUCKET_SIZE;
    index->buckets = (void *) ((char *) index->memory + (SLOT_BUCKET_SIZE - over));
    index->mask = index->mask_max = n - 1;
}

static inline void
slot_index_fini(struct slot_index *index)
{
    free(index->memory);
}

/* The same in a region, of which it takes slot_index_size(); there is nothing to undo.  Of
 * the room only that for the first 'n' items is used until slot_index_grow(): fewer items
 * then lie on fewer cache lines. */
static inline void
slot_index_init_in(struct slot_index *index, uint32_t capacity, uint32_t n,
                   struct region *region)
{
    index->memory = NULL;
    index->buckets = region_take(region, slot_index_size(capacity));
    index->mask_max = slot_index_n_buckets(capacity) - 1;
    index->mask = n < capacity ? slot_index_n_buckets(n) - 1 : index->mask_max;
}

/* Bits that do not choose the bucket, as long as there are less than 2^20. */
static inline uint8_t
slot_tag(uint32_t hash)
{
    const uint8_t tag = (uint8_t) (hash >> 20);

    return tag == 0 ? 1 : tag;
}

/* The slots of a bucket that have a tag, as bits. */
static inline uint32_t
slot_bucket_matches(const struct slot_bucket *bucket, uint8_t tag)
{
#ifdef __SSE2__
    const __m128i tags = _mm_load_si128((const __m128i *) (const void *) bucket);
    const __m128i same = _mm_cmpeq_epi8(tags, _mm_set1_epi8((char) tag));

    return (uint32_t) _mm_movemask_epi8(same) & ((1U << SLOT_BUCKET_ITEMS) - 1);
#else
    uint32_t matches = 0;

    for (unsigned i = 0; i < SLOT_BUCKET_ITEMS; i++) {
        matches |= (uint32_t) (bucket->tags[i] == tag) << i;
    }
    return matches;
#endif
}

static inline struct slot_search
slot_index_search(const struct slot_index *index, uint32_t hash)
{
    const uint32_t at = hash & index->mask;
    const struct slot_bucket *bucket = &index->buckets[at];
    const uint8_t tag = slot_tag(hash);

    return (struct slot_search){ bucket, at, slot_bucket_matches(bucket, tag), tag };
}

/* The next item that may have the hash; others may come too.  Returns false after the
 * last. */
static inline bool
slot_index_next(const struct slot_index *index, struct slot_search *search,
                uint32_t *ret_item)
{
    while (search->matches == 0) {
        if (search->bucket->n_beyond == 0) {
            return false;
        }
        search->at = (search->at + 1) & index->mask;
        search->bucket = &index->buckets[search->at];
        search->matches = slot_bucket_matches(search->bucket, search->tag);
    }
    *ret_item = search->bucket->items[__builtin_ctz(search->matches)];
    search->matches &= search->matches - 1;
    return true;
}

static inline void
slot_index_prefetch(const struct slot_index *index, uint32_t hash)
{
    prefetch_to_write(&index->buckets[hash & index->mask]);
}

/* There must be room. */
static inline void
slot_index_insert(struct slot_index *index, uint32_t hash, uint32_t item)
{
    uint32_t at = hash & index->mask, empty;

    while ((empty = slot_bucket_matches(&index->buckets[at], 0)) == 0) {
        index->buckets[at].n_beyond++;
        at = (at + 1) & index->mask;
    }
    index->buckets[at].tags[__builtin_ctz(empty)] = slot_tag(hash);
    index->buckets[at].items[__builtin_ctz(empty)] = item;
}

/* Removes an item that is there. */
static inline void
slot_index_remove(struct slot_index *index, uint32_t hash, uint32_t item)
{
    const uint8_t tag = slot_tag(hash);

    for (uint32_t at = hash & index->mask;; at = (at + 1) & index->mask) {
        struct slot_bucket *bucket = &index->buckets[at];

        for (uint32_t matches = slot_bucket_matches(bucket, tag); matches != 0;
             matches &= matches - 1) {
            if (bucket->items[__builtin_ctz(matches)] == item) {
                bucket->tags[__builtin_ctz(matches)] = 0;
                return;
            }
        }
        bucket->n_beyond--;
    }
}

/* Whether there is too little room in use for more than 'n' items, and more to be had. */
static inline bool
slot_index_is_full(const struct slot_index *index, uint32_t n)
{
    return n >= (index->mask + UINT64_C(1)) * SLOT_BUCKET_MEANT &&
           index->mask < index->mask_max;
}

/* Removes all items. */
static inline void
slot_index_clear(struct slot_index *index)
{
    memset(index->buckets, 0, ((size_t) index->mask + 1) * sizeof(struct slot_bucket));
}

/* Uses twice as much of the room.  The index is empty then: whoever has the items puts them
 * in anew. */
static inline void
slot_index_grow(struct slot_index *index)
{
    slot_index_clear(index);
    index->mask = 2 * index->mask + 1;
}

#endif
