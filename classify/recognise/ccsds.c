#include "classify/recognise/crc16.h"
#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"

/* CCSDS on the ground, between stations and control centres:
 *
 * - space packets (CCSDS 133.0-B-2): version 0, an application, a sequence count, a length;
 *   those of ECSS-E-ST-70-41C end with a checksum;
 * - telecommand frames (CCSDS 232.0-B-4): version 0, a length, a checksum at the end;
 * - telemetry frames (CCSDS 132.0-B-3), of a fixed length, with a checksum at the end, if
 *   one is agreed on, and these or AOS frames (732.0-B-4) behind the marker 1acffc1d
 *   (131.0-B-4), perhaps with check symbols of a Reed-Solomon code behind them.
 *
 * A header of six bytes and a length prove nothing, so all that has no checksum is
 * consistent at best.  Verified are two packets or telecommand frames with a right one, in
 * a row or one of each side; one packet with a secondary header of ECSS; one frame behind a
 * marker. */

enum {
    PACKET_HEADER_SIZE = 6,
    PACKET_VERSION_BITS = 0xe0, /* Of the first byte. */
    HAS_SECONDARY = 0x08,
    UNSEGMENTED = 0xc0, /* Of the third byte. */
    COUNT_BITS = 0x3fff,
    LENGTH_AT = 4, /* Of what is behind the header, less one. */
    SECONDARY_AT = PACKET_HEADER_SIZE,
    ECSS_VERSION_MAX = 2, /* In the upper half of the secondary header's first byte. */

    COMMAND_HEADER_SIZE = 5,
    COMMAND_ZERO_BITS = 0xcc,    /* Of the first byte: version and spare bits. */
    COMMAND_LENGTH_BITS = 0x3ff, /* Of the third and fourth; the whole, less one. */

    FRAME_MIN = 32,
    FRAME_VERSION_BITS = 0xc0,
    STATUS_AT = 4,
    STATUS_BITS = 0x78, /* Packets begin anywhere in the frame, ... */
    STATUS = 0x18,      /* ... in order and not in segments. */
    MARKER_SIZE = 4,
    CHECKSUM_SIZE = 2,
};

/* What speaks for it, and how much of that is enough. */
enum {
    NOTHING = -1, /* It is something else. */
    TOO_LITTLE,   /* More of a stream may tell. */
    FITTING,
    CHECKED = 10,
    PROVEN = 20,
};

static const uint8_t marker[MARKER_SIZE] = { 0x1a, 0xcf, 0xfc, 0x1d };

static int weigh(const struct side *side, bool is_datagram);
static int weigh_packets(const struct side *side, bool is_datagram);
static int weigh_packet(const uint8_t *packet, size_t size);
static int weigh_commands(const struct side *side, bool is_datagram);
static int weigh_frame(const struct side *side, bool is_datagram);
static int weigh_marked(const struct side *side, bool is_datagram);
static bool is_checked(const uint8_t *bytes, size_t n);

static enum opinion
judge(const struct dialogue *dialogue)
{
    int weight = 0;

    for (unsigned i = 0; i < 2; i++) {
        const struct side *side = &dialogue->sides[i];
        int own;

        if (side->n == 0) {
            continue;
        }
        own = weigh(side, dialogue->protocol == IP_PROTOCOL_UDP);
        if (own == NOTHING) {
            return OPINION_NO;
        }
        weight += own;
    }
    if (weight >= PROVEN) {
        return OPINION_VERIFIED;
    }
    return weight >= FITTING ? OPINION_CONSISTENT : OPINION_MORE;
}

const struct recogniser recogniser_ccsds = {
    .service = SERVICE_CCSDS,
    .on_tcp = true,
    .on_udp = true,
    .judge = judge,
};

static int
weigh(const struct side *side, bool is_datagram)
{
    int weight, other;

    if (octets_begin(side->bytes, side->n, marker, MARKER_SIZE) &&
        (side->n > MARKER_SIZE || !is_datagram)) {
        return weigh_marked(side, is_datagram);
    }
    weight = weigh_packets(side, is_datagram);
    if (weight < CHECKED) {
        other = weigh_commands(side, is_datagram);
        weight = other > weight ? other : weight;
    }
    if (weight < FITTING) {
        other = weigh_frame(side, is_datagram);
        weight = other > weight ? other : weight;
    }
    return weight;
}

/* A datagram is packets to its end.  In a stream they fit if one goes on counting where the
 * one before it has left off. */
