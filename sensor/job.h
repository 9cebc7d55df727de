#ifndef SENSOR_JOB_H
#define SENSOR_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/frame_batch.h"
#include "classify/critical_batch.h"

/* What a crew (crew.h) is handed at a time. */

/* A batch on its way: frames, and what is critical of them. */
struct crew_batch {
    struct frame_batch *frames; /* What the payloads of 'critical' lie in. */
    struct critical_batch *critical;
};

enum { JOB_BATCHES = 4 };

/* Batches that are handed over together; or the end of all. */
struct job {
    unsigned n;
    struct crew_batch batches[JOB_BATCHES];
    double loss_percent;
    bool is_end;
    uint64_t order, now_ns; /* Of the end. */
};

#endif
