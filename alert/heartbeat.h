#ifndef ALERT_HEARTBEAT_H
#define ALERT_HEARTBEAT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "alert/alert.h"
#include "alert/format.h"
#include "base/json.h"
#include "capture/interface.h"

/* A line in the stream of alerts that says that the sensor is there, how it goes and what
 * it judges by: whoever hears none knows that silence is not quiet. */

enum { HEARTBEAT_TROUBLE_SIZE = 512 };

/* Tables that outsiders can fill. */
enum heartbeat_table {
    TABLE_FLOWS,
    TABLE_UNANSWERED, /* The share of the flows that were never answered. */
    TABLE_FRAGMENTS,
    TABLE_SCANS,
    TABLE_SWEEPS,
    TABLE_THRESHOLDS,
    TABLE_PEERS, /* Of multi-sector and multi-country activity. */
    TABLE_INCIDENTS,
    N_HEARTBEAT_TABLES
};

struct table_fill {
    uint32_t n, capacity;
};

struct heartbeat {
    const struct sensor *sensor;
    const char *interface; /* All of them: "eth1, eth2". */
    uint64_t time_ns;      /* Wall clock. */
    uint64_t up_s;         /* Since the sensor started. */

    /* Since the heartbeat before. */
    double packets_per_second, critical_percent, loss_percent;

    /* Since the sensor started. */
    uint64_t packets, critical_packets, lost_packets;
    uint64_t ring_dropped, kernel_dropped, interface_dropped; /* Which make up the lost. */
    uint64_t industrial_frames; /* Of industrial protocols without IP. */
    uint64_t alerts;            /* The sequence number of the last one. */
    uint32_t alerts_waiting;    /* Of the sink that has most. */
    uint64_t oldest_waiting_s;  /* The alert that waits longest, of all sinks; 0: none. */

    struct interface_report interfaces[INTERFACES_MAX];
    size_t n_interfaces;
    struct table_fill tables[N_HEARTBEAT_TABLES];

    /* What it judges by. */
    const char *policy; /* Hexadecimal digits: another policy, others. */
    size_t n_rules, n_ranges, n_lists, n_stale_lists;
    uint64_t geo_built_ns; /* Of the oldest database; 0: there is none. */
    uint64_t list_date_ns; /* Of the oldest list; 0: there is none. */

    char trouble[HEARTBEAT_TROUBLE_SIZE]; /* What is not well, for people; "": all is. */
};

/* "flow", "fragment", "scan", ...; how full it is, in per cent. */
const char *heartbeat_table_name(enum heartbeat_table table);
double table_fill_percent(struct table_fill fill);

/* Writes it with a newline at the end.  RFC 5424: MSGID HEARTBEAT, element
 * [sensor@PEN ...], severity informational, or warning where there is trouble.  ECS:
 * event.kind "metric", event.action "heartbeat", the same facts in labels.  The names of
 * both are those of heartbeat_facts(), written as each has it. */
void heartbeat_write(enum format format, const struct heartbeat *heartbeat, FILE *out);

/* Shows each fact by its name, as RFC 5424 has it ("packetsPerSecond"), in order; a number
 * too is shown as text. */
void heartbeat_facts(const struct heartbeat *heartbeat,
                     void (*show)(void *context, const char *name, const char *value,
                                  bool is_number),
                     void *context);

/* Sets a member of 'json' for each fact, named as ECS has it ("packets_per_second");
 * numbers are numbers there. */
void heartbeat_set_json(const struct heartbeat *heartbeat, struct json *json);

#endif
