#include <string.h>

#include "classify/recognise/ber.h"
#include "classify/recognise/iso_transport.h"
#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* MMS (ISO 9506), the manufacturing messages of IEC 61850-8-1 and TASE.2 (IEC 60870-6),
 * over ISO session (ISO 8327-1) and presentation (ISO 8823-1).  A connection and its
 * acceptance name the syntax of MMS; what follows are data, in a session header of four
 * fixed bytes, of a presentation context.
 *
 * Verified is a connection that names the syntax, and an MMS PDU whose frames fill each
 * other. */

enum {
    SESSION_CONNECT = 0x0d,
    SESSION_ACCEPT = 0x0e,
    SESSION_REFUSE = 0x0c,
    SESSION_FINISH = 0x09,
    SESSION_DISCONNECT = 0x0a,
    SESSION_ABORT = 0x19,
    SESSION_GIVE_TOKENS = 0x01,
    SESSION_DATA_SIZE = 4,

    USER_DATA = BER_APPLICATION + 1, /* Fully encoded data. */

    CONFIRMED_REQUEST = BER_CONTEXT + 0,
    CONFIRMED_RESPONSE = BER_CONTEXT + 1,
    CONFIRMED_ERROR = BER_CONTEXT + 2,
    UNCONFIRMED = BER_CONTEXT + 3,
    REJECT = BER_CONTEXT + 4,
    INITIATE_REQUEST = BER_CONTEXT + 8,
    INITIATE_RESPONSE = BER_CONTEXT + 9,
    CONCLUDE_REQUEST = BER_CONTEXT_PRIMITIVE + 11,
    CONCLUDE_RESPONSE = BER_CONTEXT_PRIMITIVE + 12,

    TAG_CONTEXT = 0x80,
    TAG_CONSTRUCTED = 0x20,
    TAG_NUMBER = 0x1f,
    SERVICE_MAX = 77,
    GRAPHIC_STRING = 0x19,
    VISIBLE_STRING = 0x1a,
    NAME_DEPTH_MAX = 8,
};

