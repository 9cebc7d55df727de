#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"

/* OpenVPN (its ssl.h and reliable.h): a packet begins with an operation of five bits and
 * the number of a key; over TCP its length stands before it.  Each side begins with a hard
 * reset: the number of its session, and, as it is set up, a MAC, a packet number and the
 * time in clear (tls-auth), or packet number, time and MAC, and all else hidden
 * (tls-crypt); then packets acknowledged and its own number, which is 0.
 *
 * Verified are two resets of which the second names the first's session, or that say the
 * same time; later packets say nothing that can be read. */

enum {
    OPERATION_SHIFT = 3,
    KEY_MASK = 7,
    RESET_CLIENT = 7,
    RESET_SERVER = 8,
    RESET_CLIENT_3 = 10, /* With a key of the client's behind it. */

    SESSION_AT = 1,
    SESSION = 8,
    HEAD = SESSION_AT + SESSION,
    STAMP = 8,             /* Packet number and time. */
    ACKNOWLEDGES_NONE = 5, /* A count of 0, and the number 0. */
    ACKNOWLEDGES_ONE = 17, /* A count of 1, the number, whose session, the number 0. */
    HIDDEN_MAC = 32,
    PACKET_MAX = 2048,
    TIME_DIFFERENCE_MAX = 600, /* Seconds between the clocks of both. */
    LENGTH = 2,
};

/* The number of a first packet; since 2.6 it says besides that its sender knows more. */
#define FIRST_NUMBER     UINT32_C(1)
#define FIRST_NUMBER_2_6 UINT32_C(0x0f000001)

static const uint8_t mac_sizes[] = { 16, 20, 28, 32, 48, 64 };

struct reset {
    enum opinion opinion;                  /* CONSISTENT: it is one. */
    const uint8_t *session, *peer_session; /* NULL: it is not said. */
    uint32_t time;                         /* 0: it is not said. */
};

static struct reset look_at(const struct side *side, bool is_client, bool is_tcp);
static bool has_operation(uint8_t first, bool is_client);
static void read_reset(const uint8_t *packet, size_t size, bool is_client,
                       struct reset *ret);
static bool has_tail(const uint8_t *tail, bool is_client, struct reset *ret);
static uint32_t time_in(const uint8_t *stamp);

static enum opinion
judge(const struct dialogue *dialogue)
{
    const bool is_tcp = dialogue->protocol == IP_PROTOCOL_TCP;
    const struct reset client = look_at(&dialogue->sides[FLOW_INITIATOR], true, is_tcp);
    const struct reset server = look_at(&dialogue->sides[FLOW_RESPONDER], false, is_tcp);
    uint32_t difference;

    if (client.opinion == OPINION_NO || server.opinion == OPINION_NO) {
        return OPINION_NO;
    }
    if (client.opinion != OPINION_CONSISTENT || server.opinion != OPINION_CONSISTENT) {
        return client.opinion > server.opinion ? client.opinion : server.opinion;
    }
    if (server.peer_session != NULL) {
        return memcmp(client.session, server.peer_session, SESSION) == 0 ? OPINION_VERIFIED
                                                                         : OPINION_NO;
    }
    difference =
        client.time < server.time ? server.time - client.time : client.time - server.time;
    return client.time != 0 && server.time != 0 && difference <= TIME_DIFFERENCE_MAX
               ? OPINION_VERIFIED
               : OPINION_CONSISTENT;
}

const struct recogniser recogniser_openvpn = {
    .service = SERVICE_OPENVPN,
    .on_tcp = true,
    .on_udp = true,
    .judge = judge,
};

static struct reset
look_at(const struct side *side, bool is_client, bool is_tcp)
{
    struct reset reset = { .opinion = OPINION_MORE };
    const uint8_t *packet = side->bytes;
    size_t size = side->size;

    if (side->n == 0) {
        return reset;
    }
    if (is_tcp) {
        if (side->n < LENGTH) {
            reset.opinion = side->bytes[0] <= PACKET_MAX >> 8 ? OPINION_MORE : OPINION_NO;
            return reset;
        }
        packet += LENGTH;
        size = octets_be16(side->bytes);
        if (size < HEAD + ACKNOWLEDGES_NONE || size > PACKET_MAX ||
            (side->n > LENGTH && !has_operation(packet[0], is_client))) {
            reset.opinion = OPINION_NO;
            return reset;
        }
        if (side->n - LENGTH < size) {
            return reset;
        }
    }
    reset.opinion = OPINION_NO;
    if (size >= HEAD + ACKNOWLEDGES_NONE && (is_tcp || side->n == size) &&
        has_operation(packet[0], is_client)) {
        read_reset(packet, size, is_client, &reset);
    }
    return reset;
}

/* Of a first packet, whose key has the number 0. */
static bool
has_operation(uint8_t first, bool is_client)
{
    const unsigned operation = first >> OPERATION_SHIFT;

    return (first & KEY_MASK) == 0 &&
           (is_client ? operation == RESET_CLIENT || operation == RESET_CLIENT_3
                      : operation == RESET_SERVER);
}

/* One of three set-ups, told by their sizes and by what must be 0 or 1. */
static void
read_reset(const uint8_t *packet, size_t size, bool is_client, struct reset *ret)
{
    const size_t tail = is_client ? ACKNOWLEDGES_NONE : ACKNOWLEDGES_ONE;
    const bool is_3 = packet[0] >> OPERATION_SHIFT == RESET_CLIENT_3;

    ret->session = packet + SESSION_AT;
    if (size == HEAD + tail && has_tail(packet + HEAD, is_client, ret)) {
        ret->opinion = OPINION_CONSISTENT;
        return;
    }
    for (size_t i = 0; i < sizeof mac_sizes; i++) {
        const size_t stamp = HEAD + (size_t) mac_sizes[i];

        if (size == stamp + STAMP + tail && time_in(packet + stamp) != 0 &&
            has_tail(packet + stamp + STAMP, is_client, ret)) {
            ret->time = time_in(packet + stamp);
            ret->opinion = OPINION_CONSISTENT;
            return;
        }
    }
    if (size == HEAD + STAMP + HIDDEN_MAC + tail ||
        (is_3 && size > HEAD + STAMP + HIDDEN_MAC + tail)) {
        ret->time = time_in(packet + HEAD);
        ret->opinion = ret->time != 0 ? OPINION_CONSISTENT : OPINION_NO;
    }
}

/* What was acknowledged and its own number. */
static bool
has_tail(const uint8_t *tail, bool is_client, struct reset *ret)
{
    static const uint8_t none[ACKNOWLEDGES_NONE];
    static const uint8_t one[] = { 1, 0, 0, 0, 0 };

    if (is_client) {
        return memcmp(tail, none, sizeof none) == 0;
    }
    ret->peer_session = tail + sizeof one;
    return memcmp(tail, one, sizeof one) == 0 &&
           memcmp(tail + sizeof one + SESSION, none,
                  ACKNOWLEDGES_ONE - sizeof one - SESSION) == 0;
}

/* The time behind the number of a first packet, 0 if it is none: after 2002, when the
 * program was written. */
static uint32_t
time_in(const uint8_t *stamp)
{
    const uint32_t number = octets_be32(stamp), time = octets_be32(stamp + 4);

    return (number == FIRST_NUMBER || number == FIRST_NUMBER_2_6) &&
                   time > UINT32_C(1009843200)
               ? time
               : 0;
}
