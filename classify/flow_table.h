#ifndef CLASSIFY_FLOW_TABLE_H
#define CLASSIFY_FLOW_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/counter.h"
#include "base/hash.h"
#include "capture/packet.h"
#include "classify/flow.h"

/* The flows in progress, one table per thread.
 *
 * The capacity is fixed, so a flood costs old flows and never memory.  When there is no
 * room a flow gives way, in this order: one that its protocol has ended, a half-open one
 * (the handshake of TCP is not complete), a one-way one, an answered one; among equals the
 * one idle longest.  It ends with FLOW_END_LACK_OF_RESOURCES and is counted.  So a flood
 * of SYNs from random sources costs old half-open flows only, even if they are answered.
 *
 * Times are those of packets.  They may run backwards: by less than the idle timeout that
 * is disorder, and the table's clock waits; by more it is another recording, to which the
 * clock is set back after some packets.  What happens depends on the packets alone: neither
 * on the seed nor on how they are batched. */
struct flow_table;

/* A timeout of 0 is never. */
struct flow_config {
    uint32_t capacity;             /* Flows, 1 to 2^26. */
    uint64_t idle_timeout_ns;      /* No packet for this long ends a flow. */
    uint64_t active_timeout_ns;    /* A flow this old is reported and started anew. */
    uint64_t half_open_timeout_ns; /* Idle timeout of a flow that was never answered, and
                                      of a TCP handshake that was not completed. */
    bool use_vlan;                 /* The VLAN id is part of the key. */
};

enum {
    FLOW_ENDED_MAX = 1024, /* Ended flows that wait for flow_table_next_ended(). */
};

/* Makes an empty table; all its memory is allocated here: 204 to 216 bytes a flow, which
 * the system provides as they are used.  'seed' keys the hash.  The caller frees it with
 * flow_table_free(). */
struct flow_table *flow_table_new(const struct flow_config *config, struct hash_seed seed);
void flow_table_free(struct flow_table *table);

/* Brings what flow_table_update() will need of 'packet' nearer: for a batch, call the first
 * for each packet, then the second, then update.  No flow changes by them. */
void flow_table_prefetch(struct flow_table *table, const struct packet *packet);
void flow_table_prefetch_flow(struct flow_table *table, const struct packet *packet);

/* Counts 'packet' in its flow, starting one if there is none; 'source_range' and
 * 'destination_range' are the critical ranges of its inner addresses, which the flow takes
 * over from every packet, so that a new sector map holds from the next one on.
 * Returns the flow, valid until the next call on 'table', with 'events' saying what the
 * packet meant.  Flows that ended by it, or whose time has come, are in the list that
 * flow_table_next_ended() walks. */
struct flow *flow_table_update(struct flow_table *table, const struct packet *packet,
                               range_id source_range, range_id destination_range,
                               struct counters *counters);

/* Ends flows whose time has come at 'now_ns' (packet time), as many as the list has room
 * for.  flow_table_update() does so too, a few a packet: this is for times when no critical
 * packet comes. */
void flow_table_expire(struct flow_table *table, uint64_t now_ns,
                       struct counters *counters);

/* Ends all flows with FLOW_END_FORCED, in the order in which they began.  They are all
 * there for flow_table_next_ended(), however many; once it has returned false the table is
 * empty and can be used again, and not before. */
void flow_table_end_all(struct flow_table *table, struct counters *counters);

/* Takes the next ended flow off the list into '*ret'; false if there is none.  The list is
 * bounded: the caller empties it after each call above; what finds no room is counted. */
bool flow_table_next_ended(struct flow_table *table, struct flow *ret);

uint32_t flow_table_n(const struct flow_table *table);

#endif
