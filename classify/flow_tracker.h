#ifndef CLASSIFY_FLOW_TRACKER_H
#define CLASSIFY_FLOW_TRACKER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/counter.h"
#include "classify/command.h"
#include "classify/critical_batch.h"
#include "classify/flow_interest.h"
#include "classify/flow_report.h"
#include "classify/flow_table.h"
#include "classify/recognise/recognise.h"

/* Follows the flows of critical packets: tables, and the recognisers that look at payloads.
 *
 * The flows are split by their hash over FLOW_SHARDS tables, always, so that it makes no
 * difference how many trackers share them out: each has those whose number leaves 'part'
 * when divided by 'n_parts', and shares nothing with the others.  A flow that is due ends
 * right after the first critical packet, or with the first tick, at which the clock says
 * so, whichever tracker that belongs to. */
struct flow_tracker;

enum { FLOW_SHARDS = 16 };

/* Flows by number, whether they were reported or not. */
struct flow_tally {
    uint64_t started; /* Also those that go on after the active timeout. */
    uint64_t ended[N_SERVICES][N_EVIDENCES];
    struct command_tally commands; /* That were read in them. */
};

struct flow_tracker_config {
    struct flow_config flow;
    struct recognise_config recognise;
};

/* 'n_parts' is 1 to FLOW_SHARDS; 'config' has the capacities of all trackers together.
 * Freed with flow_tracker_free(). */
struct flow_tracker *flow_tracker_new(const struct flow_tracker_config *config,
                                      unsigned part, unsigned n_parts,
                                      struct flow_interest interest);
void flow_tracker_free(struct flow_tracker *tracker);

/* Where in a batch a tracker stands; a zeroed one is at its beginning. */
struct flow_tracker_position {
    uint32_t tick, packet; /* Up to which time has gone on. */
    uint32_t own;          /* Number, among its own packets, of the one in hand. */
    bool has_begun;
    bool is_updated; /* That one is in its flow; others that are due have yet to end. */
};

/* Asks for what the tracker will need first of a batch, which it is to take soon. */
void flow_tracker_fetch(const struct flow_tracker *tracker,
                        const struct critical_batch *batch);

/* Takes the packets and ticks of a batch from '*at' on, and adds what they meant to 'list'
 * until the batch is done or the list might not take another packet's.  Returns true if the
 * batch is done; else the caller empties the list and calls again. */
bool flow_tracker_take(struct flow_tracker *tracker, const struct critical_batch *batch,
                       struct flow_tracker_position *at, struct counters *counters,
                       struct flow_report_list *list);

/* Between two batches: from now on ranges are those of 'sectors', which must outlive the
 * tracker or be renewed in its turn.  See flow_table_renew(). */
void flow_tracker_renew(struct flow_tracker *tracker, const struct sector_map *sectors);

/* Nothing more will come: ends all flows, in the order in which they began, under the place
 * 'order' in the input and the time 'now_ns'.  Returns false when the list is full: then
 * the caller empties it and calls again. */
bool flow_tracker_end(struct flow_tracker *tracker, uint64_t order, uint64_t now_ns,
                      struct flow_report_list *list);

/* Adds the flows in progress to '*fill'. */
struct flow_fill {
    uint32_t n, n_half_open, n_one_way;
};
void flow_tracker_fill(const struct flow_tracker *tracker, struct flow_fill *fill);

/* Adds the flows so far to '*tally'. */
void flow_tracker_add_to(const struct flow_tracker *tracker, struct flow_tally *tally);

#endif
