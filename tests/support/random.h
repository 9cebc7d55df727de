#ifndef TESTS_SUPPORT_RANDOM_H
#define TESTS_SUPPORT_RANDOM_H

#include <stdint.h>
#include <stdio.h>
#include <time.h>

/* A state, not 0, that differs from run to run; it is printed, so that a run that fails can
 * be had again. */
static inline uint64_t
random_seed(void)
{
    const uint64_t seed = (uint64_t) time(NULL);

    printf("seed %llu\n", (unsigned long long) seed);
    return seed;
}

/* xorshift64* (Vigna 2016). */
static inline uint64_t
random_next(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

/* A number from 0 to n - 1; 'n' is at most 2^32. */
static inline uint32_t
random_below(uint64_t *state, uint64_t n)
{
    return (uint32_t) ((random_next(state) >> 32) * n >> 32);
}

#endif
