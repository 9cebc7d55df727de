#ifndef SENSOR_FOLLOWER_H
#define SENSOR_FOLLOWER_H

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/counter.h"
#include "base/prefetch.h"
#include "classify/flow_report.h"
#include "classify/flow_tracker.h"
#include "sensor/job.h"

/* Follows a share of the flows for a crew (crew.h), and keeps what it has to report in
 * blocks until that is judged.  Whichever thread takes its next step has it to itself. */

enum { FOLLOWER_BLOCKS = 16 }; /* That may wait to be judged. */

/* Reports about one job, or a part of them. */
struct report_block {
    struct flow_report_list list;
    double loss_percent;
    bool is_last;             /* No more about this job. */
    bool is_end;              /* The job is the end. */
    struct counters counters; /* In the last one: the follower's, up to here, ... */
    struct flow_fill flows;   /* ... and the flows that it follows. */
};

/* What different threads touch at a time lies in different cache lines. */
struct follower {
    /* Of the thread that has its step in hand. */
    alignas(CACHE_LINE) struct flow_tracker *tracker;
    struct counters counters;
    unsigned at_batch; /* In the job in hand. */
    struct flow_tracker_position at;

    /* Under the lock of the crew.  The blocks are a ring. */
    alignas(CACHE_LINE) struct report_block *blocks;
    bool is_busy;        /* A thread has a step of it in hand. */
    unsigned n_followed; /* Jobs that it is done with. */
    unsigned n_filled;   /* Blocks, ... */
    unsigned n_judged;   /* ... and of these those that are free again. */

    /* Of the thread that judges; under the lock while none does. */
    alignas(CACHE_LINE) size_t next; /* Report of the block in hand, ... */
    size_t next_observation;
    bool is_fetched;      /* What its reports need was asked for. */
    bool has_told;        /* All about the job in hand. */
    struct counters told; /* Up to the last job that was judged. */
    struct flow_fill told_flows;
};

/* The follower of share 'part' of 'n_parts'; ended with follower_fini(). */
void follower_init(struct follower *follower, const struct flow_tracker_config *config,
                   unsigned part, unsigned n_parts, struct flow_interest interest);
void follower_fini(struct follower *follower);

/* A step: goes on with 'job' until the next block, one that is free, is full or the job is
 * done.  Returns whether it is done. */
bool follower_step(struct follower *follower, const struct job *job);

/* The oldest block that is not judged; there is one. */
static inline struct report_block *
follower_block(const struct follower *follower)
{
    return &follower->blocks[follower->n_judged % FOLLOWER_BLOCKS];
}

#endif
