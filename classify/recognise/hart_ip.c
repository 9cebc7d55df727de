#include "classify/recognise/hart_commands.h"
#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"

/* HART-IP (HCF_SPEC-085): a header of eight bytes (version, type, id, status, sequence
 * number, length) and a body by the id.  Most carry a frame of the field bus
 * (HCF_SPEC-081): delimiter, address, command, count, as many bytes, and the XOR of all;
 * or, since version 2, commands in a row.
 *
 * Verified is a frame whose count and XOR fit, or a message that the other side answers
 * under the same number. */

enum {
    TYPE_AT = 1,
    ID_AT = 2,
    SEQUENCE_AT = 4,
    LENGTH_AT = 6,
    HEAD = 8,

    REQUEST = 0,
    RESPONSE = 1,
    PUBLISH = 2,
    NAK = 15,

    SESSION_INITIATE = 0,
    SESSION_CLOSE = 1,
    KEEP_ALIVE = 2,
    TOKEN_PASSING = 3,
    DIRECT = 4,
    READ_AUDIT_LOG = 5,

    INITIATE_SIZE = HEAD + 5, /* Kind of master, time after which it is closed. */
    DIRECT_STATUS = 2,

    /* Of a frame's delimiter. */
    LONG_ADDRESS = 0x80,
    EXPANSION_SHIFT = 5,
    EXPANSION_MASK = 3,
    FRAME_MASK = 7,
    BURST_FRAME = 1,
    REQUEST_FRAME = 2,
    RESPONSE_FRAME = 6,

    ADDRESS = 5,
    ADDRESS_HIGH_MASK = 0x3f, /* Above it: of a primary master, in burst mode. */
};

/* A frame of the field bus. */
struct hart_frame {
    uint8_t kind; /* BURST_FRAME, ... */
    const uint8_t *address;
    bool is_long;
    uint8_t command;
    struct reader data;
};

/* What one side has said. */
struct messages {
    bool is_wrong, is_proven;
    unsigned n;
    const uint8_t *last;
};

static size_t measure(const uint8_t *bytes, size_t n);
static struct messages look_at(const struct side *side, bool is_datagram);
static bool fits(const uint8_t *message, size_t n, size_t size, bool *ret_is_proven);
static bool is_answer(const struct messages *requests, const struct messages *responses);
static struct hart_frame take_frame(struct reader *r);
static bool is_direct(const uint8_t *body, size_t n);
static void find_frame(struct hart_frame *frame, struct findings *findings);
static struct observation *find_number(unsigned number, struct findings *findings);
static void find_address(struct observation *observation, const struct hart_frame *frame);

static enum opinion
judge(const struct dialogue *dialogue)
{
    const bool is_datagram = dialogue->protocol != IP_PROTOCOL_TCP;
    const struct messages a = look_at(&dialogue->sides[FLOW_INITIATOR], is_datagram);
    const struct messages b = look_at(&dialogue->sides[FLOW_RESPONDER], is_datagram);

    if (a.is_wrong || b.is_wrong) {
        return OPINION_NO;
    }
    if (a.is_proven || b.is_proven || is_answer(&a, &b)) {
        return OPINION_VERIFIED;
    }
    return a.n > 0 || b.n > 0 ? OPINION_CONSISTENT : OPINION_MORE;
}

static void
read(const struct pdu *pdu, struct findings *findings)
{
    struct reader r = reader_init(pdu->bytes, pdu->n);

    if (pdu->n < HEAD || (pdu->bytes[TYPE_AT] & 0x0f) != REQUEST) {
        return;
    }
    (void) reader_take(&r, HEAD);
    if (pdu->bytes[ID_AT] == TOKEN_PASSING) {
        struct hart_frame frame = take_frame(&r);

        if (frame.kind == REQUEST_FRAME) {
            find_frame(&frame, findings);
        }
    } else if (pdu->bytes[ID_AT] == DIRECT) {
        (void) reader_take(&r, DIRECT_STATUS);
        while (r.left > 0 && !r.failed) {
            const unsigned number = reader_be16(&r);
            const uint8_t size = reader_u8(&r);

            if (!r.failed) {
                (void) find_number(number, findings);
            }
            (void) reader_take(&r, size);
        }
    }
}

const struct recogniser recogniser_hart_ip = {
    .service = SERVICE_HARTIP,
    .on_tcp = true,
    .on_udp = true,
    .judge = judge,
    .read = read,
    .measure = measure,
};

static size_t
measure(const uint8_t *bytes, size_t n)
{
    const uint8_t version = bytes[0];
    uint8_t type;

    if (version != 1 && version != 2) {
        return PDU_NONE;
    }
    if (n <= TYPE_AT) {
        return PDU_MORE;
    }
    type = bytes[TYPE_AT];
    if ((type > PUBLISH && type != NAK) || (n > ID_AT && bytes[ID_AT] > READ_AUDIT_LOG)) {
        return PDU_NONE;
    }
    if (n < HEAD) {
        return PDU_MORE;
    }
    return octets_be16(bytes + LENGTH_AT) < HEAD ? PDU_NONE
                                                 : octets_be16(bytes + LENGTH_AT);
}

