#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"

/* DICOM upper layer protocol, PS3.8 section 9.3, with the messages of PS3.7 in its data: a
 * PDU is a type from 1 to 7, a zero, a length of four bytes, and data.
 *
 * Verified is the request for an association, or its acceptance, with the name of the one
 * application context there is; a command set in data whose lengths fit; and whatever else
 * fits if it does so on both sides. */

enum {
    HEADER_SIZE = 6,
    ASSOCIATE_RQ = 1,
    ASSOCIATE_AC = 2,
    ASSOCIATE_RJ = 3,
    P_DATA = 4,
    RELEASE_RQ = 5,
    RELEASE_RP = 6,
    ABORT = 7,

    VERSION_AT = HEADER_SIZE,
    CALLED_AT = HEADER_SIZE + 4, /* Two titles of 16 characters. */
    TITLES_SIZE = 32,
    ITEMS_AT = HEADER_SIZE + 68,
    ASSOCIATE_MAX = 1 << 16,
    SHORT_SIZE = 4, /* Of the data of PDUs that only say that much. */

    ITEM_HEADER_SIZE = 4,
    USER_INFORMATION = 0x50,
    USER_IDENTITY = 0x58,
    IDENTITY_WITH_PASSCODE = 2,

    PDV_HEADER_SIZE = 6, /* Length of what follows it, context, and control. */
    PDV_CONTEXT_AT = 4,
    PDV_CONTROL_AT = 5,
    PDV_IS_COMMAND = 1,
    PDV_CONTROL_MAX = 3,

    ELEMENT_HEADER_SIZE = 8, /* Group, element, length; little-endian. */
    RESPONSE = 0x8000,       /* Set in the command field of an answer. */
    UID_MAX = 64,
    TITLE_MAX = 16,
};

/* Elements of a command set, PS3.7 annex E; their group is 0. */
enum {
    AFFECTED_CLASS = 0x0002,
    REQUESTED_CLASS = 0x0003,
    COMMAND_FIELD = 0x0100,
    MOVE_DESTINATION = 0x0600,
};

static const struct command {
    uint16_t number;
    enum command_class class;
    const char *name;
} commands[] = {
    { 0x0001, COMMAND_WRITE, "c-store" },  { 0x0010, COMMAND_READ, "c-get" },
    { 0x0020, COMMAND_READ, "c-find" },    { 0x0021, COMMAND_WRITE, "c-move" },
    { 0x0030, COMMAND_READ, "c-echo" },    { 0x0100, COMMAND_READ, "n-event-report" },
    { 0x0110, COMMAND_READ, "n-get" },     { 0x0120, COMMAND_WRITE, "n-set" },
    { 0x0130, COMMAND_WRITE, "n-action" }, { 0x0140, COMMAND_WRITE, "n-create" },
    { 0x0150, COMMAND_WRITE, "n-delete" }, { 0x0fff, COMMAND_WRITE, "c-cancel" },
};

/* The application context, PS3.7 annex A.2.1, in its item. */
static const uint8_t context[] = {
    0x10, 0x00, 0x00, 0x15, '1', '.', '2', '.', '8', '4', '0', '.', '1',
    '0',  '0',  '0',  '8',  '.', '3', '.', '1', '.', '1', '.', '1',
};

/* How every command set begins: the length of the group, which is a number of four bytes.
 */
static const uint8_t command_start[] = { 0, 0, 0, 0, 4, 0, 0, 0 };

/* What a command set says, as far as it is told here. */
struct command_set {
    unsigned number;
    struct text {
        const uint8_t *bytes;
        size_t n;
    } class, destination;
};

static size_t measure(const uint8_t *bytes, size_t n);
static enum opinion judge_side(const struct side *side);
static enum opinion judge_pdu(const uint8_t *pdu, size_t n, size_t size);
static enum opinion judge_association(const uint8_t *pdu, size_t n, size_t size);
static enum opinion judge_data(const uint8_t *pdu, size_t n, size_t size);
static void find_command_set(const uint8_t *bytes, size_t n, struct findings *findings);
static struct text text_of(const uint8_t *bytes, size_t n, size_t max);
static bool has_passcode(const uint8_t *pdu, size_t n);
static const uint8_t *find_item(const uint8_t *items, size_t n, uint8_t type,
                                size_t *ret_n);

