#include "classify/recognise/dnp3_objects.h"

#include "base/reader.h"
#include "classify/recognise/finding.h"
#include "classify/recognise/octets.h"

/* An object header is group, variation, qualifier and a range; the qualifier says how wide
 * the range is and what stands before each object (4.2.2.7.3). */

enum {
    NAMED_MAX = 4, /* Headers and points that are named of a request. */

    PREFIX_SHIFT = 4,
    PREFIX_MASK = 7,
    PREFIX_INDEX_MAX = 3, /* 1 to 3: indexes of 1, 2 and 4 bytes. */
    PREFIX_SIZE_2 = 5,    /* Sizes of 2 bytes. */

    RANGE_MASK = 0x0f,
    RANGE_START_STOP_MAX = 2, /* 0 to 2: of 1, 2 and 4 bytes. */
    RANGE_ALL = 6,
    RANGE_COUNT = 7, /* 7 to 9: of 1, 2 and 4 bytes. */
    RANGE_COUNT_MAX = 9,
    RANGE_FREE = 11, /* A count of 1 byte. */

    GROUP_CONTROL_RELAY = 12,
    GROUP_FILE = 70,
    FILE_COMMAND = 3,
    FILE_NAME_MAX = 64, /* Bytes that are shown. */
    MODE_WRITE = 2,
    MODE_APPEND = 3,
};

struct header {
    uint8_t group, variation;
    unsigned prefix, range; /* Codes of the qualifier. */
    uint32_t start, stop;   /* Of a range with start and stop. */
    uint32_t count;         /* Of one with a count. */
};

/* A file command object, group 70, variation 3. */
struct file_command {
    const uint8_t *name;
    size_t name_size;
    unsigned mode;
};

static bool read_header(struct reader *r, struct header *ret);
static uint32_t read_number(struct reader *r, unsigned code);
static size_t object_size(const struct header *header);
static bool find_points(struct observation *observation, const struct header *header,
                        struct reader *r, bool has_values, unsigned *n_named);
static void find_operation(struct observation *observation, const struct header *header,
                           uint32_t point, const uint8_t *object);
static bool read_file_command(const struct header *header, struct reader *r,
                              struct file_command *ret);

void
dnp3_find_objects(struct observation *observation, const uint8_t *objects, size_t n,
                  bool has_values)
{
    struct reader r = reader_init(objects, n);
    struct header header;
    unsigned n_named = 0;

    if (observation == NULL) {
        return;
    }
    while (n_named < NAMED_MAX && r.left > 0 && read_header(&r, &header) &&
           find_points(observation, &header, &r, has_values, &n_named)) {
    }
}

bool
dnp3_opens_to_write(const uint8_t *objects, size_t n)
{
    struct reader r = reader_init(objects, n);
    struct header header;
    struct file_command file;

    return read_header(&r, &header) && read_file_command(&header, &r, &file) &&
           (file.mode == MODE_WRITE || file.mode == MODE_APPEND);
}

static bool
read_header(struct reader *r, struct header *ret)
{
    unsigned qualifier;

    *ret = (struct header){ .group = reader_u8(r), .variation = reader_u8(r) };
    qualifier = reader_u8(r);
    ret->prefix = qualifier >> PREFIX_SHIFT & PREFIX_MASK;
    ret->range = qualifier & RANGE_MASK;
    if (ret->range <= RANGE_START_STOP_MAX) {
        ret->start = read_number(r, ret->range);
        ret->stop = read_number(r, ret->range);
    } else if (ret->range >= RANGE_COUNT && ret->range <= RANGE_COUNT_MAX) {
        ret->count = read_number(r, ret->range - RANGE_COUNT);
    } else if (ret->range == RANGE_FREE) {
        ret->count = reader_u8(r);
    } else if (ret->range != RANGE_ALL) {
        return false;
    }
    return !r->failed;
}

/* A number of 1, 2 or 4 bytes: codes 0, 1 and 2. */
static uint32_t
read_number(struct reader *r, unsigned code)
{
    return code == 0 ? reader_u8(r) : code == 1 ? reader_le16(r) : reader_le32(r);
}

