#ifndef SENSOR_SUMMARY_H
#define SENSOR_SUMMARY_H

#include <stdint.h>
#include <stdio.h>

#include "alert/alert.h"
#include "base/counter.h"
#include "base/json.h"
#include "classify/flow_tracker.h"
#include "classify/observation.h"

/* What a run saw, counted: for the end of 'read' and 'run'. */

/* Counts by name, for names that are not known before: countries and rules. */
struct tally {
    struct tally_entry {
        char name[48];
        uint64_t n;
    } * entries;
    size_t n, capacity;
};

struct summary {
    uint64_t files;
    uint64_t flows;
    uint64_t services[N_SERVICES][N_EVIDENCES]; /* Flows ended, by service and grade. */
    struct command_tally commands; /* Read in messages of recognised protocols. */
    uint64_t observations[N_OBSERVATIONS];
    uint64_t alerts;
    uint64_t incidents;
    uint64_t alerts_by_severity[N_SEVERITIES];
    uint64_t alerts_by_sector[N_SECTORS];
    struct tally alerts_by_concern, alerts_by_rule, alerts_by_country;
};

/* Frees what the summary holds; a zeroed summary is a valid empty one. */
void summary_fini(struct summary *summary);

/* Starts and ends of flows are observations too, and counted as such by the first. */
void summary_add_flows(struct summary *summary, const struct flow_tally *tally);
void summary_add_observation(struct summary *summary,
                             const struct observation *observation);
void summary_add_alert(struct summary *summary, const struct alert *alert);

/* One JSON object on one line: files, packets, bytes, critical_packets, flows, incidents,
 * services {name: {grade: flows}}, commands {service: {class: count}}, observations {name:
 * count}, alerts {sector|concern|severity| rule|country: {name: count}}, counters {name:
 * count} with every counter, seconds. */
void summary_write_json(const struct summary *summary, const struct counters *counters,
                        double seconds, FILE *out);

/* The same for people, leaving out what is zero. */
void summary_write_text(const struct summary *summary, const struct counters *counters,
                        double seconds, FILE *out);

/* Sets the member "alerts" of that object in 'json'. */
void summary_set_alerts(const struct summary *summary, struct json *json);

#endif
