#ifndef CAPTURE_LAYER_H
#define CAPTURE_LAYER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/counter.h"
#include "base/reader.h"
#include "capture/decode.h"
#include "capture/fragment.h"

/* The inside of the decoder.  A frame is read layer by layer: the function of a layer reads
 * one header from struct decoding and returns the layer that follows, or one of the ends.
 * decode.c calls them in a loop, so that no input nests function calls and one limit holds
 * for all.
 *
 * What a layer finds goes into the packet only when its whole header is good: what cannot
 * be read inside a tunnel leaves the packet as the tunnel's own. */

/* X(NAME, function): LAYER_NAME is read by 'function'. */

/* Link layers and what stands between them and IP: link.c. */
#define LAYER_TABLE_LINK(X)         \
    X(ETHERNET, layer_ethernet)     \
    X(VLAN, layer_vlan)             \
    X(PBB, layer_pbb)               \
    X(VNTAG, layer_vntag)           \
    X(FABRICPATH, layer_fabricpath) \
    X(ARISTA, layer_arista)         \
    X(CMD, layer_cmd)               \
    X(MACSEC, layer_macsec)         \
    X(NSH, layer_nsh)               \
    X(LLC, layer_llc)               \
    X(SNAP, layer_snap)             \
    X(MPLS, layer_mpls)

/* Industrial protocols right above Ethernet, which are counted: link_industrial.c. */
#define LAYER_TABLE_INDUSTRIAL(X)           \
    X(GOOSE, layer_goose)                   \
    X(SAMPLED_VALUES, layer_sampled_values) \
    X(ETHERCAT, layer_ethercat)             \
    X(PROFINET, layer_profinet)

/* Point-to-point links: link_ppp.c. */
#define LAYER_TABLE_PPP(X)                                \
    X(PPP, layer_ppp)                                     \
    X(PPP_SERIAL, layer_ppp_serial)                       \
    X(PPP_DIRECTION, layer_ppp_direction)                 \
    X(PPPOE, layer_pppoe)                                 \
    X(CHDLC, layer_chdlc)                                 \
    X(CHDLC_DIRECTION, layer_chdlc_direction)             \
    X(FRAME_RELAY, layer_frame_relay)                     \
    X(FRAME_RELAY_DIRECTION, layer_frame_relay_direction) \
    X(MULTILINK_FRAME_RELAY, layer_multilink_frame_relay) \
    X(NLPID, layer_nlpid)                                 \
    X(SLIP, layer_slip)

/* Wireless: link_wifi.c. */
#define LAYER_TABLE_WIFI(X)     \
    X(WIFI, layer_wifi)         \
    X(RADIOTAP, layer_radiotap) \
    X(PRISM, layer_prism)       \
    X(AVS, layer_avs)           \
    X(PPI, layer_ppi)

/* What a capture puts before or into the frame: link_header.c. */
#define LAYER_TABLE_HEADER(X)                                 \
    X(NULL, layer_null)                                       \
    X(LOOP, layer_loop)                                       \
    X(SLL, layer_sll)                                         \
    X(SLL2, layer_sll2)                                       \
    X(PKTAP, layer_pktap)                                     \
    X(NFLOG, layer_nflog)                                     \
    X(PFLOG, layer_pflog)                                     \
    X(ENC, layer_enc)                                         \
    X(IPNET, layer_ipnet)                                     \
    X(IPOIB, layer_ipoib)                                     \
    X(IP_OVER_FC, layer_ip_over_fc)                           \
    X(IEEE1394, layer_ieee1394)                               \
    X(FDDI, layer_fddi)                                       \
    X(TOKEN_RING, layer_token_ring)                           \
    X(ARCNET, layer_arcnet)                                   \
    X(ARCNET_LINUX, layer_arcnet_linux)                       \
    X(ATM_CLIP, layer_atm_clip)                               \
    X(SUNATM, layer_sunatm)                                   \
    X(DSA, layer_dsa)                                         \
    X(EDSA, layer_edsa)                                       \
    X(BRCM, layer_brcm)                                       \
    X(BRCM_PREPEND, layer_brcm_prepend)                       \
    X(NETANALYZER, layer_netanalyzer)                         \
    X(NETANALYZER_TRANSPARENT, layer_netanalyzer_transparent) \
    X(JUNIPER_ETHERNET, layer_juniper_ethernet)               \
    X(JUNIPER_PPP, layer_juniper_ppp)                         \
    X(JUNIPER_CHDLC, layer_juniper_chdlc)                     \
    X(JUNIPER_FRAME_RELAY, layer_juniper_frame_relay)         \
    X(JUNIPER_OTHER, layer_juniper_other)                     \
    X(NO_IP_LINK, layer_no_ip_link)

