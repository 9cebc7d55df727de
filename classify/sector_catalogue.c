/* The world catalogue: organisations.tsv says which AS is an organisation of which sector,
 * prefixes.tsv which AS has which prefixes.  Fields are separated by tabs, the first line
 * names them; lines that begin with "#" are comments, of which "# source:" and "# date:"
 * say where the list comes from. */
#include "classify/sector_build.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/country_code.h"
#include "base/timestamp.h"
#include "classify/line_reader.h"

/* A row of organisations.tsv. */
struct catalogue_as {
    uint32_t asn;
    uint32_t origin; /* Of its prefixes, or LEFT_OUT by the operator's choice. */
};

#define LEFT_OUT UINT32_MAX

struct catalogue {
    struct sector_build *build;
    const struct sector_map_config *config;
    struct range_source *source;
    bool source_is_named;
    struct catalogue_as *table; /* By number, once all are read. */
    size_t n, capacity;
};

/* A file of the catalogue that is being read. */
struct table {
    struct bad_lines bad;
    struct line_reader *reader;
    const char *path, *columns;
    unsigned n_columns;
    bool has_columns; /* The line that names them was read. */
    size_t n_rows;
};

enum { MAX_COLUMNS = 6 };

static void read_organisations(struct catalogue *catalogue, const char *path);
static void read_prefixes(struct catalogue *catalogue, const char *path);
static bool table_open(struct table *table, struct catalogue *catalogue);
static bool table_next(struct table *table, struct catalogue *catalogue,
                       char *fields[static MAX_COLUMNS]);
static void table_close(struct table *table, struct catalogue *catalogue);

void
sector_catalogue_read(struct sector_build *build, const struct sector_map_config *config)
{
    struct catalogue catalogue = { .build = build, .config = config };
    const size_t size = strlen(config->catalogue_dir) + sizeof "/organisations.tsv";
    char *organisations = arena_take(build->arena, size);
    char *prefixes = arena_take(build->arena, size);

    (void) snprintf(organisations, size, "%s/organisations.tsv", config->catalogue_dir);
    (void) snprintf(prefixes, size, "%s/prefixes.tsv", config->catalogue_dir);
    catalogue.source = arena_take(build->arena, sizeof *catalogue.source);
    catalogue.source->name = "world catalogue";
    catalogue.source->file = organisations;
    read_organisations(&catalogue, organisations);
    read_prefixes(&catalogue, prefixes);
    free(catalogue.table);
}

static int
compare_as(const void *left, const void *right)
{
    const struct catalogue_as *a = left, *b = right;

    if (a->asn != b->asn) {
        return a->asn < b->asn ? -1 : 1;
    }
    return (a->origin > b->origin) - (a->origin < b->origin);
}

static bool
parse_asn(const char *text, uint32_t *ret)
{
    uint64_t value = 0;

    if (*text == '\0' || strlen(text) > 10 || text[strspn(text, "0123456789")] != '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        value = value * 10 + (uint64_t) (*text - '0');
    }
    *ret = (uint32_t) value;
    return value > 0 && value <= UINT32_MAX;
}

/* Fills 'claim' and its number from a row, or says what is wrong with the row. */
static bool
parse_organisation(struct catalogue *catalogue, struct line_reader *reader,
                   char *fields[static MAX_COLUMNS], struct range_claim *claim)
{
    char message[SECTOR_TEXT_SIZE];
    const char *wrong, *country = strcmp(fields[4], "-") == 0 ? "" : fields[4];

    *claim = (struct range_claim){ .organisation = fields[5],
                                   .subsector = fields[2],
                                   .country = country,
                                   .source = catalogue->source,
                                   .line = line_reader_line(reader) };
    if (!parse_asn(fields[0], &claim->asn)) {
        line_reader_bad(reader, "\"%.40s\" is not an AS number; expected 1 to 4294967295",
                        fields[0]);
        return false;
    }
    if ((wrong = sector_name_parse(fields[1], &claim->sector, message)) != NULL) {
        line_reader_bad(reader, "%s", wrong);
        return false;
    }
    if (!confidence_parse(fields[3], &claim->confidence) ||
        claim->confidence == CONFIDENCE_OPERATOR) {
        line_reader_bad(reader, "\"%.40s\" is not a confidence; expected A, B or M",
                        fields[3]);
        return false;
    }
    if (*country != '\0' && !country_code_is_well_formed(country)) {
        line_reader_bad(reader,
                        "\"%.40s\" is not a country code; expected two capital letters "
                        "(ISO 3166-1), or \"-\"",
                        country);
        return false;
    }
    if (*claim->organisation == '\0') {
        line_reader_bad(reader, "an organisation without a name");
        return false;
    }
    return true;
}

