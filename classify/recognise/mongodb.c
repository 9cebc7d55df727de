#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* MongoDB, "MongoDB Wire Protocol": a message is its length, its number, the number that it
 * answers, and what it is, all little-endian; OP_MSG holds flags, a kind and a document,
 * OP_QUERY flags, a name and a document.
 *
 * Verified is a message whose document ends where it does, or a query of a command. */

enum {
    HEAD_SIZE = 16,
    OPERATION_AT = 12,
    OP_REPLY = 1,
    OP_QUERY = 2004,
    OP_MSG = 2013,
    LENGTH_MAX = 48000000,
    QUERY_NAME_AT = 20,
    DOCUMENT_AT = 21, /* Of OP_MSG: behind flags and kind 0. */
};

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    const uint8_t *bytes = side->bytes;
    uint32_t size;

    (void) protocol;
    if (side->n < HEAD_SIZE) {
        return OPINION_MORE;
    }
    size = octets_le32(bytes);
    if (size < HEAD_SIZE + 5 || size > LENGTH_MAX) {
        return OPINION_NO;
    }
    switch (octets_le32(bytes + OPERATION_AT)) {
    case OP_MSG:
        if (side->n < DOCUMENT_AT + 4) {
            return OPINION_MORE;
        }
        return octets_le32(bytes + HEAD_SIZE) <= 1 && bytes[DOCUMENT_AT - 1] == 0 &&
                       octets_le32(bytes + DOCUMENT_AT) == size - DOCUMENT_AT
                   ? OPINION_VERIFIED
                   : OPINION_NO;
    case OP_QUERY:
        if (!octets_begin(bytes + QUERY_NAME_AT,
                          side->n < QUERY_NAME_AT ? 0 : side->n - QUERY_NAME_AT,
                          "admin.$cmd", 11)) {
            return OPINION_NO;
        }
        return side->n < QUERY_NAME_AT + 11 ? OPINION_MORE : OPINION_VERIFIED;
    case OP_REPLY:
        return OPINION_MORE;
    default:
        return OPINION_NO;
    }
}

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

const struct recogniser recogniser_mongodb = {
    .service = SERVICE_MONGODB,
    .on_tcp = true,
    .judge = judge,
};
