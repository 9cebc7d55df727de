/* What captures and switches put before a packet or into a frame.  Unless a comment says
 * otherwise the formats are those of tcpdump.org/linktypes.html. */
#include "capture/layer.h"

enum {
    ARPHRD_NETLINK = 824, /* Linux ARPHRD_ types whose protocol field is no EtherType. */
    ARPHRD_RADIOTAP = 803,
    ARPHRD_WIFI = 801,
    ARPHRD_FRAME_RELAY = 770,
};

/* Passes over 'size' bytes to the layer behind them. */
static enum layer
skip_to(struct decoding *d, size_t size, enum layer next)
{
    return decoding_skip(d, size) ? next : layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
}

/* The same where an EtherType stands at the end of them. */
static enum layer
skip_to_ethertype(struct decoding *d, size_t size)
{
    struct reader h;

    if (!decoding_skip(d, size - 2) || !decoding_take(d, 2, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    return layer_of_ethertype(d, reader_be16(&h));
}

/* Address families as the systems number them: IPv4 is the same everywhere. */
static enum layer
layer_of_family(uint32_t family)
{
    switch (family) {
    case 2:
        return LAYER_IPV4;
    case 10: /* Linux. */
    case 23: /* Windows. */
    case 24: /* NetBSD, OpenBSD. */
    case 26: /* Solaris. */
    case 28: /* FreeBSD. */
    case 30: /* macOS. */
        return LAYER_IPV6;
    default:
        return LAYER_NOT_IP;
    }
}

/* A family in the order of the host that captured: no family is beyond 16 bits. */
enum layer
layer_null(struct decoding *d)
{
    struct reader h;
    uint32_t family;

    if (!decoding_take(d, 4, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    family = reader_le32(&h);
    return layer_of_family(family > 0xffff ? family >> 24 | (family >> 8 & 0xff00)
                                           : family);
}

enum layer
layer_loop(struct decoding *d)
{
    struct reader h;

    if (!decoding_take(d, 4, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    return layer_of_family(reader_be32(&h));
}

/* The protocol field of both cooked headers: an EtherType or a Linux ETH_P_ number. */
static enum layer
layer_of_cooked(struct decoding *d, uint16_t arphrd, uint16_t protocol)
{
    enum { ETH_P_802_2 = 4 };

    switch (arphrd) {
    case ARPHRD_NETLINK:
        return LAYER_NOT_IP;
    case ARPHRD_RADIOTAP:
        return LAYER_RADIOTAP;
    case ARPHRD_WIFI:
        return LAYER_WIFI;
    case ARPHRD_FRAME_RELAY:
        return LAYER_FRAME_RELAY;
    default:
        break;
    }
    if (protocol == ETH_P_802_2) {
        return LAYER_LLC;
    }
    return protocol < ETHERTYPE_MIN ? LAYER_NOT_IP : layer_of_ethertype(d, protocol);
}

enum layer
layer_sll(struct decoding *d)
{
    struct reader h;
    uint16_t arphrd;

    if (!decoding_take(d, 16, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    (void) reader_be16(&h); /* Packet type. */
    arphrd = reader_be16(&h);
    (void) reader_take(&h, 10); /* Address. */
    return layer_of_cooked(d, arphrd, reader_be16(&h));
}

enum layer
layer_sll2(struct decoding *d)
{
    struct reader h;
    uint16_t protocol;

    if (!decoding_take(d, 20, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    protocol = reader_be16(&h);
    (void) reader_take(&h, 6); /* Reserved, interface. */
    return layer_of_cooked(d, reader_be16(&h), protocol);
}

/* Length, kind of record, link type, all little-endian. */
enum layer
layer_pktap(struct decoding *d)
{
    enum { RECORD_PACKET = 1 };
    struct reader h = d->r;
    const uint32_t size = reader_le32(&h);
    const uint32_t record = reader_le32(&h);
    const uint32_t link_type = reader_le32(&h);

    if (h.failed || !decoding_skip(d, size)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    if (size < 12) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_BAD);
    }
    return record == RECORD_PACKET ? layer_of_link_type(link_type) : LAYER_NOT_IP;
}

/* A family and a list of attributes (length, type, value, padding to 4 bytes; in the order
 * of the host, which is little-endian today), of which one is the packet. */
enum layer
layer_nflog(struct decoding *d)
{
    enum { ATTRIBUTE_PAYLOAD = 9 };
    struct reader h;
    uint8_t family;

    if (!decoding_take(d, 4, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    family = reader_u8(&h);
    while (decoding_take(d, 4, &h)) {
        const unsigned size = reader_le16(&h);
        const unsigned type = reader_le16(&h) & 0x7fff;

        if (size < 4) {
            return layer_bad(d, COUNTER_CAPTURE_LINK_BAD);
        }
        if (type == ATTRIBUTE_PAYLOAD) {
            decoding_limit(d, size - 4);
            return layer_of_family(family);
        }
        (void) decoding_skip(d, (size - 4 + 3) & ~3u);
    }
    return d->r.left == 0 && d->uncaptured == 0
               ? LAYER_NOT_IP
               : layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
}

/* A header that begins with its own length, without its padding to 4 bytes, and the
 * family. */
enum layer
layer_pflog(struct decoding *d)
{
    struct reader h = d->r;
    const unsigned size = reader_u8(&h);
    const uint8_t family = reader_u8(&h);

    return skip_to(d, (size + 3) & ~3u, h.failed ? LAYER_BAD : layer_of_family(family));
}

/* IPsec as OpenBSD shows it: a family in the order of the host, SPI, flags. */
enum layer
layer_enc(struct decoding *d)
{
    const enum layer next = layer_null(d);

    return next == LAYER_BAD ? LAYER_BAD : skip_to(d, 8, next);
}

/* Solaris: version, family, and 22 bytes more. */
enum layer
layer_ipnet(struct decoding *d)
{
    struct reader h;

    if (!decoding_take(d, 24, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    (void) reader_u8(&h);
    return layer_of_family(reader_u8(&h));
}

/* A global routing header, an EtherType, two reserved bytes (RFC 4391). */
enum layer
layer_ipoib(struct decoding *d)
{
    struct reader h;
    uint16_t type;

    if (!decoding_skip(d, 40) || !decoding_take(d, 4, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    type = reader_be16(&h);
    return layer_of_ethertype(d, type);
}

/* RFC 4338: two addresses, then LLC. */
enum layer
layer_ip_over_fc(struct decoding *d)
{
    return skip_to(d, 16, LAYER_LLC);
}

/* Two addresses of 8 bytes, EtherType. */
enum layer
layer_ieee1394(struct decoding *d)
{
    return skip_to_ethertype(d, 18);
}

/* Frame control, two addresses; LLC if the frame control says so. */
enum layer
layer_fddi(struct decoding *d)
{
    const bool is_llc = (decoding_peek(d) & 0xf0) == 0x50;

    return skip_to(d, 13, is_llc ? LAYER_LLC : LAYER_NOT_IP);
}

/* 802.5: access and frame control, two addresses, and a route if the source address has its
 * highest bit set; the first byte of the route holds its length. */
enum layer
layer_token_ring(struct decoding *d)
{
    struct reader h;
    bool is_llc, has_route;

    if (!decoding_take(d, 14, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    (void) reader_u8(&h);
    is_llc = (reader_u8(&h) & 0xc0) == 0x40;
    (void) reader_take(&h, 6);
    has_route = (reader_u8(&h) & 0x80) != 0;
    return skip_to(d, has_route ? decoding_peek(d) & 0x1fu : 0,
                   is_llc ? LAYER_LLC : LAYER_NOT_IP);
}

/* The types of RFC 1201 and RFC 1051; of a packet in several frames only the first one has
 * the flag 0 and is read. */
static enum layer
layer_of_arcnet(struct decoding *d, unsigned n_skipped)
{
    enum { TYPE_IP_OLD = 240, TYPE_IP = 212, FLAG_EXCEPTION = 0xff };
    struct reader h;
    uint8_t type, flag;

    if (!decoding_skip(d, n_skipped) || !decoding_take(d, 1, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    type = reader_u8(&h);
    if (type == TYPE_IP_OLD) {
        return LAYER_IPV4;
    }
    if (type != TYPE_IP) {
        return LAYER_NOT_IP;
    }
    flag = decoding_peek(d);
    if (flag == FLAG_EXCEPTION) {
        return skip_to(d, 7, LAYER_IPV4);
    }
    if (flag != 0) {
        counter_inc(d->counters, COUNTER_CAPTURE_LINK_FRAGMENTS);
        return LAYER_NOT_IP;
    }
    return skip_to(d, 3, LAYER_IPV4);
}

enum layer
layer_arcnet(struct decoding *d)
{
    return layer_of_arcnet(d, 2);
}

enum layer
layer_arcnet_linux(struct decoding *d)
{
    return layer_of_arcnet(d, 4);
}

/* LLC, or IP without anything before it. */
enum layer
layer_atm_clip(struct decoding *d)
{
    return decoding_peek(d) == 0xaa ? LAYER_LLC : LAYER_IP;
}

/* Flags with the kind of traffic, VPI, VCI; LAN emulation puts two bytes before Ethernet.
 */
enum layer
layer_sunatm(struct decoding *d)
{
    enum { TRAFFIC_LANE = 1, TRAFFIC_LLC = 2 };
    struct reader h;
    unsigned traffic;

    if (!decoding_take(d, 4, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    traffic = reader_u8(&h) & 0x0f;
    return traffic == TRAFFIC_LANE  ? skip_to(d, 2, LAYER_ETHERNET)
           : traffic == TRAFFIC_LLC ? LAYER_LLC
                                    : LAYER_NOT_IP;
}

/* The tag of a Marvell switch, whose first four bytes stand where a VLAN tag would; a
 * tagged frame has its VLAN id in it (kernel, net/dsa/tag_dsa.c). */
static enum layer
dsa_tag(struct decoding *d)
{
    enum { MODE_MASK = 0xc0, MODE_FROM_CPU = 0x40, MODE_FORWARD = 0xc0, EXTENDED = 0x10 };
    struct reader h;
    unsigned mode, priority, id;

    if (!decoding_take(d, 4, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    mode = reader_u8(&h) & MODE_MASK;
    (void) reader_u8(&h);
    priority = reader_u8(&h);
    id = (priority & 0x0f) << 8 | reader_u8(&h);
    if (mode == MODE_FROM_CPU || mode == MODE_FORWARD) {
        decoding_add_vlan(d, (uint16_t) id);
    } else if ((priority & EXTENDED) != 0 && !decoding_skip(d, 4)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    return skip_to_ethertype(d, 2);
}

enum layer
layer_dsa(struct decoding *d)
{
    return decoding_skip(d, 12) ? dsa_tag(d) : layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
}

/* The same behind an EtherType and two reserved bytes. */
enum layer
layer_edsa(struct decoding *d)
{
    return decoding_skip(d, 16) ? dsa_tag(d) : layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
}

/* Four bytes of a Broadcom switch, behind the addresses or before the frame. */
enum layer
layer_brcm(struct decoding *d)
{
    return skip_to_ethertype(d, 12 + 4 + 2);
}

enum layer
layer_brcm_prepend(struct decoding *d)
{
    return skip_to(d, 4, LAYER_ETHERNET);
}

/* A header of the analyser; transparently, also the preamble. */
enum layer
layer_netanalyzer(struct decoding *d)
{
    return skip_to(d, 4, LAYER_ETHERNET);
}

enum layer
layer_netanalyzer_transparent(struct decoding *d)
{
    return skip_to(d, 4 + 8, LAYER_ETHERNET);
}

/* "MGC", flags, extensions; without a link header, four bytes and IP.  With one the frame
 * is 'next', if the program knows what lies between. */
static enum layer
juniper(struct decoding *d, enum layer next)
{
    enum { MAGIC = 0x4d4743, FLAG_NO_L2 = 0x02, FLAG_EXTENSIONS = 0x80 };
    struct reader h;
    uint32_t magic_flags;

    if (!decoding_take(d, 4, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    magic_flags = reader_be32(&h);
    if (magic_flags >> 8 != MAGIC) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_BAD);
    }
    if ((magic_flags & FLAG_EXTENSIONS) != 0) {
        if (!decoding_take(d, 2, &h) || !decoding_skip(d, reader_be16(&h))) {
            return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
        }
    }
    return (magic_flags & FLAG_NO_L2) != 0 ? skip_to(d, 4, LAYER_IP) : next;
}

enum layer
layer_juniper_ethernet(struct decoding *d)
{
    return juniper(d, LAYER_ETHERNET);
}

enum layer
layer_juniper_ppp(struct decoding *d)
{
    return juniper(d, LAYER_PPP);
}

enum layer
layer_juniper_chdlc(struct decoding *d)
{
    return juniper(d, LAYER_CHDLC);
}

enum layer
layer_juniper_frame_relay(struct decoding *d)
{
    return juniper(d, LAYER_FRAME_RELAY);
}

/* Those with a cookie of the interface card before the packet, which the program does not
 * know. */
enum layer
layer_juniper_other(struct decoding *d)
{
    return juniper(d, LAYER_UNKNOWN);
}
