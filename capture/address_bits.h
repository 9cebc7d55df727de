#ifndef CAPTURE_ADDRESS_BITS_H
#define CAPTURE_ADDRESS_BITS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ip.h"

/* A superset of the addresses that some prefixes hold, as bits in memory of fixed size that
 * the kernel reads too (prefilter.h).
 *
 * IPv4 has a bit for each /24.  IPv6 has a Bloom filter: a prefix is written as prefixes of
 * the next length among ADDRESS_BITS_V6_LENGTHS, cut if it is longer than the last, each of
 * which sets the bit that its number is hashed to.  The hash needs no key: who makes
 * addresses meet in it gains that they are looked at. */
enum {
    ADDRESS_BITS_SIZE = 1 << 21, /* Bytes for each family. */
    ADDRESS_BITS_V4_SHIFT = 8,   /* An address without its last bits is its bit's number. */
    ADDRESS_BITS_V6_SHIFT = 40,  /* The same of the 64 bits of a hash. */
};

#define ADDRESS_BITS_V6_LENGTHS \
    {                           \
        24, 32, 40, 48          \
    }

/* 2^64 over the golden ratio (Knuth, The Art of Computer Programming, volume 3, section
 * 6.4): the factor of the hash. */
#define ADDRESS_BITS_V6_FACTOR UINT64_C(0x9e3779b97f4a7c15)

struct address_bits {
    uint8_t v4[ADDRESS_BITS_SIZE]; /* Bit n is bit n % 8 of byte n / 8. */
    uint8_t v6[ADDRESS_BITS_SIZE];
};

/* Makes an empty set; the caller frees it with address_bits_free(). */
struct address_bits *address_bits_new(void);
void address_bits_free(struct address_bits *bits);

/* Adds the addresses of 'prefix'; up to 2^24 bits, of a common length a few. */
void address_bits_add(struct address_bits *bits, struct ip_prefix prefix);

/* False only if no prefix that was added holds 'address'.  True for all of ::/64, in which
 * IPv4 addresses have other forms. */
bool address_bits_may_hold(const struct address_bits *bits, struct ip_address address);

#endif
