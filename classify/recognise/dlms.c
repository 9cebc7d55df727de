#include "classify/recognise/crc16.h"
#include "classify/recognise/dlms_apdu.h"
#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"

/* DLMS/COSEM, meters (DLMS UA 1000-2, "Green Book"), in one of two frames.
 *
 * The wrapper of IP networks (IEC 62056-47): version 1, the ports of who asks and who
 * answers, the length.  HDLC of serial lines, through gateways (IEC 62056-46): a flag, a
 * format with the length, two addresses, control, a checksum of that, information behind
 * three bytes of logical link control, a checksum of all, a flag; two frames may share one.
 *
 * Verified is a context of COSEM in an association, information in a frame with good
 * checksums, two frames in a row, or one each way with their addresses exchanged. */

enum {
    WRAPPER_FROM_AT = 2,
    WRAPPER_TO_AT = 4,
    WRAPPER_LENGTH_AT = 6,
    WRAPPER = 8,

    FLAG = 0x7e,
    FORMAT_MASK = 0xf0,
    FORMAT = 0xa0,
    LENGTH_MASK = 0x07ff,
    LENGTH_MIN = 7, /* Format, two addresses of a byte, control, checksum. */
    ADDRESS_MAX = 4,
    CRC = 2,
    LINK_CONTROL = 3,
};

static const uint8_t version[] = { 0, 1 };

struct frame {
    uint32_t to, from;
    const uint8_t *apdu; /* NULL: it has none, or goes on with one. */
    size_t n, size;      /* Of the APDU: what is there of it, and all of it. */
};

/* What one side has said. */
struct frames {
    unsigned n;
    bool is_wrong, is_proven;
    uint32_t to, from; /* Of the last one. */
};

static size_t measure(const uint8_t *bytes, size_t n);
static size_t measure_hdlc(const uint8_t *bytes, size_t n);
static struct frames look_at(const struct side *side);
static bool read_frame(const uint8_t *bytes, size_t n, size_t size, struct frame *ret);
static bool read_hdlc(const uint8_t *bytes, size_t n, size_t size, struct frame *ret);
static bool take_address(struct reader *r, uint32_t *ret);
static bool is_control(uint8_t control);
static bool is_checked(const uint8_t *bytes, size_t n);

static enum opinion
judge(const struct dialogue *dialogue)
{
    const struct frames a = look_at(&dialogue->sides[0]);
    const struct frames b = look_at(&dialogue->sides[1]);

    if (a.is_wrong || b.is_wrong) {
        return OPINION_NO;
    }
    if (a.is_proven || b.is_proven || a.n > 1 || b.n > 1 ||
        (a.n > 0 && b.n > 0 && a.to == b.from && a.from == b.to)) {
        return OPINION_VERIFIED;
    }
    return a.n > 0 || b.n > 0 ? OPINION_CONSISTENT : OPINION_MORE;
}

/* Requests are told by their tags: a meter, too, may open the connection. */
static void
read(const struct pdu *pdu, struct findings *findings)
{
    struct frame frame;

    if (pdu->n > 1 && read_frame(pdu->bytes, pdu->n, pdu->size, &frame) &&
        frame.apdu != NULL) {
        dlms_apdu_find(frame.apdu, frame.n, findings);
    }
}

const struct recogniser recogniser_dlms = {
    .service = SERVICE_DLMS,
    .on_tcp = true,
    .on_udp = true,
    .judge = judge,
    .read = read,
    .measure = measure,
};

static size_t
measure(const uint8_t *bytes, size_t n)
{
    if (bytes[0] != version[0]) {
        return measure_hdlc(bytes, n);
    }
    if (!octets_begin(bytes, n, version, sizeof version)) {
        return PDU_NONE;
    }
    if (n < WRAPPER) {
        return PDU_MORE;
    }
    return octets_be16(bytes + WRAPPER_LENGTH_AT) == 0
               ? PDU_NONE
               : (size_t) WRAPPER + octets_be16(bytes + WRAPPER_LENGTH_AT);
}

/* With the flag before the frame, unless the one before it has taken it, and with the one
 * behind. */
static size_t
measure_hdlc(const uint8_t *bytes, size_t n)
{
    const size_t at = bytes[0] == FLAG;
    size_t length;

    if (n <= at) {
        return PDU_MORE;
    }
    if (bytes[at] == FLAG) {
        return 1; /* Idle. */
    }
    if ((bytes[at] & FORMAT_MASK) != FORMAT) {
        return PDU_NONE;
    }
    if (n < at + 2) {
        return PDU_MORE;
    }
    length = octets_be16(bytes + at) & LENGTH_MASK;
    return length < LENGTH_MIN ? PDU_NONE : at + length + 1;
}

