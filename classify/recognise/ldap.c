#include "classify/recognise/ber.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* LDAP: RFC 4511, over UDP RFC 1798.  A message is a SEQUENCE of its number and an
 * operation, whose tag says which, and of controls.
 *
 * Verified is a whole request to bind or to search, or the result of an operation, all of
 * whose lengths lie in each other. */

/* Operations (section 4.2 on). */
enum {
    BIND_REQUEST = BER_APPLICATION,
    BIND_RESPONSE = BER_APPLICATION + 1,
    UNBIND_REQUEST = 0x42,
    SEARCH_REQUEST = BER_APPLICATION + 3,
    SEARCH_ENTRY = BER_APPLICATION + 4,
    SEARCH_DONE = BER_APPLICATION + 5,
    DELETE_REQUEST = 0x4a,
    EXTENDED_RESPONSE = BER_APPLICATION + 24,
    INTERMEDIATE_RESPONSE = BER_APPLICATION + 25,

    SIMPLE = BER_CONTEXT_PRIMITIVE, /* How to bind: by a password, ... */
    VERSION_MAX = 3,
    RESULT_MAX = 4096, /* RFC 4520: private results from there on. */
    NUMBER_MAX = INT32_MAX,
};

struct message {
    enum ber_state state;
    struct ber_element operation;
    size_t size;
};

static enum opinion judge_side(const struct side *side, uint8_t protocol);
static struct message next_message(struct reader *r);
static bool is_operation(unsigned tag);
static enum opinion judge_operation(const struct ber_element *operation);
static bool is_bind(struct reader r, bool *ret_has_password);
static bool is_search(struct reader r);
static bool is_result(struct reader r);
static bool expect_number(struct reader *r, unsigned tag, int64_t least, int64_t most);

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

/* Called once with what the client has said: a connection begins by binding. */
static void
read(const struct pdu *pdu, struct findings *findings)
{
    struct reader r = reader_init(pdu->bytes, pdu->n);

    while (pdu->from == FLOW_INITIATOR && r.left > 0) {
        const struct message message = next_message(&r);
        bool has_password = false;

        if (message.state != BER_WHOLE) {
            return;
        }
        if (message.operation.tag == BIND_REQUEST &&
            is_bind(message.operation.content, &has_password) && has_password) {
            find_credentials(findings, "LDAP simple bind");
        }
    }
}

const struct recogniser recogniser_ldap = {
    .service = SERVICE_LDAP,
    .on_tcp = true,
    .on_udp = true,
    .judge = judge,
    .read = read,
};

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    struct reader r = reader_init(side->bytes, side->n);
    const struct message message = next_message(&r);

    (void) protocol;
    switch (message.state) {
    case BER_WHOLE:
        return judge_operation(&message.operation);
    case BER_WRONG:
        return OPINION_NO;
    case BER_CUT:
    case BER_MORE:
        break;
    }
    return OPINION_MORE;
}

static struct message
next_message(struct reader *r)
{
    struct message message = { .state = BER_WRONG };
    struct ber_element sequence, number, controls;
    const enum ber_state outer = ber_expect(r, BER_SEQUENCE, &sequence);
    int64_t id;

    if (outer == BER_MORE || outer == BER_WRONG) {
        message.state = outer;
        return message;
    }
    message.state = ber_expect(&sequence.content, BER_INTEGER, &number);
    if (message.state != BER_WHOLE) {
        return message;
    }
    message.state = BER_WRONG;
    if (!ber_integer(&number, &id) || id < 0 || id > NUMBER_MAX) {
        return message;
    }
    if (sequence.content.left > 0 && !is_operation(sequence.content.at[0])) {
        return message;
    }
    message.state = ber_next(&sequence.content, &message.operation);
    if (message.state == BER_WHOLE && sequence.content.left > 0) {
        message.state = ber_expect(&sequence.content, BER_CONTEXT, &controls);
    }
    return message;
}

static bool
is_operation(unsigned tag)
{
    return (tag >= BIND_REQUEST && tag <= INTERMEDIATE_RESPONSE) || tag == UNBIND_REQUEST ||
           tag == DELETE_REQUEST || tag == 0x50; /* 0x50: abandon. */
}

static enum opinion
judge_operation(const struct ber_element *operation)
{
    bool has_password, is_right;

    switch (operation->tag) {
    case BIND_REQUEST:
        is_right = is_bind(operation->content, &has_password);
        break;
    case SEARCH_REQUEST:
        is_right = is_search(operation->content);
        break;
    case BIND_RESPONSE:
    case SEARCH_DONE:
    case EXTENDED_RESPONSE:
        is_right = is_result(operation->content);
        break;
    default:
        return OPINION_CONSISTENT;
    }
    return is_right ? OPINION_VERIFIED : OPINION_NO;
}

static bool
is_bind(struct reader r, bool *ret_has_password)
{
    struct ber_element name, credentials;

    if (!expect_number(&r, BER_INTEGER, 1, VERSION_MAX) ||
        ber_expect(&r, BER_OCTET_STRING, &name) != BER_WHOLE ||
        ber_next(&r, &credentials) != BER_WHOLE || r.left > 0) {
        return false;
    }
    *ret_has_password = credentials.tag == SIMPLE && credentials.size > 0;
    return (credentials.tag & 0xc0) == BER_CONTEXT_PRIMITIVE;
}

/* The base, the scope, aliases, two limits, and whether only types are asked for. */
static bool
is_search(struct reader r)
{
    struct ber_element base, types_only;

    return ber_expect(&r, BER_OCTET_STRING, &base) == BER_WHOLE &&
           expect_number(&r, BER_ENUMERATED, 0, 3) &&
           expect_number(&r, BER_ENUMERATED, 0, 3) &&
           expect_number(&r, BER_INTEGER, 0, NUMBER_MAX) &&
           expect_number(&r, BER_INTEGER, 0, NUMBER_MAX) &&
           ber_expect(&r, BER_BOOLEAN, &types_only) == BER_WHOLE;
}

static bool
is_result(struct reader r)
{
    struct ber_element matched, message;

    return expect_number(&r, BER_ENUMERATED, 0, RESULT_MAX) &&
           ber_expect(&r, BER_OCTET_STRING, &matched) == BER_WHOLE &&
           ber_expect(&r, BER_OCTET_STRING, &message) == BER_WHOLE;
}

static bool
expect_number(struct reader *r, unsigned tag, int64_t least, int64_t most)
{
    struct ber_element element;
    int64_t value;

    return ber_expect(r, tag, &element) == BER_WHOLE && ber_integer(&element, &value) &&
           value >= least && value <= most;
}
