#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"

/* SOCKS: version 5 (RFC 1928, with passwords as RFC 1929 has them) and version 4, with
 * names as 4A has them.  What is relayed follows at once and is somebody else's.
 *
 * Verified is a whole request and an answer that fits it, in version 5 to the methods that
 * were offered at least; a request by itself is consistent. */

enum {
    VERSION_4 = 4,
    VERSION_5 = 5,
    METHOD_PASSWORD = 2,
    METHOD_NONE = 0xff,
    PASSWORD_VERSION = 1,
    ADDRESS_IPV4 = 1,
    ADDRESS_NAME = 3,
    ADDRESS_IPV6 = 4,
    COMMAND_MAX_4 = 2, /* CONNECT, BIND; */
    COMMAND_MAX_5 = 3, /* and UDP ASSOCIATE. */
    REPLY_MAX_5 = 8,
    REPLY_MIN_4 = 0x5a,
    REPLY_MAX_4 = 0x5d,
    REPLY_SIZE_4 = 8,
};

/* One side's words, read as far as they are there: the reader fails where they end. */
struct talk {
    struct reader r;
    bool is_wrong;
};

struct client {
    enum opinion opinion; /* CONSISTENT: the request is whole. */
    uint8_t version;      /* 0: it has said nothing. */
    const uint8_t *methods;
    size_t n_methods;
    bool has_password;
    const uint8_t *name; /* Whom it wants, if by name. */
    size_t name_size;
};

static struct client look_at_client(const struct side *side);
static void take_request_4(struct talk *talk, struct client *client);
static void take_request_5(struct talk *talk, struct client *client);
static enum opinion judge_server(const struct side *side, const struct client *client);
static void take_reply_5(struct talk *talk, const struct client *client);
static void take_address(struct talk *talk, const uint8_t **ret_name, size_t *ret_size);
static void take_text_4(struct talk *talk, const uint8_t **ret, size_t *ret_size);
static void check(struct talk *talk, bool is_right);

static enum opinion
judge(const struct dialogue *dialogue)
{
    const struct side *server = &dialogue->sides[FLOW_RESPONDER];
    const struct client client = look_at_client(&dialogue->sides[FLOW_INITIATOR]);
    const enum opinion answer =
        server->n == 0 ? OPINION_MORE : judge_server(server, &client);

    if (client.opinion == OPINION_NO || answer == OPINION_NO) {
        return OPINION_NO;
    }
    return client.opinion == OPINION_CONSISTENT && answer == OPINION_CONSISTENT
               ? OPINION_VERIFIED
               : client.opinion;
}

static void
read(const struct pdu *pdu, struct findings *findings)
{
    struct client client;

    if (pdu->from != FLOW_INITIATOR) {
        return;
    }
    client = look_at_client(&(struct side){ pdu->bytes, pdu->n, pdu->n });
    if (client.opinion == OPINION_CONSISTENT) {
        if (client.has_password) {
            find_credentials(findings, "SOCKS password");
        }
        find_name(findings, client.name, client.name_size);
    }
}

const struct recogniser recogniser_socks = {
    .service = SERVICE_SOCKS,
    .on_tcp = true,
    .judge = judge,
    .read = read,
};

static struct client
look_at_client(const struct side *side)
{
    struct client client = { .opinion = OPINION_MORE };
    struct talk talk = { .r = reader_init(side->bytes, side->n) };

    if (side->n == 0) {
        return client;
    }
    client.version = reader_u8(&talk.r);
    if (client.version == VERSION_5) {
        take_request_5(&talk, &client);
    } else {
        check(&talk, client.version == VERSION_4);
        take_request_4(&talk, &client);
    }
    client.opinion = talk.is_wrong   ? OPINION_NO
                     : talk.r.failed ? OPINION_MORE
                                     : OPINION_CONSISTENT;
    return client;
}

/* Command, port, address, the user; an address 0.0.0.x stands for a name that follows. */
static void
take_request_4(struct talk *talk, struct client *client)
{
    const uint8_t command = reader_u8(&talk->r);
    uint16_t port;
    uint32_t address;
    const uint8_t *user;
    size_t user_size;

    check(talk, command >= 1 && command <= COMMAND_MAX_4);
    port = reader_be16(&talk->r);
    check(talk, port != 0);
    address = reader_be32(&talk->r);
    take_text_4(talk, &user, &user_size);
    if (!talk->r.failed && address != 0 && address <= UINT8_MAX) {
        take_text_4(talk, &client->name, &client->name_size);
        check(talk, client->name_size > 0);
    }
}

