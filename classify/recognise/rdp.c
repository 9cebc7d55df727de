#include <string.h>

#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* RDP: MS-RDPBCGR sections 2.2.1.1 and 2.2.1.2.  A connection begins with a TPKT (RFC 1006)
 * that holds a connection request of X.224; in it a cookie, a request to negotiate, or
 * both.  The confirmation holds the answer.
 *
 * Verified are a cookie or a negotiation whose lengths fit. */

enum {
    TPKT_VERSION = 3,
    LENGTH_AT = 2,
    INDICATOR_AT = 4, /* The length of the X.224 header. */
    CODE_AT = 5,
    DATA_AT = 11,
    REQUEST = 0xe0,
    CONFIRM = 0xd0,
    NEGOTIATION_SIZE = 8,
    NEGOTIATION_REQUEST = 1,
    NEGOTIATION_RESPONSE = 2,
    NEGOTIATION_FAILURE = 3,
    CORRELATION_SIZE = 36, /* May follow a request. */
    SIZE_MAX_OF_REQUEST = 4 + 255,
};

static enum opinion judge_side(const struct side *side, uint8_t protocol);
static bool is_negotiation(const uint8_t *data, size_t n, bool is_request);

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

const struct recogniser recogniser_rdp = {
    .service = SERVICE_RDP,
    .on_tcp = true,
    .judge = judge,
};

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    static const char cookie[] = "Cookie: mst"; /* "mstshash=" and "msts=". */
    const uint8_t *bytes = side->bytes;
    const size_t n = side->n;
    const uint8_t *data, *end;
    size_t size, data_size;

    (void) protocol;
    if (bytes[0] != TPKT_VERSION || (n > 1 && bytes[1] != 0) ||
        (n > LENGTH_AT && bytes[LENGTH_AT] > 1) ||
        (n > CODE_AT && bytes[CODE_AT] != REQUEST && bytes[CODE_AT] != CONFIRM)) {
        return OPINION_NO;
    }
    if (n < DATA_AT) {
        return OPINION_MORE;
    }
    size = octets_be16(bytes + LENGTH_AT);
    if (size < DATA_AT || size > SIZE_MAX_OF_REQUEST ||
        size != (size_t) bytes[INDICATOR_AT] + INDICATOR_AT + 1) {
        return OPINION_NO;
    }
    if (n < size) {
        return OPINION_MORE;
    }
    data = bytes + DATA_AT;
    data_size = size - DATA_AT;
    if (data_size == 0) { /* Of versions before 5.1, and other protocols of ISO. */
        return OPINION_MORE;
    }
    if (bytes[CODE_AT] == REQUEST &&
        octets_begin(data, data_size, cookie, sizeof cookie - 1) &&
        data_size >= sizeof cookie) {
        end = memchr(data, '\n', data_size);
        return end != NULL ? OPINION_VERIFIED : OPINION_NO;
    }
    return is_negotiation(data, data_size, bytes[CODE_AT] == REQUEST) ? OPINION_VERIFIED
                                                                      : OPINION_NO;
}

static bool
is_negotiation(const uint8_t *data, size_t n, bool is_request)
{
    const bool has_type =
        is_request ? data[0] == NEGOTIATION_REQUEST
                   : data[0] == NEGOTIATION_RESPONSE || data[0] == NEGOTIATION_FAILURE;

    return (n == NEGOTIATION_SIZE ||
            (is_request && n == NEGOTIATION_SIZE + CORRELATION_SIZE)) &&
           has_type && octets_le16(data + 2) == NEGOTIATION_SIZE && data[5] == 0 &&
           data[6] == 0 && data[7] == 0;
}