static int
weigh_packets(const struct side *side, bool is_datagram)
{
    const uint8_t *before = NULL;
    int weight = 0;

    for (size_t at = 0; at < side->size;) {
        const uint8_t *packet = side->bytes + at;
        const size_t n = side->n > at ? side->n - at : 0;
        size_t size;

        if (n > 0 && (packet[0] & PACKET_VERSION_BITS) != 0) {
            return NOTHING;
        }
        if (n < PACKET_HEADER_SIZE) {
            return is_datagram && at + n == side->size ? NOTHING : weight;
        }
        size = PACKET_HEADER_SIZE + 1 + (size_t) octets_be16(packet + LENGTH_AT);
        if (is_datagram && size > side->size - at) {
            return NOTHING;
        }
        if (size > n) {
            return is_datagram && at + size == side->size ? weight + FITTING : weight;
        }
        weight += weigh_packet(packet, size);
        if (is_datagram && at + size == side->size) {
            weight += FITTING;
        }
        if (before != NULL && octets_be16(before) == octets_be16(packet) &&
            ((octets_be16(before + 2) + 1) & COUNT_BITS) ==
                (octets_be16(packet + 2) & COUNT_BITS)) {
            weight += FITTING;
        }
        if (weight >= PROVEN) {
            return PROVEN;
        }
        before = packet;
        at += size;
    }
    return weight;
}

static int
weigh_packet(const uint8_t *packet, size_t size)
{
    const unsigned version = size > SECONDARY_AT ? packet[SECONDARY_AT] >> 4 : 0;

    if (!is_checked(packet, size)) {
        return 0;
    }
    return (packet[0] & HAS_SECONDARY) != 0 && (packet[2] & UNSEGMENTED) == UNSEGMENTED &&
                   version >= 1 && version <= ECSS_VERSION_MAX
               ? PROVEN
               : CHECKED;
}

static int
weigh_commands(const struct side *side, bool is_datagram)
{
    int weight = 0;

    for (size_t at = 0; at < side->n;) {
        const uint8_t *frame = side->bytes + at;
        const size_t n = side->n - at;
        size_t size;

        if ((frame[0] & COMMAND_ZERO_BITS) != 0) {
            return NOTHING;
        }
        if (n < COMMAND_HEADER_SIZE) {
            return is_datagram ? NOTHING : weight;
        }
        size = 1 + (size_t) (octets_be16(frame + 2) & COMMAND_LENGTH_BITS);
        if (size > n) {
            return is_datagram ? NOTHING : weight;
        }
        if (size < COMMAND_HEADER_SIZE + CHECKSUM_SIZE || !is_checked(frame, size)) {
            return NOTHING;
        }
        weight += CHECKED;
        if (weight >= PROVEN) {
            return PROVEN;
        }
        at += size;
    }
    return weight;
}

/* A datagram that is one telemetry frame. */
static int
weigh_frame(const struct side *side, bool is_datagram)
{
    return is_datagram && side->n == side->size && side->n >= FRAME_MIN &&
                   (side->bytes[0] & FRAME_VERSION_BITS) == 0 &&
                   (side->bytes[STATUS_AT] & STATUS_BITS) == STATUS &&
                   is_checked(side->bytes, side->n)
               ? CHECKED
               : NOTHING;
}

/* A frame between markers, or behind one to the end of a datagram. */
static int
weigh_marked(const struct side *side, bool is_datagram)
{
    static const size_t check_symbols[] = { 0, 32, 64, 96, 128, 160, 256 };
    const uint8_t *frame = side->bytes + MARKER_SIZE;
    size_t end = MARKER_SIZE + FRAME_MIN;

    if (side->n < end) {
        return is_datagram ? NOTHING : TOO_LITTLE;
    }
    while (end < side->n && !(side->n - end >= MARKER_SIZE &&
                              memcmp(side->bytes + end, marker, MARKER_SIZE) == 0)) {
        end++;
    }
    if (end == side->n && !(is_datagram && side->n == side->size)) {
        return FITTING;
    }
    for (size_t i = 0; i < sizeof check_symbols / sizeof check_symbols[0]; i++) {
        if (end - MARKER_SIZE >= FRAME_MIN + check_symbols[i] &&
            is_checked(frame, end - MARKER_SIZE - check_symbols[i])) {
            return PROVEN;
        }
    }
    return FITTING;
}

/* Over all with the checksum at its end the remainder is zero. */
static bool
is_checked(const uint8_t *bytes, size_t n)
{
    return n > CHECKSUM_SIZE && crc16_high_first(CRC16_START, bytes, n) == 0;
}
