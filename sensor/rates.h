#ifndef SENSOR_RATES_H
#define SENSOR_RATES_H

#include <stddef.h>
#include <stdint.h>

#include "base/counter.h"

/* What a sensor sees at the moment: the difference of its counters over some seconds. */
struct rates {
    uint64_t since_ns; /* Monotonic. */
    uint64_t packets, critical, lost;

    double packets_per_second;
    double critical_percent; /* Of the packets. */
    double loss_percent;     /* Of the packets and those lost. */
};

/* Sets the rates from what the counters have gone up by since the last call. */
void rates_update(struct rates *rates, const struct counters *counters, uint64_t now_ns);

enum { RATES_TEXT_SIZE = 160 };

/* "1234 packets/s, 3.1 % critical, 0.00 % lost". */
void rates_format(const struct rates *rates, char text[static RATES_TEXT_SIZE]);

#endif
