#ifndef TESTS_SCENARIOS_WIRE_H
#define TESTS_SCENARIOS_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"
#include "scenarios/buffer.h"

/* Headers as they stand on the wire, with right lengths and checksums. */

enum {
    ETHERTYPE_IPV4 = 0x0800, /* IEEE 802 numbers. */
    ETHERTYPE_VLAN = 0x8100,
    ETHERTYPE_MPLS = 0x8847,
    ETHERTYPE_PPPOE = 0x8864,
    ETHERTYPE_IPV6 = 0x86dd,
    ETHERTYPE_BRIDGED = 0x6558, /* Transparent Ethernet bridging. */
    ETHERTYPE_ERSPAN_II = 0x88be,
};

enum { /* IANA protocol numbers. */
       PROTOCOL_ICMP = 1,
       PROTOCOL_IPV4 = 4,
       PROTOCOL_TCP = 6,
       PROTOCOL_UDP = 17,
       PROTOCOL_IPV6 = 41,
       PROTOCOL_FRAGMENT = 44,
       PROTOCOL_GRE = 47,
       PROTOCOL_ICMPV6 = 58,
};

enum {
    WIRE_FIN = 0x01,
    WIRE_SYN = 0x02,
    WIRE_RST = 0x04,
    WIRE_PSH = 0x08,
    WIRE_ACK = 0x10
};

enum { IPV4_HEADER_SIZE = 20, IPV6_HEADER_SIZE = 40, FRAGMENT_HEADER_SIZE = 8 };

struct wire_ip {
    struct ip_address source, destination;
    uint16_t id; /* IPv4 only. */
    uint8_t protocol;
    uint8_t ttl;
};

struct wire_tcp {
    uint16_t source_port, destination_port;
    uint32_t sequence, acknowledgement;
    uint8_t flags;
    uint16_t mss; /* In a SYN: the option of RFC 9293 section 3.2, with others; else 0. */
};

/* Adds an IP packet that carries 'payload'; IPv4 packets may not be fragmented. */
void wire_add_ip(struct buffer *out, const struct wire_ip *ip,
                 const struct buffer *payload);

/* Add a TCP segment or UDP datagram, to be carried by 'ip' (whose protocol is not read). */
void wire_add_tcp(struct buffer *out, const struct wire_ip *ip, const struct wire_tcp *tcp,
                  const uint8_t *payload, size_t n);
void wire_add_udp(struct buffer *out, const struct wire_ip *ip, uint16_t source_port,
                  uint16_t destination_port, const uint8_t *payload, size_t n);

/* Adds an ICMP or, between IPv6 addresses, ICMPv6 message whose second word is 'rest'. */
void wire_add_icmp(struct buffer *out, const struct wire_ip *ip, uint8_t type, uint8_t code,
                   uint32_t rest, const uint8_t *payload, size_t n);

/* Adds fragment number 'index' (from 0) of the IP packet 'whole', with at most 'size' bytes
 * as a packet of its own; 'id' marks the fragments of one packet.  Returns how many
 * fragments the packet makes; 1 means that it fits and is not to be cut. */
unsigned wire_add_fragment(struct buffer *out, const struct buffer *whole, size_t size,
                           uint32_t id, unsigned index);

/* The Internet checksum of 'n' bytes (RFC 1071), going on from the sum 'start'. */
uint16_t wire_checksum(const uint8_t *bytes, size_t n, uint32_t start);

#endif
