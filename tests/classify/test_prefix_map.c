#include "classify/prefix_map.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timestamp.h"
#include "support/support.h"

enum { MAX_PREFIXES = 8, MAX_QUESTIONS = 10 };

/* The value of a prefix is its place in the list, from 1. */
static const struct map_case {
    const char *name;
    const char *prefixes[MAX_PREFIXES];
    struct question {
        const char *address;
        uint32_t value;
    } questions[MAX_QUESTIONS];
} cases[] = {
    { "empty", { NULL }, { { "0.0.0.0", 0 }, { "::", 0 }, { "2001:db8::1", 0 } } },
    { "ends of a prefix",
      { "192.0.2.0/24" },
      { { "192.0.1.255", 0 },
        { "192.0.2.0", 1 },
        { "192.0.2.255", 1 },
        { "192.0.3.0", 0 } } },
    { "smaller than a bit of the table",
      { "192.0.2.64/26" },
      { { "192.0.2.63", 0 },
        { "192.0.2.64", 1 },
        { "192.0.2.127", 1 },
        { "192.0.2.128", 0 } } },
    { "the longer wins",
      { "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.1.2.3/32" },
      { { "10.0.0.1", 1 },
        { "10.1.0.1", 2 },
        { "10.1.2.2", 3 },
        { "10.1.2.3", 4 },
        { "10.1.2.4", 3 },
        { "10.1.3.0", 2 },
        { "10.2.0.0", 1 },
        { "11.0.0.0", 0 } } },
    { "nested with a common start",
      { "10.0.0.0/8", "10.0.0.0/16", "10.0.0.0/32" },
      { { "10.0.0.0", 3 }, { "10.0.0.1", 2 }, { "10.0.255.255", 2 }, { "10.1.0.0", 1 } } },
    { "nested with a common end",
      { "10.0.0.0/8", "10.255.0.0/16", "10.255.255.255/32" },
      { { "10.254.255.255", 1 },
        { "10.255.0.0", 2 },
        { "10.255.255.254", 2 },
        { "10.255.255.255", 3 },
        { "11.0.0.0", 0 } } },
    { "neighbours",
      { "10.0.0.0/24", "10.0.1.0/24" },
      { { "9.255.255.255", 0 },
        { "10.0.0.255", 1 },
        { "10.0.1.0", 2 },
        { "10.0.2.0", 0 } } },
    { "all of IPv4",
      { "0.0.0.0/0", "255.255.255.255/32" },
      { { "0.0.0.0", 1 },
        { "255.255.255.254", 1 },
        { "255.255.255.255", 2 },
        { "::", 0 },
        { "::1:0:0:0", 0 },
        { "2001:db8::1", 0 } } },
    { "all of IPv6 is not all of IPv4",
      { "::/0", "10.0.0.0/8" },
      { { "::", 1 },
        { "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 1 },
        { "9.255.255.255", 0 },
        { "10.0.0.1", 2 },
        { "11.0.0.0", 0 } } },
    { "all of IPv6 but not IPv4",
      { "8000::/1", "::/128" },
      { { "::", 2 }, { "::1", 0 }, { "8000::", 1 }, { "1.2.3.4", 0 } } },
    { "IPv6",
      { "2001:db8::/32", "2001:db8:1::/48", "2001:db8:1::1/128" },
      { { "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", 0 },
        { "2001:db8::", 1 },
        { "2001:db8:1::", 2 },
        { "2001:db8:1::1", 3 },
        { "2001:db8:1::2", 2 },
        { "2001:db8:2::", 1 },
        { "2001:db9::", 0 } } },
    { "hosts in one /64",
      { "2001:db8::10/128", "2001:db8::20/124", "2001:db8::/64" },
      { { "2001:db8::", 3 },
        { "2001:db8::f", 3 },
        { "2001:db8::10", 1 },
        { "2001:db8::11", 3 },
        { "2001:db8::2f", 2 },
        { "2001:db8::30", 3 },
        { "2001:db8:0:1::", 0 } } },
    { "before and after 2000::/3",
      { "64:ff9b::/96", "fd00::/8", "1fff:ffff::/32", "4000::/128" },
      { { "64:ff9b::1", 1 },
        { "64:ff9b:0:0:0:1::", 0 },
        { "fcff::", 0 },
        { "fd12:3456::1", 2 },
        { "fe80::1", 0 },
        { "1fff:ffff::1", 3 },
        { "2000::", 0 },
        { "4000::", 4 },
        { "4000::1", 0 } } },
    { "a host at the start of a cell",
      { "2000::/128" },
      { { "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 0 },
        { "2000::", 1 },
        { "2000::1", 0 },
        { "2001::", 0 } } },
    { "up to the highest IPv4 address",
      { "255.255.0.0/16", "255.255.255.0/24" },
      { { "255.254.255.255", 0 },
        { "255.255.254.255", 1 },
        { "255.255.255.0", 2 },
        { "255.255.255.255", 2 } } },
    { "up to the highest IPv6 address",
      { "ffff:ffff:ffff:ffff:8000::/65", "ffff:ffff:ffff:ffff:c000::/66" },
      { { "ffff:ffff:ffff:fffe:ffff:ffff:ffff:ffff", 0 },
        { "ffff:ffff:ffff:ffff::", 0 },
        { "ffff:ffff:ffff:ffff:8000::1", 1 },
        { "ffff:ffff:ffff:ffff:c000::1", 2 },
        { "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 2 } } },
    { "of equals the last", { "10.0.0.0/8", "10.0.0.0/8" }, { { "10.0.0.1", 2 } } },
};

static struct ip_address
address_of(const char *text)
{
    struct ip_address address;

    assert_true(ip_parse(text, &address));
    return address;
}

static void
test_map(void **state)
{
    const struct map_case *c = *state;
    struct prefix_entry entries[MAX_PREFIXES];
    struct prefix_map *map;
    size_t n = 0;

    for (; n < MAX_PREFIXES && c->prefixes[n] != NULL; n++) {
        struct ip_prefix prefix;

        assert_int_equal(ip_prefix_parse(c->prefixes[n], &prefix), IP_PARSE_OK);
        entries[n] =
            (struct prefix_entry){ prefix.address, (uint32_t) n + 1, prefix.length };
    }
    prefix_entries_sort(entries, n);
    map = prefix_map_new(entries, n);
    for (size_t i = 0; i < MAX_QUESTIONS && c->questions[i].address != NULL; i++) {
        const struct ip_address address = address_of(c->questions[i].address);

        prefix_map_prefetch(map, address);
        if (prefix_map_lookup(map, address) != c->questions[i].value) {
            fail_msg("%s: %" PRIu32 " instead of %" PRIu32, c->questions[i].address,
                     prefix_map_lookup(map, address), c->questions[i].value);
        }
    }
    assert_true(prefix_map_memory(map) < 8u << 20);
    prefix_map_free(map);
}

/* Random prefixes, checked against a search through all of them. */
static const struct random_case {
    const char *name;
    size_t n;
    struct ip_prefix within; /* They lie in it, and so do the addresses. */
    unsigned spread;         /* Bits after its length that are random; the rest is 0. */
} random_cases[] = {
    { "IPv4, anywhere", 1000, { { 0, UINT64_C(0xffff00000000) }, 96 }, 32 },
    { "IPv4, many", 5000, { { 0, UINT64_C(0xffff00000000) }, 96 }, 32 },
    { "IPv4, crowded", 800, { { 0, UINT64_C(0xffff0a000000) }, 112 }, 16 },
    { "IPv4, some bits", 500, { { 0, UINT64_C(0xffff00000000) }, 96 }, 5 },
    { "IPv6, anywhere", 1000, { { 0, 0 }, 0 }, 128 },
    { "IPv6, global unicast", 1000, { { UINT64_C(1) << 61, 0 }, 3 }, 61 },
    { "IPv6, crowded", 800, { { UINT64_C(0x20010db800000000), 0 }, 32 }, 12 },
    { "IPv6, in one /64", 800, { { UINT64_C(0x20010db800000000), 0 }, 112 }, 16 },
    { "both, near the mapped addresses", 500, { { 0, UINT64_C(0xfffe00000000) }, 95 }, 6 },
};

static uint64_t random_state;

static uint64_t
next_random(void) /* xorshift64* (Vigna 2016). */
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * UINT64_C(2685821657736338717);
}

static struct ip_address
random_address(const struct random_case *c)
{
    const struct ip_address any = { next_random(), next_random() };
    const struct ip_address top = ip_mask(any, c->within.length);
    const struct ip_address cut = ip_mask(any, c->within.length + c->spread);

    return (struct ip_address){ c->within.address.high | (cut.high ^ top.high),
                                c->within.address.low | (cut.low ^ top.low) };
}

static uint32_t
plain_lookup(const struct prefix_entry *entries, size_t n, struct ip_address address)
{
    const struct prefix_entry *best = NULL;

    for (size_t i = 0; i < n; i++) {
        const struct ip_prefix prefix = { entries[i].address, entries[i].length };

        if (ip_prefix_contains(prefix, address) &&
            (best == NULL || entries[i].length >= best->length)) {
            best = &entries[i];
        }
    }
    return best == NULL ? 0 : best->value;
}

static void
check_lookup(const struct prefix_map *map, const struct prefix_entry *entries, size_t n,
             struct ip_address address)
{
    const uint32_t want = plain_lookup(entries, n, address);
    const uint32_t got = prefix_map_lookup(map, address);
    char text[IP_TEXT_SIZE];

    if (got != want) {
        fail_msg("%s: %" PRIu32 " instead of %" PRIu32, ip_format(address, text), got,
                 want);
    }
}

static struct ip_address
plus(struct ip_address address, bool up)
{
    struct ip_address next = { address.high, address.low + (up ? 1u : UINT64_MAX) };

    next.high += up ? (next.low == 0) : (next.low == UINT64_MAX ? UINT64_MAX : 0);
    return next;
}

/* The addresses on both sides of both ends of 'entry': where mistakes are. */
static void
check_ends(const struct prefix_map *map, const struct prefix_entry *entries, size_t n,
           const struct prefix_entry *entry)
{
    const struct ip_address ones = { UINT64_MAX, UINT64_MAX };
    const struct ip_address mask = ip_mask(ones, entry->length);
    const struct ip_address last = { entry->address.high | ~mask.high,
                                     entry->address.low | ~mask.low };

    check_lookup(map, entries, n, entry->address);
    check_lookup(map, entries, n, plus(entry->address, false));
    check_lookup(map, entries, n, last);
    check_lookup(map, entries, n, plus(last, true));
}

static void
test_random(void **state)
{
    const struct random_case *c = *state;
    const char *given = getenv("SECTORWATCH_TEST_SEED");
    const uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : timestamp_now();
    struct prefix_entry *entries = calloc(c->n, sizeof *entries);
    struct prefix_map *map;

    printf("SECTORWATCH_TEST_SEED=%" PRIu64 "\n", seed);
    random_state = seed | 1;
    for (size_t i = 0; i < c->n; i++) {
        const unsigned length =
            c->within.length + (unsigned) (next_random() >> 33) % (129u - c->within.length);

        entries[i] = (struct prefix_entry){ ip_mask(random_address(c), length),
                                            (uint32_t) i % 7 + 1, (uint8_t) length };
    }
    prefix_entries_sort(entries, c->n);
    map = prefix_map_new(entries, c->n);
    for (size_t i = 0; i < 1000; i++) {
        check_lookup(map, entries, c->n, random_address(c));
        check_lookup(map, entries, c->n,
                     (struct ip_address){ next_random(), next_random() });
    }
    for (size_t i = 0; i < c->n; i++) {
        check_ends(map, entries, c->n, &entries[i]);
    }
    prefix_map_free(map);
    free(entries);
}

int
main(void)
{
    return RUN_CASES(cases, test_map) + RUN_CASES(random_cases, test_random);
}
