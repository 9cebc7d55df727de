#ifndef BASE_IP_H
#define BASE_IP_H

#include <stdbool.h>
#include <stdint.h>

/* An IPv4 or IPv6 address in host order, in one shape: an IPv4 address is held as its
 * IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2), so both families share every table.
 * Ordering the halves numerically orders addresses as on the wire. */
struct ip_address {
    uint64_t high, low;
};

/* A prefix: the bits of 'address' beyond 'length' are zero. */
struct ip_prefix {
    struct ip_address address;
    uint8_t length; /* 0 to 128, of the mapped form: an IPv4 /24 is 120. */
};

enum {
    IP_TEXT_SIZE = 46, /* Longest address with its terminating zero (INET6_ADDRSTRLEN). */
    IP_PREFIX_TEXT_SIZE = 50, /* The same with "/128". */
    IP_V4_BITS = 96,          /* What an IPv4 prefix length is increased by. */
};

enum ip_parse_status {
    IP_PARSE_OK,
    IP_PARSE_NOT_AN_ADDRESS,
    IP_PARSE_BAD_LENGTH, /* Not a number, or too large for the family. */
    IP_PARSE_HOST_BITS,  /* Bits beyond the length are set; the result is filled with them
                            zeroed. */
};

static inline struct ip_address
ip_from_v4(uint32_t address)
{
    return (struct ip_address){ 0, UINT64_C(0xffff00000000) | address };
}

static inline bool
ip_is_v4(struct ip_address a)
{
    return a.high == 0 && a.low >> 32 == 0xffff;
}

/* The IPv4 address in host order; meaningful only if ip_is_v4(). */
static inline uint32_t
ip_v4(struct ip_address a)
{
    return (uint32_t) a.low;
}

static inline bool
ip_equal(struct ip_address a, struct ip_address b)
{
    return a.high == b.high && a.low == b.low;
}

static inline bool
ip_less(struct ip_address a, struct ip_address b)
{
    return a.high != b.high ? a.high < b.high : a.low < b.low;
}

/* Multicast (RFC 1112, RFC 4291 section 2.7) or the limited broadcast address. */
static inline bool
ip_is_to_many(struct ip_address a)
{
    const bool is_multicast_low = a.low - UINT64_C(0xffffe0000000) < UINT64_C(0x10000000);
    const bool is_broadcast_low = a.low == UINT64_C(0xffffffffffff);

    /* Not by family first: in a mixture of both nobody could guess that. */
    return a.high >> 56 == 0xff || ((is_multicast_low || is_broadcast_low) && a.high == 0);
}

struct ip_address ip_from_bytes(const uint8_t bytes[static 16]);

/* Writes the address in network order: 4 bytes for IPv4, else 16.  Returns how many. */
unsigned ip_to_bytes(struct ip_address address, uint8_t bytes[static 16]);

/* Address with all bits beyond 'length' (0 to 128) zeroed. */
struct ip_address ip_mask(struct ip_address address, unsigned length);

/* True for a prefix of IPv4 addresses.  A wider one is of IPv6 and holds no IPv4 address,
 * though their mapped forms lie in it: who lists "::/0" speaks of IPv6. */
static inline bool
ip_prefix_is_v4(struct ip_prefix prefix)
{
    return prefix.length >= IP_V4_BITS && ip_is_v4(prefix.address);
}

bool ip_prefix_contains(struct ip_prefix prefix, struct ip_address address);

/* Text forms as inet_ntop() writes them (RFC 5952); an IPv4 prefix with its IPv4 length.
 * Return 'text'. */
const char *ip_format(struct ip_address address, char text[static IP_TEXT_SIZE]);
const char *ip_prefix_format(struct ip_prefix prefix,
                             char text[static IP_PREFIX_TEXT_SIZE]);

/* Read an address, or a prefix ("192.0.2.0/24"; an address alone is a whole-length prefix).
 * Anything before or after it is an error.  'ret' is set only where the status says so. */
bool ip_parse(const char *text, struct ip_address *ret);
enum ip_parse_status ip_prefix_parse(const char *text, struct ip_prefix *ret);

#endif
