#include <string.h>

#include "base/reader.h"
#include "classify/recognise/iso_transport.h"
#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* S7 communication of SIMATIC S7-300 and S7-400, as the open implementations and analysers
 * know it (Snap7, libnodave, Wireshark's packet-s7comm): a fixed byte, the kind of message,
 * two zeros, a reference, the lengths of parameters and data, an error if it is an answer,
 * and these.
 *
 * Verified is a message that its lengths fill. */

enum {
    PROTOCOL = 0x32,
    KIND_AT = 1,
    ZEROS_AT = 2,
    PARAMETERS_SIZE_AT = 6,
    DATA_SIZE_AT = 8,
    HEADER = 10,
    ERROR_SIZE = 2,

    KIND_JOB = 1,
    KIND_ACK = 2,
    KIND_ACK_DATA = 3,
    KIND_USER_DATA = 7,
};

/* Functions of jobs. */
enum {
    READ_VARIABLE = 0x04,
    WRITE_VARIABLE = 0x05,
    REQUEST_DOWNLOAD = 0x1a,
    START_UPLOAD = 0x1d,
    CONTROL = 0x28,
};

static const struct function {
    uint8_t code;
    enum command_class class;
    const char *name;
} functions[] = {
    { READ_VARIABLE, COMMAND_READ, "read-variable" },
    { WRITE_VARIABLE, COMMAND_WRITE, "write-variable" },
    { REQUEST_DOWNLOAD, COMMAND_WRITE, "request-download" },
    { 0x1b, COMMAND_WRITE, "download-block" },
    { 0x1c, COMMAND_WRITE, "end-download" },
    { START_UPLOAD, COMMAND_READ, "start-upload" },
    { 0x1e, COMMAND_READ, "upload" },
    { 0x1f, COMMAND_READ, "end-upload" },
    { 0x29, COMMAND_STOP, "plc-stop" },
};

/* Services of a program invocation, by the name in the job. */
static const struct control {
    const char *service, *name;
} controls[] = {
    { "P_PROGRAM", "plc-start" },   { "_INSE", "insert-block" },
    { "_DELE", "delete-block" },    { "_GARB", "compress-memory" },
    { "_MODU", "copy-ram-to-rom" },
};

/* Functions of user data: groups and what they have. */
enum { USER_REQUEST = 4 /* Upper half of the group. */, GROUP_SECURITY = 5, PASSWORD = 1 };

static const struct user_function {
    uint8_t group, subfunction;
    enum command_class class;
    const char *name;
} user_functions[] = {
    { 1, 0x01, COMMAND_READ, "request-diagnostic-data" },
    { 1, 0x02, COMMAND_READ, "variable-table" },
    { 1, 0x0c, COMMAND_WRITE, "erase" },
    { 1, 0x0e, COMMAND_READ, "read-diagnostic-data" },
    { 1, 0x0f, COMMAND_READ, "remove-diagnostic-data" },
    { 1, 0x10, COMMAND_WRITE, "force" },
    { 2, 0x01, COMMAND_READ, "subscribe-memory" },
    { 2, 0x04, COMMAND_READ, "unsubscribe-memory" },
    { 3, 0x01, COMMAND_READ, "list-blocks" },
    { 3, 0x02, COMMAND_READ, "list-blocks-of-type" },
    { 3, 0x03, COMMAND_READ, "get-block-info" },
    { 4, 0x01, COMMAND_READ, "read-szl" },
    { 4, 0x02, COMMAND_READ, "message-service" },
    { 4, 0x07, COMMAND_WRITE, "lock-alarms" },
    { 4, 0x08, COMMAND_WRITE, "unlock-alarms" },
    { 4, 0x0b, COMMAND_WRITE, "acknowledge-alarm" },
    { 4, 0x13, COMMAND_READ, "query-alarms" },
    { GROUP_SECURITY, PASSWORD, COMMAND_READ, "password" },
    { GROUP_SECURITY, 0x02, COMMAND_READ, "end-password" },
    { 6, 0x01, COMMAND_WRITE, "block-send" },
    { 7, 0x01, COMMAND_READ, "read-clock" },
    { 7, 0x02, COMMAND_WRITE, "set-clock" },
    { 7, 0x03, COMMAND_READ, "read-clock-following" },
    { 7, 0x04, COMMAND_WRITE, "set-clock-following" },
};

/* Items of variables. */
enum {
    ITEM_SPECIFICATION = 0x12,
    ITEM_ADDRESS_SIZE = 0x0a,
    ITEM_S7ANY = 0x10,
};

static size_t message_size(const uint8_t *message);
static enum opinion judge_side(const struct side *side, uint8_t protocol);
static enum opinion judge_data(const struct iso_data *data);
static void find_job(struct findings *findings, struct reader parameters);
static void find_variables(struct observation *observation, struct reader parameters);
static void find_address(struct observation *observation, struct reader item);
static void find_block(struct observation *observation, struct reader parameters);
static void find_control(struct findings *findings, struct reader parameters);
static void find_user_data(struct findings *findings, struct reader parameters);

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

static void
read(const struct pdu *pdu, struct findings *findings)
{
    const uint8_t *message;
    struct reader parameters;
    struct iso_data data;

    if (pdu->from != FLOW_INITIATOR ||
        !iso_transport_data(pdu->bytes, pdu->n, pdu->size, &data) || data.n < HEADER ||
        data.bytes[0] != PROTOCOL) {
        return;
    }
    message = data.bytes;
    parameters = reader_init(message + HEADER, data.n - HEADER);
    reader_limit(&parameters, octets_be16(message + PARAMETERS_SIZE_AT));
    if (message[KIND_AT] == KIND_JOB) {
        find_job(findings, parameters);
    } else if (message[KIND_AT] == KIND_USER_DATA) {
        find_user_data(findings, parameters);
    }
}

const struct recogniser recogniser_s7comm = {
    .service = SERVICE_S7COMM,
    .on_tcp = true,
    .judge = judge,
    .read = read,
    .measure = iso_transport_measure,
};

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    (void) protocol;
    return iso_transport_judge(side, judge_data);
}

