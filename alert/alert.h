#ifndef ALERT_ALERT_H
#define ALERT_ALERT_H

#include <stdint.h>

#include "geo/geo.h"
#include "rules/incident.h"

enum { ALERT_ID_SIZE = 33, COMMUNITY_ID_SIZE = 31 };

/* What is true of the whole run and goes into each alert. */
struct sensor {
    const char *hostname;
    const char *version;
    const char *name; /* Of its sockets and metrics on this host: "eth1", or "all". */
    const char *const
        *interfaces; /* Names by frame.interface: file or network interface. */
    size_t n_interfaces;
    const struct geo *geo;      /* For the names and dates of databases. */
    const char *reference;      /* URL prefix for rule documentation, or "". */
    uint16_t community_id_seed; /* 0 unless the site uses another. */
    uint32_t
        enterprise_number; /* For RFC 5424 structured data; 32473 is for documentation. */
    unsigned syslog_facility; /* RFC 5424 section 6.2.1; 16 is local0. */
    long pid; /* 0 when files are read: their alerts never differ from run to run. */
};

/* A line that leaves the host about an incident: everything that any rendering shows. */
struct alert {
    char id[ALERT_ID_SIZE]; /* Derived from incident, state and count: 32 hexadecimal
                               digits. */
    uint64_t sequence;      /* From 1, one more for each alert of this run. */
    uint64_t emit_ns; /* Wall clock when live; the packet's time when reading files. */
    char community_id[COMMUNITY_ID_SIZE]; /* Community ID v1 of the flow. */
    double loss_percent; /* Share of packets that the sensor lost so far. */
    const struct sensor *sensor;
    struct incident incident;
};

/* Makes the alert about a change of an incident. */
void alert_make(struct alert *alert, const struct incident *incident,
                const struct sensor *sensor, uint64_t sequence, uint64_t emit_ns,
                double loss_percent);

/* Which end is the asset and which the peer; the flow's initiator and responder are source
 * and destination. */
const struct flow_end *alert_asset(const struct alert *alert);
const struct flow_end *alert_peer(const struct alert *alert);

/* The range claim that the alert names as the asset's. */
const struct range_claim *alert_claim(const struct alert *alert);

#endif
