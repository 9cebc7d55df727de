#include "sensor/assessor.h"

#include <stdlib.h>

#include "base/inlining.h"
#include "base/memory.h"
#include "base/timestamp.h"
#include "classify/detect/detect.h"
#include "rules/cascade.h"
#include "rules/incident_table.h"

enum { PREFETCH_AHEAD = 16 }; /* Reports. */

/* What a flow is wanted for, besides by detectors: enum detect_use. */
enum {
    USE_JUDGE = DETECT_USE_END,        /* A rule may match that it began, or ended. */
    USE_CASCADE = DETECT_USE_END << 1, /* It is a touch. */
};

/* What was observed about one report besides, and judged. */
struct step {
    struct observation_list observations;
    struct verdict_list verdicts;
};

struct assessor {
    struct assessor_config config;
    struct detectors *detectors;
    struct judge *judge;
    struct cascade *cascade;
    struct incident_table *incidents;
    uint64_t now_ns; /* Of the report in hand. */
    uint64_t n_alerts;
    double loss_percent;
    struct summary summary;
    struct step step; /* Empty between reports. */
    struct step wide; /* What a verdict adds up to; empty between verdicts. */
};

static void take_packet(struct assessor *a, const struct flow_report *report,
                        struct observation *observations, struct counters *counters);
static void take_end(struct assessor *a, const struct flow_report *report,
                     struct counters *counters);
static inline void judge_step(struct assessor *a, struct step *step,
                              struct counters *counters);
APART static void judge_all(struct assessor *a, struct step *step,
                            struct counters *counters);
static void judge(struct assessor *a, const struct observation *observation,
                  struct step *step, struct counters *counters);
APART static bool group(struct assessor *a, const struct verdict *verdict,
                        struct counters *counters);
static void widen(struct assessor *a, const struct verdict *verdict,
                  struct counters *counters);
static void alert_all(struct assessor *a, struct counters *counters);

struct assessor *
assessor_new(const struct assessor_config *config)
{
    const struct policy *policy = config->policy;
    const struct settings *s = &policy->settings;
    const struct judge_config judge = { .threshold_capacity = s->rules.threshold_capacity };
    struct assessor *a = memory_zeroed(1, sizeof *a);

    a->config = *config;
    a->detectors = detectors_new(&s->detect, policy->lists, config->seed);
    a->judge = judge_new(&judge, policy->rules, policy->sectors, policy->geo, policy->lists,
                         config->seed);
    a->cascade = cascade_new(&s->cascade, policy->sectors, policy->geo, config->seed);
    a->incidents = incident_table_new(&s->incident, config->seed);
    return a;
}

void
assessor_free(struct assessor *a)
{
    if (a == NULL) {
        return;
    }
    incident_table_free(a->incidents);
    cascade_free(a->cascade);
    judge_free(a->judge);
    detectors_free(a->detectors);
    summary_fini(&a->summary);
    free(a);
}

void
assessor_renew(struct assessor *a, const struct policy *policy, struct counters *counters)
{
    const struct rule_basis basis = { .rules = policy->rules,
                                      .map = policy->sectors,
                                      .geo = policy->geo,
                                      .lists = policy->lists };

    incident_table_renew(a->incidents, &basis, counters);
    alert_all(a, counters);
    detectors_renew(a->detectors, policy->lists);
    judge_renew(a->judge, &basis);
    cascade_renew(a->cascade, policy->sectors, policy->geo);
    suppressions_renew(policy->suppressions, a->config.policy->suppressions);
    a->config.policy = policy;
}

static uint8_t
uses(const void *context, const struct flow *flow)
{
    const struct assessor *a = context;
    unsigned ret = detect_uses(a->detectors, flow);

    if ((flow->events & FLOW_EVENT_START) != 0) {
        ret |= cascade_wants(flow) ? USE_CASCADE : 0;
        ret |= judge_may_match(a->judge, OBSERVATION_FLOW_START, flow) ? USE_JUDGE : 0;
    }
    return (uint8_t) ret;
}