static enum opinion
judge_data(const struct iso_data *data)
{
    const uint8_t *message = data->bytes;
    size_t size;

    if (message[0] != PROTOCOL) {
        return OPINION_NO;
    }
    if (data->n < HEADER) {
        return data->size < HEADER ? OPINION_NO : OPINION_MORE;
    }
    size = message_size(message);
    if (size == 0 || size < data->size || octets_be16(message + ZEROS_AT) != 0) {
        return OPINION_NO;
    }
    if (size > data->size) { /* It goes on in the next packet. */
        return data->is_last ? OPINION_NO : OPINION_MORE;
    }
    return OPINION_VERIFIED;
}

/* Returns 0 if it is of no kind that there is. */
static size_t
message_size(const uint8_t *message)
{
    const size_t size = (size_t) HEADER + octets_be16(message + PARAMETERS_SIZE_AT) +
                        octets_be16(message + DATA_SIZE_AT);

    switch (message[KIND_AT]) {
    case KIND_JOB:
    case KIND_USER_DATA:
        return size;
    case KIND_ACK:
    case KIND_ACK_DATA:
        return size + ERROR_SIZE;
    default:
        return 0;
    }
}

static void
find_job(struct findings *findings, struct reader parameters)
{
    const uint8_t code = reader_u8(&parameters);
    struct observation *observation;

    if (code == CONTROL) {
        find_control(findings, parameters);
        return;
    }
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        if (functions[i].code == code) {
            observation =
                find_command(findings, functions[i].class, code, functions[i].name);
            if (code == READ_VARIABLE || code == WRITE_VARIABLE) {
                find_variables(observation, parameters);
            } else if (code == REQUEST_DOWNLOAD || code == START_UPLOAD) {
                find_block(observation, parameters);
            }
        }
    }
}

/* The first variable, and how many more there are. */
static void
find_variables(struct observation *observation, struct reader parameters)
{
    const unsigned n = reader_u8(&parameters);

    find_address(observation, parameters);
    if (n > 1) {
        find_detail(observation, "%u more", n - 1);
    }
}

/* An address in bits, of an area and perhaps a data block, or the number of a counter or
 * timer. */
