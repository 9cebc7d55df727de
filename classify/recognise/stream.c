#include "classify/recognise/stream.h"

#include <string.h>

static void restart(struct stream *stream, uint32_t sequence);
static size_t put(struct stream *stream, size_t at, const uint8_t *bytes, size_t size);
static void move_ahead(struct stream *stream, size_t n);
static void join(struct stream *stream);
static bool keep_ahead(struct stream *stream, size_t at, const uint8_t *bytes, size_t size);

void
stream_init(struct stream *stream)
{
    stream->has_begun = false;
    restart(stream, 0);
}

void
stream_set(struct stream *stream, const uint8_t *datagram, size_t size)
{
    restart(stream, 0);
    (void) put(stream, 0, datagram, size);
}

size_t
stream_add(struct stream *stream, uint32_t sequence, const uint8_t *segment, size_t size,
           bool *ret_gap)
{
    size_t n_old = 0, at;
    int32_t offset;

    *ret_gap = false;
    if (!stream->has_begun) {
        restart(stream, sequence);
        stream->has_begun = true;
    }
    offset = (int32_t) (sequence - stream->base); /* RFC 9293 section 3.4. */
    if (offset < 0) {
        n_old = (size_t) - (int64_t) offset;
        if (n_old >= size) {
            return size;
        }
        offset = 0;
    }
    at = (size_t) offset;
    if (at > stream->n) {
        if (keep_ahead(stream, at, segment, size)) {
            return size;
        }
        *ret_gap = true;
        restart(stream, sequence);
        at = 0;
    }
    return n_old + put(stream, at, segment + n_old, size - n_old);
}

bool
stream_acknowledge(struct stream *stream, uint32_t sequence)
{
    const size_t at = stream->ahead_at;

    if (at == stream->ahead_end || (int32_t) (sequence - stream->base) < (int32_t) at) {
        return false;
    }
    stream->n = 0;
    stream_consume(stream, at);
    return true;
}

void
stream_consume(struct stream *stream, size_t n)
{
    const size_t n_kept = n < stream->n ? stream->n - n : 0;

    stream->base += (uint32_t) n;
    if (n_kept > 0) {
        memmove(stream->bytes, stream->bytes + n, n_kept);
    }
    stream->n = (uint16_t) n_kept;
    move_ahead(stream, n);
    join(stream);
}

/* Forgets all, and goes on from 'sequence'. */
static void
restart(struct stream *stream, uint32_t sequence)
{
    stream->base = sequence;
    stream->n = stream->ahead_at = stream->ahead_end = 0;
}

/* Puts bytes behind those in order, of which they may repeat some: these stay as they came
 * first.  Returns how many are there now. */
static size_t
put(struct stream *stream, size_t at, const uint8_t *bytes, size_t size)
{
    const size_t n_known = stream->n - at < size ? stream->n - at : size;
    const size_t room = RECOGNISE_STREAM_MAX - stream->n;
    const size_t n_new = size - n_known < room ? size - n_known : room;

    memcpy(stream->bytes + stream->n, bytes + n_known, n_new);
    stream->n = (uint16_t) (stream->n + n_new);
    join(stream);
    return n_known + n_new;
}

/* Moves what came too early 'n' bytes towards the beginning. */
static void
move_ahead(struct stream *stream, size_t n)
{
    const size_t from = n > stream->ahead_at ? n : stream->ahead_at;

    if (stream->ahead_end <= from) {
        stream->ahead_at = stream->ahead_end = 0;
        return;
    }
    memmove(stream->bytes + (from - n), stream->bytes + from, stream->ahead_end - from);
    stream->ahead_at = (uint16_t) (from - n);
    stream->ahead_end = (uint16_t) (stream->ahead_end - n);
}

/* Takes what came too early, if it is its turn now. */
static void
join(struct stream *stream)
{
    if (stream->ahead_at < stream->ahead_end && stream->ahead_at <= stream->n) {
        if (stream->ahead_end > stream->n) {
            stream->n = stream->ahead_end;
        }
        stream->ahead_at = stream->ahead_end = 0;
    }
}

/* Returns false if there is no room for a segment that came too early. */
static bool
keep_ahead(struct stream *stream, size_t at, const uint8_t *bytes, size_t size)
{
    const size_t end = at + size;

    if (at > RECOGNISE_STREAM_MAX || end > RECOGNISE_STREAM_MAX) {
        return false;
    }
    if (stream->ahead_at == stream->ahead_end) {
        stream->ahead_at = (uint16_t) at;
        stream->ahead_end = (uint16_t) end;
    } else if (at > stream->ahead_end || end < stream->ahead_at) {
        return false;
    } else {
        if (at < stream->ahead_at) {
            stream->ahead_at = (uint16_t) at;
        }
        if (end > stream->ahead_end) {
            stream->ahead_end = (uint16_t) end;
        }
    }
    memcpy(stream->bytes + at, bytes, size);
    return true;
}
