#include "base/reader.h"
#include "classify/recognise/cip.h"
#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* EtherNet/IP (The CIP Networks Library, volume 2, edition 1.4): messages of a header of 24
 * bytes (command, length, session, status, sender's context, options) and data (2-3); most
 * data are items, each with a type and a length, that fill it (2-6).  Input and output of
 * connections are datagrams of items without a header.
 *
 * Verified is a message whose items fill it to the byte, and one of a fixed form whose
 * header is as it has to be.  A question who is there is a number and zeros: it counts
 * only where it is all that its side has said, else its answer has to come. */

enum {
    LENGTH_AT = 2,
    SESSION_AT = 4,
    STATUS_AT = 8,
    OPTIONS_AT = 20,
    HEADER = 24,

    NOP = 0x00,
    LIST_SERVICES = 0x04,
    LIST_IDENTITY = 0x63,
    LIST_INTERFACES = 0x64,
    REGISTER_SESSION = 0x65,
    UNREGISTER_SESSION = 0x66,
    SEND_RR_DATA = 0x6f,
    SEND_UNIT_DATA = 0x70,
    INDICATE_STATUS = 0x72,
    CANCEL = 0x73,

    REGISTER_SIZE = 4, /* Version, 1, and options, 0. */
    ITEMS_AT = 6,      /* Of data that is sent: behind interface, 0, and time-out. */
    ITEM_HEAD = 4,
    ITEMS_MAX = 8,

    ITEM_CONNECTED_DATA = 0xb1,
    ITEM_UNCONNECTED_DATA = 0xb2,
    ITEM_SEQUENCED_ADDRESS = 0x8002,
    SEQUENCED_ADDRESS_SIZE = 8,
};

static size_t measure(const uint8_t *bytes, size_t n);
static enum opinion judge_side(const struct side *side, uint8_t protocol);
static bool is_lone_question(const struct side *side);
static enum opinion judge_message(const uint8_t *message, size_t n, size_t size);
static enum opinion judge_form(const uint8_t *message, size_t n, size_t size);
static enum opinion judge_items(const uint8_t *items, size_t n, size_t size);
static bool is_input_output(const struct side *datagram);
static void find_in_items(struct findings *findings, const uint8_t *items, size_t n);

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

/* Either end may ask: controllers send messages to each other over one connection. */
static void
read(const struct pdu *pdu, struct findings *findings)
{
    const uint8_t *message = pdu->bytes;

    if (pdu->n < HEADER || measure(message, pdu->n) != pdu->size) {
        return; /* Input and output, or a damaged datagram. */
    }
    switch (message[0]) {
    case LIST_SERVICES:
    case LIST_IDENTITY:
    case LIST_INTERFACES:
        if (pdu->size == HEADER) { /* Not an answer. */
            (void) find_command(findings, COMMAND_READ, message[0],
                                message[0] == LIST_SERVICES   ? "list-services"
                                : message[0] == LIST_IDENTITY ? "list-identity"
                                                              : "list-interfaces");
        }
        break;
    case SEND_RR_DATA:
    case SEND_UNIT_DATA:
        if (pdu->n > HEADER + ITEMS_AT) {
            find_in_items(findings, message + HEADER + ITEMS_AT,
                          pdu->n - HEADER - ITEMS_AT);
        }
        break;
    default:
        break;
    }
}

const struct recogniser recogniser_enip = {
    .service = SERVICE_ENIP,
    .on_tcp = true,
    .on_udp = true,
    .judge = judge,
    .read = read,
    .measure = measure,
    .reads_datagrams = true,
};

static size_t
measure(const uint8_t *bytes, size_t n)
{
    if (n > 1 && bytes[1] != 0) {
        return PDU_NONE;
    }
    switch (bytes[0]) {
    case NOP:
    case LIST_SERVICES:
    case LIST_IDENTITY:
    case LIST_INTERFACES:
    case REGISTER_SESSION:
    case UNREGISTER_SESSION:
    case SEND_RR_DATA:
    case SEND_UNIT_DATA:
    case INDICATE_STATUS:
    case CANCEL:
        return n < LENGTH_AT + 2 ? PDU_MORE
                                 : HEADER + (size_t) octets_le16(bytes + LENGTH_AT);
    default:
        return PDU_NONE;
    }
}

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    enum opinion best = OPINION_MORE;

    if (is_lone_question(side)) {
        return side->bytes[0] == LIST_SERVICES ? OPINION_CONSISTENT : OPINION_VERIFIED;
    }
    if (protocol == IP_PROTOCOL_UDP) {
        if (is_input_output(side)) {
            return OPINION_VERIFIED;
        }
        return side->n >= HEADER && measure(side->bytes, side->n) == side->size
                   ? judge_message(side->bytes, side->n, side->size)
                   : OPINION_NO;
    }
    for (size_t at = 0, size; at < side->n; at += size) {
        const size_t left = side->n - at;
        enum opinion opinion;

        size = measure(side->bytes + at, left);
        if (size == PDU_MORE) {
            break;
        }
        opinion =
            size == PDU_NONE ? OPINION_NO : judge_message(side->bytes + at, left, size);
        if (opinion == OPINION_NO) {
            return OPINION_NO;
        }
        best = opinion > best ? opinion : best;
        if (size > left) {
            break;
        }
    }
    return best;
}

