#include "classify/flow_tcp.h"

static bool is_finished(const struct flow *flow);

void
flow_tcp_update(struct flow *flow, unsigned sender, uint8_t flags)
{
    switch ((enum tcp_state) flow->tcp_state) {
    case TCP_STATE_HALF_OPEN:
        if ((flags & TCP_RST) != 0) {
            /* From the initiator it ends a try that nothing was seen to answer. */
            flow->tcp_state =
                sender == FLOW_RESPONDER ? TCP_STATE_REFUSED : TCP_STATE_HALF_OPEN;
        } else if ((flags & TCP_ACK) != 0) {
            /* SYN+ACK, or data after one that was missed; from the initiator, where only
             * its direction is seen, the acknowledgement of one. */
            flow->tcp_state = TCP_STATE_OPENED;
        }
        break;
    case TCP_STATE_REFUSED:
        /* A client tries again with the same port; it may be accepted now. */
        if ((flags & (TCP_SYN | TCP_RST)) == TCP_SYN) {
            flow->tcp_state =
                (flags & TCP_ACK) != 0 ? TCP_STATE_OPENED : TCP_STATE_HALF_OPEN;
        }
        break;
    case TCP_STATE_OPENED:
    case TCP_STATE_MIDSTREAM:
        if ((flags & TCP_RST) != 0 || is_finished(flow)) {
            flow->tcp_state = TCP_STATE_CLOSED;
        }
        break;
    case TCP_STATE_NONE:
    case TCP_STATE_CLOSED:
    case N_TCP_STATES:
        break;
    }
}

bool
flow_tcp_is_new(const struct flow *flow, uint8_t flags)
{
    const bool is_syn = (flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;

    return is_syn &&
           (flow->tcp_state == TCP_STATE_CLOSED || flow->tcp_state == TCP_STATE_MIDSTREAM);
}

static bool
is_finished(const struct flow *flow)
{
    return (flow->ends[FLOW_INITIATOR].tcp_flags & flow->ends[FLOW_RESPONDER].tcp_flags &
            TCP_FIN) != 0;
}
