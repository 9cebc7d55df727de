#include "sensor/health.h"

#include <math.h>
#include <string.h>

#include "alert/text.h"
#include "base/log.h"
#include "base/timestamp.h"
#include "sensor/policy.h"
#include "sensor/trouble.h"

#define LOOK_INTERVAL_NS (10 * NS_PER_SECOND)

/* The wall clock and the one that nobody sets go on together, but for what a time server
 * corrects bit by bit.  More than this between two looks was a jump, which is told for so
 * long. */
static const int64_t clock_jump_ns = 2 * (int64_t) NS_PER_SECOND;
static const uint64_t clock_trouble_ns = 60 * NS_PER_SECOND;

static void see_clock(struct health *health, uint64_t now_ns, uint64_t wall_ns);
static struct heartbeat make_heartbeat(const struct health *health,
                                       const struct rates *rates, uint64_t now_ns,
                                       uint64_t wall_ns, const struct counters *counters);
static void set_waiting(struct heartbeat *heartbeat, const struct session *session,
                        uint64_t now_ns);
static void set_fills(struct heartbeat *heartbeat, const struct session *session);
static void beat(const struct health *health, const struct heartbeat *heartbeat,
                 struct counters *counters);
static void keep_metrics(struct health *health, const struct heartbeat *heartbeat,
                         struct counters *counters);

void
health_init(struct health *health, const struct session *session, uint64_t now_ns)
{
    *health = (struct health){ .session = session,
                               .began_ns = now_ns,
                               .usual = usual_init(),
                               .rates.since_ns = now_ns,
                               .lately.since_ns = now_ns };
    memcpy(health->policy, session->digest, sizeof health->policy);
}

void
health_look(struct health *health, uint64_t now_ns, uint64_t wall_ns,
            struct counters *counters)
{
    const uint64_t interval_ns = health->session->policy->settings.alert.heartbeat_ns;
    const uint64_t since_ns = health->lately.since_ns;
    struct heartbeat lately;
    bool is_in_trouble, is_news;

    see_clock(health, now_ns, wall_ns);
    if (now_ns - health->lately.since_ns < LOOK_INTERVAL_NS) {
        return;
    }
    rates_update(&health->lately, counters, now_ns);
    usual_note(&health->usual, wall_ns, health->lately.packets_per_second,
               (double) (now_ns - since_ns) / (double) NS_PER_SECOND);
    is_news = strcmp(health->policy, health->session->digest) != 0;
    memcpy(health->policy, health->session->digest, sizeof health->policy);
    lately = health_heartbeat(health, now_ns, wall_ns, counters);
    is_in_trouble = *lately.trouble != '\0';
    is_news = is_news || is_in_trouble != health->is_in_trouble;
    health->is_in_trouble = is_in_trouble;
    if (is_news || now_ns - health->rates.since_ns >= interval_ns) {
        rates_update(&health->rates, counters, now_ns);
        if (is_news) {
            beat(health, &lately, counters);
        } else {
            const struct heartbeat heartbeat =
                make_heartbeat(health, &health->rates, now_ns, wall_ns, counters);

            beat(health, &heartbeat, counters);
        }
    }
    keep_metrics(health, &lately, counters);
}

struct heartbeat
health_heartbeat(const struct health *health, uint64_t now_ns, uint64_t wall_ns,
                 const struct counters *counters)
{
    return make_heartbeat(health, &health->lately, now_ns, wall_ns, counters);
}

const struct rates *
health_rates(const struct health *health)
{
    return &health->lately;
}

static void
see_clock(struct health *health, uint64_t now_ns, uint64_t wall_ns)
{
    const int64_t offset_ns = (int64_t) (wall_ns - now_ns);
    const int64_t jump_ns = offset_ns - health->clock_offset_ns;

    if (health->has_clock && (jump_ns > clock_jump_ns || jump_ns < -clock_jump_ns)) {
        log_warning("health", "the clock was set %s by %.3f s",
                    jump_ns < 0 ? "back" : "forward",
                    fabs((double) jump_ns) / (double) NS_PER_SECOND);
        health->jump_ns = jump_ns;
        health->jumped_at_ns = now_ns;
    } else if (now_ns - health->jumped_at_ns >= clock_trouble_ns) {
        health->jump_ns = 0;
    }
    health->clock_offset_ns = offset_ns;
    health->has_clock = true;
}

static size_t
n_stale(const struct indicator_lists *lists, uint64_t wall_ns)
{
    size_t n = 0;

    for (size_t i = 0; i < indicator_lists_n(lists); i++) {
        const uint64_t expires_ns = indicator_lists_at(lists, i)->expires_ns;

        n += expires_ns != 0 && wall_ns >= expires_ns;
    }
    return n;
}

static uint64_t
n_industrial(const struct counters *counters)
{
    return counters->n[COUNTER_CAPTURE_GOOSE] +
           counters->n[COUNTER_CAPTURE_SAMPLED_VALUES] +
           counters->n[COUNTER_CAPTURE_ETHERCAT] +
           counters->n[COUNTER_CAPTURE_PROFINET_RT] +
           counters->n[COUNTER_CAPTURE_PROFINET_DCP];
}

/* The day of the oldest list; 0 if there is none that says one. */
static uint64_t
list_date(const struct indicator_lists *lists)
{
    uint64_t oldest_ns = 0;

    for (size_t i = 0; i < indicator_lists_n(lists); i++) {
        const uint64_t date_ns = indicator_lists_at(lists, i)->date_ns;

        if (date_ns != 0 && (oldest_ns == 0 || date_ns < oldest_ns)) {
            oldest_ns = date_ns;
        }
    }
    return oldest_ns;
}

