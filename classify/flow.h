#ifndef CLASSIFY_FLOW_H
#define CLASSIFY_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/ip.h"
#include "classify/sector_map.h"
#include "classify/service.h"

/* A flow: the packets of one 5-tuple (and VLAN), both directions ("Flow", RFC 7011 section
 * 2, taken as a biflow, RFC 5103). */

/* How sure the sector claim about a flow is.  Each grade but the last two is stronger than
 * the one before. */
enum evidence {
    EVIDENCE_RANGE_ONLY,      /* An address lies in a range; nothing more was seen. */
    EVIDENCE_PORT_CONSISTENT, /* And both sides, or the data, fit a service by its port or,
                                 where that stands for none, by a structure that chance
                                 could make. */
    EVIDENCE_VERIFIED,        /* And the structure of the protocol was proven. */
    EVIDENCE_CONTRADICTED,    /* Another protocol was proven there. */
    EVIDENCE_CORROBORATED,    /* A second monitor saw it too. */
    N_EVIDENCES
};

/* Who opened the flow, seen from an asset. */
enum direction {
    DIRECTION_UNKNOWN,      /* Seen from the middle only. */
    DIRECTION_INBOUND,      /* The peer opened it. */
    DIRECTION_OUTBOUND,     /* The asset opened it. */
    DIRECTION_INTERNAL,     /* Both ends are assets of one sector. */
    DIRECTION_CROSS_SECTOR, /* Both are assets, with no sector in common. */
    N_DIRECTIONS
};

/* How far a TCP connection got. */
enum tcp_state {
    TCP_STATE_NONE,      /* Not TCP. */
    TCP_STATE_MIDSTREAM, /* No SYN was seen. */
    TCP_STATE_HALF_OPEN, /* SYN, no answer. */
    TCP_STATE_REFUSED,   /* SYN, answered by RST. */
    TCP_STATE_OPENED,    /* SYN and SYN+ACK, or the acknowledgement of one. */
    TCP_STATE_CLOSED,    /* Ended by FIN from both sides, or by RST other than a refusal. */
    N_TCP_STATES
};

/* flowEndReason, IPFIX information element 136, with its numbers. */
enum flow_end_reason {
    FLOW_END_NONE,
    FLOW_END_IDLE_TIMEOUT,
    FLOW_END_ACTIVE_TIMEOUT,
    FLOW_END_DETECTED,          /* The protocol ended it. */
    FLOW_END_FORCED,            /* End of the input, or of the program. */
    FLOW_END_LACK_OF_RESOURCES, /* Gave way to a newer flow: table or share full. */
    N_FLOW_END_REASONS
};

/* What a packet meant to its flow; flow_table_update() sets them in flow.events. */
enum flow_event {
    FLOW_EVENT_START = 1 << 0,  /* First packet. */
    FLOW_EVENT_ANSWER = 1 << 1, /* First packet from the responder, other than a refusal. */
    FLOW_EVENT_REFUSED = 1 << 2, /* The responder refused: its first packet was a TCP RST or
                                    an SCTP ABORT. */
    FLOW_EVENT_DATA = 1 << 3,    /* First payload, from either side. */
    FLOW_EVENT_GROWTH = 1 << 4,  /* The packets of both sides are FLOW_GROWTH more. */
};

/* A power of two, so that what many packets mean is told at no cost to each. */
enum { FLOW_GROWTH = 1024 };

enum { FLOW_INITIATOR, FLOW_RESPONDER };

struct flow_end {
    struct ip_address address;
    range_id range;    /* 0: not an asset. */
    uint16_t port;     /* ICMP: the type and, of the responder, the type that answers it,
                          or the code if none does (as the Community ID has it). */
    uint8_t tcp_flags; /* All flags this end sent. */
    bool has_data;     /* It sent a payload. */
    uint64_t packets;
    uint64_t bytes; /* On the wire, whole frames. */
};

struct flow {
    struct flow_end ends[2];     /* FLOW_INITIATOR, FLOW_RESPONDER. */
    uint64_t first_ns, last_ns;  /* Earliest and latest time of a packet. */
    uint16_t vlan;               /* Outermost VLAN id, 0 if untagged. */
    uint16_t vlan_inner;         /* Inner one of a doubly tagged frame, else 0. */
    uint16_t interface;          /* Where its first packet was seen. */
    uint8_t protocol;            /* IANA protocol number. */
    uint8_t tunnel;              /* enum tunnel. */
    uint8_t tcp_state;           /* enum tcp_state. */
    uint8_t end_reason;          /* enum flow_end_reason. */
    uint8_t events;              /* Bits of enum flow_event: what the last packet meant. */
    uint8_t service;             /* enum service; SERVICE_NONE until recognised. */
    uint8_t evidence;            /* enum evidence. */
    bool initiator_is_guess : 1; /* Seen from the middle: the ends were told by their ports.
                                  */
    bool is_continued : 1;       /* Goes on from one that met the active timeout. */
    uint8_t inspection;          /* How far recognise() has got with the payloads. */
    uint8_t map; /* Number of the sector map that the ranges are of: its table's. */
    struct ip_address outer[2]; /* Outermost source and destination of the first packet;
                                   set only if 'tunnel'. */
};

/* Copies a flow, sparing the part that means nothing outside tunnels: in a table it lies in
 * a cache line of its own, which is then not touched. */
static inline void
flow_copy(struct flow *to, const struct flow *from)
{
    memcpy(to, from, offsetof(struct flow, outer));
    if (from->tunnel != 0) {
        to->outer[0] = from->outer[0];
        to->outer[1] = from->outer[1];
    }
}

/* Both VLAN ids in one word, so that they are compared at once. */
static inline uint32_t
flow_vlans(uint16_t outer, uint16_t inner)
{
    return (uint32_t) outer << 16 | inner;
}

/* Seen from the asset at 'asset_end' (FLOW_INITIATOR or FLOW_RESPONDER).  Unknown only for
 * TCP of which neither SYN was seen: UDP has no opening that could be missed, so there the
 * guess by ports stands. */
enum direction flow_direction(const struct flow *flow, unsigned asset_end,
                              const struct sector_map *map);

/* True if either end sent a payload. */
static inline bool
flow_has_data(const struct flow *flow)
{
    return flow->ends[FLOW_INITIATOR].has_data || flow->ends[FLOW_RESPONDER].has_data;
}

/* True if only one end has sent anything. */
static inline bool
flow_is_one_way(const struct flow *flow)
{
    return flow->ends[FLOW_INITIATOR].packets == 0 ||
           flow->ends[FLOW_RESPONDER].packets == 0;
}

const char *evidence_name(enum evidence evidence);             /* "port-consistent". */
const char *direction_name(enum direction direction);          /* "cross-sector". */
const char *tcp_state_name(enum tcp_state state);              /* "half-open". */
const char *flow_end_reason_name(enum flow_end_reason reason); /* "idle-timeout". */

/* "tcp", "udp", "sctp", "icmp", "icmpv6"; others by number in 'text'. */
const char *transport_name(uint8_t protocol, char text[static 8]);

#endif
