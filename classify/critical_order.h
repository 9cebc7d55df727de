#ifndef CLASSIFY_CRITICAL_ORDER_H
#define CLASSIFY_CRITICAL_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/counter.h"
#include "base/timestamp.h"
#include "classify/critical_batch.h"
#include "classify/flow_clock.h"
#include "classify/flow_table.h"

/* Gives critical packets and ticks their places in the input, and the time that the flow
 * clock shows at each. */
struct critical_order {
    bool has_clock;
    struct flow_clock clock;
    uint64_t next;   /* Place of the next packet or tick. */
    uint64_t second; /* The one that the last frame was in. */
    bool has_begun;
};

/* Its clock is that of these flows; NULL: it has none, and is only for ticks. */
struct critical_order critical_order_init(const struct flow_config *flow);

/* Adds a tick at 'now_ns', with which a second begins. */
void critical_order_begin_second(struct critical_order *order, uint64_t now_ns,
                                 struct critical_batch *batch, struct counters *counters);

/* The same, if a second begins with it. */
static inline void
critical_order_tick(struct critical_order *order, uint64_t now_ns,
                    struct critical_batch *batch, struct counters *counters)
{
    if (!order->has_begun || now_ns - order->second >= NS_PER_SECOND) {
        critical_order_begin_second(order, now_ns, batch, counters);
    }
}

/* Sets order and clock of a packet, which comes next. */
void critical_order_packet(struct critical_order *order, struct critical_packet *critical,
                           struct counters *counters);

#endif
