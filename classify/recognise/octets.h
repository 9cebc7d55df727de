#ifndef CLASSIFY_RECOGNISE_OCTETS_H
#define CLASSIFY_RECOGNISE_OCTETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Inside this folder: fields of bytes whose number was checked before. */
static inline unsigned
octets_be16(const uint8_t *p)
{
    return (unsigned) p[0] << 8 | p[1];
}

static inline uint32_t
octets_be32(const uint8_t *p)
{
    return (uint32_t) octets_be16(p) << 16 | octets_be16(p + 2);
}

static inline unsigned
octets_le16(const uint8_t *p)
{
    return (unsigned) p[1] << 8 | p[0];
}

static inline uint32_t
octets_le32(const uint8_t *p)
{
    return (uint32_t) octets_le16(p + 2) << 16 | octets_le16(p);
}

/* Whether 'n' bytes are as 'constant' says, as far as they go: the whole of it if there are
 * enough of them. */
static inline bool
octets_begin(const uint8_t *bytes, size_t n, const void *constant, size_t size)
{
    return n == 0 || memcmp(bytes, constant, n < size ? n : size) == 0;
}

static inline bool
octets_are_printable(const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] < ' ' || bytes[i] > '~') {
            return false;
        }
    }
    return true;
}

#endif
