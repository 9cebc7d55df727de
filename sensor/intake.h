#ifndef SENSOR_INTAKE_H
#define SENSOR_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/counter.h"
#include "base/problem.h"
#include "capture/interface.h"
#include "capture/source.h"

/* The interfaces that a sensor captures from, each with one ring or several.  One ring is
 * read by the thread that has the pipeline; of several each has a thread and a lane of its
 * own. */
struct intake;
struct pipeline;

/* Opens 'n' interfaces (1 to INTERFACES_MAX) with 'n_rings' rings each; frames carry the
 * interfaces' numbers.  Returns NULL with the reasons in 'problems' if one of them cannot
 * be captured; otherwise the caller frees it with intake_close(). */
struct intake *intake_open(const char *const *interfaces, size_t n, unsigned n_rings,
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
 * status is SOURCE_FAILED when none is left.  The log also tells when one goes down, up,
 * away or comes again, or has another name. */
enum source_status intake_go_on(struct intake *intake);

/* Interfaces, and how one does; at any time. */
size_t intake_n(const struct intake *intake);
struct interface_report intake_report(struct intake *intake, size_t interface);

/* See source_prefilter_refusal(), of the rings of an interface. */
const char *intake_prefilter_refusal(const struct intake *intake, size_t interface);

/* False if a thread has done nothing since the last call. */
bool intake_progresses(struct intake *intake);

#endif
