#ifndef CLASSIFY_CRITICAL_MERGE_H
#define CLASSIFY_CRITICAL_MERGE_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/frame_batch.h"
#include "classify/critical_batch.h"
#include "classify/critical_order.h"

/* Batches of several taggers become one: what they hold is moved in the order of its times,
 * so that both directions of a flow may come by different ways.  Whose turn it is, and up
 * to when, is the caller's to say. */

/* What of a batch has been moved; a zeroed one: nothing. */
struct critical_position {
    uint32_t tick, packet;
};

/* Sets '*ret' to the time of the packet or tick at 'at'; false if there is none left. */
bool critical_merge_peek(const struct critical_batch *from,
                         const struct critical_position *at, uint64_t *ret);

/* Moves the packets and ticks of 'from' that are at 'at' and whose time is at most
 * 'until_ns' to the end of 'to', with order and clock from 'order', and their payloads into
 * the memory of 'payloads'.  Returns false if there was no room for the one at 'at'. */
bool critical_merge_move(const struct critical_batch *from, struct critical_position *at,
                         uint64_t until_ns, struct critical_order *order,
                         struct critical_batch *to, struct frame_batch *payloads,
                         struct counters *counters);

#endif
