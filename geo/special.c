#include "geo/special.h"

#include <stddef.h>

#define V4(a, b, c, d, length)                                                    \
    {                                                                             \
        { 0, UINT64_C(0xffff00000000) | (a) << 24 | (b) << 16 | (c) << 8 | (d) }, \
            IP_V4_BITS + (length)                                                 \
    }
#define V6(high, low, length)           \
    {                                   \
        { UINT64_C(high), low }, length \
    }

static const struct ip_prefix special_v4[] = {
    V4(0U, 0U, 0U, 0U, 8),       /* "This network", RFC 791. */
    V4(10U, 0U, 0U, 0U, 8),      /* Private use, RFC 1918. */
    V4(100U, 64U, 0U, 0U, 10),   /* Shared address space, RFC 6598. */
    V4(127U, 0U, 0U, 0U, 8),     /* Loopback, RFC 1122. */
    V4(169U, 254U, 0U, 0U, 16),  /* Link-local, RFC 3927. */
    V4(172U, 16U, 0U, 0U, 12),   /* Private use. */
    V4(192U, 0U, 0U, 0U, 24),    /* Protocol assignments, RFC 6890. */
    V4(192U, 0U, 2U, 0U, 24),    /* Documentation, RFC 5737. */
    V4(192U, 168U, 0U, 0U, 16),  /* Private use. */
    V4(198U, 18U, 0U, 0U, 15),   /* Benchmarking, RFC 2544. */
    V4(198U, 51U, 100U, 0U, 24), /* Documentation. */
    V4(203U, 0U, 113U, 0U, 24),  /* Documentation. */
    V4(224U, 0U, 0U, 0U, 3),     /* Multicast, RFC 5771, and reserved, RFC 1112. */
};

static const struct ip_prefix special_v6[] = {
    V6(0, 0, 127),                 /* Unspecified and loopback, RFC 4291. */
    V6(0x0064ff9b00010000, 0, 48), /* Local translation, RFC 8215. */
    V6(0x0100000000000000, 0, 64), /* Discard only, RFC 6666. */
    V6(0x2001000200000000, 0, 48), /* Benchmarking, RFC 5180. */
    V6(0x20010db800000000, 0, 32), /* Documentation, RFC 3849. */
    V6(0x3fff000000000000, 0, 20), /* Documentation, RFC 9637. */
    V6(0x5f00000000000000, 0, 16), /* Segment routing, RFC 9602. */
    V6(0xfc00000000000000, 0, 7),  /* Unique local, RFC 4193. */
    V6(0xfe80000000000000, 0, 10), /* Link-local, RFC 4291. */
    V6(0xff00000000000000, 0, 8),  /* Multicast, RFC 4291. */
};

static bool
is_in(const struct ip_prefix *prefixes, size_t n, struct ip_address address)
{
    for (size_t i = 0; i < n; i++) {
        if (ip_prefix_contains(prefixes[i], address)) {
            return true;
        }
    }
    return false;
}

bool
ip_is_special(struct ip_address address)
{
    return ip_is_v4(address)
               ? is_in(special_v4, sizeof special_v4 / sizeof special_v4[0], address)
               : is_in(special_v6, sizeof special_v6 / sizeof special_v6[0], address);
}
