/* What carries packets inside packets.  A tunnel over UDP is told by its port, which
 * anybody may use for something else: what does not look like the tunnel's header in every
 * bit that is fixed remains a UDP packet.  Behind a good header, what turns out to be no IP
 * leaves the packet as that of the tunnel's ends, and is counted. */
#include "capture/layer.h"

/* UDP ports of the IANA registry; 8472 is what Linux had for VXLAN before. */
enum {
    PORT_L2TP = 1701,
    PORT_GTP_U = 2152,
    PORT_TEREDO = 3544,
    PORT_LISP = 4341,
    PORT_GRE = 4754,
    PORT_VXLAN = 4789,
    PORT_VXLAN_GPE = 4790,
    PORT_AYIYA = 5072,
    PORT_GENEVE = 6081,
    PORT_MPLS = 6635,
    PORT_VXLAN_LINUX = 8472,
};

/* Numbers of GRE's protocol field that are no EtherTypes of a link. */
enum {
    GRE_PPP = 0x880b,
    GRE_WCCP = 0x883e,
    GRE_ERSPAN = 0x88be,
    GRE_ERSPAN_III = 0x22eb,
    GRE_ARUBA_FIRST = 0x8200, /* 802.11 frames, by the number of the tunnel. */
    GRE_ARUBA_LAST = 0x82ff,
    GRE_ARUBA_OLD = 0x9000,
    GRE_CMD = 0x8909, /* Cisco MetaData, behind the EtherType of the packet. */
    GRE_KEEPALIVE = 0,
};

static enum layer gre_erspan(struct decoding *d, bool has_sequence);
static enum layer gre_erspan_iii(struct decoding *d);
static enum layer gre_wccp(struct decoding *d);
static enum layer gre_cmd(struct decoding *d);

/* Goes into a tunnel, unless the frame had too many. */
static enum layer
enter(struct decoding *d, enum tunnel tunnel, enum layer inside)
{
    if (d->n_tunnels >= d->tunnel_depth_max) {
        counter_inc(d->counters, COUNTER_CAPTURE_TUNNEL_TOO_DEEP);
        return LAYER_DONE;
    }
    if (d->n_tunnels++ == 0) {
        d->tunnel = (uint8_t) tunnel;
    }
    return inside;
}

/* A header that cannot be the tunnel's: the packet stays that of the tunnel's ends. */
static enum layer
bad_header(struct decoding *d)
{
    counter_inc(d->counters, COUNTER_CAPTURE_TUNNEL_BAD_HEADER);
    return LAYER_DONE;
}

enum layer
layer_of_udp_ports(uint16_t source_port, uint16_t destination_port)
{
    switch (destination_port) {
    case PORT_VXLAN:
    case PORT_VXLAN_LINUX:
        return LAYER_VXLAN;
    case PORT_VXLAN_GPE:
        return LAYER_VXLAN_GPE;
    case PORT_GENEVE:
        return LAYER_GENEVE;
    case PORT_GTP_U:
        return LAYER_GTP_U;
    case PORT_TEREDO:
        return LAYER_TEREDO;
    case PORT_LISP:
        return LAYER_LISP;
    case PORT_GRE:
        return LAYER_GRE;
    case PORT_MPLS:
        return LAYER_MPLS_IN_IP;
    case PORT_L2TP:
        return LAYER_L2TP;
    case PORT_AYIYA:
        return LAYER_AYIYA;
    default:
        break;
    }
    /* These answer from their port. */
    switch (source_port) {
    case PORT_GTP_U:
        return LAYER_GTP_U;
    case PORT_TEREDO:
        return LAYER_TEREDO;
    case PORT_L2TP:
        return LAYER_L2TP;
    case PORT_AYIYA:
        return LAYER_AYIYA;
    default:
        return LAYER_DONE;
    }
}

enum layer
layer_ipv4_in_ip(struct decoding *d)
{
    const bool in_v4 = ip_is_v4(d->packet->inner.source);

    return enter(d, in_v4 ? TUNNEL_IP_IN_IP : TUNNEL_6IN4, LAYER_IPV4);
}

enum layer
layer_ipv6_in_ip(struct decoding *d)
{
    const bool in_v4 = ip_is_v4(d->packet->inner.source);

    return enter(d, in_v4 ? TUNNEL_6IN4 : TUNNEL_IP_IN_IP, LAYER_IPV6);
}

enum layer
layer_ethernet_in_ip(struct decoding *d)
{
    return enter(d, TUNNEL_ETHERIP, LAYER_ETHERNET);
}

/* Version 3 and twelve reserved bits. */
enum layer
layer_etherip(struct decoding *d)
{
    struct reader h;

    if (!decoding_take(d, 2, &h) || reader_be16(&h) != 0x3000) {
        return bad_header(d);
    }
    return enter(d, TUNNEL_ETHERIP, LAYER_ETHERNET);
}

