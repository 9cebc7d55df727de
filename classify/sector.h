#ifndef CLASSIFY_SECTOR_H
#define CLASSIFY_SECTOR_H

#include <stdbool.h>
#include <stdint.h>

/* The sectors that a range can belong to.  The first six are named in paragraph 4 of the
 * Joint Statement; its list is not exhaustive, so operators may list ranges of four more.
 */
/* X(NAME, "name", "title") */
#define SECTOR_TABLE(X)                         \
    X(HEALTHCARE, "healthcare", "Healthcare")   \
    X(ENERGY, "energy", "Energy")               \
    X(FINANCE, "finance", "Finance")            \
    X(AVIATION, "aviation", "Aviation")         \
    X(MARITIME, "maritime", "Maritime")         \
    X(SPACE, "space", "Space")                  \
    X(GOVERNMENT, "government", "Government")   \
    X(TELECOM, "telecom", "Telecommunications") \
    X(COMMERCE, "commerce", "Commerce")         \
    X(RESPONSE, "response", "Incident response (CERT, CSIRT)")

enum sector {
#define X(name, text, title) SECTOR_##name,
    SECTOR_TABLE(X)
#undef X
        N_SECTORS
};

/* A set of sectors: bit 'sector' is set. */
typedef uint16_t sector_set;

const char *sector_name(enum sector sector);
const char *sector_title(enum sector sector);

/* Finds a sector by its name; returns false if there is none. */
bool sector_parse(const char *name, enum sector *ret);

/* All names, ending with NULL: for "did you mean". */
const char *const *sector_names(void);

unsigned sector_set_n(sector_set set);

#endif
