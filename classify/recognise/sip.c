#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* Session Initiation Protocol, RFC 3261 section 7: a request line, "INVITE sip:...
 * SIP/2.0", or a status line, "SIP/2.0 200 OK".  Verified is one of both. */

enum { LINE_MAX = 1024, STATUS_SIZE = 12 };

static const char version[] = "SIP/2.0";

static enum opinion judge_status(const uint8_t *bytes, size_t n);
static enum opinion judge_request(const uint8_t *bytes, size_t n);
static bool has_scheme(const uint8_t *bytes, size_t n);

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    const uint8_t *bytes = side->bytes;
    size_t at = 0;

    (void) protocol;
    while (at < side->n && (bytes[at] == '\r' || bytes[at] == '\n')) {
        at++; /* That keeps the connection, RFC 5626 section 3.5.1. */
    }
    if (at == side->n) {
        return at <= 4 ? OPINION_MORE : OPINION_NO;
    }
    if (octets_begin(bytes + at, side->n - at, version, sizeof version - 1)) {
        return judge_status(bytes + at, side->n - at);
    }
    return judge_request(bytes + at, side->n - at);
}

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

const struct recogniser recogniser_sip = {
    .service = SERVICE_SIP,
    .on_tcp = true,
    .on_udp = true,
    .judge = judge,
};

/* "SIP/2.0 200 " */
static enum opinion
judge_status(const uint8_t *bytes, size_t n)
{
    for (size_t i = sizeof version - 1; i < n && i < STATUS_SIZE; i++) {
        const bool is_digit = bytes[i] >= '0' && bytes[i] <= '9';

        if (i == sizeof version - 1 || i == STATUS_SIZE - 1 ? bytes[i] != ' ' : !is_digit) {
            return OPINION_NO;
        }
    }
    return n >= STATUS_SIZE ? OPINION_VERIFIED : OPINION_MORE;
}

static enum opinion
judge_request(const uint8_t *bytes, size_t n)
{
    /* The registry of SIP methods; each with the space behind it. */
    static const char *const methods[] = {
        "INVITE ", "ACK ",    "BYE ",     "CANCEL ", "REGISTER ", "OPTIONS ",   "PRACK ",
        "INFO ",   "UPDATE ", "MESSAGE ", "REFER ",  "NOTIFY ",   "SUBSCRIBE ", "PUBLISH ",
    };
    const uint8_t *end;

    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        size_t size;

        if (bytes[0] != (uint8_t) methods[i][0]) {
            continue;
        }
        size = strlen(methods[i]);
        if (!octets_begin(bytes, n, methods[i], size)) {
            continue;
        }
        if (n <= size) {
            return OPINION_MORE;
        }
        if (!has_scheme(bytes + size, n - size)) {
            continue;
        }
        end = memchr(bytes, '\n', n);
        if (end == NULL) {
            return n < LINE_MAX ? OPINION_MORE : OPINION_NO;
        }
        if (end > bytes && end[-1] == '\r') {
            end--;
        }
        return end - bytes > (ptrdiff_t) sizeof version &&
                       end[-(ptrdiff_t) sizeof version] == ' ' &&
                       memcmp(end - (sizeof version - 1), version, sizeof version - 1) == 0
                   ? OPINION_VERIFIED
                   : OPINION_NO;
    }
    return OPINION_NO;
}

/* What a request may be for, as far as it is there. */
static bool
has_scheme(const uint8_t *bytes, size_t n)
{
    static const char *const schemes[] = {
        "sip:", "sips:", "tel:", "urn:", "im:", "pres:"
    };

    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        if (octets_begin(bytes, n, schemes[i], strlen(schemes[i]))) {
            return true;
        }
    }
    return false;
}
