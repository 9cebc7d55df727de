#ifndef CLASSIFY_RECOGNISE_LOOK_H
#define CLASSIFY_RECOGNISE_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/counter.h"
#include "capture/packet.h"
#include "classify/command.h"
#include "classify/flow.h"
#include "classify/flow_interest.h"
#include "classify/observation.h"
#include "classify/recognise/session_table.h"

/* Inside this folder: a packet with a payload, the flow it belongs to, and where to put
 * what it shows. */
struct look {
    struct session_table *sessions;
    const struct flow_interest *interest;
    struct command_tally *tally;
    struct flow *flow;
    const struct packet *packet;
    uint32_t hash;   /* Of the flow. */
    unsigned sender; /* FLOW_INITIATOR or FLOW_RESPONDER. */
    struct counters *counters;
    struct observation_list *list;
};

/* flow->inspection: how much of the patience with a flow is spent, or how it ended. */
enum {
    INSPECTION_LIMIT = 12,    /* From here on nothing more is expected. */
    INSPECTION_MORE_STEP = 1, /* A payload that leaves room for hope. */
    INSPECTION_NO_STEP = 3,   /* One that leaves none. */
    INSPECTION_FOLLOWED = 0xfd,
    INSPECTION_FOLLOWED_TURNED = 0xfe, /* The flow's initiator is the one that answers. */
    INSPECTION_OVER = 0xff,
};

/* A session for the flow, empty. */
static inline struct session *
look_make_session(const struct look *look)
{
    bool evicted;
    struct session *session =
        session_table_make(look->sessions, look->flow, look->hash, &evicted);

    if (evicted) {
        counter_inc(look->counters, COUNTER_CLASSIFY_SESSIONS_EVICTED);
    }
    return session;
}

/* Adds what there is room for of the segment from byte 'at' on to the sender's stream.
 * Returns how many bytes were taken; sets '*ret_gap' if some before them were given up. */
static inline size_t
look_add_to_stream(const struct look *look, struct session *session, size_t at,
                   bool *ret_gap)
{
    const struct packet *packet = look->packet;
    const uint32_t first = packet->tcp_sequence + ((packet->tcp_flags & TCP_SYN) != 0);
    const size_t n = stream_add(&session->streams[look->sender], first + (uint32_t) at,
                                packet->payload + at, packet->payload_size - at, ret_gap);

    if (*ret_gap) {
        counter_inc(look->counters, COUNTER_CLASSIFY_STREAM_GAPS);
    }
    return n;
}

/* Of a TCP packet: what the sender acknowledges and the other side's stream lacks was not
 * captured.  Returns true if it was given up. */
static inline bool
look_acknowledge(const struct look *look, struct session *session)
{
    const struct packet *packet = look->packet;
    const bool has_gap = (packet->tcp_flags & TCP_ACK) != 0 &&
                         stream_acknowledge(&session->streams[1 - look->sender],
                                            packet->tcp_acknowledgement);

    if (has_gap) {
        counter_inc(look->counters, COUNTER_CLASSIFY_STREAM_GAPS);
    }
    return has_gap;
}

#endif
