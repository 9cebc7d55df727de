#include "classify/recognise/octets.h"
#include "classify/recognise/opcua_value.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* OPC UA over TCP in its binary encoding (OPC 10000-6).  Everything is sent in chunks: a
 * type of three letters, a letter for its place in the message, and its size
 * (6.7.2, 7.1.2). Hello, acknowledge and error have strings or a fixed length that lead to
 * their end; an open names a security policy.  A message has the number of its channel;
 * what follows is a request or a response (OPC 10000-4), in clear unless the channel
 * encrypts.
 *
 * Verified is one of those with a length or a name of their own, or two chunks of messages
 * in a row on one channel. */

#define NULL_ARRAY UINT32_MAX

enum {
    TYPE = 3,
    PLACE_AT = 3,
    FINAL = 'F',
    CONTINUED = 'C',
    ABORTED = 'A',
    SIZE_AT = 4,
    HEAD = 8,
    CHANNEL_AT = 8,
    ACKNOWLEDGE_SIZE = 28,
    HELLO_URL_AT = 28,
    ERROR_TEXT_AT = 12,
    POLICY_AT = 12,
    BODY_AT = 24, /* Of a message: channel, token, sequence and request came before it. */
    STRING_MAX = 4096,
};

static enum opinion judge_hello(const uint8_t *chunk, size_t n, size_t size);
static enum opinion judge_acknowledge(const uint8_t *chunk, size_t n, size_t size);
static enum opinion judge_error(const uint8_t *chunk, size_t n, size_t size);
static enum opinion judge_reverse_hello(const uint8_t *chunk, size_t n, size_t size);
static enum opinion judge_open(const uint8_t *chunk, size_t n, size_t size);
static enum opinion judge_message(const uint8_t *chunk, size_t n, size_t size);

static const struct chunk_type {
    char name[TYPE + 1];
    bool is_of_channel; /* It says which secure channel it belongs to. */
    enum opinion (*judge)(const uint8_t *chunk, size_t n, size_t size);
} chunk_types[] = {
    { "HEL", false, judge_hello },  { "ACK", false, judge_acknowledge },
    { "ERR", false, judge_error },  { "RHE", false, judge_reverse_hello },
    { "OPN", true, judge_open },    { "MSG", true, judge_message },
    { "CLO", true, judge_message },
};

/* What a request acts on: what its body begins with, after the header. */
enum acts_on { ACTS_ON_SERVER, ACTS_ON_NODES, ACTS_ON_METHODS };

/* Requests by the number of their binary encoding (OPC 10000-6, annex A.2), but for those
 * that only keep sessions and subscriptions. */
static const struct service_request {
    uint16_t number;
    enum command_class class;
    enum acts_on acts_on;
    const char *name;
} requests[] = {
    { 422, COMMAND_READ, ACTS_ON_SERVER, "find-servers" },
    { 428, COMMAND_READ, ACTS_ON_SERVER, "get-endpoints" },
    { 437, COMMAND_WRITE, ACTS_ON_SERVER, "register-server" },
    { 488, COMMAND_WRITE, ACTS_ON_SERVER, "add-nodes" },
    { 494, COMMAND_WRITE, ACTS_ON_NODES, "add-references" },
    { 500, COMMAND_WRITE, ACTS_ON_NODES, "delete-nodes" },
    { 506, COMMAND_WRITE, ACTS_ON_NODES, "delete-references" },
    { 527, COMMAND_READ, ACTS_ON_SERVER, "browse" },
    { 533, COMMAND_READ, ACTS_ON_SERVER, "browse-next" },
    { 554, COMMAND_READ, ACTS_ON_NODES, "translate-browse-paths" },
    { 615, COMMAND_READ, ACTS_ON_SERVER, "query-first" },
    { 621, COMMAND_READ, ACTS_ON_SERVER, "query-next" },
    { 631, COMMAND_READ, ACTS_ON_SERVER, "read" },
    { 664, COMMAND_READ, ACTS_ON_SERVER, "history-read" },
    { 673, COMMAND_WRITE, ACTS_ON_NODES, "write" },
    { 700, COMMAND_WRITE, ACTS_ON_SERVER, "history-update" },
    { 712, COMMAND_WRITE, ACTS_ON_METHODS, "call" },
    { 751, COMMAND_READ, ACTS_ON_SERVER, "create-monitored-items" },
    { 12211, COMMAND_WRITE, ACTS_ON_SERVER, "register-server-2" },
};

enum {
    ACTIVATE_SESSION = 467,
    USER_NAME_TOKEN = 324,

    /* Methods of the server object (OPC 10000-5, 6.3.1): one sets its state, to shut it
     * down or to suspend it. */
    REQUEST_SERVER_STATE_CHANGE = 12886,
    REQUEST_SERVER_STATE_CHANGE_OF_TYPE = 12883,
};

static size_t measure(const uint8_t *bytes, size_t n);
static const struct chunk_type *type_of(const uint8_t *bytes, size_t n);
static enum opinion judge_side(const struct side *side, uint8_t protocol);
static size_t string_size(const uint8_t *length);
static bool take_request_header(struct reader *r);
static void find_request(struct reader *r, const struct service_request *request,
                         struct findings *findings);
