#ifndef CLASSIFY_RECOGNISE_CIP_PATH_H
#define CLASSIFY_RECOGNISE_CIP_PATH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/reader.h"
#include "classify/observation.h"

/* Inside this folder: what a request of CIP is about (volume 1, appendix C). */
struct cip_path {
    int64_t object_class, instance, attribute; /* -1: not given. */
    char symbol[64];                           /* "Program:Main.Level[3]"; "": none. */
};

/* Reads a padded path, which fills what 'r' holds.  Returns false if it is none. */
bool cip_path_read(struct reader r, struct cip_path *ret);

/* Adds it to what is said of an observation, which may be NULL: "Identity (1) instance 1
 * attribute 7", "tag Level". */
void cip_path_find(struct observation *observation, const struct cip_path *path);

#endif