enum layer
layer_mpls_in_ip(struct decoding *d)
{
    return enter(d, TUNNEL_MPLS, LAYER_MPLS);
}

/* Source routes of RFC 1701: address family, offset, length, ended by family and length 0.
 */
static bool
gre_skip_routes(struct decoding *d)
{
    struct reader h;

    while (decoding_take(d, 4, &h)) {
        const unsigned family = reader_be16(&h);
        const unsigned size = reader_be16(&h) & 0xff;

        if (family == 0 && size == 0) {
            return true;
        }
        (void) decoding_skip(d, size);
    }
    return false;
}

/* RFC 2784, RFC 2890; version 1 with PPP, RFC 2637; over UDP, RFC 8086. */
enum layer
layer_gre(struct decoding *d)
{
    enum {
        CHECKSUM = 0x8000,
        ROUTING = 0x4000,
        KEY = 0x2000,
        SEQUENCE = 0x1000,
        ACKNOWLEDGEMENT = 0x0080, /* Version 1 only. */
        VERSION = 0x0007
    };
    struct reader h;
    unsigned flags, type;
    size_t size = 0;

    if (!decoding_take(d, 4, &h)) {
        return bad_header(d);
    }
    flags = reader_be16(&h);
    type = reader_be16(&h);
    if ((flags & VERSION) > 1 || ((flags & VERSION) == 1 && type != GRE_PPP)) {
        return bad_header(d);
    }
    size += (flags & (CHECKSUM | ROUTING)) != 0 ? 4 : 0;
    size += (flags & KEY) != 0 ? 4 : 0;
    size += (flags & SEQUENCE) != 0 ? 4 : 0;
    size += (flags & VERSION) == 1 && (flags & ACKNOWLEDGEMENT) != 0 ? 4 : 0;
    if (!decoding_skip(d, size) || ((flags & ROUTING) != 0 && !gre_skip_routes(d))) {
        return bad_header(d);
    }
    switch (type) {
    case GRE_PPP:
        /* An acknowledgement of PPTP carries nothing. */
        return (flags & VERSION) == 1 && (flags & SEQUENCE) == 0
                   ? LAYER_DONE
                   : enter(d, TUNNEL_GRE, LAYER_PPP);
    case GRE_ERSPAN:
        return gre_erspan(d, (flags & SEQUENCE) != 0);
    case GRE_ERSPAN_III:
        return gre_erspan_iii(d);
    case GRE_WCCP:
        return gre_wccp(d);
    case GRE_CMD:
        return gre_cmd(d);
    case GRE_KEEPALIVE:
        return LAYER_DONE;
    case GRE_ARUBA_OLD:
        return enter(d, TUNNEL_GRE, LAYER_WIFI);
    default:
        break;
    }
    if (type >= GRE_ARUBA_FIRST && type <= GRE_ARUBA_LAST) {
        return enter(d, TUNNEL_GRE, LAYER_WIFI);
    }
    return enter(d, TUNNEL_GRE,
                 type < ETHERTYPE_MIN ? LAYER_NOT_IP
                                      : layer_of_ethertype(d, (uint16_t) type));
}

/* Type I has no header; type II has one of 8 bytes and comes with a sequence number. */
static enum layer
gre_erspan(struct decoding *d, bool has_sequence)
{
    if (has_sequence && !decoding_skip(d, 8)) {
        return bad_header(d);
    }
    return enter(d, TUNNEL_ERSPAN, LAYER_ETHERNET);
}

/* Type III: version, VLAN, timestamp, group, and flags with the kind of frame and whether
 * eight bytes more follow. */
static enum layer
gre_erspan_iii(struct decoding *d)
{
    enum { HAS_SUBHEADER = 0x0001, FRAME_ETHERNET = 0, FRAME_IP = 2 };
    struct reader h;
    unsigned flags, frame;

    if (!decoding_take(d, 12, &h)) {
        return bad_header(d);
    }
    (void) reader_take(&h, 10);
    flags = reader_be16(&h);
    frame = flags >> 10 & 0x1f;
    if ((flags & HAS_SUBHEADER) != 0 && !decoding_skip(d, 8)) {
        return bad_header(d);
    }
    return enter(d, TUNNEL_ERSPAN,
                 frame == FRAME_ETHERNET ? LAYER_ETHERNET
                 : frame == FRAME_IP     ? LAYER_IP
                                         : LAYER_NOT_IP);
}

/* The web cache protocol: version 2 puts four bytes before the packet. */
static enum layer
gre_wccp(struct decoding *d)
{
    if (decoding_ip_version(d) != 4 && !decoding_skip(d, 4)) {
        return bad_header(d);
    }
    return enter(d, TUNNEL_GRE, LAYER_IP);
}

