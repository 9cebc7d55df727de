/* What traffic is usual, and what is told to be too little of it. */
#include "sensor/usual.h"

#include <math.h>

#include "base/timestamp.h"
#include "support/support.h"

enum { STEP_S = 10, MINUTE = 60, HOUR = 3600, DAY = 86400, WEEK = 7 * DAY, PERCENT = 30 };

/* Monday, 1 June 2026, 00:00 UTC. */
#define BEGIN_NS (UINT64_C(1780272000) * NS_PER_SECOND)

static uint64_t
time_at(unsigned second)
{
    return BEGIN_NS + second * NS_PER_SECOND;
}

/* Goes on from 'from' to 'to' by what 'rate' says.  Returns for how many seconds too little
 * came. */
static unsigned
go_on(struct usual *usual, unsigned from, unsigned to, double (*rate)(unsigned second))
{
    unsigned undercut = 0;

    for (unsigned s = from + STEP_S; s <= to; s += STEP_S) {
        usual_note(usual, time_at(s), rate(s), STEP_S);
        undercut += usual_is_undercut(usual, time_at(s), PERCENT) ? STEP_S : 0;
    }
    return undercut;
}

/* Bursts: up to half more or less than the mean, in no order. */
static double
noise(unsigned second)
{
    return 0.5 + (double) (second / STEP_S * 2654435761u % 1000) / 1000.0;
}

static double
steady(unsigned second)
{
    return 1000.0 * noise(second);
}

static double
fifth(unsigned second)
{
    return 200.0 * noise(second);
}

/* From 10,000 in the afternoon to 1,000 at three in the morning. */
static double
day_and_night(unsigned second)
{
    const double turn = 2 * 3.14159265 * (double) (second % DAY) / DAY;

    return (5500.0 - 4500.0 * cos(turn - 3.14159265 / 4)) * noise(second);
}

static double
day_and_night_fifth(unsigned second)
{
    return day_and_night(second) / 5;
}

/* From eight to six on weekdays, and a tenth of it otherwise. */
static double
office(unsigned second)
{
    const unsigned hour = second % DAY / HOUR;
    const bool is_open = second % WEEK < 5 * DAY && hour >= 8 && hour < 18;

    return (is_open ? 2000.0 : 200.0) * noise(second);
}

static double
office_fifth(unsigned second)
{
    return office(second) / 5;
}

/* Four fifths are gone: told within minutes, and over when they are back, or when the last
 * hours have been so too. */
static void
test_unplugged(void **state)
{
    struct usual usual = usual_init();

    (void) state;
    assert_int_equal(go_on(&usual, 0, 2 * HOUR, steady), 0);
    assert_int_equal(go_on(&usual, 2 * HOUR, 2 * HOUR + MINUTE, fifth), 0);
    assert_in_range(go_on(&usual, 2 * HOUR + MINUTE, 2 * HOUR + 10 * MINUTE, fifth), MINUTE,
                    9 * MINUTE);
    assert_int_equal(go_on(&usual, 2 * HOUR + 10 * MINUTE, 2 * HOUR + 40 * MINUTE, fifth),
                     30 * MINUTE);
    assert_in_range(go_on(&usual, 2 * HOUR + 40 * MINUTE, 3 * HOUR, steady), 0, 5 * MINUTE);
    (void) go_on(&usual, 3 * HOUR, 5 * HOUR, fifth);
    assert_false(usual_is_undercut(&usual, time_at(5 * HOUR), PERCENT));
}

/* In the first hour nobody knows what is usual; hardly any traffic never is. */
static void
test_unknown(void **state)
{
    struct usual usual = usual_init();

    (void) state;
    assert_int_equal(go_on(&usual, 0, HOUR / 2, steady), 0);
    assert_int_equal(go_on(&usual, HOUR / 2, HOUR - MINUTE, fifth), 0);
    usual = usual_init();
    for (unsigned s = STEP_S; s < 3 * HOUR; s += STEP_S) {
        usual_note(&usual, time_at(s), s < 2 * HOUR ? 0.9 : 0.0, STEP_S);
        assert_false(usual_is_undercut(&usual, time_at(s), PERCENT));
    }
}

/* Nights are usual from the first on; what is missing is told by day and by night. */
static void
test_night(void **state)
{
    struct usual usual = usual_init();

    (void) state;
    assert_int_equal(go_on(&usual, 0, 10 * DAY, day_and_night), 0);
    assert_in_range(go_on(&usual, 10 * DAY, 10 * DAY + 12 * HOUR, day_and_night_fifth),
                    5 * HOUR, 12 * HOUR);
}

/* Doors that close are news in the first week alone; later, what is missing is told for as
 * long as the doors are open. */
static void
test_office(void **state)
{
    const unsigned tuesday = 2 * WEEK + DAY;
    struct usual usual = usual_init();

    (void) state;
    assert_true(go_on(&usual, 0, WEEK, office) > 0);
    assert_int_equal(go_on(&usual, WEEK, 2 * WEEK, office), 0);
    assert_int_equal(go_on(&usual, 2 * WEEK, tuesday + 10 * HOUR, office), 0);
    assert_in_range(go_on(&usual, tuesday + 10 * HOUR, tuesday + 17 * HOUR, office_fifth),
                    6 * HOUR + 50 * MINUTE, 7 * HOUR);
}

/* What has come to stay is usual in the end. */
static void
test_learns(void **state)
{
    struct usual usual = usual_init();

    (void) state;
    (void) go_on(&usual, 0, 2 * WEEK, steady);
    assert_true(go_on(&usual, 2 * WEEK, 3 * WEEK, fifth) > DAY);
    (void) go_on(&usual, 3 * WEEK, 12 * WEEK, fifth);
    assert_int_equal(go_on(&usual, 12 * WEEK, 13 * WEEK, fifth), 0);
}

/* A clock that was set leaves what is known as it is. */
static void
test_clock(void **state)
{
    struct usual usual = usual_init();
    double expected;

    (void) state;
    (void) go_on(&usual, 0, 2 * WEEK, office);
    expected = usual_at(&usual, time_at(2 * WEEK + 12 * HOUR));
    assert_true(fabs(expected - 2000.0) < 100.0);
    (void) go_on(&usual, 2 * WEEK + 12 * HOUR, 2 * WEEK + 12 * HOUR + MINUTE, fifth);
    (void) go_on(&usual, 2 * WEEK + 10 * HOUR, 2 * WEEK + 10 * HOUR + MINUTE, fifth);
    (void) go_on(&usual, 2 * WEEK + 13 * HOUR, 2 * WEEK + 13 * HOUR + MINUTE, fifth);
    assert_true(usual_at(&usual, time_at(2 * WEEK + 12 * HOUR)) >= expected);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unplugged), cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_night),     cmocka_unit_test(test_office),
        cmocka_unit_test(test_learns),    cmocka_unit_test(test_clock),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
