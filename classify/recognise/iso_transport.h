#ifndef CLASSIFY_RECOGNISE_ISO_TRANSPORT_H
#define CLASSIFY_RECOGNISE_ISO_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "classify/recognise/recogniser.h"

/* Inside this folder: ISO transport over TCP (RFC 1006), which S7 and MMS are carried by:
 * packets of a version, a length and a TPDU (ISO 8073, class 0). */

/* User data of a TPDU. */
struct iso_data {
    const uint8_t *bytes;
    size_t n, size; /* Bytes at hand, and in all; there may be none. */
    bool is_last;   /* Nothing more of what it belongs to follows in the next one. */
};

/* The length of the packet that begins at 'bytes'; PDU_MORE or PDU_NONE. */
size_t iso_transport_measure(const uint8_t *bytes, size_t n);

/* Reads the data of a packet of 'size' bytes, of which 'n' are at hand.  Returns false if
 * it carries none, or too little of it is there. */
bool iso_transport_data(const uint8_t *packet, size_t n, size_t size, struct iso_data *ret);

/* Judges a side whose data 'judge_data' judges: all but what continues what came before.
 * The best opinion counts, unless one is OPINION_NO; OPINION_MORE if there are none. */
enum opinion iso_transport_judge(const struct side *side,
                                 enum opinion (*judge_data)(const struct iso_data *data));

#endif
