#ifndef CLASSIFY_SECTOR_MAP_H
#define CLASSIFY_SECTOR_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"
#include "base/problem.h"
#include "capture/address_bits.h"
#include "classify/sector.h"
#include "classify/service.h"

/* Whose address is this: critical ranges with their sectors, organisations and provenance.
 *
 * Built once from the operator's files, --range options and the world catalogue, then
 * immutable.  The operator comes before the catalogue: what the operator lists (files and
 * options alike) is taken as it is, and ranges of the catalogue that lie in one of these
 * are hidden.  Apart from that the longest prefix wins, and it inherits nothing from a
 * wider one. Equal prefixes of the same rank are merged, so an address may carry several
 * sectors. */
struct sector_map;

/* How sure it is that the range belongs to the sector; the catalogue's letters. */
enum confidence {
    CONFIDENCE_OPERATOR, /* Listed by the operator. */
    CONFIDENCE_A,        /* The AS belongs to one organisation of the sector. */
    CONFIDENCE_B,        /* Probably so. */
    CONFIDENCE_M,        /* Mixed: the AS also carries the public Internet. */
    N_CONFIDENCES
};

/* Where a list of ranges came from. */
struct range_source {
    const char *name; /* As the list calls itself, else "world catalogue", the operator's
                         file, or "--range". */
    const char *file; /* NULL for an option. */
    uint64_t date_ns; /* The day the list speaks of; 0 if not said. */
};

/* One organisation's claim on a range; an organisation of several sectors has several. */
struct range_claim {
    enum sector sector;
    enum confidence confidence;
    const char *organisation; /* "(unnamed)" for an option that names none. */
    const char *subsector;    /* "" if not said. */
    const char *country;      /* ISO 3166-1 alpha-2 of the organisation; "" if not said. */
    uint32_t asn;             /* 0 if not said. */
    const struct service_set *services; /* That are served there; NULL if not said. */
    const struct range_source *source;
    unsigned line; /* Of the organisation in source->file; 0 for an option. */
};

struct critical_range {
    struct ip_prefix prefix;
    const struct range_claim *claims; /* The first is the one that alerts name. */
    uint32_t n_claims;
    sector_set sectors; /* Of all claims. */
};

/* An organisation and its ranges. */
struct sector_organisation {
    const struct range_claim *claims; /* One for each sector; all have the same name. */
    const uint32_t *ranges;           /* Their range_id, in ascending order. */
    uint32_t n_claims, n_ranges;      /* At least one each. */
};

/* Number of a range, from 1 in the order of their addresses; 0 means that the address lies
 * in none. */
typedef uint32_t range_id;

/* What to load.  Texts are the caller's and need to last only for the call. */
struct sector_map_config {
    const char *const
        *operator_files;       /* Paths, NULL-terminated, in the order they are read. */
    const char *const *ranges; /* "PREFIX=SECTOR[:ORGANISATION]", NULL-terminated. */
    const char *catalogue_dir; /* Holds organisations.tsv and prefixes.tsv; NULL: none. */
    sector_set catalogue_sectors;     /* Sectors taken from the catalogue. */
    unsigned catalogue_confidences;   /* Bits 1 << enum confidence. */
    const char *const *countries;     /* ISO codes taken from the catalogue; NULL: all. */
    const char *const *countries_not; /* ISO codes left out; NULL: none. */
};

/* Builds a map.  Everything wrong goes to 'problems' with file and line (errors), and
 * everything suspicious in what the operator lists: ranges inside those of another sector,
 * ranges listed twice, ranges suspiciously wide (warnings).  Never returns NULL; the caller
 * looks at 'problems' and frees with sector_map_free(). */
struct sector_map *sector_map_new(const struct sector_map_config *config,
                                  struct problem_list *problems);
void sector_map_free(struct sector_map *map);

/* The most specific range that holds 'address'. */
range_id sector_map_lookup(const struct sector_map *map, struct ip_address address);

/* Worth calling for the addresses of a packet some packets before they are looked up. */
void sector_map_prefetch(const struct sector_map *map, struct ip_address address);

/* Adds the addresses of all ranges to a set. */
void sector_map_add_bits(const struct sector_map *map, struct address_bits *bits);

/* The range of a number that sector_map_lookup() gave, not 0. */
const struct critical_range *sector_map_range(const struct sector_map *map, range_id id);

/* Whether a service may be served in a range: by service_may_be() it is one that is
 * declared, or a claim on the range declares none. */
bool critical_range_may_serve(const struct critical_range *range, enum service service);

size_t sector_map_n_ranges(const struct sector_map *map);
size_t sector_map_n_hidden(const struct sector_map *map); /* Of the catalogue's ranges. */
size_t sector_map_memory(const struct sector_map *map);   /* Bytes. */

/* The organisations that have a range, the operator's first, in the order in which they
 * were read: numbers 0 to n - 1. */
size_t sector_map_n_organisations(const struct sector_map *map);
const struct sector_organisation *sector_map_organisation(const struct sector_map *map,
                                                          size_t index);

/* Does 'text' speak of the organisation?  It does if it is part of its name, a sector or
 * the subsector (letter case does not matter), its country or AS number ("NG", "64496",
 * "AS64496"), or an address or prefix that lies in one of its ranges, or a prefix in which
 * one of its ranges lies.  Two capitals mean a country only. */
bool sector_map_organisation_matches(const struct sector_map *map, size_t index,
                                     const char *text);

/* SHA-256, in hexadecimal digits, of all ranges with their claims and sources: two maps
 * that answer alike have the same, wherever their files lie. */
enum { SECTOR_MAP_DIGEST_SIZE = 65 };
void sector_map_digest(const struct sector_map *map,
                       char text[static SECTOR_MAP_DIGEST_SIZE]);

const char *confidence_name(enum confidence confidence); /* "operator", "A", "B", "M". */
bool confidence_parse(const char *name, enum confidence *ret);

#endif
