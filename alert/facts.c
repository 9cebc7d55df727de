#include "alert/facts.h"

#include <assert.h>
#include <inttypes.h>

#include "base/timestamp.h"
#include "capture/packet.h"

static void add_date(struct text *text, uint64_t date_ns);
static void add_place(struct text *text, const struct place *place);
static void add_observation(struct text *text, const struct alert *alert);

struct severity_scale
fact_severity_scale(enum severity severity)
{
    static const struct severity_scale scales[N_SEVERITIES] = {
        [SEVERITY_INFO] = { .syslog = 6, .level = 1, .risk = 1 },
        [SEVERITY_LOW] = { .syslog = 5, .level = 3, .risk = 21 },
        [SEVERITY_MEDIUM] = { .syslog = 4, .level = 5, .risk = 47 },
        [SEVERITY_HIGH] = { .syslog = 3, .level = 7, .risk = 73 },
        [SEVERITY_CRITICAL] = { .syslog = 2, .level = 9, .risk = 99 },
    };

    return scales[severity];
}

void
fact_add_sectors(struct text *text, const struct alert *alert, const char *separator)
{
    const char *between = "";

    for (unsigned i = 0; i < N_SECTORS; i++) {
        if ((alert->incident.sectors >> i & 1) != 0) {
            text_add(text, between);
            text_add(text, sector_name((enum sector) i));
            between = separator;
        }
    }
}

void
fact_add_concerns(struct text *text, const struct alert *alert, const char *separator)
{
    const struct rule *rule = alert->incident.verdict.rule;

    for (unsigned i = 0; i < rule->n_concerns; i++) {
        text_add(text, i == 0 ? "" : separator);
        text_add(text, rule->concerns[i]->id);
    }
}

void
fact_add_attack(struct text *text, const struct alert *alert, const char *separator)
{
    const struct rule *rule = alert->incident.verdict.rule;

    for (unsigned i = 0; i < rule->n_attack; i++) {
        text_add(text, i == 0 ? "" : separator);
        text_add(text, rule->attack[i]);
    }
}

void
fact_add_paragraphs(struct text *text, const struct alert *alert, const char *separator)
{
    const struct rule *rule = alert->incident.verdict.rule;
    unsigned seen = 0;

    for (unsigned i = 0; i < rule->n_concerns; i++) {
        const unsigned paragraph = rule->concerns[i]->paragraph;

        if ((seen >> paragraph & 1) == 0) {
            text_format(text, "%s%u", seen == 0 ? "" : separator, paragraph);
            seen |= 1U << paragraph;
        }
    }
}

const struct range_claim *
fact_peer_claim(const struct alert *alert)
{
    const struct verdict *v = &alert->incident.verdict;
    const struct critical_range *range = v->ranges[!v->asset_end];

    return range == NULL ? NULL : &range->claims[0];
}

bool
fact_has_ports(const struct flow *flow)
{
    return !fact_is_icmp(flow) &&
           (flow->ends[FLOW_INITIATOR].port != 0 || flow->ends[FLOW_RESPONDER].port != 0);
}

bool
fact_is_icmp(const struct flow *flow)
{
    return flow->protocol == IP_PROTOCOL_ICMP || flow->protocol == IP_PROTOCOL_ICMPV6;
}

void
fact_add_end(struct text *text, const struct flow *flow, unsigned end)
{
    const struct flow_end *e = &flow->ends[end];
    char address[IP_TEXT_SIZE];

    ip_format(e->address, address);
    if (!fact_has_ports(flow)) {
        text_add(text, address);
    } else if (ip_is_v4(e->address)) {
        text_format(text, "%s:%u", address, e->port);
    } else {
        text_format(text, "[%s]:%u", address, e->port);
    }
}

void
fact_add_range_source(struct text *text, const struct alert *alert)
{
    const struct range_source *source = alert_claim(alert)->source;

    text_add_at_most(text, source->name, FACT_NAME_MAX);
    add_date(text, source->date_ns);
}

void
fact_add_places(struct text *text, const struct alert *alert)
{
    const struct geo *geo = alert->sensor->geo;
    uint64_t used = 0; /* Bits of sources. */
    const char *separator = "";

    static_assert(GEO_SOURCES_MAX <= 64, "a bit for every source");
    for (unsigned i = 0; i < 2; i++) {
        const struct place *place = &alert->incident.verdict.places[i];

        used |= (uint64_t) (*place->country != '\0') << place->country_from;
        used |= (uint64_t) (place->asn != 0) << place->asn_from;
    }
    for (size_t i = 0; geo != NULL && i < geo_n_sources(geo); i++) {
        if ((used >> i & 1) != 0) {
            const struct geo_source *source = geo_source_at(geo, i);

            text_add(text, separator);
            text_add_at_most(text, source->name, FACT_NAME_MAX);
            add_date(text, source->date_ns);
            separator = ", ";
        }
    }
}

