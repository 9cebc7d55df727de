#ifndef CLASSIFY_FLOW_CLOCK_H
#define CLASSIFY_FLOW_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/counter.h"

/* The time by which flows end: that of the packets, but never running back, so that flows
 * idle longest come first in a list by last use.
 *
 * The packets' own times may run back.  By less than 'far_ns' that is disorder, and the
 * clock waits; by more it is another recording, or the time of day was set back.  After
 * some packets, or some seconds without one, the clock follows: it goes on from where it
 * stands, as fast as their times do. */
struct flow_clock {
    uint64_t now_ns; /* By this clock; 0 before the first packet. */
    uint64_t far_ns;
    uint64_t offset_ns; /* Between the packets' times and the clock, modulo 2^64. */
    unsigned n_behind;  /* Packets in a row that were far behind it. */
    unsigned n_late;    /* Times in a row, known without a packet, that were. */
    bool is_set;
};

/* A clock that a packet sets; 'far_ns' is at most INT64_MAX. */
struct flow_clock flow_clock_init(uint64_t far_ns);

/* Moves the clock to a time that is known without a packet; to be called each second. */
void flow_clock_advance(struct flow_clock *clock, uint64_t time_ns,
                        struct counters *counters);

/* Moves the clock to a packet's time. */
void flow_clock_follow(struct flow_clock *clock, uint64_t time_ns,
                       struct counters *counters);

#endif
