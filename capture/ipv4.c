/* The Internet Protocol, version 4 (RFC 791). */
#include "capture/layer.h"

enum { HEADER_SIZE = 20, MORE_FRAGMENTS = 0x2000, FRAGMENT_OFFSET = 0x1fff };

static void limit_to_length(struct decoding *d, unsigned length, unsigned header_size);
static enum layer ipv4_fragment(struct decoding *d, uint16_t id, unsigned flags_offset,
                                uint8_t protocol);

/* An IP header whose version nobody told. */
enum layer
layer_ip(struct decoding *d)
{
    const unsigned version = decoding_ip_version(d);

    if (d->r.left == 0) {
        return layer_bad(d, COUNTER_CAPTURE_IPV4_TRUNCATED);
    }
    return version == 4   ? LAYER_IPV4
           : version == 6 ? LAYER_IPV6
                          : layer_bad(d, COUNTER_CAPTURE_IP_BAD_VERSION);
}

enum layer
layer_ipv4(struct decoding *d)
{
    struct reader h;
    unsigned version, header_size, length, flags_offset;
    struct ip_address source, destination;
    uint16_t id;
    uint8_t ttl, protocol;

    if (!decoding_take(d, HEADER_SIZE, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_IPV4_TRUNCATED);
    }
    version = reader_u8(&h);
    (void) reader_u8(&h); /* Type of service. */
    length = reader_be16(&h);
    id = reader_be16(&h);
    flags_offset = reader_be16(&h);
    ttl = reader_u8(&h);
    protocol = reader_u8(&h);
    (void) reader_be16(&h); /* Checksum: wrong wherever the network card computes it. */
    source = ip_from_v4(reader_be32(&h));
    destination = ip_from_v4(reader_be32(&h));
    header_size = (version & 0x0f) * 4;
    if (version >> 4 != 4) {
        return layer_bad(d, COUNTER_CAPTURE_IP_BAD_VERSION);
    }
    if (header_size < HEADER_SIZE) {
        return layer_bad(d, COUNTER_CAPTURE_IPV4_BAD_HEADER_LENGTH);
    }
    if (length < header_size && length != 0) {
        return layer_bad(d, COUNTER_CAPTURE_IPV4_BAD_LENGTH);
    }
    if (header_size > HEADER_SIZE && !decoding_skip(d, header_size - HEADER_SIZE)) {
        decoding_set_ip(d, source, destination, protocol, ttl);
        return layer_bad(d, COUNTER_CAPTURE_IPV4_TRUNCATED);
    }
    limit_to_length(d, length, header_size);
    decoding_set_ip(d, source, destination, protocol, ttl);
    if ((flags_offset & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) != 0) {
        return ipv4_fragment(d, id, flags_offset, protocol);
    }
    return layer_of_protocol(protocol);
}

/* A length of 0 is what a network card gets that cuts the packet into segments. */
static void
limit_to_length(struct decoding *d, unsigned length, unsigned header_size)
{
    if (length == 0) {
        counter_inc(d->counters, COUNTER_CAPTURE_IP_LENGTH_ZERO);
        return;
    }
    if (length - header_size > decoding_left(d)) {
        counter_inc(d->counters, COUNTER_CAPTURE_IP_BEYOND_FRAME);
        d->is_beyond_frame = true;
    }
    decoding_limit(d, length - header_size);
}

static enum layer
ipv4_fragment(struct decoding *d, uint16_t id, unsigned flags_offset, uint8_t protocol)
{
    struct fragment fragment = {
        .key = { .id = id, .protocol = protocol },
        .offset = (flags_offset & FRAGMENT_OFFSET) * 8,
        .has_more = (flags_offset & MORE_FRAGMENTS) != 0,
        .protocol = protocol,
    };
    const enum fragment_status status = decoding_fragment(d, &fragment, &protocol);

    if (status == FRAGMENT_KEPT) {
        return LAYER_KEPT;
    }
    return status == FRAGMENT_COMPLETE || fragment.offset == 0 ? layer_of_protocol(protocol)
                                                               : LAYER_DONE;
}
