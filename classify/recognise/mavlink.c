#include "classify/recognise/crc16.h"
#include "classify/recognise/mavlink_messages.h"
#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

#include <string.h>

/* MAVLink, versions 1 and 2: mavlink.io/en/guide/serialization.html.  A frame is a start
 * byte, the length of its payload, a header with the id of its message, the payload and a
 * checksum, which a signature may follow.
 *
 * Verified is a frame of a known message with the right checksum: of version 2 one, of
 * version 1, whose header has less that cannot be otherwise, two, or one that is a whole
 * datagram.  Frames of messages that are not known are passed over.
 *
 * Commands are numbered as MAV_CMD has them, and messages that are commands themselves by
 * their id. */

enum {
    START_1 = 0xfe,
    START_2 = 0xfd,
    HEADER_SIZE_1 = 6,
    HEADER_SIZE_2 = 10,
    CHECKSUM_SIZE = 2,
    SIGNATURE_SIZE = 13,
    SIGNED = 1, /* The only incompatibility flag of version 2. */
    PAYLOAD_MAX = 255,

    COMMAND_AT = 28, /* In the payload of both command messages. */
    COMMAND_SYSTEM_AT = 30,
    ENOUGH = 2,
};

enum message_id {
    SET_MODE = 11,
    PARAM_REQUEST_READ = 20,
    PARAM_REQUEST_LIST = 21,
    PARAM_SET = 23,
    MISSION_ITEM = 39,
    MISSION_SET_CURRENT = 41,
    MISSION_REQUEST_LIST = 43,
    MISSION_COUNT = 44,
    MISSION_CLEAR_ALL = 45,
    MISSION_ITEM_INT = 73,
    COMMAND_INT = 75,
    COMMAND_LONG = 76,
};

/* Of MAV_CMD, those that are not simply named by their number. */
enum { COMPONENT_ARM_DISARM = 400 };

static const struct command {
    uint16_t number;
    enum command_class class;
    const char *name;
} commands[] = {
    { 16, COMMAND_WRITE, "nav-waypoint" },
    { 20, COMMAND_WRITE, "nav-return-to-launch" },
    { 21, COMMAND_WRITE, "nav-land" },
    { 22, COMMAND_WRITE, "nav-takeoff" },
    { 84, COMMAND_WRITE, "nav-vtol-takeoff" },
    { 85, COMMAND_WRITE, "nav-vtol-land" },
    { 115, COMMAND_WRITE, "condition-yaw" },
    { 176, COMMAND_WRITE, "do-set-mode" },
    { 178, COMMAND_WRITE, "do-change-speed" },
    { 179, COMMAND_WRITE, "do-set-home" },
    { 181, COMMAND_WRITE, "do-set-relay" },
    { 183, COMMAND_WRITE, "do-set-servo" },
    { 185, COMMAND_STOP, "do-flighttermination" },
    { 186, COMMAND_WRITE, "do-change-altitude" },
    { 192, COMMAND_WRITE, "do-reposition" },
    { 193, COMMAND_WRITE, "do-pause-continue" },
    { 195, COMMAND_WRITE, "do-set-roi-location" },
    { 205, COMMAND_WRITE, "do-mount-control" },
    { 207, COMMAND_WRITE, "do-fence-enable" },
    { 208, COMMAND_WRITE, "do-parachute" },
    { 209, COMMAND_WRITE, "do-motor-test" },
    { 211, COMMAND_WRITE, "do-gripper" },
    { 241, COMMAND_WRITE, "preflight-calibration" },
    { 245, COMMAND_WRITE, "preflight-storage" },
    { 246, COMMAND_STOP, "preflight-reboot-shutdown" },
    { 300, COMMAND_WRITE, "mission-start" },
    { 410, COMMAND_READ, "get-home-position" },
    { 500, COMMAND_WRITE, "start-rx-pair" },
    { 510, COMMAND_READ, "get-message-interval" },
    { 511, COMMAND_READ, "set-message-interval" },
    { 512, COMMAND_READ, "request-message" },
    { 519, COMMAND_READ, "request-protocol-version" },
    { 520, COMMAND_READ, "request-autopilot-capabilities" },
    { 521, COMMAND_READ, "request-camera-information" },
    { 2000, COMMAND_WRITE, "image-start-capture" },
    { 2001, COMMAND_WRITE, "image-stop-capture" },
    { 2500, COMMAND_WRITE, "video-start-capture" },
    { 2501, COMMAND_WRITE, "video-stop-capture" },
};

/* Messages that are commands, and where they say for which system. */
static const struct order {
    uint16_t id;
    uint8_t system_at;
    enum command_class class;
    const char *name;
} orders[] = {
    { SET_MODE, 4, COMMAND_WRITE, "set-mode" },
    { PARAM_REQUEST_READ, 2, COMMAND_READ, "param-request-read" },
    { PARAM_REQUEST_LIST, 0, COMMAND_READ, "param-request-list" },
    { PARAM_SET, 4, COMMAND_WRITE, "param-set" },
    { MISSION_ITEM, 32, COMMAND_WRITE, "mission-item" },
    { MISSION_SET_CURRENT, 2, COMMAND_WRITE, "mission-set-current" },
    { MISSION_REQUEST_LIST, 0, COMMAND_READ, "mission-request-list" },
    { MISSION_COUNT, 2, COMMAND_WRITE, "mission-count" },
    { MISSION_CLEAR_ALL, 0, COMMAND_WRITE, "mission-clear-all" },
    { MISSION_ITEM_INT, 32, COMMAND_WRITE, "mission-item-int" },
};

