#include "alert/community_id.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/digest.h"
#include "base/ip.h"
#include "capture/packet.h"
#include "classify/icmp_pair.h"

/* Seed, two IPv6 addresses, protocol, padding, two ports. */
enum { INPUT_SIZE_MAX = 2 + 16 + 16 + 1 + 1 + 2 + 2 };

/* The flow as the hash sees it. */
struct tuple {
    struct ip_address address[2];
    uint16_t port[2];
    bool has_ports;
    bool keeps_order; /* No answer belongs to it: the ends are not put in order. */
};

static struct tuple tuple_of(const struct flow *flow);
static void map_icmp(struct tuple *tuple, uint8_t protocol);
static void put_in_order(struct tuple *tuple);
static uint8_t *put_16(uint8_t *at, uint16_t value);

void
community_id(const struct flow *flow, uint16_t seed, char text[static COMMUNITY_ID_SIZE])
{
    struct tuple tuple = tuple_of(flow);
    uint8_t input[INPUT_SIZE_MAX], digest[DIGEST_SHA1_SIZE];
    uint8_t *at = input;

    put_in_order(&tuple);
    at = put_16(at, seed);
    at += ip_to_bytes(tuple.address[0], at);
    at += ip_to_bytes(tuple.address[1], at);
    *at++ = flow->protocol;
    *at++ = 0;
    if (tuple.has_ports) {
        at = put_16(at, tuple.port[0]);
        at = put_16(at, tuple.port[1]);
    }
    digest_sha1(input, (size_t) (at - input), digest);
    text[0] = '1';
    text[1] = ':';
    digest_sha1_base64(digest, text + 2);
}

static struct tuple
tuple_of(const struct flow *flow)
{
    const struct flow_end *from = &flow->ends[FLOW_INITIATOR];
    const struct flow_end *to = &flow->ends[FLOW_RESPONDER];
    struct tuple tuple = {
        .address = { from->address, to->address },
        .port = { from->port, to->port },
        .has_ports = true,
    };

    switch (flow->protocol) {
    case IP_PROTOCOL_TCP:
    case IP_PROTOCOL_UDP:
    case IP_PROTOCOL_SCTP:
        break;
    case IP_PROTOCOL_ICMP:
    case IP_PROTOCOL_ICMPV6:
        map_icmp(&tuple, flow->protocol);
        break;
    default:
        tuple.has_ports = false;
        break;
    }
    return tuple;
}

/* A flow of ICMP has the type where others have the initiator's port, and the code where
 * they have the responder's.  To the hash a question and its answer stand for the two
 * ports, so that both directions are one flow. */
static void
map_icmp(struct tuple *tuple, uint8_t protocol)
{
    const struct icmp_pair *pair = icmp_pair_find(protocol, tuple->port[0]);

    tuple->keeps_order = pair == NULL;
    if (pair != NULL) {
        tuple->port[1] = tuple->port[0] == pair->reply ? pair->request : pair->reply;
    }
}

/* The lower address comes first, and of equal ones the lower port. */
static void
put_in_order(struct tuple *tuple)
{
    const struct tuple t = *tuple;
    const bool swap = ip_equal(t.address[0], t.address[1])
                          ? t.has_ports && t.port[1] < t.port[0]
                          : ip_less(t.address[1], t.address[0]);

    if (swap && !t.keeps_order) {
        tuple->address[0] = t.address[1];
        tuple->address[1] = t.address[0];
        tuple->port[0] = t.port[1];
        tuple->port[1] = t.port[0];
    }
}

static uint8_t *
put_16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t) (value >> 8);
    at[1] = (uint8_t) value;
    return at + 2;
}