/* Confirmed services (ISO 9506-2, 7.2), by the number of their tag. */
static const struct mms_service {
    const char *name;
    enum command_class class;
} services[SERVICE_MAX + 1] = {
    [0] = { "status", COMMAND_READ },
    [1] = { "get-name-list", COMMAND_READ },
    [2] = { "identify", COMMAND_READ },
    [3] = { "rename", COMMAND_WRITE },
    [4] = { "read", COMMAND_READ },
    [5] = { "write", COMMAND_WRITE },
    [6] = { "get-variable-access-attributes", COMMAND_READ },
    [7] = { "define-named-variable", COMMAND_WRITE },
    [8] = { "define-scattered-access", COMMAND_WRITE },
    [9] = { "get-scattered-access-attributes", COMMAND_READ },
    [10] = { "delete-variable-access", COMMAND_WRITE },
    [11] = { "define-named-variable-list", COMMAND_WRITE },
    [12] = { "get-named-variable-list-attributes", COMMAND_READ },
    [13] = { "delete-named-variable-list", COMMAND_WRITE },
    [14] = { "define-named-type", COMMAND_WRITE },
    [15] = { "get-named-type-attributes", COMMAND_READ },
    [16] = { "delete-named-type", COMMAND_WRITE },
    [17] = { "input", COMMAND_READ },
    [18] = { "output", COMMAND_WRITE },
    [19] = { "take-control", COMMAND_WRITE },
    [20] = { "relinquish-control", COMMAND_WRITE },
    [21] = { "define-semaphore", COMMAND_WRITE },
    [22] = { "delete-semaphore", COMMAND_WRITE },
    [23] = { "report-semaphore-status", COMMAND_READ },
    [24] = { "report-pool-semaphore-status", COMMAND_READ },
    [25] = { "report-semaphore-entry-status", COMMAND_READ },
    [26] = { "initiate-download-sequence", COMMAND_WRITE },
    [27] = { "download-segment", COMMAND_WRITE },
    [28] = { "terminate-download-sequence", COMMAND_WRITE },
    [29] = { "initiate-upload-sequence", COMMAND_READ },
    [30] = { "upload-segment", COMMAND_READ },
    [31] = { "terminate-upload-sequence", COMMAND_READ },
    [32] = { "request-domain-download", COMMAND_WRITE },
    [33] = { "request-domain-upload", COMMAND_READ },
    [34] = { "load-domain-content", COMMAND_WRITE },
    [35] = { "store-domain-content", COMMAND_WRITE },
    [36] = { "delete-domain", COMMAND_WRITE },
    [37] = { "get-domain-attributes", COMMAND_READ },
    [38] = { "create-program-invocation", COMMAND_WRITE },
    [39] = { "delete-program-invocation", COMMAND_WRITE },
    [40] = { "start", COMMAND_WRITE },
    [41] = { "stop", COMMAND_STOP },
    [42] = { "resume", COMMAND_WRITE },
    [43] = { "reset", COMMAND_STOP },
    [44] = { "kill", COMMAND_STOP },
    [45] = { "get-program-invocation-attributes", COMMAND_READ },
    [46] = { "obtain-file", COMMAND_WRITE },
    [47] = { "define-event-condition", COMMAND_WRITE },
    [48] = { "delete-event-condition", COMMAND_WRITE },
    [49] = { "get-event-condition-attributes", COMMAND_READ },
    [50] = { "report-event-condition-status", COMMAND_READ },
    [51] = { "alter-event-condition-monitoring", COMMAND_WRITE },
    [52] = { "trigger-event", COMMAND_WRITE },
    [53] = { "define-event-action", COMMAND_WRITE },
    [54] = { "delete-event-action", COMMAND_WRITE },
    [55] = { "get-event-action-attributes", COMMAND_READ },
    [56] = { "report-event-action-status", COMMAND_READ },
    [57] = { "define-event-enrollment", COMMAND_WRITE },
    [58] = { "delete-event-enrollment", COMMAND_WRITE },
    [59] = { "alter-event-enrollment", COMMAND_WRITE },
    [60] = { "report-event-enrollment-status", COMMAND_READ },
    [61] = { "get-event-enrollment-attributes", COMMAND_READ },
    [62] = { "acknowledge-event-notification", COMMAND_WRITE },
    [63] = { "get-alarm-summary", COMMAND_READ },
    [64] = { "get-alarm-enrollment-summary", COMMAND_READ },
    [65] = { "read-journal", COMMAND_READ },
    [66] = { "write-journal", COMMAND_WRITE },
    [67] = { "initialize-journal", COMMAND_WRITE },
    [68] = { "report-journal-status", COMMAND_READ },
    [69] = { "create-journal", COMMAND_WRITE },
    [70] = { "delete-journal", COMMAND_WRITE },
    [71] = { "get-capability-list", COMMAND_READ },
    [72] = { "file-open", COMMAND_READ },
    [73] = { "file-read", COMMAND_READ },
    [74] = { "file-close", COMMAND_READ },
    [75] = { "file-rename", COMMAND_WRITE },
    [76] = { "file-delete", COMMAND_WRITE },
    [77] = { "file-directory", COMMAND_READ },
};

/* Services on domains and programs, whose names have no type of their own. */
enum { SERVICE_NAMES_FIRST = 26, SERVICE_NAMES_LAST = 45 };

/* What is inside an element: as much as is there, and its size; SIZE_MAX: not known. */
struct frame {
    struct reader content;
    size_t size;
};

static enum opinion judge_side(const struct side *side, uint8_t protocol);
static enum opinion judge_data(const struct iso_data *data);
static bool names_syntax(const uint8_t *bytes, size_t n);
static enum ber_state read_pdu(const struct iso_data *data, struct ber_element *ret);
static enum ber_state enter(struct frame *frame, unsigned tag, struct ber_element *ret);
static enum opinion judge_pdu(const struct ber_element *pdu);
static bool read_service(struct reader content, unsigned *ret,
                         struct reader *ret_arguments);
