#include "classify/recognise/ber.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* SNMP: RFC 1157 (version 1), RFC 1901 and 3416 (2c), RFC 3412 (3).  A message is a
 * SEQUENCE of the version and, of 1 and 2c, a community and a PDU that ends where the
 * message does; of 3, a SEQUENCE of four values and the parameters of security.
 *
 * Verified is one whole message: its lengths lie in each other. */

enum {
    VERSION_1 = 0,
    VERSION_2C = 1,
    VERSION_3 = 3,
    PDU_FIRST = BER_CONTEXT, /* get-request; the number of the others is added. */
    PDU_TRAP_1 = BER_CONTEXT + 4,
    PDU_LAST = BER_CONTEXT + 8, /* report. */
    SIZE_MIN = 484,             /* Of messages that every engine takes: RFC 3412. */
};

/* Those that ask for something, by the PDU's number (RFC 3416 section 3). */
static const struct command {
    uint8_t number;
    enum command_class class;
    const char *name;
} commands[] = {
    { 0, COMMAND_READ, "get-request" },
    { 1, COMMAND_READ, "get-next-request" },
    { 3, COMMAND_WRITE, "set-request" },
    { 5, COMMAND_READ, "get-bulk-request" },
};

struct message {
    enum ber_state state; /* BER_WHOLE, BER_MORE or BER_WRONG. */
    int64_t version;
    struct ber_element community, pdu; /* Of versions 1 and 2c. */
};

static enum opinion judge_side(const struct side *side, uint8_t protocol);
static struct message parse(const uint8_t *bytes, size_t n, size_t size);
static enum ber_state parse_community(struct reader *r, struct message *message);
static enum ber_state parse_header_3(struct reader *r);
static enum ber_state parse_pdu(const struct ber_element *pdu);
static enum ber_state expect_integer(struct reader *r, int64_t *ret);
static enum ber_state whole(enum ber_state state);

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

static void
read(const struct pdu *pdu, struct findings *findings)
{
    const struct message message = parse(pdu->bytes, pdu->n, pdu->size);

    if (message.state != BER_WHOLE || message.version == VERSION_3) {
        return;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        const struct command *command = &commands[i];

        if (message.pdu.tag == (unsigned) PDU_FIRST + command->number) {
            find_credentials(findings, "SNMP community");
            (void) find_command(findings, command->class, command->number, command->name);
        }
    }
}

const struct recogniser recogniser_snmp = {
    .service = SERVICE_SNMP,
    .on_udp = true,
    .judge = judge,
    .read = read,
    .reads_datagrams = true,
};

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    (void) protocol;
    switch (parse(side->bytes, side->n, side->size).state) {
    case BER_WHOLE:
        return OPINION_VERIFIED;
    case BER_WRONG:
        return OPINION_NO;
    case BER_CUT:
    case BER_MORE:
        break;
    }
    return OPINION_MORE;
}

static struct message
parse(const uint8_t *bytes, size_t n, size_t size)
{
    struct message message = { .state = BER_WRONG };
    struct reader r = reader_init(bytes, n);
    struct ber_element sequence;

    message.state = ber_expect(&r, BER_SEQUENCE, &sequence);
    if (message.state == BER_WRONG || message.state == BER_MORE) {
        return message;
    }
    if (sequence.head_size + sequence.size != size) {
        message.state = BER_WRONG;
        return message;
    }
    message.state = expect_integer(&sequence.content, &message.version);
    if (message.state != BER_WHOLE) {
        return message;
    }
    if (message.version == VERSION_1 || message.version == VERSION_2C) {
        message.state = parse_community(&sequence.content, &message);
    } else {
        message.state =
            message.version == VERSION_3 ? parse_header_3(&sequence.content) : BER_WRONG;
    }
    return message;
}

static enum ber_state
parse_community(struct reader *r, struct message *message)
{
    enum ber_state state = whole(ber_expect(r, BER_OCTET_STRING, &message->community));

    if (state == BER_WHOLE) {
        state = whole(ber_next(r, &message->pdu));
    }
    if (state == BER_WHOLE &&
        (message->pdu.tag < PDU_FIRST || message->pdu.tag > PDU_LAST || r->left > 0)) {
        return BER_WRONG;
    }
    return state == BER_WHOLE ? parse_pdu(&message->pdu) : state;
}

/* Its number, two more, and the variables; or of the trap of version 1 what sent it. */
static enum ber_state
parse_pdu(const struct ber_element *pdu)
{
    struct reader r = pdu->content;
    struct ber_element variables;
    int64_t value;

    if (pdu->tag == PDU_TRAP_1) {
        return whole(ber_expect(&r, BER_OBJECT_IDENTIFIER, &variables));
    }
    for (unsigned i = 0; i < 3; i++) {
        if (expect_integer(&r, &value) != BER_WHOLE) {
            return BER_WRONG;
        }
    }
    return ber_expect(&r, BER_SEQUENCE, &variables) == BER_WHOLE && r.left == 0 ? BER_WHOLE
                                                                                : BER_WRONG;
}

/* The identifier, the largest size, the flags, and the model of security. */
static enum ber_state
parse_header_3(struct reader *r)
{
    struct ber_element header, flags, parameters;
    int64_t id, size_max, model;
    enum ber_state state = whole(ber_expect(r, BER_SEQUENCE, &header));

    if (state != BER_WHOLE) {
        return state;
    }
    if (expect_integer(&header.content, &id) != BER_WHOLE ||
        expect_integer(&header.content, &size_max) != BER_WHOLE ||
        ber_expect(&header.content, BER_OCTET_STRING, &flags) != BER_WHOLE ||
        expect_integer(&header.content, &model) != BER_WHOLE || id < 0 ||
        size_max < SIZE_MIN || flags.size != 1 || model < 1 || header.content.left != 0) {
        return BER_WRONG;
    }
    return whole(ber_expect(r, BER_OCTET_STRING, &parameters));
}

static enum ber_state
expect_integer(struct reader *r, int64_t *ret)
{
    struct ber_element element;
    const enum ber_state state = whole(ber_expect(r, BER_INTEGER, &element));

    return state == BER_WHOLE && !ber_integer(&element, ret) ? BER_WRONG : state;
}

/* Of what is cut the rest may be right. */
static enum ber_state
whole(enum ber_state state)
{
    return state == BER_CUT ? BER_MORE : state;
}
