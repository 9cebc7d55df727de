#include "classify/list/key_set.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/region.h"

enum {
    SLOTS = 8, /* Of 8 bytes, in a cache line. */
    TAG_BITS = 8,
    MARK_BITS = 2,
    AHEAD = 16, /* Keys whose buckets are asked for while others are put in. */
};

static_assert(KEY_SET_LISTS_MAX << MARK_BITS == 1 << TAG_BITS,
              "a tag holds list and marks");

/* A slot is 0, or the key's low bits above its tag; a tag is never 0.  Slots of a bucket
 * are filled in order, and a bucket that is not full ends the search. */
struct bucket {
    uint64_t slots[SLOTS];
};

static_assert(sizeof(struct bucket) == REGION_ALIGNMENT, "a bucket is a cache line");

struct key_set {
    struct region *region;
    struct bucket *buckets;
    uint64_t n_buckets;
    size_t n;
};

static bool put(struct key_set *set, uint64_t key, unsigned tag);

void
key_gathering_add(struct key_gathering *gathering, uint64_t key, unsigned list,
                  unsigned marks)
{
    const size_t n = gathering->n++;

    gathering->keys =
        memory_grow(gathering->keys, n, &gathering->keys_capacity, sizeof *gathering->keys);
    gathering->tags =
        memory_grow(gathering->tags, n, &gathering->tags_capacity, sizeof *gathering->tags);
    gathering->keys[n] = key;
    gathering->tags[n] = (uint8_t) (list << MARK_BITS | marks);
}

struct key_set *
key_set_new(struct key_gathering *gathering)
{
    struct key_set *set = memory_zeroed(1, sizeof *set);
    size_t size;

    /* Four in five slots in use: one bucket in thirty or so is full. */
    set->n_buckets = gathering->n / SLOTS * 5 / 4 + 1;
    size = set->n_buckets * sizeof *set->buckets;
    set->region = region_new(region_size(size));
    set->buckets = region_take(set->region, size);
    for (size_t i = 0; i < gathering->n; i++) {
        if (i + AHEAD < gathering->n) {
            key_set_prefetch(set, gathering->keys[i + AHEAD]);
        }
        set->n += put(set, gathering->keys[i], gathering->tags[i]);
    }
    free(gathering->keys);
    free(gathering->tags);
    *gathering = (struct key_gathering){ 0 };
    return set;
}

void
key_set_free(struct key_set *set)
{
    if (set == NULL) {
        return;
    }
    region_free(set->region);
    free(set);
}

/* The bucket that the search for a key begins with: its high half, scaled. */
static size_t
bucket_of(const struct key_set *set, uint64_t key)
{
    return (size_t) ((key >> 32) * set->n_buckets >> 32);
}

uint64_t
key_set_lookup(const struct key_set *set, uint64_t key, unsigned marks)
{
    const uint64_t want = key << TAG_BITS;
    uint64_t lists = 0;

    if (set->n == 0) {
        return 0;
    }
    for (size_t i = bucket_of(set, key);; i = i + 1 == set->n_buckets ? 0 : i + 1) {
        const uint64_t *slots = set->buckets[i].slots;

        for (unsigned k = 0; k < SLOTS; k++) {
            const uint64_t tag = slots[k] ^ want;

            if (tag < 1 << TAG_BITS && (tag & marks) != 0) {
                lists |= UINT64_C(1) << (tag >> MARK_BITS);
            }
        }
        if (slots[SLOTS - 1] == 0) {
            return lists;
        }
    }
}

void
key_set_prefetch(const struct key_set *set, uint64_t key)
{
    __builtin_prefetch(&set->buckets[bucket_of(set, key)]);
}

size_t
key_set_n(const struct key_set *set)
{
    return set->n;
}

size_t
key_set_memory(const struct key_set *set)
{
    return sizeof *set + (size_t) set->n_buckets * sizeof *set->buckets;
}

/* Returns false if it was there already. */
static bool
put(struct key_set *set, uint64_t key, unsigned tag)
{
    const uint64_t slot = key << TAG_BITS | tag;

    for (size_t i = bucket_of(set, key);; i = i + 1 == set->n_buckets ? 0 : i + 1) {
        uint64_t *slots = set->buckets[i].slots;

        for (unsigned k = 0; k < SLOTS; k++) {
            if (slots[k] == 0) {
                slots[k] = slot;
                return true;
            }
            if ((slots[k] ^ slot) <= KEY_SET_MARKS_MAX) {
                slots[k] |= slot;
                return false;
            }
        }
    }
}
