#include "geo/record.h"

#include <string.h>

#include "base/reader.h"

/* A walk over values: where it is and what it may still cost. */
struct walk {
    struct record_section section;
    struct reader at;
    uint32_t values_left;
};

static struct walk walk_new(struct record_section section, size_t offset);
static void go_to(struct walk *walk, size_t offset);
static bool check(struct walk *walk, unsigned depth);
static uint32_t n_elements(const struct record_value *value);
static bool check_elements(struct walk *walk, uint32_t n, unsigned depth);
static bool read_value(struct walk *walk, struct record_value *ret);
static bool follow(struct walk *walk, struct record_value *value);
static bool skip(struct walk *walk, unsigned depth);
static bool seek_key(struct walk *walk, const char *key);

bool
record_is_sound(struct record_section section, size_t offset)
{
    struct walk walk = walk_new(section, offset);

    return check(&walk, RECORD_DEPTH_MAX);
}

bool
record_find(struct record_section section, size_t offset, const char *const *keys,
            struct record_value *ret)
{
    struct walk walk = walk_new(section, offset);
    struct record_value value;

    for (; *keys != NULL; keys++) {
        if (!seek_key(&walk, *keys)) {
            return false;
        }
    }
    if (!read_value(&walk, &value) || !follow(&walk, &value)) {
        return false;
    }
    *ret = value;
    return true;
}

static struct walk
walk_new(struct record_section section, size_t offset)
{
    struct walk walk = { .section = section, .values_left = RECORD_VALUES_MAX };

    go_to(&walk, offset);
    return walk;
}

static void
go_to(struct walk *walk, size_t offset)
{
    walk->at = reader_init(walk->section.bytes, walk->section.size);
    (void) reader_take(&walk->at, offset);
}

/* Checks the value at hand and leaves the walk behind it. */
static bool
check(struct walk *walk, unsigned depth)
{
    struct record_value value;
    struct reader behind;
    bool is_good;

    if (depth == 0 || !read_value(walk, &value)) {
        return false;
    }
    if (value.type != RECORD_POINTER) {
        return check_elements(walk, n_elements(&value), depth - 1);
    }
    behind = walk->at;
    go_to(walk, (size_t) value.number);
    is_good = check(walk, depth - 1);
    walk->at = behind;
    return is_good;
}

/* Keys of maps are checked as values: that they are texts matters only to seek_key(). */
static bool
check_elements(struct walk *walk, uint32_t n, unsigned depth)
{
    for (uint32_t i = 0; i < n; i++) {
        if (!check(walk, depth)) {
            return false;
        }
    }
    return true;
}

/* Values directly in a value. */
static uint32_t
n_elements(const struct record_value *value)
{
    return value->type == RECORD_MAP     ? 2 * value->size
           : value->type == RECORD_ARRAY ? value->size
                                         : 0;
}

static uint64_t
read_number(struct reader *r, uint32_t size)
{
    uint64_t number = 0;

    for (uint32_t i = 0; i < size; i++) {
        number = number << 8 | reader_u8(r);
    }
    return number;
}

/* Offset of a pointer from its control byte: two bits of size, three of value; each size
 * begins where the one before it ends. */
static uint64_t
read_pointer(struct reader *r, uint8_t control)
{
    static const uint32_t base[] = { 0, 2048, 526336 };
    const unsigned size = control >> 3 & 3;

    if (size == 3) {
        return reader_be32(r);
    }
    return ((uint64_t) (control & 7U) << 8 * (size + 1) | read_number(r, size + 1)) +
           base[size];
}

static uint32_t
read_size(struct reader *r, uint8_t control)
{
    const uint32_t size = control & 0x1f;

    switch (size) {
    case 29:
        return 29 + (uint32_t) read_number(r, 1);
    case 30:
        return 285 + (uint32_t) read_number(r, 2);
    case 31:
        return 65821 + (uint32_t) read_number(r, 3);
    default:
        return size;
    }
}

