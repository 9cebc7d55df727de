#ifndef GEO_RECORD_H
#define GEO_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads values of the MaxMind DB file format, version 2.0, section "Output Data Section"
 * (maxmind.github.io/MaxMind-DB).
 *
 * libmaxminddb has a reader of its own, but it follows a damaged record as deep and as long
 * as the record says.  This one is bounded in both, so the worst that a damaged file can do
 * is to know nothing, and it takes one pass where the library takes one per field. */

/* The bytes that offsets and pointers count in: the data section, or the metadata. */
struct record_section {
    const uint8_t *bytes;
    size_t size;
};

enum record_type {
    RECORD_POINTER = 1,
    RECORD_TEXT = 2,
    RECORD_DOUBLE = 3,
    RECORD_BYTES = 4,
    RECORD_UINT16 = 5,
    RECORD_UINT32 = 6,
    RECORD_MAP = 7,
    RECORD_INT32 = 8,
    RECORD_UINT64 = 9,
    RECORD_UINT128 = 10,
    RECORD_ARRAY = 11,
    RECORD_BOOLEAN = 14,
    RECORD_FLOAT = 15,
};

struct record_value {
    enum record_type type;
    uint32_t size;        /* Bytes; of a map its pairs, of an array its elements. */
    const uint8_t *bytes; /* The value itself; of a map or an array its first element. */
    uint64_t number;      /* Of the unsigned types; of a boolean 0 or 1. */
};

enum { RECORD_DEPTH_MAX = 16, RECORD_VALUES_MAX = 4096 };

/* True if the value at 'offset' and all that it holds or points to is well-formed, no more
 * than RECORD_DEPTH_MAX deep and of no more than RECORD_VALUES_MAX values. */
bool record_is_sound(struct record_section section, size_t offset);

/* The value that 'keys' (ending with NULL) lead to through the maps that begin at 'offset';
 * false if it is not there. */
bool record_find(struct record_section section, size_t offset, const char *const *keys,
                 struct record_value *ret);

#endif
