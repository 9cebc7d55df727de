#ifndef CLASSIFY_RECOGNISE_CLAIM_H
#define CLASSIFY_RECOGNISE_CLAIM_H

#include <stdbool.h>

#include "classify/flow.h"

/* Inside this folder: what is said of a flow's protocol, and how it is weighed. */
struct claim {
    enum service service;   /* SERVICE_NONE: nothing. */
    enum evidence evidence; /* EVIDENCE_PORT_CONSISTENT or EVIDENCE_VERIFIED. */
};

/* What the responder's port stands for, once there is more than a try: the responder
 * answered and did not refuse, or data flowed.  Data from the initiator alone is believed
 * over TCP only after a handshake whose own half was seen, as where routing shows one
 * direction: anybody can send a lone segment. */
struct claim claim_by_port(const struct flow *flow);

/* Takes a claim into flow->service and flow->evidence; returns true if they changed.
 *
 * Structure that was proven outweighs ports, and stays: of a connection that changes its
 * protocol (STARTTLS) the first counts.  Where that of another service than the port's was
 * proven, and not of one that carries it, the flow has that service and
 * EVIDENCE_CONTRADICTED.  Structure that only fits does not outweigh ports: it is taken
 * where the port stands for that service or for none.  Where it is a guess who is the
 * responder, either end's port will do. */
bool claim_take(struct flow *flow, struct claim claim);

/* Whether nothing more can be learnt of the flow's service. */
bool claim_is_proven(const struct flow *flow);

#endif
