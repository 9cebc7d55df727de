#ifndef CLASSIFY_SECTOR_BUILD_H
#define CLASSIFY_SECTOR_BUILD_H

#include "base/memory.h"
#include "classify/prefix_map.h"
#include "classify/sector_map.h"

/* What the readers of operator files, options and the catalogue gather, and
 * sector_map_new() makes a map of.  Not for use outside classify/. */

/* Where a prefix was listed. */
struct sector_origin {
    uint32_t organisation; /* Index of sector_build.organisations. */
    unsigned line;         /* In the file of its source; 0 if it has none. */
};

struct sector_build {
    struct arena *arena; /* All that lives as long as the map. */
    struct problem_list *problems;
    struct sector_organisation *organisations; /* Without ranges yet. */
    size_t n_organisations, organisations_capacity;
    struct sector_origin *origins;
    size_t n_origins, origins_capacity;
    struct prefix_entry *entries; /* 'value' is the index of the prefix's origin. */
    size_t n_entries, entries_capacity;
};

/* Adds an organisation with its claims, which are kept, and returns its index. */
uint32_t sector_build_organisation(struct sector_build *build,
                                   const struct range_claim *claims, uint32_t n_claims);

/* Adds an origin and returns its index. */
uint32_t sector_build_origin(struct sector_build *build, uint32_t organisation,
                             unsigned line);
void sector_build_prefix(struct sector_build *build, struct ip_prefix prefix,
                         uint32_t origin);

/* The readers.  The operator's files and options come before the catalogue. */
void sector_file_read(struct sector_build *build, const char *path);
void sector_option_read(struct sector_build *build, const char *text);
void sector_catalogue_read(struct sector_build *build,
                           const struct sector_map_config *config);

enum { SECTOR_TEXT_SIZE = 160 };

/* Reads a prefix.  Returns NULL, or what is wrong with it and what was expected, written
 * into 'message'. */
const char *sector_prefix_parse(const char *text, struct ip_prefix *ret,
                                char message[static SECTOR_TEXT_SIZE]);

/* The same for the name of a sector. */
const char *sector_name_parse(const char *text, enum sector *ret,
                              char message[static SECTOR_TEXT_SIZE]);

#endif