static void find_user(struct reader *r, struct findings *findings);

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

/* Requests are told by their numbers: a server, too, may open the connection (7.1.3). */
static void
read(const struct pdu *pdu, struct findings *findings)
{
    struct reader r = reader_init(pdu->bytes, pdu->n);
    struct opcua_node type;

    if (pdu->n < BODY_AT || memcmp(pdu->bytes, "MSG", TYPE) != 0 ||
        pdu->bytes[PLACE_AT] == ABORTED) {
        return;
    }
    (void) reader_take(&r, BODY_AT);
    type = opcua_take_node(&r);
    /* Where a message goes on, or is encrypted, there is no header. */
    if (!take_request_header(&r)) {
        return;
    }
    if (opcua_is_node(&type, ACTIVATE_SESSION)) {
        find_user(&r, findings);
        return;
    }
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        if (opcua_is_node(&type, requests[i].number)) {
            find_request(&r, &requests[i], findings);
            return;
        }
    }
}

const struct recogniser recogniser_opcua = {
    .service = SERVICE_OPCUA,
    .on_tcp = true,
    .judge = judge,
    .read = read,
    .measure = measure,
};

static size_t
measure(const uint8_t *bytes, size_t n)
{
    const struct chunk_type *type = type_of(bytes, n);
    size_t size;

    if (type == NULL || (n > PLACE_AT && bytes[PLACE_AT] != FINAL &&
                         (!type->is_of_channel ||
                          (bytes[PLACE_AT] != CONTINUED && bytes[PLACE_AT] != ABORTED)))) {
        return PDU_NONE;
    }
    if (n < HEAD) {
        return PDU_MORE;
    }
    size = octets_le32(bytes + SIZE_AT);
    return size < HEAD || size > PDU_SIZE_MAX ? PDU_NONE : size;
}

/* The type that begins so; NULL if none does. */
static const struct chunk_type *
type_of(const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < sizeof chunk_types / sizeof chunk_types[0]; i++) {
        if (octets_begin(bytes, n, chunk_types[i].name, TYPE)) {
            return &chunk_types[i];
        }
    }
    return NULL;
}

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    enum opinion best = OPINION_MORE;
    const uint8_t *channel = NULL; /* Of the chunk before. */

    (void) protocol;
    for (size_t at = 0, size; at < side->n; at += size) {
        const uint8_t *chunk = side->bytes + at;
        const size_t left = side->n - at;
        const struct chunk_type *type = type_of(chunk, left);
        enum opinion opinion;

        size = measure(chunk, left);
        if (size == PDU_NONE) {
            return OPINION_NO;
        }
        if (size == PDU_MORE) {
            break;
        }
        opinion = type->judge(chunk, left < size ? left : size, size);
        if (opinion == OPINION_NO) {
            return OPINION_NO;
        }
        if (type->judge == judge_message && left >= BODY_AT) {
            if (channel != NULL && memcmp(channel, chunk + CHANNEL_AT, 4) != 0) {
                return OPINION_NO;
            }
            opinion = channel != NULL ? OPINION_VERIFIED : opinion;
            channel = chunk + CHANNEL_AT;
        }
        best = opinion > best ? opinion : best;
    }
    return best;
}

/* Version, four limits, and the URL of the endpoint (7.1.2.3). */
static enum opinion
judge_hello(const uint8_t *chunk, size_t n, size_t size)
{
    if (n < HELLO_URL_AT + 4) {
        return size < HELLO_URL_AT + 4 ? OPINION_NO : OPINION_MORE;
    }
    return size == HELLO_URL_AT + string_size(chunk + HELLO_URL_AT) ? OPINION_VERIFIED
                                                                    : OPINION_NO;
}

/* Version and four limits (7.1.2.4). */
static enum opinion
judge_acknowledge(const uint8_t *chunk, size_t n, size_t size)
{
    (void) chunk;
    if (size != ACKNOWLEDGE_SIZE) {
        return OPINION_NO;
    }
    return n < size ? OPINION_MORE : OPINION_VERIFIED;
}

/* A status code, which is a bad one, and a reason (7.1.2.5). */
static enum opinion
judge_error(const uint8_t *chunk, size_t n, size_t size)
{
    if (n < ERROR_TEXT_AT + 4) {
        return size < ERROR_TEXT_AT + 4 ? OPINION_NO : OPINION_MORE;
    }
    return (chunk[ERROR_TEXT_AT - 1] & 0x80) != 0 &&
                   size == ERROR_TEXT_AT + string_size(chunk + ERROR_TEXT_AT)
               ? OPINION_VERIFIED
               : OPINION_NO;
}

/* The URIs of the server and of its endpoint (7.1.2.6). */
static enum opinion
judge_reverse_hello(const uint8_t *chunk, size_t n, size_t size)
{
    size_t endpoint_at;

    if (n < HEAD + 4) {
        return size < HEAD + 4 ? OPINION_NO : OPINION_MORE;
    }
    endpoint_at = HEAD + string_size(chunk + HEAD);
    if (size < endpoint_at + 4) {
        return OPINION_NO;
    }
    if (n < endpoint_at + 4) {
        return OPINION_MORE;
    }
    return size == endpoint_at + string_size(chunk + endpoint_at) ? OPINION_VERIFIED
                                                                  : OPINION_NO;
}

