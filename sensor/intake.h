#ifndef SENSOR_INTAKE_H
#define SENSOR_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "capture/source.h"

/* The interfaces that a sensor captures from.  One is read by the thread that has the
 * pipeline; of several each has a thread and a lane of its own. */
struct intake;
struct pipeline;

/* Opens 'n' interfaces (1 to INTERFACES_MAX); frames carry their numbers.  Returns NULL
 * with the reasons in 'problems' if one of them cannot be captured; otherwise the caller
 * frees it with intake_close(). */
struct intake *intake_open(const char *const *interfaces, size_t n,
                           const struct source_live_config *config,
                           struct problem_list *problems);
void intake_close(struct intake *intake);

/* The lanes that its pipeline needs, and how long they hold packets; see struct
 * pipeline_config. */
unsigned intake_n_lanes(const struct intake *intake);
uint64_t intake_hold(const struct intake *intake);

/* Starts the threads, if there are to be any; intake_stop() ends them.  In between the
 * pipeline must last. */
void intake_start(struct intake *intake, struct pipeline *pipeline);
void intake_stop(struct intake *intake);

/* Takes frames through the pipeline, or waits for some a tenth of a second at most, and
 * then is idle.  An interface that fails is named in the log, and the others go on: the
 * status is SOURCE_FAILED when none is left. */
enum source_status intake_go_on(struct intake *intake);

/* Why the interface with this number is not captured any more; "" if it is. */
const char *intake_fault(const struct intake *intake, size_t interface);

/* See source_prefilter_refusal(), of the interface with this number. */
const char *intake_prefilter_refusal(const struct intake *intake, size_t interface);

/* Counts what was dropped since the last call; threads do that by themselves. */
void intake_read_drops(struct intake *intake);

/* False if a thread has done nothing since the last call. */
bool intake_progresses(struct intake *intake);

#endif
