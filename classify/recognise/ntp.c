#include <string.h>

#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"

/* NTP: RFC 5905 section 7.3; control messages: RFC 9327; private ones, mode 7, of the
 * reference implementation (ntp_request.h).
 *
 * One datagram proves nothing.  Verified is an answer: to a client that carries the
 * client's time, which is not zero; to a control message one with the same numbers; to a
 * private one too, where they are not all zero, whose items fill it. */

enum {
    HEADER_SIZE = 48,
    ORIGIN_AT = 24,
    TRANSMIT_AT = 40,
    TIME_SIZE = 8,
    MODE_CLIENT = 3,
    MODE_SERVER = 4,
    MODE_CONTROL = 6,
    MODE_PRIVATE = 7,
    VERSION_MAX = 4,
    CONTROL_SIZE = 12,
    CONTROL_RESPONSE = 0x80, /* In the second byte, with the operation. */
    CONTROL_OPERATION = 0x1f,
    CONTROL_COUNT_AT = 10,
    PRIVATE_SIZE = 8,
    PRIVATE_RESPONSE = 0x80,  /* In the first byte. */
    PRIVATE_MORE = 0x40,      /* There too: not the last part of an answer. */
    PRIVATE_PART_MAX = 0x7f,  /* In the second byte, with whether it is authenticated. */
    PRIVATE_AT = 2,           /* Implementation and request. */
    PRIVATE_ITEMS_AT = 4,     /* An error in the upper four bits, and how many. */
    PRIVATE_ITEM_SIZE_AT = 6, /* The upper four bits are zero. */
    PRIVATE_ITEM_BITS = 0xfff,
    IMPLEMENTATION_UNIVERSAL = 0,
    IMPLEMENTATION_XNTPD_OLD = 2,
    IMPLEMENTATION_XNTPD = 3,
};

static bool may_be(const struct side *side);
static bool is_answer(const struct side *request, const struct side *answer);
static bool has_time(const uint8_t *time);
static bool is_control_answer(const uint8_t *request, const struct side *answer);
static bool is_private_answer(const uint8_t *request, const struct side *answer);
static bool may_be_private(const struct side *side);
static size_t size_of_items(const uint8_t *message);
static unsigned mode(const struct side *side);

static enum opinion
judge(const struct dialogue *dialogue)
{
    const struct side *client = &dialogue->sides[FLOW_INITIATOR];
    const struct side *server = &dialogue->sides[FLOW_RESPONDER];

    if (!may_be(client) || !may_be(server)) {
        return OPINION_NO;
    }
    return client->n > 0 && server->n > 0 && is_answer(client, server) ? OPINION_VERIFIED
                                                                       : OPINION_MORE;
}

const struct recogniser recogniser_ntp = {
    .service = SERVICE_NTP,
    .on_udp = true,
    .judge = judge,
};

static bool
may_be(const struct side *side)
{
    const unsigned version = side->n == 0 ? 1 : side->bytes[0] >> 3 & 7;

    if (side->n == 0) {
        return true;
    }
    if (version == 0 || version > VERSION_MAX) {
        return false;
    }
    switch (mode(side)) {
    case 0:
        return false;
    case MODE_CONTROL:
        return side->n >= CONTROL_SIZE && (side->bytes[0] & 0xc0) == 0;
    case MODE_PRIVATE:
        return may_be_private(side);
    default:
        return side->n >= HEADER_SIZE;
    }
}

static bool
is_answer(const struct side *request, const struct side *answer)
{
    const uint8_t *a = request->bytes, *b = answer->bytes;

    if (mode(request) == MODE_CLIENT) {
        return mode(answer) == MODE_SERVER && has_time(a + TRANSMIT_AT) &&
               memcmp(a + TRANSMIT_AT, b + ORIGIN_AT, TIME_SIZE) == 0;
    }
    if (mode(request) != mode(answer)) {
        return false;
    }
    if (mode(request) == MODE_PRIVATE) {
        return is_private_answer(a, answer);
    }
    return mode(request) == MODE_CONTROL && is_control_answer(a, answer);
}

static bool
has_time(const uint8_t *time)
{
    return (octets_be32(time) | octets_be32(time + 4)) != 0;
}

/* The same operation and sequence number, and as many bytes as it says. */
static bool
is_control_answer(const uint8_t *request, const struct side *answer)
{
    const uint8_t *b = answer->bytes;

    return (request[1] & CONTROL_RESPONSE) == 0 && (b[1] & CONTROL_RESPONSE) != 0 &&
           (request[1] & CONTROL_OPERATION) == (b[1] & CONTROL_OPERATION) &&
           memcmp(request + 2, b + 2, 2) == 0 &&
           CONTROL_SIZE + (size_t) octets_be16(b + CONTROL_COUNT_AT) <= answer->size;
}

/* The same version, implementation and request. */
static bool
is_private_answer(const uint8_t *request, const struct side *answer)
{
    const uint8_t *b = answer->bytes;

    return (request[0] & (PRIVATE_RESPONSE | PRIVATE_MORE)) == 0 &&
           (request[1] & PRIVATE_PART_MAX) == 0 && (b[0] & PRIVATE_RESPONSE) != 0 &&
           (request[0] & ~(PRIVATE_RESPONSE | PRIVATE_MORE)) ==
               (b[0] & ~(PRIVATE_RESPONSE | PRIVATE_MORE)) &&
           memcmp(request + PRIVATE_AT, b + PRIVATE_AT, 2) == 0 &&
           (octets_be16(b + PRIVATE_AT) != 0 || size_of_items(b) != 0) &&
           answer->size == PRIVATE_SIZE + size_of_items(b);
}

/* What follows the items of a request are zeros and perhaps a signature. */
static bool
may_be_private(const struct side *side)
{
    const uint8_t *bytes = side->bytes;

    return side->n >= PRIVATE_SIZE &&
           (bytes[PRIVATE_AT] == IMPLEMENTATION_UNIVERSAL ||
            bytes[PRIVATE_AT] == IMPLEMENTATION_XNTPD_OLD ||
            bytes[PRIVATE_AT] == IMPLEMENTATION_XNTPD) &&
           octets_be16(bytes + PRIVATE_ITEM_SIZE_AT) <= PRIVATE_ITEM_BITS &&
           PRIVATE_SIZE + size_of_items(bytes) <= side->size;
}

static size_t
size_of_items(const uint8_t *message)
{
    return (size_t) (octets_be16(message + PRIVATE_ITEMS_AT) & PRIVATE_ITEM_BITS) *
           octets_be16(message + PRIVATE_ITEM_SIZE_AT);
}

static unsigned
mode(const struct side *side)
{
    return side->bytes[0] & 7;
}
