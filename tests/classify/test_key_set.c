#include "classify/list/key_set.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/timestamp.h"
#include "support/support.h"

static void
test_empty(void **state)
{
    struct key_gathering gathering = { 0 };
    struct key_set *set = key_set_new(&gathering);

    (void) state;
    assert_int_equal(key_set_n(set), 0);
    assert_true(key_set_lookup(set, 0, KEY_SET_MARKS_MAX) == 0);
    assert_true(key_set_lookup(set, 7, KEY_SET_MARKS_MAX) == 0);
    key_set_free(set);
    key_set_free(NULL);
}

/* Keys that differ in one bit only, wherever it is, and keys of zeros or ones alone. */
static void
test_bits(void **state)
{
    struct key_gathering gathering = { 0 };
    struct key_set *set;

    (void) state;
    key_gathering_add(&gathering, 0, 5, 1);
    key_gathering_add(&gathering, UINT64_MAX, 63, 2);
    set = key_set_new(&gathering);
    assert_true(key_set_lookup(set, 0, 1) == UINT64_C(1) << 5);
    assert_true(key_set_lookup(set, 0, 2) == 0);
    assert_true(key_set_lookup(set, UINT64_MAX, 3) == UINT64_C(1) << 63);
    for (unsigned bit = 0; bit < 56; bit++) {
        assert_true(key_set_lookup(set, UINT64_C(1) << bit, 3) == 0);
    }
    key_set_free(set);
}

static void
test_marks(void **state)
{
    struct key_gathering gathering = { 0 };
    const uint64_t key = UINT64_C(0x123456789abcdef0);
    struct key_set *set;

    (void) state;
    key_gathering_add(&gathering, key, 0, 1);
    key_gathering_add(&gathering, key, 0, 2);
    key_gathering_add(&gathering, key, 1, 2);
    key_gathering_add(&gathering, key, 1, 2);
    set = key_set_new(&gathering);
    assert_int_equal(key_set_n(set), 2);
    assert_true(key_set_lookup(set, key, 1) == 1);
    assert_true(key_set_lookup(set, key, 2) == 3);
    key_set_free(set);
}

/* A key on all lists takes eight buckets of the nine or ten that there are. */
static void
test_all_lists(void **state)
{
    struct key_gathering gathering = { 0 };
    struct key_set *set;

    (void) state;
    for (unsigned list = 0; list < KEY_SET_LISTS_MAX; list++) {
        key_gathering_add(&gathering, UINT64_MAX, list, 1);
    }
    set = key_set_new(&gathering);
    assert_true(key_set_lookup(set, UINT64_MAX, 1) == UINT64_MAX);
    assert_true(key_set_lookup(set, UINT64_MAX - 1, 1) == 0);
    assert_true(key_set_lookup(set, 0, 1) == 0);
    key_set_free(set);
}

/* Checked against a search through all. */
static void
test_random(void **state)
{
    enum { N = 3000, N_KEYS = 1000 };
    const char *given = getenv("SECTORWATCH_TEST_SEED");
    const uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : timestamp_now();
    static struct {
        uint64_t key;
        unsigned list, marks;
    } items[N];

    (void) state;
    printf("SECTORWATCH_TEST_SEED=%" PRIu64 "\n", seed);
    srandom((unsigned) seed);
    for (size_t n = 1; n <= N; n += n < 40 ? 1 : 987) {
        struct key_gathering gathering = { 0 };
        struct key_set *set;

        for (size_t i = 0; i < n; i++) {
            items[i].key = hash_2(hash_seed_fixed(), seed, (uint64_t) random() % N_KEYS);
            items[i].list = (unsigned) random() % KEY_SET_LISTS_MAX;
            items[i].marks = 1 + (unsigned) random() % KEY_SET_MARKS_MAX;
            key_gathering_add(&gathering, items[i].key, items[i].list, items[i].marks);
        }
        set = key_set_new(&gathering);
        for (uint64_t k = 0; k < N_KEYS; k++) {
            const uint64_t key = hash_2(hash_seed_fixed(), seed, k);

            for (unsigned marks = 1; marks <= KEY_SET_MARKS_MAX; marks++) {
                uint64_t want = 0;

                for (size_t i = 0; i < n; i++) {
                    if (items[i].key == key && (items[i].marks & marks) != 0) {
                        want |= UINT64_C(1) << items[i].list;
                    }
                }
                assert_true(key_set_lookup(set, key, marks) == want);
            }
        }
        key_set_free(set);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),  cmocka_unit_test(test_bits),
        cmocka_unit_test(test_marks),  cmocka_unit_test(test_all_lists),
        cmocka_unit_test(test_random),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
