#ifndef CLASSIFY_LIST_FINGERPRINT_SET_H
#define CLASSIFY_LIST_FINGERPRINT_SET_H

#include <stdint.h>
#include <string.h>

#include "base/hash.h"
#include "classify/list/key_set.h"

/* From a fingerprint to the lists that it is on: a set of keys that are hashes of texts. */

static inline uint64_t
fingerprint_key(const char *fingerprint)
{
    return hash_bytes(hash_seed_fixed(), fingerprint, strlen(fingerprint));
}

static inline void
fingerprint_gathering_add(struct key_gathering *gathering, const char *fingerprint,
                          unsigned list)
{
    key_gathering_add(gathering, fingerprint_key(fingerprint), list, 1);
}

/* The lists that it is on: bit i for list i. */
static inline uint64_t
fingerprint_lookup(const struct key_set *set, const char *fingerprint)
{
    return key_set_lookup(set, fingerprint_key(fingerprint), 1);
}

#endif
