#include "classify/recognise/reassembly.h"

#include <assert.h>
#include <string.h>

static_assert(REASSEMBLY_MAX % 64 == 0, "whole words of bits");

static void add_to_word(struct reassembly *reassembly, size_t at, const uint8_t *bytes,
                        size_t n);

void
reassembly_init(struct reassembly *reassembly)
{
    memset(reassembly->has, 0, sizeof reassembly->has);
    reassembly->n_datagrams = 0;
}

void
reassembly_add(struct reassembly *reassembly, uint64_t at, const uint8_t *bytes, size_t n)
{
    if (at >= REASSEMBLY_MAX) {
        return;
    }
    n = n < REASSEMBLY_MAX - at ? n : REASSEMBLY_MAX - (size_t) at;
    while (n > 0) {
        const size_t left = 64 - at % 64, size = n < left ? n : left;

        add_to_word(reassembly, (size_t) at, bytes, size);
        at += size;
        bytes += size;
        n -= size;
    }
}

size_t
reassembly_n(const struct reassembly *reassembly)
{
    for (size_t i = 0; i < REASSEMBLY_MAX / 64; i++) {
        if (~reassembly->has[i] != 0) {
            return i * 64 + (size_t) __builtin_ctzll(~reassembly->has[i]);
        }
    }
    return REASSEMBLY_MAX;
}

/* Adds bytes, one or more, whose bits are in one word. */
static void
add_to_word(struct reassembly *reassembly, size_t at, const uint8_t *bytes, size_t n)
{
    uint64_t *has = &reassembly->has[at / 64];
    const uint64_t bits = UINT64_MAX >> (64 - n) << at % 64;

    if ((*has & bits) == 0) {
        memcpy(&reassembly->bytes[at], bytes, n);
    } else {
        for (size_t i = 0; i < n; i++) {
            if ((*has >> (at + i) % 64 & 1) == 0) {
                reassembly->bytes[at + i] = bytes[i];
            }
        }
    }
    *has |= bits;
}
