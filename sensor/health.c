#include "sensor/health.h"

#include <stdio.h>
#include <string.h>

#include "alert/text.h"
#include "base/timestamp.h"
#include "sensor/policy.h"

#define LOOK_INTERVAL_NS (10 * NS_PER_SECOND)

static const double loss_percent_max = 1.0; /* More is trouble. */

static struct heartbeat make_heartbeat(const struct health *health,
                                       const struct rates *rates, uint64_t now_ns,
                                       uint64_t wall_ns, const struct counters *counters);
static void find_trouble(const struct health *health, const struct rates *rates,
                         uint64_t wall_ns, struct text *text);
static void add_clause(struct text *text, const char *clause);
static void beat(const struct health *health, const struct rates *rates, uint64_t now_ns,
                 uint64_t wall_ns, struct counters *counters);
static void write_metrics(struct health *health, uint64_t now_ns, uint64_t wall_ns,
                          const struct counters *counters);
static uint32_t most_waiting(const struct session *session);

void
health_init(struct health *health, const struct session *session, uint64_t now_ns)
{
    *health = (struct health){ .session = session,
                               .began_ns = now_ns,
                               .rates.since_ns = now_ns,
                               .lately.since_ns = now_ns };
    memcpy(health->policy, session->digest, sizeof health->policy);
}

void
health_look(struct health *health, uint64_t now_ns, uint64_t wall_ns,
            struct counters *counters)
{
    const uint64_t interval_ns = health->session->policy->settings.alert.heartbeat_ns;
    char trouble[HEARTBEAT_TROUBLE_SIZE];
    struct text text = text_init(trouble, sizeof trouble);
    bool is_news;

    if (now_ns - health->lately.since_ns < LOOK_INTERVAL_NS) {
        return;
    }
    rates_update(&health->lately, counters, now_ns);
    find_trouble(health, &health->lately, wall_ns, &text);
    is_news = (text.n > 0) != health->is_in_trouble ||
              strcmp(health->policy, health->session->digest) != 0;
    health->is_in_trouble = text.n > 0;
    memcpy(health->policy, health->session->digest, sizeof health->policy);
    if (is_news || now_ns - health->rates.since_ns >= interval_ns) {
        rates_update(&health->rates, counters, now_ns);
        beat(health, is_news ? &health->lately : &health->rates, now_ns, wall_ns, counters);
    }
    write_metrics(health, now_ns, wall_ns, counters);
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

/* What is not well, as clauses for people. */
static void
find_trouble(const struct health *health, const struct rates *rates, uint64_t wall_ns,
             struct text *text)
{
    const struct address_lists *lists = health->session->policy->lists;
    const uint32_t waiting = most_waiting(health->session);
    char clause[288], date[DATE_TEXT_SIZE];

    if (rates->loss_percent > loss_percent_max) {
        (void) snprintf(clause, sizeof clause, "%.2f %% of the packets were lost",
                        rates->loss_percent);
        add_clause(text, clause);
    }
    /* There are no rates before the first look. */
    if (rates->packets_per_second <= 0.0 && rates->since_ns != health->began_ns) {
        add_clause(text, "no packets came");
    }
    if (waiting > 0) {
        (void) snprintf(clause, sizeof clause, "%u alerts wait to be taken", waiting);
        add_clause(text, clause);
    }
    if (*health->session->refusal != '\0') {
        (void) snprintf(clause, sizeof clause, "the last reload was refused: %s",
                        health->session->refusal);
        add_clause(text, clause);
    }
    for (size_t i = 0; i < address_lists_n(lists); i++) {
        const struct address_list *list = address_lists_at(lists, i);

        if (list->expires_ns != 0 && wall_ns >= list->expires_ns) {
            (void) snprintf(clause, sizeof clause, "list %.64s is not used since %s",
                            list->name, timestamp_format_date(list->expires_ns, date));
            add_clause(text, clause);
        }
    }
}

static void
add_clause(struct text *text, const char *clause)
{
    if (text->n > 0) {
        text_add(text, "; ");
    }
    text_add(text, clause);
}

static size_t
n_stale(const struct address_lists *lists, uint64_t wall_ns)
{
    size_t n = 0;

    for (size_t i = 0; i < address_lists_n(lists); i++) {
        const uint64_t expires_ns = address_lists_at(lists, i)->expires_ns;

        n += expires_ns != 0 && wall_ns >= expires_ns;
    }
    return n;
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
        .interface = session->sensor.interfaces[0],
        .time_ns = wall_ns,
        .up_s = (now_ns - health->began_ns) / NS_PER_SECOND,
        .packets_per_second = rates->packets_per_second,
        .critical_percent = rates->critical_percent,
        .loss_percent = rates->loss_percent,
        .packets = counters->n[COUNTER_CAPTURE_PACKETS],
        .critical_packets = counters->n[COUNTER_CLASSIFY_CRITICAL_PACKETS],
        .lost_packets = counters->n[COUNTER_CAPTURE_KERNEL_DROPPED] +
                        counters->n[COUNTER_CAPTURE_INTERFACE_DROPPED],
        .alerts = pipeline_summary(session->pipeline)->alerts,
        .alerts_waiting = most_waiting(session),
        .n_rules = rule_set_n(policy->rules),
        .n_ranges = sector_map_n_ranges(policy->sectors),
        .n_lists = address_lists_n(policy->lists),
        .n_stale_lists = n_stale(policy->lists, wall_ns),
        .geo_built_ns = geo_built(policy->geo),
        .policy = health->policy,
    };
    struct text trouble = text_init(heartbeat.trouble, sizeof heartbeat.trouble);

    find_trouble(health, rates, wall_ns, &trouble);
    return heartbeat;
}

static void
beat(const struct health *health, const struct rates *rates, uint64_t now_ns,
     uint64_t wall_ns, struct counters *counters)
{
    const struct heartbeat heartbeat =
        make_heartbeat(health, rates, now_ns, wall_ns, counters);

    for (size_t i = 0; i < health->session->n_sinks; i++) {
        (void) sink_write_heartbeat(health->session->sinks[i], &heartbeat, counters);
    }
}

static void
write_metrics(struct health *health, uint64_t now_ns, uint64_t wall_ns,
              const struct counters *counters)
{
    const char *folder = health->session->policy->settings.metrics.folder;

    if (*folder != '\0') {
        const struct counters totals = pipeline_totals(health->session->pipeline);
        const struct heartbeat heartbeat =
            health_heartbeat(health, now_ns, wall_ns, counters);

        metrics_keep(&health->metrics, folder, &heartbeat, &totals);
    }
}

/* Alerts in the fullest queue. */
static uint32_t
most_waiting(const struct session *session)
{
    uint32_t most = 0;

    for (size_t i = 0; i < session->n_sinks; i++) {
        const uint32_t waiting = sink_n_waiting(session->sinks[i]);

        most = waiting > most ? waiting : most;
    }
    return most;
}