static bool
is_among(const char *text, const char *const *texts)
{
    for (; *texts != NULL; texts++) {
        if (strcmp(*texts, text) == 0) {
            return true;
        }
    }
    return false;
}

/* Did the operator choose organisations like this one? */
static bool
is_wanted(const struct sector_map_config *config, const struct range_claim *claim)
{
    return (config->catalogue_sectors & 1u << claim->sector) != 0 &&
           (config->catalogue_confidences & 1u << claim->confidence) != 0 &&
           (config->countries == NULL || is_among(claim->country, config->countries)) &&
           (config->countries_not == NULL ||
            !is_among(claim->country, config->countries_not));
}

/* Keeps an organisation whose texts are still those of the line. */
static uint32_t
keep_organisation(struct sector_build *build, const struct range_claim *claim)
{
    struct range_claim *kept = arena_take(build->arena, sizeof *kept);

    *kept = *claim;
    kept->organisation = arena_text(build->arena, claim->organisation);
    kept->subsector = arena_text(build->arena, claim->subsector);
    kept->country = arena_text(build->arena, claim->country);
    return sector_build_origin(build, sector_build_organisation(build, kept, 1),
                               claim->line);
}

static void
read_organisations(struct catalogue *catalogue, const char *path)
{
    struct table table = { .path = path,
                           .columns = "asn\tsector\tsubsector\tconfidence\tcountry\tname",
                           .n_columns = 6 };
    struct sector_build *build = catalogue->build;
    char *fields[MAX_COLUMNS];
    struct range_claim claim;

    if (!table_open(&table, catalogue)) {
        return;
    }
    while (table_next(&table, catalogue, fields)) {
        if (!parse_organisation(catalogue, table.reader, fields, &claim)) {
            continue;
        }
        catalogue->table = memory_grow(catalogue->table, catalogue->n, &catalogue->capacity,
                                       sizeof *catalogue->table);
        catalogue->table[catalogue->n++] = (struct catalogue_as){
            .asn = claim.asn,
            .origin = is_wanted(catalogue->config, &claim)
                          ? keep_organisation(build, &claim)
                          : LEFT_OUT,
        };
    }
    table_close(&table, catalogue);
    if (catalogue->n > 0) {
        qsort(catalogue->table, catalogue->n, sizeof *catalogue->table, compare_as);
    }
}

