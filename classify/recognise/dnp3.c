#include "classify/recognise/crc16.h"
#include "classify/recognise/dnp3_objects.h"
#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* DNP3 (IEEE 1815-2012).  A link frame is a header of two fixed bytes, length, control,
 * destination and source with a checksum, then user data in blocks of 16 bytes with a
 * checksum each (9.2).  User data begins with a transport octet (8.2); the first segment of
 * a fragment has an application header: control, function, and objects (4.2.2).
 *
 * Every checksum is looked at.  Verified is one frame that is whole: 32 bits of its header
 * alone are fixed by the others. */

enum {
    START = 0x05,
    START_2 = 0x64,
    LENGTH_AT = 2,
    DESTINATION_AT = 4,
    HEADER = 8,
    CRC = 2,
    LENGTH_MIN = 5, /* Control, destination and source are counted. */
    BLOCK = 16,
    USER_DATA_MAX = UINT8_MAX - LENGTH_MIN,

    BROADCAST_MIN = 0xfffd,

    TRANSPORT_FIRST = 0x40,
    FUNCTION_AT = 2, /* In user data. */
    OBJECTS_AT = 3,
};

/* Function codes of requests (IEEE 1815-2012, 4.2.2.5 and table 4-2), but for the
 * confirmation, 0. */
static const struct function {
    const char *name;
    enum command_class class;
    bool has_values; /* Objects follow their headers. */
} functions[] = {
    [1] = { "read", COMMAND_READ, false },
    [2] = { "write", COMMAND_WRITE, true },
    [3] = { "select", COMMAND_WRITE, true },
    [4] = { "operate", COMMAND_WRITE, true },
    [5] = { "direct-operate", COMMAND_WRITE, true },
    [6] = { "direct-operate-no-response", COMMAND_WRITE, true },
    [7] = { "immediate-freeze", COMMAND_WRITE, false },
    [8] = { "immediate-freeze-no-response", COMMAND_WRITE, false },
    [9] = { "freeze-and-clear", COMMAND_WRITE, false },
    [10] = { "freeze-and-clear-no-response", COMMAND_WRITE, false },
    [11] = { "freeze-at-time", COMMAND_WRITE, true },
    [12] = { "freeze-at-time-no-response", COMMAND_WRITE, true },
    [13] = { "cold-restart", COMMAND_STOP, false },
    [14] = { "warm-restart", COMMAND_STOP, false },
    [15] = { "initialize-data", COMMAND_WRITE, false },
    [16] = { "initialize-application", COMMAND_STOP, true },
    [17] = { "start-application", COMMAND_WRITE, true },
    [18] = { "stop-application", COMMAND_STOP, true },
    [19] = { "save-configuration", COMMAND_WRITE, true },
    [20] = { "enable-unsolicited", COMMAND_WRITE, false },
    [21] = { "disable-unsolicited", COMMAND_WRITE, false },
    [22] = { "assign-class", COMMAND_WRITE, false },
    [23] = { "delay-measure", COMMAND_READ, false },
    [24] = { "record-current-time", COMMAND_WRITE, false },
    [25] = { "open-file", COMMAND_READ, true }, /* Or COMMAND_WRITE, as its mode says. */
    [26] = { "close-file", COMMAND_READ, true },
    [27] = { "delete-file", COMMAND_WRITE, true },
    [28] = { "get-file-information", COMMAND_READ, true },
    [29] = { "authenticate-file", COMMAND_READ, true },
    [30] = { "abort-file", COMMAND_WRITE, true },
    [31] = { "activate-configuration", COMMAND_WRITE, true },
    [32] = { "authentication-request", COMMAND_READ, true },
    [33] = { "authentication-request-no-ack", COMMAND_READ, true },
};

enum { OPEN_FILE = 25 };

static size_t measure(const uint8_t *bytes, size_t n);
static enum opinion judge_side(const struct side *side, uint8_t protocol);
static bool is_checked(const uint8_t *bytes, size_t n);
static bool read_user_data(const uint8_t *frame, uint8_t user_data[static USER_DATA_MAX]);

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