static bool find_object(struct observation *observation, struct reader arguments,
                        bool has_plain_names, unsigned depth);
static bool is_name(const struct ber_element *element);
static unsigned first_byte(unsigned tag);

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

/* Either end of a connection may be the client. */
static void
read(const struct pdu *pdu, struct findings *findings)
{
    struct observation *observation;
    struct ber_element message;
    struct reader arguments;
    struct iso_data data;
    unsigned service;

    if (!iso_transport_data(pdu->bytes, pdu->n, pdu->size, &data) ||
        read_pdu(&data, &message) != BER_WHOLE || message.tag != CONFIRMED_REQUEST ||
        !read_service(message.content, &service, &arguments)) {
        return;
    }
    observation =
        find_command(findings, services[service].class, service, services[service].name);
    (void) find_object(observation, arguments,
                       service >= SERVICE_NAMES_FIRST && service <= SERVICE_NAMES_LAST, 0);
}

const struct recogniser recogniser_mms = {
    .service = SERVICE_MMS,
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
    struct ber_element pdu;

    switch (data->bytes[0]) {
    case SESSION_CONNECT:
    case SESSION_ACCEPT:
        return names_syntax(data->bytes, data->n) ? OPINION_VERIFIED : OPINION_MORE;
    case SESSION_REFUSE:
    case SESSION_FINISH:
    case SESSION_DISCONNECT:
    case SESSION_ABORT:
        return OPINION_MORE;
    case SESSION_GIVE_TOKENS:
        switch (read_pdu(data, &pdu)) {
        case BER_WHOLE:
            return judge_pdu(&pdu);
        case BER_MORE:
            return data->n < data->size || !data->is_last ? OPINION_MORE : OPINION_NO;
        case BER_CUT:
        case BER_WRONG:
            break;
        }
        return OPINION_NO;
    default:
        return OPINION_NO;
    }
}

/* The abstract syntax of MMS, { iso standard 9506 part(2) mms-abstract-syntax-version1(1)
 * }, as an OBJECT IDENTIFIER. */
static bool
names_syntax(const uint8_t *bytes, size_t n)
{
    static const uint8_t syntax[] = { 0x06, 0x05, 0x28, 0xca, 0x22, 0x02, 0x01 };

    for (size_t i = 0; i + sizeof syntax <= n; i++) {
        if (memcmp(bytes + i, syntax, sizeof syntax) == 0) {
            return true;
        }
    }
    return false;
}

/* Reads the PDU in user data: in a list of one, behind the number of its context.  Each
 * frame fills the one around it; only the outermost may reach beyond the data, if more
 * follows. */
static enum ber_state
read_pdu(const struct iso_data *data, struct ber_element *ret)
{
    static const uint8_t session[SESSION_DATA_SIZE] = { 0x01, 0x00, 0x01, 0x00 };
    struct frame frame = { reader_init(data->bytes, data->n), data->size };
    const uint8_t *head = reader_take(&frame.content, sizeof session);
    struct ber_element context;
    enum ber_state state;

    if (!octets_begin(data->bytes, data->n, session, sizeof session)) {
        return BER_WRONG;
    }
    if (head == NULL) {
        return BER_MORE;
    }
    frame.size = data->is_last ? data->size - sizeof session : SIZE_MAX;
    state = enter(&frame, USER_DATA, ret);
    if (state == BER_WHOLE) {
        state = enter(&frame, BER_SEQUENCE, ret);
    }
    if (state == BER_WHOLE) {
        state = ber_expect(&frame.content, BER_INTEGER, &context);
    }
    if (state != BER_WHOLE) {
        return state == BER_CUT ? BER_MORE : state;
    }
    frame.size -= context.head_size + context.size;
    state = enter(&frame, BER_CONTEXT, ret);
    return state == BER_WHOLE ? enter(&frame, 0, ret) : state;
}

/* Goes into the element that fills a frame, of a tag if one is given; its content need not
 * be all there. */
