#include "geo/geo.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <maxminddb.h>

#include "base/country_code.h"
#include "base/memory.h"
#include "geo/database.h"
#include "geo/special.h"

/* An operator's place.  They are few, so a look-up goes through them one by one. */
struct own_place {
    struct ip_prefix prefix;
    struct place place;
};

struct geo {
    struct own_place *places; /* Longest prefixes first, so the first that fits wins. */
    size_t n_places;
    struct database **databases;
    size_t n_databases;
    struct geo_source *sources; /* The places if there are any, then the databases. */
    size_t n_sources;
};

static void add_places(struct geo *geo, const struct geo_config *config,
                       struct problem_list *problems);
static void add_databases(struct geo *geo, const char *const *paths,
                          struct problem_list *problems);
static struct place find_own(const struct geo *geo, struct ip_address address);
static void merge(struct place *into, const struct place *from, size_t source);
static void copy_text(char *to, size_t size, const char *from);

struct geo *
geo_new(const struct geo_config *config, struct problem_list *problems)
{
    struct geo *geo = memory_zeroed(1, sizeof *geo);
    size_t n = 0;

    while (config->databases != NULL && config->databases[n] != NULL) {
        n++;
    }
    geo->databases = memory_zeroed(n + 1, sizeof geo->databases[0]);
    geo->sources = memory_zeroed(n + 1, sizeof geo->sources[0]);
    if (config->n_places > 0) {
        add_places(geo, config, problems);
    }
    if (n > 0) {
        add_databases(geo, config->databases, problems);
    }
    return geo;
}

void
geo_free(struct geo *geo)
{
    if (geo == NULL) {
        return;
    }
    for (size_t i = 0; i < geo->n_databases; i++) {
        database_free(geo->databases[i]);
    }
    free(geo->databases);
    free(geo->places);
    free(geo->sources);
    free(geo);
}

struct place
geo_lookup(const struct geo *geo, struct ip_address address)
{
    struct place place = find_own(geo, address);
    const size_t first = geo->n_sources - geo->n_databases;

    if (ip_is_special(address)) {
        return place;
    }
    for (size_t i = 0; i < geo->n_databases; i++) {
        struct place found;

        if (place.country[0] != '\0' && place.as_name[0] != '\0') {
            break;
        }
        found = database_lookup(geo->databases[i], address);
        merge(&place, &found, first + i);
    }
    return place;
}

size_t
geo_n_sources(const struct geo *geo)
{
    return geo->n_sources;
}

const struct geo_source *
geo_source_at(const struct geo *geo, size_t index)
{
    assert(index < geo->n_sources);
    return &geo->sources[index];
}

/* Adds a place behind all that are as long or longer, so that of two equal prefixes the
 * first one configured wins. */
static void
add_place(struct geo *geo, const struct geo_place_config *config)
{
    size_t at = geo->n_places++;

    while (at > 0 && geo->places[at - 1].prefix.length < config->prefix.length) {
        geo->places[at] = geo->places[at - 1];
        at--;
    }
    geo->places[at] =
        (struct own_place){ .prefix = config->prefix, .place = { .asn = config->asn } };
    copy_text(geo->places[at].place.country, sizeof geo->places[at].place.country,
              config->country);
    copy_text(geo->places[at].place.as_name, sizeof geo->places[at].place.as_name,
              config->as_name);
}

static void
add_places(struct geo *geo, const struct geo_config *config, struct problem_list *problems)
{
    geo->places = memory_zeroed(config->n_places, sizeof geo->places[0]);
    geo->sources[geo->n_sources++] = (struct geo_source){
        .name = "geo.places", .type = "places", .has_country = true, .has_asn = true
    };
    for (size_t i = 0; i < config->n_places; i++) {
        const char *country = config->places[i].country;
        char prefix[IP_PREFIX_TEXT_SIZE];

        if (country == NULL || *country == '\0' || country_code_is_well_formed(country)) {
            add_place(geo, &config->places[i]);
        } else {
            problem_error(problems, NULL, 0,
                          "geo.places: %s: \"%s\" is no country, expected two capital "
                          "letters (ISO 3166-1 alpha-2)",
                          ip_prefix_format(config->places[i].prefix, prefix), country);
        }
    }
}

static void
add_databases(struct geo *geo, const char *const *paths, struct problem_list *problems)
{
    for (; *paths != NULL; paths++) {
        struct database *database;

        if (geo->n_sources == GEO_SOURCES_MAX) {
            problem_error(problems, *paths, 0,
                          "one database too many; at most %zu can be used",
                          geo->n_databases);
            return;
        }
        database = database_new(*paths, problems);
        if (database != NULL) {
            geo->databases[geo->n_databases++] = database;
            geo->sources[geo->n_sources++] = database_source(database);
        }
    }
}

static struct place
find_own(const struct geo *geo, struct ip_address address)
{
    for (size_t i = 0; i < geo->n_places; i++) {
        if (ip_prefix_contains(geo->places[i].prefix, address)) {
            return geo->places[i].place;
        }
    }
    return (struct place){ 0 };
}

/* Fills what is still unknown.  The name of an AS is taken only with its number, or from a
 * database that agrees about the number. */
static void
merge(struct place *into, const struct place *from, size_t source)
{
    if (into->country[0] == '\0' && from->country[0] != '\0') {
        memcpy(into->country, from->country, sizeof into->country);
        into->country_from = (uint8_t) source;
    }
    if (into->asn == 0 && from->asn != 0) {
        into->asn = from->asn;
        into->asn_from = (uint8_t) source;
    }
    if (into->as_name[0] == '\0' && into->asn == from->asn) {
        memcpy(into->as_name, from->as_name, sizeof into->as_name);
    }
}

/* As much of 'from' as fits in whole UTF-8 characters. */
static void
copy_text(char *to, size_t size, const char *from)
{
    size_t n = from == NULL ? 0 : strlen(from);

    if (n >= size) {
        n = size - 1;
        while (n > 0 && ((unsigned char) from[n] & 0xc0) == 0x80) {
            n--;
        }
    }
    if (n > 0) {
        memcpy(to, from, n);
    }
    to[n] = '\0';
}

const char *
geo_library_version(void)
{
    return MMDB_lib_version();
}
