/* The Internet Protocol, version 6 (RFC 8200). */
#include "capture/layer.h"

/* Next header values that are extension headers. */
enum {
    NEXT_HOP_BY_HOP = 0,
    NEXT_ROUTING = 43,
    NEXT_FRAGMENT = 44,
    NEXT_AH = 51,
    NEXT_NONE = 59,
    NEXT_DESTINATION_OPTIONS = 60,
    NEXT_MOBILITY = 135,
    NEXT_HIP = 139,
    NEXT_SHIM6 = 140,
};

/* Extension headers followed in one packet: RFC 8200 section 4.1 has seven. */
enum { EXTENSIONS_MAX = 32 };

static uint32_t jumbo_length(const struct decoding *d);
static void limit_to_length(struct decoding *d, uint32_t length, uint8_t next);
static enum layer extensions(struct decoding *d, uint8_t next);
static enum layer ipv6_fragment(struct decoding *d, uint8_t *next);

enum layer
layer_ipv6(struct decoding *d)
{
    struct reader h;
    struct ip_address source, destination;
    uint32_t length;
    uint8_t next, hop_limit;

    if (decoding_ip_version(d) != 6 && d->r.left > 0) {
        return layer_bad(d, COUNTER_CAPTURE_IP_BAD_VERSION);
    }
    if (!decoding_take(d, 40, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_IPV6_TRUNCATED);
    }
    (void) reader_be32(&h); /* Version, traffic class, flow label. */
    length = reader_be16(&h);
    next = reader_u8(&h);
    hop_limit = reader_u8(&h);
    source.high = reader_be64(&h);
    source.low = reader_be64(&h);
    destination.high = reader_be64(&h);
    destination.low = reader_be64(&h);
    if (length == 0 && next == NEXT_HOP_BY_HOP) {
        length = jumbo_length(d);
    }
    limit_to_length(d, length, next);
    decoding_set_ip(d, source, destination, next, hop_limit);
    return next == IP_PROTOCOL_TCP || next == IP_PROTOCOL_UDP ? layer_of_protocol(next)
                                                              : extensions(d, next);
}

bool
layer_is_ipv6_extension(uint8_t next)
{
    switch (next) {
    case NEXT_HOP_BY_HOP:
    case NEXT_ROUTING:
    case NEXT_FRAGMENT:
    case NEXT_AH:
    case NEXT_DESTINATION_OPTIONS:
    case NEXT_MOBILITY:
    case NEXT_HIP:
    case NEXT_SHIM6:
        return true;
    default:
        return false;
    }
}

/* The length in the jumbo payload option (RFC 2675) of the hop-by-hop header at 'd'; 0 if
 * there is none. */
static uint32_t
jumbo_length(const struct decoding *d)
{
    enum { OPTION_PAD1 = 0, OPTION_JUMBO = 0xc2, JUMBO_MIN = 65536 };
    struct reader options = d->r;
    unsigned size;

    (void) reader_u8(&options); /* Next header. */
    size = reader_u8(&options) * 8u + 6;
    reader_limit(&options, size);
    while (options.left > 0 && !options.failed) {
        const uint8_t type = reader_u8(&options);

        if (type == OPTION_PAD1) {
            continue;
        }
        size = reader_u8(&options);
        if (type == OPTION_JUMBO) {
            const uint32_t length = reader_be32(&options);

            if (size == 4 && !options.failed && length >= JUMBO_MIN) {
                return length;
            }
            counter_inc(d->counters, COUNTER_CAPTURE_IPV6_BAD_JUMBO);
            return 0;
        }
        (void) reader_take(&options, size);
    }
    return 0;
}

/* A length of 0 without a jumbo option is what a network card gets that cuts a packet of
 * more than 64 KB into segments; of others it is the truth. */
static void
limit_to_length(struct decoding *d, uint32_t length, uint8_t next)
{
    if (length == 0 && (next == NEXT_HOP_BY_HOP || decoding_left(d) > UINT16_MAX)) {
        counter_inc(d->counters, COUNTER_CAPTURE_IP_LENGTH_ZERO);
        return;
    }
    if (length > decoding_left(d)) {
        counter_inc(d->counters, COUNTER_CAPTURE_IP_BEYOND_FRAME);
        d->is_beyond_frame = true;
    }
    decoding_limit(d, length);
}

/* Passes over an extension header of the common shape: next header, length beyond the first
 * 8 bytes in units of 'unit' bytes. */
static bool
skip_extension(struct decoding *d, unsigned unit, uint8_t *next)
{
    struct reader h = d->r;

    *next = reader_u8(&h);
    return decoding_skip(d, 8 + (size_t) unit * reader_u8(&h)) && !h.failed;
}

/* Follows the chain of extension headers to the protocol above. */
static enum layer
extensions(struct decoding *d, uint8_t next)
{
    for (unsigned n = 0; n < EXTENSIONS_MAX; n++) {
        const uint8_t at = next;
        enum layer end;

        d->packet->inner.protocol = next;
        switch (at) {
        case NEXT_HOP_BY_HOP:
        case NEXT_ROUTING:
        case NEXT_DESTINATION_OPTIONS:
        case NEXT_MOBILITY:
        case NEXT_HIP:
        case NEXT_SHIM6:
            if (!skip_extension(d, 8, &next)) {
                return layer_bad(d, COUNTER_CAPTURE_IPV6_EXTENSION_TRUNCATED);
            }
            if (next == NEXT_NONE && at >= NEXT_MOBILITY) {
                return LAYER_DONE; /* A message of its own. */
            }
            break;
        case NEXT_AH:
            if (!skip_extension(d, 4, &next)) {
                return layer_bad(d, COUNTER_CAPTURE_AH_TRUNCATED);
            }
            break;
        case NEXT_FRAGMENT:
            end = ipv6_fragment(d, &next);
            if (end != LAYER_IPV6) {
                return end;
            }
            break;
        default:
            return layer_of_protocol(next);
        }
    }
    return layer_bad(d, COUNTER_CAPTURE_IPV6_TOO_MANY_EXTENSIONS);
}

/* RFC 8200 section 4.5.  Returns LAYER_IPV6 if the packet goes on with '*next'.  A fragment
 * that is the whole packet is none (RFC 6946). */
static enum layer
ipv6_fragment(struct decoding *d, uint8_t *next)
{
    enum { MORE_FRAGMENTS = 0x1, OFFSET_MASK = 0xfff8 };
    struct reader h;
    struct fragment fragment = { .is_ipv6 = true, .key.protocol = FRAGMENT_IPV6 };
    unsigned offset;

    if (!decoding_take(d, 8, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_IPV6_EXTENSION_TRUNCATED);
    }
    *next = reader_u8(&h);
    (void) reader_u8(&h);
    offset = reader_be16(&h);
    fragment.key.id = reader_be32(&h);
    fragment.offset = offset & OFFSET_MASK;
    fragment.has_more = (offset & MORE_FRAGMENTS) != 0;
    fragment.protocol = *next;
    if (fragment.offset == 0 && !fragment.has_more) {
        return LAYER_IPV6;
    }
    d->packet->inner.protocol = *next;
    switch (decoding_fragment(d, &fragment, next)) {
    case FRAGMENT_KEPT:
        return LAYER_KEPT;
    case FRAGMENT_COMPLETE:
        return LAYER_IPV6;
    case FRAGMENT_REFUSED:
        break;
    }
    return fragment.offset == 0 ? LAYER_IPV6 : LAYER_DONE;
}
