#ifndef CAPTURE_PACKET_H
#define CAPTURE_PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ip.h"
#include "base/prefetch.h"

/* What carries one IP packet inside another. */
enum tunnel {
    TUNNEL_NONE,
    TUNNEL_IP_IN_IP, /* IPv4 in IPv4, RFC 2003; IPv6 in IPv6, RFC 2473. */
    TUNNEL_6IN4,     /* IPv6 in IPv4, RFC 4213; also IPv4 in IPv6, RFC 2473. */
    TUNNEL_GRE,      /* RFC 2784, RFC 2890; with PPP, RFC 2637. */
    TUNNEL_ERSPAN,   /* Types I, II and III, draft-foschiano-erspan. */
    TUNNEL_VXLAN,    /* RFC 7348. */
    TUNNEL_GENEVE,   /* RFC 8926. */
    TUNNEL_GTP_U,    /* 3GPP TS 29.281. */
    TUNNEL_TEREDO,   /* RFC 4380. */
    TUNNEL_ETHERIP,  /* Ethernet in IP: RFC 3378; in IPv6, RFC 8986. */
    TUNNEL_MPLS,     /* MPLS in IP or UDP: RFC 4023, RFC 7510. */
    TUNNEL_LISP,     /* RFC 9300. */
    TUNNEL_L2TP,     /* Version 2, RFC 2661. */
    TUNNEL_AYIYA,    /* draft-massar-v6ops-ayiya. */
    N_TUNNELS
};

/* The name that alerts and the manual use, "vxlan". */
const char *tunnel_name(enum tunnel tunnel);

/* IANA "Assigned Internet Protocol Numbers" that the program knows by name. */
enum {
    IP_PROTOCOL_ICMP = 1,
    IP_PROTOCOL_TCP = 6,
    IP_PROTOCOL_UDP = 17,
    IP_PROTOCOL_DCCP = 33,
    IP_PROTOCOL_ICMPV6 = 58,
    IP_PROTOCOL_SCTP = 132,
    IP_PROTOCOL_UDP_LITE = 136,
};

/* TCP header flags (RFC 9293 section 3.1). */
enum { TCP_FIN = 0x01, TCP_SYN = 0x02, TCP_RST = 0x04, TCP_PSH = 0x08, TCP_ACK = 0x10 };

/* Who speaks to whom on one IP layer. */
struct endpoints {
    struct ip_address source, destination;
    /* 0 where the protocol has none, or they were not there to be read.  ICMP: type, code.
     */
    uint16_t source_port, destination_port;
    uint8_t protocol; /* IANA protocol number of the layer above IP. */
};

enum { PACKET_VLANS_MAX = 2 };

/* The decoded headers of one frame.  'inner' is the innermost IP layer, the one that is
 * judged; 'outer' is the outermost, of a tunnel. */
struct packet {
    uint64_t time_ns;
    struct endpoints inner;
    uint32_t wire_bytes;             /* Length of the whole frame on the wire; of all frames
                                        if it was put together from fragments. */
    uint16_t vlan[PACKET_VLANS_MAX]; /* VLAN ids, outermost first; valid up to n_vlans. */
    uint16_t interface;
    uint8_t n_vlans;
    uint8_t n_tunnels;  /* Tunnels passed on the way to 'inner'. */
    uint8_t tunnel;     /* enum tunnel: the outermost one passed. */
    uint8_t ttl;        /* TTL or hop limit of 'inner'. */
    uint8_t tcp_flags;  /* 0 unless TCP. */
    bool has_transport; /* The ports (and TCP fields) were there to be read. */
    bool is_fragment; /* A fragment that could not be kept for reassembly: ports only if it
                         is the first. */
    bool is_reassembled; /* 'payload' was put together from fragments. */
    bool is_cut;         /* The frame was captured shorter than it was. */
    uint32_t tcp_sequence, tcp_acknowledgement;
    const uint8_t *payload; /* Above the transport header; valid until the next decode, as
                               long as the frame is.  Empty where has_transport is false. */
    uint32_t payload_size;  /* Bytes of it that were captured. */
    uint32_t payload_len;   /* Bytes of it on the wire; at least 'payload_size'. */
    struct endpoints outer; /* Valid if n_tunnels > 0; last, as few packets touch it. */
};

/* Makes 'packet', which passed a tunnel, that of the tunnel's own ends: the outermost IP
 * layer becomes the one that is judged, without a payload, since the payload at hand is
 * that of the packet inside. */
static inline void
packet_take_outer(struct packet *packet)
{
    packet->inner = packet->outer;
    packet->n_tunnels = 0;
    packet->tunnel = TUNNEL_NONE;
    packet->has_transport = packet->outer.protocol == IP_PROTOCOL_UDP;
    packet->tcp_flags = 0;
    packet->is_fragment = false;
    packet->is_reassembled = false;
    packet->payload_size = 0;
    packet->payload_len = 0;
}

/* Bytes of a payload by which most protocols are told. */
enum { PAYLOAD_TELLING = 2 * CACHE_LINE };

/* Asks for these. */
static inline void
packet_prefetch_payload(const struct packet *packet)
{
    const size_t size = packet->payload_size;

    prefetch_all_to_read(packet->payload, size < PAYLOAD_TELLING ? size : PAYLOAD_TELLING);
}

#endif
