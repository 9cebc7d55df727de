#ifndef SENSOR_PIPELINE_H
#define SENSOR_PIPELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "alert/alert.h"
#include "alert/heartbeat.h"
#include "alert/sink.h"
#include "base/counter.h"
#include "base/hash.h"
#include "capture/frame_batch.h"
#include "rules/incident_table.h"
#include "sensor/lanes.h"
#include "sensor/policy.h"
#include "sensor/summary.h"

/* Frames in, alerts out: the stages in their order.
 *
 * Time is that of the packets, so the same frames give the same alerts whether they are
 * read from a file or captured, however they are batched, and however many threads work at
 * them. */
struct pipeline;

enum { PIPELINE_WORKERS_MAX = 16 };

struct pipeline_config {
    const struct policy *policy;
    const struct sensor *sensor;
    struct sink *const *sinks; /* NULL-terminated. */
    struct hash_seed seed;     /* Fixed when reading files. */
    bool live;                 /* Alerts are emitted at the wall clock's time. */
    unsigned n_lanes;   /* 0 or 1: frames come by pipeline_batch() and pipeline_take().
                           More: by pipeline_lanes(), and pipeline_merge() takes them on. */
    uint64_t hold_ns;   /* See lanes.h. */
    unsigned n_workers; /* 1: all is done by the caller's thread.  More: it decodes and
                           tags, and so many threads follow the flows and judge; where
                           files are read, the caller's is one of them. */
};

/* Everything in 'config' must outlive the pipeline, the policy at least until it is
 * renewed; freed with pipeline_free(). */
struct pipeline *pipeline_new(const struct pipeline_config *config);
void pipeline_free(struct pipeline *pipeline);

/* Goes on by another policy, between two batches: flows, counts and incidents stay, but for
 * incidents of which a rule, the list or the asset is not in it, which are closed.  The
 * settings that size tables stay as they were, whatever it says.  When it returns nobody
 * uses the policy before, and no alert is written until the next batch: the caller changes
 * in 'sensor' what belongs to the policy.
 *
 * What has been handed over is judged first, with several workers some milliseconds; the
 * rest takes less than one, and some microseconds for each open incident. */
void pipeline_renew(struct pipeline *pipeline, const struct policy *policy);

/* A batch for the caller to fill and then hand over by pipeline_take(), which takes it
 * through all stages, or to the threads that do. */
struct frame_batch *pipeline_batch(struct pipeline *pipeline);
void pipeline_take(struct pipeline *pipeline);

/* What the threads of a pipeline with several lanes work at; NULL: it has one. */
struct lanes *pipeline_lanes(struct pipeline *pipeline);

/* Takes what came by the lanes and has a sure place through all stages, or waits for some a
 * tenth of a second at most.  False if nothing came. */
bool pipeline_merge(struct pipeline *pipeline);

/* Moves time on to 'now_ns' without a packet: flows and incidents whose time has come end.
 * For live capture on a quiet line. */
void pipeline_advance(struct pipeline *pipeline, uint64_t now_ns);

/* Ends all flows and closes all incidents: nothing more will come, and all lanes have
 * ended.
 */
void pipeline_end(struct pipeline *pipeline);

/* All that was counted so far; threads' own while the sinks are held, and their part up to
 * what was last judged. */
struct counters pipeline_totals(const struct pipeline *pipeline);

/* False if threads have work and have done none of it since the last call. */
bool pipeline_progresses(struct pipeline *pipeline);

/* How full its tables are; while the sinks are held. */
void pipeline_fill(const struct pipeline *pipeline,
                   struct table_fill fills[static N_HEARTBEAT_TABLES]);

/* The incidents that are open; while the sinks are held. */
const struct incident_table *pipeline_incidents(const struct pipeline *pipeline);

/* Keeps alerts from the sinks for as long as the caller works on these, where another
 * thread writes to them. */
void pipeline_hold_sinks(struct pipeline *pipeline);
void pipeline_release_sinks(struct pipeline *pipeline);

/* Says how many files the frames came from, for the summary. */
void pipeline_set_files(struct pipeline *pipeline, unsigned n_files);

/* What was counted; the caller counts here what concerns the source.  What other threads
 * count is in it once pipeline_end() has returned. */
struct counters *pipeline_counters(struct pipeline *pipeline);
const struct summary *pipeline_summary(const struct pipeline *pipeline);

#endif
