#include "classify/recognise/recognisers.h"
#include "classify/recognise/umas.h"

#include <stdbool.h>

/* Modbus/TCP: MODBUS Application Protocol Specification V1.1b3, and MODBUS Messaging on
 * TCP/IP Implementation Guide V1.0b.  An ADU is a header of seven bytes (transaction,
 * protocol 0, length, unit), a function code, and data whose length the function gives.
 *
 * Verified is a response to a request that was seen, or several ADUs of functions that are
 * known in a row where only one side is there. */

enum {
    PROTOCOL_AT = 2,
    LENGTH_AT = 4, /* Counts from the unit on. */
    UNIT_AT = 6,
    FUNCTION_AT = 7,
    DATA_AT = 8,
    LENGTH_MIN = 2,
    LENGTH_MAX = 254,
    UMAS_LENGTH_MAX = 1024,
    EXCEPTION = 0x80, /* Set in the function code of a response that refuses. */
    EXCEPTION_CODE_MAX = 11,
    ONE_SIDED_MIN = 3, /* ADUs in a row that are enough. */
};

/* How long the data of a message is: 'fixed' bytes, or at least as many, and as many as the
 * field of 'width' bytes at 'count_at' says. */
struct form {
    uint8_t fixed, count_at, width;
    bool is_least;
};

#define FIXED(n)     \
    {                \
        .fixed = (n) \
    }
#define AT_LEAST(n)                    \
    {                                  \
        .fixed = (n), .is_least = true \
    }
#define COUNTED(n, at, size)                            \
    {                                                   \
        .fixed = (n), .count_at = (at), .width = (size) \
    }

/* What the first bytes of a request's data name. */
enum acts_on {
    ACTS_ON_UNIT,
    ACTS_ON_ONE,
    ACTS_ON_RANGE,
    ACTS_BY_SUBFUNCTION,
    ACTS_BY_UMAS
};

static const struct function {
    uint8_t code;
    enum command_class class;
    enum acts_on acts_on;
    const char *name;
    struct form request, response;
} functions[] = {
    { 1, COMMAND_READ, ACTS_ON_RANGE, "read-coils", FIXED(4), COUNTED(1, 0, 1) },
    { 2, COMMAND_READ, ACTS_ON_RANGE, "read-discrete-inputs", FIXED(4), COUNTED(1, 0, 1) },
    { 3, COMMAND_READ, ACTS_ON_RANGE, "read-holding-registers", FIXED(4),
      COUNTED(1, 0, 1) },
    { 4, COMMAND_READ, ACTS_ON_RANGE, "read-input-registers", FIXED(4), COUNTED(1, 0, 1) },
    { 5, COMMAND_WRITE, ACTS_ON_ONE, "write-single-coil", FIXED(4), FIXED(4) },
    { 6, COMMAND_WRITE, ACTS_ON_ONE, "write-single-register", FIXED(4), FIXED(4) },
    { 7, COMMAND_READ, ACTS_ON_UNIT, "read-exception-status", FIXED(0), FIXED(1) },
    { 8, COMMAND_READ, ACTS_BY_SUBFUNCTION, "diagnostics", AT_LEAST(4), AT_LEAST(4) },
    { 11, COMMAND_READ, ACTS_ON_UNIT, "get-comm-event-counter", FIXED(0), FIXED(4) },
    { 12, COMMAND_READ, ACTS_ON_UNIT, "get-comm-event-log", FIXED(0), COUNTED(1, 0, 1) },
    { 15, COMMAND_WRITE, ACTS_ON_RANGE, "write-multiple-coils", COUNTED(5, 4, 1),
      FIXED(4) },
    { 16, COMMAND_WRITE, ACTS_ON_RANGE, "write-multiple-registers", COUNTED(5, 4, 1),
      FIXED(4) },
    { 17, COMMAND_READ, ACTS_ON_UNIT, "report-server-id", FIXED(0), COUNTED(1, 0, 1) },
    { 20, COMMAND_READ, ACTS_ON_UNIT, "read-file-record", COUNTED(1, 0, 1),
      COUNTED(1, 0, 1) },
    { 21, COMMAND_WRITE, ACTS_ON_UNIT, "write-file-record", COUNTED(1, 0, 1),
      COUNTED(1, 0, 1) },
    { 22, COMMAND_WRITE, ACTS_ON_ONE, "mask-write-register", FIXED(6), FIXED(6) },
    { 23, COMMAND_WRITE, ACTS_ON_RANGE, "read-write-multiple-registers", COUNTED(9, 8, 1),
      COUNTED(1, 0, 1) },
    { 24, COMMAND_READ, ACTS_ON_ONE, "read-fifo-queue", FIXED(2), COUNTED(2, 0, 2) },
    { 43, COMMAND_READ, ACTS_ON_UNIT, "encapsulated-interface-transport", AT_LEAST(1),
      AT_LEAST(1) },
    { UMAS_FUNCTION, COMMAND_READ, ACTS_BY_UMAS, "umas", AT_LEAST(2), AT_LEAST(2) },
};

