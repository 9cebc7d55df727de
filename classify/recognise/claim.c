#include "classify/recognise/claim.h"

#include "capture/packet.h"

static bool ports_may_carry(const struct flow *flow, enum service service);

struct claim
claim_by_port(const struct flow *flow)
{
    const bool is_lone_data = flow->protocol == IP_PROTOCOL_TCP &&
                              flow->tcp_state == TCP_STATE_MIDSTREAM &&
                              flow->ends[FLOW_RESPONDER].packets == 0;
    const bool is_try = flow->tcp_state == TCP_STATE_HALF_OPEN ||
                        flow->tcp_state == TCP_STATE_REFUSED ||
                        (flow->events & FLOW_EVENT_REFUSED) != 0;

    if (is_try || is_lone_data || (!flow_has_data(flow) && flow_is_one_way(flow))) {
        return (struct claim){ .service = SERVICE_NONE };
    }
    return (struct claim){
        .service = service_by_port(flow->protocol, flow->ends[FLOW_RESPONDER].port),
        .evidence = EVIDENCE_PORT_CONSISTENT,
    };
}

bool
claim_take(struct flow *flow, struct claim claim)
{
    if (claim.service == SERVICE_NONE || claim_is_proven(flow)) {
        return false;
    }
    if (claim.evidence == EVIDENCE_VERIFIED) {
        flow->service = (uint8_t) claim.service;
        flow->evidence = ports_may_carry(flow, claim.service) ? EVIDENCE_VERIFIED
                                                              : EVIDENCE_CONTRADICTED;
        return true;
    }
    if (flow->evidence == EVIDENCE_RANGE_ONLY && ports_may_carry(flow, claim.service)) {
        flow->service = (uint8_t) claim.service;
        flow->evidence = (uint8_t) claim.evidence;
        return true;
    }
    return false;
}

bool
claim_is_proven(const struct flow *flow)
{
    switch ((enum evidence) flow->evidence) {
    case EVIDENCE_VERIFIED:
    case EVIDENCE_CONTRADICTED:
    case EVIDENCE_CORROBORATED:
        return true;
    case EVIDENCE_RANGE_ONLY:
    case EVIDENCE_PORT_CONSISTENT:
    case N_EVIDENCES:
        break;
    }
    return false;
}

/* Where it is a guess who began, the service may be the other end's. */
static bool
ports_may_carry(const struct flow *flow, enum service service)
{
    const struct flow_end *ends = flow->ends;

    return service_may_have_port_of(
               service, service_by_port(flow->protocol, ends[FLOW_RESPONDER].port)) ||
           (flow->initiator_is_guess &&
            service_by_port(flow->protocol, ends[FLOW_INITIATOR].port) == service);
}
