#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"

/* MQTT, OASIS versions 3.1.1 and 5.0, and 3.1 before them: a packet is a byte of type and
 * flags, a length of one to four bytes, and the rest (5.0, section 2.1).
 *
 * Verified is a request to connect, whose fields end where the packet does, or a
 * subscription and its acknowledgement; packets in a row are consistent. */

enum packet_type {
    CONNECT = 1,
    CONNACK,
    PUBLISH,
    PUBACK,
    PUBREC,
    PUBREL,
    PUBCOMP,
    SUBSCRIBE,
    SUBACK,
    UNSUBSCRIBE,
    UNSUBACK,
    PINGREQ,
    PINGRESP,
    DISCONNECT,
    AUTH,
};

enum {
    LENGTH_SIZE_MAX = 4,
    BRIDGE = 0x80, /* Set in the level by brokers that connect to others. */
    LEVEL_5 = 5,
    ENOUGH = 3, /* Packets in a row. */

    /* Reasons of acknowledgements: success is 0. */
    NO_SUBSCRIBERS = 0x10,
    FAILURE = 0x80, /* The first of many. */

    /* Flags of CONNECT. */
    USER = 0x80,
    PASSWORD = 0x40,
    WILL_RETAIN = 0x20,
    WILL_QOS = 0x18,
    WILL = 0x04,
    RESERVED = 0x01,
};

struct packet_head {
    uint8_t type, flags;
    size_t head_size, size; /* Size is PDU_MORE or PDU_NONE if it is not told. */
};

/* What one side has said. */
struct packets {
    bool is_wrong, is_connect;
    unsigned n;
    int subscribed, acknowledged; /* Identifier and number of topics, or -1. */
};

static struct packets look_at(const struct side *side);
static struct packet_head head_of(const uint8_t *bytes, size_t n);
static bool has_flags(uint8_t type, uint8_t flags);
static bool may_be(const struct packet_head *head, const uint8_t *body, size_t n);
static bool may_be_acknowledgement(const uint8_t *body, size_t n, size_t size);
static bool is_connect(const uint8_t *body, size_t n, uint8_t *ret_flags);
static bool begins_connect(const uint8_t *body, size_t n);
static bool pass_string(struct reader *r);
static void pass_properties(struct reader *r);
static int topics_of(const uint8_t *body, size_t n);

static enum opinion
judge(const struct dialogue *dialogue)
{
    const struct packets a = look_at(&dialogue->sides[0]);
    const struct packets b = look_at(&dialogue->sides[1]);

    if (a.is_wrong || b.is_wrong) {
        return OPINION_NO;
    }
    if (a.is_connect || b.is_connect ||
        (a.subscribed >= 0 && a.subscribed == b.acknowledged) ||
        (b.subscribed >= 0 && b.subscribed == a.acknowledged)) {
        return OPINION_VERIFIED;
    }
    return a.n >= ENOUGH || b.n >= ENOUGH || (a.n > 0 && b.n > 0) ? OPINION_CONSISTENT
                                                                  : OPINION_MORE;
}

/* Called once, with what the client has said: the request to connect. */
static void
read(const struct pdu *pdu, struct findings *findings)
{
    const struct packet_head head = head_of(pdu->bytes, pdu->n);
    uint8_t flags;

    if (head.type == CONNECT && head.size != PDU_MORE && head.size <= pdu->n &&
        is_connect(pdu->bytes + head.head_size, head.size - head.head_size, &flags) &&
        (flags & PASSWORD) != 0) {
        find_credentials(findings, "MQTT CONNECT");
    }
}

const struct recogniser recogniser_mqtt = {
    .service = SERVICE_MQTT,
    .on_tcp = true,
    .judge = judge,
    .read = read,
};

static struct packets
look_at(const struct side *side)
{
    struct packets packets = { .subscribed = -1, .acknowledged = -1 };

    for (size_t at = 0; at < side->n;) {
        const uint8_t *bytes = side->bytes + at;
        const size_t n = side->n - at;
        const struct packet_head head = head_of(bytes, n);
        const size_t body_size = head.size - head.head_size;
        const uint8_t *body = bytes + head.head_size;
        uint8_t flags;

        if (head.size == PDU_NONE) {
            packets.is_wrong = true;
            return packets;
        }
        if (head.size == PDU_MORE) {
            return packets;
        }
        if (head.size > n) {
            packets.is_wrong = !may_be(&head, body, n - head.head_size);
            packets.is_connect |=
                head.type == CONNECT && !packets.is_wrong && n == RECOGNISE_STREAM_MAX;
            return packets;
        }
        if (!may_be(&head, body, body_size) ||
            (head.type == CONNECT && !is_connect(body, body_size, &flags))) {
            packets.is_wrong = true;
            return packets;
        }
        packets.n++;
        packets.is_connect |= head.type == CONNECT;
        if (head.type == SUBSCRIBE && packets.subscribed < 0) {
            packets.subscribed = topics_of(body, body_size);
        } else if (head.type == SUBACK && packets.acknowledged < 0) {
            packets.acknowledged = (int) octets_be16(body);
        }
        at += head.size;
    }
    return packets;
}

static struct packet_head
head_of(const uint8_t *bytes, size_t n)
{
    struct packet_head head = { bytes[0] >> 4, bytes[0] & 15, 1, 0 };
    size_t length = 0;

    if (!has_flags(head.type, head.flags)) {
        head.size = PDU_NONE;
        return head;
    }
    while (head.head_size < n) {
        const uint8_t byte = bytes[head.head_size];

        length |= (size_t) (byte & 0x7f) << 7 * (head.head_size - 1);
        head.head_size++;
        if (byte < 0x80) {
            head.size = head.head_size + length;
            return head;
        }
        if (head.head_size > LENGTH_SIZE_MAX) {
            head.size = PDU_NONE;
            return head;
        }
    }
    head.size = PDU_MORE;
    return head;
}

