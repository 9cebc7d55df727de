#include "base/timestamp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "support/support.h"

static const struct format_case {
    const char *name; /* And what is written. */
    uint64_t time_ns;
} format_cases[] = {
    { "1970-01-01T00:00:00.000000Z", 0 },
    /* RFC 3339 section 5.8, examples in UTC. */
    { "1985-04-12T23:20:50.520000Z", UINT64_C(482196050520000000) },
    { "1996-12-20T00:39:57.000000Z", UINT64_C(851042397000000000) },
    /* Microseconds are cut, not rounded: never a time that has not come yet. */
    { "2026-06-01T12:00:00.123456Z", UINT64_C(1780315200123456999) },
    { "2000-02-29T23:59:59.999999Z", UINT64_C(951868799999999999) },
    { "2554-07-21T23:34:33.709551Z", UINT64_MAX },
};

static void
test_format(void **state)
{
    const struct format_case *c = *state;
    char text[TIMESTAMP_TEXT_SIZE], date[DATE_TEXT_SIZE];

    assert_string_equal(timestamp_format(c->time_ns, text), c->name);
    text[10] = '\0';
    assert_string_equal(timestamp_format_date(c->time_ns, date), text);
}

static const struct date_case {
    const char *name; /* And the text. */
    bool is_date;
    uint64_t seconds;
} date_cases[] = {
    { "1970-01-01", true, 0 },
    { "2026-06-01", true, 1780272000 },
    { "2026-06", true, 1780272000 },
    { "2000-02-29", true, 951782400 },
    { "2553-12-31", true, UINT64_C(18429206400) },
    { "1900-02-29", false, 0 },
    { "2100-02-29", false, 0 },
    { "2026-02-29", false, 0 },
    { "2026-04-31", false, 0 },
    { "2026-13-01", false, 0 },
    { "2026-00-01", false, 0 },
    { "2026-01-00", false, 0 },
    { "1969-12-31", false, 0 },
    { "2554-01-01", false, 0 }, /* Ends beyond 64 bits of nanoseconds. */
    { "9999-12-31", false, 0 },
    { "2026-6-1", false, 0 },
    { "2026-06-1", false, 0 },
    { "2026-06-011", false, 0 },
    { "2026-06-01T00:00:00Z", false, 0 },
    { " 2026-06-01", false, 0 },
    { "2026", false, 0 },
    { "2026-", false, 0 },
    { "2026-06-", false, 0 },
    { "", false, 0 },
};

static void
test_date(void **state)
{
    const struct date_case *c = *state;
    uint64_t time_ns = 7;

    assert_int_equal(timestamp_parse_date(c->name, &time_ns), c->is_date);
    assert_true(time_ns == (c->is_date ? c->seconds * NS_PER_SECOND : 7));
}

/* Every day that can be read is the one that is written, and a day after the one before. */
static void
test_all_days(void **state)
{
    const uint64_t day_ns = 86400 * NS_PER_SECOND;
    char text[DATE_TEXT_SIZE];

    (void) state;
    for (uint64_t time_ns = 0; time_ns <= UINT64_C(18429206400) * NS_PER_SECOND;
         time_ns += day_ns) {
        uint64_t parsed;

        assert_true(timestamp_parse_date(timestamp_format_date(time_ns, text), &parsed));
        assert_true(parsed == time_ns);
    }
}

static const struct unit_case {
    const char *name; /* And the text. */
    bool is_duration, is_size;
    uint64_t duration_ns, size;
} unit_cases[] = {
    { "0", true, true, 0, 0 },
    { "0s", true, false, 0, 0 },
    { "1ns", true, false, 1, 0 },
    { "10us", true, false, 10000, 0 },
    { "500ms", true, false, 500000000, 0 },
    { "60s", true, false, UINT64_C(60000000000), 0 },
    { "5m", true, false, UINT64_C(300000000000), 0 },
    { "5min", true, false, UINT64_C(300000000000), 0 },
    { "1h", true, false, UINT64_C(3600000000000), 0 },
    { "7d", true, false, UINT64_C(604800000000000), 0 },
    { "2w", true, false, UINT64_C(1209600000000000), 0 },
    { "18446744073s", true, false, UINT64_C(18446744073000000000), 0 },
    { "18446744074s", false, false, 0, 0 },
    { "99999999999999999999ns", false, false, 0, 0 },
    { "1", false, true, 0, 1 },
    { "64B", false, true, 0, 64 },
    { "64kB", false, true, 0, 65536 },
    { "64MB", false, true, 0, 67108864 },
    { "2GB", false, true, 0, UINT64_C(2147483648) },
    { "17179869183GB", false, true, 0, UINT64_C(18446744072635809792) },
    { "17179869184GB", false, false, 0, 0 },
    { "64KB", false, false, 0, 0 },
    { "64 kB", false, false, 0, 0 },
    { "s", false, false, 0, 0 },
    { "", false, false, 0, 0 },
    { "-1s", false, false, 0, 0 },
    { "+1s", false, false, 0, 0 },
    { "1.5s", false, false, 0, 0 },
    { " 1s", false, false, 0, 0 },
    { "1s ", false, false, 0, 0 },
    { "1 s", false, false, 0, 0 },
    { "1S", false, false, 0, 0 },
    { "1h30m", false, false, 0, 0 },
};

static void
test_unit(void **state)
{
    const struct unit_case *c = *state;
    uint64_t duration_ns = 77, size = 77;

    assert_int_equal(duration_parse(c->name, &duration_ns), c->is_duration);
    assert_true(duration_ns == (c->is_duration ? c->duration_ns : 77));
    assert_int_equal(size_parse(c->name, &size), c->is_size);
    assert_true(size == (c->is_size ? c->size : 77));
}

static void
test_duration_format(void **state)
{
    const unsigned seed = (unsigned) time(NULL);
    char text[DURATION_TEXT_SIZE];

    (void) state;
    assert_string_equal(duration_format(0, text), "0");
    assert_string_equal(duration_format(90 * NS_PER_SECOND, text), "90s");
    assert_string_equal(duration_format(3600 * NS_PER_SECOND, text), "1h");
    assert_string_equal(duration_format(86400 * NS_PER_SECOND, text), "1d");
    assert_string_equal(duration_format(1500000, text), "1500us");
    printf("seed %u\n", seed);
    srandom(seed);
    for (unsigned i = 0; i < 10000; i++) {
        static const uint64_t units[] = { 1, 1000, 1000000, NS_PER_SECOND,
                                          60 * NS_PER_SECOND };
        const uint64_t duration_ns = (uint64_t) random() % 300000000 * units[i % 5];
        uint64_t parsed;

        assert_true(duration_parse(duration_format(duration_ns, text), &parsed));
        assert_true(parsed == duration_ns);
    }
}

static void
test_now(void **state)
{
    (void) state;
    assert_in_range(timestamp_now() / NS_PER_SECOND, time(NULL) - 1, time(NULL) + 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_all_days),
                                        cmocka_unit_test(test_duration_format),
                                        cmocka_unit_test(test_now) };

    return RUN_CASES(format_cases, test_format) + RUN_CASES(date_cases, test_date) +
           RUN_CASES(unit_cases, test_unit) + cmocka_run_group_tests(tests, NULL, NULL);
}
