#ifndef CLASSIFY_FLOW_REPORT_H
#define CLASSIFY_FLOW_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "classify/flow.h"
#include "classify/observation.h"

/* What a packet meant to its flow, or that a flow ended: what is left of traffic once flows
 * are followed, by value, so that it can go to another thread.  Packets that mean nothing
 * new, or nothing that anybody wants to know, make none: that is most. */
struct flow_report {
    /* Reports of several threads are put in order by these, each after the one before:
     * where in the input that was which brought the report, then what came first there. */
    uint64_t order;
    uint64_t rank_ns;
    uint8_t rank; /* enum flow_report_rank. */
    uint8_t shard;

    uint8_t kind;            /* enum flow_report_kind. */
    uint8_t uses;            /* What the flow is wanted for: see flow_interest.h. */
    uint16_t n_observations; /* Of recognisers, about this packet. */
    uint64_t now_ns;         /* Time of the packet, or the tick, that brought it. */
    struct flow flow;        /* As it was then; not set in a tick. */
};

enum flow_report_kind {
    FLOW_REPORT_PACKET, /* A packet meant something new to its flow. */
    FLOW_REPORT_END,    /* The flow ended. */
    FLOW_REPORT_TICK,   /* Time went on; whatever flows ended by it were told before. */
};

enum flow_report_rank {
    FLOW_RANK_PACKET,
    FLOW_RANK_ENDED, /* By the packet. */
    FLOW_RANK_DUE,   /* And one more for each of N_FLOW_CLASSES: its time had come. */
    FLOW_RANK_TICK = 8,
    FLOW_RANK_FORCED,
};

enum { FLOW_REPORTS_MAX = 64 };

/* Reports in their order, and the observations that belong to them, in the same order. */
struct flow_report_list {
    size_t n;
    struct flow_report reports[FLOW_REPORTS_MAX];
    struct observation_list observations; /* None lost; the reports have their flows. */
};

static inline void
flow_report_list_clear(struct flow_report_list *list)
{
    list->n = 0;
    observation_list_clear(&list->observations);
}

/* Whether 'a' comes before 'b'. */
static inline bool
flow_report_is_before(const struct flow_report *a, const struct flow_report *b)
{
    if (a->order != b->order) {
        return a->order < b->order;
    }
    if (a->rank != b->rank) {
        return a->rank < b->rank;
    }
    return a->rank_ns != b->rank_ns ? a->rank_ns < b->rank_ns : a->shard < b->shard;
}

#endif
