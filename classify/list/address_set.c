#include "classify/list/address_set.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/memory.h"
#include "classify/list/key_set.h"
#include "classify/prefix_map.h"

/* An address is on a list if any prefix of the list holds it, not only the longest, so each
 * prefix is given the lists of those that hold it too; its value in the prefix map is the
 * number of that set of lists. */
enum {
    ADDRESS_LENGTH = 128,
    MAX_NESTED = 129,
    N_RECENT = 256,
    MARKS = 1, /* Addresses need none, but a key has one at least. */
};

struct address_gathering {
    struct key_gathering addresses;
    struct prefix_entry *prefixes; /* An entry's value is its list's number, for now. */
    size_t n, capacity;
};

struct address_set {
    struct key_set *addresses;
    struct prefix_map *prefixes;
    size_t n_prefixes;
    uint64_t *sets; /* Of lists, by value of the prefix map; number 0 is not used. */
    size_t n_sets, sets_capacity;
};

/* The walk over sorted prefixes that makes sets of them. */
struct set_maker {
    struct address_set *set;
    struct {
        struct ip_prefix prefix;
        uint64_t lists;
    } open[MAX_NESTED]; /* Prefixes that hold where we are, with their lists. */
    size_t n_open;
    uint32_t recent[N_RECENT]; /* Numbers of sets lately made, by hash. */
};

static size_t make_sets(struct address_set *set, struct address_gathering *gathering);

struct address_gathering *
address_gathering_new(void)
{
    return memory_zeroed(1, sizeof(struct address_gathering));
}

static uint64_t
key_of(struct ip_address address)
{
    return hash_ip(hash_seed_fixed(), address, 0);
}

void
address_gathering_add(struct address_gathering *gathering, struct ip_prefix prefix,
                      unsigned list)
{
    if (prefix.length == ADDRESS_LENGTH) {
        key_gathering_add(&gathering->addresses, key_of(prefix.address), list, MARKS);
        return;
    }
    gathering->prefixes = memory_grow(gathering->prefixes, gathering->n,
                                      &gathering->capacity, sizeof *gathering->prefixes);
    gathering->prefixes[gathering->n++] =
        (struct prefix_entry){ prefix.address, list, prefix.length };
}

struct address_set *
address_set_new(struct address_gathering *gathering)
{
    struct address_set *set = memory_zeroed(1, sizeof *set);

    set->addresses = key_set_new(&gathering->addresses);
    set->n_prefixes = make_sets(set, gathering);
    set->prefixes = prefix_map_new(gathering->prefixes, set->n_prefixes);
    free(gathering->prefixes);
    free(gathering);
    return set;
}

void
address_set_free(struct address_set *set)
{
    if (set == NULL) {
        return;
    }
    key_set_free(set->addresses);
    prefix_map_free(set->prefixes);
    free(set->sets);
    free(set);
}

uint64_t
address_set_lookup(const struct address_set *set, struct ip_address address)
{
    const uint64_t lists = key_set_lookup(set->addresses, key_of(address), MARKS);

    if (set->n_prefixes == 0) {
        return lists;
    }
    return lists | set->sets[prefix_map_lookup(set->prefixes, address)];
}

size_t
address_set_memory(const struct address_set *set)
{
    return sizeof *set + key_set_memory(set->addresses) + prefix_map_memory(set->prefixes) +
           set->sets_capacity * sizeof *set->sets;
}

static uint64_t
enclosing_lists(const struct set_maker *maker)
{
    return maker->n_open > 0 ? maker->open[maker->n_open - 1].lists : 0;
}

/* The number of the set 'lists', the same for sets made not long ago; which of them does
 * not matter but for memory. */
static uint32_t
set_number(struct set_maker *maker, uint64_t lists)
{
    struct address_set *set = maker->set;
    uint32_t *recent = &maker->recent[hash_2(hash_seed_fixed(), lists, 0) % N_RECENT];

    if (*recent == 0 || set->sets[*recent] != lists) {
        set->sets =
            memory_grow(set->sets, set->n_sets, &set->sets_capacity, sizeof *set->sets);
        *recent = (uint32_t) set->n_sets;
        set->sets[set->n_sets++] = lists;
    }
    return *recent;
}

/* Merges equal prefixes and replaces lists by sets of lists, in place.  Returns how many
 * prefixes are left. */
static size_t
make_sets(struct address_set *set, struct address_gathering *gathering)
{
    struct prefix_entry *entries = gathering->prefixes;
    struct set_maker maker = { .set = set };
    size_t n = 0;

    set->sets = memory_grow(set->sets, 0, &set->sets_capacity, sizeof *set->sets);
    set->sets[0] = 0;
    set->n_sets = 1;
    prefix_entries_sort(entries, gathering->n);
    for (size_t i = 0; i < gathering->n;) {
        const struct ip_prefix prefix = { entries[i].address, entries[i].length };
        uint64_t lists;

        while (maker.n_open > 0 &&
               !ip_prefix_contains(maker.open[maker.n_open - 1].prefix, prefix.address)) {
            maker.n_open--;
        }
        lists = enclosing_lists(&maker);
        for (; i < gathering->n && entries[i].length == prefix.length &&
               ip_equal(entries[i].address, prefix.address);
             i++) {
            lists |= UINT64_C(1) << entries[i].value;
        }
        maker.open[maker.n_open].prefix = prefix;
        maker.open[maker.n_open++].lists = lists;
        entries[n++] = (struct prefix_entry){ prefix.address, set_number(&maker, lists),
                                              prefix.length };
    }
    return n;
}
