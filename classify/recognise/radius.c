#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"

/* RADIUS: RFC 2865 section 3 and RFC 2866: a code, an identifier, the length, 16 bytes of
 * authenticator, and attributes, each with its length, to the end.
 *
 * Verified is a request and its answer, of the same identifier and codes that belong
 * together. */

enum {
    HEAD_SIZE = 20,
    LENGTH_MAX = 4096,
};

/* What answers what. */
static const struct pair {
    uint8_t request, answer;
} pairs[] = {
    { 1, 2 },   { 1, 3 },   { 1, 11 },  { 4, 5 },   { 12, 2 },
    { 40, 41 }, { 40, 42 }, { 43, 44 }, { 43, 45 },
};

static bool may_be(const struct side *side);

static enum opinion
judge(const struct dialogue *dialogue)
{
    const struct side *client = &dialogue->sides[FLOW_INITIATOR];
    const struct side *server = &dialogue->sides[FLOW_RESPONDER];

    if ((client->n > 0 && !may_be(client)) || (server->n > 0 && !may_be(server))) {
        return OPINION_NO;
    }
    if (client->n == 0 || server->n == 0 || client->bytes[1] != server->bytes[1]) {
        return OPINION_MORE;
    }
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (pairs[i].request == client->bytes[0] && pairs[i].answer == server->bytes[0]) {
            return OPINION_VERIFIED;
        }
    }
    return OPINION_MORE;
}

const struct recogniser recogniser_radius = {
    .service = SERVICE_RADIUS,
    .on_udp = true,
    .judge = judge,
};

static bool
may_be(const struct side *side)
{
    const uint8_t *bytes = side->bytes;
    size_t size;

    if (side->n < HEAD_SIZE || bytes[0] == 0 || bytes[0] > 45) {
        return false;
    }
    size = octets_be16(bytes + 2);
    if (size != side->size || size > LENGTH_MAX) {
        return false;
    }
    for (size_t at = HEAD_SIZE; at < size; at += bytes[at + 1]) {
        if (at + 1 >= side->n) {
            return side->n < size; /* It was cut. */
        }
        if (bytes[at + 1] < 2 || at + bytes[at + 1] > size) {
            return false;
        }
    }
    return true;
}