static enum ber_state
enter(struct frame *frame, unsigned tag, struct ber_element *ret)
{
    const enum ber_state state =
        tag != 0 ? ber_expect(&frame->content, tag, ret) : ber_next(&frame->content, ret);

    if (state != BER_WHOLE && state != BER_CUT) {
        return state;
    }
    if (frame->size != SIZE_MAX && ret->head_size + ret->size != frame->size) {
        return BER_WRONG;
    }
    *frame = (struct frame){ ret->content, ret->size };
    return BER_WHOLE;
}

static enum opinion
judge_pdu(const struct ber_element *pdu)
{
    struct reader content = pdu->content;
    struct ber_element invoke;
    enum ber_state state;

    switch (pdu->tag) {
    case CONFIRMED_REQUEST:
    case CONFIRMED_RESPONSE:
        state = ber_expect(&content, BER_INTEGER, &invoke);
        return state == BER_WHOLE   ? OPINION_VERIFIED
               : state == BER_WRONG ? OPINION_NO
                                    : OPINION_MORE;
    case UNCONFIRMED:
        if (content.left == 0) {
            return OPINION_MORE;
        }
        return content.at[0] == BER_CONTEXT ? OPINION_VERIFIED : OPINION_MORE;
    case CONFIRMED_ERROR:
    case REJECT:
    case INITIATE_REQUEST:
    case INITIATE_RESPONSE:
    case CONCLUDE_REQUEST:
    case CONCLUDE_RESPONSE:
        return OPINION_MORE;
    default:
        return OPINION_NO;
    }
}

/* Behind the number of the request, and modifiers if there are any, is the service. */
static bool
read_service(struct reader content, unsigned *ret, struct reader *ret_arguments)
{
    struct ber_element element;
    enum ber_state state = ber_expect(&content, BER_INTEGER, &element);

    if (state != BER_WHOLE) {
        return false;
    }
    state = ber_next(&content, &element);
    if (state == BER_WHOLE && element.tag == BER_SEQUENCE) {
        state = ber_next(&content, &element);
    }
    if (state != BER_WHOLE && state != BER_CUT) {
        return false;
    }
    *ret = element.tag > UINT8_MAX ? element.tag & UINT8_MAX : element.tag & TAG_NUMBER;
    *ret_arguments = element.content;
    return (first_byte(element.tag) & TAG_CONTEXT) != 0 && *ret <= SERVICE_MAX;
}

static unsigned
first_byte(unsigned tag)
{
    return tag > UINT8_MAX ? tag >> 8 : tag;
}

/* The first object that is named: an item in a domain, a file, or where names have no type
 * of their own, one of these.  Returns false if there is none. */
static bool
find_object(struct observation *observation, struct reader arguments, bool has_plain_names,
            unsigned depth)
{
    struct ber_element element, item;

    while (ber_next(&arguments, &element) == BER_WHOLE) {
        const char *text = (const char *) element.content.at;
        const bool is_text = element.tag == VISIBLE_STRING ||
                             element.tag == GRAPHIC_STRING ||
                             (has_plain_names && element.tag == BER_CONTEXT_PRIMITIVE);

        if ((first_byte(element.tag) & TAG_CONSTRUCTED) != 0) {
            if (depth < NAME_DEPTH_MAX &&
                find_object(observation, element.content, has_plain_names, depth + 1)) {
                return true;
            }
        } else if (is_text && is_name(&element)) {
            if (element.tag == VISIBLE_STRING &&
                ber_expect(&arguments, VISIBLE_STRING, &item) == BER_WHOLE &&
                is_name(&item)) {
                find_detail(observation, "%.*s/%.*s", (int) element.size, text,
                            (int) item.size, (const char *) item.content.at);
            } else {
                find_detail(observation, "%.*s", (int) element.size, text);
            }
            return true;
        }
    }
    return false;
}

static bool
is_name(const struct ber_element *element)
{
    return element->size > 0 && octets_are_printable(element->content.at, element->size);
}
