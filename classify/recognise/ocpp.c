#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/web_head.h"

/* Open Charge Point Protocol over clear WebSocket: "OCPP-J" 1.6 and 2.0.1, part 4, and RFC
 * 6455.  A charging station asks for "Sec-WebSocket-Protocol: ocpp1.6"; then both send
 * calls in JSON, [2,"id","Action",{...}], and answers to them.
 *
 * Verified is that request, or the consent to it, or a call of the protocol in a frame.
 * Commands are the calls of the central system. */

enum {
    FINAL = 0x80,
    DEFLATED = 0x40, /* What is said is then hidden. */
    RESERVED = 0x30,
    OPCODE = 0x0f,
    OPCODE_TEXT = 1,
    MASKED = 0x80,
    LENGTH = 0x7f,
    LENGTH_16 = 126,
    LENGTH_64 = 127,
    MASK_SIZE = 4,
    STATUS_SWITCHING = 101,
    TEXT_MAX = 512, /* Of a call, so much is looked at. */
    ID_MAX = 64,
    NAME_SIZE = 48,
};

/* Calls of a central system to a charging station. */
static const struct action {
    const char *name;
    enum command_class class;
} actions[] = {
    { "CancelReservation", COMMAND_WRITE },
    { "CertificateSigned", COMMAND_WRITE },
    { "ChangeAvailability", COMMAND_WRITE }, /* A stop if it makes it inoperative. */
    { "ChangeConfiguration", COMMAND_WRITE },
    { "ClearCache", COMMAND_WRITE },
    { "ClearChargingProfile", COMMAND_WRITE },
    { "ClearDisplayMessage", COMMAND_WRITE },
    { "ClearVariableMonitoring", COMMAND_WRITE },
    { "CostUpdated", COMMAND_WRITE },
    { "CustomerInformation", COMMAND_READ },
    { "DataTransfer", COMMAND_WRITE },
    { "DeleteCertificate", COMMAND_WRITE },
    { "ExtendedTriggerMessage", COMMAND_READ },
    { "GetBaseReport", COMMAND_READ },
    { "GetChargingProfiles", COMMAND_READ },
    { "GetCompositeSchedule", COMMAND_READ },
    { "GetConfiguration", COMMAND_READ },
    { "GetDiagnostics", COMMAND_READ },
    { "GetDisplayMessages", COMMAND_READ },
    { "GetInstalledCertificateIds", COMMAND_READ },
    { "GetLocalListVersion", COMMAND_READ },
    { "GetLog", COMMAND_READ },
    { "GetMonitoringReport", COMMAND_READ },
    { "GetReport", COMMAND_READ },
    { "GetTransactionStatus", COMMAND_READ },
    { "GetVariables", COMMAND_READ },
    { "InstallCertificate", COMMAND_WRITE },
    { "PublishFirmware", COMMAND_WRITE },
    { "RemoteStartTransaction", COMMAND_WRITE },
    { "RemoteStopTransaction", COMMAND_STOP },
    { "RequestStartTransaction", COMMAND_WRITE },
    { "RequestStopTransaction", COMMAND_STOP },
    { "ReserveNow", COMMAND_WRITE },
    { "Reset", COMMAND_STOP },
    { "SendLocalList", COMMAND_WRITE },
    { "SetChargingProfile", COMMAND_WRITE },
    { "SetDisplayMessage", COMMAND_WRITE },
    { "SetMonitoringBase", COMMAND_WRITE },
    { "SetMonitoringLevel", COMMAND_WRITE },
    { "SetNetworkProfile", COMMAND_WRITE },
    { "SetVariableMonitoring", COMMAND_WRITE },
    { "SetVariables", COMMAND_WRITE },
    { "SignedUpdateFirmware", COMMAND_WRITE },
    { "TriggerMessage", COMMAND_READ },
    { "UnlockConnector", COMMAND_WRITE },
    { "UnpublishFirmware", COMMAND_WRITE },
    { "UpdateFirmware", COMMAND_WRITE },
};

/* Calls of a charging station. */
static const char *const reports[] = {
    "Authorize",        "BootNotification",      "FirmwareStatusNotification",
    "Heartbeat",        "LogStatusNotification", "MeterValues",
    "NotifyEvent",      "NotifyReport",          "SecurityEventNotification",
    "StartTransaction", "StatusNotification",    "StopTransaction",
    "TransactionEvent",
};

struct frame {
    size_t head_size, size; /* Size is PDU_MORE or PDU_NONE if it is not told. */
    const uint8_t *mask;    /* NULL: none. */
};

