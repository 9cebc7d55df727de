#include "geo/database.h"

#include <arpa/inet.h>
#include <errno.h>
#include <maxminddb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/reader.h"
#include "base/timestamp.h"
#include "geo/file_copy.h"
#include "geo/record.h"

enum {
    METADATA_SIZE_MAX = 128 * 1024, /* From the end of the file, says the format. */
    SEPARATOR_SIZE = 16,            /* Between the tree and the data. */
    N_SAMPLES = 2048,               /* Nodes whose data is looked at, evenly spread. */
    N_PATHS_MAX = 10,
};

/* Where records of the schemas in use keep a field.  The first that holds something usable
 * gives it, so the order matters where a record has several. */
struct field_path {
    const char *text;
    const char *keys[3];
};

static const struct field_path country_paths[] = {
    { "country.iso_code", { "country", "iso_code" } },
    { "country_code", { "country_code" } },
    { "countryCode", { "countryCode" } },
    { "country_iso_code", { "country_iso_code" } },
    { "country", { "country" } },
    { "registered_country.iso_code", { "registered_country", "iso_code" } },
};

static const struct field_path asn_paths[] = {
    { "autonomous_system_number", { "autonomous_system_number" } },
    { "asn", { "asn" } },
    { "as_number", { "as_number" } },
    { "traits.autonomous_system_number", { "traits", "autonomous_system_number" } },
    { "as", { "as" } },
};

static const struct field_path as_name_paths[] = {
    { "autonomous_system_organization", { "autonomous_system_organization" } },
    { "as_name", { "as_name" } },
    { "as_organization", { "as_organization" } },
    { "traits.autonomous_system_organization",
      { "traits", "autonomous_system_organization" } },
    { "organization", { "organization" } },
    { "isp", { "isp" } },
};

#define N_OF(array) (sizeof(array) / sizeof(array)[0])

/* The paths of a field that this file uses. */
struct field {
    size_t n;
    const struct field_path *paths[N_PATHS_MAX];
};

struct database {
    MMDB_s file;
    struct record_section data;
    char *name; /* File name without its folder. */
    struct field country, asn, as_name;
};

typedef bool field_reader(const struct record_value *value, struct place *place);

static bool open_copy(struct database *database, const struct file_copy *copy,
                      const char *path, struct problem_list *problems);
static bool metadata_is_sound(int file, const char *path, struct problem_list *problems);
static bool is_sound(struct database *database, const char *path,
                     struct problem_list *problems);
static bool tree_is_sound(const MMDB_s *file);
static bool look_at_samples(struct database *database);
static bool read_country(const struct record_value *value, struct place *place);
static bool read_asn(const struct record_value *value, struct place *place);
static bool read_as_name(const struct record_value *value, struct place *place);
static bool read_field(const struct database *database, const struct field *field,
                       field_reader *reader, size_t offset, struct place *place);

struct database *
database_new(const char *path, struct problem_list *problems)
{
    const char *slash = strrchr(path, '/');
    struct database *database;
    struct file_copy copy;

    if (!file_copy_open(&copy, path, problems)) {
        return NULL;
    }
    database = memory_zeroed(1, sizeof *database);
    if (!open_copy(database, &copy, path, problems)) {
        file_copy_close(&copy);
        free(database);
        return NULL;
    }
    file_copy_close(&copy);
    database->name = memory_copy_text(slash == NULL ? path : slash + 1);
    if (!is_sound(database, path, problems)) {
        database_free(database);
        return NULL;
    }
    return database;
}

void
database_free(struct database *database)
{
    if (database == NULL) {
        return;
    }
    MMDB_close(&database->file);
    free(database->name);
    free(database);
}

struct geo_source
database_source(const struct database *database)
{
    const struct field *country = &database->country;
    const struct field *asn = &database->asn;

    return (struct geo_source){
        .name = database->name,
        .type = database->file.metadata.database_type,
        .date_ns = database->file.metadata.build_epoch * NS_PER_SECOND,
        .has_country = country->n > 0,
        .has_asn = asn->n > 0,
        .country_path = country->n > 0 ? country->paths[0]->text : NULL,
        .asn_path = asn->n > 0 ? asn->paths[0]->text : NULL,
    };
}

