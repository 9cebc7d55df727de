#include "base/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/support.h"

/* The fixed seed keeps replays exact: these values are part of what the program is. */
static void
test_fixed(void **state)
{
    const struct hash_seed a = hash_seed_fixed(), b = hash_seed_fixed();

    (void) state;
    assert_memory_equal(&a, &b, sizeof a);
    assert_true(hash_2(a, 1, 2) == hash_2(b, 1, 2));
    assert_true(hash_bytes(a, "energy", 6) == hash_bytes(b, "energy", 6));
}

static void
test_random(void **state)
{
    const struct hash_seed a = hash_seed_random(), b = hash_seed_random();

    (void) state;
    assert_memory_not_equal(&a, &b, sizeof a);
    assert_true(hash_2(a, 1, 2) != hash_2(b, 1, 2));
}

/* The product of 64-bit words, by hand. */
static void
test_mix(void **state)
{
    (void) state;
    assert_true(hash_mix(3, 5) == 15);
    /* (2^64 - 1)^2 = 2^128 - 2^65 + 1: high word 2^64 - 2, low word 1. */
    assert_true(hash_mix(UINT64_MAX, UINT64_MAX) == ((UINT64_MAX - 1) ^ 1));
    assert_true(hash_mix(UINT64_C(1) << 63, 4) == 2);
}

/* Which bits of the hash change when one bit of the input does: about half, on average, and
 * every one at some time. */
static void
check_avalanche(uint64_t (*hash)(uint64_t high, uint64_t low, unsigned extra))
{
    uint64_t ever = 0, n_changed = 0;
    enum { ROUNDS = 64 };

    for (uint64_t round = 0; round < ROUNDS; round++) {
        for (unsigned bit = 0; bit < 128; bit++) {
            const uint64_t one = UINT64_C(1) << bit % 64;
            const uint64_t before = hash(round, round * 977, 80);
            const uint64_t after = bit < 64 ? hash(round ^ one, round * 977, 80)
                                            : hash(round, round * 977 ^ one, 80);

            ever |= before ^ after;
            n_changed += (uint64_t) __builtin_popcountll(before ^ after);
        }
    }
    assert_true(ever == UINT64_MAX);
    assert_in_range(n_changed / (ROUNDS * 128), 30, 33);
}

static uint64_t
two_words(uint64_t high, uint64_t low, unsigned extra)
{
    (void) extra;
    return hash_2(hash_seed_fixed(), high, low);
}

static uint64_t
an_address(uint64_t high, uint64_t low, unsigned extra)
{
    return hash_ip(hash_seed_fixed(), (struct ip_address){ high, low }, extra);
}

static void
test_avalanche(void **state)
{
    (void) state;
    check_avalanche(two_words);
    check_avalanche(an_address);
}

/* The addresses and ports of one network spread over buckets as chance would spread them:
 * with 2^16 keys in 2^12 buckets of 16 on average, none has more than 48. */
static void
test_spread(void **state)
{
    enum { N_BUCKETS = 4096, N_KEYS = 65536 };
    static unsigned buckets[N_BUCKETS];

    (void) state;
    for (uint32_t i = 0; i < N_KEYS; i++) {
        const struct ip_address address = ip_from_v4(0xc0a80000 + i / 256);

        buckets[hash_ip(hash_seed_fixed(), address, i % 256) % N_BUCKETS]++;
    }
    for (unsigned i = 0; i < N_BUCKETS; i++) {
        assert_true(buckets[i] <= 48);
    }
}

static void
test_bytes(void **state)
{
    const struct hash_seed seed = hash_seed_fixed();
    static const char text[] = "a text of some twenty bytes";
    uint64_t hashes[sizeof text];

    (void) state;
    /* Prefixes of a text, zeros and texts that differ in one byte differ. */
    for (size_t size = 0; size < sizeof text; size++) {
        char changed[sizeof text];

        memcpy(changed, text, sizeof text);
        hashes[size] = hash_bytes(seed, text, size);
        for (size_t i = 0; i < size; i++) {
            assert_true(hashes[i] != hashes[size]);
            changed[i] ^= 1;
            assert_true(hash_bytes(seed, changed, size) != hashes[size]);
            changed[i] ^= 1;
        }
    }
    assert_true(hash_bytes(seed, "\0\0", 1) != hash_bytes(seed, "\0\0", 2));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fixed),  cmocka_unit_test(test_random),
        cmocka_unit_test(test_mix),    cmocka_unit_test(test_avalanche),
        cmocka_unit_test(test_spread), cmocka_unit_test(test_bytes)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
