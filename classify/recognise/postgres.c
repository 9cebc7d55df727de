#include <string.h>

#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"

/* PostgreSQL, "Frontend/Backend Protocol", Message Formats: a client begins with a length
 * and a number; of version 3 pairs of texts follow, among them "user".
 *
 * Verified are the eight bytes that ask for encryption, to which no other protocol's
 * answer is one byte, or a whole start-up message. */

enum {
    HEAD_SIZE = 8,
    LENGTH_MAX = 10000, /* MAX_STARTUP_PACKET_LENGTH. */
    VERSION_3 = 0x00030000,
    MINOR_MAX = 2,
    ASK_TLS = 80877103,
    ASK_GSS = 80877104,
    CANCEL = 80877102,
    CANCEL_SIZE = 16,
};

static enum opinion
judge(const struct dialogue *dialogue)
{
    const struct side *client = &dialogue->sides[FLOW_INITIATOR];
    const uint8_t *bytes = client->bytes;
    uint32_t size, number;

    if (client->n == 0) {
        return OPINION_MORE;
    }
    if (!octets_begin(bytes, client->n, "\0\0", 2)) {
        return OPINION_NO;
    }
    if (client->n < HEAD_SIZE) {
        return OPINION_MORE;
    }
    size = octets_be32(bytes);
    number = octets_be32(bytes + 4);
    if (number == ASK_TLS || number == ASK_GSS) {
        return size == HEAD_SIZE ? OPINION_VERIFIED : OPINION_NO;
    }
    if (number == CANCEL) {
        return size == CANCEL_SIZE ? OPINION_VERIFIED : OPINION_NO;
    }
    if (number < VERSION_3 || number > VERSION_3 + MINOR_MAX || size <= HEAD_SIZE ||
        size > LENGTH_MAX ||
        !octets_begin(bytes + HEAD_SIZE, client->n - HEAD_SIZE, "user", sizeof "user")) {
        return OPINION_NO;
    }
    return client->n >= HEAD_SIZE + sizeof "user" ? OPINION_VERIFIED : OPINION_MORE;
}

const struct recogniser recogniser_postgres = {
    .service = SERVICE_POSTGRES,
    .on_tcp = true,
    .judge = judge,
};