static bool
is_lone_question(const struct side *side)
{
    const uint8_t *message = side->bytes;

    if (side->n != HEADER || measure(message, HEADER) != HEADER ||
        octets_le32(message + SESSION_AT) != 0 || octets_le32(message + STATUS_AT) != 0 ||
        octets_le32(message + OPTIONS_AT) != 0) {
        return false;
    }
    return message[0] == LIST_SERVICES || message[0] == LIST_IDENTITY ||
           message[0] == LIST_INTERFACES;
}

/* Judges a message of 'size' bytes, of which 'n' are there, or more if others follow. */
static enum opinion
judge_message(const uint8_t *message, size_t n, size_t size)
{
    if (n < HEADER) {
        return OPINION_MORE;
    }
    return octets_le32(message + OPTIONS_AT) != 0
               ? OPINION_NO
               : judge_form(message, n < size ? n : size, size);
}

static enum opinion
judge_form(const uint8_t *message, size_t n, size_t size)
{
    const uint8_t *data = message + HEADER;
    const bool is_well = octets_le32(message + STATUS_AT) == 0;

    switch (octets_le16(message)) {
    case LIST_SERVICES:
    case LIST_IDENTITY:
    case LIST_INTERFACES:
        return size > HEADER ? judge_items(data, n - HEADER, size - HEADER) : OPINION_MORE;
    case REGISTER_SESSION:
        if (size != HEADER + REGISTER_SIZE) {
            return OPINION_NO;
        }
        if (n < size) {
            return OPINION_MORE;
        }
        return octets_le16(data) == 1 && octets_le16(data + 2) == 0 ? OPINION_VERIFIED
                                                                    : OPINION_NO;
    case SEND_RR_DATA:
    case SEND_UNIT_DATA:
        if (size == HEADER) { /* Refused. */
            return is_well ? OPINION_NO : OPINION_MORE;
        }
        if (n < HEADER + ITEMS_AT) {
            return OPINION_MORE;
        }
        return size > HEADER + ITEMS_AT && octets_le32(data) == 0
                   ? judge_items(data + ITEMS_AT, n - HEADER - ITEMS_AT,
                                 size - HEADER - ITEMS_AT)
                   : OPINION_NO;
    default:
        return OPINION_MORE;
    }
}

/* Whether the items, of which 'n' bytes are there, fill 'size' bytes. */
static enum opinion
judge_items(const uint8_t *items, size_t n, size_t size)
{
    size_t at = 2, n_items;

    if (n < at) {
        return OPINION_MORE;
    }
    n_items = octets_le16(items);
    if (n_items == 0 || n_items > ITEMS_MAX) {
        return OPINION_NO;
    }
    for (size_t i = 0; i < n_items; i++) {
        if (at + ITEM_HEAD > size) {
            return OPINION_NO;
        }
        if (at + ITEM_HEAD > n) {
            return OPINION_MORE;
        }
        at += ITEM_HEAD + octets_le16(items + at + 2);
    }
    return at == size ? OPINION_VERIFIED : OPINION_NO;
}

/* Two items, an address with a sequence number and data, fill the datagram. */
static bool
is_input_output(const struct side *datagram)
{
    const uint8_t *items = datagram->bytes;

    return datagram->n >= 2 + ITEM_HEAD + SEQUENCED_ADDRESS_SIZE + ITEM_HEAD &&
           octets_le16(items) == 2 && octets_le16(items + 2) == ITEM_SEQUENCED_ADDRESS &&
           octets_le16(items + 4) == SEQUENCED_ADDRESS_SIZE &&
           octets_le16(items + 2 + ITEM_HEAD + SEQUENCED_ADDRESS_SIZE) ==
               ITEM_CONNECTED_DATA &&
           judge_items(items, datagram->n, datagram->size) == OPINION_VERIFIED;
}

/* Messages lie in the items of data; those of a connection follow a sequence number. */
static void
find_in_items(struct findings *findings, const uint8_t *items, size_t n)
{
    struct reader r = reader_init(items, n);
    const unsigned n_items = reader_le16(&r);

    for (unsigned i = 0; i < n_items && i < ITEMS_MAX && !r.failed; i++) {
        const unsigned type = reader_le16(&r);
        const size_t size = reader_le16(&r);
        struct reader item = r;

        reader_limit(&item, size);
        if (type == ITEM_CONNECTED_DATA) {
            (void) reader_le16(&item);
        }
        if (!item.failed &&
            (type == ITEM_CONNECTED_DATA || type == ITEM_UNCONNECTED_DATA)) {
            cip_find_requests(findings, item.at, item.left);
        }
        (void) reader_take(&r, size);
    }
}
