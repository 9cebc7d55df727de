#ifndef SENSOR_METRICS_H
#define SENSOR_METRICS_H

#include <stdbool.h>
#include <stdio.h>

#include "alert/heartbeat.h"
#include "base/counter.h"

/* All counters, and what a heartbeat says, for Prometheus: its text format, version 0.0.4
 * (prometheus.io/docs/instrumenting/exposition_formats).  A counter "capture.packets" is
 * sectorwatch_capture_packets_total there, with its description as help. */
struct metrics {
    bool is_failing; /* The log has said that the file cannot be written. */
};

void metrics_write(const struct heartbeat *heartbeat, const struct counters *counters,
                   FILE *out);

/* Replaces FOLDER/sectorwatch-INTERFACE.prom as a whole, so that no reader sees half of it;
 * if that fails, the log says so once, and again when it has got better. */
void metrics_keep(struct metrics *metrics, const char *folder,
                  const struct heartbeat *heartbeat, const struct counters *counters);

#endif
