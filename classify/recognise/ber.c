#include "classify/recognise/ber.h"

enum {
    TAG_IS_LONG = 0x1f, /* The number follows in the next bytes. */
    TAG_HAS_MORE = 0x80,
    LENGTH_IS_LONG = 0x80,
    LENGTH_SIZE_MAX = 4,
    INTEGER_SIZE_MAX = 8,
};

static enum ber_state read_tag(struct reader *r, unsigned *ret);
static enum ber_state read_length(struct reader *r, size_t *ret);

enum ber_state
ber_next(struct reader *r, struct ber_element *ret)
{
    const size_t left = r->left;
    enum ber_state state = read_tag(r, &ret->tag);

    if (state == BER_WHOLE) {
        state = read_length(r, &ret->size);
    }
    if (state != BER_WHOLE) {
        return state;
    }
    ret->head_size = left - r->left;
    state = ret->size <= r->left ? BER_WHOLE : BER_CUT;
    ret->content = *r;
    reader_limit(&ret->content, ret->size);
    (void) reader_take(r, ret->content.left);
    return state;
}

enum ber_state
ber_expect(struct reader *r, unsigned tag, struct ber_element *ret)
{
    enum ber_state state;

    if (r->left > 0 && r->at[0] != (tag > UINT8_MAX ? tag >> 8 : tag)) {
        return BER_WRONG;
    }
    state = ber_next(r, ret);
    return (state == BER_WHOLE || state == BER_CUT) && ret->tag != tag ? BER_WRONG : state;
}

bool
ber_integer(const struct ber_element *element, int64_t *ret)
{
    const uint8_t *bytes = element->content.at;
    uint64_t value;

    if (element->size == 0 || element->size > INTEGER_SIZE_MAX ||
        element->content.left < element->size) {
        return false;
    }
    value = (bytes[0] & 0x80) != 0 ? UINT64_MAX : 0;
    for (size_t i = 0; i < element->size; i++) {
        value = value << 8 | bytes[i];
    }
    *ret = (int64_t) value;
    return true;
}

static enum ber_state
read_tag(struct reader *r, unsigned *ret)
{
    const uint8_t first = reader_u8(r);

    *ret = first;
    if (!r->failed && (first & TAG_IS_LONG) == TAG_IS_LONG) {
        const uint8_t second = reader_u8(r);

        if ((second & TAG_HAS_MORE) != 0) {
            return BER_WRONG;
        }
        *ret = (unsigned) first << 8 | second;
    }
    return r->failed ? BER_MORE : BER_WHOLE;
}

static enum ber_state
read_length(struct reader *r, size_t *ret)
{
    const uint8_t first = reader_u8(r);

    *ret = first;
    if ((first & LENGTH_IS_LONG) != 0) {
        const unsigned n = first & (LENGTH_IS_LONG - 1);

        if (n == 0 || n > LENGTH_SIZE_MAX) {
            return BER_WRONG;
        }
        *ret = 0;
        for (unsigned i = 0; i < n; i++) {
            *ret = *ret << 8 | reader_u8(r);
        }
    }
    return r->failed ? BER_MORE : BER_WHOLE;
}
