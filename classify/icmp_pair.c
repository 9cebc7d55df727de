#include "classify/icmp_pair.h"

#include <stddef.h>

#include "capture/packet.h"

/* RFC 792 unless said otherwise. */
static const struct icmp_pair icmp_pairs[] = {
    { 8, 0 },   /* Echo. */
    { 13, 14 }, /* Timestamp. */
    { 15, 16 }, /* Information. */
    { 10, 9 },  /* Router solicitation, advertisement: RFC 1256. */
    { 17, 18 }, /* Address mask: RFC 950. */
};

static const struct icmp_pair icmpv6_pairs[] = {
    { 128, 129 }, /* Echo: RFC 4443. */
    { 135, 136 }, /* Neighbour solicitation, advertisement: RFC 4861. */
    { 133, 134 }, /* Router solicitation, advertisement: RFC 4861. */
    { 130, 131 }, /* Multicast listener query, report: RFC 2710. */
    { 139, 140 }, /* Node information: RFC 4620. */
    { 144, 145 }, /* Home agent address discovery: RFC 6275. */
};

static const struct icmp_pair *
find(const struct icmp_pair *pairs, size_t n, uint16_t type)
{
    for (size_t i = 0; i < n; i++) {
        if (type == pairs[i].request || type == pairs[i].reply) {
            return &pairs[i];
        }
    }
    return NULL;
}

const struct icmp_pair *
icmp_pair_find(uint8_t protocol, uint16_t type)
{
    return protocol == IP_PROTOCOL_ICMP
               ? find(icmp_pairs, sizeof icmp_pairs / sizeof icmp_pairs[0], type)
               : find(icmpv6_pairs, sizeof icmpv6_pairs / sizeof icmpv6_pairs[0], type);
}
