#include "sensor/pipeline.h"

#include <stdlib.h>

#include "base/memory.h"
#include "classify/flow_tracker.h"
#include "classify/tagger.h"
#include "sensor/assessor.h"
#include "sensor/crew.h"

/* The stages:
 *
 *     frames --tagger--> critical packets --tracker--> flow reports --assessor--> alerts
 *
 * With several lanes the first stage is theirs: each has a thread and a tagger (lanes.h).
 * With one worker they are called in turn, batch by batch.  With more, a crew of threads
 * has the trackers and the assessor (crew.h). */
struct pipeline {
    struct tagger *tagger; /* NULL: the lanes have theirs. */
    struct lanes *lanes;   /* NULL: there is one way in. */
    struct assessor *assessor;
    struct counters counters;
    uint64_t now_ns; /* Of the last frame. */
    bool is_live;

    struct flow_tracker *tracker; /* Of a pipeline without a crew: NULL if it has one. */
    struct frame_batch *frames;
    struct critical_batch *critical;
    struct flow_report_list *reports;

    struct crew *crew; /* NULL: none. */
};

static struct critical_batch *critical_batch(struct pipeline *p);
static bool merge(struct pipeline *p);
static void follow(struct pipeline *p);
static double loss_percent(const struct counters *c);

struct pipeline *
pipeline_new(const struct pipeline_config *config)
{
    const struct settings *s = &config->policy->settings;
    const struct flow_tracker_config trackers = { s->flow, s->recognise };
    const struct tagger_config taggers = {
        .decode = s->decode,
        .flow = &s->flow,
        .sectors = config->policy->sectors,
        .seed = config->seed,
    };
    struct pipeline *p = memory_zeroed(1, sizeof *p);

    p->is_live = config->live;
    if (config->n_lanes > 1) {
        p->lanes =
            lanes_new(&(struct lanes_config){ taggers, config->n_lanes, config->hold_ns });
    } else {
        p->tagger = tagger_new(&taggers);
    }
    p->assessor = assessor_new(&(struct assessor_config){
        .policy = config->policy,
        .sensor = config->sensor,
        .sinks = config->sinks,
        .seed = config->seed,
        .live = config->live,
    });
    if (config->n_workers > 1) {
        p->crew = crew_new(&trackers, config->n_workers, !config->live, p->assessor);
        return p;
    }
    p->tracker = flow_tracker_new(&trackers, 0, 1, assessor_interest(p->assessor));
    p->frames = frame_batch_new();
    p->critical = critical_batch_new();
    p->reports = memory_zeroed(1, sizeof *p->reports);
    return p;
}

void
pipeline_free(struct pipeline *p)
{
    if (p == NULL) {
        return;
    }
    crew_free(p->crew);
    free(p->reports);
    critical_batch_free(p->critical);
    frame_batch_free(p->frames);
    flow_tracker_free(p->tracker);
    assessor_free(p->assessor);
    lanes_free(p->lanes);
    tagger_free(p->tagger);
    free(p);
}

void
pipeline_renew(struct pipeline *p, const struct policy *policy)
{
    if (p->lanes != NULL) {
        lanes_hold(p->lanes);
        while (merge(p)) {
        }
    }
    if (p->crew != NULL) {
        crew_drain(p->crew);
        crew_renew(p->crew, policy->sectors);
    } else {
        flow_tracker_renew(p->tracker, policy->sectors);
    }
    assessor_renew(p->assessor, policy, &p->counters);
    if (p->lanes != NULL) {
        lanes_renew(p->lanes, policy->sectors);
        lanes_release(p->lanes);
    } else {
        tagger_renew(p->tagger, policy->sectors);
    }
}

struct frame_batch *
pipeline_batch(struct pipeline *p)
{
    return p->crew == NULL ? p->frames : crew_batch(p->crew)->frames;
}

void
pipeline_take(struct pipeline *p)
{
    const struct frame_batch *frames = pipeline_batch(p);

    if (frames->n == 0) {
        return;
    }
    p->now_ns = frames->frames[frames->n - 1].time_ns;
    tagger_take(p->tagger, frames->frames, frames->n, critical_batch(p), &p->counters);
    follow(p);
}

struct lanes *
pipeline_lanes(struct pipeline *p)
{
    return p->lanes;
}

bool
pipeline_merge(struct pipeline *p)
{
    bool came = merge(p);

    while (!came && lanes_await(p->lanes)) {
        came = merge(p);
    }
    return came;
}

/* Takes a batch of what the lanes have on; false if they have none. */
static bool
merge(struct pipeline *p)
{
    struct critical_batch *critical = critical_batch(p);

    if (!lanes_merge(p->lanes, critical, pipeline_batch(p), &p->counters)) {
        return false;
    }
    p->now_ns = critical->n > 0 ? critical->packets[critical->n - 1].packet.time_ns
                                : critical->ticks[critical->n_ticks - 1].now_ns;
    follow(p);
    return true;
}

