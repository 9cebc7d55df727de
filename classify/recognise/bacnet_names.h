#ifndef CLASSIFY_RECOGNISE_BACNET_NAMES_H
#define CLASSIFY_RECOGNISE_BACNET_NAMES_H

#include <stdbool.h>
#include <stdint.h>

/* Inside this folder: names of what BACnet enumerates (ASHRAE 135-2020, clause 21).  Each
 * returns NULL for a number that is not known here. */
const char *bacnet_object_type(uint32_t type);  /* "analog-output". */
const char *bacnet_property(uint32_t property); /* "present-value"; the usual ones. */
const char *bacnet_reinitialized_state(uint32_t state); /* "coldstart". */
const char *bacnet_enable_disable(uint32_t state);      /* "disable". */

/* Whether a device that is to take on a state starts anew for that, and whether one that is
 * to takes no more commands, or tells nothing more by itself: also by a number that is not
 * known here. */
bool bacnet_state_restarts(uint32_t reinitialized_state);
bool bacnet_state_silences(uint32_t enable_disable);

#endif
