#ifndef CLASSIFY_FLOW_OPENING_H
#define CLASSIFY_FLOW_OPENING_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/packet.h"
#include "classify/flow_key.h"

/* Who opened a flow, judged from the first packet of it that was seen.
 *
 * The handshake tells, where it is seen: a SYN, or a SYN+ACK, whose sender is the
 * responder.  So do segments that no connection can contain (no SYN, ACK or RST: RFC 9293
 * section 3.10.7 has an ACK in all others): probes, sent by the initiator.
 *
 * Otherwise the ports have to: the end whose port looks more like a service's is the
 * responder, and that is a guess.  An RST, or UDP from the port of a service, is more
 * likely an answer than a question: that whoever sent it opened the flow must not be
 * concluded, or the victim of a flood with forged sources would look like a scanner. */
struct flow_opening {
    uint8_t tcp_state; /* enum tcp_state. */
    bool by_responder; /* The packet's sender is the responder. */
    bool is_guess;
};

struct flow_opening flow_opening_of(const struct packet *packet,
                                    const struct flow_key *key);

/* Whether the packet turns its flow down, if it is the first answer: a TCP RST, an SCTP
 * ABORT. */
bool flow_opening_is_refusal(const struct packet *packet);

#endif
