#include "capture/address_bits.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const uint8_t v6_lengths[] = ADDRESS_BITS_V6_LENGTHS;

enum { N_V6_LENGTHS = sizeof v6_lengths };

static void add_v4(uint8_t *v4, struct ip_prefix prefix);
static void add_v6(uint8_t *v6, struct ip_prefix prefix);

struct address_bits *
address_bits_new(void)
{
    return memory_zeroed(1, sizeof(struct address_bits));
}

void
address_bits_free(struct address_bits *bits)
{
    free(bits);
}

void
address_bits_add(struct address_bits *bits, struct ip_prefix prefix)
{
    if (ip_prefix_is_v4(prefix)) {
        add_v4(bits->v4, prefix);
    } else {
        add_v6(bits->v6, prefix);
    }
}

static bool
has(const uint8_t *bits, uint32_t number)
{
    return (bits[number / 8] >> number % 8 & 1) != 0;
}

static void
set(uint8_t *bits, uint32_t number)
{
    bits[number / 8] = (uint8_t) (bits[number / 8] | 1u << number % 8);
}

static uint32_t
v6_number(uint64_t prefix)
{
    return (uint32_t) (prefix * ADDRESS_BITS_V6_FACTOR >> ADDRESS_BITS_V6_SHIFT);
}

bool
address_bits_may_hold(const struct address_bits *bits, struct ip_address address)
{
    if (ip_is_v4(address)) {
        return has(bits->v4, ip_v4(address) >> ADDRESS_BITS_V4_SHIFT);
    }
    if (address.high == 0) {
        return true;
    }
    for (size_t i = 0; i < N_V6_LENGTHS; i++) {
        if (has(bits->v6, v6_number(address.high >> (64 - v6_lengths[i])))) {
            return true;
        }
    }
    return false;
}

static void
add_v4(uint8_t *v4, struct ip_prefix prefix)
{
    const unsigned bit_length = 32 - ADDRESS_BITS_V4_SHIFT;
    const unsigned length = prefix.length - IP_V4_BITS;
    const uint32_t first = ip_v4(prefix.address) >> ADDRESS_BITS_V4_SHIFT;
    const uint32_t n =
        length < bit_length ? UINT32_C(1) << (bit_length - length) : UINT32_C(1);

    if (n >= 8) { /* Both are multiples of 8 then. */
        memset(&v4[first / 8], 0xff, n / 8);
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        set(v4, first + i);
    }
}

static void
add_v6(uint8_t *v6, struct ip_prefix prefix)
{
    const uint8_t longest = v6_lengths[N_V6_LENGTHS - 1];
    const unsigned length = prefix.length < longest ? prefix.length : longest;
    uint64_t first, n;
    size_t level = 0;

    while (v6_lengths[level] < length) {
        level++;
    }
    first = prefix.address.high >> (64 - v6_lengths[level]);
    n = UINT64_C(1) << (v6_lengths[level] - length);
    for (uint64_t i = 0; i < n; i++) {
        set(v6, v6_number(first + i));
    }
}
