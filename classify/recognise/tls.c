#include <string.h>

#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"
#include "classify/recognise/tls_hello.h"

/* TLS, and SSL 3 before it: RFC 8446 and RFC 5246.  Records of a type, a version and a
 * length (section 5.1, 6.2.1) hold the messages of the handshake, one or several, or parts
 * of one.
 *
 * Verified is a hello of either side, all of whose lengths lie in each other, or, where a
 * connection is seen from the middle, several records in a row. */

enum {
    CHANGE_CIPHER_SPEC = 20,
    ALERT,
    HANDSHAKE,
    APPLICATION_DATA,
    RECORD_HEAD_SIZE = 5,
    MAJOR = 3,
    MINOR_MAX = 4,
    RECORD_MAX = (1 << 14) + 2048, /* RFC 5246 section 6.2.3. */
    HEADS_ENOUGH = 3,
};

/* The messages of the handshake that a side begins with. */
struct handshake {
    const uint8_t *bytes;
    size_t n;
    uint8_t joined[RECOGNISE_STREAM_MAX]; /* Those that lie in several records. */
};

static enum opinion judge_side(const struct side *side, uint8_t protocol);
static enum opinion judge_records(const uint8_t *bytes, size_t n);
static bool is_head(const uint8_t *bytes, size_t n);
static void join(const uint8_t *bytes, size_t n, struct handshake *ret);

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

static void
read(const struct pdu *pdu, struct findings *findings)
{
    struct handshake handshake;
    struct tls_hello hello;

    if (pdu->from != FLOW_INITIATOR || pdu->bytes[0] != HANDSHAKE) {
        return;
    }
    join(pdu->bytes, pdu->n, &handshake);
    if (handshake.n == 0 || handshake.bytes[0] != TLS_CLIENT_HELLO) {
        return;
    }
    hello = (struct tls_hello){ .is_whole = false };
    if (tls_hello_parse(handshake.bytes, handshake.n, &hello) != OPINION_NO) {
        tls_hello_find(&hello, 't', findings);
    }
}

const struct recogniser recogniser_tls = {
    .service = SERVICE_TLS,
    .on_tcp = true,
    .judge = judge,
    .read = read,
};

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    struct handshake handshake;
    struct tls_hello hello;
    enum opinion opinion;

    (void) protocol;
    if (!is_head(side->bytes, side->n)) {
        return OPINION_NO;
    }
    if (side->n <= RECORD_HEAD_SIZE || side->bytes[0] != HANDSHAKE ||
        (side->bytes[RECORD_HEAD_SIZE] != TLS_CLIENT_HELLO &&
         side->bytes[RECORD_HEAD_SIZE] != TLS_SERVER_HELLO)) {
        return judge_records(side->bytes, side->n);
    }
    join(side->bytes, side->n, &handshake);
    opinion = tls_hello_parse(handshake.bytes, handshake.n, &hello);
    return opinion == OPINION_MORE && side->n == RECOGNISE_STREAM_MAX ? OPINION_VERIFIED
                                                                      : opinion;
}

/* A single record of a large file fills all that is looked at. */
static enum opinion
judge_records(const uint8_t *bytes, size_t n)
{
    unsigned n_heads = 0;

    for (size_t at = 0; at < n;) {
        if (!is_head(bytes + at, n - at)) {
            return OPINION_NO;
        }
        if (n - at < RECORD_HEAD_SIZE) {
            break;
        }
        n_heads++;
        at += (size_t) RECORD_HEAD_SIZE + octets_be16(bytes + at + 3);
    }
    if (n_heads >= HEADS_ENOUGH) {
        return OPINION_VERIFIED;
    }
    return n == RECOGNISE_STREAM_MAX ? OPINION_CONSISTENT : OPINION_MORE;
}

static bool
is_head(const uint8_t *bytes, size_t n)
{
    return bytes[0] >= CHANGE_CIPHER_SPEC && bytes[0] <= APPLICATION_DATA &&
           (n < 2 || bytes[1] == MAJOR) && (n < 3 || bytes[2] <= MINOR_MAX) &&
           (n < RECORD_HEAD_SIZE ||
            (octets_be16(bytes + 3) > 0 && octets_be16(bytes + 3) <= RECORD_MAX));
}

static void
join(const uint8_t *bytes, size_t n, struct handshake *ret)
{
    const size_t first = n < RECORD_HEAD_SIZE ? 0 : octets_be16(bytes + 3);

    if (n <= RECORD_HEAD_SIZE + first) { /* As nearly all are. */
        ret->bytes = bytes + (n < RECORD_HEAD_SIZE ? n : RECORD_HEAD_SIZE);
        ret->n = n < RECORD_HEAD_SIZE ? 0 : n - RECORD_HEAD_SIZE;
        return;
    }
    ret->bytes = ret->joined;
    ret->n = 0;
    while (n > RECORD_HEAD_SIZE && is_head(bytes, n) && bytes[0] == HANDSHAKE) {
        const size_t size = octets_be16(bytes + 3);
        const size_t there = n - RECORD_HEAD_SIZE < size ? n - RECORD_HEAD_SIZE : size;

        memcpy(ret->joined + ret->n, bytes + RECORD_HEAD_SIZE, there);
        ret->n += there;
        bytes += RECORD_HEAD_SIZE + there;
        n -= RECORD_HEAD_SIZE + there;
    }
}
