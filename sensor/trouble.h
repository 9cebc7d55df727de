#ifndef SENSOR_TROUBLE_H
#define SENSOR_TROUBLE_H

#include <stdbool.h>
#include <stdint.h>

#include "alert/heartbeat.h"
#include "alert/text.h"
#include "sensor/session.h"
#include "sensor/usual.h"

/* What is not well with a sensor, in words for people. */
struct trouble_view {
    const struct session *session;
    const struct heartbeat *heartbeat; /* All but its trouble. */
    bool has_rates;  /* It has looked before, so the rates mean something. */
    int64_t jump_ns; /* By which the clock was set lately; 0: it was not. */
    const struct usual *usual;
    const char *metrics_fault; /* Why the metrics could not be written; "": they were. */
    uint64_t now_ns;           /* Monotonic. */
};

/* Adds a clause for each trouble, with "; " between: interfaces that failed, packets lost,
 * none or too few of them, fewer than usual, alerts that wait, metrics that cannot be
 * written, tables that are full, the clock that was set, a reload that was refused, lists
 * out of date. */
void trouble_find(const struct trouble_view *view, struct text *text);

#endif
