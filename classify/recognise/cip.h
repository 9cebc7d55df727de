#ifndef CLASSIFY_RECOGNISE_CIP_H
#define CLASSIFY_RECOGNISE_CIP_H

#include <stddef.h>
#include <stdint.h>

#include "classify/recognise/finding.h"

/* Inside this folder: the Common Industrial Protocol (The CIP Networks Library, volume 1,
 * edition 3). */

/* Finds the request of a message, 'n' bytes or as many as are at hand; of a packet of
 * several services, and of one that is to be passed on, those inside.  A response has none.
 */
void cip_find_requests(struct findings *findings, const uint8_t *message, size_t n);

#endif
