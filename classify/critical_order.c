#include "classify/critical_order.h"

struct critical_order
critical_order_init(const struct flow_config *flow)
{
    struct critical_order order = { .has_clock = flow != NULL };

    if (flow != NULL) {
        order.clock = flow_clock_init(flow_class_timeout(flow, FLOW_CLASS_ANSWERED));
    }
    return order;
}

void
critical_order_begin_second(struct critical_order *o, uint64_t now_ns,
                            struct critical_batch *batch, struct counters *counters)
{
    o->has_begun = true;
    o->second = now_ns / NS_PER_SECOND * NS_PER_SECOND;
    if (o->has_clock) {
        flow_clock_advance(&o->clock, now_ns, counters);
    }
    batch->ticks[batch->n_ticks++] = (struct tick){
        .order = o->next++,
        .now_ns = now_ns,
        .clock_ns = o->clock.now_ns,
        .n_before = batch->n,
    };
}

void
critical_order_packet(struct critical_order *o, struct critical_packet *critical,
                      struct counters *counters)
{
    flow_clock_follow(&o->clock, critical->packet.time_ns, counters);
    critical->order = o->next++;
    critical->clock_ns = o->clock.now_ns;
}
