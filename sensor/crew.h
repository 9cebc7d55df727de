#ifndef SENSOR_CREW_H
#define SENSOR_CREW_H

#include "base/counter.h"
#include "capture/frame_batch.h"
#include "classify/critical_packet.h"
#include "classify/flow_table.h"
#include "sensor/assessor.h"

/* Threads that follow flows and judge them, for a pipeline that has more than one:
 *
 *     caller --jobs--> followers, each with its share of the flows --reports--> judge
 *
 * Every follower goes through every job, takes the packets of its own flows, and shares
 * nothing with the others; the judge takes the reports of all in the order of the input, so
 * that what it sees is what a single thread would have seen.  Between them are bounded
 * rings: who is ahead waits, and nothing is dropped. */
struct crew;

/* A batch on its way. */
struct crew_job {
    struct frame_batch *frames; /* What the payloads of 'critical' lie in. */
    struct critical_batch critical;

    /* For the crew alone. */
    _Atomic unsigned n_busy; /* Followers that are not done with it. */
    double loss_percent;
    uint64_t order, now_ns; /* Of the end. */
    bool is_end;
};

/* Starts 'n' followers (1 to FLOW_SHARDS) and a judge that hands what they report to
 * 'assessor', which is the judge's until crew_end().  Freed with crew_free(). */
struct crew *crew_new(const struct flow_config *config, unsigned n,
                      struct assessor *assessor);
void crew_free(struct crew *crew);

/* The job to be filled and submitted next; waits until one is free. */
struct crew_job *crew_job(struct crew *crew);

/* Hands that job to the crew; 'loss_percent' is what alerts about it tell. */
void crew_submit(struct crew *crew, double loss_percent);

/* Nothing more will come: ends all flows, waits until all is judged, ends the threads, and
 * adds what they counted to 'counters'. */
void crew_end(struct crew *crew, uint64_t order, uint64_t now_ns, double loss_percent,
              struct counters *counters);

/* While it is held the judge does not judge, so that the caller may work on the sinks. */
void crew_hold_judge(struct crew *crew);
void crew_release_judge(struct crew *crew);

#endif