static void
find_address(struct observation *observation, struct reader item)
{
    static const struct {
        uint8_t code;
        const char *name;
        bool is_numbered, has_bits;
    } areas[] = {
        { 0x80, "P", false, true },  { 0x81, "I", false, true },
        { 0x82, "Q", false, true },  { 0x83, "M", false, true },
        { 0x84, "DB", true, true },  { 0x85, "DI", true, true },
        { 0x86, "L", false, true },  { 0x1c, "C", false, false },
        { 0x1d, "T", false, false },
    };
    const bool is_any = reader_u8(&item) == ITEM_SPECIFICATION &&
                        reader_u8(&item) == ITEM_ADDRESS_SIZE &&
                        reader_u8(&item) == ITEM_S7ANY;
    unsigned n, block, area;
    uint32_t address;

    (void) reader_u8(&item); /* Type. */
    n = reader_be16(&item);
    block = reader_be16(&item);
    area = reader_u8(&item);
    address = (uint32_t) reader_u8(&item) << 16;
    address |= reader_be16(&item);
    for (size_t i = 0; i < sizeof areas / sizeof areas[0]; i++) {
        if (item.failed || !is_any || areas[i].code != area) {
            continue;
        }
        if (areas[i].is_numbered) {
            find_detail(observation, "%u from %s%u.%u.%u", n, areas[i].name, block,
                        address >> 3, address & 7);
        } else if (areas[i].has_bits) {
            find_detail(observation, "%u from %s%u.%u", n, areas[i].name, address >> 3,
                        address & 7);
        } else {
            find_detail(observation, "%u from %s%u", n, areas[i].name, address);
        }
    }
}

/* A block is named like a file, "_0800001P": its type, its number of five digits, and the
 * file system. */
static void
find_block(struct observation *observation, struct reader parameters)
{
    enum { NAME_SIZE = 9, TYPE_AT = 1, TYPE_SIZE = 2, NUMBER_AT = 3, NUMBER_SIZE = 5 };
    static const struct {
        char code[TYPE_SIZE + 1];
        const char *name;
    } types[] = {
        { "08", "OB" },  { "0A", "DB" }, { "0B", "SDB" }, { "0C", "FC" },
        { "0D", "SFC" }, { "0E", "FB" }, { "0F", "SFB" },
    };
    const uint8_t *name;
    size_t n;

    (void) reader_take(&parameters, 7); /* Status and session. */
    n = reader_u8(&parameters);
    name = reader_take(&parameters, n);
    if (name == NULL || n != NAME_SIZE || name[0] != '_' ||
        !octets_are_printable(name, n)) {
        return;
    }
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (memcmp(types[i].code, name + TYPE_AT, TYPE_SIZE) == 0) {
            find_detail(observation, "block %s%.*s", types[i].name, NUMBER_SIZE,
                        (const char *) name + NUMBER_AT);
        }
    }
}

static void
find_control(struct findings *findings, struct reader parameters)
{
    const char *name = "plc-control";
    struct observation *observation;
    const uint8_t *service;
    size_t n;

    (void) reader_take(&parameters, 7);
    (void) reader_take(&parameters, reader_be16(&parameters)); /* Its arguments. */
    n = reader_u8(&parameters);
    service = reader_take(&parameters, n);
    if (service == NULL || !octets_are_printable(service, n)) {
        return;
    }
    for (size_t i = 0; i < sizeof controls / sizeof controls[0]; i++) {
        if (strlen(controls[i].service) == n &&
            memcmp(controls[i].service, service, n) == 0) {
            name = controls[i].name;
        }
    }
    observation = find_command(findings, COMMAND_WRITE, CONTROL, name);
    find_detail(observation, "%.*s", (int) n, (const char *) service);
}

/* The number of a command is its group and its subfunction, a byte each. */
static void
find_user_data(struct findings *findings, struct reader parameters)
{
    static const uint8_t head[] = { 0x00, 0x01, 0x12 };
    const uint8_t *start = reader_take(&parameters, sizeof head);
    unsigned group, subfunction;

    (void) reader_u8(&parameters); /* Length. */
    (void) reader_u8(&parameters); /* Method. */
    group = reader_u8(&parameters);
    subfunction = reader_u8(&parameters);
    if (parameters.failed || memcmp(start, head, sizeof head) != 0 ||
        group >> 4 != USER_REQUEST) {
        return;
    }
    group &= 15;
    for (size_t i = 0; i < sizeof user_functions / sizeof user_functions[0]; i++) {
        const struct user_function *f = &user_functions[i];

        if (f->group == group && f->subfunction == subfunction) {
            (void) find_command(findings, f->class, group << 8 | subfunction, f->name);
            if (group == GROUP_SECURITY && subfunction == PASSWORD) {
                find_credentials(findings, "S7 password");
            }
        }
    }
}
