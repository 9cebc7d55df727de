#include "base/counter.h"

static const struct {
    const char *name, *description;
} counter_table[N_COUNTERS] = {
#define X(name, text, description) [COUNTER_##name] = { text, description },
    COUNTER_TABLE(X)
#undef X
};

void
counters_add(struct counters *counters, const struct counters *more)
{
    for (unsigned i = 0; i < N_COUNTERS; i++) {
        counters->n[i] += more->n[i];
    }
}

const char *
counter_name(enum counter counter)
{
    return counter_table[counter].name;
}

const char *
counter_description(enum counter counter)
{
    return counter_table[counter].description;
}
