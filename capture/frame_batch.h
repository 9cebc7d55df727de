#ifndef CAPTURE_FRAME_BATCH_H
#define CAPTURE_FRAME_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "capture/frame.h"

/* Frames with the memory that their bytes lie in, so that several batches can be under way:
 * one being filled while others are looked at. */
enum {
    FRAME_BATCH_MAX = 256,
    /* So much is filled, unless a single frame is longer: it stays in the processor's
     * cache. */
    FRAME_BATCH_BYTES = 256 * 1024,
    /* And so much is there: the system provides what is used.  A frame that is longer still
     * (no link type that carries IP has any) is cut, as by a snapshot length. */
    FRAME_BATCH_MEMORY = 2 * 256 * 1024,
};

struct frame_batch {
    size_t n;
    struct frame frames[FRAME_BATCH_MAX];
    size_t used; /* Bytes of 'memory'. */
    uint8_t memory[FRAME_BATCH_MEMORY];
};

/* An empty batch; freed with frame_batch_free(). */
struct frame_batch *frame_batch_new(void);
void frame_batch_free(struct frame_batch *batch);

#endif
