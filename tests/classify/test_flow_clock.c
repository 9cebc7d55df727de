#include "classify/flow_clock.h"

#include "base/timestamp.h"
#include "support/support.h"

enum { FAR_S = 60, BEHIND_MAX = 64 };

#define SECONDS(n) ((uint64_t) (n) *NS_PER_SECOND)

static struct counters counters;

static int
begin(void **state)
{
    (void) state;
    counters = (struct counters){ { 0 } };
    return 0;
}

/* With the packets, and with time that goes by without any; never back. */
static void
test_forward(void **state)
{
    struct flow_clock clock = flow_clock_init(SECONDS(FAR_S));

    (void) state;
    flow_clock_follow(&clock, SECONDS(100), &counters);
    assert_int_equal(clock.now_ns, SECONDS(100));
    flow_clock_follow(&clock, SECONDS(103), &counters);
    assert_int_equal(clock.now_ns, SECONDS(103));
    flow_clock_advance(&clock, SECONDS(110), &counters);
    assert_int_equal(clock.now_ns, SECONDS(110));
    flow_clock_advance(&clock, SECONDS(90), &counters);
    assert_int_equal(clock.now_ns, SECONDS(110));
    assert_int_equal(counters.n[COUNTER_CLASSIFY_TIME_BACKWARD], 0);
}

/* However many packets are a little late, the clock waits for them to catch up. */
static void
test_disorder(void **state)
{
    struct flow_clock clock = flow_clock_init(SECONDS(FAR_S));

    (void) state;
    flow_clock_follow(&clock, SECONDS(100), &counters);
    for (unsigned i = 0; i < 2 * BEHIND_MAX; i++) {
        flow_clock_follow(&clock, SECONDS(100 - FAR_S) + 1, &counters);
    }
    assert_int_equal(clock.now_ns, SECONDS(100));
    assert_int_equal(counters.n[COUNTER_CLASSIFY_TIME_BACKWARD], 2 * BEHIND_MAX);
    assert_int_equal(counters.n[COUNTER_CLASSIFY_TIME_SET_BACK], 0);
    flow_clock_follow(&clock, SECONDS(101), &counters);
    assert_int_equal(clock.now_ns, SECONDS(101));
}

/* Another recording: the clock goes on from where it stands. */
static void
test_set_back(void **state)
{
    struct flow_clock clock = flow_clock_init(SECONDS(FAR_S));

    (void) state;
    flow_clock_follow(&clock, SECONDS(1000), &counters);
    for (unsigned i = 0; i < BEHIND_MAX; i++) {
        assert_int_equal(counters.n[COUNTER_CLASSIFY_TIME_SET_BACK], 0);
        flow_clock_follow(&clock, SECONDS(10), &counters);
    }
    assert_int_equal(counters.n[COUNTER_CLASSIFY_TIME_SET_BACK], 1);
    assert_int_equal(clock.now_ns, SECONDS(1000));
    flow_clock_follow(&clock, SECONDS(13), &counters);
    assert_int_equal(clock.now_ns, SECONDS(1003));
}

/* Without a packet it goes on too, after so many seconds; one of the present breaks the
 * row.
 */
static void
test_set_back_idle(void **state)
{
    struct flow_clock clock = flow_clock_init(SECONDS(FAR_S));

    (void) state;
    flow_clock_follow(&clock, SECONDS(10000), &counters);
    for (unsigned i = 0; i < BEHIND_MAX - 1; i++) {
        flow_clock_advance(&clock, SECONDS(6400 + i), &counters);
    }
    flow_clock_follow(&clock, SECONDS(10000), &counters);
    for (unsigned i = 0; i < BEHIND_MAX; i++) {
        assert_int_equal(counters.n[COUNTER_CLASSIFY_TIME_SET_BACK], 0);
        flow_clock_advance(&clock, SECONDS(6500 + i), &counters);
    }
    assert_int_equal(counters.n[COUNTER_CLASSIFY_TIME_SET_BACK], 1);
    assert_int_equal(clock.now_ns, SECONDS(10000));
    flow_clock_advance(&clock, SECONDS(6500 + BEHIND_MAX), &counters);
    assert_int_equal(clock.now_ns, SECONDS(10001));
}

/* A single packet of the present breaks the row. */
static void
test_stray(void **state)
{
    struct flow_clock clock = flow_clock_init(SECONDS(FAR_S));

    (void) state;
    flow_clock_follow(&clock, SECONDS(1000), &counters);
    for (unsigned i = 0; i < 4 * BEHIND_MAX; i++) {
        flow_clock_follow(&clock, i % (BEHIND_MAX - 1) == 0 ? SECONDS(1000) : SECONDS(10),
                          &counters);
    }
    assert_int_equal(counters.n[COUNTER_CLASSIFY_TIME_SET_BACK], 0);
    assert_int_equal(clock.now_ns, SECONDS(1000));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_forward, begin),
        cmocka_unit_test_setup(test_disorder, begin),
        cmocka_unit_test_setup(test_set_back, begin),
        cmocka_unit_test_setup(test_set_back_idle, begin),
        cmocka_unit_test_setup(test_stray, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