/* Subfunctions of diagnostics that do more than ask. */
enum { RESTART_COMMUNICATIONS = 1, FORCE_LISTEN_ONLY = 4 };

/* What is there of one side. */
struct adus {
    unsigned n; /* Whole ones, as their functions want them. */
    bool is_wrong;
};

static size_t measure(const uint8_t *bytes, size_t n);
static struct adus look_at(const struct side *side, bool is_request);
static bool is_possible(const uint8_t *adu, size_t size, bool is_request);
static bool is_well_formed(const uint8_t *adu, size_t size, bool is_request);
static bool has_form(const struct form *form, const uint8_t *data, size_t n);
static const struct function *function_of(uint8_t code);
static bool has_answer(const struct side *requests, const struct side *responses);
static bool is_answer(const uint8_t *request, const uint8_t *response);
static void find_diagnostics(const struct pdu *pdu, struct findings *findings);
static unsigned be16(const uint8_t *p);

static enum opinion
judge(const struct dialogue *dialogue)
{
    const struct side *client = &dialogue->sides[FLOW_INITIATOR];
    const struct side *server = &dialogue->sides[FLOW_RESPONDER];
    const struct adus requests = look_at(client, true);
    const struct adus responses = look_at(server, false);

    if (requests.is_wrong || responses.is_wrong) {
        return OPINION_NO;
    }
    return has_answer(client, server) || requests.n >= ONE_SIDED_MIN ||
                   responses.n >= ONE_SIDED_MIN
               ? OPINION_VERIFIED
               : OPINION_MORE;
}

static void
read(const struct pdu *pdu, struct findings *findings)
{
    const uint8_t *data = pdu->bytes + DATA_AT;
    const struct function *function;
    struct observation *observation;

    if (pdu->from != FLOW_INITIATOR || pdu->n < DATA_AT) {
        return;
    }
    function = function_of(pdu->bytes[FUNCTION_AT]);
    if (function == NULL) {
        observation =
            find_command(findings, COMMAND_READ, pdu->bytes[FUNCTION_AT], "other-function");
        find_detail(observation, "unit %u", pdu->bytes[UNIT_AT]);
        return;
    }
    if (!has_form(&function->request, data, pdu->n - DATA_AT)) {
        return;
    }
    if (function->acts_on == ACTS_BY_SUBFUNCTION) {
        find_diagnostics(pdu, findings);
        return;
    }
    observation =
        function->acts_on == ACTS_BY_UMAS
            ? umas_find_command(findings, data, pdu->n - DATA_AT)
            : find_command(findings, function->class, function->code, function->name);
    find_detail(observation, "unit %u", pdu->bytes[UNIT_AT]);
    if (function->acts_on == ACTS_ON_ONE) {
        find_detail(observation, "address %u", be16(data));
    } else if (function->acts_on == ACTS_ON_RANGE) {
        find_detail(observation, "%u from address %u", be16(data + 2), be16(data));
    }
}

const struct recogniser recogniser_modbus = {
    .service = SERVICE_MODBUS,
    .on_tcp = true,
    .on_udp = true,
    .judge = judge,
    .read = read,
    .measure = measure,
};

static size_t
measure(const uint8_t *bytes, size_t n)
{
    unsigned length;

    if (n < UNIT_AT) {
        return PDU_MORE;
    }
    length = be16(bytes + LENGTH_AT);
    if (be16(bytes + PROTOCOL_AT) != 0 || length < LENGTH_MIN || length > UMAS_LENGTH_MAX) {
        return PDU_NONE;
    }
    if (length > LENGTH_MAX && n <= FUNCTION_AT) {
        return PDU_MORE;
    }
    return length > LENGTH_MAX && bytes[FUNCTION_AT] != UMAS_FUNCTION
               ? PDU_NONE
               : (size_t) UNIT_AT + length;
}

