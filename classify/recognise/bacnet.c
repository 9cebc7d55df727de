#include "base/reader.h"
#include "classify/recognise/bacnet_apdu.h"
#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* BACnet over UDP (ASHRAE 135-2020): a virtual link of IPv4 (annex J) or IPv6 (annex U) has
 * a type, a function and a length; what carries a network PDU has it behind that and the
 * addresses of the link (clause 6); in the network PDU is a message of the network layer or
 * an APDU.
 *
 * Verified is a datagram as long as it says with a network PDU whose fixed bits are right,
 * and an APDU that exists.  One that is longer is consistent: devices do as it tells them.
 */

enum {
    LINK_IPV4 = 0x81,
    LINK_IPV6 = 0x82,
    FUNCTION_AT = 1,
    LENGTH_AT = 2,
    LINK_HEAD = 4,

    NETWORK_VERSION = 1,
    IS_NETWORK_MESSAGE = 0x80,
    HAS_DESTINATION = 0x20,
    HAS_SOURCE = 0x08,
    RESERVED = 0x50,
    NO_NETWORK_PDU = 0,
};

/* Functions of the link (J.2, U.2): where the network PDU begins, or the length of the
 * whole if there is none (0: any), and the command that it is, if it is one. */
static const struct link_function {
    uint8_t type, code, network_at, size;
    enum command_class class;
    const char *name;
} link_functions[] = {
    { LINK_IPV4, 0x00, NO_NETWORK_PDU, 6, COMMAND_READ, NULL }, /* A result. */
    { LINK_IPV4, 0x01, NO_NETWORK_PDU, 0, COMMAND_WRITE,
      "write-broadcast-distribution-table" },
    { LINK_IPV4, 0x02, NO_NETWORK_PDU, 4, COMMAND_READ,
      "read-broadcast-distribution-table" },
    { LINK_IPV4, 0x03, NO_NETWORK_PDU, 0, COMMAND_READ, NULL },
    { LINK_IPV4, 0x04, 10, 0, COMMAND_READ, NULL }, /* Forwarded. */
    { LINK_IPV4, 0x05, NO_NETWORK_PDU, 6, COMMAND_WRITE, "register-foreign-device" },
    { LINK_IPV4, 0x06, NO_NETWORK_PDU, 4, COMMAND_READ, "read-foreign-device-table" },
    { LINK_IPV4, 0x07, NO_NETWORK_PDU, 0, COMMAND_READ, NULL },
    { LINK_IPV4, 0x08, NO_NETWORK_PDU, 10, COMMAND_WRITE,
      "delete-foreign-device-table-entry" },
    { LINK_IPV4, 0x09, 4, 0, COMMAND_READ, NULL }, /* Distribute broadcast. */
    { LINK_IPV4, 0x0a, 4, 0, COMMAND_READ, NULL }, /* Unicast. */
    { LINK_IPV4, 0x0b, 4, 0, COMMAND_READ, NULL }, /* Broadcast. */
    { LINK_IPV6, 0x01, 10, 0, COMMAND_READ, NULL },
    { LINK_IPV6, 0x02, 7, 0, COMMAND_READ, NULL },
    { LINK_IPV6, 0x08, 25, 0, COMMAND_READ, NULL },
    { LINK_IPV6, 0x0c, 7, 0, COMMAND_READ, NULL },
};

/* Messages of the network layer (6.4) that ask or tell a router to do something. */
static const struct network_message {
    uint8_t code;
    enum command_class class;
    const char *name;
} network_messages[] = {
    { 0x00, COMMAND_READ, "who-is-router-to-network" },
    { 0x06, COMMAND_WRITE, "initialize-routing-table" },
    { 0x08, COMMAND_WRITE, "establish-connection-to-network" },
    { 0x09, COMMAND_STOP, "disconnect-connection-to-network" },
    { 0x12, COMMAND_READ, "what-is-network-number" },
};

static enum opinion judge_side(const struct side *side, uint8_t protocol);
static struct reader apdu_of(const struct side *side);
static const struct link_function *function_of(const uint8_t *datagram);
static bool read_network(struct reader *r, bool *ret_is_message);
static void find_network_message(struct findings *findings, struct reader message);