static uint8_t
uses_ended(const void *context, const struct flow *flow)
{
    const struct assessor *a = context;
    unsigned ret;

    if ((flow->ends[0].range | flow->ends[1].range) == 0) {
        return 0; /* Its ranges are no longer in the policy. */
    }
    ret = detect_uses_ended(a->detectors, flow);
    ret |= judge_may_match(a->judge, OBSERVATION_FLOW_END, flow) ? USE_JUDGE : 0;
    return (uint8_t) ret;
}

/* A rule or a detector may ask for it. */
static bool
wants_observation(const void *context, const struct flow *flow, enum observation_kind kind)
{
    const struct assessor *a = context;

    return (detect_observes(a->detectors) >> kind & 1) != 0 ||
           judge_may_match(a->judge, kind, flow);
}

static bool
may_serve(const void *context, const struct flow *flow, enum service service)
{
    const struct assessor *a = context;
    const range_id range = flow->ends[FLOW_RESPONDER].range;

    return range == 0 || critical_range_may_serve(
                             sector_map_range(a->config.policy->sectors, range), service);
}

struct flow_interest
assessor_interest(const struct assessor *a)
{
    return (struct flow_interest){ .uses = uses,
                                   .uses_ended = uses_ended,
                                   .wants_observation = wants_observation,
                                   .may_serve = may_serve,
                                   .context = a };
}

void
assessor_add_flows(struct assessor *a, const struct flow_tally *tally)
{
    summary_add_flows(&a->summary, tally);
}

void
assessor_set_loss(struct assessor *a, double percent)
{
    a->loss_percent = percent;
}

void
assessor_take_list(struct assessor *a, struct flow_report_list *list,
                   struct counters *counters)
{
    struct observation *observations = list->observations.items;

    for (size_t i = 0; i < list->n && i < PREFETCH_AHEAD; i++) {
        assessor_prefetch(a, &list->reports[i]);
    }
    for (size_t i = 0; i < list->n; i++) {
        if (i + PREFETCH_AHEAD < list->n) {
            assessor_prefetch(a, &list->reports[i + PREFETCH_AHEAD]);
        }
        assessor_take(a, &list->reports[i], observations, counters);
        observations += list->reports[i].n_observations;
    }
    flow_report_list_clear(list);
}

void
assessor_prefetch(struct assessor *a, const struct flow_report *report)
{
    if (report->kind != FLOW_REPORT_TICK) {
        detect_prefetch(a->detectors, &report->flow, report->uses);
    }
}

void
assessor_take(struct assessor *a, const struct flow_report *report,
              struct observation *observations, struct counters *counters)
{
    a->now_ns = report->now_ns;
    switch ((enum flow_report_kind) report->kind) {
    case FLOW_REPORT_PACKET:
        take_packet(a, report, observations, counters);
        break;
    case FLOW_REPORT_END:
        take_end(a, report, counters);
        break;
    case FLOW_REPORT_TICK:
        incident_table_expire(a->incidents, report->now_ns, counters);
        alert_all(a, counters);
        break;
    }
}

void
assessor_end(struct assessor *a, uint64_t now_ns, struct counters *counters)
{
    a->now_ns = now_ns;
    incident_table_close_all(a->incidents, counters);
    alert_all(a, counters);
}

void
assessor_set_files(struct assessor *a, unsigned n_files)
{
    a->summary.files = n_files;
}

void
assessor_fill(const struct assessor *a, struct table_fill fills[static N_HEARTBEAT_TABLES])
{
    fills[TABLE_SCANS].n = detectors_n(a->detectors, "scan");
    fills[TABLE_SWEEPS].n = detectors_n(a->detectors, "sweep");
    fills[TABLE_THRESHOLDS].n = judge_n_thresholds(a->judge);
    fills[TABLE_PEERS].n = cascade_n(a->cascade);
    fills[TABLE_INCIDENTS].n = incident_table_n(a->incidents);
}

const struct incident_table *
assessor_incidents(const struct assessor *a)
{
    return a->incidents;
}

const struct summary *
assessor_summary(const struct assessor *a)
{
    return &a->summary;
}

static void
take_packet(struct assessor *a, const struct flow_report *report,
            struct observation *observations, struct counters *counters)
{
    const struct flow *flow = &report->flow;
    struct observation_list *list = &a->step.observations;

