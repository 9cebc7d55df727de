#ifndef SENSOR_SANDBOX_LAYER_H
#define SENSOR_SANDBOX_LAYER_H

#include <stdbool.h>
#include <stddef.h>

#include "sensor/sandbox/sandbox.h"

/* The layers of the sandbox, for sandbox.c alone: a file each.  Each enter function returns
 * false, with the reason, if its layer does not hold or not wholly. */

/* Landlock's version in this kernel; 0, with the reason, if it has none. */
int landlock_version(char reason[static SANDBOX_REASON_SIZE]);
bool landlock_enter(const struct sandbox_config *config,
                    char reason[static SANDBOX_REASON_SIZE]);

bool capabilities_enter(char reason[static SANDBOX_REASON_SIZE]);

/* Whether this kernel has seccomp filters. */
bool system_calls_are_there(char reason[static SANDBOX_REASON_SIZE]);
bool system_calls_enter(char reason[static SANDBOX_REASON_SIZE]);

#endif
