#include "sensor/pipeline.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "capture/decode.h"
#include "classify/detect/detect.h"
#include "classify/flow_table.h"
#include "classify/recognise/recognise.h"
#include "rules/cascade.h"
#include "rules/incident_table.h"

/* What was observed and judged about one packet. */
struct step {
    struct observation_list observations;
    struct verdict_list verdicts;
};

struct pipeline {
    struct pipeline_config config;
    struct decoder *decoder;
    struct flow_table *flows;
    struct detectors *detectors;
    struct judge *judge;
    struct cascade *cascade;
    struct incident_table *incidents;

    uint64_t now_ns; /* Of the frame in hand. */
    uint64_t tick;   /* The second in which flows and incidents were last looked at. */
    uint64_t n_alerts;

    struct counters counters;
    struct summary summary;

    struct step step; /* Empty between packets. */
    struct step wide; /* What a verdict adds up to; empty between verdicts. */
};

static void pipeline_frame(struct pipeline *p, const struct frame *frame);
static bool tag(struct pipeline *p, struct packet *packet, range_id *source,
                range_id *destination);
static void classify(struct pipeline *p, const struct packet *packet, range_id source,
                     range_id destination);
static void end_flows(struct pipeline *p);
static void judge_step(struct pipeline *p, struct step *step);
static bool group(struct pipeline *p, const struct verdict *verdict);
static void widen(struct pipeline *p, const struct verdict *verdict);
static void alert_all(struct pipeline *p);

struct pipeline *
pipeline_new(const struct pipeline_config *config)
{
    const struct policy *policy = config->policy;
    const struct settings *s = &policy->settings;
    const struct judge_config judge = { .threshold_capacity = s->rules.threshold_capacity };
    struct pipeline *p = memory_zeroed(1, sizeof *p);

    p->config = *config;
    p->decoder = decoder_new(&s->decode, config->seed);
    p->flows = flow_table_new(&s->flow, config->seed);
    p->detectors = detectors_new(&s->detect, policy->lists, config->seed);
    p->judge = judge_new(&judge, policy->rules, policy->sectors, policy->geo, policy->lists,
                         config->seed);
    p->cascade = cascade_new(&s->cascade, policy->sectors, policy->geo, config->seed);
    p->incidents = incident_table_new(&s->incident, config->seed);
    return p;
}

void
pipeline_free(struct pipeline *p)
{
    if (p == NULL) {
        return;
    }
    incident_table_free(p->incidents);
    cascade_free(p->cascade);
    judge_free(p->judge);
    detectors_free(p->detectors);
    flow_table_free(p->flows);
    decoder_free(p->decoder);
    summary_fini(&p->summary);
    free(p);
}

void
pipeline_frames(struct pipeline *p, const struct frame *frames, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        pipeline_frame(p, &frames[i]);
    }
}

static void
pipeline_frame(struct pipeline *p, const struct frame *frame)
{
    struct packet packet;
    range_id source, destination;

    pipeline_advance(p, frame->time_ns);
    if (decoder_decode(p->decoder, frame, &packet, &p->counters) != DECODE_OK) {
        return;
    }
    if (!tag(p, &packet, &source, &destination)) {
        counter_inc(&p->counters, COUNTER_CLASSIFY_OTHER_PACKETS);
        return;
    }
    counter_inc(&p->counters, COUNTER_CLASSIFY_CRITICAL_PACKETS);
    classify(p, &packet, source, destination);
    judge_step(p, &p->step);
    end_flows(p);
}

/* Finds the critical ranges of both ends.  Where only the tunnel's own ends lie in one, the
 * packet is judged as that of the tunnel. */
static bool
tag(struct pipeline *p, struct packet *packet, range_id *source, range_id *destination)
{
    const struct sector_map *sectors = p->config.policy->sectors;

    *source = sector_map_lookup(sectors, packet->inner.source);
    *destination = sector_map_lookup(sectors, packet->inner.destination);
    if ((*source | *destination) == 0 && packet->n_tunnels > 0) {
        *source = sector_map_lookup(sectors, packet->outer.source);
        *destination = sector_map_lookup(sectors, packet->outer.destination);
        if ((*source | *destination) != 0) {
            packet_take_outer(packet);
        }
    }
    return (*source | *destination) != 0;
}

static void
classify(struct pipeline *p, const struct packet *packet, range_id source,
         range_id destination)
{
    struct flow *flow =
        flow_table_update(p->flows, packet, source, destination, &p->counters);

    if ((flow->events & FLOW_EVENT_START) != 0) {
        observation_list_add(&p->step.observations, OBSERVATION_FLOW_START, flow,
                             packet->time_ns);
        cascade_flow(p->cascade, flow, &p->counters, &p->step.observations);
    }
    recognise(flow, packet, &p->step.observations);
    detect_packet(p->detectors, flow, packet, &p->counters, &p->step.observations);
}