static enum opinion
judge(const struct dialogue *dialogue)
{
    const struct side *sides = dialogue->sides;
    const enum opinion own = sides[0].n == 0 ? OPINION_MORE : judge_side(&sides[0]);
    const enum opinion other = sides[1].n == 0 ? OPINION_MORE : judge_side(&sides[1]);

    if (own == OPINION_NO || other == OPINION_NO) {
        return OPINION_NO;
    }
    if (own == OPINION_CONSISTENT && other == OPINION_CONSISTENT) {
        return OPINION_VERIFIED;
    }
    return own > other ? own : other;
}

/* Only data in one PDU is read: a command is shorter than any PDU may have to be. */
static void
read(const struct pdu *pdu, struct findings *findings)
{
    size_t at = HEADER_SIZE;

    if (pdu->bytes[0] == ASSOCIATE_RQ && has_passcode(pdu->bytes, pdu->n)) {
        find_credentials(findings, "DICOM user identity");
    }
    while (pdu->bytes[0] == P_DATA && at < pdu->n && pdu->n - at > PDV_HEADER_SIZE) {
        const uint8_t *pdv = pdu->bytes + at;
        const size_t left = pdu->n - at - PDV_HEADER_SIZE;
        const size_t size = (size_t) octets_be32(pdv) - 2;

        if ((pdv[PDV_CONTROL_AT] & PDV_IS_COMMAND) != 0) {
            find_command_set(pdv + PDV_HEADER_SIZE, size < left ? size : left, findings);
        }
        if (size >= left) {
            return;
        }
        at += PDV_HEADER_SIZE + size;
    }
}

const struct recogniser recogniser_dicom = {
    .service = SERVICE_DICOM,
    .on_tcp = true,
    .judge = judge,
    .read = read,
    .measure = measure,
};

static size_t
measure(const uint8_t *bytes, size_t n)
{
    uint32_t length;

    if (bytes[0] < ASSOCIATE_RQ || bytes[0] > ABORT || (n > 1 && bytes[1] != 0)) {
        return PDU_NONE;
    }
    if (n < HEADER_SIZE) {
        return PDU_MORE;
    }
    length = octets_be32(bytes + 2);
    return length <= PDU_SIZE_MAX - HEADER_SIZE ? HEADER_SIZE + (size_t) length : PDU_NONE;
}

static enum opinion
judge_side(const struct side *side)
{
    enum opinion best = OPINION_MORE;

    for (size_t at = 0; at < side->n;) {
        const size_t n = side->n - at;
        const size_t size = measure(side->bytes + at, n);
        enum opinion opinion;

        if (size == PDU_NONE) {
            return OPINION_NO;
        }
        if (size == PDU_MORE) {
            return best;
        }
        opinion = judge_pdu(side->bytes + at, n < size ? n : size, size);
        if (opinion == OPINION_NO || opinion == OPINION_VERIFIED) {
            return opinion;
        }
        best = opinion > best ? opinion : best;
        if (size > n) {
            return best;
        }
        at += size;
    }
    return best;
}

static enum opinion
judge_pdu(const uint8_t *pdu, size_t n, size_t size)
{
    static const uint8_t zero[SHORT_SIZE];

    switch (pdu[0]) {
    case ASSOCIATE_RQ:
    case ASSOCIATE_AC:
        return judge_association(pdu, n, size);
    case P_DATA:
        return judge_data(pdu, n, size);
    default:
        break;
    }
    if (size != HEADER_SIZE + SHORT_SIZE || (n > HEADER_SIZE && pdu[HEADER_SIZE] != 0)) {
        return OPINION_NO;
    }
    if (pdu[0] == RELEASE_RQ || pdu[0] == RELEASE_RP) {
        if (!octets_begin(pdu + HEADER_SIZE, n - HEADER_SIZE, zero, sizeof zero)) {
            return OPINION_NO;
        }
    }
    return n == size ? OPINION_CONSISTENT : OPINION_MORE;
}

static enum opinion
judge_association(const uint8_t *pdu, size_t n, size_t size)
{
    size_t titles;

    if (size < ITEMS_AT + sizeof context || size > ASSOCIATE_MAX ||
        (n > VERSION_AT + 1 && (pdu[VERSION_AT + 1] & 1) == 0)) {
        return OPINION_NO;
    }
    if (n <= CALLED_AT) {
        return OPINION_MORE;
    }
    titles = n - CALLED_AT < TITLES_SIZE ? n - CALLED_AT : TITLES_SIZE;
    if (pdu[0] == ASSOCIATE_RQ && !octets_are_printable(pdu + CALLED_AT, titles)) {
        return OPINION_NO;
    }
    if (n <= ITEMS_AT) {
        return OPINION_MORE;
    }
    if (!octets_begin(pdu + ITEMS_AT, n - ITEMS_AT, context, sizeof context)) {
        return OPINION_NO;
    }
    return n >= ITEMS_AT + sizeof context ? OPINION_VERIFIED : OPINION_MORE;
}

