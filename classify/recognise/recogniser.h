#ifndef CLASSIFY_RECOGNISE_RECOGNISER_H
#define CLASSIFY_RECOGNISE_RECOGNISER_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/packet.h"
#include "classify/flow.h"

/* Inside this folder: a row of the table of recognisers, and how their claims are weighed.
 */

/* What a recogniser says of a flow. */
struct claim {
    enum service service;   /* SERVICE_NONE: nothing. */
    enum evidence evidence; /* EVIDENCE_PORT_CONSISTENT or EVIDENCE_VERIFIED. */
};

struct recogniser {
    const char *name;
    enum service service; /* What it looks for; SERVICE_NONE: any. */
    uint8_t protocol;     /* IANA protocol number that carries it; 0: any. */
    bool reads_payload;   /* It is not asked about packets without one. */
    struct claim (*claim)(const struct flow *flow, const struct packet *packet);
};

/* Takes a claim into flow->service and flow->evidence; returns true if they changed.
 *
 * Structure outweighs ports.  A structure that was proven stays: of a connection that
 * changes its protocol (STARTTLS) the first counts.  Where the structure of another
 * service than the port's was proven, the flow has that service and
 * EVIDENCE_CONTRADICTED. */
bool recognise_claim(struct flow *flow, struct claim claim);

/* The recognisers, one a file. */
struct claim recognise_port(const struct flow *flow, const struct packet *packet);

#endif