void
pipeline_advance(struct pipeline *p, uint64_t now_ns)
{
    p->now_ns = now_ns;
    if (p->lanes != NULL) {
        lanes_tick(p->lanes, now_ns, critical_batch(p), &p->counters);
    } else {
        tagger_tick(p->tagger, now_ns, critical_batch(p), &p->counters);
    }
    follow(p);
}

/* Where the tagger puts what is critical of the batch in hand. */
static struct critical_batch *
critical_batch(struct pipeline *p)
{
    return p->crew == NULL ? p->critical : crew_batch(p->crew)->critical;
}

/* Takes the critical packets of the batch in hand, if there are any, to the end. */
static void
follow(struct pipeline *p)
{
    struct flow_tracker_position at = { 0 };
    bool is_done;

    if (critical_batch(p)->n == 0 && critical_batch(p)->n_ticks == 0) {
        return;
    }
    if (p->crew != NULL) {
        crew_submit(p->crew, loss_percent(&p->counters));
        if (p->is_live) { /* Where nobody knows when more will come. */
            crew_hand_over(p->crew);
        }
        return;
    }
    assessor_set_loss(p->assessor, loss_percent(&p->counters));
    flow_tracker_fetch(p->tracker, p->critical);
    do {
        is_done = flow_tracker_take(p->tracker, p->critical, &at, &p->counters, p->reports);
        assessor_take_list(p->assessor, p->reports, &p->counters);
    } while (!is_done);
}

/* The place after the last packet. */
static uint64_t
end_input(struct pipeline *p)
{
    if (p->lanes == NULL) {
        return tagger_end(p->tagger, &p->counters);
    }
    while (merge(p)) {
    }
    return lanes_end(p->lanes, &p->counters, &p->now_ns);
}

void
pipeline_end(struct pipeline *p)
{
    const uint64_t order = end_input(p);
    struct flow_tally tally = { 0 };
    bool is_done;

    if (p->crew != NULL) {
        crew_end(p->crew, order, p->now_ns, loss_percent(&p->counters), &p->counters);
        crew_add_to(p->crew, &tally);
    } else {
        assessor_set_loss(p->assessor, loss_percent(&p->counters));
        do {
            is_done = flow_tracker_end(p->tracker, order, p->now_ns, p->reports);
            assessor_take_list(p->assessor, p->reports, &p->counters);
        } while (!is_done);
        flow_tracker_add_to(p->tracker, &tally);
    }
    assessor_add_flows(p->assessor, &tally);
    assessor_end(p->assessor, p->now_ns, &p->counters);
}

struct counters
pipeline_totals(const struct pipeline *p)
{
    struct counters totals = p->counters;

    if (p->crew != NULL) {
        crew_add_counters(p->crew, &totals);
    }
    return totals;
}

bool
pipeline_progresses(struct pipeline *p)
{
    return p->crew == NULL || crew_progresses(p->crew);
}

void
pipeline_fill(const struct pipeline *p, struct table_fill fills[static N_HEARTBEAT_TABLES])
{
    struct flow_fill flows = { 0 };

    if (p->crew != NULL) {
        crew_fill(p->crew, &flows);
    } else {
        flow_tracker_fill(p->tracker, &flows);
    }
    fills[TABLE_FLOWS].n = flows.n;
    fills[TABLE_UNANSWERED].n =
        flows.n_half_open > flows.n_one_way ? flows.n_half_open : flows.n_one_way;
    fills[TABLE_FRAGMENTS].n =
        p->lanes != NULL ? lanes_n_fragmented(p->lanes) : tagger_n_fragmented(p->tagger);
    assessor_fill(p->assessor, fills);
}

const struct incident_table *
pipeline_incidents(const struct pipeline *p)
{
    return assessor_incidents(p->assessor);
}

void
pipeline_hold_sinks(struct pipeline *p)
{
    if (p->crew != NULL) {
        crew_hold_judging(p->crew);
    }
}

void
pipeline_release_sinks(struct pipeline *p)
{
    if (p->crew != NULL) {
        crew_release_judging(p->crew);
    }
}

void
pipeline_set_files(struct pipeline *p, unsigned n_files)
{
    assessor_set_files(p->assessor, n_files);
}

struct counters *
pipeline_counters(struct pipeline *p)
{
    return &p->counters;
}

const struct summary *
pipeline_summary(const struct pipeline *p)
{
    return assessor_summary(p->assessor);
}

static double
loss_percent(const struct counters *c)
{
    const uint64_t lost = counters_lost(c);
    const uint64_t all = c->n[COUNTER_CAPTURE_PACKETS] + lost;

    return all == 0 ? 0.0 : 100.0 * (double) lost / (double) all;
}
