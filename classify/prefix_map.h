#ifndef CLASSIFY_PREFIX_MAP_H
#define CLASSIFY_PREFIX_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"

/* From an address to the number of the longest prefix that holds it, IPv4 and IPv6 alike.
 *
 * Made for the first question asked of every packet, whose answer is nearly always "none":
 * that answer costs one bit, of at most 2 MiB for IPv4 (a bit for each /24, or for more if
 * there are few prefixes) and of at most 128 KiB for IPv6.  Built once, then immutable, so
 * threads share it without locks.  Takes at most 16 bytes for an IPv4 and 40 for an IPv6
 * prefix, and at most 7 MiB beside them. */
struct prefix_map;

/* A prefix and its number.  As in ip_prefix_contains(), a prefix of IPv6 holds no IPv4
 * address, however wide it is. */
struct prefix_entry {
    struct ip_address address; /* Bits beyond 'length' are zero. */
    uint32_t value;            /* Not 0, which stands for "none". */
    uint8_t length;            /* 0 to 128, of the mapped form: an IPv4 /24 is 120. */
};

/* Sorts by address, then length, then value: a prefix comes right before those inside it.
 * Cheap if they are sorted already. */
void prefix_entries_sort(struct prefix_entry *entries, size_t n);

/* Builds a map from 'n' sorted entries (fewer than 2^31), which the caller keeps.  Of equal
 * prefixes the last counts.  Never returns NULL; freed with prefix_map_free(). */
struct prefix_map *prefix_map_new(const struct prefix_entry *entries, size_t n);
void prefix_map_free(struct prefix_map *map);

/* The value of the longest prefix that holds 'address'; 0 if none does. */
uint32_t prefix_map_lookup(const struct prefix_map *map, struct ip_address address);

/* Asks the processor for the bit that prefix_map_lookup() will look at first.  Worth it a
 * few packets ahead, when the lookups of a batch can wait for memory together. */
void prefix_map_prefetch(const struct prefix_map *map, struct ip_address address);

size_t prefix_map_memory(const struct prefix_map *map); /* Bytes. */

#endif
