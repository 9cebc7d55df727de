#ifndef CLASSIFY_RECOGNISE_UMAS_H
#define CLASSIFY_RECOGNISE_UMAS_H

#include <stddef.h>
#include <stdint.h>

#include "classify/recognise/finding.h"

/* Inside this folder: UMAS, by which Schneider Electric's Modicon controllers are
 * programmed, started and stopped, under function 90 of Modbus.  It is not published; the
 * codes are those that analysers of it agree on (Wireshark plug-ins since 2017). */

enum { UMAS_FUNCTION = 90 };

/* Finds the command in the data of a request, 'n' bytes: a session and a code. */
struct observation *umas_find_command(struct findings *findings, const uint8_t *data,
                                      size_t n);

#endif
