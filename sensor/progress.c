#include "sensor/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/timestamp.h"

enum { BAR_WIDTH = 30 };

void
progress_begin(struct progress *progress, bool enabled, uint64_t total)
{
    *progress = (struct progress){
        .enabled = enabled && isatty(STDERR_FILENO) == 1,
        .began_ns = timestamp_monotonic(),
        .total = total,
    };
}

static void
draw(const struct progress *progress, uint64_t now_ns, const char *file, uint64_t done,
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
            100.0 * share, packets,
            (double) packets * 1e6 / (double) (now_ns - progress->began_ns), file);
    (void) fflush(stderr);
}

void
progress_update(struct progress *progress, const char *file, uint64_t done,
                uint64_t packets)
{
    uint64_t now_ns;

    /* Looking at the clock once in 64 batches is often enough, and costs nothing. */
    if (!progress->enabled || progress->n_calls++ % 64 != 0) {
        return;
    }
    now_ns = timestamp_monotonic();
    if (now_ns - progress->began_ns < NS_PER_SECOND ||
        now_ns - progress->drawn_ns < NS_PER_SECOND / 10) {
        return;
    }
    progress->drawn_ns = now_ns;
    progress->shown = true;
    draw(progress, now_ns, file, done, packets);
}

void
progress_end(struct progress *progress)
{
    if (progress->shown) {
        fputs("\r\033[K", stderr);
    }
}
