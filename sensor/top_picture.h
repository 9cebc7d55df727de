#ifndef SENSOR_TOP_PICTURE_H
#define SENSOR_TOP_PICTURE_H

#include <stdint.h>
#include <stdio.h>

#include "base/json_reader.h"

/* What 'top' shows: lines of text made from a sensor's answers. */
struct top_view {
    /* Answers to status, tallies and incidents; NULL: there was none. */
    const struct json_value *status, *tallies, *incidents;

    /* Between the last two answers. */
    double packets_per_second, critical_percent, loss_percent;

    const char *error; /* Why there is no answer now; "": there is. */
};

/* Writes 'rows' lines (at least 1) of at most 'columns' columns, with a newline between:
 * how the sensor does, alerts by sector, country and rule, the highest first, and as many
 * open incidents as there is room for. */
void top_picture_write(const struct top_view *view, unsigned columns, unsigned rows,
                       FILE *out);

#endif
