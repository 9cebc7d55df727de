#ifndef TESTS_CLASSIFY_FLOW_RUN_H
#define TESTS_CLASSIFY_FLOW_RUN_H

#include <stdlib.h>

#include "base/hash.h"
#include "base/memory.h"
#include "classify/flow_clock.h"
#include "classify/flow_key.h"
#include "classify/flow_report.h"
#include "classify/flow_table.h"

/* One flow table, with what stands around it in the program: the flow clock, and the end of
 * flows that are due.  Ended flows are kept until they are asked for. */
struct flow_run {
    struct region *region;
    struct flow_table *table;
    struct flow_config config;
    struct hash_seed seed;
    struct flow_clock clock;
    uint64_t order;
    struct flow *ended;
    size_t n_ended, at_ended, capacity;
};

static inline struct flow_run *
flow_run_new(const struct flow_config *config, struct hash_seed seed)
{
    struct flow_run *run = memory_zeroed(1, sizeof *run);

    run->region = region_new(flow_table_size(config));
    flow_tables_new(config, 1, run->region, &run->table);
    run->config = *config;
    run->seed = seed;
    run->clock = flow_clock_init(flow_class_timeout(config, FLOW_CLASS_ANSWERED));
    return run;
}

static inline void
flow_run_free(struct flow_run *run)
{
    flow_table_free(run->table);
    region_free(run->region);
    free(run->ended);
    free(run);
}

static inline struct flow *
flow_run_place(struct flow_run *run)
{
    run->ended = memory_grow(run->ended, run->n_ended, &run->capacity, sizeof *run->ended);
    return &run->ended[run->n_ended++];
}

static inline void
flow_run_end_due(struct flow_run *run)
{
    for (enum flow_class class = 0; class < N_FLOW_CLASSES; class ++) {
        while (flow_table_due_ns(run->table, class) <= run->clock.now_ns) {
            struct flow_report reports[FLOW_ENDED_MAX];
            struct flow_ended ended = { .reports = reports };

            flow_table_end_oldest(run->table, class, &ended);
            *flow_run_place(run) = reports[0].flow;
        }
    }
}

static inline struct flow *
flow_run_update(struct flow_run *run, const struct packet *packet, range_id source_range,
                range_id destination_range, struct counters *counters)
{
    const struct flow_key key = flow_key_of(packet, run->config.use_vlan);
    struct critical_packet critical = {
        .packet = *packet,
        .source_range = source_range,
        .destination_range = destination_range,
        .hash = flow_key_hash(&key, run->seed),
        .order = run->order++,
    };
    struct flow_report reports[FLOW_ENDED_MAX];
    struct flow_ended ended = { .reports = reports };
    struct flow *flow;

    flow_clock_follow(&run->clock, packet->time_ns, counters);
    critical.clock_ns = run->clock.now_ns;
    flow_run_end_due(run);
    flow = flow_table_update(run->table, &critical, counters, &ended);
    for (unsigned i = 0; i < ended.n; i++) {
        *flow_run_place(run) = reports[i].flow;
    }
    return flow;
}

/* Time goes on without a packet. */
static inline void
flow_run_expire(struct flow_run *run, uint64_t now_ns)
{
    struct counters unused = { 0 };

    flow_clock_advance(&run->clock, now_ns, &unused);
    flow_run_end_due(run);
}

static inline void
flow_run_end_all(struct flow_run *run)
{
    struct flow ended;

    flow_table_end_all(run->table, (uint32_t) run->order);
    while (flow_table_next_ended(run->table, &ended)) {
        *flow_run_place(run) = ended;
    }
}

static inline bool
flow_run_next_ended(struct flow_run *run, struct flow *ret)
{
    if (run->at_ended == run->n_ended) {
        run->at_ended = run->n_ended = 0;
        return false;
    }
    *ret = run->ended[run->at_ended++];
    return true;
}

#endif
