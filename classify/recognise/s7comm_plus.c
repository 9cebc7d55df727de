#include "classify/recognise/iso_transport.h"
#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* S7 communication of SIMATIC S7-1200 and S7-1500, as Wireshark's s7comm_plus and the
 * ICSNPP parser know it: a fixed byte, a version and a length before the data, and behind
 * the last of them the same with no length.  From version 3 on, data begin with the size of
 * a digest and the digest.  Then come an operation, a function and a session.
 *
 * Verified is a message with both ends in their places. */

enum {
    PROTOCOL = 0x72,
    VERSION_AT = 1,
    VERSION_MAX = 3,
    VERSION_WITH_DIGEST = 3,
    VERSION_SYSTEM = 0xfe, /* Keeping alive; has no end. */
    LENGTH_AT = 2,
    HEAD = 4,
    END = 4,

    REQUEST = 0x31,
    FUNCTION_AT = 3, /* Behind the operation and two zeros. */
    REQUEST_MIN = 14,
};

static const struct function {
    uint16_t code;
    enum command_class class;
    const char *name;
} functions[] = {
    { 0x04bb, COMMAND_READ, "explore" },
    { 0x04ca, COMMAND_WRITE, "create-object" },
    { 0x04d4, COMMAND_WRITE, "delete-object" },
    { 0x04f2, COMMAND_WRITE, "set-variable" },
    { 0x04fc, COMMAND_READ, "get-variable" },
    { 0x0506, COMMAND_WRITE, "add-link" },
    { 0x051a, COMMAND_WRITE, "remove-link" },
    { 0x0524, COMMAND_READ, "get-link" },
    { 0x0542, COMMAND_WRITE, "set-multi-variables" },
    { 0x054c, COMMAND_READ, "get-multi-variables" },
    { 0x0556, COMMAND_WRITE, "begin-sequence" },
    { 0x0560, COMMAND_WRITE, "end-sequence" },
    { 0x056b, COMMAND_WRITE, "invoke" },
    { 0x057c, COMMAND_WRITE, "set-variable-substreamed" },
    { 0x0586, COMMAND_READ, "get-variable-substreamed" },
    { 0x0590, COMMAND_READ, "get-variables-address" },
    { 0x059a, COMMAND_WRITE, "abort" },
    { 0x05b3, COMMAND_READ, "init-ssl" },
};

static enum opinion judge_side(const struct side *side, uint8_t protocol);
static enum opinion judge_data(const struct iso_data *data);

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

static void
read(const struct pdu *pdu, struct findings *findings)
{
    struct iso_data data;
    const uint8_t *request;
    size_t digest = 0;

    if (pdu->from != FLOW_INITIATOR ||
        !iso_transport_data(pdu->bytes, pdu->n, pdu->size, &data) || data.n <= HEAD ||
        data.bytes[0] != PROTOCOL) {
        return;
    }
    if (data.bytes[VERSION_AT] == VERSION_WITH_DIGEST) {
        digest = 1 + (size_t) data.bytes[HEAD];
    }
    if (data.n < HEAD + digest + REQUEST_MIN) {
        return;
    }
    request = data.bytes + HEAD + digest;
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        if (request[0] == REQUEST && octets_be16(request + 1) == 0 &&
            octets_be16(request + FUNCTION_AT) == functions[i].code) {
            (void) find_command(findings, functions[i].class, functions[i].code,
                                functions[i].name);
        }
    }
}

const struct recogniser recogniser_s7comm_plus = {
    .service = SERVICE_S7COMM_PLUS,
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
    uint8_t version;
    size_t size;

    if (message[0] != PROTOCOL) {
        return OPINION_NO;
    }
    if (data->n < HEAD) {
        return data->size < HEAD ? OPINION_NO : OPINION_MORE;
    }
    version = message[VERSION_AT];
    if ((version == 0 || version > VERSION_MAX) && version != VERSION_SYSTEM) {
        return OPINION_NO;
    }
    size = HEAD + (size_t) octets_be16(message + LENGTH_AT);
    if (size == data->size) { /* The rest comes in the next, or there is no end. */
        return OPINION_MORE;
    }
    if (size + END != data->size) {
        return OPINION_NO;
    }
    if (data->n < data->size) {
        return OPINION_MORE;
    }
    return message[size] == PROTOCOL && message[size + VERSION_AT] == version &&
                   octets_be16(message + size + LENGTH_AT) == 0
               ? OPINION_VERIFIED
               : OPINION_NO;
}
