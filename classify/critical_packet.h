#ifndef CLASSIFY_CRITICAL_PACKET_H
#define CLASSIFY_CRITICAL_PACKET_H

#include <assert.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/prefetch.h"
#include "capture/packet.h"
#include "classify/sector_map.h"

/* A packet that touches a critical range, with what was found out on the way to its flow.
 */
struct critical_packet {
    /* Its place in the input, among packets and ticks. */
    alignas(CACHE_LINE) uint64_t order;
    uint64_t clock_ns; /* What the flow clock shows when it has followed the packet. */
    range_id source_range, destination_range; /* Of its inner addresses; one is not 0. */
    uint32_t hash; /* Of its flow key: flow_key_hash(), the same for both directions. */
    struct packet packet;
};

/* Bytes that mean something outside tunnels: two cache lines. */
enum { CRITICAL_PACKET_HOT = 2 * CACHE_LINE };

static_assert(offsetof(struct critical_packet, packet.outer) == CRITICAL_PACKET_HOT,
              "packed by hand");

/* Copies a packet, sparing the part that means nothing outside tunnels. */
static inline void
critical_packet_copy(struct critical_packet *to, const struct critical_packet *from)
{
    memcpy(to, from, CRITICAL_PACKET_HOT);
    if (from->packet.n_tunnels > 0) {
        to->packet.outer = from->packet.outer;
    }
}

#endif
