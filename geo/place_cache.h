#ifndef GEO_PLACE_CACHE_H
#define GEO_PLACE_CACHE_H

#include "base/hash.h"
#include "geo/geo.h"

/* The places of addresses that were asked for lately.  The rules look at the ends of a flow
 * when it begins, when its service is known, when it ends, and databases take over a
 * hundred nanoseconds each time.
 *
 * Fixed size, each address in one place of it: who comes there next takes it over. */
struct place_cache;

/* Databases that never change stand behind it: 'geo' must outlive the cache or be renewed.
 * NULL: no place is known.  Freed with place_cache_free(). */
struct place_cache *place_cache_new(const struct geo *geo, struct hash_seed seed);
void place_cache_free(struct place_cache *cache);

/* Forgets all and goes on with other databases. */
void place_cache_renew(struct place_cache *cache, const struct geo *geo);

/* The place of an address, as geo_lookup() gives it; valid until the next call. */
const struct place *place_cache_lookup(struct place_cache *cache,
                                       struct ip_address address);

#endif
