#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* HL7 version 2 in the minimal lower layer protocol (HL7 "Transport Specification: MLLP",
 * release 1): a message between 0b and 1c 0d.  It begins with the segment MSH, whose fourth
 * character separates fields, and the next four what is in them (HL7 v2.5.1, 2.5.4).
 *
 * Verified is a header that has its separators, a message type of three letters, and a
 * version 2.  A message is a command unless it holds the segment MSA, which answers one;
 * its number is that of the trigger event. */

enum {
    START = 0x0b,
    END = 0x1c,
    AFTER_END = 0x0d,
    SEGMENT_END = 0x0d,
    SEPARATOR_AT = 4,
    ENCODING_AT = 5,
    ENCODING_MIN = 4,
    ENCODING_MAX = 5, /* From 2.7 on a truncation character may follow. */
    TYPE_SIZE = 3,
    FIELD_MAX = 200,
    APPLICATION_MAX = 20,
    HEADER_MAX = 1500,
};

/* Fields of MSH by their numbers there; its first is the separator. */
enum { ENCODING = 2, SENDER = 3, RECEIVER = 5, TYPE = 9, VERSION = 12, N_FIELDS = 13 };

struct field {
    const uint8_t *text;
    size_t n;
};

struct header {
    struct field fields[N_FIELDS]; /* Empty if they are not there. */
    unsigned n;                    /* Number of the last one that has ended. */
    bool is_whole;
};

static size_t measure(const uint8_t *bytes, size_t n);
static enum opinion judge_side(const struct side *side, uint8_t protocol);
static struct header header_of(const uint8_t *bytes, size_t n);
static bool is_encoding(struct field field);
static bool is_type(struct field field);
static bool is_letter(uint8_t c);
static bool is_answer(const uint8_t *bytes, size_t n);
static bool is_query(const uint8_t *type);
static unsigned name_of(struct field type, char name[static 8]);
static struct field application(struct field field);

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

static void
read(const struct pdu *pdu, struct findings *findings)
{
    const struct header header = header_of(pdu->bytes, pdu->n);
    struct observation *observation;
    struct field sender, receiver;
    unsigned number;
    char name[8];

    if (pdu->bytes[0] != START || header.n < TYPE || !is_type(header.fields[TYPE]) ||
        is_answer(pdu->bytes, pdu->n)) {
        return;
    }
    number = name_of(header.fields[TYPE], name);
    observation = find_command(
        findings, is_query(header.fields[TYPE].text) ? COMMAND_READ : COMMAND_WRITE, number,
        name);
    sender = application(header.fields[SENDER]);
    receiver = application(header.fields[RECEIVER]);
    if (sender.n > 0) {
        find_detail(observation, "from %.*s", (int) sender.n, (const char *) sender.text);
    }
    if (receiver.n > 0) {
        find_detail(observation, "to %.*s", (int) receiver.n, (const char *) receiver.text);
    }
}

const struct recogniser recogniser_hl7 = {
    .service = SERVICE_HL7,
    .on_tcp = true,
    .judge = judge,
    .read = read,
    .measure = measure,
};

/* Of a message that is longer than a stream holds, the beginning; what does not begin one
 * is the rest of such a message. */
static size_t
measure(const uint8_t *bytes, size_t n)
{
    const uint8_t *end = memchr(bytes, END, n);

    if (end != NULL && end + 1 < bytes + n) {
        return (size_t) (end + 1 - bytes) + (end[1] == AFTER_END);
    }
    if (n == RECOGNISE_STREAM_MAX || (end == NULL && bytes[0] != START)) {
        return n;
    }
    return PDU_MORE;
}

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    static const uint8_t start[] = { START, 'M', 'S', 'H' };
    struct header header;

    (void) protocol;
    if (!octets_begin(side->bytes, side->n, start, sizeof start)) {
        return OPINION_NO;
    }
    header = header_of(side->bytes, side->n);
    if ((header.n >= ENCODING && !is_encoding(header.fields[ENCODING])) ||
        (header.n >= TYPE && !is_type(header.fields[TYPE]))) {
        return OPINION_NO;
    }
    if (header.n < VERSION) {
        return header.is_whole || side->n > HEADER_MAX ? OPINION_NO : OPINION_MORE;
    }
    return header.fields[VERSION].n > 1 && header.fields[VERSION].text[0] == '2' &&
                   header.fields[VERSION].text[1] == '.'
               ? OPINION_VERIFIED
               : OPINION_NO;
}

