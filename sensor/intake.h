#ifndef SENSOR_INTAKE_H
#define SENSOR_INTAKE_H

#include <stddef.h>

#include "base/counter.h"
#include "base/problem.h"
#include "capture/frame_batch.h"
#include "capture/source.h"

/* The interfaces that a sensor captures from, read in turn. */
struct intake;

/* Opens 'n' interfaces (1 to INTERFACES_MAX); frames carry their numbers.  Returns NULL
 * with the reasons in 'problems' if one of them cannot be captured; otherwise the caller
 * frees it with intake_close(). */
struct intake *intake_open(const char *const *interfaces, size_t n,
                           const struct source_live_config *config,
                           struct problem_list *problems);
void intake_close(struct intake *intake);

/* Empties 'batch' and fills it with frames of one interface; waits for some a tenth of a
 * second at most, and then is idle.  An interface that fails is named in the log, once, and
 * the others go on: the status is SOURCE_FAILED when none is left. */
enum source_status intake_next(struct intake *intake, struct frame_batch *batch,
                               struct counters *counters);

/* Why the interface with this number is not captured any more; "" if it is. */
const char *intake_fault(const struct intake *intake, size_t interface);

/* See source_read_drops(), for all of them. */
void intake_read_drops(struct intake *intake, struct counters *counters);

#endif