/* The master may be either end, as outstations, too, open connections; and some masters do
 * not set the bit that tells the direction.  Its requests have function codes of their own.
 */
static void
read(const struct pdu *pdu, struct findings *findings)
{
    const uint8_t *frame = pdu->bytes;
    uint8_t data[USER_DATA_MAX];
    size_t n;
    unsigned function, outstation;
    enum command_class class;
    struct observation *observation;

    if (pdu->n < pdu->size || !read_user_data(frame, data)) {
        return;
    }
    n = (size_t) frame[LENGTH_AT] - LENGTH_MIN;
    if (n < OBJECTS_AT || (data[0] & TRANSPORT_FIRST) == 0) {
        return;
    }
    function = data[FUNCTION_AT];
    if (function >= sizeof functions / sizeof functions[0] ||
        functions[function].name == NULL) {
        return;
    }
    class = function == OPEN_FILE && dnp3_opens_to_write(data + OBJECTS_AT, n - OBJECTS_AT)
                ? COMMAND_WRITE
                : functions[function].class;
    observation = find_command(findings, class, function, functions[function].name);
    outstation = octets_le16(frame + DESTINATION_AT);
    if (outstation >= BROADCAST_MIN) {
        find_detail(observation, "all outstations");
    } else {
        find_detail(observation, "outstation %u", outstation);
    }
    dnp3_find_objects(observation, data + OBJECTS_AT, n - OBJECTS_AT,
                      functions[function].has_values);
}

const struct recogniser recogniser_dnp3 = {
    .service = SERVICE_DNP3,
    .on_tcp = true,
    .on_udp = true,
    .judge = judge,
    .read = read,
    .measure = measure,
};

static size_t
measure(const uint8_t *bytes, size_t n)
{
    size_t user_data;

    if (bytes[0] != START || (n > 1 && bytes[1] != START_2) ||
        (n > LENGTH_AT && bytes[LENGTH_AT] < LENGTH_MIN)) {
        return PDU_NONE;
    }
    if (n <= LENGTH_AT) {
        return PDU_MORE;
    }
    user_data = (size_t) bytes[LENGTH_AT] - LENGTH_MIN;
    return HEADER + CRC + user_data + (user_data + BLOCK - 1) / BLOCK * CRC;
}

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    enum opinion opinion = OPINION_MORE;

    (void) protocol;
    for (size_t at = 0, size; at < side->n; at += size) {
        const uint8_t *frame = side->bytes + at;
        const size_t left = side->n - at;
        uint8_t user_data[USER_DATA_MAX];

        size = measure(frame, left);
        if (size == PDU_NONE || (left >= HEADER + CRC && !is_checked(frame, HEADER))) {
            return OPINION_NO;
        }
        if (size == PDU_MORE || size > left) {
            break;
        }
        if (!read_user_data(frame, user_data)) {
            return OPINION_NO;
        }
        opinion = OPINION_VERIFIED;
    }
    return opinion;
}

/* Whether the checksum behind 'n' bytes is theirs. */
static bool
is_checked(const uint8_t *bytes, size_t n)
{
    return crc16_dnp(bytes, n) == octets_le16(bytes + n);
}

/* Puts the blocks of a whole frame together.  Returns false if a checksum is wrong. */
static bool
read_user_data(const uint8_t *frame, uint8_t user_data[static USER_DATA_MAX])
{
    const uint8_t *block = frame + HEADER + CRC;
    size_t n = (size_t) frame[LENGTH_AT] - LENGTH_MIN;

    if (!is_checked(frame, HEADER)) {
        return false;
    }
    while (n > 0) {
        const size_t size = n < BLOCK ? n : BLOCK;

        if (!is_checked(block, size)) {
            return false;
        }
        memcpy(user_data, block, size);
        user_data += size;
        block += size + CRC;
        n -= size;
    }
    return true;
}
