#include <string.h>

#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"

/* WireGuard (Donenfeld, "WireGuard: Next Generation Kernel Network Tunnel", section 5.4):
 * a handshake of 148 bytes, its answer of 92; three bytes behind the type are zero.
 *
 * Verified is an answer that names the sender of the handshake. */

enum {
    INITIATION = 1,
    RESPONSE = 2,
    DATA = 4,
    INITIATION_SIZE = 148,
    RESPONSE_SIZE = 92,
    DATA_SIZE_MIN = 32,
    SENDER_AT = 4,
    RECEIVER_AT = 8,
    INDEX_SIZE = 4,
};

static bool may_be(const struct side *side);

static enum opinion
judge(const struct dialogue *dialogue)
{
    const struct side *a = &dialogue->sides[FLOW_INITIATOR];
    const struct side *b = &dialogue->sides[FLOW_RESPONDER];

    if ((a->n > 0 && !may_be(a)) || (b->n > 0 && !may_be(b))) {
        return OPINION_NO;
    }
    return a->n > 0 && b->n > 0 && a->bytes[0] == INITIATION && b->bytes[0] == RESPONSE &&
                   memcmp(a->bytes + SENDER_AT, b->bytes + RECEIVER_AT, INDEX_SIZE) == 0
               ? OPINION_VERIFIED
               : OPINION_MORE;
}

const struct recogniser recogniser_wireguard = {
    .service = SERVICE_WIREGUARD,
    .on_udp = true,
    .judge = judge,
};

static bool
may_be(const struct side *side)
{
    const uint8_t *bytes = side->bytes;

    if (side->n < DATA_SIZE_MIN || bytes[1] != 0 || bytes[2] != 0 || bytes[3] != 0) {
        return false;
    }
    return (bytes[0] == INITIATION && side->size == INITIATION_SIZE) ||
           (bytes[0] == RESPONSE && side->size == RESPONSE_SIZE) ||
           (bytes[0] == DATA && side->size % 16 == 0);
}
