#include "classify/recognise/recogniser.h"

/* Claims the service that the responder's port stands for, once there is more than a try:
 * the responder answered and did not refuse, or data flowed.  Data from the initiator alone
 * is believed over TCP only after a handshake whose own half was seen, as where routing
 * shows one direction: anybody can send a lone segment. */
struct claim
recognise_port(const struct flow *flow, const struct packet *packet)
{
    const bool is_lone_data = flow->protocol == IP_PROTOCOL_TCP &&
                              flow->tcp_state == TCP_STATE_MIDSTREAM &&
                              flow->ends[FLOW_RESPONDER].packets == 0;
    const bool is_try = flow->tcp_state == TCP_STATE_HALF_OPEN ||
                        flow->tcp_state == TCP_STATE_REFUSED ||
                        (flow->events & FLOW_EVENT_REFUSED) != 0;

    (void) packet;
    if (flow->evidence != EVIDENCE_RANGE_ONLY || is_try || is_lone_data ||
        (!flow->has_data && flow_is_one_way(flow))) {
        return (struct claim){ .service = SERVICE_NONE };
    }
    return (struct claim){
        .service = service_by_port(flow->protocol, flow->ends[FLOW_RESPONDER].port),
        .evidence = EVIDENCE_PORT_CONSISTENT,
    };
}
