#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* DHCP: RFC 2131 section 2, RFC 2132: a fixed part, a magic cookie and options, among them
 * the message's type.  BOOTP, which has no such option, is no DHCP.
 * DHCPv6: RFC 8415 sections 8, 9 and 21: a type, and options to the end; relays put the
 * message into an option of theirs.
 *
 * Verified is one message: of DHCP what it is, the cookie, and options; of DHCPv6 options
 * to its end, among them who sends or gets it. */

enum {
    COOKIE_AT = 236,
    OPTIONS_AT = 240,
    OPERATION_MAX = 2,
    HARDWARE_SIZE_MAX = 16,
    PAD = 0,
    MESSAGE_TYPE = 53,
    TYPE_MAX = 18,

    V6_OPTIONS_AT = 4,
    V6_RELAY_OPTIONS_AT = 34,
    V6_RELAY_FORWARD = 12,
    V6_RELAY_REPLY = 13,
    V6_OPTION_HEADER_SIZE = 4,
    V6_CLIENT_ID = 1,
    V6_SERVER_ID = 2,
    V6_RELAYED = 9,
    V6_OPTION_MAX = 255, /* IANA "DHCPv6 Option Codes" has none above 149 so far. */
    V6_HOPS_MAX = 8,     /* Section 7.6. */
    DUID_TYPE_MAX = 4,   /* Section 11.1, and its sizes. */
    DUID_SIZE_MIN = 3,
    DUID_SIZE_MAX = 130,
};

static enum opinion judge_v6(const uint8_t *message, size_t n, unsigned hops);

static enum opinion
judge_v4(const struct side *side)
{
    const uint8_t *bytes = side->bytes;
    size_t at = OPTIONS_AT;

    if (bytes[0] == 0 || bytes[0] > OPERATION_MAX || side->n < OPTIONS_AT + 3 ||
        bytes[2] > HARDWARE_SIZE_MAX || octets_be32(bytes + COOKIE_AT) != 0x63825363) {
        return OPINION_NO;
    }
    while (at + 2 < side->n && bytes[at] != MESSAGE_TYPE) {
        at += bytes[at] == PAD ? 1 : 2 + (size_t) bytes[at + 1];
    }
    return at + 2 < side->n && bytes[at + 1] == 1 && bytes[at + 2] >= 1 &&
                   bytes[at + 2] <= TYPE_MAX
               ? OPINION_VERIFIED
               : OPINION_CONSISTENT;
}

/* Whether an option of a message tells that it is one of DHCPv6. */
static bool
is_telling(const uint8_t *message, unsigned code, const uint8_t *value, size_t n,
           unsigned hops)
{
    if (message[0] >= V6_RELAY_FORWARD) {
        return code == V6_RELAYED && hops < V6_HOPS_MAX &&
               judge_v6(value, n, hops + 1) == OPINION_VERIFIED;
    }
    return (code == V6_CLIENT_ID || code == V6_SERVER_ID) && n >= DUID_SIZE_MIN &&
           n <= DUID_SIZE_MAX && octets_be16(value) >= 1 &&
           octets_be16(value) <= DUID_TYPE_MAX;
}

/* A message that came over 'hops' relays. */
static enum opinion
judge_v6(const uint8_t *message, size_t n, unsigned hops)
{
    enum opinion opinion = OPINION_CONSISTENT;
    size_t at;

    if (n == 0 || message[0] == 0 || message[0] > V6_RELAY_REPLY) {
        return OPINION_NO;
    }
    at = message[0] >= V6_RELAY_FORWARD ? V6_RELAY_OPTIONS_AT : V6_OPTIONS_AT;
    if (n < at + V6_OPTION_HEADER_SIZE) {
        return OPINION_NO;
    }
    while (n - at >= V6_OPTION_HEADER_SIZE) {
        const unsigned code = octets_be16(message + at);
        const size_t size = octets_be16(message + at + 2);

        at += V6_OPTION_HEADER_SIZE;
        if (code == 0 || code > V6_OPTION_MAX || size > n - at) {
            return OPINION_NO;
        }
        if (is_telling(message, code, message + at, size, hops)) {
            opinion = OPINION_VERIFIED;
        }
        at += size;
    }
    return at == n ? opinion : OPINION_NO;
}

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    const enum opinion opinion = judge_v4(side);

    (void) protocol;
    return opinion != OPINION_NO || side->n < side->size
               ? opinion
               : judge_v6(side->bytes, side->n, 0);
}

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

const struct recogniser recogniser_dhcp = {
    .service = SERVICE_DHCP,
    .on_udp = true,
    .judge = judge,
};
