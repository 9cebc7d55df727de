#include "classify/flow_clock.h"

enum { BEHIND_MAX = 64 }; /* So many packets in a row, or times without, set it back. */

static bool advance(struct flow_clock *clock, uint64_t time_ns);
static void set_back_if_far(struct flow_clock *clock, uint64_t time_ns, unsigned *n_in_row,
                            struct counters *counters);

struct flow_clock
flow_clock_init(uint64_t far_ns)
{
    return (struct flow_clock){ .far_ns = far_ns };
}

void
flow_clock_advance(struct flow_clock *clock, uint64_t time_ns, struct counters *counters)
{
    if (!advance(clock, time_ns)) {
        set_back_if_far(clock, time_ns, &clock->n_late, counters);
    }
}

void
flow_clock_follow(struct flow_clock *clock, uint64_t time_ns, struct counters *counters)
{
    if (!advance(clock, time_ns)) {
        counter_inc(counters, COUNTER_CLASSIFY_TIME_BACKWARD);
        set_back_if_far(clock, time_ns, &clock->n_behind, counters);
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
    clock->n_behind = clock->n_late = 0;
    return true;
}

static void
set_back_if_far(struct flow_clock *clock, uint64_t time_ns, unsigned *n_in_row,
                struct counters *counters)
{
    const uint64_t behind_ns = clock->now_ns - (time_ns + clock->offset_ns);

    if (behind_ns < clock->far_ns) {
        *n_in_row = 0;
    } else if (++*n_in_row == BEHIND_MAX) {
        clock->offset_ns += behind_ns;
        clock->n_behind = clock->n_late = 0;
        counter_inc(counters, COUNTER_CLASSIFY_TIME_SET_BACK);
    }
}
