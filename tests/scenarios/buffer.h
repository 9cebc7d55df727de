#ifndef TESTS_SCENARIOS_BUFFER_H
#define TESTS_SCENARIOS_BUFFER_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that are being written, growing as needed.  A zeroed one is empty. */
struct buffer {
    uint8_t *bytes;
    size_t n, capacity;
};

void buffer_fini(struct buffer *buffer);

void buffer_add(struct buffer *buffer, const void *bytes, size_t n);
void buffer_fill(struct buffer *buffer, uint8_t value, size_t n);

/* Big-endian, as on the wire. */
void buffer_u8(struct buffer *buffer, unsigned value);
void buffer_u16(struct buffer *buffer, unsigned value);
void buffer_u32(struct buffer *buffer, uint32_t value);

/* Adds, or writes at 'offset', the low 'size' bytes of 'value' (at most 4). */
void buffer_uint(struct buffer *buffer, uint32_t value, size_t size);
void buffer_set_uint(struct buffer *buffer, size_t offset, uint32_t value, size_t size);

/* Little-endian, as capture files are written here. */
void buffer_le16(struct buffer *buffer, unsigned value);
void buffer_le32(struct buffer *buffer, uint32_t value);

#endif
