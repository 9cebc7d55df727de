#include "classify/recognise/ber.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* Kerberos V5: RFC 4120.  A message is an element whose application tag is its type, around
 * a SEQUENCE that begins with the version, 5, and the type once more; over TCP its length
 * goes before (section 7.2.2).
 *
 * Verified is one message's beginning, to the type: ten bytes are fixed by the tag, and the
 * lengths lie in each other. */

enum {
    VERSION = 5,
    LENGTH_SIZE = 4, /* TCP. */
    LENGTH_MAX = 1 << 20,
};

/* Types (section 7.5.7), and the number of the element with the version in them. */
static const struct type {
    uint8_t number, version_at;
} types[] = {
    { 10, 1 }, { 11, 0 }, { 12, 1 }, { 13, 0 }, { 14, 0 }, { 15, 0 }, { 30, 0 },
};

static enum opinion judge_side(const struct side *side, uint8_t protocol);
static enum ber_state parse(struct reader *r, size_t size);
static const struct type *type_of(uint8_t tag);
static enum ber_state expect_value(struct reader *r, unsigned number, int64_t value);

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

const struct recogniser recogniser_kerberos = {
    .service = SERVICE_KERBEROS,
    .on_tcp = true,
    .on_udp = true,
    .judge = judge,
};

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    struct reader r = reader_init(side->bytes, side->n);
    size_t size = side->size;

    if (protocol == IP_PROTOCOL_TCP) {
        if (side->bytes[0] != 0) { /* Of the length. */
            return OPINION_NO;
        }
        size = reader_be32(&r);
        if (r.failed) {
            return OPINION_MORE;
        }
        if (size > LENGTH_MAX) {
            return OPINION_NO;
        }
    }
    switch (parse(&r, size)) {
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

static enum ber_state
parse(struct reader *r, size_t size)
{
    const struct type *type;
    struct ber_element message, sequence;
    enum ber_state state;

    if (r->left == 0) {
        return BER_MORE;
    }
    type = type_of(r->at[0]);
    if (type == NULL) {
        return BER_WRONG;
    }
    state = ber_next(r, &message);
    if (state == BER_MORE || state == BER_WRONG) {
        return state;
    }
    if (message.head_size + message.size != size) {
        return BER_WRONG;
    }
    state = ber_expect(&message.content, BER_SEQUENCE, &sequence);
    if (state == BER_MORE || state == BER_WRONG) {
        return state;
    }
    if (sequence.head_size + sequence.size != message.size) {
        return BER_WRONG;
    }
    state = expect_value(&sequence.content, type->version_at, VERSION);
    return state == BER_WHOLE
               ? expect_value(&sequence.content, type->version_at + 1, type->number)
               : state;
}

static const struct type *
type_of(uint8_t tag)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (BER_APPLICATION + types[i].number == tag) {
            return &types[i];
        }
    }
    return NULL;
}

static enum ber_state
expect_value(struct reader *r, unsigned number, int64_t value)
{
    struct ber_element outer, inner;
    enum ber_state state = ber_expect(r, BER_CONTEXT + number, &outer);
    int64_t found;

    if (state != BER_WHOLE) {
        return state;
    }
    state = ber_expect(&outer.content, BER_INTEGER, &inner);
    return state == BER_WHOLE && ber_integer(&inner, &found) && found == value ? BER_WHOLE
                                                                               : BER_WRONG;
}