static size_t measure(const uint8_t *bytes, size_t n);
static enum opinion judge_side(const struct side *side, bool is_client);
static enum opinion judge_frame(const struct side *side);
static bool is_head(const uint8_t *bytes, size_t n);
static struct frame frame_of(const uint8_t *bytes, size_t n);
static struct web_text unmask(const uint8_t *bytes, size_t n, const struct frame *frame,
                              uint8_t text[static TEXT_MAX]);
static struct web_text action_of(struct web_text text);
static bool pass(struct web_text *rest, char c);
static struct web_text pass_string(struct web_text *rest);
static const struct action *find_action(struct web_text name);
static bool is_report(struct web_text name);
static void with_hyphens(const char *name, char text[static NAME_SIZE]);

static enum opinion
judge(const struct dialogue *dialogue)
{
    const struct side *sides = dialogue->sides;
    const enum opinion client =
        sides[0].n == 0 ? OPINION_MORE : judge_side(&sides[FLOW_INITIATOR], true);
    const enum opinion server =
        sides[1].n == 0 ? OPINION_MORE : judge_side(&sides[FLOW_RESPONDER], false);

    if (client == OPINION_NO || server == OPINION_NO) {
        return OPINION_NO;
    }
    return client > server ? client : server;
}

static void
read(const struct pdu *pdu, struct findings *findings)
{
    uint8_t text[TEXT_MAX];
    char name[NAME_SIZE];
    const struct action *action;
    enum command_class class;
    struct web_text call;
    struct frame frame;

    if (is_head(pdu->bytes, pdu->n)) {
        const struct web_head head = web_head(pdu->bytes, pdu->n);

        if (web_holds(web_field(&head, "authorization"), "basic ")) {
            find_credentials(findings, "HTTP Basic");
        }
        return;
    }
    frame = frame_of(pdu->bytes, pdu->n);
    if (pdu->from != FLOW_RESPONDER || (pdu->bytes[0] & OPCODE) != OPCODE_TEXT ||
        frame.size == PDU_NONE || frame.size == PDU_MORE) {
        return;
    }
    call = unmask(pdu->bytes, pdu->n, &frame, text);
    action = find_action(action_of(call));
    if (action == NULL) {
        return;
    }
    class = web_holds(call, "\"inoperative\"") ? COMMAND_STOP : action->class;
    with_hyphens(action->name, name);
    (void) find_command(findings, class, 0, name);
}

const struct recogniser recogniser_ocpp = {
    .service = SERVICE_OCPP,
    .on_tcp = true,
    .refines = SERVICE_HTTP,
    .judge = judge,
    .read = read,
    .measure = measure,
};

static size_t
measure(const uint8_t *bytes, size_t n)
{
    if (is_head(bytes, n)) {
        const struct web_head head = web_head(bytes, n);

        if (head.state == WEB_MORE) {
            return n < RECOGNISE_STREAM_MAX ? PDU_MORE : n;
        }
        return head.state == WEB_WHOLE ? head.size : PDU_NONE;
    }
    return frame_of(bytes, n).size;
}

static enum opinion
judge_side(const struct side *side, bool is_client)
{
    struct web_head head;

    if (!is_head(side->bytes, side->n)) {
        return judge_frame(side);
    }
    head = web_head(side->bytes, side->n);
    if (head.state == WEB_NONE || (head.has_line && head.is_response == is_client) ||
        (head.has_line && head.is_response && head.status != STATUS_SWITCHING)) {
        return OPINION_NO;
    }
    if (web_holds(web_field(&head, "sec-websocket-protocol"), "ocpp")) {
        return OPINION_VERIFIED;
    }
    return head.state == WEB_WHOLE || side->n == RECOGNISE_STREAM_MAX ? OPINION_NO
                                                                      : OPINION_MORE;
}

/* Of a connection seen from the middle: a call in the first frame. */
static enum opinion
judge_frame(const struct side *side)
{
    const struct frame frame = frame_of(side->bytes, side->n);
    uint8_t text[TEXT_MAX];
    struct web_text call, action;

    if (frame.size == PDU_NONE || side->bytes[0] != (FINAL | OPCODE_TEXT)) {
        return OPINION_NO;
    }
    if (frame.size == PDU_MORE) {
        return OPINION_MORE;
    }
    call = unmask(side->bytes, side->n, &frame, text);
    if (call.n > 0 && call.text[0] != '[') {
        return OPINION_NO;
    }
    action = action_of(call);
    if (action.n > 0 && (find_action(action) != NULL || is_report(action))) {
        return OPINION_VERIFIED;
    }
    return side->n < frame.size && call.n < TEXT_MAX ? OPINION_MORE : OPINION_NO;
}

static bool
is_head(const uint8_t *bytes, size_t n)
{
    return octets_begin(bytes, n, "GET ", 4) || octets_begin(bytes, n, "HTTP", 4);
}

