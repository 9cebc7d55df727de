#include "classify/list/domain_set.h"

#include <assert.h>
#include <endian.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "classify/list/indicator.h"

enum { WORD = 8, KEYS_MAX = IDN_NAME_MAX + 1 /* Of a name of dots alone. */ };

static_assert(((int) DOMAIN_ITSELF | (int) DOMAIN_BELOW) <= (int) KEY_SET_MARKS_MAX,
              "a scope is the marks of a key");

struct domain_set {
    struct key_set *keys;
    uint64_t label_counts; /* As in struct domain_gathering. */
};

/* A walk through a name, word by word from its end. */
struct walk {
    const char *name;
    size_t size, end; /* What is left ends at 'end'. */
    uint64_t state;   /* Of the words behind that. */
};

static struct walk walk_begin(const char *name);
static uint64_t word_before(const struct walk *walk);
static void walk_on(struct walk *walk, uint64_t word);
static uint64_t dots_in(uint64_t word);
static uint64_t mix(uint64_t state, uint64_t word);

/* The bit that stands for a domain of 'n' labels. */
static uint64_t
count_bit(unsigned n)
{
    return UINT64_C(1) << (n < 63 ? n : 63);
}

void
domain_gathering_add(struct domain_gathering *gathering, const char *domain, unsigned scope,
                     unsigned list)
{
    struct walk walk = walk_begin(domain);
    uint64_t word = word_before(&walk);
    unsigned n_labels = 1;

    for (; walk.end >= WORD; word = word_before(&walk)) {
        n_labels += (unsigned) __builtin_popcountll(dots_in(word));
        walk_on(&walk, word);
    }
    n_labels += (unsigned) __builtin_popcountll(dots_in(word));
    gathering->label_counts |= count_bit(n_labels);
    key_gathering_add(&gathering->keys, mix(walk.state, word), list, scope);
}

struct domain_set *
domain_set_new(struct domain_gathering *gathering)
{
    struct domain_set *set = memory_zeroed(1, sizeof *set);

    set->keys = key_set_new(&gathering->keys);
    set->label_counts = gathering->label_counts;
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

/* Makes the keys of the domains above a name that may be in the set, and asks for their
 * buckets.  Returns their number; and in 'ret_last', if the name itself may be in it, its
 * key. */
static unsigned
make_keys(const struct domain_set *set, const char *name, uint64_t keys[static KEYS_MAX],
          bool *ret_has_last, uint64_t *ret_last)
{
    struct walk walk = walk_begin(name);
    unsigned n = 0, n_labels = 1;

    for (;;) {
        const uint64_t word = word_before(&walk);

        for (uint64_t dots = dots_in(word); dots != 0; n_labels++) {
            /* Bits of what is behind the last dot. */
            const unsigned n_bits = (unsigned) __builtin_clzll(dots);

            if ((set->label_counts & count_bit(n_labels)) != 0) {
                keys[n] = mix(walk.state, word & ~(UINT64_MAX >> n_bits));
                key_set_prefetch(set->keys, keys[n++]);
            }
            dots &= ~(UINT64_C(1) << 63 >> n_bits);
        }
        if (walk.end < WORD) {
            *ret_last = mix(walk.state, word);
            break;
        }
        walk_on(&walk, word);
    }
    *ret_has_last = (set->label_counts & count_bit(n_labels)) != 0;
    return n;
}

uint64_t
domain_set_lookup(const struct domain_set *set, const char *name)
{
    uint64_t keys[KEYS_MAX], last, lists = 0;
    bool has_last;
    unsigned n;

    if (key_set_n(set->keys) == 0) {
        return 0;
    }
    n = make_keys(set, name, keys, &has_last, &last);
    if (has_last) {
        key_set_prefetch(set->keys, last);
    }
    for (unsigned i = 0; i < n; i++) {
        lists |= key_set_lookup(set->keys, keys[i], DOMAIN_BELOW);
    }
    if (has_last) {
        lists |= key_set_lookup(set->keys, last, DOMAIN_ITSELF);
    }
    return lists;
}

size_t
domain_set_memory(const struct domain_set *set)
{
    return sizeof *set + key_set_memory(set->keys);
}

static struct walk
walk_begin(const char *name)
{
    const size_t size = strnlen(name, IDN_NAME_MAX);

    return (struct walk){ .name = name, .size = size, .end = size };
}

static uint64_t
load(const char *at)
{
    uint64_t word;

    memcpy(&word, at, WORD);
    return le64toh(word);
}

/* The word that ends where the walk is, its last byte highest; zeros stand for what would
 * lie before the name.  Nothing is read outside the name, nor is the name copied: what was
 * written in other pieces can be read only when all before it is done, so every look-up
 * would wait for the one before. */
static uint64_t
word_before(const struct walk *walk)
{
    uint64_t word = 0;

    if (walk->end >= WORD) {
        return load(walk->name + walk->end - WORD);
    }
    if (walk->size >= WORD && walk->end > 0) {
        return load(walk->name) << 8 * (WORD - walk->end);
    }
    for (size_t i = 0; i < walk->end; i++) {
        word = word >> 8 | (uint64_t) (uint8_t) walk->name[i] << 56;
    }
    return word;
}

static void
walk_on(struct walk *walk, uint64_t word)
{
    walk->state = mix(walk->state, word);
    walk->end -= WORD;
}

/* The bytes of 'word' that are dots: the highest bit of each. */
static uint64_t
dots_in(uint64_t word)
{
    const uint64_t low_bits = UINT64_C(0x7f7f7f7f7f7f7f7f);
    const uint64_t x = word ^ UINT64_C(0x2e2e2e2e2e2e2e2e); /* A dot becomes 0. */

    return ~(((x & low_bits) + low_bits) | x | low_bits);
}

static uint64_t
mix(uint64_t state, uint64_t word)
{
    const struct hash_seed seed = hash_seed_fixed();

    return hash_mix(state ^ seed.words[0], word ^ UINT64_C(0xe7037ed1a0b428db));
}