/* Methods; a name and a password, if that is agreed on; command, reserved, address. */
static void
take_request_5(struct talk *talk, struct client *client)
{
    uint8_t version, command;

    client->n_methods = reader_u8(&talk->r);
    check(talk, client->n_methods > 0);
    client->methods = reader_take(&talk->r, client->n_methods);
    version = reader_u8(&talk->r);
    if (!talk->r.failed && version == PASSWORD_VERSION) {
        check(talk, memchr(client->methods, METHOD_PASSWORD, client->n_methods) != NULL);
        (void) reader_take(&talk->r, reader_u8(&talk->r));
        (void) reader_take(&talk->r, reader_u8(&talk->r));
        client->has_password = true;
        version = reader_u8(&talk->r);
    }
    check(talk, version == VERSION_5);
    command = reader_u8(&talk->r);
    check(talk, command >= 1 && command <= COMMAND_MAX_5);
    check(talk, reader_u8(&talk->r) == 0);
    take_address(talk, &client->name, &client->name_size);
}

/* CONSISTENT if the answer, or the choice of a method, is whole. */
static enum opinion
judge_server(const struct side *side, const struct client *client)
{
    struct talk talk = { .r = reader_init(side->bytes, side->n) };
    const uint8_t version = reader_u8(&talk.r);

    if (version == VERSION_5) {
        check(&talk, client->version == 0 || client->version == VERSION_5);
        take_reply_5(&talk, client);
    } else {
        uint8_t reply;

        check(&talk,
              version == 0 && (client->version == 0 || client->version == VERSION_4));
        reply = reader_u8(&talk.r);
        check(&talk, reply >= REPLY_MIN_4 && reply <= REPLY_MAX_4);
        (void) reader_take(&talk.r, REPLY_SIZE_4 - 2);
    }
    return talk.is_wrong ? OPINION_NO : talk.r.failed ? OPINION_MORE : OPINION_CONSISTENT;
}

/* The method chosen; whether a password is right; the reply and an address. */
static void
take_reply_5(struct talk *talk, const struct client *client)
{
    const uint8_t method = reader_u8(&talk->r);
    uint8_t version, reply;
    const uint8_t *name;
    size_t name_size;

    if (client->methods != NULL) {
        check(talk, method == METHOD_NONE ||
                        memchr(client->methods, method, client->n_methods) != NULL);
    }
    if (talk->r.left == 0) {
        return;
    }
    version = reader_u8(&talk->r);
    if (method == METHOD_PASSWORD) {
        check(talk, version == PASSWORD_VERSION);
        (void) reader_u8(&talk->r);
        version = reader_u8(&talk->r);
    }
    check(talk, version == VERSION_5);
    reply = reader_u8(&talk->r);
    check(talk, reply <= REPLY_MAX_5);
    check(talk, reader_u8(&talk->r) == 0);
    take_address(talk, &name, &name_size);
}

/* Type, address, port. */
static void
take_address(struct talk *talk, const uint8_t **ret_name, size_t *ret_size)
{
    const uint8_t type = reader_u8(&talk->r);
    size_t size = type == ADDRESS_IPV4 ? 4 : 16;

    check(talk, type == ADDRESS_IPV4 || type == ADDRESS_NAME || type == ADDRESS_IPV6);
    *ret_name = NULL;
    *ret_size = 0;
    if (type == ADDRESS_NAME) {
        size = *ret_size = reader_u8(&talk->r);
        *ret_name = talk->r.at;
        check(talk, size > 0 && octets_are_printable(
                                    talk->r.at, size < talk->r.left ? size : talk->r.left));
    }
    (void) reader_take(&talk->r, size);
    (void) reader_be16(&talk->r);
}

/* Text up to a zero. */
static void
take_text_4(struct talk *talk, const uint8_t **ret, size_t *ret_size)
{
    const uint8_t *end;

    if (talk->r.failed) {
        return;
    }
    end = talk->r.left == 0 ? NULL : memchr(talk->r.at, 0, talk->r.left);
    *ret = talk->r.at;
    *ret_size = end == NULL ? talk->r.left : (size_t) (end - talk->r.at);
    check(talk, *ret_size <= UINT8_MAX && octets_are_printable(*ret, *ret_size));
    (void) reader_take(&talk->r, *ret_size + 1);
}

/* What is not there yet is not wrong. */
static void
check(struct talk *talk, bool is_right)
{
    talk->is_wrong |= !talk->r.failed && !is_right;
}