/* Shows flows that have ended to whoever judges whole flows. */
static void
end_flows(struct pipeline *p)
{
    struct flow flow;

    while (flow_table_next_ended(p->flows, &flow)) {
        summary_add_flow(&p->summary, &flow);
        observation_list_add(&p->step.observations, OBSERVATION_FLOW_END, &flow,
                             flow.last_ns);
        detect_flow_end(p->detectors, &flow, &p->counters, &p->step.observations);
        judge_step(p, &p->step);
    }
}

/* Judges and groups what a step observed, and empties it. */
static void
judge_step(struct pipeline *p, struct step *step)
{
    struct observation_list *observations = &step->observations;
    struct verdict_list *verdicts = &step->verdicts;

    for (size_t i = 0; i < observations->n; i++) {
        summary_add_observation(&p->summary, &observations->items[i]);
        judge_observation(p->judge, &observations->items[i], &p->counters, verdicts);
        for (size_t j = 0; j < verdicts->n; j++) {
            if (group(p, &verdicts->items[j]) && step != &p->wide) {
                widen(p, &verdicts->items[j]);
            }
        }
        verdicts->n = verdicts->n_lost = 0; /* The judge has counted what did not fit. */
    }
    counter_add(&p->counters, COUNTER_CLASSIFY_OBSERVATIONS_LOST, observations->n_lost);
    observations->n = observations->n_lost = 0;
}

/* Adds a verdict to its incident, and alerts if that is worth one, unless the operator has
 * suppressed it.  Returns false if it is suppressed. */
static bool
group(struct pipeline *p, const struct verdict *verdict)
{
    if (suppressions_hide(p->config.policy->suppressions, verdict)) {
        counter_inc(&p->counters, COUNTER_RULES_SUPPRESSED);
        return false;
    }
    incident_table_add(p->incidents, verdict, &p->counters);
    alert_all(p);
    return true;
}

/* What adds up over several sectors or countries: judged at once, since its flow is the
 * verdict's, and adding up to nothing further itself. */
static void
widen(struct pipeline *p, const struct verdict *verdict)
{
    cascade_verdict(p->cascade, verdict, &p->counters, &p->wide.observations);
    judge_step(p, &p->wide);
}

/* Writes an alert for each change of an incident. */
static void
alert_all(struct pipeline *p)
{
    const struct counters *c = &p->counters;
    const uint64_t lost =
        c->n[COUNTER_CAPTURE_KERNEL_DROPPED] + c->n[COUNTER_CAPTURE_INTERFACE_DROPPED];
    const uint64_t all = c->n[COUNTER_CAPTURE_PACKETS] + lost;
    struct incident incident;

    while (incident_table_next(p->incidents, &incident)) {
        struct alert alert;

        alert_make(&alert, &incident, p->config.sensor, ++p->n_alerts,
                   p->config.live ? timestamp_now() : p->now_ns,
                   all == 0 ? 0.0 : 100.0 * (double) lost / (double) all);
        summary_add_alert(&p->summary, &alert);
        for (struct sink *const *sink = p->config.sinks; *sink != NULL; sink++) {
            (void) sink_write(*sink, &alert, &p->counters);
        }
    }
}

void
pipeline_advance(struct pipeline *p, uint64_t now_ns)
{
    /* Time may run back: a clock is set, or an older recording is read.  The tables have
     * their own idea of what has ended then. */
    p->now_ns = now_ns;
    if (now_ns / NS_PER_SECOND == p->tick) {
        return;
    }
    p->tick = now_ns / NS_PER_SECOND;
    flow_table_expire(p->flows, p->now_ns, &p->counters);
    end_flows(p);
    incident_table_expire(p->incidents, p->now_ns, &p->counters);
    alert_all(p);
}

void
pipeline_end(struct pipeline *p)
{
    decoder_flush(p->decoder, &p->counters);
    flow_table_end_all(p->flows, &p->counters);
    end_flows(p);
    incident_table_close_all(p->incidents, &p->counters);
    alert_all(p);
}

void
pipeline_set_files(struct pipeline *p, unsigned n_files)
{
    p->summary.files = n_files;
}

struct counters *
pipeline_counters(struct pipeline *p)
{
    return &p->counters;
}

const struct summary *
pipeline_summary(const struct pipeline *p)
{
    return &p->summary;
}
