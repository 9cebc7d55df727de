/* Counts of thresholds, against a plain list of times. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/timestamp.h"
#include "rules/threshold.h"
#include "support/support.h"

enum { STEPS_MAX = 24 };

static const struct step_case {
    const char *name;
    uint32_t limit;
    uint64_t within_s;
    struct {
        uint64_t time_s;
        uint32_t expected;
    } steps[STEPS_MAX];
    size_t n;
} step_cases[] = {
    { "fires at the count and begins again",
      3,
      60,
      { { 0, 0 }, { 1, 0 }, { 2, 3 }, { 3, 0 }, { 4, 0 }, { 5, 3 } },
      6 },
    { "the window includes its end", 2, 60, { { 0, 0 }, { 60, 2 } }, 2 },
    { "and nothing after it", 2, 60, { { 0, 0 }, { 61, 0 }, { 122, 0 } }, 3 },
    { "it slides", 3, 60, { { 0, 0 }, { 55, 0 }, { 65, 0 }, { 70, 3 } }, 4 },
    { "a packet out of order", 2, 60, { { 100, 0 }, { 90, 2 } }, 2 },
    { "a count of one", 1, 60, { { 0, 1 }, { 1, 1 } }, 2 },
};

static void
test_steps(void **state)
{
    const struct step_case *c = *state;
    struct thresholds *t = thresholds_new(16, hash_seed_fixed());
    const struct threshold_key key = { .rule = 1 };
    struct counters counters = { { 0 } };

    for (size_t i = 0; i < c->n; i++) {
        assert_int_equal(thresholds_count(t, &key, c->steps[i].time_s * NS_PER_SECOND,
                                          c->within_s * NS_PER_SECOND, c->limit, &counters),
                         c->steps[i].expected);
    }
    thresholds_free(t);
}

/* Each part of a key counts on its own. */
static void
test_keys(void **state)
{
    const struct threshold_key keys[] = {
        { .rule = 1 },
        { .rule = 2 },
        { .rule = 1, .peer = ip_from_v4(1) },
        { .rule = 1, .asset = ip_from_v4(1) },
        { .rule = 1, .organisation = 1 },
        { .rule = 1, .sectors = 1 },
    };
    struct thresholds *t = thresholds_new(16, hash_seed_fixed());
    struct counters counters = { { 0 } };

    (void) state;
    for (size_t i = 0; i < N_ELEMENTS(keys); i++) {
        assert_int_equal(thresholds_count(t, &keys[i], 0, 10, 2, &counters), 0);
    }
    for (size_t i = 0; i < N_ELEMENTS(keys); i++) {
        assert_int_equal(thresholds_count(t, &keys[i], 1, 10, 2, &counters), 2);
    }
    assert_int_equal(counters.n[COUNTER_RULES_THRESHOLDS_FORGOTTEN], 0);
    thresholds_free(t);
}

/* When the table is full, the count idle longest is forgotten, and that is counted. */
static void
test_full(void **state)
{
    struct thresholds *t = thresholds_new(2, hash_seed_fixed());
    const struct threshold_key a = { .rule = 1 }, b = { .rule = 2 }, c = { .rule = 3 };
    struct counters counters = { { 0 } };

    (void) state;
    assert_int_equal(thresholds_count(t, &a, 0, 100, 3, &counters), 0);
    assert_int_equal(thresholds_count(t, &b, 1, 100, 3, &counters), 0);
    assert_int_equal(thresholds_count(t, &a, 2, 100, 3, &counters), 0);
    assert_int_equal(thresholds_count(t, &c, 3, 100, 3, &counters), 0); /* b gives way. */
    assert_int_equal(counters.n[COUNTER_RULES_THRESHOLDS_FORGOTTEN], 1);
    assert_int_equal(thresholds_count(t, &a, 4, 100, 3, &counters), 3);
    assert_int_equal(thresholds_count(t, &b, 5, 100, 2, &counters), 0); /* c gives way. */
    assert_int_equal(counters.n[COUNTER_RULES_THRESHOLDS_FORGOTTEN], 2);
    thresholds_free(t);
}

/* A plain list of all matches within the window. */
struct plain {
    uint64_t times[4096];
    size_t n;
};

static uint32_t
plain_count(struct plain *plain, uint64_t time_ns, uint64_t within_ns)
{
    size_t kept = 0;

    for (size_t i = 0; i < plain->n; i++) {
        if (time_ns - plain->times[i] <= within_ns) {
            plain->times[kept++] = plain->times[i];
        }
    }
    plain->times[kept++] = time_ns;
    plain->n = kept;
    return (uint32_t) kept;
}

/* Up to THRESHOLD_TIMES the count is exact; above, it fires no earlier than it should, and
 * when it is a quarter over the limit it has fired. */
static void
test_random(void **state)
{
    const unsigned seed = (unsigned) time(NULL);
    struct counters counters = { { 0 } };

    (void) state;
    print_message("seed %u\n", seed);
    srand(seed);
    for (unsigned run = 0; run < 300; run++) {
        const uint32_t limit =
            1 + (uint32_t) rand() % (run % 2 == 0 ? THRESHOLD_TIMES : 200);
        const uint64_t within = 1000;
        const int gap = 1 + rand() % (2000 / (int) limit + 1);
        struct thresholds *t = thresholds_new(1, hash_seed_fixed());
        const struct threshold_key key = { .rule = 0 };
        struct plain plain = { .n = 0 };
        uint64_t now = 0;

        for (unsigned i = 0; i < 1000; i++) {
            const uint32_t got = thresholds_count(t, &key, now, within, limit, &counters);
            const uint32_t expected = plain_count(&plain, now, within);

            if (limit <= THRESHOLD_TIMES) {
                assert_int_equal(got, expected >= limit ? limit : 0);
            }
            assert_true(got <= expected);
            if (got == 0 && expected > limit + limit / 4 + 1) {
                fail_msg("%u matches of %u did not fire", expected, limit);
            }
            plain.n = got > 0 ? 0 : plain.n;
            now += (uint64_t) (rand() % (2 * gap));
        }
        thresholds_free(t);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_keys),
                                        cmocka_unit_test(test_full),
                                        cmocka_unit_test(test_random) };

    return RUN_CASES(step_cases, test_steps) + cmocka_run_group_tests(tests, NULL, NULL);
}
