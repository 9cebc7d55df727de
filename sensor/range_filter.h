#ifndef SENSOR_RANGE_FILTER_H
#define SENSOR_RANGE_FILTER_H

#include <stdbool.h>

#include "base/problem.h"
#include "capture/prefilter.h"
#include "classify/sector_map.h"
#include "sensor/intake.h"

/* The kernel's prefilter for the critical ranges, and whether a sensor has it. */
enum range_filter_mode {
    RANGE_FILTER_OFF,  /* All frames come to the program. */
    RANGE_FILTER_AUTO, /* It is used where it can be had. */
    RANGE_FILTER_ON,   /* No capture without it. */
    N_RANGE_FILTER_MODES
};

const char *range_filter_mode_name(enum range_filter_mode mode); /* "auto". */
bool range_filter_mode_parse(const char *text, enum range_filter_mode *ret);

/* Makes the prefilter.  Returns NULL if there is to be none; if that is because the kernel
 * refuses, the reason is in the log or, where it must be had, an error in 'problems'. The
 * caller frees it with prefilter_free(). */
struct prefilter *range_filter_new(enum range_filter_mode mode,
                                   const struct sector_map *sectors,
                                   struct problem_list *problems);

/* Says in the log which of the interfaces opened with it have it, and why the others have
 * not; where it must be had, that is an error in 'problems'. */
void range_filter_check(enum range_filter_mode mode, const struct intake *intake,
                        const char *const *interfaces, size_t n,
                        struct problem_list *problems);

/* See prefilter_widen() and prefilter_set(); they do nothing where there is none.  Called
 * by one thread at a time. */
void range_filter_widen(struct prefilter *prefilter, const struct sector_map *sectors);
void range_filter_set(struct prefilter *prefilter, const struct sector_map *sectors);

#endif
