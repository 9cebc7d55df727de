#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/tls_hello.h"

/* DTLS, which is TLS over datagrams: RFC 9147, RFC 6347 and RFC 4347.  A datagram holds
 * records of a type, a version, an epoch, a number and a length (RFC 6347 section 4.1), and
 * these hold messages of the handshake, or fragments of one.
 *
 * Verified is a hello of either side, or a server's request for a cookie, all of whose
 * lengths lie in each other; where a connection is seen from the middle, several records
 * that fill a datagram, or one from each side that does.  One alone is consistent.  Of
 * DTLS 1.3 only the hellos have such records. */

enum {
    RECORD_HEAD_SIZE = 13,
    EPOCH_AT = 3,
    EPOCH_IN_CLEAR = 0,
    LENGTH_AT = 11,
    HEARTBEAT = 24, /* RFC 6520: the last type of such records. */
    FRAGMENT_MAX = (1 << 14) + 2048,
    HELLO_VERIFY_REQUEST = 3,
};

static enum opinion judge_side(const struct side *side);
static size_t record_size(const uint8_t *bytes, size_t n);
static enum opinion judge_handshake(const uint8_t *bytes, size_t n);
static bool is_verify_request(const uint8_t *bytes, size_t n);

static enum opinion
judge(const struct dialogue *dialogue)
{
    unsigned n_consistent = 0;

    for (unsigned i = 0; i < 2; i++) {
        enum opinion opinion;

        if (dialogue->sides[i].n == 0) {
            continue;
        }
        opinion = judge_side(&dialogue->sides[i]);
        if (opinion == OPINION_NO || opinion == OPINION_VERIFIED) {
            return opinion;
        }
        n_consistent++;
    }
    return n_consistent == 2 ? OPINION_VERIFIED : OPINION_CONSISTENT;
}

static void
read(const struct pdu *pdu, struct findings *findings)
{
    struct tls_hello hello = { .is_whole = false };

    if (pdu->from == FLOW_INITIATOR && record_size(pdu->bytes, pdu->n) != 0 &&
        pdu->bytes[0] == TLS_HANDSHAKE &&
        pdu->bytes[RECORD_HEAD_SIZE] == TLS_CLIENT_HELLO &&
        dtls_hello_parse(pdu->bytes + RECORD_HEAD_SIZE, pdu->n - RECORD_HEAD_SIZE,
                         &hello) != OPINION_NO) {
        tls_hello_find(&hello, 'd', findings);
    }
}

const struct recogniser recogniser_dtls = {
    .service = SERVICE_DTLS,
    .on_udp = true,
    .judge = judge,
    .read = read,
};

static enum opinion
judge_side(const struct side *side)
{
    unsigned n_records = 0;

    for (size_t at = 0, left, size; at < side->size; at += size) {
        if (at >= side->n) { /* The rest was not captured. */
            return OPINION_CONSISTENT;
        }
        left = side->n - at;
        size = record_size(side->bytes + at, left);
        if (size == 0 || size > side->size - at) {
            return n_records > 0 && side->n < side->size ? OPINION_CONSISTENT : OPINION_NO;
        }
        if (n_records == 0 && side->bytes[0] == TLS_HANDSHAKE &&
            octets_be16(side->bytes + EPOCH_AT) == EPOCH_IN_CLEAR) {
            const enum opinion opinion =
                judge_handshake(side->bytes + RECORD_HEAD_SIZE,
                                (left < size ? left : size) - RECORD_HEAD_SIZE);

            if (opinion != OPINION_MORE) {
                return opinion;
            }
        }
        n_records++;
    }
    return n_records > 1 ? OPINION_VERIFIED : OPINION_CONSISTENT;
}

/* The size of the record that begins at 'bytes'; 0 if none does, or only a head. */
static size_t
record_size(const uint8_t *bytes, size_t n)
{
    size_t size;

    if (n <= RECORD_HEAD_SIZE || bytes[0] < TLS_CHANGE_CIPHER_SPEC ||
        bytes[0] > HEARTBEAT || !dtls_is_version(octets_be16(bytes + 1))) {
        return 0;
    }
    size = octets_be16(bytes + LENGTH_AT);
    return size == 0 || size > FRAGMENT_MAX ? 0 : RECORD_HEAD_SIZE + size;
}

/* OPINION_MORE of a message that does not tell. */
static enum opinion
judge_handshake(const uint8_t *bytes, size_t n)
{
    struct tls_hello hello;

    switch (bytes[0]) {
    case TLS_CLIENT_HELLO:
    case TLS_SERVER_HELLO:
        return dtls_hello_parse(bytes, n, &hello);
    case HELLO_VERIFY_REQUEST:
        return is_verify_request(bytes, n) ? OPINION_VERIFIED : OPINION_NO;
    default:
        return OPINION_MORE;
    }
}

/* A version and a cookie (RFC 6347 section 4.2.1). */
static bool
is_verify_request(const uint8_t *bytes, size_t n)
{
    struct dtls_fragment fragment;
    struct reader r = dtls_fragment_read(bytes, n, &fragment);
    const unsigned version = reader_be16(&r);

    (void) reader_take(&r, reader_u8(&r));
    return !r.failed && r.left == 0 && fragment.offset == 0 &&
           fragment.n == fragment.message_size && dtls_is_version(version);
}
