#ifndef TESTS_CAPTURE_RANDOM_FRAME_H
#define TESTS_CAPTURE_RANDOM_FRAME_H

/* Frames of all that the decoder opens, nested, with addresses in and around some ranges;
 * then damaged or cut, some of them. */

#include <pcap/dlt.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/ip.h"
#include "support/random.h"

enum { RANDOM_FRAME_MAX = 1024, RANDOM_FRAME_DEPTH = 3 };

struct random_frame {
    uint64_t *state;
    const struct ip_prefix *ranges;
    size_t n_ranges;
    bool has_far_addresses; /* Outermost: none is near a range. */
    uint8_t bytes[RANDOM_FRAME_MAX];
    size_t size;
};

static inline uint32_t
random_frame_pick(struct random_frame *f, uint32_t n)
{
    return random_below(f->state, n);
}

/* Adds the last 'n' bytes of a number; what does not fit is lost. */
static inline void
random_frame_put(struct random_frame *f, uint64_t number, unsigned n)
{
    while (n-- > 0 && f->size < RANDOM_FRAME_MAX) {
        f->bytes[f->size++] = (uint8_t) (number >> 8 * n);
    }
}

static inline void
random_frame_noise(struct random_frame *f, size_t n)
{
    while (n-- > 0) {
        random_frame_put(f, random_next(f->state), 1);
    }
}

/* Sets the 16 bits at 'at' to the bytes since 'from': mostly. */
static inline void
random_frame_set_length(struct random_frame *f, size_t at, size_t from)
{
    const size_t length = random_frame_pick(f, 16) == 0   ? 0
                          : random_frame_pick(f, 16) == 0 ? random_next(f->state)
                                                          : f->size - from;

    if (at + 2 <= f->size) {
        f->bytes[at] = (uint8_t) (length >> 8);
        f->bytes[at + 1] = (uint8_t) length;
    }
}

/* An address in a range of the family, just before or after it, or near it. */
static inline struct ip_address
random_frame_near(struct random_frame *f, bool v4)
{
    const struct ip_prefix *range;
    struct ip_address any = { random_next(f->state), random_next(f->state) }, network;

    do {
        range = &f->ranges[random_frame_pick(f, (uint32_t) f->n_ranges)];
    } while (ip_prefix_is_v4(*range) != v4);
    network = ip_mask(any, range->length);
    any.high ^= network.high ^ range->address.high;
    any.low ^= network.low ^ range->address.low;
    switch (random_frame_pick(f, 4)) {
    case 0: /* On the other side of the last bit of its length, or of one before. */
        if (range->length > 64 + 32 * v4) {
            any.low ^= UINT64_C(1) << (128 - range->length + random_frame_pick(f, 8));
        } else if (range->length > 0 && range->length <= 64) {
            any.high ^= UINT64_C(1) << (64 - range->length);
        }
        break;
    case 1:
        any.low ^= random_frame_pick(f, 1 << 10);
        break;
    default:
        break;
    }
    return v4 ? ip_from_v4((uint32_t) any.low) : any;
}

static inline struct ip_address
random_frame_address(struct random_frame *f, bool v4, unsigned depth)
{
    const struct ip_address any = { random_next(f->state), random_next(f->state) };

    if ((depth > 0 || !f->has_far_addresses) && random_frame_pick(f, 4) == 0) {
        return random_frame_near(f, v4);
    }
    if (v4) {
        return ip_from_v4((uint32_t) any.low);
    }
    switch (random_frame_pick(f, 16)) {
    case 0: /* IPv4-mapped. */
        return random_frame_near(f, true);
    case 1:
        return (struct ip_address){ 0, any.low };
    case 2:
        return any;
    default:
        return (struct ip_address){ any.high >> 3 | UINT64_C(1) << 61, any.low };
    }
}

static inline void random_frame_ethernet(struct random_frame *f, unsigned depth);
static inline void random_frame_ip(struct random_frame *f, bool v4, unsigned depth);

static inline void
random_frame_any_ip(struct random_frame *f, unsigned depth)
{
    random_frame_ip(f, random_frame_pick(f, 2) == 0, depth);
}

