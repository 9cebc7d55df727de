#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* Financial Information Exchange in tag=value encoding, FIX.4.x and FIXT.1.1 (FIX Session
 * Layer, "Message structure"): "8=FIX.4.4", "9=" and the length of what is between it and
 * "10=", "35=" and the type of the message come first, and "10=" with the sum of all bytes
 * before it modulo 256 last; each field ends with 01.
 *
 * Verified is a message with the right sum where its length says it is, or the first three
 * fields of one that is longer than is looked at. */

enum {
    SOH = 0x01,
    VERSION_MAX = 12,
    LENGTH_DIGITS_MAX = 6,
    TYPE_MAX = 2,
    TRAILER_SIZE = 7, /* "10=123" and 01. */
    VALUE_MAX = 24,
};

static const char begin[] = "8=FIX";

/* What a message begins with, and where it ends. */
struct message {
    enum { HEAD_NONE, HEAD_MORE, HEAD_WHOLE } state;
    const uint8_t *type;
    size_t type_size;
    size_t trailer_at, size;
};

static const struct command {
    char type[TYPE_MAX + 1];
    enum command_class class;
    const char *name;
} commands[] = {
    { "AB", COMMAND_WRITE, "new-order-multileg" },
    { "AC", COMMAND_WRITE, "multileg-order-cancel-replace" },
    { "AD", COMMAND_READ, "trade-capture-report-request" },
    { "AE", COMMAND_WRITE, "trade-capture-report" },
    { "AF", COMMAND_READ, "order-mass-status-request" },
    { "AN", COMMAND_READ, "request-for-positions" },
    { "BE", COMMAND_WRITE, "user-request" },
    { "CA", COMMAND_WRITE, "order-mass-action-request" },
    { "D", COMMAND_WRITE, "new-order-single" },
    { "E", COMMAND_WRITE, "new-order-list" },
    { "F", COMMAND_WRITE, "order-cancel-request" },
    { "G", COMMAND_WRITE, "order-cancel-replace-request" },
    { "H", COMMAND_READ, "order-status-request" },
    { "J", COMMAND_WRITE, "allocation-instruction" },
    { "K", COMMAND_WRITE, "list-cancel-request" },
    { "L", COMMAND_WRITE, "list-execute" },
    { "M", COMMAND_READ, "list-status-request" },
    { "R", COMMAND_READ, "quote-request" },
    { "S", COMMAND_WRITE, "quote" },
    { "V", COMMAND_READ, "market-data-request" },
    { "Z", COMMAND_WRITE, "quote-cancel" },
    { "c", COMMAND_READ, "security-definition-request" },
    { "e", COMMAND_READ, "security-status-request" },
    { "g", COMMAND_READ, "trading-session-status-request" },
    { "i", COMMAND_WRITE, "mass-quote" },
    { "q", COMMAND_WRITE, "order-mass-cancel-request" },
    { "s", COMMAND_WRITE, "new-order-cross" },
    { "t", COMMAND_WRITE, "cross-order-cancel-replace-request" },
    { "u", COMMAND_WRITE, "cross-order-cancel-request" },
    { "x", COMMAND_READ, "security-list-request" },
};

static size_t measure(const uint8_t *bytes, size_t n);
static struct message message_of(const uint8_t *bytes, size_t n);
static bool is_right(const uint8_t *bytes, const struct message *message);
static const uint8_t *value_of(const struct pdu *pdu, const char *tag, size_t *ret_n);

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    enum opinion opinion = OPINION_MORE;

    (void) protocol;
    for (size_t at = 0; at < side->n;) {
        const struct message message = message_of(side->bytes + at, side->n - at);

        if (message.state == HEAD_NONE) {
            return opinion == OPINION_MORE ? OPINION_NO : opinion;
        }
        if (message.state == HEAD_MORE) {
            return opinion;
        }
        if (message.size > side->n - at) {
            return message.size > RECOGNISE_STREAM_MAX ? OPINION_VERIFIED : opinion;
        }
        if (is_right(side->bytes + at, &message)) {
            return OPINION_VERIFIED;
        }
        opinion = OPINION_CONSISTENT;
        at += message.size;
    }
    return opinion;
}

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

