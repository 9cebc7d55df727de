#ifndef CLASSIFY_CRITICAL_BATCH_H
#define CLASSIFY_CRITICAL_BATCH_H

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>

#include "base/prefetch.h"
#include "classify/critical_packet.h"

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
    /* Of the packets, once more: so that who follows some of the flows need not touch the
     * packets of others, which may be in another processor's cache. */
    alignas(CACHE_LINE) uint32_t hashes[CRITICAL_BATCH_MAX];
    uint64_t clocks_ns[CRITICAL_BATCH_MAX]; /* Never going back. */
    struct tick ticks[CRITICAL_BATCH_MAX + 1];
    struct critical_packet packets[CRITICAL_BATCH_MAX];
    uint8_t reassembled[REASSEMBLED_MAX];
};

/* An empty batch, whose packets begin cache lines.  Freed with critical_batch_free(). */
struct critical_batch *critical_batch_new(void);
void critical_batch_free(struct critical_batch *batch);

/* Takes out all packets and ticks. */
static inline void
critical_batch_clear(struct critical_batch *batch)
{
    batch->n = batch->n_ticks = batch->reassembled_size = 0;
}

/* Makes packets[n], which is complete, one of the batch. */
static inline void
critical_batch_add(struct critical_batch *batch)
{
    batch->hashes[batch->n] = batch->packets[batch->n].hash;
    batch->clocks_ns[batch->n] = batch->packets[batch->n].clock_ns;
    batch->n++;
}

/* Asks for what everybody who takes the batch looks at. */
static inline void
critical_batch_prefetch(const struct critical_batch *batch)
{
    prefetch_all_to_read(batch->hashes, batch->n * sizeof batch->hashes[0]);
    prefetch_all_to_read(batch->clocks_ns, batch->n * sizeof batch->clocks_ns[0]);
}

/* Asks for the places of 'n' packets from 'from' on, as far as there are, to write them:
 * another processor may have read last what is there. */
static inline void
critical_batch_prefetch_to_write(struct critical_batch *batch, size_t from, size_t n)
{
    if (from >= CRITICAL_BATCH_MAX) {
        return;
    }
    n = n < CRITICAL_BATCH_MAX - from ? n : CRITICAL_BATCH_MAX - from;
    prefetch_all_to_write(&batch->hashes[from], n * sizeof batch->hashes[0]);
    prefetch_all_to_write(&batch->clocks_ns[from], n * sizeof batch->clocks_ns[0]);
    for (size_t i = from; i < from + n; i++) {
        prefetch_all_to_write(&batch->packets[i], CRITICAL_PACKET_HOT);
    }
}

#endif
