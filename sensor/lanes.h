#ifndef SENSOR_LANES_H
#define SENSOR_LANES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/counter.h"
#include "capture/frame_batch.h"
#include "classify/critical_batch.h"
#include "classify/tagger.h"

/* Several ways into a pipeline, each with a thread that reads and tags:
 *
 *     readers --frames--> lanes, a tagger each --critical packets--> one order
 *
 * What is critical is put in the order of its times, as if one thread had read all of it,
 * so that the two directions of a line may come by two interfaces, and it does not matter
 * how the kernel spreads an interface over its rings.  Only fragments of one packet have to
 * come by the same lane.
 *
 * A packet waits until every other lane has come as far: at most 'hold_ns', and less if the
 * batches of a lane run out.  Later ones are then taken as they come. */
struct lanes;

enum { LANES_MAX = 64 };

struct lanes_config {
    struct tagger_config tagger; /* Of which each lane has a share of the memory. */
    unsigned n;                  /* 2 to LANES_MAX. */
    uint64_t hold_ns;
};

struct lanes *lanes_new(const struct lanes_config *config);
void lanes_free(struct lanes *lanes);

/* For the thread of a lane. */

/* The batch to fill next; waits until there is one. */
struct frame_batch *lane_frames(struct lanes *lanes, unsigned lane);

/* Tags the frames of that batch and hands on what is critical, with what was counted since,
 * which is then zero. */
void lane_take(struct lanes *lanes, unsigned lane, struct counters *counted);

/* Hands over what was counted, without frames. */
void lane_count(struct lanes *lanes, unsigned lane, struct counters *counted);

/* Nothing more will come by this lane. */
void lane_end(struct lanes *lanes, unsigned lane);

/* For the thread that has the pipeline. */

/* Waits until there may be something to merge, a tenth of a second at most.  False if
 * nothing came. */
bool lanes_await(struct lanes *lanes);

/* Fills 'to', with payloads in 'payloads', as far as the order is sure, and adds what lanes
 * have counted to 'counters'.  False if there is nothing to take now. */
bool lanes_merge(struct lanes *lanes, struct critical_batch *to,
                 struct frame_batch *payloads, struct counters *counters);

/* Puts a tick into 'to' if a second begins with 'now_ns', which nothing that is still in
 * the lanes comes before. */
void lanes_tick(struct lanes *lanes, uint64_t now_ns, struct critical_batch *to,
                struct counters *counters);

/* Keeps the lanes from tagging, and makes the order of all that they have sure, until
 * lanes_release(). */
void lanes_hold(struct lanes *lanes);
void lanes_release(struct lanes *lanes);

/* While they are held: see tagger_renew(). */
void lanes_renew(struct lanes *lanes, const struct sector_map *sectors);

/* Fragmented packets that are being put together. */
uint32_t lanes_n_fragmented(struct lanes *lanes);

/* When all lanes have ended and all is merged: see tagger_end().  '*ret_now_ns' is the time
 * of the last frame. */
uint64_t lanes_end(struct lanes *lanes, struct counters *counters, uint64_t *ret_now_ns);

#endif