    if ((report->uses & USE_JUDGE) != 0) {
        (void) observation_list_add(list, OBSERVATION_FLOW_START, flow, report->now_ns);
    }
    if ((report->uses & USE_CASCADE) != 0) {
        cascade_flow(a->cascade, flow, counters, list);
    }
    judge_step(a, &a->step, counters);
    for (size_t i = 0; i < report->n_observations; i++) {
        observations[i].flow = flow;
        judge(a, &observations[i], &a->step, counters);
        detect_observation(a->detectors, &observations[i], counters, list);
        judge_step(a, &a->step, counters);
    }
    if (flow->events != 0) {
        detect_flow(a->detectors, flow, report->uses, report->now_ns, counters, list);
        judge_step(a, &a->step, counters);
    }
}

static void
take_end(struct assessor *a, const struct flow_report *report, struct counters *counters)
{
    const struct flow *flow = &report->flow;
    struct observation_list *list = &a->step.observations;

    if ((report->uses & USE_JUDGE) != 0) {
        (void) observation_list_add(list, OBSERVATION_FLOW_END, flow, flow->last_ns);
    }
    detect_flow_end(a->detectors, flow, report->uses, counters, list);
    judge_step(a, &a->step, counters);
}

/* Judges what a step observed, and empties it. */
static inline void
judge_step(struct assessor *a, struct step *step, struct counters *counters)
{
    if (step->observations.n > 0) {
        judge_all(a, step, counters);
    }
}

static void
judge_all(struct assessor *a, struct step *step, struct counters *counters)
{
    struct observation_list *observations = &step->observations;

    for (size_t i = 0; i < observations->n; i++) {
        judge(a, &observations->items[i], step, counters);
    }
    counter_add(counters, COUNTER_CLASSIFY_OBSERVATIONS_LOST, observations->n_lost);
    observation_list_clear(observations);
}

/* Judges an observation, and groups the verdicts. */
static void
judge(struct assessor *a, const struct observation *observation, struct step *step,
      struct counters *counters)
{
    struct verdict_list *verdicts = &step->verdicts;

    summary_add_observation(&a->summary, observation);
    judge_observation(a->judge, observation, counters, verdicts);
    for (size_t i = 0; i < verdicts->n; i++) {
        if (group(a, &verdicts->items[i], counters) && step != &a->wide) {
            widen(a, &verdicts->items[i], counters);
        }
    }
    verdicts->n = verdicts->n_lost = 0; /* The judge has counted what did not fit. */
}

/* Adds a verdict to its incident, and alerts if that is worth one, unless the operator has
 * suppressed it.  Returns false if it is suppressed, or if it is none but makes an earlier
 * one surer. */
static bool
group(struct assessor *a, const struct verdict *verdict, struct counters *counters)
{
    if (verdict->n_matches == 0) {
        incident_table_strengthen(a->incidents, verdict);
        return false;
    }
    if (suppressions_hide(a->config.policy->suppressions, verdict)) {
        counter_inc(counters, COUNTER_RULES_SUPPRESSED);
        return false;
    }
    incident_table_add(a->incidents, verdict, counters);
    alert_all(a, counters);
    return true;
}

/* What adds up over several sectors or countries: judged at once, since its flow is the
 * verdict's, and adding up to nothing further itself. */
static void
widen(struct assessor *a, const struct verdict *verdict, struct counters *counters)
{
    cascade_verdict(a->cascade, verdict, counters, &a->wide.observations);
    judge_step(a, &a->wide, counters);
}

/* Writes an alert for each change of an incident. */
static void
alert_all(struct assessor *a, struct counters *counters)
{
    struct incident incident;

    while (incident_table_next(a->incidents, &incident)) {
        struct alert alert;

        alert_make(&alert, &incident, a->config.sensor, ++a->n_alerts,
                   a->config.live ? timestamp_now() : a->now_ns, a->loss_percent);
        summary_add_alert(&a->summary, &alert);
        for (struct sink *const *sink = a->config.sinks; *sink != NULL; sink++) {
            (void) sink_write(*sink, &alert, counters);
        }
    }
}