struct frame {
    uint32_t id;
    const uint8_t *payload;
    size_t payload_size, checksum_at;
};

static size_t measure(const uint8_t *bytes, size_t n);
static struct frame frame_of(const uint8_t *bytes);
static bool is_right(const uint8_t *bytes, const struct frame *frame);
static void find_command_message(struct findings *findings, const uint8_t *payload);
static enum command_class class_of_arming(const uint8_t *payload);

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    const bool is_datagram = protocol == IP_PROTOCOL_UDP;
    unsigned n_right = 0;
    size_t at = 0, size = 0;

    for (; at < side->n; at += size) {
        struct frame frame;

        size = measure(side->bytes + at, side->n - at);
        if (size == PDU_NONE) {
            return OPINION_NO;
        }
        if (size == PDU_MORE || size > side->n - at) {
            return is_datagram && size > side->size - at ? OPINION_NO : OPINION_MORE;
        }
        frame = frame_of(side->bytes + at);
        if (mavlink_message(frame.id) != NULL) {
            if (!is_right(side->bytes + at, &frame)) {
                return OPINION_NO;
            }
            n_right += side->bytes[at] == START_2 ? ENOUGH : 1;
        }
        if (n_right >= ENOUGH) {
            return OPINION_VERIFIED;
        }
    }
    return is_datagram && n_right > 0 ? OPINION_VERIFIED : OPINION_MORE;
}

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

static void
read(const struct pdu *pdu, struct findings *findings)
{
    uint8_t payload[PAYLOAD_MAX] = { 0 }; /* Zeros at its end are not sent. */
    struct observation *observation;
    struct frame frame;

    if (pdu->n < pdu->size) {
        return;
    }
    frame = frame_of(pdu->bytes);
    memcpy(payload, frame.payload, frame.payload_size);
    if (mavlink_message(frame.id) == NULL || !is_right(pdu->bytes, &frame)) {
        return;
    }
    if (frame.id == COMMAND_LONG || frame.id == COMMAND_INT) {
        find_command_message(findings, payload);
        return;
    }
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        if (orders[i].id == frame.id) {
            observation =
                find_command(findings, orders[i].class, orders[i].id, orders[i].name);
            find_detail(observation, "system %u", payload[orders[i].system_at]);
        }
    }
}

const struct recogniser recogniser_mavlink = {
    .service = SERVICE_MAVLINK,
    .on_tcp = true,
    .on_udp = true,
    .judge = judge,
    .read = read,
    .measure = measure,
};

static size_t
measure(const uint8_t *bytes, size_t n)
{
    if (bytes[0] == START_1) {
        return n < 2 ? PDU_MORE : (size_t) HEADER_SIZE_1 + bytes[1] + CHECKSUM_SIZE;
    }
    if (bytes[0] != START_2) {
        return PDU_NONE;
    }
    if (n < 4) {
        return PDU_MORE;
    }
    if ((bytes[2] & ~SIGNED) != 0) {
        return PDU_NONE;
    }
    return (size_t) HEADER_SIZE_2 + bytes[1] + CHECKSUM_SIZE +
           (bytes[2] == SIGNED ? SIGNATURE_SIZE : 0);
}

static struct frame
frame_of(const uint8_t *bytes)
{
    const bool is_new = bytes[0] == START_2;
    const size_t header_size = is_new ? HEADER_SIZE_2 : HEADER_SIZE_1;

    return (struct frame){
        .id = is_new ? octets_le16(bytes + 7) | (uint32_t) bytes[9] << 16 : bytes[5],
        .payload = bytes + header_size,
        .payload_size = bytes[1],
        .checksum_at = header_size + bytes[1],
    };
}

/* The checksum leaves out the start byte. */
static bool
is_right(const uint8_t *bytes, const struct frame *frame)
{
    const struct mavlink_message *message = mavlink_message(frame->id);
    uint16_t crc = crc16_low_first(CRC16_START, bytes + 1, frame->checksum_at - 1);

    if (bytes[0] == START_1 && frame->payload_size != message->size) {
        return false;
    }
    crc = crc16_low_first(crc, &message->crc_extra, 1);
    return crc == octets_le16(bytes + frame->checksum_at);
}

static void
find_command_message(struct findings *findings, const uint8_t *payload)
{
    const unsigned number = octets_le16(payload + COMMAND_AT);
    enum command_class class = COMMAND_WRITE;
    const char *name = "command";

    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (commands[i].number == number) {
            class = commands[i].class;
            name = commands[i].name;
        }
    }
    if (number == COMPONENT_ARM_DISARM) {
        class = class_of_arming(payload);
        name = class == COMMAND_STOP ? "component-disarm" : "component-arm";
    }
    find_detail(find_command(findings, class, number, name), "system %u",
                payload[COMMAND_SYSTEM_AT]);
}

/* The first parameter, a float, is 0 to disarm. */
static enum command_class
class_of_arming(const uint8_t *payload)
{
    static const uint8_t zero[4];

    return memcmp(payload, zero, sizeof zero) == 0 ? COMMAND_STOP : COMMAND_WRITE;
}
