#include "base/timestamp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The last year that ends before 2^64 nanoseconds have passed since the epoch. */
enum { LAST_YEAR = 2553 };

struct unit {
    const char *name;
    uint64_t factor;
};

static const struct unit duration_units[] = {
    { "w", 604800 * NS_PER_SECOND },
    { "d", 86400 * NS_PER_SECOND },
    { "h", 3600 * NS_PER_SECOND },
    { "m", 60 * NS_PER_SECOND },
    { "min", 60 * NS_PER_SECOND },
    { "s", NS_PER_SECOND },
    { "ms", 1000000 },
    { "us", 1000 },
    { "ns", 1 },
    { NULL, 0 },
};

static const struct unit size_units[] = {
    { "GB", UINT64_C(1) << 30 },
    { "MB", UINT64_C(1) << 20 },
    { "kB", UINT64_C(1) << 10 },
    { "B", 1 },
    { "", 1 },
    { NULL, 0 },
};

const char *
timestamp_format(uint64_t time_ns, char text[static TIMESTAMP_TEXT_SIZE])
{
    const time_t seconds = (time_t) (time_ns / NS_PER_SECOND);
    const unsigned microseconds = (unsigned) (time_ns % NS_PER_SECOND / 1000);
    struct tm tm;
    size_t n;

    (void) gmtime_r(&seconds, &tm);
    n = strftime(text, TIMESTAMP_TEXT_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
    (void) snprintf(text + n, TIMESTAMP_TEXT_SIZE - n, ".%06uZ", microseconds);
    return text;
}

const char *
timestamp_format_date(uint64_t time_ns, char text[static DATE_TEXT_SIZE])
{
    const time_t seconds = (time_t) (time_ns / NS_PER_SECOND);
    struct tm tm;

    (void) gmtime_r(&seconds, &tm);
    (void) strftime(text, DATE_TEXT_SIZE, "%Y-%m-%d", &tm);
    return text;
}

/* Reads exactly 'n' digits. */
static bool
parse_digits(const char **at, unsigned n, int *ret)
{
    int value = 0;

    for (unsigned i = 0; i < n; i++, (*at)++) {
        if (**at < '0' || **at > '9') {
            return false;
        }
        value = value * 10 + (**at - '0');
    }
    *ret = value;
    return true;
}

/* Days from the epoch to a day of the Gregorian calendar, from 1970 on. */
static uint64_t
days_from_epoch(int year, int month, int day)
{
    static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    const int past = year - 1;
    const int leap_days =
        past / 4 - past / 100 + past / 400 - (1969 / 4 - 1969 / 100 + 1969 / 400);

    return (uint64_t) ((year - 1970) * 365 + leap_days + before[month - 1] +
                       (leap && month > 2 ? 1 : 0) + day - 1);
}

static int
days_in_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (leap && month == 2 ? 1 : 0);
}

bool
timestamp_parse_date(const char *text, uint64_t *ret_ns)
{
    int year, month, day = 1;

    if (!parse_digits(&text, 4, &year) || *text++ != '-' ||
        !parse_digits(&text, 2, &month)) {
        return false;
    }
    if (*text == '-') {
        text++;
        if (!parse_digits(&text, 2, &day)) {
            return false;
        }
    }
    if (*text != '\0' || year < 1970 || year > LAST_YEAR || month < 1 || month > 12 ||
        day < 1 || day > days_in_month(year, month)) {
        return false;
    }
    *ret_ns = days_from_epoch(year, month, day) * 86400 * NS_PER_SECOND;
    return true;
}

static bool
parse_with_unit(const char *text, const struct unit *units, uint64_t *ret)
{
    const size_t n = strspn(text, "0123456789");
    uint64_t value;

    if (n == 0 || n > 18) {
        return false;
    }
    value = strtoull(text, NULL, 10);
    for (const struct unit *unit = units; unit->name != NULL; unit++) {
        if (strcmp(text + n, unit->name) == 0 && value <= UINT64_MAX / unit->factor) {
            *ret = value * unit->factor;
            return true;
        }
    }
    return false;
}

bool
duration_parse(const char *text, uint64_t *ret_ns)
{
    if (strcmp(text, "0") == 0) {
        *ret_ns = 0;
        return true;
    }
    return parse_with_unit(text, duration_units, ret_ns);
}

const char *
duration_format(uint64_t duration_ns, char text[static DURATION_TEXT_SIZE])
{
    const struct unit *unit = duration_units;

    if (duration_ns == 0) {
        return strcpy(text, "0");
    }
    while (duration_ns % unit->factor != 0) {
        unit++;
    }
    (void) snprintf(text, DURATION_TEXT_SIZE, "%llu%s",
                    (unsigned long long) (duration_ns / unit->factor), unit->name);
    return text;
}

bool
size_parse(const char *text, uint64_t *ret_bytes)
{
    return parse_with_unit(text, size_units, ret_bytes);
}

uint64_t
timestamp_now(void)
{
    struct timespec now;

    (void) clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t) now.tv_sec * NS_PER_SECOND + (uint64_t) now.tv_nsec;
}

uint64_t
timestamp_monotonic(void)
{
    struct timespec now;

    (void) clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t) now.tv_sec * NS_PER_SECOND + (uint64_t) now.tv_nsec;
}
