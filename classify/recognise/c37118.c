#include "classify/recognise/crc16.h"
#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* IEEE C37.118.2-2011, synchrophasors: a frame begins with AA, its type and a version, and
 * its size; then come the number of the stream, the time, what the type brings, and a
 * checksum over all before it (6.2, table 2).
 *
 * Every checksum is looked at.  Verified is a command that exists, two frames in a row of
 * one stream, or a datagram that a frame fills. */

enum {
    SYNC = 0xaa,
    TYPE_AT = 1,
    TYPE_SHIFT = 4,
    TYPE_MAX = 5,
    VERSION_MASK = 0x0f,
    SIZE_AT = 2,
    STREAM_AT = 4,
    COMMAND_AT = 14,
    CRC = 2,
    SIZE_MIN = COMMAND_AT + CRC,
    COMMAND_SIZE_MIN = SIZE_MIN + 2,
    COMMAND_TYPE = 4,
    USER_COMMAND_MIN = 0x0100, /* For whoever makes the device (6.6, table 15). */
    USER_COMMAND_MAX = 0x0fff,
};

static const struct command {
    uint16_t number;
    enum command_class class;
    const char *name;
} commands[] = {
    { 1, COMMAND_STOP, "turn-off-transmission" },
    { 2, COMMAND_WRITE, "turn-on-transmission" },
    { 3, COMMAND_READ, "send-header" },
    { 4, COMMAND_READ, "send-configuration-1" },
    { 5, COMMAND_READ, "send-configuration-2" },
    { 6, COMMAND_READ, "send-configuration-3" },
    { 8, COMMAND_WRITE, "extended-frame" },
};
static const struct command user_command = { 0, COMMAND_WRITE, "user-command" };

static size_t measure(const uint8_t *bytes, size_t n);
static enum opinion judge_side(const struct side *side, uint8_t protocol);
static bool is_checked(const uint8_t *frame, size_t size);
static const struct command *command_in(const uint8_t *frame, size_t n);

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

/* Commands go to whatever measures; either end may have opened the connection. */
static void
read(const struct pdu *pdu, struct findings *findings)
{
    const struct command *command;
    struct observation *observation;

    if (pdu->n == pdu->size && !is_checked(pdu->bytes, pdu->size)) {
        return;
    }
    command = command_in(pdu->bytes, pdu->n);
    if (command == NULL) {
        return;
    }
    observation = find_command(findings, command->class,
                               octets_be16(pdu->bytes + COMMAND_AT), command->name);
    find_detail(observation, "stream %u", octets_be16(pdu->bytes + STREAM_AT));
}

const struct recogniser recogniser_c37118 = {
    .service = SERVICE_C37118,
    .on_tcp = true,
    .on_udp = true,
    .judge = judge,
    .read = read,
    .measure = measure,
};

static size_t
measure(const uint8_t *bytes, size_t n)
{
    size_t size;

    if (bytes[0] != SYNC || (n > TYPE_AT && (bytes[TYPE_AT] >> TYPE_SHIFT > TYPE_MAX ||
                                             (bytes[TYPE_AT] & VERSION_MASK) == 0))) {
        return PDU_NONE;
    }
    if (n < SIZE_AT + 2) {
        return PDU_MORE;
    }
    size = octets_be16(bytes + SIZE_AT);
    return size < SIZE_MIN ? PDU_NONE : size;
}

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    const bool is_datagram = protocol != IP_PROTOCOL_TCP;
    const uint8_t *stream = NULL; /* Of the frame before. */
    enum opinion best = OPINION_MORE;

    for (size_t at = 0, size; at < side->n; at += size) {
        const uint8_t *frame = side->bytes + at;
        const size_t left = side->n - at;

        size = measure(frame, left);
        if (size == PDU_NONE ||
            (is_datagram && (size == PDU_MORE || size > side->size - at))) {
            return OPINION_NO;
        }
        if (size == PDU_MORE || size > left) {
            break;
        }
        if (!is_checked(frame, size)) {
            return OPINION_NO;
        }
        if (command_in(frame, size) != NULL || (is_datagram && at + size == side->size) ||
            (stream != NULL && memcmp(stream, frame + STREAM_AT, 2) == 0)) {
            best = OPINION_VERIFIED;
        } else if (best == OPINION_MORE) {
            best = OPINION_CONSISTENT;
        }
        stream = frame + STREAM_AT;
    }
    return best;
}

static bool
is_checked(const uint8_t *frame, size_t size)
{
    return crc16_high_first(CRC16_START, frame, size - CRC) ==
           octets_be16(frame + size - CRC);
}

/* The command of a frame of which 'n' bytes are there; NULL if it is of another type, or if
 * there is no such command. */
static const struct command *
command_in(const uint8_t *frame, size_t n)
{
    unsigned number;

    if (n < COMMAND_SIZE_MIN || frame[TYPE_AT] >> TYPE_SHIFT != COMMAND_TYPE) {
        return NULL;
    }
    number = octets_be16(frame + COMMAND_AT);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (commands[i].number == number) {
            return &commands[i];
        }
    }
    return number >= USER_COMMAND_MIN && number <= USER_COMMAND_MAX ? &user_command : NULL;
}
