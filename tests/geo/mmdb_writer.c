#include "mmdb_writer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/ip.h"

enum { MAP = 7, ARRAY = 11, TEXT = 2, UINT16 = 5, UINT32 = 6, UINT64 = 9 };
enum { NODES_MAX = 4096, SIZE_MAX_ = 1 << 18, TEXTS_MAX = 256, EMPTY = -1 };

/* Bytes, and where texts were put, so that the second time a pointer does. */
struct buffer {
    uint8_t *bytes;
    size_t size;
    size_t texts[TEXTS_MAX];
    size_t n_texts;
};

/* A record of a node: a node if not negative, EMPTY, or the data at -2 - offset. */
struct tree {
    int records[NODES_MAX][2];
    int n;
};

static void
put_u8(struct buffer *b, unsigned byte)
{
    assert(b->size < SIZE_MAX_);
    b->bytes[b->size++] = (uint8_t) byte;
}

static void
put_be(struct buffer *b, uint64_t number, unsigned n)
{
    while (n-- > 0) {
        put_u8(b, (unsigned) (number >> 8 * n & 0xff));
    }
}

static void
put_control(struct buffer *b, unsigned type, size_t size)
{
    const unsigned length = size < 29 ? (unsigned) size : size < 285 ? 29 : 30;

    put_u8(b, (type > 7 ? 0 : type << 5) | length);
    if (type > 7) {
        put_u8(b, type - 7);
    }
    if (length == 29) {
        put_be(b, size - 29, 1);
    } else if (length == 30) {
        put_be(b, size - 285, 2);
    }
}

static void
put_number(struct buffer *b, unsigned type, uint64_t number)
{
    unsigned n = 0;

    while (n < 8 && number >> 8 * n != 0) {
        n++;
    }
    put_control(b, type, n);
    put_be(b, number, n);
}

static void
put_pointer(struct buffer *b, size_t to)
{
    assert(to < 526336);
    if (to < 2048) {
        put_be(b, 0x2000 | to, 2);
    } else {
        put_be(b, 0x280000 | (to - 2048), 3);
    }
}

static void
put_text(struct buffer *b, const char *text, size_t length)
{
    for (size_t i = 0; i < b->n_texts; i++) {
        struct buffer probe = { .bytes = calloc(1, length + 8) };
        int differ;

        put_control(&probe, TEXT, length);
        memcpy(probe.bytes + probe.size, text, length);
        differ = memcmp(b->bytes + b->texts[i], probe.bytes, probe.size + length);
        free(probe.bytes);
        if (differ == 0) {
            put_pointer(b, b->texts[i]);
            return;
        }
    }
    if (b->n_texts < TEXTS_MAX) {
        b->texts[b->n_texts++] = b->size;
    }
    put_control(b, TEXT, length);
    for (size_t i = 0; i < length; i++) {
        put_u8(b, (uint8_t) text[i]);
    }
}

/* Elements on the level of an object or array that begins at 'json'. */
static unsigned
count_elements(const char *json)
{
    unsigned n = json[1] == '}' || json[1] == ']' ? 0 : 1, depth = 0;
    int in_text = 0;

    for (; *json != '\0'; json++) {
        if (*json == '"') {
            in_text = !in_text;
        } else if (!in_text && (*json == '{' || *json == '[')) {
            depth++;
        } else if (!in_text && (*json == '}' || *json == ']') && --depth == 0) {
            break;
        }
        n += !in_text && *json == ',' && depth == 1;
    }
    return n;
}

/* Returns what follows the value. */
static const char *
put_json(struct buffer *b, const char *json)
{
    if (*json == '"') {
        const char *end = strchr(json + 1, '"');

        put_text(b, json + 1, (size_t) (end - json - 1));
        return end + 1;
    }
    if (*json == '{' || *json == '[') {
        put_control(b, *json == '{' ? MAP : ARRAY, count_elements(json));
        for (json++; *json != '}' && *json != ']';) {
            json = put_json(b, json);
            json += *json == ',' || *json == ':';
        }
        return json + 1;
    }
    put_number(b, UINT32, strtoull(json, NULL, 10));
    return json + strspn(json, "0123456789");
}

