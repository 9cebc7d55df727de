#ifndef CLASSIFY_LIST_KEY_SET_H
#define CLASSIFY_LIST_KEY_SET_H

#include <stddef.h>
#include <stdint.h>

/* From 64-bit keys, which are hashes of what is on lists, to the lists that they are on.
 *
 * Made for ten million keys, of which nearly none is ever asked for: that answer costs a
 * word of a filter ("Space/Time Trade-offs in Hash Coding with Allowable Errors", Bloom
 * 1970; all bits of a key in one word), which has 12.5 MB and so stays in a cache.  What
 * passes, one key in forty or that is in the set, is looked for in two buckets of a cache
 * line each: a key lies in the one that was emptier when it came ("Balanced Allocations",
 * Azar et al. 1994), so that buckets fill evenly, and with 85 in 100 slots in use hardly a
 * key finds both full.
 *
 * A slot is 56 bits of the key, the list, and two bits that the set's user gives a meaning.
 * A key on several lists takes a slot for each.  The other bits of a key say where it lies,
 * so two keys are told apart by all 64 bits: of ten million keys, one of 2 * 10^12 others
 * is mistaken for one.  Built once, then immutable.  Takes 11 bytes a slot. */
struct key_set;

enum { KEY_SET_LISTS_MAX = 64, KEY_SET_MARKS_MAX = 3 };

/* What is to become a set; zeroed it is empty. */
struct key_gathering {
    uint64_t *keys;
    uint8_t *tags;
    size_t n, keys_capacity, tags_capacity;
};

/* Adds a key that is on 'list', with at least one of the two bits of 'marks'. */
void key_gathering_add(struct key_gathering *gathering, uint64_t key, unsigned list,
                       unsigned marks);

/* Makes a set of what was gathered, and frees that.  A key that was given twice for a list
 * has the marks of both.  Never returns NULL; freed with key_set_free(). */
struct key_set *key_set_new(struct key_gathering *gathering);
void key_set_free(struct key_set *set);

/* The lists on which 'key' is with any of 'marks': bit i for list i. */
uint64_t key_set_lookup(const struct key_set *set, uint64_t key, unsigned marks);

/* Asks the processor for what key_set_lookup() will look at. */
void key_set_prefetch(const struct key_set *set, uint64_t key);

size_t key_set_n(const struct key_set *set);      /* Slots in use. */
size_t key_set_memory(const struct key_set *set); /* Bytes. */

#endif
