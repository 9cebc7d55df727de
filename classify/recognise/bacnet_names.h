#ifndef CLASSIFY_RECOGNISE_BACNET_NAMES_H
#define CLASSIFY_RECOGNISE_BACNET_NAMES_H

#include <stdint.h>

/* Inside this folder: names of what BACnet enumerates (ASHRAE 135-2020, clause 21).  Each
 * returns NULL for a number that is not known here. */
const char *bacnet_object_type(uint32_t type);  /* "analog-output". */
const char *bacnet_property(uint32_t property); /* "present-value"; the usual ones. */
const char *bacnet_reinitialized_state(uint32_t state); /* "coldstart". */
const char *bacnet_enable_disable(uint32_t state);      /* "disable". */

#endif