static void
read(const struct pdu *pdu, struct findings *findings)
{
    const struct message message = message_of(pdu->bytes, pdu->n);
    size_t n;

    if (message.state != HEAD_WHOLE) {
        return;
    }
    if (value_of(pdu, "554=", &n) != NULL) {
        find_credentials(findings, "FIX password");
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        const struct command *command = &commands[i];
        struct observation *observation;
        const uint8_t *value;

        if (strlen(command->type) != message.type_size ||
            memcmp(command->type, message.type, message.type_size) != 0) {
            continue;
        }
        observation = find_command(findings, command->class, 0, command->name);
        find_detail(observation, "type %s", command->type);
        value = value_of(pdu, "49=", &n);
        if (value != NULL) {
            find_detail(observation, "from %.*s", (int) n, (const char *) value);
        }
        value = value_of(pdu, "56=", &n);
        if (value != NULL) {
            find_detail(observation, "to %.*s", (int) n, (const char *) value);
        }
    }
}

const struct recogniser recogniser_fix = {
    .service = SERVICE_FIX,
    .on_tcp = true,
    .judge = judge,
    .read = read,
    .measure = measure,
};

static size_t
measure(const uint8_t *bytes, size_t n)
{
    const struct message message = message_of(bytes, n);

    switch (message.state) {
    case HEAD_NONE:
        return PDU_NONE;
    case HEAD_MORE:
        return PDU_MORE;
    case HEAD_WHOLE:
        break;
    }
    return message.size;
}

static struct message
message_of(const uint8_t *bytes, size_t n)
{
    struct message message = { .state = HEAD_NONE };
    size_t at = sizeof begin - 1, length = 0, start;

    if (!octets_begin(bytes, n, begin, sizeof begin - 1)) {
        return message;
    }
    while (at < n && at < 2 + VERSION_MAX &&
           (bytes[at] == '.' || (bytes[at] >= '0' && bytes[at] <= '9') ||
            (bytes[at] >= 'A' && bytes[at] <= 'Z'))) {
        at++;
    }
    if (at < n && !octets_begin(bytes + at, n - at, "\0019=", 3)) {
        return message;
    }
    at += 3;
    for (start = at; at < n && bytes[at] >= '0' && bytes[at] <= '9'; at++) {
        length = 10 * length + (size_t) (bytes[at] - '0');
        if (at - start >= LENGTH_DIGITS_MAX) {
            return message;
        }
    }
    if (at < n && (at == start || !octets_begin(bytes + at, n - at, "\00135=", 4))) {
        return message;
    }
    message.trailer_at = at + 1 + length;
    message.size = message.trailer_at + TRAILER_SIZE;
    at += 4;
    message.type = bytes + at;
    while (at < n && bytes[at] > ' ' && bytes[at] <= '~' && message.type_size <= TYPE_MAX) {
        message.type_size++;
        at++;
    }
    if (at >= n) {
        message.state = HEAD_MORE;
    } else if (bytes[at] == SOH && message.type_size > 0 && at < message.trailer_at) {
        message.state = HEAD_WHOLE;
    }
    return message;
}

static bool
is_right(const uint8_t *bytes, const struct message *message)
{
    const uint8_t *trailer = bytes + message->trailer_at;
    unsigned sum = 0, said = 0;

    if (memcmp(trailer, "10=", 3) != 0 || trailer[TRAILER_SIZE - 1] != SOH) {
        return false;
    }
    for (const uint8_t *at = bytes; at < trailer; at++) {
        sum += *at;
    }
    for (unsigned i = 3; i < TRAILER_SIZE - 1; i++) {
        if (trailer[i] < '0' || trailer[i] > '9') {
            return false;
        }
        said = 10 * said + (trailer[i] - (unsigned) '0');
    }
    return said == (sum & 0xff);
}

/* The value of the first field with a tag; NULL if there is none, or it is not text. */
static const uint8_t *
value_of(const struct pdu *pdu, const char *tag, size_t *ret_n)
{
    const size_t size = strlen(tag);

    for (size_t at = 0; at + 1 + size <= pdu->n; at++) {
        const uint8_t *value = pdu->bytes + at + 1 + size;
        const uint8_t *end;

        if (pdu->bytes[at] != SOH || memcmp(pdu->bytes + at + 1, tag, size) != 0) {
            continue;
        }
        end = memchr(value, SOH, pdu->n - (at + 1 + size));
        if (end == NULL || !octets_are_printable(value, (size_t) (end - value))) {
            return NULL;
        }
        *ret_n = end - value > VALUE_MAX ? VALUE_MAX : (size_t) (end - value);
        return value;
    }
    return NULL;
}
