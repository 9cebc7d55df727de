#ifndef CLASSIFY_RECOGNISE_DLMS_APDU_H
#define CLASSIFY_RECOGNISE_DLMS_APDU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "classify/recognise/finding.h"

/* Inside this folder: what frames of DLMS/COSEM carry (DLMS UA 1000-2, "Green Book", 9.4
 * and 9.5): associations in BER, services in A-XDR. */

/* Whether 'n' of the 'size' bytes of an APDU may be one: its tag and, as far as they are
 * there, its kind of service or its length.  There is at least one byte. */
bool dlms_apdu_fits(const uint8_t *apdu, size_t n, size_t size);

/* Whether it opens or accepts an association and names a context of COSEM. */
bool dlms_apdu_is_association(const uint8_t *apdu, size_t n);

/* Finds the command of an APDU, or the password of an association. */
void dlms_apdu_find(const uint8_t *apdu, size_t n, struct findings *findings);

#endif