/* Bytes of an object that requests carry; 0: not known. */
static size_t
object_size(const struct header *header)
{
    static const struct {
        uint8_t group, variation, size;
    } sizes[] = {
        { GROUP_CONTROL_RELAY, 1, 11 },
        { GROUP_CONTROL_RELAY, 2, 11 }, /* Control relay outputs. */
        { 34, 1, 2 },
        { 34, 2, 4 },
        { 34, 3, 4 }, /* Deadbands of analogue inputs. */
        { 41, 1, 5 },
        { 41, 2, 3 },
        { 41, 3, 5 },
        { 41, 4, 9 }, /* Analogue outputs. */
        { 50, 1, 6 },
        { 50, 2, 10 },
        { 50, 3, 6 }, /* Times. */
    };

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        if (sizes[i].group == header->group && sizes[i].variation == header->variation) {
            return sizes[i].size;
        }
    }
    return 0;
}

/* Names what a header is about.  Returns false if the next header cannot be found. */
static bool
find_points(struct observation *observation, const struct header *header, struct reader *r,
            bool has_values, unsigned *n_named)
{
    const size_t size = has_values ? object_size(header) : 0;
    const bool has_index = header->prefix >= 1 && header->prefix <= PREFIX_INDEX_MAX;
    struct file_command file;

    if (read_file_command(header, r, &file)) {
        find_detail(observation, "file %.*s",
                    (int) (file.name_size < FILE_NAME_MAX ? file.name_size : FILE_NAME_MAX),
                    (const char *) file.name);
        return false;
    }
    if (!has_index || header->count == 0) {
        if (header->range > RANGE_START_STOP_MAX) {
            find_detail(observation, "g%uv%u", header->group, header->variation);
        } else if (header->start == header->stop) {
            find_detail(observation, "g%uv%u point %u", header->group, header->variation,
                        header->start);
        } else {
            find_detail(observation, "g%uv%u points %u to %u", header->group,
                        header->variation, header->start, header->stop);
        }
        ++*n_named;
        return !has_values || header->range == RANGE_ALL ||
               (size != 0 && header->count == 1 && reader_take(r, size) != NULL);
    }
    for (uint32_t i = 0; i < header->count && *n_named < NAMED_MAX; i++) {
        const uint32_t point = read_number(r, header->prefix - 1);
        const uint8_t *object = size == 0 ? NULL : reader_take(r, size);

        if (r->failed) {
            return false;
        }
        find_operation(observation, header, point, object);
        ++*n_named;
        if (has_values && size == 0) {
            return false;
        }
    }
    return true;
}

/* Of a control relay output the operation, too (A.8.1): trip and close where the code says
 * so, else what the relay does.  'object' is NULL if only the point is there. */
static void
find_operation(struct observation *observation, const struct header *header, uint32_t point,
               const uint8_t *object)
{
    static const char *const operations[16] = {
        [0] = " nul",      [1] = " pulse-on",  [2] = " pulse-off",
        [3] = " latch-on", [4] = " latch-off",
    };
    static const char *const trip_close[4] = { [1] = " close", [2] = " trip" };
    const char *operation = NULL;

    if (header->group == GROUP_CONTROL_RELAY && object != NULL) {
        operation = trip_close[object[0] >> 6];
        operation = operation == NULL ? operations[object[0] & 15] : operation;
    }
    find_detail(observation, "g%uv%u point %u%s", header->group, header->variation, point,
                operation == NULL ? "" : operation);
}

/* Returns false if it is none, with the reader as it was. */
static bool
read_file_command(const struct header *header, struct reader *r, struct file_command *ret)
{
    enum { NAME_SIZE_AT = 2, MODE_AT = 20, NAME_AT = 26 };
    struct reader object = *r;
    const uint8_t *fields;
    size_t size, name_size;

    if (header->group != GROUP_FILE || header->variation != FILE_COMMAND ||
        header->prefix != PREFIX_SIZE_2) {
        return false;
    }
    size = reader_le16(&object);
    fields = reader_take(&object, size);
    if (fields == NULL || size < NAME_AT) {
        return false;
    }
    name_size = octets_le16(fields + NAME_SIZE_AT);
    if (name_size > size - NAME_AT || !octets_are_printable(fields + NAME_AT, name_size)) {
        return false;
    }
    *ret =
        (struct file_command){ fields + NAME_AT, name_size, octets_le16(fields + MODE_AT) };
    return true;
}
