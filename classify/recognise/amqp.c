#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* AMQP 0-9-1 and its drafts, and 1.0 (OASIS; ISO/IEC 19464): a client begins with "AMQP"
 * and four bytes of protocol and version. A frame of 0-9-1 is a type, a channel, a length,
 * so much data, and ce (0-9-1, section 2.3.5); one of 1.0 is a length, where its data
 * begin, a type, a channel, and a described type (1.0, sections 2.3 and 2.7).
 *
 * Verified are these eight bytes; a heartbeat, or two frames of 0-9-1 in a row; a whole
 * frame of 1.0 that holds what its type may. */

enum {
    PREFIX_SIZE = 8,

    METHOD = 1,
    HEADER = 2,
    BODY = 3,
    HEARTBEAT = 8,
    FRAME_HEADER_SIZE = 7,
    FRAME_END = 0xce,
    CLASS_CONNECTION = 10,
    METHOD_START_OK = 11,
    METHOD_MAX = 121,
    ENOUGH = 2,

    NEW_HEADER_SIZE = 8,
    NEW_OFFSET_AT = 4, /* In words of four bytes. */
    NEW_TYPE_AT = 5,
    NEW_TYPE_SASL = 1,
    NEW_FRAME_MAX = PDU_SIZE_MAX - 1,
    DESCRIBED_SIZE = 3, /* 00 53, and what it is. */
    SASL_INIT = 0x41,
    SYMBOL = 0xa3, /* Of up to 255 characters, behind a byte of length. */
    LIST = 0xc0,   /* Behind a byte of size and one of how many. */
    LONG_LIST = 0xd0,
};

static const char plain[] = "PLAIN", old_plain[] = "AMQPLAIN";

static size_t measure(const uint8_t *bytes, size_t n);
static enum opinion judge_frames(const uint8_t *bytes, size_t n);
static enum opinion judge_new_frame(const uint8_t *bytes, size_t n);
static bool is_prefix(const uint8_t *bytes, size_t n);
static bool is_method(const uint8_t *frame, size_t n);
static bool is_start_ok_in_clear(const uint8_t *frame, size_t n);
static bool is_init_in_clear(const uint8_t *frame, size_t n);

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    (void) protocol;
    switch (side->bytes[0]) {
    case 'A':
        if (!is_prefix(side->bytes, side->n)) {
            return OPINION_NO;
        }
        return side->n >= PREFIX_SIZE ? OPINION_VERIFIED : OPINION_MORE;
    case 0:
        return judge_new_frame(side->bytes, side->n);
    case METHOD:
    case HEADER:
    case BODY:
    case HEARTBEAT:
        return judge_frames(side->bytes, side->n);
    default:
        return OPINION_NO;
    }
}

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

static void
read(const struct pdu *pdu, struct findings *findings)
{
    if (is_start_ok_in_clear(pdu->bytes, pdu->n)) {
        find_credentials(findings, "AMQP start-ok");
    } else if (is_init_in_clear(pdu->bytes, pdu->n)) {
        find_credentials(findings, "AMQP SASL PLAIN");
    }
}

const struct recogniser recogniser_amqp = {
    .service = SERVICE_AMQP,
    .on_tcp = true,
    .judge = judge,
    .read = read,
    .measure = measure,
};

static size_t
measure(const uint8_t *bytes, size_t n)
{
    size_t size;

    if (bytes[0] == 'A') {
        return is_prefix(bytes, n) ? PREFIX_SIZE : PDU_NONE;
    }
    if (bytes[0] == 0) {
        if (n < NEW_OFFSET_AT) {
            return PDU_MORE;
        }
        size = octets_be32(bytes);
        return size >= NEW_HEADER_SIZE && size <= NEW_FRAME_MAX ? size : PDU_NONE;
    }
    if (bytes[0] != METHOD && bytes[0] != HEADER && bytes[0] != BODY &&
        bytes[0] != HEARTBEAT) {
        return PDU_NONE;
    }
    if (n < FRAME_HEADER_SIZE) {
        return PDU_MORE;
    }
    size = octets_be32(bytes + 3);
    return size < PDU_SIZE_MAX - FRAME_HEADER_SIZE - 1 ? FRAME_HEADER_SIZE + size + 1
                                                       : PDU_NONE;
}

static enum opinion
judge_frames(const uint8_t *bytes, size_t n)
{
    static const uint8_t heartbeat[] = { HEARTBEAT, 0, 0, 0, 0, 0, 0, FRAME_END };
    unsigned n_frames = 0;

    if (bytes[0] == HEARTBEAT) {
        if (!octets_begin(bytes, n, heartbeat, sizeof heartbeat)) {
            return OPINION_NO;
        }
        return n >= sizeof heartbeat ? OPINION_VERIFIED : OPINION_MORE;
    }
    for (size_t at = 0; at < n;) {
        const uint8_t *frame = bytes + at;
        const size_t size = measure(frame, n - at);

        if (size == PDU_NONE || (frame[0] == METHOD && !is_method(frame, n - at))) {
            return OPINION_NO;
        }
        if (size == PDU_MORE || size > n - at) {
            break;
        }
        if (frame[size - 1] != FRAME_END) {
            return OPINION_NO;
        }
        n_frames++;
        at += size;
    }
    if (n_frames >= ENOUGH) {
        return OPINION_VERIFIED;
    }
    return n_frames > 0 && bytes[0] == METHOD ? OPINION_CONSISTENT : OPINION_MORE;
}

