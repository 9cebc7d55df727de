#ifndef CLASSIFY_RECOGNISE_DNP3_OBJECTS_H
#define CLASSIFY_RECOGNISE_DNP3_OBJECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "classify/observation.h"

/* Inside this folder: the objects of a DNP3 request (IEEE 1815-2012, 4.2.2.7 and annex A),
 * 'n' bytes or as many as its first segment has. */

/* Adds to what is said of an observation, which may be NULL, which objects and points the
 * request names, as "g12v1 point 7 trip"; 'has_values' says whether objects follow their
 * headers. */
void dnp3_find_objects(struct observation *observation, const uint8_t *objects, size_t n,
                       bool has_values);

/* Whether a file is opened to be written or appended to. */
bool dnp3_opens_to_write(const uint8_t *objects, size_t n);

#endif