static void
insert(struct tree *tree, const uint8_t *address, unsigned length, int data)
{
    int node = 0;

    for (unsigned i = 0; i < length; i++) {
        int *record = &tree->records[node][address[i / 8] >> (7 - i % 8) & 1];

        if (i == length - 1) {
            *record = data;
        } else if (*record < 0) {
            assert(tree->n < NODES_MAX);
            tree->records[tree->n][0] = tree->records[tree->n][1] = EMPTY;
            *record = tree->n++;
        }
        node = *record;
    }
}

static void
insert_prefix(struct tree *tree, const struct mmdb_config *config, const char *text,
              int data)
{
    uint8_t bytes[16] = { 0 };
    struct ip_prefix prefix;
    enum ip_parse_status status = ip_prefix_parse(text, &prefix);

    assert(status == IP_PARSE_OK);
    (void) status;
    if (!ip_is_v4(prefix.address)) {
        ip_to_bytes(prefix.address, bytes);
        insert(tree, bytes, prefix.length, data);
    } else if (config->ip_version == 4) {
        ip_to_bytes(prefix.address, bytes);
        insert(tree, bytes, prefix.length - 96U, data);
    } else {
        uint8_t v4[16];

        ip_to_bytes(prefix.address, v4);
        memcpy(bytes + 12, v4, 4);
        insert(tree, bytes, prefix.length, data);
    }
}

static void
put_tree(struct buffer *b, const struct tree *tree, unsigned record_size)
{
    for (int i = 0; i < tree->n; i++) {
        uint64_t records[2];

        for (unsigned side = 0; side < 2; side++) {
            const int record = tree->records[i][side];

            records[side] = (uint64_t) (record >= 0       ? record
                                        : record == EMPTY ? tree->n
                                                          : tree->n + 16 - 2 - record);
        }
        if (record_size == 28) {
            put_be(b, records[0] & 0xffffff, 3);
            put_be(b, (records[0] >> 24) << 4 | records[1] >> 24, 1);
            put_be(b, records[1] & 0xffffff, 3);
        } else {
            put_be(b, records[0], record_size / 8);
            put_be(b, records[1], record_size / 8);
        }
    }
    put_be(b, 0, 8);
    put_be(b, 0, 8);
}

static void
put_key(struct buffer *b, const char *key)
{
    put_control(b, TEXT, strlen(key));
    for (; *key != '\0'; key++) {
        put_u8(b, (uint8_t) *key);
    }
}

static void
put_metadata(struct buffer *b, const struct mmdb_config *config, int n_nodes)
{
    put_be(b, 0xabcdef, 3);
    for (const char *c = "MaxMind.com"; *c != '\0'; c++) {
        put_u8(b, (uint8_t) *c);
    }
    put_control(b, MAP, 9);
    put_key(b, "binary_format_major_version");
    put_number(b, UINT16, 2);
    put_key(b, "binary_format_minor_version");
    put_number(b, UINT16, 0);
    put_key(b, "build_epoch");
    put_number(b, UINT64, config->build_epoch);
    put_key(b, "database_type");
    put_key(b, config->type);
    put_key(b, "description");
    put_control(b, MAP, 0);
    put_key(b, "ip_version");
    put_number(b, UINT16, config->ip_version);
    put_key(b, "languages");
    put_control(b, ARRAY, 0);
    put_key(b, "node_count");
    put_number(b, UINT32, (uint64_t) n_nodes);
    put_key(b, "record_size");
    put_number(b, UINT16, config->record_size);
}

uint8_t *
mmdb_write(const struct mmdb_config *config, size_t *ret_size)
{
    struct buffer data = { .bytes = calloc(1, SIZE_MAX_) };
    struct buffer all = { .bytes = calloc(1, SIZE_MAX_) };
    struct tree *tree = calloc(1, sizeof *tree);

    tree->n = 1;
    tree->records[0][0] = tree->records[0][1] = EMPTY;
    for (const struct mmdb_entry *entry = config->entries; entry->prefix != NULL; entry++) {
        insert_prefix(tree, config, entry->prefix, -2 - (int) data.size);
        (void) put_json(&data, entry->json);
    }
    put_tree(&all, tree, config->record_size);
    assert(all.size + data.size < SIZE_MAX_);
    memcpy(all.bytes + all.size, data.bytes, data.size);
    all.size += data.size;
    put_metadata(&all, config, tree->n);
    free(tree);
    free(data.bytes);
    *ret_size = all.size;
    return all.bytes;
}
