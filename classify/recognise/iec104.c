#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* IEC 60870-5-104: APDUs of 68, a length and four control octets (5.1), of three formats;
 * in format I an ASDU follows: type, number of objects, cause of transmission, common
 * address, objects with addresses of three octets (IEC 60870-5-101, 7.2).
 *
 * An APDU of format S or U has a fixed length and fixed bits, 32 in all for U.  Verified
 * are a function of format U that is confirmed by the other side, or three APDUs in a row,
 * of which an I has a known type with a cause that exists and a length that fits its
 * objects. */

enum {
    START = 0x68,
    HEAD = 2,
    CONTROL = 4,
    APDU_MIN = HEAD + CONTROL,
    LENGTH_MAX = 253,
    ASDU_AT = APDU_MIN,
    TYPE_AT = ASDU_AT,
    NUMBER_AT = ASDU_AT + 1,
    CAUSE_AT = ASDU_AT + 2,
    ADDRESS_AT = ASDU_AT + 4,
    OBJECT_AT = ASDU_AT + 6,
    OBJECT_ADDRESS = 3,
    ASDU_HEAD = 6,
    CAUSE_MASK = 0x3f,
    CAUSE_ACTIVATION = 6,
    CAUSE_DEACTIVATION = 8,
    CAUSE_MAX = 47,
    SEQUENCE = 0x80, /* One address, then values. */
    FILE_TYPES = 120,
    FILE_TYPES_LAST = 127,
    ENOUGH = 3, /* APDUs in a row. */
};

/* Types of the process information in the direction of control (101, 7.2.1.2 to 7.2.1.6);
 * 'value' is the size of what follows an object's address. */
static const struct type {
    uint8_t number, value;
    enum command_class class;
    const char *name;
} commands[] = {
    { 45, 1, COMMAND_WRITE, "single-command" },
    { 46, 1, COMMAND_WRITE, "double-command" },
    { 47, 1, COMMAND_WRITE, "regulating-step-command" },
    { 48, 3, COMMAND_WRITE, "set-point-normalised" },
    { 49, 3, COMMAND_WRITE, "set-point-scaled" },
    { 50, 5, COMMAND_WRITE, "set-point-float" },
    { 51, 4, COMMAND_WRITE, "bitstring-command" },
    { 58, 8, COMMAND_WRITE, "single-command-with-time" },
    { 59, 8, COMMAND_WRITE, "double-command-with-time" },
    { 60, 8, COMMAND_WRITE, "regulating-step-command-with-time" },
    { 61, 10, COMMAND_WRITE, "set-point-normalised-with-time" },
    { 62, 10, COMMAND_WRITE, "set-point-scaled-with-time" },
    { 63, 12, COMMAND_WRITE, "set-point-float-with-time" },
    { 64, 11, COMMAND_WRITE, "bitstring-command-with-time" },
    { 100, 1, COMMAND_READ, "interrogation" },
    { 101, 1, COMMAND_READ, "counter-interrogation" },
    { 102, 0, COMMAND_READ, "read" },
    { 103, 7, COMMAND_WRITE, "clock-synchronisation" },
    { 104, 2, COMMAND_READ, "test" },
    { 105, 1, COMMAND_STOP, "reset-process" },
    { 107, 9, COMMAND_READ, "test-with-time" },
    { 110, 3, COMMAND_WRITE, "parameter-normalised" },
    { 111, 3, COMMAND_WRITE, "parameter-scaled" },
    { 112, 5, COMMAND_WRITE, "parameter-float" },
    { 113, 1, COMMAND_WRITE, "parameter-activation" },
};

/* Sizes of the values of types in the direction of monitoring; 0: no such type. */
static const uint8_t monitored[] = {
    [1] = 1,   [2] = 4,   [3] = 1,   [4] = 4,   [5] = 2,   [6] = 5,   [7] = 5,
    [8] = 8,   [9] = 3,   [10] = 6,  [11] = 3,  [12] = 6,  [13] = 5,  [14] = 8,
    [15] = 5,  [16] = 8,  [17] = 6,  [18] = 7,  [19] = 7,  [20] = 5,  [21] = 2,
    [30] = 8,  [31] = 8,  [32] = 9,  [33] = 12, [34] = 10, [35] = 10, [36] = 12,
    [37] = 12, [38] = 10, [39] = 11, [40] = 11, [70] = 1,
};

static size_t measure(const uint8_t *bytes, size_t n);
static bool is_apdu(const uint8_t *apdu, size_t size);
static bool is_control(const uint8_t *control, size_t size);
static bool is_asdu(const uint8_t *asdu, size_t size);
static const struct type *command_of(uint8_t number);
static enum opinion judge_side(const struct side *side, uint8_t protocol);
static uint8_t first_function(const struct side *side);