struct place
database_lookup(const struct database *database, struct ip_address address)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } at = { .v6 = { .sin6_family = AF_INET6 } };
    struct place place = { 0 };
    MMDB_lookup_result_s result;
    uint8_t bytes[16];
    int status;

    if (ip_to_bytes(address, bytes) == 4) {
        at.v4 = (struct sockaddr_in){ .sin_family = AF_INET };
        memcpy(&at.v4.sin_addr, bytes, 4);
    } else {
        memcpy(&at.v6.sin6_addr, bytes, 16);
    }
    result = MMDB_lookup_sockaddr(&database->file, &at.any, &status);
    if (status != MMDB_SUCCESS || !result.found_entry) {
        return place;
    }
    (void) read_field(database, &database->country, read_country, result.entry.offset,
                      &place);
    (void) read_field(database, &database->asn, read_asn, result.entry.offset, &place);
    (void) read_field(database, &database->as_name, read_as_name, result.entry.offset,
                      &place);
    return place;
}

static bool
open_copy(struct database *database, const struct file_copy *copy, const char *path,
          struct problem_list *problems)
{
    int status;

    if (!metadata_is_sound(copy->fd, path, problems)) {
        return false;
    }
    status = MMDB_open(copy->path, MMDB_MODE_MMAP, &database->file);
    if (status != MMDB_SUCCESS) {
        problem_error(problems, path, 0, "the database cannot be read: %s",
                      MMDB_strerror(status));
    }
    return status == MMDB_SUCCESS;
}

/* Where the metadata begins: behind the last marker.  NULL if there is none. */
static const uint8_t *
find_metadata(const uint8_t *bytes, size_t size)
{
    static const char marker[] = "\xab\xcd\xefMaxMind.com";
    const size_t marker_size = sizeof marker - 1;

    for (size_t end = size; end >= marker_size; end--) {
        if (memcmp(bytes + end - marker_size, marker, marker_size) == 0) {
            return bytes + end;
        }
    }
    return NULL;
}

/* The last part of a file, in which the metadata is.  Returns its size, -1 if it cannot be
 * read. */
static ssize_t
read_tail(int file, uint8_t tail[static METADATA_SIZE_MAX], off_t *ret_file_size)
{
    const off_t size = lseek(file, 0, SEEK_END);

    *ret_file_size = size;
    return size < 0 ? -1
                    : pread(file, tail, METADATA_SIZE_MAX,
                            size > METADATA_SIZE_MAX ? size - METADATA_SIZE_MAX : 0);
}

/* True if the tree that the metadata speaks of fits into the file.  libmaxminddb multiplies
 * in 32 bits. */
static bool
tree_fits(struct record_section metadata, off_t file_size)
{
    static const char *const count_keys[] = { "node_count", NULL };
    static const char *const size_keys[] = { "record_size", NULL };
    struct record_value count, size;

    return record_find(metadata, 0, count_keys, &count) &&
           record_find(metadata, 0, size_keys, &size) && count.number <= UINT32_MAX &&
           size.number <= 32 &&
           count.number * size.number / 4 + SEPARATOR_SIZE <= (uint64_t) file_size;
}

/* Looks at the metadata before libmaxminddb does, which would follow it as deep as it goes.
 */
static bool
metadata_is_sound(int file, const char *path, struct problem_list *problems)
{
    uint8_t *tail = memory_zeroed(1, METADATA_SIZE_MAX);
    off_t file_size = 0;
    const ssize_t n = read_tail(file, tail, &file_size);
    const uint8_t *start = n < 0 ? NULL : find_metadata(tail, (size_t) n);
    bool is_good = false;

    if (n < 0) {
        problem_error(problems, path, 0, "the database cannot be read: %s",
                      strerror(errno));
    } else if (start == NULL) {
        problem_error(problems, path, 0,
                      "not a MaxMind database, or cut off: it has no metadata at its end");
    } else {
        const struct record_section metadata = { start, (size_t) (tail + n - start) };

        is_good = record_is_sound(metadata, 0) && tree_fits(metadata, file_size);
        if (!is_good) {
            problem_error(problems, path, 0,
                          "the database is damaged: its metadata does not fit it");
        }
    }
    free(tail);
    return is_good;
}