static struct adus
look_at(const struct side *side, bool is_request)
{
    struct adus adus = { 0 };
    size_t at = 0;

    while (at < side->n) {
        const size_t size = measure(side->bytes + at, side->n - at);

        if (size == PDU_NONE || (size != PDU_MORE && size <= side->n - at &&
                                 !is_possible(side->bytes + at, size, is_request))) {
            adus.is_wrong = true;
            break;
        }
        if (size == PDU_MORE || size > side->n - at) {
            break;
        }
        adus.n += is_well_formed(side->bytes + at, size, is_request);
        at += size;
    }
    return adus;
}

/* Functions may be a maker's own, and data damaged or made to hurt: servers answer those,
 * too. */
static bool
is_possible(const uint8_t *adu, size_t size, bool is_request)
{
    const uint8_t code = adu[FUNCTION_AT];

    if ((code & EXCEPTION) != 0) {
        return !is_request && size == DATA_AT + 1 && adu[DATA_AT] >= 1 &&
               adu[DATA_AT] <= EXCEPTION_CODE_MAX;
    }
    return code != 0;
}

/* Whether the data are as the function wants them. */
static bool
is_well_formed(const uint8_t *adu, size_t size, bool is_request)
{
    const uint8_t code = adu[FUNCTION_AT];
    const struct function *function = function_of(code & (EXCEPTION - 1));

    if (function == NULL) {
        return false;
    }
    return (code & EXCEPTION) != 0 ||
           has_form(is_request ? &function->request : &function->response, adu + DATA_AT,
                    size - DATA_AT);
}

static bool
has_form(const struct form *form, const uint8_t *data, size_t n)
{
    size_t size = form->fixed;

    if (n < size || form->is_least) {
        return n >= size;
    }
    if (form->width == 1) {
        size += data[form->count_at];
    } else if (form->width == 2) {
        size += be16(data + form->count_at);
    }
    return n == size;
}

static const struct function *
function_of(uint8_t code)
{
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        if (functions[i].code == code) {
            return &functions[i];
        }
    }
    return NULL;
}

/* Whether the server has answered a request: the first that is there, since of a connection
 * seen from the middle one half may be ahead. */
static bool
has_answer(const struct side *requests, const struct side *responses)
{
    size_t at = 0, size;

    for (; at < responses->n; at += size) {
        size_t of = 0, request_size;

        size = measure(responses->bytes + at, responses->n - at);
        if (size == PDU_MORE || size > responses->n - at) {
            return false;
        }
        for (; of < requests->n; of += request_size) {
            request_size = measure(requests->bytes + of, requests->n - of);
            if (request_size == PDU_MORE || request_size > requests->n - of) {
                break;
            }
            if (is_answer(requests->bytes + of, responses->bytes + at)) {
                return true;
            }
        }
    }
    return false;
}

/* The same transaction, unit and function. */
static bool
is_answer(const uint8_t *request, const uint8_t *response)
{
    return be16(request) == be16(response) && request[UNIT_AT] == response[UNIT_AT] &&
           request[FUNCTION_AT] == (response[FUNCTION_AT] & (EXCEPTION - 1));
}

static void
find_diagnostics(const struct pdu *pdu, struct findings *findings)
{
    const unsigned subfunction = be16(pdu->bytes + DATA_AT);
    struct observation *observation;

    switch (subfunction) {
    case RESTART_COMMUNICATIONS:
        observation = find_command(findings, COMMAND_STOP, pdu->bytes[FUNCTION_AT],
                                   "restart-communications");
        break;
    case FORCE_LISTEN_ONLY:
        observation = find_command(findings, COMMAND_STOP, pdu->bytes[FUNCTION_AT],
                                   "force-listen-only");
        break;
    default:
        observation =
            find_command(findings, COMMAND_READ, pdu->bytes[FUNCTION_AT], "diagnostics");
        break;
    }
    find_detail(observation, "unit %u", pdu->bytes[UNIT_AT]);
    find_detail(observation, "subfunction %u", subfunction);
}

static unsigned
be16(const uint8_t *p)
{
    return (unsigned) p[0] << 8 | p[1];
}
