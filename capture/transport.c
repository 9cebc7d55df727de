/* What stands above IP: the headers with ports, and the way on for what has none. */
#include "capture/layer.h"

enum {
    PROTOCOL_IPV4 = 4,
    PROTOCOL_IPV6 = 41,
    PROTOCOL_GRE = 47,
    PROTOCOL_AH = 51,
    PROTOCOL_ETHERIP = 97,
    PROTOCOL_MPLS = 137,
    PROTOCOL_ETHERNET = 143,
};

static void set_ports(struct decoding *d, uint16_t source, uint16_t destination);

enum layer
layer_of_other_protocol(uint8_t protocol)
{
    switch (protocol) {
    case IP_PROTOCOL_TCP:
        return LAYER_TCP;
    case IP_PROTOCOL_UDP:
        return LAYER_UDP;
    case IP_PROTOCOL_ICMP:
    case IP_PROTOCOL_ICMPV6:
        return LAYER_ICMP;
    case IP_PROTOCOL_SCTP:
        return LAYER_SCTP;
    case IP_PROTOCOL_DCCP:
        return LAYER_DCCP;
    case IP_PROTOCOL_UDP_LITE:
        return LAYER_UDP_LITE;
    case PROTOCOL_AH:
        return LAYER_AH;
    case PROTOCOL_IPV4:
        return LAYER_IPV4_IN_IP;
    case PROTOCOL_IPV6:
        return LAYER_IPV6_IN_IP;
    case PROTOCOL_GRE:
        return LAYER_GRE;
    case PROTOCOL_ETHERIP:
        return LAYER_ETHERIP;
    case PROTOCOL_MPLS:
        return LAYER_MPLS_IN_IP;
    case PROTOCOL_ETHERNET:
        return LAYER_ETHERNET_IN_IP;
    default:
        return LAYER_DONE;
    }
}

/* RFC 9293 section 3.1.  A header captured as far as its flags is enough. */
enum layer
layer_tcp(struct decoding *d)
{
    enum { HEADER_SIZE = 20, UP_TO_FLAGS = 14 };
    struct packet *packet = d->packet;
    const uint64_t left = decoding_left(d);
    struct reader h;
    unsigned header_size;
    uint16_t source_port, destination_port;
    uint8_t flags;

    if (!decoding_take(d, UP_TO_FLAGS, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_TCP_TRUNCATED);
    }
    source_port = reader_be16(&h);
    destination_port = reader_be16(&h);
    packet->tcp_sequence = reader_be32(&h);
    packet->tcp_acknowledgement = reader_be32(&h);
    header_size = (reader_u8(&h) >> 4) * 4u;
    flags = reader_u8(&h);
    if (header_size < HEADER_SIZE ||
        (header_size > left && !d->is_beyond_frame && !packet->is_fragment)) {
        return layer_bad(d, COUNTER_CAPTURE_TCP_BAD_HEADER_LENGTH);
    }
    packet->tcp_flags = flags;
    set_ports(d, source_port, destination_port);
    if (!decoding_skip(d, header_size - UP_TO_FLAGS)) {
        counter_inc(d->counters, COUNTER_CAPTURE_TCP_TRUNCATED);
        return LAYER_DONE;
    }
    decoding_set_payload(d);
    return LAYER_DONE;
}

/* RFC 768.  A length of 0 is that of a jumbogram (RFC 2675) or of a packet to be cut into
 * segments. */
enum layer
layer_udp(struct decoding *d)
{
    enum { HEADER_SIZE = 8 };
    struct reader h;
    unsigned length;
    uint16_t source_port, destination_port;

    if (!decoding_take(d, HEADER_SIZE, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_UDP_TRUNCATED);
    }
    source_port = reader_be16(&h);
    destination_port = reader_be16(&h);
    length = reader_be16(&h);
    if (length < HEADER_SIZE && length != 0) {
        return layer_bad(d, COUNTER_CAPTURE_UDP_BAD_LENGTH);
    }
    if (length != 0) {
        if (length - HEADER_SIZE > decoding_left(d) && !d->is_beyond_frame &&
            !d->packet->is_fragment) {
            counter_inc(d->counters, COUNTER_CAPTURE_UDP_BAD_LENGTH);
        }
        decoding_limit(d, length - HEADER_SIZE);
    }
    set_ports(d, source_port, destination_port);
    decoding_set_payload(d);
    return layer_of_udp_ports(source_port, destination_port);
}

/* RFC 3828: in place of a length it has the number of bytes that its checksum covers. */
enum layer
layer_udp_lite(struct decoding *d)
{
    struct reader h;
    uint16_t source_port;

    if (!decoding_take(d, 8, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_UDP_TRUNCATED);
    }
    source_port = reader_be16(&h);
    set_ports(d, source_port, reader_be16(&h));
    decoding_set_payload(d);
    return LAYER_DONE;
}

/* The common header of RFC 9260 section 3.1; the payload is the chunks. */
enum layer
layer_sctp(struct decoding *d)
{
    struct reader h;
    uint16_t source_port;

    if (!decoding_take(d, 12, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_SCTP_TRUNCATED);
    }
    source_port = reader_be16(&h);
    set_ports(d, source_port, reader_be16(&h));
    decoding_set_payload(d);
    return LAYER_DONE;
}

/* RFC 4340 section 5.1. */
enum layer
layer_dccp(struct decoding *d)
{
    enum { HEADER_SIZE = 12 };
    const uint64_t left = decoding_left(d);
    struct reader h;
    unsigned header_size;
    uint16_t source_port, destination_port;

    if (!decoding_take(d, HEADER_SIZE, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_DCCP_TRUNCATED);
    }
    source_port = reader_be16(&h);
    destination_port = reader_be16(&h);
    header_size = reader_u8(&h) * 4u;
    if (header_size < HEADER_SIZE || (header_size > left && !d->is_beyond_frame)) {
        return layer_bad(d, COUNTER_CAPTURE_DCCP_BAD_HEADER_LENGTH);
    }
    set_ports(d, source_port, destination_port);
    if (!decoding_skip(d, header_size - HEADER_SIZE)) {
        counter_inc(d->counters, COUNTER_CAPTURE_DCCP_TRUNCATED);
        return LAYER_DONE;
    }
    decoding_set_payload(d);
    return LAYER_DONE;
}

/* RFC 792, RFC 4443: type, code, checksum, and four bytes whose meaning the type gives; a
 * message may end before those. */
enum layer
layer_icmp(struct decoding *d)
{
    struct reader h;
    uint8_t type;

    if (!decoding_take(d, 4, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_ICMP_TRUNCATED);
    }
    type = reader_u8(&h);
    set_ports(d, type, reader_u8(&h));
    if (decoding_skip(d, 4)) {
        decoding_set_payload(d);
    }
    return LAYER_DONE;
}

/* The authentication header (RFC 4302 section 2) hides nothing of what is behind it. */
enum layer
layer_ah(struct decoding *d)
{
    struct reader h = d->r;
    const uint8_t next = reader_u8(&h);
    const size_t size = (reader_u8(&h) + (size_t) 2) * 4;

    if (h.failed || size < 8 || !decoding_skip(d, size)) {
        return layer_bad(d, COUNTER_CAPTURE_AH_TRUNCATED);
    }
    d->packet->inner.protocol = next;
    return layer_of_protocol(next);
}

static void
set_ports(struct decoding *d, uint16_t source, uint16_t destination)
{
    d->packet->inner.source_port = source;
    d->packet->inner.destination_port = destination;
    d->packet->has_transport = true;
}
