#include "classify/recognise/recognisers.h"

#include <assert.h>
#include <pthread.h>

static_assert(N_RECOGNISERS <= 64, "sets of them are one word");

const struct recogniser *const recognisers[N_RECOGNISERS] = {
#define X(name) &recogniser_##name,
    RECOGNISER_TABLE(X)
#undef X
};

/* Sets of recognisers. */
static uint64_t of_datagrams;
static uint64_t of_first_byte[2][UINT8_MAX + 1]; /* By the side that begins with it. */
static uint64_t of_port[N_SERVICES];

static const struct recogniser *of_service[N_SERVICES];

static pthread_once_t once = PTHREAD_ONCE_INIT;

/* What says no to one byte does so whatever follows. */
static bool
refuses(const struct recogniser *recogniser, unsigned side, uint8_t first)
{
    struct dialogue dialogue = { .protocol = IP_PROTOCOL_TCP };

    dialogue.sides[side] = (struct side){ &first, 1, 1 };
    return recogniser->judge(&dialogue) == OPINION_NO;
}

static void
make_tables(void)
{
    for (unsigned i = 0; i < N_RECOGNISERS; i++) {
        const uint64_t bit = UINT64_C(1) << i;

        if (of_service[recognisers[i]->service] == NULL) {
            of_service[recognisers[i]->service] = recognisers[i];
        }
        of_port[recognisers[i]->service] |= bit;
        if (recognisers[i]->refines != SERVICE_NONE) {
            of_port[recognisers[i]->refines] |= bit;
        }
        of_datagrams |= recognisers[i]->on_udp ? bit : 0;
        for (unsigned first = 0; recognisers[i]->on_tcp && first <= UINT8_MAX; first++) {
            for (unsigned side = 0; side < 2; side++) {
                if (!refuses(recognisers[i], side, (uint8_t) first)) {
                    of_first_byte[side][first] |= bit;
                }
            }
        }
    }
}

void
recognisers_prepare(void)
{
    (void) pthread_once(&once, make_tables);
}

uint64_t
recognisers_for(const struct dialogue *dialogue)
{
    uint64_t set = UINT64_MAX;

    if (dialogue->protocol != IP_PROTOCOL_TCP) {
        return of_datagrams;
    }
    for (unsigned i = 0; i < 2; i++) {
        if (dialogue->sides[i].n > 0) {
            set &= of_first_byte[i][dialogue->sides[i].bytes[0]];
        }
    }
    return set;
}

uint64_t
recognisers_of_port(enum service by_port)
{
    return of_port[by_port];
}

const struct recogniser *
recognisers_of_service(enum service service)
{
    return of_service[service];
}
