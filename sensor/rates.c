#include "sensor/rates.h"

#include <stdio.h>

#include "base/timestamp.h"

static double
percent(uint64_t part, uint64_t all)
{
    return all == 0 ? 0.0 : 100.0 * (double) part / (double) all;
}

void
rates_update(struct rates *rates, const struct counters *counters, uint64_t now_ns)
{
    const uint64_t packets = counters->n[COUNTER_CAPTURE_PACKETS];
    const uint64_t critical = counters->n[COUNTER_CLASSIFY_CRITICAL_PACKETS];
    const uint64_t lost = counters_lost(counters);
    const double seconds = (double) (now_ns - rates->since_ns) / (double) NS_PER_SECOND;

    rates->packets_per_second =
        seconds > 0 ? (double) (packets - rates->packets) / seconds : 0.0;
    rates->critical_percent = percent(critical - rates->critical, packets - rates->packets);
    rates->loss_percent =
        percent(lost - rates->lost, packets - rates->packets + lost - rates->lost);
    rates->since_ns = now_ns;
    rates->packets = packets;
    rates->critical = critical;
    rates->lost = lost;
}

void
rates_format(const struct rates *rates, char text[static RATES_TEXT_SIZE])
{
    (void) snprintf(text, RATES_TEXT_SIZE, "%.0f packets/s, %.1f %% critical, %.2f %% lost",
                    rates->packets_per_second, rates->critical_percent,
                    rates->loss_percent);
}