/* The first row of an AS number, or the first after it. */
static size_t
find_as(const struct catalogue *catalogue, uint32_t asn)
{
    size_t low = 0, high = catalogue->n;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (catalogue->table[middle].asn < asn) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Adds a prefix for each organisation of its AS. */
static void
read_prefix(struct catalogue *catalogue, struct line_reader *reader, char **fields)
{
    char message[SECTOR_TEXT_SIZE];
    struct ip_prefix prefix;
    const char *wrong;
    uint32_t asn;
    size_t at;

    if ((wrong = sector_prefix_parse(fields[0], &prefix, message)) != NULL) {
        line_reader_bad(reader, "%s", wrong);
        return;
    }
    if (!parse_asn(fields[1], &asn)) {
        line_reader_bad(reader, "\"%.40s\" is not an AS number; expected 1 to 4294967295",
                        fields[1]);
        return;
    }
    at = find_as(catalogue, asn);
    if (at == catalogue->n || catalogue->table[at].asn != asn) {
        line_reader_bad(reader, "AS %s is not in organisations.tsv", fields[1]);
        return;
    }
    for (; at < catalogue->n && catalogue->table[at].asn == asn; at++) {
        if (catalogue->table[at].origin != LEFT_OUT) {
            sector_build_prefix(catalogue->build, prefix, catalogue->table[at].origin);
        }
    }
}

static void
read_prefixes(struct catalogue *catalogue, const char *path)
{
    struct table table = { .path = path, .columns = "prefix\tasn", .n_columns = 2 };
    const size_t n_before = catalogue->build->n_entries;
    char *fields[MAX_COLUMNS];

    if (catalogue->n == 0 || !table_open(&table, catalogue)) {
        return;
    }
    while (table_next(&table, catalogue, fields)) {
        read_prefix(catalogue, table.reader, fields);
    }
    table_close(&table, catalogue);
    if (table.n_rows > 0 && catalogue->build->n_entries == n_before) {
        problem_warning(catalogue->build->problems, path, 0,
                        "none of the catalogue's %zu ranges is left by the choice of "
                        "sectors, confidences and countries",
                        table.n_rows);
    }
}

static bool
table_open(struct table *table, struct catalogue *catalogue)
{
    table->bad = (struct bad_lines){ .file = table->path,
                                     .severity = PROBLEM_ERROR,
                                     .problems = catalogue->build->problems };
    table->reader = line_reader_open(&table->bad);
    if (table->reader == NULL) {
        problem_error(catalogue->build->problems, table->path, 0,
                      "the catalogue cannot be read: %s", strerror(errno));
    }
    return table->reader != NULL;
}

/* Takes what the head of a file says of the list; the first word counts. */
static void
read_comment(struct catalogue *catalogue, struct line_reader *reader, const char *line)
{
    static const char source[] = "# source:", date[] = "# date:";
    struct range_source *to = catalogue->source;
    const char *value;

    if (strncmp(line, source, sizeof source - 1) == 0) {
        value = line + sizeof source - 1;
        value += strspn(value, " \t");
        if (!catalogue->source_is_named && *value != '\0') {
            to->name = arena_text(catalogue->build->arena, value);
            catalogue->source_is_named = true;
        }
    } else if (strncmp(line, date, sizeof date - 1) == 0) {
        value = line + sizeof date - 1;
        value += strspn(value, " \t");
        if (to->date_ns == 0 && !timestamp_parse_date(value, &to->date_ns)) {
            line_reader_bad(reader, "\"%.40s\" is not a day; expected \"2026-06-01\"",
                            value);
        }
    }
}

/* Cuts 'line' at its tabs; false unless there are as many fields as columns. */
static bool
split(char *line, unsigned n_columns, char *fields[static MAX_COLUMNS])
{
    unsigned n = 0;

    for (char *at = line; at != NULL; n++) {
        if (n == n_columns) {
            return false;
        }
        fields[n] = at;
        at = strchr(at, '\t');
        if (at != NULL) {
            *at++ = '\0';
        }
    }
    return n == n_columns;
}

static bool
table_next(struct table *table, struct catalogue *catalogue,
           char *fields[static MAX_COLUMNS])
{
    char *line;

    while ((line = line_reader_next(table->reader)) != NULL) {
        if (*line == '#') {
            read_comment(catalogue, table->reader, line);
        } else if (*line == '\0') {
            continue;
        } else if (!table->has_columns) {
            table->has_columns = true;
            if (strcmp(line, table->columns) != 0) {
                line_reader_bad(table->reader,
                                "the first line does not name the columns; expected, "
                                "separated by tabs: %s",
                                table->columns);
                return false;
            }
        } else if (!split(line, table->n_columns, fields)) {
            table->n_rows++;
            line_reader_bad(table->reader, "expected %u fields separated by tabs: %s",
                            table->n_columns, table->columns);
        } else {
            table->n_rows++;
            return true;
        }
    }
    return false;
}

static void
table_close(struct table *table, struct catalogue *catalogue)
{
    const int error = line_reader_close(table->reader);

    if (error != 0) {
        problem_error(catalogue->build->problems, table->path, 0,
                      "the catalogue cannot be read: %s", strerror(error));
    } else if (table->n_rows == 0) {
        problem_error(catalogue->build->problems, table->path, 0,
                      "the catalogue is empty; expected rows of %s", table->columns);
    }
}
