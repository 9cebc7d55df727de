#ifndef CLASSIFY_LIST_ADDRESS_SET_H
#define CLASSIFY_LIST_ADDRESS_SET_H

#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"

/* From an address to the lists that it is on, by itself or by any prefix that holds it.
 * Addresses lie in a set of keys, so that millions of them cost a cache line each look-up;
 * prefixes, of which there are fewer, in a prefix map.  Built once, then immutable. */
struct address_set;

/* What is to become a set. */
struct address_gathering;

/* Makes an empty one, which address_set_new() frees. */
struct address_gathering *address_gathering_new(void);

/* Adds a prefix, or an address as one of whole length, that is on 'list', 0 to 63. */
void address_gathering_add(struct address_gathering *gathering, struct ip_prefix prefix,
                           unsigned list);

/* Makes a set of what was gathered, and frees that.  Never returns NULL; freed with
 * address_set_free(). */
struct address_set *address_set_new(struct address_gathering *gathering);
void address_set_free(struct address_set *set);

/* The lists that 'address' is on: bit i for list i. */
uint64_t address_set_lookup(const struct address_set *set, struct ip_address address);

size_t address_set_memory(const struct address_set *set); /* Bytes. */

#endif
