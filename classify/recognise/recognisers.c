#include "classify/recognise/recognisers.h"

#include <assert.h>

static_assert(N_RECOGNISERS <= 64, "sets of them are one word");

const struct recogniser *const recognisers[N_RECOGNISERS] = {
#define X(name) &recogniser_##name,
    RECOGNISER_TABLE(X)
#undef X
};
