#ifndef CLASSIFY_RECOGNISE_SIDES_H
#define CLASSIFY_RECOGNISE_SIDES_H

#include "classify/recognise/recogniser.h"

/* Inside this folder: judges, of a protocol that both ends speak alike, each side that has
 * said something. The best opinion counts, unless one side refuses. */
static inline enum opinion
judge_sides(const struct dialogue *dialogue,
            enum opinion (*judge_side)(const struct side *side, uint8_t protocol))
{
    enum opinion best = OPINION_MORE;

    for (unsigned i = 0; i < 2; i++) {
        enum opinion opinion;

        if (dialogue->sides[i].n == 0) {
            continue;
        }
        opinion = judge_side(&dialogue->sides[i], dialogue->protocol);
        if (opinion == OPINION_NO) {
            return OPINION_NO;
        }
        best = opinion > best ? opinion : best;
    }
    return best;
}

#endif
