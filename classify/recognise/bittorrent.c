#include <string.h>

#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* BitTorrent: the handshake of peers (BEP 3), and messages of its distributed hash table
 * (BEP 5), which are dictionaries in bencoding.
 *
 * Verified are the twenty bytes that a handshake begins with, or those of a dictionary with
 * a node's number. */

static const char handshake[] = "\x13"
                                "BitTorrent protocol";

/* A query and a response. */
static const char *const messages[] = { "d1:ad2:id20:", "d1:rd2:id20:" };

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    if (protocol == IP_PROTOCOL_TCP) {
        if (!octets_begin(side->bytes, side->n, handshake, sizeof handshake - 1)) {
            return OPINION_NO;
        }
        return side->n < sizeof handshake - 1 ? OPINION_MORE : OPINION_VERIFIED;
    }
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        const size_t size = strlen(messages[i]);

        if (side->n > size && memcmp(side->bytes, messages[i], size) == 0 &&
            (side->n < side->size || side->bytes[side->n - 1] == 'e')) {
            return OPINION_VERIFIED;
        }
    }
    return OPINION_NO;
}

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

const struct recogniser recogniser_bittorrent = {
    .service = SERVICE_BITTORRENT,
    .on_tcp = true,
    .on_udp = true,
    .judge = judge,
};
