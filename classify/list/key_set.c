#include "classify/list/key_set.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/prefetch.h"
#include "base/region.h"

enum {
    SLOTS = 8, /* Of 8 bytes, in a cache line. */
    TAG_BITS = 8,
    MARK_BITS = 2,
    FILTER_BITS = 10, /* For each slot. */
    AHEAD = 16,       /* Keys whose buckets are asked for while others are put in. */
};

static_assert(KEY_SET_LISTS_MAX << MARK_BITS == 1 << TAG_BITS,
              "a tag holds list and marks");

/* A slot is 0, or the key's low bits above its tag; a tag is never 0.  Slots of a bucket
 * are filled in order.  Its halves lie apart, so that all high ones are compared in a few
 * instructions. */
struct bucket {
    uint32_t high[SLOTS], low[SLOTS];
};

static_assert(sizeof(struct bucket) == CACHE_LINE, "a bucket is a cache line");

/* A slot that found both its buckets full. */
struct spilled {
    uint64_t key;
    unsigned tag;
};

struct key_set {
    struct region *region;
    struct bucket *buckets;
    uint64_t *filter; /* Words in which each key sets some bits. */
    uint64_t n_buckets, n_words;
    struct spilled *spilled; /* Sorted. */
    size_t n_spilled, spilled_capacity;
    size_t n;
};

/* The two buckets of a key. */
struct place {
    struct bucket *buckets[2];
};

static void put(struct key_set *set, uint64_t key, unsigned tag);
static void sort_spilled(struct key_set *set);
static uint64_t lists_spilled(const struct key_set *set, uint64_t key, unsigned marks);

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
    size_t size, filter_size;

    set->n_buckets = gathering->n * 100 / 85 / SLOTS + 1;
    set->n_words = gathering->n * FILTER_BITS / 64 + 1;
    size = set->n_buckets * sizeof *set->buckets;
    filter_size = set->n_words * sizeof *set->filter;
    set->region = region_new(region_size(size) + region_size(filter_size));
    set->buckets = region_take(set->region, size);
    set->filter = region_take(set->region, filter_size);
    for (size_t i = 0; i < gathering->n; i++) {
        if (i + AHEAD < gathering->n) {
            key_set_prefetch(set, gathering->keys[i + AHEAD]);
        }
        put(set, gathering->keys[i], gathering->tags[i]);
    }
    sort_spilled(set);
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
    free(set->spilled);
    free(set);
}

/* One by the high half of a key, scaled, the other by both halves: each depends on the bits
 * that no slot has. */
static struct place
place_of(const struct key_set *set, uint64_t key)
{
    const uint32_t high = (uint32_t) (key >> 32), both = high ^ (uint32_t) key;

    return (struct place){ { &set->buckets[high * set->n_buckets >> 32],
                             &set->buckets[both * set->n_buckets >> 32] } };
}

/* The word of the filter that a key sets bits in, and these: four, or fewer where they
 * coincide, by parts of the key's low half. */
static uint64_t *
filter_word(const struct key_set *set, uint64_t key)
{
    return &set->filter[(key >> 32) * set->n_words >> 32];
}

static uint64_t
filter_bits(uint64_t key)
{
    return UINT64_C(1) << (key & 63) | UINT64_C(1) << (key >> 6 & 63) |
           UINT64_C(1) << (key >> 12 & 63) | UINT64_C(1) << (key >> 18 & 63);
}

static bool
is_full(const struct bucket *bucket)
{
    return bucket->low[SLOTS - 1] != 0;
}

/* What of a bucket has the high half of a slot. */
struct match {
    uint32_t n, low; /* How many slots, and their low halves, each bit of any. */
};

/* Adds the matches of one bucket, by sums without branches. */
static void
add_matches(struct match *match, const struct bucket *bucket, uint32_t high)
{
    for (unsigned k = 0; k < SLOTS; k++) {
        const uint32_t is_same = bucket->high[k] == high ? UINT32_MAX : 0;

        match->n -= is_same;
        match->low |= bucket->low[k] & is_same;
    }
}

static uint64_t
list_of(uint32_t low, uint64_t slot, unsigned marks)
{
    const uint32_t tag = low ^ (uint32_t) slot;

    return tag < 1 << TAG_BITS && (tag & marks) != 0 ? UINT64_C(1) << (tag >> MARK_BITS)
                                                     : 0;
}

/* The lists of the key in one bucket. */
static uint64_t
lists_in(const struct bucket *bucket, uint64_t slot, unsigned marks)
{
    uint64_t lists = 0;

    for (unsigned k = 0; k < SLOTS; k++) {
        if (bucket->high[k] == slot >> 32) {
            lists |= list_of(bucket->low[k], slot, marks);
        }
    }
    return lists;
}