/* What is behind an EtherType, which is put too. */
static inline void
random_frame_typed(struct random_frame *f, unsigned depth)
{
    static const uint16_t tags[] = { 0x8100, 0x88a8, 0x9100, 0x9200, 0x9300 };
    static const uint16_t others[] = { 0x0806, 0x880b, 0x88e5, 0x88e7, 0x8903,
                                       0x8909, 0x8926, 0x894f, 0xd28b, 0x6558 };

    while (random_frame_pick(f, 4) == 0) {
        random_frame_put(f, tags[random_frame_pick(f, 5)], 2);
        random_frame_noise(f, 2);
    }
    switch (random_frame_pick(f, 16)) {
    case 0:
        random_frame_put(f, 0x8847 + random_frame_pick(f, 2), 2);
        random_frame_put(f, 0x00001140, 4);
        random_frame_any_ip(f, depth);
        break;
    case 1:
        random_frame_put(f, 0x886411000001, 6);
        random_frame_put(f, 0x00400021, 4);
        random_frame_ip(f, true, depth);
        break;
    case 2:
        random_frame_put(f, random_frame_pick(f, 0x600), 2);
        random_frame_put(f, 0xaaaa03000000, 6);
        random_frame_typed(f, depth);
        break;
    case 3:
        random_frame_put(f, others[random_frame_pick(f, 10)], 2);
        random_frame_noise(f, random_frame_pick(f, 12));
        random_frame_any_ip(f, depth);
        break;
    case 4:
        random_frame_put(f, random_next(f->state), 2);
        random_frame_noise(f, 20);
        break;
    case 5:
    case 6:
    case 7:
    case 8:
    case 9:
        random_frame_put(f, 0x86dd, 2);
        random_frame_ip(f, false, depth);
        break;
    default:
        random_frame_put(f, 0x0800, 2);
        random_frame_ip(f, true, depth);
        break;
    }
}

static inline void
random_frame_ethernet(struct random_frame *f, unsigned depth)
{
    random_frame_noise(f, 12);
    random_frame_typed(f, depth);
}

/* UDP, whose ports may be those of a tunnel. */
static inline void
random_frame_udp(struct random_frame *f, unsigned depth)
{
    static const struct {
        uint16_t port;
        uint64_t header;
        uint8_t size;
        bool ethernet;
    } tunnels[] = {
        { 4789, 0x0800000000000100, 8, true },  { 8472, 0x0800000000000100, 8, true },
        { 4790, 0x0c00000100000100, 8, false }, { 6081, 0x0000655800000100, 8, true },
        { 2152, 0x30ff004000000001, 8, false }, { 3544, 0, 0, false },
        { 4341, 0x0000000000000001, 8, false }, { 4754, 0x00000800, 4, false },
        { 1701, 0x0002000100010021, 8, false }, { 5072, 0x4000110400000000, 8, false },
        { 6635, 0x00001140, 4, false },
    };
    const size_t start = f->size;
    const uint32_t i = random_frame_pick(f, 11);
    const bool is_tunnel = random_frame_pick(f, 3) == 0;
    const bool is_answer = random_frame_pick(f, 4) == 0;

    random_frame_put(f, is_tunnel && is_answer ? tunnels[i].port : random_next(f->state),
                     2);
    random_frame_put(f, is_tunnel && !is_answer ? tunnels[i].port : random_next(f->state),
                     2);
    random_frame_put(f, 0, 4);
    if (is_tunnel) {
        random_frame_put(f, tunnels[i].header, tunnels[i].size);
        if (tunnels[i].ethernet) {
            random_frame_ethernet(f, depth + 1);
        } else {
            random_frame_any_ip(f, depth + 1);
        }
    } else {
        random_frame_noise(f, random_frame_pick(f, 40));
    }
    random_frame_set_length(f, start + 4, start);
}

