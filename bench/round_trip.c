/* How far apart two processors are: the time that a cache line takes from the first of
 * those that this process may run on to the second, and back.
 *
 *     bench_round_trip
 *
 * Prints nanoseconds.  Two threads hand a number to each other, some 50 ns where they share
 * a cache, some 300 where they do not; a virtual machine's processors may move between the
 * two. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/prefetch.h"
#include "timing.h"

enum { TURNS = 200000, N_PROCESSORS = 2 };

/* Even: it is the first one's turn. */
static alignas(CACHE_LINE) _Atomic uint32_t turn;

static size_t processors[N_PROCESSORS];

static unsigned
find_processors(void)
{
    cpu_set_t all;
    unsigned n = 0;

    if (sched_getaffinity(0, sizeof all, &all) != 0) {
        return 0;
    }
    for (size_t i = 0; i < CPU_SETSIZE && n < N_PROCESSORS; i++) {
        if (CPU_ISSET(i, &all)) {
            processors[n++] = i;
        }
    }
    return n;
}

static void
stay_on(size_t processor)
{
    cpu_set_t one;

    CPU_ZERO(&one);
    CPU_SET(processor, &one);
    if (sched_setaffinity(0, sizeof one, &one) != 0) {
        perror("bench_round_trip: sched_setaffinity");
        exit(EXIT_FAILURE);
    }
}

/* Waits for each turn of 'parity', and ends it. */
static void
take_turns(uint32_t parity)
{
    for (uint32_t i = parity; i < 2 * TURNS; i += 2) {
        while (atomic_load(&turn) != i) {
        }
        atomic_store(&turn, i + 1);
    }
}

static void *
run_second(void *unused)
{
    stay_on(processors[1]);
    take_turns(1);
    return unused;
}

int
main(void)
{
    pthread_t second;
    double began_s;

    if (find_processors() < N_PROCESSORS) {
        fputs("bench_round_trip: there is but one processor\n", stderr);
        return EXIT_FAILURE;
    }
    if (pthread_create(&second, NULL, run_second, NULL) != 0) {
        fputs("bench_round_trip: no second thread\n", stderr);
        return EXIT_FAILURE;
    }
    stay_on(processors[0]);
    began_s = now_s();
    take_turns(0);
    (void) pthread_join(second, NULL);
    printf("%.0f\n", (now_s() - began_s) * 1e9 / TURNS);
    return EXIT_SUCCESS;
}
