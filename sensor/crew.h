#ifndef SENSOR_CREW_H
#define SENSOR_CREW_H

#include "base/counter.h"
#include "classify/flow_tracker.h"
#include "sensor/assessor.h"
#include "sensor/job.h"

/* Threads that follow flows and judge them, for a pipeline that has more than one:
 *
 *     caller --jobs--> followers, each with its share of the flows --reports--> judging
 *
 * The flows are shared out among as many followers as there are workers.  Each takes its
 * own packets of every job in turn and shares nothing with the others; their reports are
 * judged in the order of the input, so that what comes of them is what would come with a
 * single thread.
 *
 * No follower has a thread of its own: all that can be done is steps, of the packets of a
 * job or until a list of reports is full, and whichever thread is free takes the next.
 * Between the stages are bounded rings: who is ahead does something else or waits, and
 * nothing is dropped. */
struct crew;

/* Starts a crew of 'n' workers, 2 to FLOW_SHARDS, that hands what is reported to
 * 'assessor', which is the crew's until crew_end().  The caller is one of them if it helps:
 * then it does what can be done whenever it would wait.  Else it is free as soon as there
 * is room, as whoever captures has to be.  Freed with crew_free(). */
struct crew *crew_new(const struct flow_tracker_config *config, unsigned n,
                      bool caller_helps, struct assessor *assessor);
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

/* While judging is held: flows in progress, up to the last job judged. */
void crew_fill(const struct crew *crew, struct flow_fill *fill);

/* While judging is held: adds what the threads have counted so far. */
void crew_add_counters(const struct crew *crew, struct counters *counters);

/* False if there is work and none of it was done since the last call. */
bool crew_progresses(struct crew *crew);

/* While it is held nothing is judged, so that the caller may work on the sinks.  Until it
 * is released nothing else is asked of the crew but what is said to be. */
void crew_hold_judging(struct crew *crew);
void crew_release_judging(struct crew *crew);

#endif