/* When the oldest database was built; 0 if there is none. */
static uint64_t
geo_built(const struct geo *geo)
{
    uint64_t oldest_ns = 0;

    for (size_t i = 0; i < geo_n_sources(geo); i++) {
        const uint64_t built_ns = geo_source_at(geo, i)->date_ns;

        if (built_ns != 0 && (oldest_ns == 0 || built_ns < oldest_ns)) {
            oldest_ns = built_ns;
        }
    }
    return oldest_ns;
}

static struct heartbeat
make_heartbeat(const struct health *health, const struct rates *rates, uint64_t now_ns,
               uint64_t wall_ns, const struct counters *counters)
{
    const struct session *session = health->session;
    const struct policy *policy = session->policy;
    struct heartbeat heartbeat = {
        .sensor = &session->sensor,
        .interface = session->interfaces_text,
        .time_ns = wall_ns,
        .up_s = (now_ns - health->began_ns) / NS_PER_SECOND,
        .packets_per_second = rates->packets_per_second,
        .critical_percent = rates->critical_percent,
        .loss_percent = rates->loss_percent,
        .packets = counters->n[COUNTER_CAPTURE_PACKETS],
        .critical_packets = counters->n[COUNTER_CLASSIFY_CRITICAL_PACKETS],
        .lost_packets = counters_lost(counters),
        .ring_dropped = counters->n[COUNTER_CAPTURE_RING_DROPPED],
        .kernel_dropped = counters->n[COUNTER_CAPTURE_KERNEL_DROPPED],
        .interface_dropped = counters->n[COUNTER_CAPTURE_INTERFACE_DROPPED],
        .industrial_frames = n_industrial(counters),
        .alerts = pipeline_summary(session->pipeline)->alerts,
        .n_rules = rule_set_n(policy->rules),
        .n_ranges = sector_map_n_ranges(policy->sectors),
        .n_lists = indicator_lists_n(policy->lists),
        .n_stale_lists = n_stale(policy->lists, wall_ns),
        .geo_built_ns = geo_built(policy->geo),
        .list_date_ns = list_date(policy->lists),
        .policy = health->policy,
    };
    struct text trouble = text_init(heartbeat.trouble, sizeof heartbeat.trouble);

    for (size_t i = 0; session->intake != NULL && i < intake_n(session->intake); i++) {
        heartbeat.interfaces[heartbeat.n_interfaces++] = intake_report(session->intake, i);
    }
    set_waiting(&heartbeat, session, now_ns);
    set_fills(&heartbeat, session);
    trouble_find(&(struct trouble_view){ .session = session,
                                         .heartbeat = &heartbeat,
                                         .has_rates = rates->since_ns != health->began_ns,
                                         .usual = &health->usual,
                                         .metrics_fault = health->metrics.fault,
                                         .jump_ns = health->jump_ns,
                                         .now_ns = now_ns },
                 &trouble);
    return heartbeat;
}

static void
set_waiting(struct heartbeat *heartbeat, const struct session *session, uint64_t now_ns)
{
    for (size_t i = 0; i < session->n_sinks; i++) {
        const uint32_t n = sink_n_waiting(session->sinks[i]);
        const uint64_t since_ns = sink_waiting_since(session->sinks[i]);
        const uint64_t waited_s =
            n == 0 || now_ns < since_ns ? 0 : (now_ns - since_ns) / NS_PER_SECOND;

        if (n > heartbeat->alerts_waiting) {
            heartbeat->alerts_waiting = n;
        }
        if (waited_s > heartbeat->oldest_waiting_s) {
            heartbeat->oldest_waiting_s = waited_s;
        }
    }
}

static void
set_fills(struct heartbeat *heartbeat, const struct session *session)
{
    const struct settings *s = &session->policy->settings;
    const uint32_t capacities[N_HEARTBEAT_TABLES] = {
        [TABLE_FLOWS] = s->flow.capacity,
        [TABLE_UNANSWERED] = s->flow.unanswered_capacity,
        [TABLE_FRAGMENTS] = s->decode.fragment_packets_max,
        [TABLE_SCANS] = s->detect.scan.capacity,
        [TABLE_SWEEPS] = s->detect.sweep.capacity,
        [TABLE_THRESHOLDS] = s->rules.threshold_capacity,
        [TABLE_PEERS] = s->cascade.capacity,
        [TABLE_INCIDENTS] = s->incident.capacity,
    };

    for (unsigned i = 0; i < N_HEARTBEAT_TABLES; i++) {
        heartbeat->tables[i].capacity = capacities[i];
    }
    pipeline_fill(session->pipeline, heartbeat->tables);
}

static void
beat(const struct health *health, const struct heartbeat *heartbeat,
     struct counters *counters)
{
    for (size_t i = 0; i < health->session->n_sinks; i++) {
        (void) sink_write_heartbeat(health->session->sinks[i], heartbeat, counters);
    }
}

static void
keep_metrics(struct health *health, const struct heartbeat *heartbeat,
             struct counters *counters)
{
    const char *folder = health->session->policy->settings.metrics.folder;

    if (*folder != '\0') {
        const struct counters totals = pipeline_totals(health->session->pipeline);

        if (!metrics_keep(&health->metrics, folder, heartbeat, &totals)) {
            counter_inc(counters, COUNTER_SENSOR_METRICS_FAILED);
        }
    }
}
