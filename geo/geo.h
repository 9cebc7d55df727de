#ifndef GEO_GEO_H
#define GEO_GEO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"
#include "base/problem.h"

/* Where an address is, as databases of a date estimate it: MaxMind-schema files through
 * libmaxminddb (GeoLite2 and GeoIP2 Country, City and ASN; DB-IP; flat keys as
 * ip-location-db has them), and the operator's own places for private and documentation
 * ranges.
 *
 * The schema of each file is detected by looking at its records, never assumed from its
 * name. Of several databases the first that knows a field gives it; a place goes before
 * them all. */
struct geo;

enum {
    PLACE_AS_NAME_SIZE = 64,
    GEO_SOURCES_MAX = 64, /* A set of them fits in one word. */
};

struct place {
    char country[3];      /* ISO 3166-1 alpha-2, or "" if not known. */
    uint8_t country_from; /* Index of the geo_source that gave the country. */
    uint8_t asn_from;
    uint32_t asn;                     /* 0 if not known. */
    char as_name[PLACE_AS_NAME_SIZE]; /* "" if not known; cut to whole UTF-8 characters. */
};

/* A database, or the operator's places. */
struct geo_source {
    const char *name; /* File name without its folder, or "geo.places". */
    const char *type; /* The database's own type, "GeoLite2-Country". */
    uint64_t date_ns; /* Build date; 0 for places. */
    bool has_country, has_asn;
    const char *country_path; /* Where its records keep it, "country.iso_code"; or NULL. */
    const char *asn_path;
};

struct geo_place_config {
    struct ip_prefix prefix;
    const char *country; /* Or "". */
    const char *as_name; /* Or "". */
    uint32_t asn;
};

struct geo_config {
    /* Paths, NULL-terminated; the first that knows wins.  With the places, if there are
     * any, GEO_SOURCES_MAX at most; those that are too many are left out, with an error. */
    const char *const *databases;
    const struct geo_place_config *places;
    size_t n_places;
};

/* Opens the databases and checks them, a few milliseconds each.  They are copied into
 * memory, so that a file may be replaced, written over or removed at any time.  One that is
 * missing, damaged or has neither countries nor AS numbers is an error in 'problems'; the
 * others are still opened.  Never returns NULL; freed with geo_free(). */
struct geo *geo_new(const struct geo_config *config, struct problem_list *problems);
void geo_free(struct geo *geo);

/* Looks an address up; unknown fields are empty.  Of private, documentation and other
 * special addresses (RFC 6890) only places know anything. */
struct place geo_lookup(const struct geo *geo, struct ip_address address);

size_t geo_n_sources(const struct geo *geo);
const struct geo_source *geo_source_at(const struct geo *geo, size_t index);

/* The version of libmaxminddb. */
const char *geo_library_version(void);

#endif
