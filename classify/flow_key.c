#include "classify/flow_key.h"

#include <stddef.h>

/* ICMP types that ask and the types that answer them: RFC 792, RFC 950, RFC 1256. */
struct icmp_pair {
    uint8_t request, reply;
};

static const struct icmp_pair icmp_pairs[] = {
    { 8, 0 },   /* Echo. */
    { 13, 14 }, /* Timestamp. */
    { 15, 16 }, /* Information. */
    { 10, 9 },  /* Router solicitation, advertisement. */
    { 17, 18 }, /* Address mask. */
};

/* RFC 4443, RFC 4861, RFC 2710, RFC 4620, RFC 6275. */
static const struct icmp_pair icmpv6_pairs[] = {
    { 128, 129 }, /* Echo. */
    { 135, 136 }, /* Neighbour solicitation, advertisement. */
    { 133, 134 }, /* Router solicitation, advertisement. */
    { 130, 131 }, /* Multicast listener query, report. */
    { 139, 140 }, /* Node information. */
    { 144, 145 }, /* Home agent address discovery. */
};

static void set_types(struct flow_key *key, const struct icmp_pair *pairs, size_t n);

void
flow_key_set_icmp(struct flow_key *key)
{
    if (key->protocol == IP_PROTOCOL_ICMP) {
        set_types(key, icmp_pairs, sizeof icmp_pairs / sizeof icmp_pairs[0]);
    } else {
        set_types(key, icmpv6_pairs, sizeof icmpv6_pairs / sizeof icmpv6_pairs[0]);
    }
}

/* The decoder gives type and code as ports.  Of a type that is answered, the code gives
 * way to the type of the other direction, so that both have one key. */
static void
set_types(struct flow_key *key, const struct icmp_pair *pairs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (key->source_port == pairs[i].request) {
            key->destination_port = pairs[i].reply;
            return;
        }
        if (key->source_port == pairs[i].reply) {
            key->destination_port = pairs[i].request;
            key->is_reply = true;
            return;
        }
    }
    key->is_one_way = true;
}