static enum opinion
judge(const struct dialogue *dialogue)
{
    const enum opinion opinion = judge_sides(dialogue, judge_side);
    const struct reader initiator = apdu_of(&dialogue->sides[FLOW_INITIATOR]);
    const struct reader responder = apdu_of(&dialogue->sides[FLOW_RESPONDER]);

    return opinion == OPINION_CONSISTENT && (bacnet_apdu_is_answer(initiator, responder) ||
                                             bacnet_apdu_is_answer(responder, initiator))
               ? OPINION_VERIFIED
               : opinion;
}

/* Either end may ask: devices are clients of each other. */
static void
read(const struct pdu *pdu, struct findings *findings)
{
    const struct link_function *function;
    struct reader r = reader_init(pdu->bytes, pdu->n);
    bool is_message;

    if (pdu->n < LINK_HEAD) {
        return;
    }
    function = function_of(pdu->bytes);
    if (function == NULL) {
        return;
    }
    if (function->name != NULL) {
        (void) find_command(findings, function->class, function->code, function->name);
    }
    (void) reader_take(&r, function->network_at);
    if (function->network_at == NO_NETWORK_PDU || !read_network(&r, &is_message)) {
        return;
    }
    if (is_message) {
        find_network_message(findings, r);
    } else {
        bacnet_apdu_find(findings, r.at, r.left);
    }
}

const struct recogniser recogniser_bacnet = {
    .service = SERVICE_BACNET,
    .on_udp = true,
    .judge = judge,
    .read = read,
    .reads_datagrams = true,
};

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    struct reader r = reader_init(side->bytes, side->n);
    const struct link_function *function;
    bool is_message, is_well;

    (void) protocol;
    if (side->n < LINK_HEAD) {
        return OPINION_NO;
    }
    is_well = octets_be16(side->bytes + LENGTH_AT) == side->size;
    function = function_of(side->bytes);
    if (function == NULL) {
        return OPINION_NO;
    }
    if (function->network_at == NO_NETWORK_PDU) {
        return is_well && (function->size == 0 || function->size == side->size)
                   ? OPINION_CONSISTENT
                   : OPINION_NO;
    }
    (void) reader_take(&r, function->network_at);
    if (!read_network(&r, &is_message) ||
        (!is_message && (r.left == 0 || !bacnet_apdu_is_possible(r.at, r.left)))) {
        return OPINION_NO;
    }
    return is_well ? OPINION_VERIFIED : OPINION_CONSISTENT;
}

/* Nothing if there is none. */
static struct reader
apdu_of(const struct side *side)
{
    const struct link_function *function =
        side->n < LINK_HEAD ? NULL : function_of(side->bytes);
    struct reader r = reader_init(side->bytes, side->n);
    bool is_message;

    if (function == NULL || function->network_at == NO_NETWORK_PDU ||
        reader_take(&r, function->network_at) == NULL || !read_network(&r, &is_message) ||
        is_message) {
        reader_limit(&r, 0);
    }
    return r;
}

static const struct link_function *
function_of(const uint8_t *datagram)
{
    for (size_t i = 0; i < sizeof link_functions / sizeof link_functions[0]; i++) {
        if (link_functions[i].type == datagram[0] &&
            link_functions[i].code == datagram[FUNCTION_AT]) {
            return &link_functions[i];
        }
    }
    return NULL;
}

/* Passes the head of a network PDU: version, control, and addresses of networks, as control
 * says (6.2).  Returns false if it is none. */
static bool
read_network(struct reader *r, bool *ret_is_message)
{
    const uint8_t version = reader_u8(r);
    const uint8_t control = reader_u8(r);

    if (version != NETWORK_VERSION || (control & RESERVED) != 0) {
        return false;
    }
    if ((control & HAS_DESTINATION) != 0) {
        (void) reader_be16(r);
        (void) reader_take(r, reader_u8(r));
    }
    if ((control & HAS_SOURCE) != 0) {
        (void) reader_be16(r);
        (void) reader_take(r, reader_u8(r));
    }
    if ((control & HAS_DESTINATION) != 0) {
        (void) reader_u8(r); /* Hops that are left. */
    }
    *ret_is_message = (control & IS_NETWORK_MESSAGE) != 0;
    return !r->failed;
}

static void
find_network_message(struct findings *findings, struct reader message)
{
    const uint8_t code = reader_u8(&message);

    for (size_t i = 0; i < sizeof network_messages / sizeof network_messages[0]; i++) {
        const struct network_message *m = &network_messages[i];

        if (!message.failed && m->code == code) {
            (void) find_command(findings, m->class, code, m->name);
        }
    }
}
