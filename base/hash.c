#include "base/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

struct hash_seed
hash_seed_fixed(void)
{
    /* The first digits of pi after the point, as in Blowfish's tables: nothing up our
     * sleeve. */
    return (
        struct hash_seed){ { UINT64_C(0x243f6a8885a308d3), UINT64_C(0x13198a2e03707344) } };
}

struct hash_seed
hash_seed_random(void)
{
    struct hash_seed seed;

    if (getrandom(&seed, sizeof seed, 0) != (ssize_t) sizeof seed) {
        perror("sectorwatch: getrandom");
        abort();
    }
    return seed;
}

uint64_t
hash_bytes(struct hash_seed seed, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    uint64_t hash = seed.words[1] ^ size;

    for (size_t left = size; left > 0;) {
        const size_t n = left < 8 ? left : 8;
        uint64_t word = 0;

        memcpy(&word, at, n);
        hash = hash_mix(hash ^ seed.words[0], word ^ UINT64_C(0xe7037ed1a0b428db));
        at += n;
        left -= n;
    }
    return hash_mix(hash, UINT64_C(0xa0761d6478bd642f));
}
