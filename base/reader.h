#ifndef BASE_READER_H
#define BASE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A bounds-checked cursor over bytes that somebody else owns: the only way in which bytes
 * from outside are read.  Reading past the end yields zero and sets 'failed', which stays
 * set, so a decoder reads a whole header and asks once.  Byte order changes here and
 * nowhere later. */
struct reader {
    const uint8_t *at; /* Next byte. */
    size_t left;       /* Bytes from 'at' to the end. */
    bool failed;       /* Something was read past the end. */
};

static inline struct reader
reader_init(const uint8_t *bytes, size_t size)
{
    return (struct reader){ .at = bytes, .left = size };
}

/* Passes over 'size' bytes; returns where they start, or NULL if too few are left. */
static inline const uint8_t *
reader_take(struct reader *r, size_t size)
{
    const uint8_t *start = r->at;

    if (r->failed || size > r->left) {
        r->failed = true;
        return NULL;
    }
    r->at += size;
    r->left -= size;
    return start;
}

/* Forgets all but the next 'size' bytes: a length field may shorten what is left, never
 * lengthen it. */
static inline void
reader_limit(struct reader *r, size_t size)
{
    if (size < r->left) {
        r->left = size;
    }
}

static inline uint8_t
reader_u8(struct reader *r)
{
    const uint8_t *p = reader_take(r, 1);

    return p == NULL ? 0 : p[0];
}

/* Fields that are big-endian on the wire, in host order. */
static inline uint16_t
reader_be16(struct reader *r)
{
    const uint8_t *p = reader_take(r, 2);

    return p == NULL ? 0 : (uint16_t) ((unsigned) p[0] << 8 | p[1]);
}

static inline uint32_t
reader_be32(struct reader *r)
{
    const uint8_t *p = reader_take(r, 4);

    return p == NULL ? 0
                     : (uint32_t) p[0] << 24 | (uint32_t) p[1] << 16 |
                           (uint32_t) p[2] << 8 | (uint32_t) p[3];
}

static inline uint64_t
reader_be64(struct reader *r)
{
    const uint8_t *p = reader_take(r, 8);

    return p == NULL
               ? 0
               : (uint64_t) p[0] << 56 | (uint64_t) p[1] << 48 | (uint64_t) p[2] << 40 |
                     (uint64_t) p[3] << 32 | (uint64_t) p[4] << 24 | (uint64_t) p[5] << 16 |
                     (uint64_t) p[6] << 8 | (uint64_t) p[7];
}

/* Fields that are little-endian on the wire, in host order. */
static inline uint16_t
reader_le16(struct reader *r)
{
    const uint8_t *p = reader_take(r, 2);

    return p == NULL ? 0 : (uint16_t) ((unsigned) p[1] << 8 | p[0]);
}

static inline uint32_t
reader_le32(struct reader *r)
{
    const uint8_t *p = reader_take(r, 4);

    return p == NULL ? 0
                     : (uint32_t) p[3] << 24 | (uint32_t) p[2] << 16 |
                           (uint32_t) p[1] << 8 | (uint32_t) p[0];
}

#endif
