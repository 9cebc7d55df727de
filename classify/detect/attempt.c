#include "classify/detect/attempt.h"

#include "capture/packet.h"

/* Types of echo requests, RFC 792 and RFC 4443: the ports of such flows. */
enum { ICMP_ECHO_REQUEST = 8, ICMPV6_ECHO_REQUEST = 128 };

static bool is_attempt(const struct flow *flow);

enum attempt_outcome
attempt_outcome_at_packet(const struct flow *flow)
{
    if ((flow->events & ~FLOW_EVENT_START) == 0 || !is_attempt(flow)) {
        return ATTEMPT_NONE;
    }
    if ((flow->events & FLOW_EVENT_REFUSED) != 0) {
        return ATTEMPT_FAILED;
    }
    if (flow->protocol == IP_PROTOCOL_TCP) {
        return (flow->events & FLOW_EVENT_DATA) != 0 && flow->tcp_state == TCP_STATE_OPENED
                   ? ATTEMPT_ANSWERED
                   : ATTEMPT_NONE;
    }
    return (flow->events & FLOW_EVENT_ANSWER) != 0 ? ATTEMPT_ANSWERED : ATTEMPT_NONE;
}

enum attempt_outcome
attempt_outcome_at_end(const struct flow *flow)
{
    if (flow->end_reason == FLOW_END_ACTIVE_TIMEOUT || !is_attempt(flow)) {
        return ATTEMPT_NONE;
    }
    switch ((enum tcp_state) flow->tcp_state) {
    case TCP_STATE_HALF_OPEN:
        return ATTEMPT_FAILED;
    case TCP_STATE_MIDSTREAM: /* A probe without SYN: see flow_opening.h. */
    case TCP_STATE_OPENED:
    case TCP_STATE_CLOSED:
        return flow_has_data(flow) ? ATTEMPT_NONE : ATTEMPT_FAILED;
    case TCP_STATE_NONE:
        return flow->ends[FLOW_RESPONDER].packets == 0 ? ATTEMPT_FAILED : ATTEMPT_NONE;
    case TCP_STATE_REFUSED: /* Counted when it was. */
    case N_TCP_STATES:
        break;
    }
    return ATTEMPT_NONE;
}

struct attempt
attempt_of(const struct flow *flow, enum attempt_outcome outcome)
{
    const bool has_ports =
        flow->protocol != IP_PROTOCOL_ICMP && flow->protocol != IP_PROTOCOL_ICMPV6;

    return (struct attempt){
        .source = flow->ends[FLOW_INITIATOR].address,
        .target = flow->ends[FLOW_RESPONDER].address,
        .time_ns = flow->first_ns,
        .port = has_ports ? flow->ends[FLOW_RESPONDER].port : 0,
        .protocol = flow->protocol,
        .was_answered = outcome == ATTEMPT_ANSWERED,
    };
}

static bool
is_attempt(const struct flow *flow)
{
    const struct flow_end *initiator = &flow->ends[FLOW_INITIATOR];

    if (flow->initiator_is_guess || flow->is_continued || initiator->packets == 0 ||
        ip_is_to_many(flow->ends[FLOW_RESPONDER].address)) {
        return false;
    }
    switch (flow->protocol) {
    case IP_PROTOCOL_TCP:
    case IP_PROTOCOL_UDP:
    case IP_PROTOCOL_SCTP:
        return true;
    case IP_PROTOCOL_ICMP:
        return initiator->port == ICMP_ECHO_REQUEST;
    case IP_PROTOCOL_ICMPV6:
        return initiator->port == ICMPV6_ECHO_REQUEST;
    default:
        return false;
    }
}