static enum opinion
judge_data(const uint8_t *pdu, size_t n, size_t size)
{
    for (size_t at = HEADER_SIZE; at < size;) {
        const uint8_t *pdv = pdu + at;
        size_t length;

        if (size - at < PDV_HEADER_SIZE) {
            return OPINION_NO;
        }
        if (n < at + PDV_HEADER_SIZE) {
            return OPINION_MORE;
        }
        length = octets_be32(pdv);
        if (length < 2 || length > size - at - 4 || pdv[PDV_CONTEXT_AT] % 2 == 0 ||
            pdv[PDV_CONTROL_AT] > PDV_CONTROL_MAX) {
            return OPINION_NO;
        }
        if ((pdv[PDV_CONTROL_AT] & PDV_IS_COMMAND) != 0 &&
            length >= 2 + sizeof command_start &&
            n >= at + PDV_HEADER_SIZE + sizeof command_start &&
            memcmp(pdv + PDV_HEADER_SIZE, command_start, sizeof command_start) == 0) {
            return OPINION_VERIFIED;
        }
        if (length > n - at - 4) {
            return OPINION_MORE;
        }
        at += 4 + length;
    }
    return OPINION_CONSISTENT;
}

static void
find_command_set(const uint8_t *bytes, size_t n, struct findings *findings)
{
    struct command_set set = { .number = RESPONSE };
    struct observation *observation;

    for (size_t at = 0; n - at >= ELEMENT_HEADER_SIZE;) {
        const uint8_t *value = bytes + at + ELEMENT_HEADER_SIZE;
        const size_t left = n - at - ELEMENT_HEADER_SIZE;
        const uint32_t size = octets_le32(bytes + at + 4);

        if (octets_le16(bytes + at) != 0 || size > left) {
            break;
        }
        switch (octets_le16(bytes + at + 2)) {
        case AFFECTED_CLASS:
        case REQUESTED_CLASS:
            set.class = text_of(value, size, UID_MAX);
            break;
        case COMMAND_FIELD:
            set.number = size == 2 ? octets_le16(value) : RESPONSE;
            break;
        case MOVE_DESTINATION:
            set.destination = text_of(value, size, TITLE_MAX);
            break;
        default:
            break;
        }
        at += ELEMENT_HEADER_SIZE + (size_t) size;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (commands[i].number != set.number) {
            continue;
        }
        observation =
            find_command(findings, commands[i].class, set.number, commands[i].name);
        if (set.class.n > 0) {
            find_detail(observation, "class %.*s", (int) set.class.n,
                        (const char *) set.class.bytes);
        }
        if (set.destination.n > 0) {
            find_detail(observation, "to %.*s", (int) set.destination.n,
                        (const char *) set.destination.bytes);
        }
    }
}

/* A text without what fills it up; empty if it is none, or too long. */
static struct text
text_of(const uint8_t *bytes, size_t n, size_t max)
{
    while (n > 0 && (bytes[n - 1] == '\0' || bytes[n - 1] == ' ')) {
        n--;
    }
    return n <= max && octets_are_printable(bytes, n) ? (struct text){ bytes, n }
                                                      : (struct text){ bytes, 0 };
}

/* PS3.7 annex D.3.3.7: who asks, with a passcode in clear. */
static bool
has_passcode(const uint8_t *pdu, size_t n)
{
    const uint8_t *information, *identity;

    if (n <= ITEMS_AT) {
        return false;
    }
    information = find_item(pdu + ITEMS_AT, n - ITEMS_AT, USER_INFORMATION, &n);
    identity = information == NULL ? NULL : find_item(information, n, USER_IDENTITY, &n);
    return identity != NULL && n > 0 && identity[0] == IDENTITY_WITH_PASSCODE;
}

/* Where what an item holds begins, of which '*ret_n' bytes are there. */
static const uint8_t *
find_item(const uint8_t *items, size_t n, uint8_t type, size_t *ret_n)
{
    size_t at = 0;

    while (n - at >= ITEM_HEADER_SIZE) {
        const size_t size = octets_be16(items + at + 2);
        const size_t left = n - at - ITEM_HEADER_SIZE;

        if (items[at] == type) {
            *ret_n = size < left ? size : left;
            return items + at + ITEM_HEADER_SIZE;
        }
        if (size > left) {
            return NULL;
        }
        at += ITEM_HEADER_SIZE + size;
    }
    return NULL;
}
