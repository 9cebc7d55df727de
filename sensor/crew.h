#ifndef SENSOR_CREW_H
#define SENSOR_CREW_H

#include "base/counter.h"
#include "capture/frame_batch.h"
#include "classify/critical_batch.h"
#include "classify/flow_tracker.h"
#include "sensor/assessor.h"

/* Threads that follow flows and judge them, for a pipeline that has more than one:
 *
 *     caller --batches--> followers, each with its share of the flows --reports--> judge
 *
 * Every follower goes through every batch, takes the packets of its own flows, and shares
 * nothing with the others; the judge takes the reports of all in the order of the input, so
 * that what it sees is what a single thread would have seen.  Between them are bounded
 * rings: who is ahead waits, and nothing is dropped. */
struct crew;

/* A batch on its way: frames, and what is critical of them. */
struct crew_batch {
    struct frame_batch *frames; /* What the payloads of 'critical' lie in. */
    struct critical_batch *critical;
};

/* Starts 'n' followers (1 to FLOW_SHARDS) and a judge that hands what they report to
 * 'assessor', which is the judge's until crew_end().  Freed with crew_free(). */
struct crew *crew_new(const struct flow_tracker_config *config, unsigned n,
                      struct assessor *assessor);
void crew_free(struct crew *crew);

/* The batch to be filled and submitted next; waits until one is free. */
struct crew_batch *crew_batch(struct crew *crew);

/* Submits that batch; 'loss_percent' is what alerts about it tell.  Batches are handed over
 * several at a time, since waking a thread costs as much as some packets do. */
void crew_submit(struct crew *crew, double loss_percent);

/* Hands over what was submitted, without waiting for more. */
void crew_hand_over(struct crew *crew);

/* Waits until all that was submitted is judged.  Until more is, everything that the threads
 * have is the caller's. */
void crew_drain(struct crew *crew);

/* After crew_drain(): see flow_tracker_renew(). */
void crew_renew(struct crew *crew, const struct sector_map *sectors);

/* Nothing more will come: ends all flows, waits until all is judged, ends the threads, and
 * adds what they counted to 'counters'. */
void crew_end(struct crew *crew, uint64_t order, uint64_t now_ns, double loss_percent,
              struct counters *counters);

/* After the end: adds the flows that there were. */
void crew_add_to(const struct crew *crew, struct flow_tally *tally);

/* While the judge is held: flows in progress, up to the last job judged. */
uint32_t crew_n_flows(const struct crew *crew);

/* While the judge is held: adds what the threads have counted so far. */
void crew_add_counters(const struct crew *crew, struct counters *counters);

/* False if there is work and none of it was done since the last call. */
bool crew_progresses(struct crew *crew);

/* While it is held the judge does not judge, so that the caller may work on the sinks. */
void crew_hold_judge(struct crew *crew);
void crew_release_judge(struct crew *crew);

#endif
