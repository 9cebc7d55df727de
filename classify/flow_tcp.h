#ifndef CLASSIFY_FLOW_TCP_H
#define CLASSIFY_FLOW_TCP_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/packet.h"
#include "classify/flow.h"

/* How far a TCP connection got: as much of RFC 9293's states as tells tries from
 * connections, and where a connection ends.  Sequence numbers are not checked: a forged
 * RST ends what is known of a connection, and its next packets go on with the flow. */

/* Takes the flags of one more packet, sent by end 'sender', into flow->tcp_state; they are
 * already in the end's 'tcp_flags'. */
void flow_tcp_update(struct flow *flow, unsigned sender, uint8_t flags);

/* Whether a packet of the same ends begins another connection. */
bool flow_tcp_is_new(const struct flow *flow, uint8_t flags);

/* Whether the handshake still waits for the initiator's acknowledgement, or for anything
 * from the responder. */
static inline bool
flow_tcp_is_half_open(const struct flow *flow)
{
    return flow->tcp_state == TCP_STATE_HALF_OPEN ||
           (flow->tcp_state == TCP_STATE_OPENED && !flow->is_continued &&
            (flow->ends[FLOW_INITIATOR].tcp_flags & TCP_ACK) == 0);
}

static inline bool
flow_tcp_is_over(const struct flow *flow)
{
    return flow->tcp_state == TCP_STATE_REFUSED || flow->tcp_state == TCP_STATE_CLOSED;
}

#endif
