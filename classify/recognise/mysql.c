#include <string.h>

#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"

/* MySQL and MariaDB: "Protocol::HandshakeV10".  A packet is a length of three bytes, a
 * number, and the payload.  The server greets: 10, its version as text, and a challenge.
 *
 * Verified is a greeting whose parts fill the packet. */

enum {
    HEAD_SIZE = 4,
    VERSION_AT = 5,
    VERSION_MAX = 64,
    LENGTH_MIN = 40,
    LENGTH_MAX = 250,
    FILLER_AFTER = 13, /* Bytes behind the version's zero: thread, challenge, then zero. */
};

static enum opinion
judge_greeting(const struct side *side)
{
    const uint8_t *bytes = side->bytes, *end;
    const size_t n = side->n;
    size_t size, filler;

    if (n == 0) {
        return OPINION_MORE;
    }
    if (bytes[0] < LENGTH_MIN || bytes[0] > LENGTH_MAX ||
        !octets_begin(bytes + 1, n - 1, "\0\0\0\x0a", HEAD_SIZE) ||
        (n > VERSION_AT && (bytes[VERSION_AT] < '1' || bytes[VERSION_AT] > '9'))) {
        return OPINION_NO;
    }
    size = (size_t) HEAD_SIZE + bytes[0];
    if (n < size) {
        return OPINION_MORE;
    }
    end = memchr(bytes + VERSION_AT, 0,
                 VERSION_MAX < n - VERSION_AT ? VERSION_MAX : n - VERSION_AT);
    if (end == NULL) {
        return OPINION_NO;
    }
    filler = (size_t) (end - bytes) + FILLER_AFTER;
    return octets_are_printable(bytes + VERSION_AT, (size_t) (end - bytes) - VERSION_AT) &&
                   filler < size && bytes[filler] == 0
               ? OPINION_VERIFIED
               : OPINION_NO;
}

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_greeting(&dialogue->sides[FLOW_RESPONDER]);
}

const struct recogniser recogniser_mysql = {
    .service = SERVICE_MYSQL,
    .on_tcp = true,
    .judge = judge,
};