/* ipv4.c and ipv6.c; LAYER_IP is either, by its version field. */
#define LAYER_TABLE_IP(X) \
    X(IP, layer_ip)       \
    X(IPV4, layer_ipv4)   \
    X(IPV6, layer_ipv6)

/* transport.c. */
#define LAYER_TABLE_TRANSPORT(X) \
    X(TCP, layer_tcp)            \
    X(UDP, layer_udp)            \
    X(UDP_LITE, layer_udp_lite)  \
    X(SCTP, layer_sctp)          \
    X(DCCP, layer_dccp)          \
    X(ICMP, layer_icmp)          \
    X(AH, layer_ah)

/* tunnel.c. */
#define LAYER_TABLE_TUNNEL(X)               \
    X(IPV4_IN_IP, layer_ipv4_in_ip)         \
    X(IPV6_IN_IP, layer_ipv6_in_ip)         \
    X(GRE, layer_gre)                       \
    X(ETHERIP, layer_etherip)               \
    X(ETHERNET_IN_IP, layer_ethernet_in_ip) \
    X(MPLS_IN_IP, layer_mpls_in_ip)         \
    X(VXLAN, layer_vxlan)                   \
    X(VXLAN_GPE, layer_vxlan_gpe)           \
    X(GENEVE, layer_geneve)                 \
    X(GTP_U, layer_gtp_u)                   \
    X(TEREDO, layer_teredo)                 \
    X(LISP, layer_lisp)                     \
    X(L2TP, layer_l2tp)                     \
    X(AYIYA, layer_ayiya)

#define LAYER_TABLE(X)        \
    LAYER_TABLE_LINK(X)       \
    LAYER_TABLE_INDUSTRIAL(X) \
    LAYER_TABLE_PPP(X)        \
    LAYER_TABLE_WIFI(X)       \
    LAYER_TABLE_HEADER(X)     \
    LAYER_TABLE_IP(X)         \
    LAYER_TABLE_TRANSPORT(X)  \
    LAYER_TABLE_TUNNEL(X)

enum layer {
    LAYER_DONE,    /* End: the packet is as complete as it gets. */
    LAYER_KEPT,    /* End: it is a fragment, kept until the rest comes. */
    LAYER_NOT_IP,  /* End: what follows is no IP, or none that can be read. */
    LAYER_UNKNOWN, /* End: the link type is not decoded. */
    LAYER_BAD,     /* End: what follows contradicts itself or is cut short; counted. */
#define X(name, function) LAYER_##name,
    LAYER_TABLE(X)
#undef X
        N_LAYERS
};

enum { N_LAYER_ENDS = LAYER_BAD + 1 };

/* A frame on its way through the layers. */
struct decoding {
    struct reader r;     /* What was captured of the layer at hand. */
    uint64_t uncaptured; /* Bytes of that layer on the wire beyond those in 'r'. */
    struct packet *packet;
    struct counters *counters;
    struct fragment_table *fragments;
    uint32_t tunnel_depth_max;
    uint32_t
        n_tunnels;  /* Tunnels entered; those on the way to 'inner' are in the packet. */
    uint8_t tunnel; /* enum tunnel: the first one entered. */
    bool has_ip;    /* An IP header was good: the packet has addresses. */
    bool is_beyond_frame; /* An IP header says more bytes than the frame had. */
};

/* Counts why, and ends. */
static inline enum layer
layer_bad(struct decoding *d, enum counter why)
{
    counter_inc(d->counters, why);
    return LAYER_BAD;
}

/* The length on the wire of what is left of the layer at hand. */
static inline uint64_t
decoding_left(const struct decoding *d)
{
    return d->r.left + d->uncaptured;
}

