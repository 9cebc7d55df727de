#include "classify/recognise/crc16.h"
#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* CCSDS on the ground, between stations and control centres:
 *
 * - space packets (CCSDS 133.0-B-2): version 0, an application, a sequence count, a length;
 *   those of ECSS-E-ST-70-41C stand alone and may end with a checksum;
 * - telecommand frames (CCSDS 232.0-B-4): version 0, a length, a checksum at the end;
 * - telemetry frames (CCSDS 132.0-B-3), of a fixed length, with a checksum at the end, if
 *   one is agreed on, and these or AOS frames (732.0-B-4) behind the marker 1acffc1d
 *   (131.0-B-4).
 *
 * A header of six bytes, a length and 16 bits of a checksum prove nothing: all is
 * consistent at best.  It takes a right checksum, a marker, two packets of one application
 * of which one counts on from the other, or one packet that stands alone and fills a
 * datagram. */

enum {
    PACKET_HEADER_SIZE = 6,
    PACKET_VERSION_BITS = 0xe0, /* Of the first byte. */
    APPLICATION_BITS = 0x7ff,   /* Of the first and second. */
    STANDS_ALONE = 0xc0,        /* In the third: it is no segment. */
    COUNT_BITS = 0x3fff,        /* Of the third and fourth. */
    LENGTH_AT = 4,              /* Of what is behind the header, less one. */

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

static const uint8_t marker[MARKER_SIZE] = { 0x1a, 0xcf, 0xfc, 0x1d };

static enum opinion judge_marked(const struct side *side, bool is_datagram);
static enum opinion judge_packets(const struct side *side, bool is_datagram);
static bool stands_alone(const uint8_t *packet);
static bool counts_on(const uint8_t *packet, const uint8_t *before);
static enum opinion judge_commands(const struct side *side, bool is_datagram);
static enum opinion judge_frame(const struct side *side, bool is_datagram);
static bool is_checked(const uint8_t *bytes, size_t n);

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    static enum opinion (*const judges[])(const struct side *side, bool is_datagram) = {
        judge_packets,
        judge_commands,
        judge_frame,
    };
    const bool is_datagram = protocol == IP_PROTOCOL_UDP;
    enum opinion best = OPINION_NO;

    if (octets_begin(side->bytes, side->n, marker, MARKER_SIZE) &&
        (side->n > MARKER_SIZE || !is_datagram)) {
        return judge_marked(side, is_datagram);
    }
    for (size_t i = 0; i < sizeof judges / sizeof judges[0]; i++) {
        const enum opinion opinion = judges[i](side, is_datagram);

        best = opinion > best ? opinion : best;
    }
    return best;
}

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

const struct recogniser recogniser_ccsds = {
    .service = SERVICE_CCSDS,
    .on_tcp = true,
    .on_udp = true,
    .judge = judge,
};

static enum opinion
judge_marked(const struct side *side, bool is_datagram)
{
    if (side->n < MARKER_SIZE + FRAME_MIN) {
        return is_datagram ? OPINION_NO : OPINION_MORE;
    }
    return OPINION_CONSISTENT;
}

/* A datagram is packets to its end. */
static enum opinion
judge_packets(const struct side *side, bool is_datagram)
{
    static const uint8_t zeros[PACKET_HEADER_SIZE];
    const uint8_t *before = NULL;
    enum opinion opinion = OPINION_MORE;

    for (size_t at = 0, size; at < side->size; at += size) {
        const uint8_t *packet = side->bytes + at;
        const size_t n = side->n > at ? side->n - at : 0;

        if (n > 0 && (packet[0] & PACKET_VERSION_BITS) != 0) {
            return OPINION_NO;
        }
        if (n < PACKET_HEADER_SIZE) {
            return is_datagram && at + n == side->size ? OPINION_NO : opinion;
        }
        size = PACKET_HEADER_SIZE + 1 + (size_t) octets_be16(packet + LENGTH_AT);
        if (memcmp(packet, zeros, sizeof zeros) == 0 ||
            (is_datagram && size > side->size - at)) {
            return OPINION_NO;
        }
        if (before != NULL ? counts_on(packet, before)
                           : is_datagram && size == side->size && stands_alone(packet)) {
            opinion = OPINION_CONSISTENT;
        }
        if (size > n) {
            return opinion;
        }
        if (stands_alone(packet) && is_checked(packet, size)) {
            opinion = OPINION_CONSISTENT;
        }
        before = packet;
    }
    return opinion;
}

static bool
stands_alone(const uint8_t *packet)
{
    return (packet[2] & STANDS_ALONE) == STANDS_ALONE;
}

static bool
counts_on(const uint8_t *packet, const uint8_t *before)
{
    return ((octets_be16(packet) ^ octets_be16(before)) & APPLICATION_BITS) == 0 &&
           ((octets_be16(before + 2) + 1) & COUNT_BITS) ==
               (octets_be16(packet + 2) & COUNT_BITS);
}

static enum opinion
judge_commands(const struct side *side, bool is_datagram)
{
    enum opinion opinion = OPINION_MORE;

    for (size_t at = 0, size; at < side->n; at += size) {
        const uint8_t *frame = side->bytes + at;
        const size_t n = side->n - at;

        if ((frame[0] & COMMAND_ZERO_BITS) != 0) {
            return OPINION_NO;
        }
        if (n < COMMAND_HEADER_SIZE) {
            return is_datagram ? OPINION_NO : opinion;
        }
        size = 1 + (size_t) (octets_be16(frame + 2) & COMMAND_LENGTH_BITS);
        if (size > n) {
            return is_datagram ? OPINION_NO : opinion;
        }
        if (size < COMMAND_HEADER_SIZE + CHECKSUM_SIZE || !is_checked(frame, size)) {
            return OPINION_NO;
        }
        opinion = OPINION_CONSISTENT;
    }
    return opinion;
}

/* A datagram that is one telemetry frame. */
static enum opinion
judge_frame(const struct side *side, bool is_datagram)
{
    return is_datagram && side->n == side->size && side->n >= FRAME_MIN &&
                   (side->bytes[0] & FRAME_VERSION_BITS) == 0 &&
                   (side->bytes[STATUS_AT] & STATUS_BITS) == STATUS &&
                   is_checked(side->bytes, side->n)
               ? OPINION_CONSISTENT
               : OPINION_NO;
}

/* Over all with the checksum at its end the remainder is zero. */
static bool
is_checked(const uint8_t *bytes, size_t n)
{
    return n > CHECKSUM_SIZE && crc16_high_first(CRC16_START, bytes, n) == 0;
}
