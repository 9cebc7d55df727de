#include "scenarios/buffer.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void
buffer_fini(struct buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct buffer){ 0 };
}

/* Makes room for 'n' more bytes, and returns where they go. */
static uint8_t *
extend(struct buffer *buffer, size_t n)
{
    uint8_t *at;

    while (buffer->capacity - buffer->n < n) {
        buffer->bytes = memory_grow(buffer->bytes, buffer->capacity, &buffer->capacity, 1);
    }
    at = buffer->bytes + buffer->n;
    buffer->n += n;
    return at;
}

void
buffer_add(struct buffer *buffer, const void *bytes, size_t n)
{
    if (n > 0) {
        memcpy(extend(buffer, n), bytes, n);
    }
}

void
buffer_fill(struct buffer *buffer, uint8_t value, size_t n)
{
    if (n > 0) {
        memset(extend(buffer, n), value, n);
    }
}

void
buffer_u8(struct buffer *buffer, unsigned value)
{
    buffer_uint(buffer, value, 1);
}

void
buffer_u16(struct buffer *buffer, unsigned value)
{
    buffer_uint(buffer, value, 2);
}

void
buffer_u32(struct buffer *buffer, uint32_t value)
{
    buffer_uint(buffer, value, 4);
}

void
buffer_uint(struct buffer *buffer, uint32_t value, size_t size)
{
    const size_t offset = buffer->n;

    buffer_fill(buffer, 0, size);
    buffer_set_uint(buffer, offset, value, size);
}

void
buffer_set_uint(struct buffer *buffer, size_t offset, uint32_t value, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        buffer->bytes[offset + i] = (uint8_t) (value >> 8 * (size - 1 - i));
    }
}

void
buffer_le16(struct buffer *buffer, unsigned value)
{
    buffer_u8(buffer, value & 0xff);
    buffer_u8(buffer, value >> 8 & 0xff);
}

void
buffer_le32(struct buffer *buffer, uint32_t value)
{
    buffer_le16(buffer, value & 0xffff);
    buffer_le16(buffer, value >> 16);
}
