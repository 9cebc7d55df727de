#ifndef CLASSIFY_RECOGNISE_ASTERIX_RECORD_H
#define CLASSIFY_RECOGNISE_ASTERIX_RECORD_H

#include <stdbool.h>

#include "base/reader.h"

/* Inside this folder: records of ASTERIX (EUROCONTROL-SPEC-0149, part 1): a field
 * specification, whose bits say which items follow, and these. What an item is like depends
 * on its category, which the user application profile of the category says. */

/* Whether a category is one whose profile is known. */
bool asterix_is_known(unsigned category);

/* Passes one record of a known category. Returns false if it is none; some categories have
 * two profiles, 'variant' 0 and 1. */
bool asterix_pass_record(struct reader *r, unsigned category, unsigned variant);

#endif