static enum opinion
judge_new_frame(const uint8_t *bytes, size_t n)
{
    const size_t size = measure(bytes, n);
    uint8_t what;

    if (size == PDU_MORE) {
        return OPINION_MORE;
    }
    if (size == PDU_NONE || (n > NEW_OFFSET_AT && bytes[NEW_OFFSET_AT] != 2) ||
        (n > NEW_TYPE_AT && bytes[NEW_TYPE_AT] > NEW_TYPE_SASL) ||
        (size > NEW_HEADER_SIZE && size < NEW_HEADER_SIZE + DESCRIBED_SIZE) ||
        (n > NEW_HEADER_SIZE && bytes[NEW_HEADER_SIZE] != 0) ||
        (n > NEW_HEADER_SIZE + 1 && bytes[NEW_HEADER_SIZE + 1] != 0x53)) {
        return OPINION_NO;
    }
    if (size == NEW_HEADER_SIZE) { /* An empty one, to keep the connection. */
        return n >= size ? OPINION_CONSISTENT : OPINION_MORE;
    }
    if (n < NEW_HEADER_SIZE + DESCRIBED_SIZE) {
        return OPINION_MORE;
    }
    what = bytes[NEW_HEADER_SIZE + 2];
    if (bytes[NEW_TYPE_AT] == NEW_TYPE_SASL ? what < 0x40 || what > 0x44
                                            : what < 0x10 || what > 0x18) {
        return OPINION_NO;
    }
    return n >= size || n == RECOGNISE_STREAM_MAX ? OPINION_VERIFIED : OPINION_MORE;
}

static bool
is_prefix(const uint8_t *bytes, size_t n)
{
    static const uint8_t prefixes[][PREFIX_SIZE + 1] = {
        "AMQP\x00\x00\x09\x01", "AMQP\x01\x01\x08\x00", "AMQP\x01\x01\x00\x09",
        "AMQP\x01\x01\x00\x0a", "AMQP\x00\x01\x00\x00", "AMQP\x02\x01\x00\x00",
        "AMQP\x03\x01\x00\x00",
    };

    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        if (octets_begin(bytes, n, prefixes[i], PREFIX_SIZE)) {
            return true;
        }
    }
    return false;
}

/* A class and a method that exist, as far as they are there: connection, channel, exchange,
 * queue, basic, confirm, transaction. */
static bool
is_method(const uint8_t *frame, size_t n)
{
    unsigned class, method;

    if (n < FRAME_HEADER_SIZE + 4) {
        return true;
    }
    class = octets_be16(frame + FRAME_HEADER_SIZE);
    method = octets_be16(frame + FRAME_HEADER_SIZE + 2);
    return ((class >= 10 && class <= 60 && class % 10 == 0 && class != 30) || class == 85 ||
            class == 90) &&
           method >= 10 && method <= METHOD_MAX;
}

/* Connection.Start-Ok: properties of the client, a mechanism, its response. */
static bool
is_start_ok_in_clear(const uint8_t *frame, size_t n)
{
    struct reader r = reader_init(frame, n);
    const uint8_t type = reader_u8(&r);
    const uint8_t *mechanism;
    size_t size;

    (void) reader_take(&r, FRAME_HEADER_SIZE - 1);
    if (type != METHOD || reader_be16(&r) != CLASS_CONNECTION ||
        reader_be16(&r) != METHOD_START_OK) {
        return false;
    }
    (void) reader_take(&r, reader_be32(&r));
    size = reader_u8(&r);
    mechanism = reader_take(&r, size);
    return mechanism != NULL &&
           ((size == sizeof plain - 1 && memcmp(mechanism, plain, size) == 0) ||
            (size == sizeof old_plain - 1 && memcmp(mechanism, old_plain, size) == 0));
}

/* A SASL frame with the list that begins with its mechanism. */
static bool
is_init_in_clear(const uint8_t *frame, size_t n)
{
    struct reader r = reader_init(frame, n);
    const uint8_t *mechanism;
    uint8_t form;

    if (frame[0] != 0 || n < NEW_HEADER_SIZE + DESCRIBED_SIZE ||
        frame[NEW_TYPE_AT] != NEW_TYPE_SASL || frame[NEW_HEADER_SIZE + 2] != SASL_INIT) {
        return false;
    }
    (void) reader_take(&r, NEW_HEADER_SIZE + DESCRIBED_SIZE);
    form = reader_u8(&r);
    if (form != LIST && form != LONG_LIST) {
        return false;
    }
    (void) reader_take(&r, form == LIST ? 2 : 8);
    if (reader_u8(&r) != SYMBOL || reader_u8(&r) != sizeof plain - 1) {
        return false;
    }
    mechanism = reader_take(&r, sizeof plain - 1);
    return mechanism != NULL && memcmp(mechanism, plain, sizeof plain - 1) == 0;
}
