/* Links with two ends: PPP, Cisco HDLC, frame relay, SLIP. */
#include "capture/layer.h"

/* Passes over a byte that says whether the frame came or went. */
static enum layer
skip_direction(struct decoding *d, enum layer next)
{
    return decoding_skip(d, 1) ? next : layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
}

enum layer
layer_ppp_direction(struct decoding *d)
{
    return skip_direction(d, LAYER_PPP_SERIAL);
}

enum layer
layer_chdlc_direction(struct decoding *d)
{
    return skip_direction(d, LAYER_CHDLC);
}

enum layer
layer_frame_relay_direction(struct decoding *d)
{
    return skip_direction(d, LAYER_FRAME_RELAY);
}

/* A fragment of multilink PPP (RFC 1990 section 3) that is a whole packet leads on. */
static enum layer
ppp_multilink(struct decoding *d)
{
    enum { BEGIN_AND_END = 0xc0 };
    struct reader h;

    if (!decoding_take(d, 4, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    if ((reader_u8(&h) & BEGIN_AND_END) == BEGIN_AND_END) {
        return LAYER_PPP;
    }
    counter_inc(d->counters, COUNTER_CAPTURE_LINK_FRAGMENTS);
    return LAYER_NOT_IP;
}

/* RFC 1661 section 2, RFC 1662 section 3.1: address and control may be left out, and of the
 * protocol the first byte, since the second one is odd. */
enum layer
layer_ppp(struct decoding *d)
{
    enum {
        PPP_IPV4 = 0x21,
        PPP_IPV6 = 0x57,
        PPP_MULTILINK = 0x3d,
        PPP_MPLS = 0x281,
        PPP_MPLS_MULTICAST = 0x283
    };
    struct reader h = d->r;
    unsigned protocol;

    if (reader_be16(&h) == 0xff03 && !h.failed) {
        (void) decoding_skip(d, 2);
    }
    protocol = reader_u8(&d->r);
    if ((protocol & 1) == 0) {
        protocol = protocol << 8 | reader_u8(&d->r);
    }
    if (d->r.failed) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    switch (protocol) {
    case PPP_IPV4:
        return LAYER_IPV4;
    case PPP_IPV6:
        return LAYER_IPV6;
    case PPP_MULTILINK:
        return ppp_multilink(d);
    case PPP_MPLS:
    case PPP_MPLS_MULTICAST:
        return LAYER_MPLS;
    default:
        return LAYER_NOT_IP;
    }
}

/* PPP in HDLC-like framing; Cisco HDLC tells itself by its address. */
enum layer
layer_ppp_serial(struct decoding *d)
{
    enum { CHDLC_UNICAST = 0x0f, CHDLC_BROADCAST = 0x8f };
    const uint8_t address = decoding_peek(d);

    return address == CHDLC_UNICAST || address == CHDLC_BROADCAST ? LAYER_CHDLC : LAYER_PPP;
}

/* The session stage (RFC 2516 section 4); a code other than 0 is no session's. */
enum layer
layer_pppoe(struct decoding *d)
{
    enum { VERSION_AND_TYPE = 0x11 };
    struct reader h;
    unsigned version, code, length;

    if (!decoding_take(d, 6, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    version = reader_u8(&h);
    code = reader_u8(&h);
    (void) reader_be16(&h); /* Session. */
    length = reader_be16(&h);
    if (version != VERSION_AND_TYPE) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_BAD);
    }
    if (code != 0) {
        return LAYER_NOT_IP;
    }
    if (length > decoding_left(d)) {
        counter_inc(d->counters, COUNTER_CAPTURE_LINK_BAD);
    }
    decoding_limit(d, length);
    return LAYER_PPP;
}

/* Address, control, EtherType. */
enum layer
layer_chdlc(struct decoding *d)
{
    struct reader h;
    uint16_t type;

    if (!decoding_take(d, 4, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    (void) reader_be16(&h);
    type = reader_be16(&h);
    return type < ETHERTYPE_MIN ? LAYER_NOT_IP : layer_of_ethertype(d, type);
}

/* An address of two to four bytes, the last one odd (Q.922 section 3.2); then unnumbered
 * information with a network layer id (RFC 2427), or Cisco's way, an EtherType. */
enum layer
layer_frame_relay(struct decoding *d)
{
    enum { CONTROL_UI = 0x03 };
    struct reader h;
    uint16_t type;
    uint8_t address = 0;

    for (unsigned n = 0; n < 4 && (address & 1) == 0; n++) {
        address = reader_u8(&d->r);
        if (n == 0 && (address & 1) != 0) {
            return layer_bad(d, COUNTER_CAPTURE_LINK_BAD);
        }
    }
    if (d->r.failed) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    if ((address & 1) == 0) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_BAD);
    }
    if (decoding_peek(d) == CONTROL_UI) {
        (void) decoding_skip(d, 1);
        return LAYER_NLPID;
    }
    if (!decoding_take(d, 2, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    type = reader_be16(&h);
    return type < ETHERTYPE_MIN ? LAYER_NOT_IP : layer_of_ethertype(d, type);
}

/* FRF.16: a fragment that is a whole frame leads on. */
enum layer
layer_multilink_frame_relay(struct decoding *d)
{
    enum { BEGIN_AND_END = 0xc0, CONTROL = 0x20 };
    struct reader h;
    unsigned flags;

    if (!decoding_take(d, 2, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    flags = reader_u8(&h);
    if ((flags & CONTROL) != 0) {
        return LAYER_NOT_IP;
    }
    if ((flags & BEGIN_AND_END) != BEGIN_AND_END) {
        counter_inc(d->counters, COUNTER_CAPTURE_LINK_FRAGMENTS);
        return LAYER_NOT_IP;
    }
    return LAYER_FRAME_RELAY;
}

/* Network layer protocol identifiers (ISO/IEC TR 9577), behind a byte of padding in frame
 * relay. */
enum layer
layer_nlpid(struct decoding *d)
{
    enum { PAD = 0, SNAP = 0x80, IPV6 = 0x8e, IPV4 = 0xcc, PPP = 0xcf };
    uint8_t id = reader_u8(&d->r);

    if (id == PAD) {
        id = reader_u8(&d->r);
    }
    if (d->r.failed) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    switch (id) {
    case IPV4:
        return LAYER_IPV4;
    case IPV6:
        return LAYER_IPV6;
    case SNAP:
        return LAYER_SNAP;
    case PPP:
        return LAYER_PPP;
    default:
        return LAYER_NOT_IP;
    }
}

/* A direction and the packet's compressed header in 16 bytes, of which the second one tells
 * whether the packet behind them is IP as it is (its own first byte, 0x45) or compressed.
 */
enum layer
layer_slip(struct decoding *d)
{
    struct reader h;
    unsigned type;

    if (!decoding_take(d, 16, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    (void) reader_u8(&h);
    type = reader_u8(&h);
    return (type & 0x80) != 0 ? LAYER_NOT_IP : LAYER_IP;
}
