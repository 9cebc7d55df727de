#ifndef SENSOR_PIPELINE_H
#define SENSOR_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert/alert.h"
#include "alert/sink.h"
#include "base/counter.h"
#include "base/hash.h"
#include "capture/frame.h"
#include "sensor/policy.h"
#include "sensor/summary.h"

/* Frames in, alerts out: the stages in their order, one thread.
 *
 * Time is that of the packets, so the same frames give the same alerts whether they are
 * read from a file or captured, and however they are batched. */
struct pipeline;

struct pipeline_config {
    const struct policy *policy;
    const struct sensor *sensor;
    struct sink *const *sinks; /* NULL-terminated. */
    struct hash_seed seed;     /* Fixed when reading files. */
    bool live;                 /* Alerts are emitted at the wall clock's time. */
};

/* Everything in 'config' must outlive the pipeline; freed with pipeline_free(). */
struct pipeline *pipeline_new(const struct pipeline_config *config);
void pipeline_free(struct pipeline *pipeline);

/* Takes a batch through all stages. */
void pipeline_frames(struct pipeline *pipeline, const struct frame *frames, size_t n);

/* Moves time on to 'now_ns' without a packet: flows and incidents whose time has come end.
 * For live capture on a quiet line. */
void pipeline_advance(struct pipeline *pipeline, uint64_t now_ns);

/* Ends all flows and closes all incidents: nothing more will come. */
void pipeline_end(struct pipeline *pipeline);

/* Says how many files the frames came from, for the summary. */
void pipeline_set_files(struct pipeline *pipeline, unsigned n_files);

/* What was counted so far; the source counts in the same place. */
struct counters *pipeline_counters(struct pipeline *pipeline);
const struct summary *pipeline_summary(const struct pipeline *pipeline);

#endif
