#ifndef GEO_COUNTRY_H
#define GEO_COUNTRY_H

#include <stdbool.h>
#include <stdint.h>

/* Countries by ISO 3166-1 alpha-2 code, and the groups of the United Nations that a rule
 * may name: least developed countries (LDC), landlocked developing countries (LLDC), small
 * island developing States (SIDS).  A group is a class of development, not a measure of
 * capacity. */
enum country_group {
    COUNTRY_GROUP_LDC = 1 << 0,
    COUNTRY_GROUP_LLDC = 1 << 1,
    COUNTRY_GROUP_SIDS = 1 << 2,
};

/* The groups of a country as bits of enum country_group; 0 if none or unknown. */
unsigned country_groups(const char *code);

/* "Nigeria"; NULL if the code is not in the table. */
const char *country_name(const char *code);

/* Finds a group by its name, "ldc"; returns false if there is none. */
bool country_group_parse(const char *name, unsigned *ret_bit);
const char *const *country_group_names(void); /* Ending with NULL. */

#endif
