#ifndef SENSOR_PROGRESS_H
#define SENSOR_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/* A progress bar on standard error for reads that take longer than a second; silent where
 * standard error is not a terminal. */
struct progress {
    bool enabled;
    bool shown;
    unsigned n_calls;
    uint64_t began_ns, drawn_ns; /* timestamp_monotonic(). */
    uint64_t total;              /* Bytes of all files; 0: not known. */
};

void progress_begin(struct progress *progress, bool enabled, uint64_t total);

/* 'done' bytes of the total and 'packets' have been read; draws at most ten times a second.
 */
void progress_update(struct progress *progress, const char *file, uint64_t done,
                     uint64_t packets);

/* Takes the bar off the screen. */
void progress_end(struct progress *progress);

#endif