static bool
is_sound(struct database *database, const char *path, struct problem_list *problems)
{
    const MMDB_s *file = &database->file;

    database->data = (struct record_section){ file->data_section, file->data_section_size };
    if (!tree_is_sound(file)) {
        problem_error(problems, path, 0,
                      "the database is damaged: its search tree points outside of it");
    } else if (!look_at_samples(database)) {
        problem_error(problems, path, 0,
                      "the database is damaged: a record cannot be read");
    } else if (database->country.n == 0 && database->asn.n == 0) {
        problem_error(problems, path, 0,
                      "the database (type \"%s\") has neither countries nor AS numbers "
                      "where they were looked for",
                      file->metadata.database_type);
    } else {
        return true;
    }
    return false;
}

/* The two records of a node of the search tree.  The longest node has 8 bytes; so many can
 * always be read, as the separator follows the last node. */
static inline void
read_node(const MMDB_s *file, unsigned record_size, uint32_t node, uint32_t ret[static 2])
{
    struct reader r =
        reader_init(file->file_content + (size_t) node * (record_size / 4), 8);
    const uint64_t word = reader_be64(&r);

    switch (record_size) {
    case 24:
        ret[0] = (uint32_t) (word >> 40);
        ret[1] = (uint32_t) (word >> 16 & 0xffffff);
        break;
    case 28: /* The byte in the middle holds the upper bits of both. */
        ret[0] = (uint32_t) (word >> 40 | (word >> 36 & 0xf) << 24);
        ret[1] = (uint32_t) (word >> 8 & 0xfffffff);
        break;
    default:
        ret[0] = (uint32_t) (word >> 32);
        ret[1] = (uint32_t) word;
        break;
    }
}

/* True if the record leads to another node, to nothing, or into the data.  Without a
 * branch, as it is asked millions of times and nobody could guess the answer. */
static inline bool
leads_inside(uint32_t to, uint32_t n_nodes, uint64_t end)
{
    const bool is_separator = to - n_nodes - 1 < SEPARATOR_SIZE - 1;
    const bool is_beyond = to >= end;

    return !(is_separator | is_beyond);
}

/* Reads every record straight through, which is quick.  Loops need no check, as a look-up
 * goes no deeper than an address is long. */
static inline bool
records_are_sound(const MMDB_s *file, unsigned record_size)
{
    const uint32_t n_nodes = file->metadata.node_count;
    const uint64_t end = (uint64_t) n_nodes + SEPARATOR_SIZE + file->data_section_size;
    bool is_good = true;

    for (uint32_t i = 0; i < n_nodes; i++) {
        uint32_t records[2];

        read_node(file, record_size, i, records);
        is_good &= leads_inside(records[0], n_nodes, end);
        is_good &= leads_inside(records[1], n_nodes, end);
    }
    return is_good;
}

/* A loop for each size that there is, which none needs to look at, as there are millions.
 */
static bool
tree_is_sound(const MMDB_s *file)
{
    switch (file->metadata.record_size) {
    case 24:
        return records_are_sound(file, 24);
    case 28:
        return records_are_sound(file, 28);
    default:
        return records_are_sound(file, 32);
    }
}

/* Adds the paths of a table that lead to something usable in the record at 'offset'. */
static void
detect(struct field *field, const struct field_path *paths, size_t n, field_reader *reader,
       struct record_section data, size_t offset, unsigned *seen)
{
    struct place place;
    struct record_value value;

    for (size_t i = 0; i < n; i++) {
        if ((*seen & 1U << i) == 0 && record_find(data, offset, paths[i].keys, &value) &&
            reader(&value, &place)) {
            *seen |= 1U << i;
        }
    }
    field->n = 0; /* Listed anew, so that they stay in the table's order. */
    for (size_t i = 0; i < n; i++) {
        if ((*seen & 1U << i) != 0) {
            field->paths[field->n++] = &paths[i];
        }
    }
}