/* Version, length, and one option with a security group. */
static enum layer
gre_cmd(struct decoding *d)
{
    struct reader h;
    uint16_t type;

    if (!decoding_take(d, 8, &h)) {
        return bad_header(d);
    }
    type = reader_be16(&h);
    return enter(d, TUNNEL_GRE,
                 type < ETHERTYPE_MIN ? LAYER_NOT_IP : layer_of_ethertype(d, type));
}

/* RFC 7348 section 5: the flag that a network id is there; the reserved bits are used by
 * extensions, so that they are not looked at. */
enum layer
layer_vxlan(struct decoding *d)
{
    enum { FLAG_ID = 0x08 };
    struct reader h;

    if (!decoding_take(d, 8, &h) || (reader_u8(&h) & FLAG_ID) == 0) {
        return bad_header(d);
    }
    return enter(d, TUNNEL_VXLAN, LAYER_ETHERNET);
}

/* The generic protocol extension (draft-ietf-nvo3-vxlan-gpe) names what follows. */
enum layer
layer_vxlan_gpe(struct decoding *d)
{
    enum { FLAG_NEXT = 0x04, VERSION = 0x30 };
    static const enum layer nexts[] = { LAYER_NOT_IP,   LAYER_IPV4, LAYER_IPV6,
                                        LAYER_ETHERNET, LAYER_NSH,  LAYER_MPLS };
    struct reader h;
    unsigned flags, next;

    if (!decoding_take(d, 8, &h)) {
        return bad_header(d);
    }
    flags = reader_u8(&h);
    (void) reader_be16(&h);
    next = reader_u8(&h);
    if ((flags & VERSION) != 0) {
        return bad_header(d);
    }
    if ((flags & FLAG_NEXT) == 0) {
        return enter(d, TUNNEL_VXLAN, LAYER_ETHERNET);
    }
    return enter(d, TUNNEL_VXLAN,
                 next < sizeof nexts / sizeof nexts[0] ? nexts[next] : LAYER_NOT_IP);
}

/* RFC 8926 section 3.4: version, length of the options, EtherType. */
enum layer
layer_geneve(struct decoding *d)
{
    struct reader h;
    unsigned version_size;
    uint16_t type;

    if (!decoding_take(d, 8, &h)) {
        return bad_header(d);
    }
    version_size = reader_u8(&h);
    (void) reader_u8(&h); /* Flags. */
    type = reader_be16(&h);
    if (version_size >> 6 != 0 || !decoding_skip(d, (version_size & 0x3fu) * 4)) {
        return bad_header(d);
    }
    return enter(d, TUNNEL_GENEVE,
                 type < ETHERTYPE_MIN ? LAYER_NOT_IP : layer_of_ethertype(d, type));
}

/* Passes over the extension headers that follow type 'next'. */
static bool
gtp_skip_extensions(struct decoding *d, uint8_t next)
{
    while (next != 0) {
        const size_t size = reader_u8(&d->r) * (size_t) 4;

        if (size == 0 || !decoding_skip(d, size - 2)) {
            return false;
        }
        next = reader_u8(&d->r);
    }
    return !d->r.failed;
}

/* 3GPP TS 29.281 section 5: version 1, message type 255 carries a packet.  All other
 * messages are packets of the tunnel's ends, and so is anything else at this port. */
enum layer
layer_gtp_u(struct decoding *d)
{
    enum {
        VERSION_AND_TYPE = 0xf0,
        VERSION_1_GTP = 0x30,
        EXTENSION = 0x04,
        SEQUENCE = 0x02,
        NUMBER = 0x01,
        MESSAGE_PACKET = 255
    };
    struct reader h;
    unsigned flags, message, length, version;

    if (!decoding_take(d, 8, &h)) {
        return LAYER_DONE;
    }
    flags = reader_u8(&h);
    message = reader_u8(&h);
    length = reader_be16(&h);
    if ((flags & VERSION_AND_TYPE) != VERSION_1_GTP || message != MESSAGE_PACKET ||
        (length > decoding_left(d) && !d->packet->is_fragment && !d->is_beyond_frame)) {
        return LAYER_DONE;
    }
    decoding_limit(d, length);
    if ((flags & (EXTENSION | SEQUENCE | NUMBER)) != 0) {
        if (!decoding_take(d, 4, &h)) {
            return bad_header(d);
        }
        (void) reader_take(&h, 3);
        if ((flags & EXTENSION) != 0 && !gtp_skip_extensions(d, reader_u8(&h))) {
            return bad_header(d);
        }
    }
    version = decoding_ip_version(d);
    return enter(d, TUNNEL_GTP_U, version == 4 || version == 6 ? LAYER_IP : LAYER_NOT_IP);
}