/* Says that 'length' bytes of what is left belong to the layer at hand; what is behind them
 * is padding or a trailer.  A length beyond what was on the wire changes nothing. */
static inline void
decoding_limit(struct decoding *d, uint64_t length)
{
    if (length <= d->r.left) {
        d->r.left = (size_t) length;
        d->uncaptured = 0;
    } else if (length < decoding_left(d)) {
        d->uncaptured = length - d->r.left;
    }
}

/* Takes a header of 'size' bytes that is there as a whole, as a reader of its own: with a
 * constant size the compiler sees that reading it cannot fail.  Returns false if it is cut
 * short. */
static inline bool
decoding_take(struct decoding *d, size_t size, struct reader *header)
{
    const uint8_t *start = reader_take(&d->r, size);

    if (start == NULL) {
        return false;
    }
    *header = reader_init(start, size);
    return true;
}

/* Passes over 'size' bytes; returns false if they are not there. */
static inline bool
decoding_skip(struct decoding *d, size_t size)
{
    return reader_take(&d->r, size) != NULL;
}

/* The next byte without taking it, 0 if there is none. */
static inline uint8_t
decoding_peek(const struct decoding *d)
{
    struct reader r = d->r;

    return reader_u8(&r);
}

/* The version field of an IP header that is to come, 0 if there is no byte left. */
static inline unsigned
decoding_ip_version(const struct decoding *d)
{
    return decoding_peek(d) >> 4;
}

/* IEEE "EtherType" numbers. */
enum { ETHERTYPE_IPV4 = 0x0800, ETHERTYPE_IPV6 = 0x86dd, ETHERTYPE_MIN = 0x0600 };

/* The layer of an EtherType, or of an 802.3 length, which then limits what is left. */
enum layer layer_of_other_ethertype(struct decoding *d, uint16_t type);

static inline enum layer
layer_of_ethertype(struct decoding *d, uint16_t type)
{
    return type == ETHERTYPE_IPV4 ? LAYER_IPV4 : layer_of_other_ethertype(d, type);
}

/* The layer that a link type begins with. */
enum layer layer_of_link_type(uint32_t link_type);

/* The layer of a protocol number above IP; LAYER_DONE if the program reads none of it. */
enum layer layer_of_other_protocol(uint8_t protocol);

static inline enum layer
layer_of_protocol(uint8_t protocol)
{
    return protocol == IP_PROTOCOL_TCP   ? LAYER_TCP
           : protocol == IP_PROTOCOL_UDP ? LAYER_UDP
                                         : layer_of_other_protocol(protocol);
}

/* True if the number is that of an extension header of IPv6, which another number follows.
 */
bool layer_is_ipv6_extension(uint8_t next);

/* The tunnel whose UDP port one of these is; LAYER_DONE if none is. */
enum layer layer_of_udp_ports(uint16_t source_port, uint16_t destination_port);

/* Makes this IP layer the packet's innermost one, now that its header is known to be good.
 * The packet's transport header and payload are yet to be read. */
void decoding_set_ip(struct decoding *d, struct ip_address source,
                     struct ip_address destination, uint8_t protocol, uint8_t ttl);

/* Hands the fragment at 'd', whose packet is the one just set, to the table of fragments;
 * 'fragment' has its id, offset, flags and protocols.  FRAGMENT_COMPLETE: what is left is
 * the whole packet, and '*protocol' its protocol.  FRAGMENT_REFUSED: the packet is marked
 * as a fragment, and decoding goes on only in the first one. */
enum fragment_status decoding_fragment(struct decoding *d, struct fragment *fragment,
                                       uint8_t *protocol);

/* Sets what is left as the packet's payload. */
static inline void
decoding_set_payload(struct decoding *d)
{
    const uint64_t len = decoding_left(d);

    d->packet->payload = d->r.at;
    d->packet->payload_size = (uint32_t) d->r.left;
    d->packet->payload_len = len > UINT32_MAX ? UINT32_MAX : (uint32_t) len;
}

/* Keeps a VLAN id for the packet; id 0 is a priority without a VLAN. */
void decoding_add_vlan(struct decoding *d, uint16_t id);

#define X(name, function) enum layer function(struct decoding *d);
LAYER_TABLE(X)
#undef X

#endif
