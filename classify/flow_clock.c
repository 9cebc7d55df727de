#include "classify/flow_clock.h"

enum { BEHIND_MAX = 64 }; /* So many packets in a row set the clock back. */

static bool advance(struct flow_clock *clock, uint64_t time_ns);

struct flow_clock
flow_clock_init(uint64_t far_ns)
{
    return (struct flow_clock){ .far_ns = far_ns };
}

void
flow_clock_advance(struct flow_clock *clock, uint64_t time_ns)
{
    (void) advance(clock, time_ns);
}

void
flow_clock_follow(struct flow_clock *clock, uint64_t time_ns, struct counters *counters)
{
    uint64_t behind_ns;

    if (advance(clock, time_ns)) {
        clock->n_behind = 0;
        return;
    }
    counter_inc(counters, COUNTER_CLASSIFY_TIME_BACKWARD);
    behind_ns = clock->now_ns - (time_ns + clock->offset_ns);
    if (behind_ns < clock->far_ns) {
        clock->n_behind = 0;
    } else if (++clock->n_behind == BEHIND_MAX) {
        clock->offset_ns += behind_ns;
        clock->n_behind = 0;
        counter_inc(counters, COUNTER_CLASSIFY_TIME_SET_BACK);
    }
}

/* Returns false if the clock would run back. */
static bool
advance(struct flow_clock *clock, uint64_t time_ns)
{
    if (!clock->is_set) {
        clock->is_set = true;
        clock->now_ns = time_ns;
        return true;
    }
    if (time_ns + clock->offset_ns - clock->now_ns > (uint64_t) INT64_MAX) {
        return false;
    }
    clock->now_ns = time_ns + clock->offset_ns;
    return true;
}