/* Passes over the authentication and origin indications (RFC 4380 section 5.1.1). */
static bool
teredo_skip_indications(struct decoding *d)
{
    enum { ORIGIN = 0x0000, AUTHENTICATION = 0x0001 };
    struct reader h = d->r;

    if (reader_be16(&h) == AUTHENTICATION) {
        const size_t id_size = reader_u8(&h);
        const size_t value_size = reader_u8(&h);

        if (h.failed || !decoding_skip(d, 4 + id_size + value_size + 8 + 1)) {
            return false;
        }
    }
    h = d->r;
    return reader_be16(&h) != ORIGIN || (decoding_skip(d, 8) && !h.failed);
}

/* RFC 4380: any IPv6 packet that fills the rest of the UDP packet, from or to a Teredo or
 * link-local address, or to a group.  Only behind one without a next header, a bubble, may
 * there be more: trailers (RFC 6081). */
enum layer
layer_teredo(struct decoding *d)
{
    enum { TEREDO_PREFIX = 0x20010000, NEXT_NONE = 59 };
    struct reader h;
    uint32_t version;
    unsigned length, next;
    uint64_t source, destination;

    if (!teredo_skip_indications(d)) {
        return LAYER_DONE;
    }
    h = d->r;
    version = reader_be32(&h) >> 28;
    length = reader_be16(&h);
    next = reader_u8(&h);
    (void) reader_u8(&h); /* Hop limit. */
    source = reader_be64(&h);
    (void) reader_be64(&h);
    destination = reader_be64(&h);
    if (h.failed || version != 6 || length + 40 > decoding_left(d) ||
        (length + 40 < decoding_left(d) && next != NEXT_NONE)) {
        return LAYER_DONE;
    }
    if (source >> 32 != TEREDO_PREFIX && destination >> 32 != TEREDO_PREFIX &&
        source >> 54 != 0xfe80 >> 6 && destination >> 56 != 0xff) {
        return LAYER_DONE;
    }
    return enter(d, TUNNEL_TEREDO, LAYER_IPV6);
}

/* RFC 9300 section 5.1: eight bytes of flags and numbers, and IP. */
enum layer
layer_lisp(struct decoding *d)
{
    return decoding_skip(d, 8) ? enter(d, TUNNEL_LISP, LAYER_IP) : bad_header(d);
}

/* RFC 2661 section 3.1: a data message of version 2 carries PPP. */
enum layer
layer_l2tp(struct decoding *d)
{
    enum {
        CONTROL = 0x8000,
        LENGTH = 0x4000,
        SEQUENCE = 0x0800,
        OFFSET = 0x0200,
        RESERVED = 0x34f0,
        VERSION = 0x000f
    };
    struct reader h;
    unsigned flags, length;

    if (!decoding_take(d, 2, &h)) {
        return LAYER_DONE;
    }
    flags = reader_be16(&h);
    if ((flags & (CONTROL | RESERVED)) != 0 || (flags & VERSION) != 2) {
        return LAYER_DONE;
    }
    if ((flags & LENGTH) != 0) {
        length = reader_be16(&d->r);
        if (d->r.failed || length < 8 || length - 4 > decoding_left(d)) {
            return bad_header(d);
        }
        decoding_limit(d, length - 4);
    }
    (void) decoding_skip(d, (flags & SEQUENCE) != 0 ? 8 : 4);
    if ((flags & OFFSET) != 0) {
        (void) decoding_skip(d, reader_be16(&d->r));
    }
    return d->r.failed ? bad_header(d) : enter(d, TUNNEL_L2TP, LAYER_PPP);
}

/* Lengths of identity (a power of two) and signature, the operation, and the protocol. */
enum layer
layer_ayiya(struct decoding *d)
{
    enum { OPERATION_FORWARD = 1, NEXT_IPV4 = 4, NEXT_IPV6 = 41 };
    struct reader h;
    size_t identity_size, signature_size;
    unsigned operation, next;

    if (!decoding_take(d, 8, &h)) {
        return LAYER_DONE;
    }
    identity_size = (size_t) 1 << (reader_u8(&h) >> 4);
    signature_size = (reader_u8(&h) >> 4) * (size_t) 4;
    operation = reader_u8(&h) & 0x0f;
    next = reader_u8(&h);
    if (operation != OPERATION_FORWARD || (next != NEXT_IPV4 && next != NEXT_IPV6)) {
        return LAYER_DONE;
    }
    if (!decoding_skip(d, identity_size + signature_size)) {
        return bad_header(d);
    }
    return enter(d, TUNNEL_AYIYA, next == NEXT_IPV4 ? LAYER_IPV4 : LAYER_IPV6);
}
