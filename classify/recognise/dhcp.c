#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* DHCP: RFC 2131 section 2, RFC 2132: a fixed part, a magic cookie and options, among them
 * the message's type.  BOOTP, which has no such option, is no DHCP.
 *
 * Verified is one message: what it is, the cookie, and options. */

enum {
    COOKIE_AT = 236,
    OPTIONS_AT = 240,
    OPERATION_MAX = 2,
    HARDWARE_SIZE_MAX = 16,
    PAD = 0,
    MESSAGE_TYPE = 53,
    TYPE_MAX = 18,
};

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    const uint8_t *bytes = side->bytes;
    size_t at = OPTIONS_AT;

    (void) protocol;
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
