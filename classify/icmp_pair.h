#ifndef CLASSIFY_ICMP_PAIR_H
#define CLASSIFY_ICMP_PAIR_H

#include <stdint.h>

/* A type of ICMP message that asks and the type that answers it. */
struct icmp_pair {
    uint8_t request, reply;
};

/* The pair that 'type' belongs to, in ICMP or ICMPv6 as 'protocol' says (RFC 792, RFC 950,
 * RFC 1256; RFC 4443, RFC 4861, RFC 2710, RFC 4620, RFC 6275).  Returns NULL for a type
 * that neither asks nor answers. */
const struct icmp_pair *icmp_pair_find(uint8_t protocol, uint16_t type);

#endif
