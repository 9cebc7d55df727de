#ifndef BENCH_TRAFFIC_H
#define BENCH_TRAFFIC_H

#include <stdbool.h>
#include <stdint.h>

#include "scenarios/buffer.h"
#include "world.h"

/* Made-up traffic of a busy network: conversations of everyday kinds that begin at random
 * times and run side by side, packet by packet in the order of time.  The same numbers give
 * the same frames. */
struct traffic;

struct traffic_config {
    uint32_t n_conversations;
    uint32_t per_second;         /* Conversations that begin in a second. */
    uint32_t critical_per_mille; /* Of them, with a host of a critical range. */
    bool is_web;                 /* Downloads only: large packets. */
};

struct traffic *traffic_new(const struct traffic_config *config, const struct world *world);
void traffic_free(struct traffic *traffic);

/* Writes the next Ethernet frame into 'frame', which is emptied before, and its time into
 * '*time_ns'.  False if there are no more. */
bool traffic_next(struct traffic *traffic, struct buffer *frame, uint64_t *time_ns);

#endif