/* Checks the data of nodes spread over the tree and finds out the schema. */
static bool
look_at_samples(struct database *database)
{
    const MMDB_s *file = &database->file;
    const uint32_t n_nodes = file->metadata.node_count;
    const uint32_t step = n_nodes / N_SAMPLES + 1;
    const uint32_t first = n_nodes + SEPARATOR_SIZE;
    unsigned country = 0, asn = 0, as_name = 0;

    for (uint64_t i = 0; i < 2 * (uint64_t) n_nodes; i += i % 2 == 0 ? 1 : 2 * step - 1) {
        uint32_t records[2];
        size_t offset;

        read_node(file, file->metadata.record_size, (uint32_t) (i / 2), records);
        if (records[i % 2] < first) {
            continue;
        }
        offset = records[i % 2] - first;
        if (!record_is_sound(database->data, offset)) {
            return false;
        }
        detect(&database->country, country_paths, N_OF(country_paths), read_country,
               database->data, offset, &country);
        detect(&database->asn, asn_paths, N_OF(asn_paths), read_asn, database->data, offset,
               &asn);
        detect(&database->as_name, as_name_paths, N_OF(as_name_paths), read_as_name,
               database->data, offset, &as_name);
    }
    return true;
}

static bool
read_field(const struct database *database, const struct field *field, field_reader *reader,
           size_t offset, struct place *place)
{
    struct record_value value;

    for (size_t i = 0; i < field->n; i++) {
        if (record_find(database->data, offset, field->paths[i]->keys, &value) &&
            reader(&value, place)) {
            return true;
        }
    }
    return false;
}

static bool
is_letter(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Two letters.  "ZZ" is how some databases write "unknown" (ISO 3166-1 leaves it to its
 * users). */
static bool
read_country(const struct record_value *value, struct place *place)
{
    if (value->type != RECORD_TEXT || value->size != 2 || !is_letter(value->bytes[0]) ||
        !is_letter(value->bytes[1]) || memcmp(value->bytes, "ZZ", 2) == 0) {
        return false;
    }
    place->country[0] = (char) (value->bytes[0] & ~0x20);
    place->country[1] = (char) (value->bytes[1] & ~0x20);
    place->country[2] = '\0';
    return true;
}

/* A number, "64500", "AS64500", or "AS64500 and its name". */
static bool
read_asn(const struct record_value *value, struct place *place)
{
    uint64_t number = value->number;
    uint32_t i = 0;

    if (value->type == RECORD_TEXT) {
        if (value->size > 2 && (value->bytes[0] | 0x20) == 'a' &&
            (value->bytes[1] | 0x20) == 's') {
            i = 2;
        }
        for (number = 0; i < value->size && number <= UINT32_MAX; i++) {
            if (value->bytes[i] < '0' || value->bytes[i] > '9') {
                break;
            }
            number = number * 10 + (value->bytes[i] - (uint64_t) '0');
        }
        if (i < value->size && value->bytes[i] != ' ') {
            return false;
        }
    } else if (value->type != RECORD_UINT16 && value->type != RECORD_UINT32 &&
               value->type != RECORD_UINT64) {
        return false;
    }
    if (number == 0 || number > UINT32_MAX) {
        return false;
    }
    place->asn = (uint32_t) number;
    return true;
}

/* Cut between two UTF-8 characters, and without control characters: the name goes to
 * terminals and logs. */
static bool
read_as_name(const struct record_value *value, struct place *place)
{
    uint32_t n = value->size;

    if (value->type != RECORD_TEXT || n == 0) {
        return false;
    }
    if (n >= PLACE_AS_NAME_SIZE) {
        n = PLACE_AS_NAME_SIZE - 1;
        while (n > 0 && (value->bytes[n] & 0xc0) == 0x80) {
            n--;
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        place->as_name[i] =
            value->bytes[i] < ' ' || value->bytes[i] == 0x7f ? ' ' : (char) value->bytes[i];
    }
    place->as_name[n] = '\0';
    return n > 0;
}
