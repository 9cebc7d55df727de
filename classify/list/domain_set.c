#include "classify/list/domain_set.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "classify/list/indicator.h"

enum { WORD = 8, LABELS_MAX = DOMAIN_SET_LABELS_MAX };

static_assert(((int) DOMAIN_ITSELF | (int) DOMAIN_BELOW) <= (int) KEY_SET_MARKS_MAX,
              "a scope is the marks of a key");
static_assert((int) LABELS_MAX > (int) IDN_NAME_MAX + 1, "a name may be of dots alone");

struct domain_set {
    struct key_set *keys;
    uint64_t label_counts[LABELS_MAX / 64];
};

/* The keys of a name and of the domains above it: keys[n] of that with n labels. */
struct name_keys {
    unsigned n;
    uint64_t keys[LABELS_MAX];
};

static void make_keys(const char *name, struct name_keys *ret);

void
domain_gathering_add(struct domain_gathering *gathering, const char *domain, unsigned scope,
                     unsigned list)
{
    struct name_keys keys;

    make_keys(domain, &keys);
    gathering->label_counts[keys.n / 64] |= UINT64_C(1) << keys.n % 64;
    key_gathering_add(&gathering->keys, keys.keys[keys.n], list, scope);
}

struct domain_set *
domain_set_new(struct domain_gathering *gathering)
{
    struct domain_set *set = memory_zeroed(1, sizeof *set);

    set->keys = key_set_new(&gathering->keys);
    memcpy(set->label_counts, gathering->label_counts, sizeof set->label_counts);
    return set;
}

void
domain_set_free(struct domain_set *set)
{
    if (set == NULL) {
        return;
    }
    key_set_free(set->keys);
    free(set);
}

static bool
has_count(const struct domain_set *set, unsigned n_labels)
{
    return (set->label_counts[n_labels / 64] >> n_labels % 64 & 1) != 0;
}

uint64_t
domain_set_lookup(const struct domain_set *set, const char *name)
{
    struct name_keys keys;
    uint64_t lists = 0;

    if (key_set_n(set->keys) == 0) {
        return 0;
    }
    make_keys(name, &keys);
    for (unsigned n = 1; n <= keys.n; n++) {
        if (has_count(set, n)) {
            key_set_prefetch(set->keys, keys.keys[n]);
        }
    }
    for (unsigned n = 1; n <= keys.n; n++) {
        if (has_count(set, n)) {
            lists |= key_set_lookup(set->keys, keys.keys[n],
                                    n == keys.n ? DOMAIN_ITSELF : DOMAIN_BELOW);
        }
    }
    return lists;
}

size_t
domain_set_memory(const struct domain_set *set)
{
    return sizeof *set + key_set_memory(set->keys);
}

/* The key of the domain that 'label', of 'n' bytes, makes below the one with key 'above'.
 * WORD bytes behind the label can be read. */
static uint64_t
key_below(uint64_t above, const char *label, size_t n)
{
    const struct hash_seed seed = hash_seed_fixed();
    uint64_t key = above ^ n * seed.words[1];

    for (; n > 0; label += WORD) {
        uint64_t word;

        memcpy(&word, label, WORD);
        if (n < WORD) {
            word &= (UINT64_C(1) << 8 * n) - 1;
        }
        key = hash_mix(key ^ seed.words[0], word ^ UINT64_C(0xe7037ed1a0b428db));
        n -= n < WORD ? n : WORD;
    }
    return key;
}

static void
make_keys(const char *name, struct name_keys *ret)
{
    char copy[IDN_NAME_MAX + 1 + WORD];
    const size_t size = strnlen(name, IDN_NAME_MAX);
    size_t end = size;
    uint64_t key = 0;

    memcpy(copy, name, size);
    memset(copy + size, 0, WORD);
    ret->n = 0;
    for (size_t at = size; at > 0; at--) {
        if (copy[at - 1] == '.') {
            key = key_below(key, copy + at, end - at);
            ret->keys[++ret->n] = key;
            end = at - 1;
        }
    }
    ret->keys[++ret->n] = key_below(key, copy, end);
}
