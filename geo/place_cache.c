#include "geo/place_cache.h"

#include <stdlib.h>

#include "base/memory.h"

enum { N_ENTRIES = 4096 };

struct entry {
    struct ip_address address;
    bool is_used;
    struct place place;
};

struct place_cache {
    const struct geo *geo;
    struct hash_seed seed;
    struct entry entries[N_ENTRIES];
};

struct place_cache *
place_cache_new(const struct geo *geo, struct hash_seed seed)
{
    struct place_cache *cache = memory_zeroed(1, sizeof *cache);

    cache->geo = geo;
    cache->seed = seed;
    return cache;
}

void
place_cache_free(struct place_cache *cache)
{
    free(cache);
}

void
place_cache_renew(struct place_cache *cache, const struct geo *geo)
{
    cache->geo = geo;
    for (size_t i = 0; i < N_ENTRIES; i++) {
        cache->entries[i].is_used = false;
    }
}

const struct place *
place_cache_lookup(struct place_cache *cache, struct ip_address address)
{
    struct entry *entry = &cache->entries[hash_ip(cache->seed, address, 0) % N_ENTRIES];

    if (!entry->is_used || !ip_equal(entry->address, address)) {
        entry->address = address;
        entry->is_used = true;
        entry->place = cache->geo == NULL ? (struct place){ .country = "" }
                                          : geo_lookup(cache->geo, address);
    }
    return &entry->place;
}
