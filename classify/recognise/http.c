#include <string.h>

#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/text_talk.h"

/* HTTP/1: RFC 9112.  A request begins with "METHOD target HTTP/1.1", a response with
 * "HTTP/1.1 200 reason"; fields and an empty line follow.  HTTP/2 begins with a request
 * that cannot be (RFC 9113 section 3.4).
 *
 * Verified is a whole first line; of a request it is waited for the rest of its head, whose
 * fields are read.  Of a connection with several requests the first is read. */

enum {
    METHOD_MAX = 24,
    VERSION_SIZE = 8, /* "HTTP/1.1" */
    STATUS_LINE_MIN = 12,
};

static enum opinion judge_request(const struct side *side);
static enum opinion judge_response(const struct side *side);
static size_t method_size(const uint8_t *bytes, size_t n);
static bool is_version(const uint8_t *bytes, size_t n);
static bool is_head_end(const uint8_t *line, size_t n);
static void read_field(const uint8_t *line, size_t n, struct findings *findings);
static void find_host(struct text_word host, struct findings *findings);

static enum opinion
judge(const struct dialogue *dialogue)
{
    const enum opinion request = judge_request(&dialogue->sides[FLOW_INITIATOR]);
    const enum opinion response = judge_response(&dialogue->sides[FLOW_RESPONDER]);

    if (request == OPINION_NO || response == OPINION_NO) {
        return OPINION_NO;
    }
    return request > response ? request : response;
}

static void
read(const struct pdu *pdu, struct findings *findings)
{
    size_t size;

    for (size_t at = 0; pdu->from == FLOW_INITIATOR && at < pdu->n; at += size) {
        const uint8_t *line = pdu->bytes + at;

        size = text_line_measure(line, pdu->n - at);
        if (size == PDU_MORE || is_head_end(line, size)) {
            break;
        }
        read_field(line, size, findings);
    }
}

const struct recogniser recogniser_http = {
    .service = SERVICE_HTTP,
    .on_tcp = true,
    .judge = judge,
    .read = read,
};

static enum opinion
judge_request(const struct side *side)
{
    const size_t method = method_size(side->bytes, side->n);
    size_t size, at, length;

    if (side->n == 0 || method == side->n) {
        return side->n <= METHOD_MAX ? OPINION_MORE : OPINION_NO;
    }
    if (method < 3 || method > METHOD_MAX || side->bytes[method] != ' ') {
        return OPINION_NO;
    }
    size = text_line_measure(side->bytes, side->n);
    if (size == PDU_MORE) {
        return OPINION_MORE;
    }
    length = size - 1;
    length -= length > 0 && side->bytes[length - 1] == '\r';
    if (length < method + 3 + VERSION_SIZE ||
        side->bytes[length - VERSION_SIZE - 1] != ' ' ||
        !is_version(side->bytes + length - VERSION_SIZE, VERSION_SIZE)) {
        return side->n == RECOGNISE_STREAM_MAX && size == side->n ? OPINION_CONSISTENT
                                                                  : OPINION_NO;
    }
    for (at = size; at < side->n; at += size) {
        size = text_line_measure(side->bytes + at, side->n - at);
        if (size == PDU_MORE) {
            break;
        }
        if (is_head_end(side->bytes + at, size)) {
            return OPINION_VERIFIED;
        }
    }
    return side->n == RECOGNISE_STREAM_MAX ? OPINION_VERIFIED : OPINION_CONSISTENT;
}

static enum opinion
judge_response(const struct side *side)
{
    const uint8_t *bytes = side->bytes;
    const size_t n = side->n;

    if (!is_version(bytes, n) || (n > VERSION_SIZE && bytes[VERSION_SIZE] != ' ')) {
        return OPINION_NO;
    }
    for (size_t i = VERSION_SIZE + 1; i < STATUS_LINE_MIN && i < n; i++) {
        if (bytes[i] < '0' || bytes[i] > '9') {
            return OPINION_NO;
        }
    }
    return n < STATUS_LINE_MIN || memchr(bytes, '\n', n) == NULL ? OPINION_MORE
                                                                 : OPINION_VERIFIED;
}

/* Of capital letters, and of the hyphens and lines that extensions have. */
static size_t
method_size(const uint8_t *bytes, size_t n)
{
    size_t size = 0;

    while (size < n && size <= METHOD_MAX &&
           ((bytes[size] >= 'A' && bytes[size] <= 'Z') || bytes[size] == '_' ||
            bytes[size] == '-')) {
        size++;
    }
    return size;
}

static bool
is_version(const uint8_t *bytes, size_t n)
{
    return octets_begin(bytes, n, "HTTP/", 5) &&
           (n < 6 || bytes[5] == '1' || bytes[5] == '2') && (n < 7 || bytes[6] == '.') &&
           (n < 8 || bytes[7] == '0' || bytes[7] == '1');
}

static bool
is_head_end(const uint8_t *line, size_t n)
{
    return n == 1 || (n == 2 && line[0] == '\r');
}

static void
read_field(const uint8_t *line, size_t n, struct findings *findings)
{
    const struct text_word name = text_line_word(line, n, 0);
    struct text_word value = text_line_word(line, n, 1);

    if (text_word_is(name, "AUTHORIZATION:") && text_word_is(value, "BASIC")) {
        find_credentials(findings, "HTTP Basic");
    } else if (text_word_is(name, "HOST:")) {
        find_host(value, findings);
    } else if (name.n > 5 && text_word_is((struct text_word){ name.text, 5 }, "HOST:")) {
        find_host((struct text_word){ name.text + 5, name.n - 5 }, findings);
    }
}

/* Without the port; addresses are no names. */
static void
find_host(struct text_word host, struct findings *findings)
{
    const uint8_t *port = host.n == 0 ? NULL : memchr(host.text, ':', host.n);
    bool is_address = true;

    if (port != NULL) {
        host.n = (size_t) (port - host.text);
    }
    for (size_t i = 0; i < host.n; i++) {
        is_address &= host.text[i] == '.' || (host.text[i] >= '0' && host.text[i] <= '9');
    }
    if (!is_address && host.text[0] != '[') {
        find_name(findings, host.text, host.n);
    }
}
