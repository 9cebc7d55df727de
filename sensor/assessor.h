#ifndef SENSOR_ASSESSOR_H
#define SENSOR_ASSESSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "alert/alert.h"
#include "alert/heartbeat.h"
#include "alert/sink.h"
#include "base/counter.h"
#include "base/hash.h"
#include "classify/flow_report.h"
#include "classify/flow_tracker.h"
#include "rules/incident_table.h"
#include "sensor/policy.h"
#include "sensor/summary.h"

/* What flows meant, judged: reports in, alerts out.  One for all flows, since scans,
 * thresholds, incidents and cascades are about many. */
struct assessor;

struct assessor_config {
    const struct policy *policy;
    const struct sensor *sensor;
    struct sink *const *sinks; /* NULL-terminated. */
    struct hash_seed seed;
    bool live; /* Alerts are emitted at the wall clock's time. */
};

/* Everything in 'config' must outlive the assessor, the policy at least until it is
 * renewed; freed with assessor_free(). */
struct assessor *assessor_new(const struct assessor_config *config);
void assessor_free(struct assessor *assessor);

/* Goes on by another policy, after alerts about the incidents that end by it.  Called when
 * nothing else uses the assessor. */
void assessor_renew(struct assessor *assessor, const struct policy *policy,
                    struct counters *counters);

/* Whether anything would come of a report of this flow: 'interest' for trackers.  May be
 * called by any thread at any time. */
struct flow_interest assessor_interest(const struct assessor *assessor);

/* Adds flows to what was seen. */
void assessor_add_flows(struct assessor *assessor, const struct flow_tally *tally);

/* The share of packets that the sensor lost, in per cent: alerts tell it from now on. */
void assessor_set_loss(struct assessor *assessor, double percent);

/* Takes the reports of a list in their order, and empties it. */
void assessor_take_list(struct assessor *assessor, struct flow_report_list *list,
                        struct counters *counters);

/* Takes one report, with its observations, which it completes.  Call assessor_prefetch()
 * for a report that will be taken some reports later. */
void assessor_take(struct assessor *assessor, const struct flow_report *report,
                   struct observation *observations, struct counters *counters);
void assessor_prefetch(struct assessor *assessor, const struct flow_report *report);

/* Nothing more will come: closes all incidents, at 'now_ns'. */
void assessor_end(struct assessor *assessor, uint64_t now_ns, struct counters *counters);

/* Says how many files all came from, for the summary. */
void assessor_set_files(struct assessor *assessor, unsigned n_files);

/* How full its tables are: sets those of 'fills' that are its own. */
void assessor_fill(const struct assessor *assessor,
                   struct table_fill fills[static N_HEARTBEAT_TABLES]);

/* The incidents that are open. */
const struct incident_table *assessor_incidents(const struct assessor *assessor);

/* What was seen so far. */
const struct summary *assessor_summary(const struct assessor *assessor);

#endif