static struct frames
look_at(const struct side *side)
{
    struct frames frames = { 0 };
    const bool is_hdlc = side->n > 0 && side->bytes[0] == FLAG;

    if (side->n > 0 && !is_hdlc && side->bytes[0] != version[0]) {
        frames.is_wrong = true;
        return frames;
    }
    for (size_t at = 0, size; at < side->n; at += size) {
        const uint8_t *bytes = side->bytes + at;
        const size_t left = side->n - at;
        struct frame frame;

        size = measure(bytes, left);
        if (size == PDU_NONE || is_hdlc != (bytes[0] != version[0])) {
            frames.is_wrong = true;
            break;
        }
        if (size == PDU_MORE || (is_hdlc && size > left)) {
            break;
        }
        if (size == 1) {
            continue;
        }
        if (!read_frame(bytes, left < size ? left : size, size, &frame)) {
            frames.is_wrong = true;
            break;
        }
        frames.is_proven |=
            frame.n > 0 && (is_hdlc || dlms_apdu_is_association(frame.apdu, frame.n));
        if (size > left) {
            break;
        }
        frames.n++;
        frames.to = frame.to;
        frames.from = frame.from;
    }
    return frames;
}

/* Reads a frame of which 'n' bytes are there.  Returns false if it is none. */
static bool
read_frame(const uint8_t *bytes, size_t n, size_t size, struct frame *ret)
{
    if (bytes[0] != version[0]) {
        return read_hdlc(bytes, n, size, ret);
    }
    *ret = (struct frame){ 0 };
    if (n <= WRAPPER) {
        return true;
    }
    *ret = (struct frame){
        .to = octets_be16(bytes + WRAPPER_TO_AT),
        .from = octets_be16(bytes + WRAPPER_FROM_AT),
        .apdu = bytes + WRAPPER,
        .n = n - WRAPPER,
        .size = size - WRAPPER,
    };
    return dlms_apdu_fits(ret->apdu, ret->n, ret->size);
}

/* The same of HDLC, which has to be all there to be checked. */
static bool
read_hdlc(const uint8_t *bytes, size_t n, size_t size, struct frame *ret)
{
    static const uint8_t command[LINK_CONTROL] = { 0xe6, 0xe6, 0x00 };
    static const uint8_t response[LINK_CONTROL] = { 0xe6, 0xe7, 0x00 };
    const size_t start = bytes[0] == FLAG;
    const uint8_t *frame = bytes + start;
    struct reader r;
    const uint8_t *control;

    *ret = (struct frame){ 0 };
    if (n < size || size < start + LENGTH_MIN + 1 || bytes[size - 1] != FLAG ||
        !is_checked(frame, size - start - 1)) {
        return false;
    }
    r = reader_init(frame, size - start - 1 - CRC);
    (void) reader_take(&r, 2);
    if (!take_address(&r, &ret->to) || !take_address(&r, &ret->from)) {
        return false;
    }
    control = reader_take(&r, 1);
    if (control == NULL || !is_control(*control)) {
        return false;
    }
    if (r.left == 0) {
        return true;
    }
    if (r.left < CRC || !is_checked(frame, (size_t) (control + 1 + CRC - frame))) {
        return false;
    }
    (void) reader_take(&r, CRC);
    if (r.left > LINK_CONTROL && (memcmp(r.at, command, LINK_CONTROL) == 0 ||
                                  memcmp(r.at, response, LINK_CONTROL) == 0)) {
        (void) reader_take(&r, LINK_CONTROL);
        ret->apdu = r.at;
        ret->n = ret->size = r.left;
    }
    return true;
}

/* An address goes on until a byte is odd (IEC 62056-46, 6.4.2.2). */
static bool
take_address(struct reader *r, uint32_t *ret)
{
    *ret = 0;
    for (unsigned i = 0; i < ADDRESS_MAX; i++) {
        const uint8_t byte = reader_u8(r);

        *ret = *ret << 8 | byte;
        if ((byte & 1) != 0) {
            return true;
        }
    }
    return false;
}

/* Information, and the commands and responses of IEC 62056-46, table 8, with the poll bit
 * set or not. */
static bool
is_control(uint8_t control)
{
    if ((control & 1) == 0) {
        return true;
    }
    switch (control & 0xef) {
    case 0x03: /* UI */
    case 0x0f: /* DM */
    case 0x43: /* DISC */
    case 0x63: /* UA */
    case 0x83: /* SNRM */
    case 0x87: /* FRMR */
        return true;
    default:
        return (control & 0x0f) == 0x01 || (control & 0x0f) == 0x05; /* RR, RNR */
    }
}

/* Whether the last two of 'n' bytes are the checksum of the others: that of ITU-T X.25. */
static bool
is_checked(const uint8_t *bytes, size_t n)
{
    return (crc16_low_first(CRC16_START, bytes, n - CRC) ^ 0xffff) ==
           octets_le16(bytes + n - CRC);
}