static struct messages
look_at(const struct side *side, bool is_datagram)
{
    struct messages messages = { 0 };

    for (size_t at = 0, size; at < side->n; at += size) {
        const uint8_t *message = side->bytes + at;
        const size_t left = side->n - at;

        size = measure(message, left);
        if (size == PDU_NONE ||
            (is_datagram && (size == PDU_MORE || size != side->size - at))) {
            messages.is_wrong = true;
            break;
        }
        if (size == PDU_MORE) {
            break;
        }
        if (!fits(message, left < size ? left : size, size, &messages.is_proven)) {
            messages.is_wrong = true;
            break;
        }
        if (size > left) {
            break;
        }
        messages.n++;
        messages.last = message;
    }
    return messages;
}

/* Whether a message of which 'n' bytes are there has the form of its id.  Sets
 * '*ret_is_proven' if it has a frame that fits. */
static bool
fits(const uint8_t *message, size_t n, size_t size, bool *ret_is_proven)
{
    const bool is_request = message[TYPE_AT] == REQUEST;
    const uint8_t *body = message + HEAD;
    struct reader r = reader_init(body, n - HEAD);
    struct hart_frame frame;
    uint8_t xor = 0;

    if (message[TYPE_AT] == NAK) {
        return true;
    }
    switch (message[ID_AT]) {
    case SESSION_INITIATE:
        return size == INITIATE_SIZE || (!is_request && size == HEAD);
    case SESSION_CLOSE:
    case KEEP_ALIVE:
        return size == HEAD;
    case DIRECT:
        return n < size || (!is_request && size == HEAD) || is_direct(body, size - HEAD);
    case TOKEN_PASSING:
        break;
    default:
        return true;
    }
    if (n < size || (!is_request && size == HEAD)) {
        return true;
    }
    frame = take_frame(&r);
    for (size_t i = 0; i < size - HEAD; i++) {
        xor ^= body[i];
    }
    if (r.failed || r.left != 1 || xor != 0 ||
        frame.kind != (is_request                    ? REQUEST_FRAME
                       : message[TYPE_AT] == PUBLISH ? BURST_FRAME
                                                     : RESPONSE_FRAME)) {
        return false;
    }
    *ret_is_proven = true;
    return true;
}

/* Whether the last message of a side answers that of the other. */
static bool
is_answer(const struct messages *a, const struct messages *b)
{
    return a->n > 0 && b->n > 0 && a->last[ID_AT] == b->last[ID_AT] &&
           a->last[TYPE_AT] == REQUEST && b->last[TYPE_AT] != REQUEST &&
           b->last[TYPE_AT] != PUBLISH &&
           memcmp(a->last + SEQUENCE_AT, b->last + SEQUENCE_AT, 2) == 0;
}

/* Takes a frame, but for the XOR at its end. */
static struct hart_frame
take_frame(struct reader *r)
{
    const uint8_t delimiter = reader_u8(r);
    struct hart_frame frame = { .kind = delimiter & FRAME_MASK,
                                .is_long = (delimiter & LONG_ADDRESS) != 0 };
    const uint8_t *data;
    uint8_t size;

    frame.address = reader_take(r, frame.is_long ? ADDRESS : 1);
    (void) reader_take(r, delimiter >> EXPANSION_SHIFT & EXPANSION_MASK);
    frame.command = reader_u8(r);
    size = reader_u8(r);
    data = reader_take(r, size);
    frame.data = reader_init(data, data == NULL ? 0 : size);
    if (r->failed) {
        frame.kind = 0;
    }
    return frame;
}

/* Status, then numbers of commands, each before a count and as many bytes. */
static bool
is_direct(const uint8_t *body, size_t n)
{
    struct reader r = reader_init(body, n);

    (void) reader_take(&r, DIRECT_STATUS);
    while (r.left > 0 && !r.failed) {
        (void) reader_be16(&r);
        (void) reader_take(&r, reader_u8(&r));
    }
    return !r.failed;
}

static void
find_frame(struct hart_frame *frame, struct findings *findings)
{
    struct hart_frame inner;
    struct observation *observation;
    uint8_t card, channel;

    if (frame->command == HART_EXTENDED) {
        find_address(find_number(reader_be16(&frame->data), findings), frame);
        return;
    }
    if (frame->command != HART_TO_SUB_DEVICE) {
        find_address(find_number(frame->command, findings), frame);
        return;
    }
    card = reader_u8(&frame->data);
    channel = reader_u8(&frame->data);
    (void) reader_u8(&frame->data); /* Preambles. */
    inner = take_frame(&frame->data);
    if (inner.kind != REQUEST_FRAME) {
        find_address(find_number(HART_TO_SUB_DEVICE, findings), frame);
        return;
    }
    observation = find_number(inner.command == HART_EXTENDED ? reader_be16(&inner.data)
                                                             : inner.command,
                              findings);
    find_address(observation, &inner);
    find_detail(observation, "through card %u", card);
    find_detail(observation, "channel %u", channel);
}

static struct observation *
find_number(unsigned number, struct findings *findings)
{
    const struct hart_command command = hart_command_of(number);

    return find_command(findings, command.class, number, command.name);
}

static void
find_address(struct observation *observation, const struct hart_frame *frame)
{
    const uint8_t *address = frame->address;

    if (frame->is_long) {
        find_detail(observation, "device %02x%02x%02x%02x%02x",
                    address[0] & ADDRESS_HIGH_MASK, address[1], address[2], address[3],
                    address[4]);
    } else {
        find_detail(observation, "device %u", address[0] & ADDRESS_HIGH_MASK);
    }
}