void
fact_add_basis(struct text *text, const struct alert *alert)
{
    const struct verdict *v = &alert->incident.verdict;
    const struct range_claim *claim = alert_claim(alert);
    char prefix[IP_PREFIX_TEXT_SIZE], time[TIMESTAMP_TEXT_SIZE];
    struct text places;
    char places_buffer[FACT_NAME_MAX * 4];

    text_format(text, "range=%s (",
                ip_prefix_format(v->ranges[v->asset_end]->prefix, prefix));
    fact_add_range_source(text, alert);
    text_format(text, ", confidence %s)", confidence_name(claim->confidence));
    text_add(text, "; rule=");
    text_add_at_most(text, v->rule->id, FACT_NAME_MAX);
    text_format(text, " rev %u", v->rule->rev);
    text_format(text, "; evidence=%s", evidence_name(v->flow.evidence));
    if (v->flow.service != SERVICE_NONE) {
        text_format(text, " %s", service_name(v->flow.service));
    }
    text_add(text, "; observation=");
    add_observation(text, alert);
    text_format(text, "; count=%" PRIu32, v->observation.count);
    if (v->observation.since_ns != 0 && v->observation.since_ns < v->observation.time_ns) {
        text_format(text, " since %s", timestamp_format(v->observation.since_ns, time));
    }
    text_format(text, "; matches=%" PRIu32, v->n_matches);
    if (v->observation.list != NULL) {
        text_add(text, "; list=");
        text_add_at_most(text, v->observation.list->name, FACT_NAME_MAX);
        add_date(text, v->observation.list->date_ns);
        if (*v->observation.list->source != '\0') {
            text_add(text, " by ");
            text_add_at_most(text, v->observation.list->source, FACT_NAME_MAX);
        }
    }
    places = text_init(places_buffer, sizeof places_buffer);
    fact_add_places(&places, alert);
    if (places.n > 0) {
        text_add(text, "; geo=");
        text_add(text, places_buffer);
    }
    text_format(text, "; loss=%.3f%%", alert->loss_percent);
}

void
fact_add_reason(struct text *text, const struct alert *alert)
{
    const struct verdict *v = &alert->incident.verdict;
    const struct range_claim *claim = alert_claim(alert);
    char prefix[IP_PREFIX_TEXT_SIZE];

    text_format(text, "The %s lies in %s, listed as %s", fact_end_name(v->asset_end),
                ip_prefix_format(v->ranges[v->asset_end]->prefix, prefix),
                sector_name(claim->sector));
    if (*claim->organisation != '\0') {
        text_add(text, " of ");
        text_add_at_most(text, claim->organisation, FACT_NAME_MAX);
    }
    text_format(text, ", and %s", observation_title(v->observation.kind));
    if (*v->observation.detail != '\0') {
        text_add(text, " (");
        text_add(text, v->observation.detail);
        text_add(text, ")");
    }
    text_add(text, ", for which rule ");
    text_add_at_most(text, v->rule->id, FACT_NAME_MAX);
    text_add(text, " asks; relevant to ");
    fact_add_concerns(text, alert, ", ");
    text_add(text, ".");
}

void
fact_add_message(struct text *text, const struct alert *alert)
{
    const struct verdict *v = &alert->incident.verdict;
    const struct range_claim *claim = alert_claim(alert);

    text_add_at_most(text, v->rule->title, FACT_NAME_MAX);
    text_add(text, ": ");
    fact_add_end(text, &v->flow, FLOW_INITIATOR);
    add_place(text, &v->places[FLOW_INITIATOR]);
    text_add(text, " -> ");
    fact_add_end(text, &v->flow, FLOW_RESPONDER);
    add_place(text, &v->places[FLOW_RESPONDER]);
    if (*claim->organisation != '\0') {
        text_add(text, ", ");
        text_add_at_most(text, claim->organisation, FACT_NAME_MAX);
    }
    text_add(text, " [");
    fact_add_sectors(text, alert, ", ");
    text_format(text, "]; incident %s %s; relevant to ", alert->incident.id,
                incident_state_name(alert->incident.state));
    fact_add_concerns(text, alert, ", ");
}

const char *
fact_interface(const struct alert *alert)
{
    const uint16_t interface = alert->incident.verdict.flow.interface;

    return interface < alert->sensor->n_interfaces ? alert->sensor->interfaces[interface]
                                                   : "";
}

const char *
fact_end_name(unsigned end)
{
    return end == FLOW_INITIATOR ? "source" : "destination";
}

static void
add_date(struct text *text, uint64_t date_ns)
{
    char date[DATE_TEXT_SIZE];

    if (date_ns != 0) {
        text_format(text, " %s", timestamp_format_date(date_ns, date));
    }
}

static void
add_place(struct text *text, const struct place *place)
{
    if (*place->country != '\0') {
        text_format(text, " (%s)", place->country);
    }
}

/* What was seen, with the clause that says how much of it. */
static void
add_observation(struct text *text, const struct alert *alert)
{
    const struct observation *observation = &alert->incident.verdict.observation;

    text_add(text, observation_name(observation->kind));
    if (*observation->detail != '\0') {
        text_add(text, " (");
        text_add(text, observation->detail);
        text_add(text, ")");
    }
}