static enum opinion
judge(const struct dialogue *dialogue)
{
    const enum opinion opinion = judge_sides(dialogue, judge_side);
    const uint8_t asked = first_function(&dialogue->sides[FLOW_INITIATOR]);
    const uint8_t answered = first_function(&dialogue->sides[FLOW_RESPONDER]);

    /* An activation has one of the bits 04, 10 and 40; its confirmation the next one. */
    return opinion != OPINION_NO && asked != 0 &&
                   answered == (uint8_t) (((asked & ~3U) << 1) | 3)
               ? OPINION_VERIFIED
               : opinion;
}

static void
read(const struct pdu *pdu, struct findings *findings)
{
    const uint8_t *apdu = pdu->bytes;
    const struct type *type;
    struct observation *observation;
    unsigned cause;

    if (pdu->from != FLOW_INITIATOR || pdu->n < OBJECT_AT + OBJECT_ADDRESS ||
        (apdu[HEAD] & 1) != 0) {
        return;
    }
    type = command_of(apdu[TYPE_AT]);
    cause = apdu[CAUSE_AT] & CAUSE_MASK;
    if (type == NULL ||
        (cause != CAUSE_ACTIVATION && cause != CAUSE_DEACTIVATION && type->number != 102)) {
        return;
    }
    observation = find_command(findings, type->class, type->number, type->name);
    find_detail(observation, "station %u", octets_le16(apdu + ADDRESS_AT));
    find_detail(observation, "object %u",
                octets_le16(apdu + OBJECT_AT) | (unsigned) apdu[OBJECT_AT + 2] << 16);
}

const struct recogniser recogniser_iec104 = {
    .service = SERVICE_IEC104,
    .on_tcp = true,
    .judge = judge,
    .read = read,
    .measure = measure,
};

static size_t
measure(const uint8_t *bytes, size_t n)
{
    if (bytes[0] != START) {
        return PDU_NONE;
    }
    if (n < HEAD) {
        return PDU_MORE;
    }
    return bytes[1] < CONTROL || bytes[1] > LENGTH_MAX ? PDU_NONE
                                                       : (size_t) HEAD + bytes[1];
}

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    unsigned n = 0;

    (void) protocol;
    for (size_t at = 0, size; at < side->n; at += size) {
        const size_t left = side->n - at;

        size = measure(side->bytes + at, left);
        if (size == PDU_NONE ||
            (left >= APDU_MIN && !is_control(side->bytes + at + HEAD, size))) {
            return OPINION_NO;
        }
        if (size == PDU_MORE || size > left) {
            break;
        }
        if (!is_apdu(side->bytes + at, size)) {
            return OPINION_NO;
        }
        n++;
    }
    return n >= ENOUGH ? OPINION_VERIFIED : OPINION_MORE;
}

static bool
is_apdu(const uint8_t *apdu, size_t size)
{
    return is_control(apdu + HEAD, size) &&
           ((apdu[HEAD] & 1) != 0 || is_asdu(apdu + ASDU_AT, size - ASDU_AT));
}

/* The control octets of an APDU of 'size' bytes (5.1, figures 5 to 9). */
static bool
is_control(const uint8_t *control, size_t size)
{
    if ((control[0] & 1) == 0) { /* I: sequence numbers of 15 bits, each above a 0. */
        return (control[2] & 1) == 0 && size > (size_t) APDU_MIN + ASDU_HEAD;
    }
    if (size != APDU_MIN) {
        return false;
    }
    if ((control[0] & 2) == 0) { /* S. */
        return control[0] == 1 && control[1] == 0 && (control[2] & 1) == 0;
    }
    switch (control[0]) { /* U: one function. */
    case 0x07:
    case 0x0b:
    case 0x13:
    case 0x23:
    case 0x43:
    case 0x83:
        return control[1] == 0 && control[2] == 0 && control[3] == 0;
    default:
        return false;
    }
}

static bool
is_asdu(const uint8_t *asdu, size_t size)
{
    const struct type *type = command_of(asdu[0]);
    const size_t value = type != NULL                 ? type->value
                         : asdu[0] < sizeof monitored ? monitored[asdu[0]]
                                                      : 0;
    const size_t number = asdu[1] & (SEQUENCE - 1);
    const unsigned cause = asdu[2] & CAUSE_MASK;

    if (cause == 0 || cause > CAUSE_MAX) {
        return false;
    }
    if (asdu[0] >= FILE_TYPES && asdu[0] <= FILE_TYPES_LAST) { /* Of any length. */
        return true;
    }
    if ((type == NULL && value == 0) || number == 0) {
        return false;
    }
    return size == ASDU_HEAD + ((asdu[1] & SEQUENCE) != 0
                                    ? OBJECT_ADDRESS + number * value
                                    : number * (OBJECT_ADDRESS + value));
}

static const struct type *
command_of(uint8_t number)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (commands[i].number == number) {
            return &commands[i];
        }
    }
    return NULL;
}

/* The function of format U that a side begins with; 0 if it begins with none. */
static uint8_t
first_function(const struct side *side)
{
    return side->n >= APDU_MIN && (side->bytes[HEAD] & 3) == 3 ? side->bytes[HEAD] : 0;
}
