#include "classify/recognise/reassembly.h"

#include <string.h>

void
reassembly_init(struct reassembly *reassembly)
{
    memset(reassembly->has, 0, sizeof reassembly->has);
    reassembly->n_datagrams = 0;
}

void
reassembly_add(struct reassembly *reassembly, uint64_t at, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n && at + i < REASSEMBLY_MAX; i++) {
        const size_t byte = (size_t) at + i;
        const uint64_t bit = UINT64_C(1) << byte % 64;

        if ((reassembly->has[byte / 64] & bit) == 0) {
            reassembly->has[byte / 64] |= bit;
            reassembly->bytes[byte] = bytes[i];
        }
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
