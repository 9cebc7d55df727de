#ifndef BENCH_TIMING_H
#define BENCH_TIMING_H

#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

/* What the programs that time single stages have in common. */

static inline double
now_s(void)
{
    struct timespec t;

    (void) clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}

/* Processor time of this process: what others take of the machine does not count. */
static inline double
cpu_s(void)
{
    struct timespec t;

    (void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}

static inline double
peak_mib(void)
{
    struct rusage usage;

    (void) getrusage(RUSAGE_SELF, &usage);
    return (double) usage.ru_maxrss / 1024;
}

/* A line of the table; 'target' 0 is none. */
static inline void
row(const char *what, double value, const char *unit, double target)
{
    printf("%-62s %9.2f %-4s", what, value, unit);
    if (target > 0) {
        printf(" %8.0f  %s", target, value < target ? "met" : "MISSED");
    }
    printf("\n");
}

#endif
