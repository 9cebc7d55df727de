#ifndef BASE_TIMESTAMP_H
#define BASE_TIMESTAMP_H

#include <stdbool.h>
#include <stdint.h>

/* Times are nanoseconds since the Unix epoch (UTC), durations are nanoseconds; 64 bits of
 * them last until July 2554. */

#define NS_PER_SECOND UINT64_C(1000000000)

enum {
    TIMESTAMP_TEXT_SIZE = 40, /* "2026-06-01T12:00:00.123456Z" and room for far years. */
    DURATION_TEXT_SIZE = 32,
    DATE_TEXT_SIZE = 24,
};

/* Writes a time as RFC 3339 in UTC with microseconds, the finest that RFC 5424 allows.
 * Returns 'text'. */
const char *timestamp_format(uint64_t time_ns, char text[static TIMESTAMP_TEXT_SIZE]);

/* Writes the day of a time, "2026-06-01".  Returns 'text'. */
const char *timestamp_format_date(uint64_t time_ns, char text[static DATE_TEXT_SIZE]);

/* Reads a day, "2026-06-01", or a month, "2026-06", as the time at which it begins;
 * years from 1970 to 2553. */
bool timestamp_parse_date(const char *text, uint64_t *ret_ns);

/* Reads a whole number with a unit: ns, us, ms, s, m (or min), h, d, w.  "0" needs none. */
bool duration_parse(const char *text, uint64_t *ret_ns);

/* Writes a duration in the largest unit that divides it, so that duration_parse() gives it
 * back.  Returns 'text'. */
const char *duration_format(uint64_t duration_ns, char text[static DURATION_TEXT_SIZE]);

/* Reads a whole number of bytes with an optional unit: B, kB, MB, GB (powers of 1024, as
 * memory is counted). */
bool size_parse(const char *text, uint64_t *ret_bytes);

/* The wall clock: for live capture and the emit time of its alerts only. */
uint64_t timestamp_now(void);

/* Nanoseconds of a clock that nobody sets: for intervals of the control code only. */
uint64_t timestamp_monotonic(void);

#endif