static struct header
header_of(const uint8_t *bytes, size_t n)
{
    struct header header = { .n = 1 };
    size_t at = ENCODING_AT, start = ENCODING_AT;

    for (; at < n && header.n + 1 < N_FIELDS && !header.is_whole; at++) {
        header.is_whole = bytes[at] == SEGMENT_END;
        if (header.is_whole || bytes[at] == bytes[SEPARATOR_AT]) {
            header.fields[++header.n] = (struct field){ bytes + start, at - start };
            start = at + 1;
        }
    }
    return header;
}

/* "^~\&", or others; none is used twice, and they are neither letters nor digits. */
static bool
is_encoding(struct field field)
{
    if (field.n < ENCODING_MIN || field.n > ENCODING_MAX) {
        return false;
    }
    for (size_t i = 0; i < field.n; i++) {
        if (field.text[i] <= ' ' || field.text[i] > '~' || is_letter(field.text[i]) ||
            memchr(field.text + i + 1, field.text[i], field.n - i - 1) != NULL) {
            return false;
        }
    }
    return true;
}

/* "ADT^A01" and what follows, or a type alone. */
static bool
is_type(struct field field)
{
    if (field.n < TYPE_SIZE || field.n > FIELD_MAX) {
        return false;
    }
    for (size_t i = 0; i < TYPE_SIZE; i++) {
        if (!is_letter(field.text[i])) {
            return false;
        }
    }
    return field.n == TYPE_SIZE || !is_letter(field.text[TYPE_SIZE]);
}

static bool
is_letter(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
}

static bool
is_answer(const uint8_t *bytes, size_t n)
{
    static const uint8_t acknowledgement[] = { SEGMENT_END, 'M', 'S', 'A' };

    for (size_t i = 0; i + sizeof acknowledgement <= n; i++) {
        if (bytes[i] == SEGMENT_END &&
            memcmp(bytes + i, acknowledgement, sizeof acknowledgement) == 0) {
            return true;
        }
    }
    return false;
}

/* Types that ask, HL7 v2.5.1 table 0076. */
static bool
is_query(const uint8_t *type)
{
    static const char queries[][TYPE_SIZE + 1] = {
        "QBP", "QCK", "QRY", "QSB", "QVR", "RQA", "RQC", "RQI",
        "RQP", "SQM", "SQR", "SPQ", "EQQ", "VQQ", "VXQ",
    };

    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        if (memcmp(queries[i], type, TYPE_SIZE) == 0) {
            return true;
        }
    }
    return false;
}

/* "adt-a01", and 1. */
static unsigned
name_of(struct field type, char name[static 8])
{
    const bool has_event = type.n >= 2 * TYPE_SIZE + 1;
    unsigned number = 0;

    for (size_t i = 0; i < (has_event ? 2 * TYPE_SIZE + 1 : TYPE_SIZE); i++) {
        const uint8_t c = type.text[i];

        name[i] = i == TYPE_SIZE ? '-' : (char) (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
        if (i != TYPE_SIZE && !is_letter(c)) {
            name[TYPE_SIZE] = '\0';
            return 0;
        }
        if (i > TYPE_SIZE && c >= '0' && c <= '9') {
            number = 10 * number + (unsigned) (c - '0');
        }
        name[i + 1] = '\0';
    }
    return number;
}

static struct field
application(struct field field)
{
    return field.n <= APPLICATION_MAX && octets_are_printable(field.text, field.n)
               ? field
               : (struct field){ field.text, 0 };
}
