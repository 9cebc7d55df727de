#ifndef SENSOR_METRICS_H
#define SENSOR_METRICS_H

#include <stdbool.h>
#include <stdio.h>

#include "alert/heartbeat.h"
#include "base/counter.h"

/* All counters, and what a heartbeat says, for Prometheus: its text format, version 0.0.4
 * (prometheus.io/docs/instrumenting/exposition_formats), which node_exporter reads, or
 * OpenMetrics 1.0 (prometheus.io/docs/specs/om/open_metrics_spec), where the name
 * of a family of counters has no "_total" and the text has an end.  A counter
 * "capture.packets" is sectorwatch_capture_packets_total in both, with its description as
 * help. */
enum metrics_format { METRICS_TEXT, METRICS_OPENMETRICS };

enum { METRICS_FAULT_SIZE = 128 };

struct metrics {
    char fault[METRICS_FAULT_SIZE]; /* Why the file could not be written; "": it was. */
};

void metrics_write(const struct heartbeat *heartbeat, const struct counters *counters,
                   enum metrics_format format, FILE *out);

/* Replaces FOLDER/sectorwatch-NAME.prom, with the sensor's name, as a whole, so that no
 * reader sees half of it.  False if that fails; the log says so once, and again when it has
 * got better. */
bool metrics_keep(struct metrics *metrics, const char *folder,
                  const struct heartbeat *heartbeat, const struct counters *counters);

#endif