/* RFC 6455, section 5.2. */
static struct frame
frame_of(const uint8_t *bytes, size_t n)
{
    struct frame frame = { .head_size = 2, .size = PDU_NONE };
    size_t length, length_size = 0;

    if ((bytes[0] & RESERVED) != 0 || (bytes[0] & OPCODE) > 10 ||
        ((bytes[0] & OPCODE) > 2 && (bytes[0] & OPCODE) < 8)) {
        return frame;
    }
    frame.size = PDU_MORE;
    if (n < frame.head_size) {
        return frame;
    }
    length = bytes[1] & LENGTH;
    length_size = length == LENGTH_16 ? 2 : length == LENGTH_64 ? 8 : 0;
    frame.head_size += length_size + ((bytes[1] & MASKED) != 0 ? MASK_SIZE : 0);
    if (n < frame.head_size) {
        return frame;
    }
    if (length_size == 2) {
        length = octets_be16(bytes + 2);
    } else if (length_size == 8) {
        length = octets_be32(bytes + 2) == 0 ? octets_be32(bytes + 6) : PDU_SIZE_MAX;
    }
    if ((bytes[1] & MASKED) != 0) {
        frame.mask = bytes + frame.head_size - MASK_SIZE;
    }
    frame.size =
        length < PDU_SIZE_MAX - frame.head_size ? frame.head_size + length : PDU_NONE;
    return frame;
}

static struct web_text
unmask(const uint8_t *bytes, size_t n, const struct frame *frame,
       uint8_t text[static TEXT_MAX])
{
    const size_t there = n < frame->size ? n : frame->size;
    size_t length = there - frame->head_size;

    length = length < TEXT_MAX ? length : TEXT_MAX;
    for (size_t i = 0; i < length; i++) {
        text[i] = bytes[frame->head_size + i] ^
                  (frame->mask == NULL ? 0 : frame->mask[i % MASK_SIZE]);
    }
    return (struct web_text){ text, (bytes[0] & DEFLATED) == 0 ? length : 0 };
}

/* The third of [2,"id","Action",...]; empty if it is none. */
static struct web_text
action_of(struct web_text text)
{
    struct web_text rest = text, id;

    if (!pass(&rest, '[') || !pass(&rest, '2') || !pass(&rest, ',')) {
        return (struct web_text){ text.text, 0 };
    }
    id = pass_string(&rest);
    if (id.n == 0 || id.n > ID_MAX || !pass(&rest, ',')) {
        return (struct web_text){ text.text, 0 };
    }
    return pass_string(&rest);
}

/* Passes a character and the space before it, if it comes next. */
static bool
pass(struct web_text *rest, char c)
{
    while (rest->n > 0 && (rest->text[0] == ' ' || rest->text[0] == '\n' ||
                           rest->text[0] == '\r' || rest->text[0] == '\t')) {
        rest->text++;
        rest->n--;
    }
    if (rest->n == 0 || rest->text[0] != (uint8_t) c) {
        return false;
    }
    rest->text++;
    rest->n--;
    return true;
}

/* What is in quotes; empty if nothing is, or they do not end. */
static struct web_text
pass_string(struct web_text *rest)
{
    struct web_text string = { rest->text, 0 };
    const uint8_t *end;

    if (!pass(rest, '"')) {
        return string;
    }
    string.text = rest->text;
    end = memchr(rest->text, '"', rest->n);
    if (end != NULL) {
        string.n = (size_t) (end - rest->text);
        rest->text += string.n + 1;
        rest->n -= string.n + 1;
    }
    return string;
}

static const struct action *
find_action(struct web_text name)
{
    for (size_t i = 0; name.n > 0 && i < sizeof actions / sizeof actions[0]; i++) {
        if (web_is(name, actions[i].name)) {
            return &actions[i];
        }
    }
    return NULL;
}

static bool
is_report(struct web_text name)
{
    for (size_t i = 0; i < sizeof reports / sizeof reports[0]; i++) {
        if (web_is(name, reports[i])) {
            return true;
        }
    }
    return false;
}

/* "remote-stop-transaction" of "RemoteStopTransaction". */
static void
with_hyphens(const char *name, char text[static NAME_SIZE])
{
    size_t n = 0;

    for (size_t i = 0; name[i] != '\0' && n + 2 < NAME_SIZE; i++) {
        const bool is_capital = name[i] >= 'A' && name[i] <= 'Z';

        if (is_capital && i > 0) {
            text[n++] = '-';
        }
        text[n++] = (char) (is_capital ? name[i] - 'A' + 'a' : name[i]);
    }
    text[n] = '\0';
}