/* Where it is put into its caller, GCC 12 no longer sees that its loops fit vectors. */
__attribute__((noinline)) uint64_t
key_set_lookup(const struct key_set *set, uint64_t key, unsigned marks)
{
    const uint64_t bits = filter_bits(key);
    const uint64_t slot = key << TAG_BITS;
    const uint32_t high = (uint32_t) (slot >> 32);
    struct place place;
    struct match match = { 0 };
    uint64_t lists = 0;

    if ((*filter_word(set, key) & bits) != bits) {
        return 0;
    }
    place = place_of(set, key);
    add_matches(&match, place.buckets[0], high);
    add_matches(&match, place.buckets[1], high);
    if (match.n == 1) {
        lists = list_of(match.low, slot, marks);
    } else if (match.n > 1) {
        lists = lists_in(place.buckets[0], slot, marks) |
                lists_in(place.buckets[1], slot, marks);
    }
    if (set->n_spilled > 0 && is_full(place.buckets[0]) && is_full(place.buckets[1])) {
        lists |= lists_spilled(set, key, marks);
    }
    return lists;
}

void
key_set_prefetch(const struct key_set *set, uint64_t key)
{
    const struct place place = place_of(set, key);

    prefetch_to_read(filter_word(set, key));
    prefetch_to_read(place.buckets[0]);
    prefetch_to_read(place.buckets[1]);
}

size_t
key_set_n(const struct key_set *set)
{
    return set->n;
}

size_t
key_set_memory(const struct key_set *set)
{
    return sizeof *set + (size_t) set->n_buckets * sizeof *set->buckets +
           (size_t) set->n_words * sizeof *set->filter +
           set->spilled_capacity * sizeof *set->spilled;
}

/* Adds the marks to the slot of the same key and list, if there is one in the bucket.  Else
 * returns false with the number of slots in use. */
static bool
put_again(struct bucket *bucket, uint32_t high, uint32_t low, unsigned *ret_n)
{
    unsigned k = 0;

    for (; k < SLOTS && bucket->low[k] != 0; k++) {
        if (bucket->high[k] == high && (bucket->low[k] ^ low) <= KEY_SET_MARKS_MAX) {
            bucket->low[k] |= low;
            return true;
        }
    }
    *ret_n = k;
    return false;
}

static void
put(struct key_set *set, uint64_t key, unsigned tag)
{
    const struct place place = place_of(set, key);
    const uint64_t slot = key << TAG_BITS | tag;
    const uint32_t high = (uint32_t) (slot >> 32), low = (uint32_t) slot;
    unsigned n[2], emptier;

    *filter_word(set, key) |= filter_bits(key);
    if (put_again(place.buckets[0], high, low, &n[0]) ||
        put_again(place.buckets[1], high, low, &n[1])) {
        return;
    }
    emptier = n[1] < n[0];
    if (n[emptier] < SLOTS) {
        place.buckets[emptier]->high[n[emptier]] = high;
        place.buckets[emptier]->low[n[emptier]] = low;
        set->n++;
        return;
    }
    set->spilled = memory_grow(set->spilled, set->n_spilled, &set->spilled_capacity,
                               sizeof *set->spilled);
    set->spilled[set->n_spilled++] = (struct spilled){ key, tag };
}

static int
compare_spilled(const void *a, const void *b)
{
    const struct spilled *x = a, *y = b;

    if (x->key != y->key) {
        return x->key < y->key ? -1 : 1;
    }
    return (x->tag > y->tag) - (x->tag < y->tag);
}

/* Sorts them, and makes one of those of the same key and list. */
static void
sort_spilled(struct key_set *set)
{
    struct spilled *spilled = set->spilled;
    size_t n = 0;

    if (set->n_spilled > 0) {
        qsort(spilled, set->n_spilled, sizeof *spilled, compare_spilled);
    }
    for (size_t i = 0; i < set->n_spilled; i++) {
        if (n > 0 && spilled[n - 1].key == spilled[i].key &&
            spilled[n - 1].tag >> MARK_BITS == spilled[i].tag >> MARK_BITS) {
            spilled[n - 1].tag |= spilled[i].tag;
        } else {
            spilled[n++] = spilled[i];
        }
    }
    set->n_spilled = n;
    set->n += n;
}

static uint64_t
lists_spilled(const struct key_set *set, uint64_t key, unsigned marks)
{
    size_t low = 0, high = set->n_spilled;
    uint64_t lists = 0;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (set->spilled[middle].key < key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < set->n_spilled && set->spilled[low].key == key; low++) {
        if ((set->spilled[low].tag & marks) != 0) {
            lists |= UINT64_C(1) << (set->spilled[low].tag >> MARK_BITS);
        }
    }
    return lists;
}
