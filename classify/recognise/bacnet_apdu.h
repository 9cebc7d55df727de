#ifndef CLASSIFY_RECOGNISE_BACNET_APDU_H
#define CLASSIFY_RECOGNISE_BACNET_APDU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reader.h"
#include "classify/recognise/finding.h"

/* Inside this folder: APDUs of BACnet (ASHRAE 135-2020, clauses 20 and 21). */

/* Whether 'n' bytes are, or begin, an APDU of a type and a service that exist. */
bool bacnet_apdu_is_possible(const uint8_t *apdu, size_t n);

/* Whether an APDU answers a request: it has its number and service. */
bool bacnet_apdu_is_answer(struct reader request, struct reader answer);

/* Finds the request that an APDU of 'n' bytes is, or the first segment of, with the object
 * and property that it is about.  Notifications and announcements are none. */
void bacnet_apdu_find(struct findings *findings, const uint8_t *apdu, size_t n);

#endif
