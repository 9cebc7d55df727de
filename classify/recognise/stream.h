#ifndef CLASSIFY_RECOGNISE_STREAM_H
#define CLASSIFY_RECOGNISE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "classify/recognise/recogniser.h"

/* One direction of a TCP connection, put in order within a bound.
 *
 * What was not consumed yet lies in 'bytes', from the sequence number 'base' on.  A segment
 * that comes before its turn is kept beyond what is in order, one stretch at a time; if it
 * does not fit, or a second stretch would be needed, what is missing is given up and the
 * stream goes on behind it.  What was consumed ahead of its coming is passed over. */
struct stream {
    uint32_t base;      /* Sequence number of bytes[0]. */
    uint16_t n;         /* Bytes in order. */
    uint16_t ahead_at;  /* What came too early: from here, ... */
    uint16_t ahead_end; /* ... to here; equal: nothing. */
    bool has_begun;
    uint8_t bytes[RECOGNISE_STREAM_MAX];
};

/* Makes it empty; the first segment that is added begins it. */
void stream_init(struct stream *stream);

/* Makes it hold the first 'size' bytes of a datagram, as many as there is room for. */
void stream_set(struct stream *stream, const uint8_t *datagram, size_t size);

/* Adds as much of a segment as there is room for.  Returns how many of its 'size' bytes
 * were taken, old ones among them: if it is less, the caller consumes some and adds the
 * rest.  It always takes some if the stream holds less than it can.  Sets '*ret_gap' if
 * bytes were given up: then only what came behind them is in 'bytes'. */
size_t stream_add(struct stream *stream, uint32_t sequence, const uint8_t *segment,
                  size_t size, bool *ret_gap);

/* The other end says that it has had what comes before 'sequence'.  Gives up what is
 * missing, and goes on with what came too early, if that is missing which it has had: it
 * was lost on the way to the sensor.  Returns true if bytes were given up. */
bool stream_acknowledge(struct stream *stream, uint32_t sequence);

/* Passes over 'n' bytes, those that have yet to come included; 'n' is at most
 * PDU_SIZE_MAX. */
void stream_consume(struct stream *stream, size_t n);

#endif
