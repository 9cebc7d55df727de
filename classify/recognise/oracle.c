#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"

/* Oracle Net, by its transparent network substrate (TNS): a packet is a header of eight
 * bytes (length, checksum, type, flags, checksum of the header) and a body.  The first is a
 * request to connect, with an offset and a length that lead to a description in
 * parentheses; it is accepted, refused, redirected or asked for again.  Nothing of it is
 * published; tnscmd, Wireshark and drivers with open sources agree on this much.
 *
 * Verified is a request whose description ends where it does, or is sent behind it; or a
 * refusal or a redirection with a text of the length it says. */

enum {
    CHECKSUM_AT = 2,
    TYPE_AT = 4,
    HEAD_CHECKSUM_AT = 6,
    HEAD = 8,
    VERSION_AT = 8,
    VERSION_MIN = 300,
    VERSION_MAX = 399,
    CONNECT_LENGTH_AT = 24, /* Of the description; its offset is behind it. */
    CONNECT_OFFSET_AT = 26,
    CONNECT_MIN = 28,
    ACCEPT_MIN = 24,
    REFUSE_LENGTH_AT = 10,
    REFUSE_MIN = 12,
    REDIRECT_LENGTH_AT = 8,
    REDIRECT_MIN = 10,

    CONNECT = 1,
    ACCEPT = 2,
    REFUSE = 4,
    REDIRECT = 5,
    RESEND = 11,
};

static enum opinion judge_client(const struct side *side);
static enum opinion judge_server(const struct side *side);
static size_t size_of(const struct side *side);
static enum opinion judge_text(const struct side *side, size_t size, size_t length_at,
                               size_t text_at);

static enum opinion
judge(const struct dialogue *dialogue)
{
    const enum opinion client = judge_client(&dialogue->sides[FLOW_INITIATOR]);
    const enum opinion server = judge_server(&dialogue->sides[FLOW_RESPONDER]);

    if (client == OPINION_NO || server == OPINION_NO) {
        return OPINION_NO;
    }
    if (client == OPINION_CONSISTENT && server == OPINION_CONSISTENT) {
        return OPINION_VERIFIED;
    }
    return client > server ? client : server;
}

const struct recogniser recogniser_oracle = {
    .service = SERVICE_ORACLE,
    .on_tcp = true,
    .judge = judge,
};

/* CONSISTENT is a request whose description is not there. */
static enum opinion
judge_client(const struct side *side)
{
    const size_t size = size_of(side);
    const uint8_t *bytes = side->bytes;
    size_t offset, length;
    unsigned version;

    if (size == PDU_MORE || size == PDU_NONE) {
        return size == PDU_MORE ? OPINION_MORE : OPINION_NO;
    }
    if (bytes[TYPE_AT] != CONNECT || size < CONNECT_MIN) {
        return OPINION_NO;
    }
    if (side->n < VERSION_AT + 2) {
        return OPINION_MORE;
    }
    version = octets_be16(bytes + VERSION_AT);
    if (version < VERSION_MIN || version > VERSION_MAX) {
        return OPINION_NO;
    }
    if (side->n < CONNECT_MIN) {
        return OPINION_MORE;
    }
    length = octets_be16(bytes + CONNECT_LENGTH_AT);
    offset = octets_be16(bytes + CONNECT_OFFSET_AT);
    if (offset < CONNECT_MIN || length == 0 ||
        (offset + length != size && offset != size)) {
        return OPINION_NO;
    }
    if (side->n <= offset || offset == size) {
        return side->n < size ? OPINION_MORE : OPINION_CONSISTENT;
    }
    return bytes[offset] == '(' ? OPINION_VERIFIED : OPINION_NO;
}

/* CONSISTENT is an answer without a text. */
static enum opinion
judge_server(const struct side *side)
{
    const size_t size = size_of(side);

    if (size == PDU_MORE || size == PDU_NONE) {
        return size == PDU_MORE ? OPINION_MORE : OPINION_NO;
    }
    switch (side->bytes[TYPE_AT]) {
    case ACCEPT:
        if (side->n < VERSION_AT + 2) {
            return size < ACCEPT_MIN ? OPINION_NO : OPINION_MORE;
        }
        return octets_be16(side->bytes + VERSION_AT) >= VERSION_MIN &&
                       octets_be16(side->bytes + VERSION_AT) <= VERSION_MAX
                   ? OPINION_CONSISTENT
                   : OPINION_NO;
    case RESEND:
        return size == HEAD ? OPINION_CONSISTENT : OPINION_NO;
    case REFUSE:
        return judge_text(side, size, REFUSE_LENGTH_AT, REFUSE_MIN);
    case REDIRECT:
        return judge_text(side, size, REDIRECT_LENGTH_AT, REDIRECT_MIN);
    default:
        return OPINION_NO;
    }
}

/* The length of the first packet of a side; PDU_MORE or PDU_NONE. */
static size_t
size_of(const struct side *side)
{
    const uint8_t *bytes = side->bytes;

    for (size_t i = CHECKSUM_AT; i < side->n && i < HEAD; i++) {
        if (bytes[i] != 0 && i != TYPE_AT &&
            i != TYPE_AT + 1) { /* Checksums are not used. */
            return PDU_NONE;
        }
    }
    if (side->n < HEAD) {
        return PDU_MORE;
    }
    return octets_be16(bytes) < HEAD ? PDU_NONE : octets_be16(bytes);
}

static enum opinion
judge_text(const struct side *side, size_t size, size_t length_at, size_t text_at)
{
    if (size < text_at) {
        return OPINION_NO;
    }
    if (side->n < text_at) {
        return OPINION_MORE;
    }
    if (octets_be16(side->bytes + length_at) + text_at != size) {
        return OPINION_NO;
    }
    if (side->n == text_at) {
        return size == text_at ? OPINION_CONSISTENT : OPINION_MORE;
    }
    return side->bytes[text_at] == '(' ? OPINION_VERIFIED : OPINION_NO;
}
