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
    HEADS_ENOUGH = 3,
};

static enum opinion judge_side(const struct side *side, uint8_t protocol);
static enum opinion judge_records(const uint8_t *bytes, size_t n);

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

static void
read(const struct pdu *pdu, struct findings *findings)
{
    struct tls_handshake handshake;
    struct tls_hello hello;

    if (pdu->from != FLOW_INITIATOR || pdu->bytes[0] != TLS_HANDSHAKE) {
        return;
    }
    tls_handshake_join(pdu->bytes, pdu->n, &handshake);
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
    struct tls_handshake handshake;
    struct tls_hello hello;
    enum opinion opinion;

    (void) protocol;
    if (!tls_is_record(side->bytes, side->n)) {
        return OPINION_NO;
    }
    if (side->n <= TLS_RECORD_HEAD_SIZE || side->bytes[0] != TLS_HANDSHAKE ||
        (side->bytes[TLS_RECORD_HEAD_SIZE] != TLS_CLIENT_HELLO &&
         side->bytes[TLS_RECORD_HEAD_SIZE] != TLS_SERVER_HELLO)) {
        return judge_records(side->bytes, side->n);
    }
    tls_handshake_join(side->bytes, side->n, &handshake);
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
        if (!tls_is_record(bytes + at, n - at)) {
            return OPINION_NO;
        }
        if (n - at < TLS_RECORD_HEAD_SIZE) {
            break;
        }
        n_heads++;
        at += (size_t) TLS_RECORD_HEAD_SIZE + octets_be16(bytes + at + 3);
    }
    if (n_heads >= HEADS_ENOUGH) {
        return OPINION_VERIFIED;
    }
    return n == RECOGNISE_STREAM_MAX ? OPINION_CONSISTENT : OPINION_MORE;
}
