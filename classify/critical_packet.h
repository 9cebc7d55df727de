#ifndef CLASSIFY_CRITICAL_PACKET_H
#define CLASSIFY_CRITICAL_PACKET_H

#include <stddef.h>
#include <stdint.h>

#include "capture/packet.h"
#include "classify/sector_map.h"

/* A packet that touches a critical range, with what was found out on the way to its flow.
 */
struct critical_packet {
    struct packet packet;
    range_id source_range, destination_range; /* Of its inner addresses; one is not 0. */
    uint32_t hash;     /* Of its flow key: flow_key_hash(), the same for both directions. */
    uint64_t order;    /* Its place in the input, among packets and ticks. */
    uint64_t clock_ns; /* What the flow clock shows when it has followed the packet. */
};

/* Time that goes on, with a packet or without: at most once a second. */
struct tick {
    uint64_t order;
    uint64_t now_ns;   /* Time of the frame that showed it, or of the wall clock. */
    uint64_t clock_ns; /* What the flow clock shows then. */
    uint32_t n_before; /* Packets of the batch that come before it. */
};

enum { CRITICAL_BATCH_MAX = 256, REASSEMBLED_MAX = 256 * 1024 };

/* Packets and ticks in their order.  Payloads lie in the frames that the packets were
 * decoded from, which must last as long; those put together from fragments lie here. */
struct critical_batch {
    uint32_t n, n_ticks;
    uint32_t reassembled_size; /* Bytes of 'reassembled' in use. */
    struct tick ticks[CRITICAL_BATCH_MAX + 1];
    struct critical_packet packets[CRITICAL_BATCH_MAX];
    uint8_t reassembled[REASSEMBLED_MAX];
};

#endif
