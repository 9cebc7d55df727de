#ifndef TESTS_SCENARIOS_RANDOM_H
#define TESTS_SCENARIOS_RANDOM_H

#include <stdint.h>

/* Numbers that look random and are the same in every run: SplitMix64 (public domain,
 * Sebastiano Vigna 2015). */
static inline uint64_t
random_next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* From 0 to 'n' - 1; 0 if 'n' is 0. */
static inline uint64_t
random_below(uint64_t *state, uint64_t n)
{
    return n == 0 ? 0 : random_next(state) % n;
}

#endif