/* What is behind an IP header that says 'protocol'. */
static inline void
random_frame_protocol(struct random_frame *f, uint8_t protocol, unsigned depth)
{
    switch (protocol) {
    case 4:
    case 41:
        random_frame_ip(f, protocol == 4, depth + 1);
        break;
    case 17:
        random_frame_udp(f, depth);
        break;
    case 47:
        random_frame_put(f, 0, 2);
        random_frame_typed(f, depth + 1);
        break;
    case 51: /* Authentication header before IPv4. */
        random_frame_put(f, 0x04010000, 4);
        random_frame_noise(f, 8);
        random_frame_ip(f, true, depth + 1);
        break;
    case 97:
        random_frame_put(f, 0x3000, 2);
        random_frame_ethernet(f, depth + 1);
        break;
    case 137:
        random_frame_put(f, 0x00001140, 4);
        random_frame_any_ip(f, depth + 1);
        break;
    case 143:
        random_frame_ethernet(f, depth + 1);
        break;
    case 0:
    case 43:
    case 60: /* Extension header of 8 bytes before another protocol. */
        random_frame_put(f, random_frame_pick(f, 2) == 0 ? 4 : 41, 1);
        random_frame_put(f, 0, 1);
        random_frame_noise(f, 6);
        random_frame_any_ip(f, depth + 1);
        break;
    default:
        random_frame_noise(f, random_frame_pick(f, 40));
        break;
    }
}

static inline void
random_frame_ip(struct random_frame *f, bool v4, unsigned depth)
{
    static const uint8_t protocols[] = { 6,  6,  6,  17, 17, 17,  17,  1,   58,  4,  41,
                                         47, 51, 97, 50, 33, 132, 136, 137, 143, 0,  43,
                                         44, 59, 60, 89, 99, 135, 139, 140, 6,   17, 1 };
    const size_t start = f->size;
    const bool is_plain = random_frame_pick(f, 2) == 0;
    const uint8_t protocol =
        is_plain ? 6 : protocols[random_frame_pick(f, sizeof protocols)];

    if (depth > RANDOM_FRAME_DEPTH) {
        random_frame_noise(f, 20);
        return;
    }
    if (v4) {
        const uint32_t words = random_frame_pick(f, 12) == 0 ? random_frame_pick(f, 16) : 5;

        random_frame_put(f, 0x40 | words, 1);
        random_frame_noise(f, 5);
        random_frame_put(f, random_frame_pick(f, 8) == 0 ? random_next(f->state) : 0x4000,
                         2);
        random_frame_put(f, 0x40, 1);
        random_frame_put(f, protocol, 1);
        random_frame_noise(f, 2);
        random_frame_put(f, random_frame_address(f, true, depth).low, 4);
        random_frame_put(f, random_frame_address(f, true, depth).low, 4);
        random_frame_noise(f, words > 5 ? 4 * (words - 5) : 0);
    } else {
        const struct ip_address source = random_frame_address(f, false, depth);
        const struct ip_address destination = random_frame_address(f, false, depth);

        random_frame_put(f, 0x60000000, 4);
        random_frame_put(f, (uint64_t) protocol << 8 | 0x40, 4);
        random_frame_put(f, source.high, 8);
        random_frame_put(f, source.low, 8);
        random_frame_put(f, destination.high, 8);
        random_frame_put(f, destination.low, 8);
    }
    random_frame_protocol(f, protocol, depth);
    random_frame_set_length(f, start + (v4 ? 2 : 4), start + (v4 ? 0 : 40));
}

/* Makes a frame of 'link_type' (Ethernet, raw IP or cooked). */
static inline void
random_frame_make(struct random_frame *f, uint16_t link_type)
{
    f->size = 0;
    f->has_far_addresses = random_frame_pick(f, 2) == 0;
    switch (link_type) {
    case DLT_LINUX_SLL:
        random_frame_put(f, 0x00000001, 4);
        random_frame_put(f, 0x0006020000000001, 8);
        random_frame_put(f, 0, 2);
        random_frame_typed(f, 0);
        break;
    case DLT_RAW:
        random_frame_any_ip(f, 0);
        break;
    default:
        random_frame_ethernet(f, 0);
        break;
    }
    if (random_frame_pick(f, 4) == 0) {
        for (uint32_t n = 1 + random_frame_pick(f, 4); n > 0; n--) {
            f->bytes[random_frame_pick(f, (uint32_t) f->size)] ^=
                (uint8_t) random_next(f->state);
        }
    }
    if (random_frame_pick(f, 4) == 0) {
        f->size = 1 + random_frame_pick(f, (uint32_t) f->size);
    }
}

#endif
