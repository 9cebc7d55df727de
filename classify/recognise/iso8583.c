#include "classify/recognise/iso8583_fields.h"
#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"

/* ISO 8583 card messages over TCP. How they are framed is up to those who use them: before
 * a message stands its length, in two bytes that count themselves or not, packed or in four
 * digits; perhaps an address ("TPDU") of five bytes, the first 60, or "ISO" and nine
 * digits.
 *
 * One message proves nothing here. Verified are two of one side, or one of each, of which
 * one answers the other, whose fields end where the length says; else it is consistent. */

enum {
    LENGTH_SIZE = 2,
    LENGTH_DIGITS = 4,
    LENGTH_MIN = 12,
    LENGTH_MAX = 9999,
    TPDU_SIZE = 5,
    TPDU_ID = 0x60,
    PREFIX_SIZE = 12, /* "ISO" and digits. */
    TYPE_DIGITS = 4,
    ENOUGH = 2,
};

/* How messages of one side are framed. */
enum framing { BINARY, BINARY_ALL, PACKED, DIGITS, N_FRAMINGS };

struct messages {
    unsigned n;    /* Whole ones whose fields fit. */
    bool may_be;   /* More may tell. */
    bool fits;     /* Type and length of one fit, if not its fields. */
    unsigned type; /* Of the first, "0200" as 200. */
};

static struct messages look_at(const struct side *side);
static struct messages look_as(const struct side *side, enum framing framing);
static size_t size_of(const uint8_t *bytes, size_t n, enum framing framing);
static size_t skip_header(const uint8_t *bytes, size_t n);
static bool read_type(const uint8_t *bytes, size_t n, bool is_packed, unsigned *ret);

static enum opinion
judge(const struct dialogue *dialogue)
{
    struct messages sides[2] = { { .may_be = true }, { .may_be = true } };

    for (unsigned i = 0; i < 2; i++) {
        if (dialogue->sides[i].n > 0) {
            sides[i] = look_at(&dialogue->sides[i]);
        }
        if (sides[i].n == 0 && !sides[i].may_be && !sides[i].fits) {
            return OPINION_NO;
        }
    }
    if (sides[0].n >= ENOUGH || sides[1].n >= ENOUGH) {
        return OPINION_VERIFIED;
    }
    if (sides[0].n > 0 && sides[1].n > 0) {
        return sides[1].type == sides[0].type + 10 || sides[0].type == sides[1].type + 10
                   ? OPINION_VERIFIED
                   : OPINION_CONSISTENT;
    }
    return sides[0].n > 0 || sides[1].n > 0 || sides[0].fits || sides[1].fits
               ? OPINION_CONSISTENT
               : OPINION_MORE;
}

const struct recogniser recogniser_iso8583 = {
    .service = SERVICE_ISO8583,
    .on_tcp = true,
    .judge = judge,
};

static struct messages
look_at(const struct side *side)
{
    struct messages best = { 0 };
    bool may_be = false, fits = false;

    for (unsigned i = 0; i < N_FRAMINGS; i++) {
        const struct messages messages = look_as(side, (enum framing) i);

        best = messages.n > best.n ? messages : best;
        may_be |= messages.may_be;
        fits |= messages.fits;
    }
    best.may_be = may_be;
    best.fits = fits;
    return best;
}

static struct messages
look_as(const struct side *side, enum framing framing)
{
    struct messages messages = { 0 };

    for (size_t at = 0; at < side->n;) {
        const uint8_t *bytes = side->bytes + at;
        const size_t n = side->n - at;
        const size_t length_size = framing == DIGITS ? LENGTH_DIGITS : LENGTH_SIZE;
        const size_t size = size_of(bytes, n, framing);
        size_t head;
        unsigned type;
        bool is_packed = false;

        if (size == PDU_NONE) {
            return messages;
        }
        if (size == PDU_MORE) {
            messages.may_be = true;
            return messages;
        }
        head = length_size + skip_header(bytes + length_size, n - length_size);
        if (n < head + TYPE_DIGITS) {
            messages.may_be = true;
            return messages;
        }
        if (!read_type(bytes + head, n - head, false, &type)) {
            is_packed = true;
            if (!read_type(bytes + head, n - head, true, &type)) {
                return messages;
            }
        }
        if (size > n) {
            messages.may_be = size <= RECOGNISE_STREAM_MAX;
            return messages;
        }
        if (head + LENGTH_MIN > size ||
            !iso8583_is_message(bytes + head, size - head, is_packed)) {
            messages.fits |= !is_packed;
            return messages;
        }
        messages.type = messages.n == 0 ? type : messages.type;
        messages.n++;
        at += size;
    }
    return messages;
}

/* The whole message with its length, PDU_MORE or PDU_NONE. */
static size_t
size_of(const uint8_t *bytes, size_t n, enum framing framing)
{
    size_t length = 0, size = LENGTH_SIZE;

    if (framing == DIGITS) {
        size = LENGTH_DIGITS;
        for (size_t i = 0; i < n && i < LENGTH_DIGITS; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return PDU_NONE;
            }
            length = 10 * length + (size_t) (bytes[i] - '0');
        }
    } else if (n >= LENGTH_SIZE) {
        length = octets_be16(bytes);
        if (framing == PACKED) {
            if (bytes[0] >> 4 > 9 || (bytes[0] & 15) > 9 || bytes[1] >> 4 > 9 ||
                (bytes[1] & 15) > 9) {
                return PDU_NONE;
            }
            length = (bytes[0] >> 4) * 1000U + (bytes[0] & 15) * 100U +
                     (bytes[1] >> 4) * 10U + (bytes[1] & 15);
        }
    }
    if (n < size) {
        return PDU_MORE;
    }
    if (length < LENGTH_MIN || length > LENGTH_MAX) {
        return PDU_NONE;
    }
    return framing == BINARY_ALL ? length : size + length;
}

/* How much stands before the type. */
static size_t
skip_header(const uint8_t *bytes, size_t n)
{
    if (n > 0 && bytes[0] == TPDU_ID) {
        return TPDU_SIZE;
    }
    return n > 0 && octets_begin(bytes, n, "ISO", 3) ? PREFIX_SIZE : 0;
}

/* Version 1987 or 1993, one of eight classes, a function, an origin. */
static bool
read_type(const uint8_t *bytes, size_t n, bool is_packed, unsigned *ret)
{
    unsigned digits[TYPE_DIGITS];

    if (n < TYPE_DIGITS) {
        return false;
    }
    for (unsigned i = 0; i < TYPE_DIGITS; i++) {
        digits[i] = is_packed ? (unsigned) bytes[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15
                              : (unsigned) bytes[i] - '0';
        if (digits[i] > 9) {
            return false;
        }
    }
    *ret = digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3];
    return digits[0] <= 1 && digits[1] >= 1 && digits[1] <= 8 && digits[2] <= 4 &&
           digits[3] <= 5;
}