static bool
has_flags(uint8_t type, uint8_t flags)
{
    switch (type) {
    case 0:
        return false;
    case PUBLISH: /* Twice, quality of service, retained. */
        return (flags & 6) != 6;
    case PUBREL:
    case SUBSCRIBE:
    case UNSUBSCRIBE:
        return flags == 2;
    default:
        return flags == 0;
    }
}

/* Whether a body of which 'n' bytes are there may be one of the type. */
static bool
may_be(const struct packet_head *head, const uint8_t *body, size_t n)
{
    const size_t size = head->size - head->head_size;

    switch ((enum packet_type) head->type) {
    case CONNECT:
        return size >= 12 && begins_connect(body, n);
    case CONNACK:
        return size >= 2 && (n < 1 || body[0] <= 1) && size <= 1024;
    case PUBLISH: {
        size_t topic;

        if (n < 2) {
            return size >= 2;
        }
        topic = octets_be16(body);
        if (topic > size - 2) {
            return false;
        }
        topic = topic < n - 2 ? topic : n - 2;
        return memchr(body + 2, '#', topic) == NULL &&
               memchr(body + 2, '\0', topic) == NULL;
    }
    case PUBACK:
    case PUBREC:
    case PUBREL:
    case PUBCOMP:
        return may_be_acknowledgement(body, n, size);
    case UNSUBACK:
        return size >= 2 && size <= 1024;
    case SUBACK:
        return size >= 3 && size <= 1024;
    case SUBSCRIBE:
    case UNSUBSCRIBE:
        return size >= 5;
    case PINGREQ:
    case PINGRESP:
        return size == 0;
    case DISCONNECT:
    case AUTH:
        return size <= 1024;
    }
    return false;
}

/* An identifier; of version 5.0 also a reason, and properties behind their length. */
static bool
may_be_acknowledgement(const uint8_t *body, size_t n, size_t size)
{
    enum { REASON_AT = 2, LENGTH_AT, PROPERTIES_AT };

    if (size <= REASON_AT || size > 1024) {
        return size == REASON_AT;
    }
    if (n > REASON_AT && body[REASON_AT] > NO_SUBSCRIBERS && body[REASON_AT] < FAILURE) {
        return false;
    }
    return size == LENGTH_AT || n <= LENGTH_AT || body[LENGTH_AT] > 0x7f ||
           body[LENGTH_AT] == size - PROPERTIES_AT;
}

/* "MQTT" and a level, or "MQIsdp" of version 3.1. */
static bool
begins_connect(const uint8_t *body, size_t n)
{
    static const uint8_t name[] = { 0, 4, 'M', 'Q', 'T', 'T' };
    static const uint8_t old_name[] = { 0, 6, 'M', 'Q', 'I', 's', 'd', 'p' };

    if (octets_begin(body, n, name, sizeof name)) {
        return n <= sizeof name || (body[sizeof name] & ~BRIDGE) == 4 ||
               body[sizeof name] == LEVEL_5;
    }
    return octets_begin(body, n, old_name, sizeof old_name) &&
           (n <= sizeof old_name || (body[sizeof old_name] & ~BRIDGE) == 3);
}

static bool
is_connect(const uint8_t *body, size_t n, uint8_t *ret_flags)
{
    struct reader r = reader_init(body, n);
    uint8_t level, flags;

    if (!pass_string(&r)) {
        return false;
    }
    level = reader_u8(&r);
    flags = reader_u8(&r);
    (void) reader_be16(&r); /* Keep alive. */
    if (r.failed || (flags & RESERVED) != 0 || (flags & WILL_QOS) == WILL_QOS ||
        ((flags & WILL) == 0 && (flags & (WILL_QOS | WILL_RETAIN)) != 0)) {
        return false;
    }
    if (level == LEVEL_5) {
        pass_properties(&r);
    }
    (void) pass_string(&r); /* Client. */
    if ((flags & WILL) != 0) {
        if (level == LEVEL_5) {
            pass_properties(&r);
        }
        (void) pass_string(&r);
        (void) pass_string(&r);
    }
    if ((flags & USER) != 0) {
        (void) pass_string(&r);
    }
    if ((flags & PASSWORD) != 0) {
        (void) pass_string(&r);
    }
    *ret_flags = flags;
    return !r.failed && r.left == 0;
}

static bool
pass_string(struct reader *r)
{
    return reader_take(r, reader_be16(r)) != NULL;
}

static void
pass_properties(struct reader *r)
{
    size_t length = 0;

    for (unsigned i = 0; i < LENGTH_SIZE_MAX; i++) {
        const uint8_t byte = reader_u8(r);

        length |= (size_t) (byte & 0x7f) << 7 * i;
        if (byte < 0x80) {
            break;
        }
    }
    (void) reader_take(r, length);
}

/* The identifier of a subscription whose topics end where it does; else -1. */
static int
topics_of(const uint8_t *body, size_t n)
{
    struct reader r = reader_init(body, n);
    const uint16_t identifier = reader_be16(&r);
    struct reader new = r;

    while (!r.failed && r.left > 0) {
        r.failed |= !pass_string(&r) || reader_u8(&r) > 2;
    }
    if (!r.failed) {
        return identifier;
    }
    pass_properties(&new);
    while (!new.failed &&new.left > 0) {
        new.failed |= !pass_string(&new) || (reader_u8(&new) & 0xc3) > 2;
    }
    return new.failed ? -1 : identifier;
}
