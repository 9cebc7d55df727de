#include "sensor/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { BAR_WIDTH = 30 };

static double
monotonic_seconds(void)
{
    struct timespec now;

    (void) clock_gettime(CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

void
progress_begin(struct progress *progress, bool enabled, uint64_t total)
{
    *progress = (struct progress){
        .enabled = enabled && isatty(STDERR_FILENO) == 1,
        .began = monotonic_seconds(),
        .total = total,
    };
}

static void
draw(const struct progress *progress, double now, const char *file, uint64_t done,
     uint64_t packets)
{
    const double share =
        progress->total == 0 ? 0.0 : (double) done / (double) progress->total;
    const unsigned filled = (unsigned) ((share > 1.0 ? 1.0 : share) * BAR_WIDTH);
    char bar[BAR_WIDTH + 1];

    for (unsigned i = 0; i < BAR_WIDTH; i++) {
        bar[i] = i < filled ? '#' : '.';
    }
    bar[BAR_WIDTH] = '\0';
    fprintf(stderr, "\r\033[K[%s] %3.0f %%  %" PRIu64 " packets, %.0f k/s  %.40s", bar,
            100.0 * share, packets, (double) packets / (now - progress->began) / 1000.0,
            file);
    (void) fflush(stderr);
}

void
progress_update(struct progress *progress, const char *file, uint64_t done,
                uint64_t packets)
{
    double now;

    /* Looking at the clock once in 64 batches is often enough, and costs nothing. */
    if (!progress->enabled || progress->n_calls++ % 64 != 0) {
        return;
    }
    now = monotonic_seconds();
    if (now - progress->began < 1.0 || now - progress->drawn < 0.1) {
        return;
    }
    progress->drawn = now;
    progress->shown = true;
    draw(progress, now, file, done, packets);
}

void
progress_end(struct progress *progress)
{
    if (progress->shown) {
        fputs("\r\033[K", stderr);
    }
}
