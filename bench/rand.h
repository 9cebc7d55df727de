#ifndef BENCH_RAND_H
#define BENCH_RAND_H

#include <stdint.h>

/* xorshift64* (Vigna 2016): the same numbers in each run from the same state, which is not
 * 0. */
static inline uint64_t
rand_next(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

/* A number from 0 to n - 1; 'n' is at most 2^32. */
static inline uint32_t
rand_below(uint64_t *state, uint64_t n)
{
    return (uint32_t) ((rand_next(state) >> 32) * n >> 32);
}

#endif
