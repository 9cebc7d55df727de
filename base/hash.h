#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"

/* The key of a table's hash: random in the service, so that nobody outside can aim at a
 * bucket, and fixed when files are read, so that a replay is exact. */
struct hash_seed {
    uint64_t words[2];
};

/* The fixed seed. */
struct hash_seed hash_seed_fixed(void);

/* A seed from the kernel's random source (getrandom(2)). */
struct hash_seed hash_seed_random(void);

/* Folds two words into one by a 64 x 64 -> 128 bit multiplication, whose every output bit
 * depends on all input bits (the mixing step of wyhash, public domain, Wang Yi 2019). */
static inline uint64_t
hash_mix(uint64_t a, uint64_t b)
{
    __extension__ typedef unsigned __int128 uint128;
    const uint128 product = (uint128) a * b;

    return (uint64_t) product ^ (uint64_t) (product >> 64);
}

static inline uint64_t
hash_2(struct hash_seed seed, uint64_t a, uint64_t b)
{
    return hash_mix(hash_mix(a ^ seed.words[0], b ^ UINT64_C(0xe7037ed1a0b428db)),
                    seed.words[1] ^ UINT64_C(0xa0761d6478bd642f));
}

static inline uint64_t
hash_ip(struct hash_seed seed, struct ip_address address, uint64_t extra)
{
    return hash_2(
        seed, address.high ^ hash_mix(extra ^ seed.words[1], UINT64_C(0x8ebc6af09c88c6e3)),
        address.low);
}

/* Hash of a text, or of any bytes. */
uint64_t hash_bytes(struct hash_seed seed, const void *bytes, size_t size);

#endif
