#ifndef CLASSIFY_FLOW_TABLE_H
#define CLASSIFY_FLOW_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/counter.h"
#include "base/region.h"
#include "classify/critical_packet.h"
#include "classify/flow.h"

/* The flows in progress; each belongs to one table, which one thread uses at a time.
 *
 * The capacity is fixed, so a flood costs old flows and never memory.  When there is no
 * room a flow gives way, in this order: one that its protocol has ended, a half-open one
 * (the handshake of TCP is not complete), a one-way one, an answered one; among equals the
 * one idle longest.  It ends with FLOW_END_LACK_OF_RESOURCES and is counted.  So a flood
 * of SYNs from random sources costs old half-open flows only, even if they are answered.
 * And flows that begin half-open, one-way or by a TCP RST have but a share of the table,
 * each kind: while it is full one of the same kind gives way though there is room, so that
 * a flood of such packets stays within little memory.  An answer that comes later than that
 * begins a flow itself.
 * The slots by which flows are found double when there are too few for those in progress,
 * up to the capacity: then all flows are put into new ones, within one call.
 *
 * Time is that of the flow clock, which comes with each packet.  What happens depends on
 * the packets alone: not on how they are batched. */
struct flow_table;
struct flow_report;

/* A timeout of 0 is never. */
struct flow_config {
    uint32_t capacity;             /* Flows, 1 to 2^26. */
    uint32_t unanswered_capacity;  /* The share of each of these kinds, at least 1. */
    uint64_t idle_timeout_ns;      /* No packet for this long ends a flow. */
    uint64_t active_timeout_ns;    /* A flow this old is reported and started anew. */
    uint64_t half_open_timeout_ns; /* Idle timeout of a flow that was never answered, and
                                      of a TCP handshake that was not completed. */
    bool use_vlan;                 /* The VLAN id is part of the key. */
};

/* In the order in which they give way; also that in which those due at one time end. */
enum flow_class {
    FLOW_CLASS_OVER,
    FLOW_CLASS_HALF_OPEN,
    FLOW_CLASS_ONE_WAY,
    FLOW_CLASS_ANSWERED,
    N_FLOW_CLASSES
};

/* Makes 'n' empty tables in 'region', of which each takes flow_table_size(): 215 to 226
 * bytes a flow, which the system provides as they are used.  Their flows alternate in
 * memory, so that those in use lie together however few they are.  The caller frees each,
 * before the region, with flow_table_free(). */
size_t flow_table_size(const struct flow_config *config);
void flow_tables_new(const struct flow_config *config, unsigned n, struct region *region,
                     struct flow_table *ret[]);
void flow_table_free(struct flow_table *table);

/* The timeout of a class, UINT64_MAX / 2 if it has none. */
uint64_t flow_class_timeout(const struct flow_config *config, enum flow_class class);

/* Bring from memory what flow_table_update() of a packet will need, some packets before it:
 * the slot, and then, when that is here, the flow. */
void flow_table_fetch_slot(const struct flow_table *table, uint32_t hash);
void flow_table_fetch_flow(const struct flow_table *table, uint32_t hash);

/* Flows that ended, in the reports where they are put: nothing else of these is set. */
enum { FLOW_ENDED_MAX = 2 };

struct flow_ended {
    unsigned n;
    struct flow_report *reports;              /* FLOW_ENDED_MAX. */
    const struct flow *flows[FLOW_ENDED_MAX]; /* Where each was, and another one may be now;
                                                 NULL: it goes on. */
    uint32_t hashes[FLOW_ENDED_MAX];          /* Of those that do not. */
};

/* From now on ranges are those of 'sectors', which must outlive the table or be renewed in
 * its turn: packets bring them, and a flow without one is looked up when it ends.  So this
 * takes no time, but for each 256th time, when all flows are looked up: 0.1 us each. */
void flow_table_renew(struct flow_table *table, const struct sector_map *sectors);

/* Counts a packet in its flow, starting one if there is none.  The flow takes over the
 * ranges from every packet.
 * Returns the flow, valid until the next call on 'table', with 'events' saying what the
 * packet meant.  Sets 'ended->n', and the flows of as many of its reports; where there are
 * some, a flow has started too. */
struct flow *flow_table_update(struct flow_table *table,
                               const struct critical_packet *packet,
                               struct counters *counters, struct flow_ended *ended);

/* The time by the flow clock at which the flow of 'class' that is idle longest is due to
 * end; UINT64_MAX if there is none. */
uint64_t flow_table_due_ns(const struct flow_table *table, enum flow_class class);

/* Ends the flow of 'class' that is idle longest, to be found in 'ended' then; there must be
 * one. */
void flow_table_end_oldest(struct flow_table *table, enum flow_class class,
                           struct flow_ended *ended);

/* Ends all flows with FLOW_END_FORCED, in the order in which they began; 'newest' is the
 * number of the last packet that any table was given.  flow_table_next_ended() hands them
 * out; once it has returned false the table is empty and can be used again, and not
 * before. */
void flow_table_end_all(struct flow_table *table, uint32_t newest);

/* While all are being ended: how many packets ago the flow began that is to come next;
 * false if there is none. */
bool flow_table_next_age(const struct flow_table *table, uint32_t *ret);

/* While all are being ended: ends the next one; false if there is none. */
bool flow_table_next_ended(struct flow_table *table, struct flow *ret);

uint32_t flow_table_n(const struct flow_table *table);
uint32_t flow_table_n_of(const struct flow_table *table, enum flow_class class);

#endif
