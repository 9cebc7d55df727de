#ifndef CLASSIFY_RECOGNISE_RECOGNISE_H
#define CLASSIFY_RECOGNISE_RECOGNISE_H

#include "capture/packet.h"
#include "classify/flow.h"
#include "classify/observation.h"

/* Recognises the protocol of a flow from one more of its packets, sets flow->service and
 * flow->evidence when they grow, and adds a service observation then.
 *
 * Walks the table of recognisers in recognise.c; each is a small file of this folder.  A
 * recogniser claims by port (EVIDENCE_PORT_CONSISTENT: the responder answered, or data
 * flowed) or by structure (EVIDENCE_VERIFIED); the stronger claim wins. */
void recognise(struct flow *flow, const struct packet *packet,
               struct observation_list *list);

#endif