/* The URI of a security policy (6.7.2.3); all begin alike (OPC 10000-7). */
static enum opinion
judge_open(const uint8_t *chunk, size_t n, size_t size)
{
    static const char policy[] = "http://opcfoundation.org/UA/SecurityPolicy#";
    const size_t text_at = POLICY_AT + 4;

    if (size < text_at + sizeof policy - 1 ||
        (n > text_at &&
         !octets_begin(chunk + text_at, n - text_at, policy, sizeof policy - 1))) {
        return OPINION_NO;
    }
    if (n < text_at + sizeof policy - 1) {
        return OPINION_MORE;
    }
    return text_at + octets_le32(chunk + POLICY_AT) <= size ? OPINION_VERIFIED : OPINION_NO;
}

static enum opinion
judge_message(const uint8_t *chunk, size_t n, size_t size)
{
    (void) chunk;
    if (size < BODY_AT) {
        return OPINION_NO;
    }
    return n < BODY_AT ? OPINION_MORE : OPINION_CONSISTENT;
}

/* What a string takes, its length included; more than any chunk has if it is none. */
static size_t
string_size(const uint8_t *length)
{
    const uint32_t n = octets_le32(length);

    if (n == UINT32_MAX) { /* Null. */
        return 4;
    }
    return n > STRING_MAX ? PDU_SIZE_MAX : 4 + n;
}

/* The header of all requests (OPC 10000-4, 7.32).  Returns false if there is none. */
static bool
take_request_header(struct reader *r)
{
    uint32_t time_low, time_high;
    struct reader body;

    (void) opcua_take_node(r); /* Authentication token. */
    time_low = reader_le32(r);
    time_high = reader_le32(r);
    (void) reader_take(r, 8);    /* Handle, diagnostics. */
    (void) opcua_take_string(r); /* Audit entry. */
    (void) reader_take(r, 4);    /* Timeout. */
    (void) opcua_take_extension(r, &body);
    /* 100 ns since 1601: not set, or in the centuries around. */
    return !r->failed && ((time_low == 0 && time_high == 0) || time_high >> 24 == 1 ||
                          time_high >> 24 == 2);
}

/* The first of the nodes or methods is named, and how many there are. */
static void
find_request(struct reader *r, const struct service_request *request,
             struct findings *findings)
{
    uint32_t n = request->acts_on == ACTS_ON_SERVER ? 0 : reader_le32(r);
    struct opcua_node node = { 0 }, method = { 0 };
    struct observation *observation;
    bool is_stop;

    n = n == NULL_ARRAY ? 0 : n;
    if (n > 0) {
        node = opcua_take_node(r);
    }
    if (n > 0 && request->acts_on == ACTS_ON_METHODS) {
        method = opcua_take_node(r);
    }
    is_stop = !r->failed && (opcua_is_node(&method, REQUEST_SERVER_STATE_CHANGE) ||
                             opcua_is_node(&method, REQUEST_SERVER_STATE_CHANGE_OF_TYPE));
    observation = find_command(findings, is_stop ? COMMAND_STOP : request->class,
                               request->number, request->name);
    if (n == 0 || r->failed) {
        return;
    }
    opcua_find_node(observation, request->acts_on == ACTS_ON_METHODS ? "object" : "node",
                    &node);
    if (request->acts_on == ACTS_ON_METHODS) {
        opcua_find_node(observation, "method", &method);
    }
    if (n > 1) {
        find_detail(observation, "first of %u", n);
    }
}

/* Activation of a session by a name and a password that no algorithm has encrypted
 * (OPC 10000-4, 5.6.3 and 7.40.4). */
static void
find_user(struct reader *r, struct findings *findings)
{
    struct opcua_node type;
    struct opcua_string password, algorithm;
    struct reader token;
    uint32_t n;

    (void) opcua_take_string(r); /* Algorithm and ... */
    (void) opcua_take_string(r); /* ... octets of the signature. */
    n = reader_le32(r);
    for (uint32_t i = 0; n != NULL_ARRAY && i < n && !r->failed; i++) { /* Certificates. */
        (void) opcua_take_string(r);
        (void) opcua_take_string(r);
    }
    n = reader_le32(r);
    for (uint32_t i = 0; n != NULL_ARRAY && i < n && !r->failed; i++) { /* Locales. */
        (void) opcua_take_string(r);
    }
    type = opcua_take_extension(r, &token);
    (void) opcua_take_string(&token); /* Policy. */
    (void) opcua_take_string(&token); /* User. */
    password = opcua_take_string(&token);
    algorithm = opcua_take_string(&token);
    if (!r->failed && !token.failed && opcua_is_node(&type, USER_NAME_TOKEN) &&
        password.n > 0 && algorithm.n == 0) {
        find_credentials(findings, "OPC UA user name");
    }
}
