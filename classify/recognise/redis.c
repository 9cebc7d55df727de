#include <string.h>

#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"

/* Redis, "RESP protocol spec": a command is an array of texts, each behind its length:
 * "*1\r\n$4\r\nPING\r\n"; an answer begins with its kind.
 *
 * Verified is a whole first text of a command. */

static size_t read_count(const uint8_t *bytes, size_t n, uint8_t mark, unsigned *ret);

static enum opinion
judge(const struct dialogue *dialogue)
{
    const struct side *client = &dialogue->sides[FLOW_INITIATOR];
    const struct side *server = &dialogue->sides[FLOW_RESPONDER];
    unsigned n_texts = 1, length = 1;
    size_t at, size;

    if (server->n > 0 && memchr("+-$*:", server->bytes[0], 5) == NULL) {
        return OPINION_NO;
    }
    if (client->n == 0) {
        return OPINION_MORE;
    }
    at = read_count(client->bytes, client->n, '*', &n_texts);
    if (at == PDU_NONE || at == PDU_MORE) {
        return at == PDU_NONE ? OPINION_NO : OPINION_MORE;
    }
    if (at == client->n) {
        return OPINION_MORE;
    }
    size = read_count(client->bytes + at, client->n - at, '$', &length);
    if (size == PDU_NONE || size == PDU_MORE) {
        return size == PDU_NONE ? OPINION_NO : OPINION_MORE;
    }
    at += size;
    if (n_texts == 0 || length == 0 || length > RECOGNISE_STREAM_MAX / 2) {
        return OPINION_NO;
    }
    if (client->n - at < length + 2) {
        return OPINION_MORE;
    }
    return octets_begin(client->bytes + at + length, 2, "\r\n", 2) &&
                   octets_are_printable(client->bytes + at, length)
               ? OPINION_VERIFIED
               : OPINION_NO;
}

const struct recogniser recogniser_redis = {
    .service = SERVICE_REDIS,
    .on_tcp = true,
    .judge = judge,
};

/* A line of a mark and a number; returns its size, PDU_MORE or PDU_NONE. */
static size_t
read_count(const uint8_t *bytes, size_t n, uint8_t mark, unsigned *ret)
{
    size_t at = 1;

    if (bytes[0] != mark) {
        return PDU_NONE;
    }
    *ret = 0;
    while (at < n && at < 6 && bytes[at] >= '0' && bytes[at] <= '9') {
        *ret = *ret * 10 + (bytes[at++] - (unsigned) '0');
    }
    if (n - at < 2) {
        return n > at && bytes[at] != '\r' ? PDU_NONE : PDU_MORE;
    }
    return at > 1 && bytes[at] == '\r' && bytes[at + 1] == '\n' ? at + 2 : PDU_NONE;
}