/* Takes the bytes of a value whose type and size are known; false if they don't fit each
 * other. */
static bool
read_bytes(struct reader *r, struct record_value *value)
{
    static const uint8_t exact[] = { [RECORD_DOUBLE] = 8, [RECORD_FLOAT] = 4 };
    static const uint8_t at_most[] = { [RECORD_UINT16] = 2,
                                       [RECORD_UINT32] = 4,
                                       [RECORD_INT32] = 4,
                                       [RECORD_UINT64] = 8,
                                       [RECORD_UINT128] = 16 };

    switch (value->type) {
    case RECORD_MAP:
    case RECORD_ARRAY:
        value->bytes = r->at;
        return value->size <= RECORD_VALUES_MAX;
    case RECORD_BOOLEAN:
        value->number = value->size;
        return value->size <= 1;
    case RECORD_DOUBLE:
    case RECORD_FLOAT:
        value->bytes = reader_take(r, value->size);
        return value->size == exact[value->type];
    case RECORD_UINT16:
    case RECORD_UINT32:
    case RECORD_INT32:
    case RECORD_UINT64:
    case RECORD_UINT128:
        value->bytes = r->at;
        value->number = read_number(r, value->size <= 16 ? value->size : 0);
        return value->size <= at_most[value->type];
    case RECORD_TEXT:
    case RECORD_BYTES:
        value->bytes = reader_take(r, value->size);
        return true;
    case RECORD_POINTER:
    default:
        return false;
    }
}

/* Reads the value at hand, a pointer as such, and leaves the walk behind it: of a map or an
 * array at its first element. */
static bool
read_value(struct walk *walk, struct record_value *ret)
{
    struct reader *r = &walk->at;
    const uint8_t control = reader_u8(r);

    if (walk->values_left == 0) {
        return false;
    }
    walk->values_left--;
    *ret = (struct record_value){ .type = control >> 5 };
    if (ret->type == RECORD_POINTER) {
        ret->number = read_pointer(r, control);
        return !r->failed;
    }
    if (control >> 5 == 0) {
        ret->type = 7U + reader_u8(r);
    }
    ret->size = read_size(r, control);
    return read_bytes(r, ret) && !r->failed;
}

/* Replaces a pointer by what it points to, where the walk goes on.  A pointer to a pointer
 * is not allowed. */
static bool
follow(struct walk *walk, struct record_value *value)
{
    if (value->type != RECORD_POINTER) {
        return true;
    }
    go_to(walk, (size_t) value->number);
    return read_value(walk, value) && value->type != RECORD_POINTER;
}

/* Passes over the value at hand without following pointers. */
static bool
skip(struct walk *walk, unsigned depth)
{
    struct record_value value;
    uint32_t n;

    if (depth == 0 || !read_value(walk, &value)) {
        return false;
    }
    n = n_elements(&value);
    for (uint32_t i = 0; i < n; i++) {
        if (!skip(walk, depth - 1)) {
            return false;
        }
    }
    return true;
}

static bool
text_equals(const struct record_value *value, const char *text)
{
    return value->type == RECORD_TEXT && value->size == strlen(text) &&
           memcmp(value->bytes, text, value->size) == 0;
}

/* Moves from a map to the value of its 'key'; false if it is no map or has no such key. */
static bool
seek_key(struct walk *walk, const char *key)
{
    struct record_value map, name;

    if (!read_value(walk, &map) || !follow(walk, &map) || map.type != RECORD_MAP) {
        return false;
    }
    for (uint32_t i = 0; i < map.size; i++) {
        struct reader behind;

        if (!read_value(walk, &name)) {
            return false;
        }
        behind = walk->at;
        if (!follow(walk, &name)) {
            return false;
        }
        walk->at = behind;
        if (text_equals(&name, key)) {
            return true;
        }
        if (!skip(walk, RECORD_DEPTH_MAX)) {
            return false;
        }
    }
    return false;
}
