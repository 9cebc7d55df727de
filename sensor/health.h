#ifndef SENSOR_HEALTH_H
#define SENSOR_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "alert/heartbeat.h"
#include "base/counter.h"
#include "sensor/metrics.h"
#include "sensor/rates.h"
#include "sensor/session.h"
#include "sensor/usual.h"

/* How a sensor does, told in the stream of its alerts: every so often, and at once when
 * trouble comes or goes, or the policy is another one. */
struct health {
    const struct session *session;
    uint64_t began_ns;       /* Monotonic. */
    struct rates rates;      /* Since the last heartbeat. */
    struct rates lately;     /* Since the last look. */
    bool is_in_trouble;      /* At the last look. */
    bool has_clock;          /* It was looked at. */
    int64_t clock_offset_ns; /* The time of day, less the monotonic clock's, then. */
    int64_t jump_ns;         /* By which the clock was set lately, or 0, ... */
    uint64_t jumped_at_ns;   /* ... and when. */
    struct usual usual;
    char policy[POLICY_DIGEST_SIZE]; /* At the last look. */
    struct metrics metrics;
};

/* 'session' must outlive it; 'now_ns' is of the monotonic clock. */
void health_init(struct health *health, const struct session *session, uint64_t now_ns);

/* To be called every second, while the sinks are the caller's: writes a heartbeat to all of
 * them if one is due, and the metrics every ten seconds.  'wall_ns' is the time of day. */
void health_look(struct health *health, uint64_t now_ns, uint64_t wall_ns,
                 struct counters *counters);

/* What a heartbeat would say now, with the rates of the last ten seconds. */
struct heartbeat health_heartbeat(const struct health *health, uint64_t now_ns,
                                  uint64_t wall_ns, const struct counters *counters);

/* The rates of the last ten seconds. */
const struct rates *health_rates(const struct health *health);

#endif
