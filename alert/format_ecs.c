/* Elastic Common Schema, one JSON object a line (elastic.co/docs/reference/ecs).
 *
 * Source and destination are who opened the flow and who was addressed, whoever is the
 * asset. What ECS has no field for is in labels, which are scalars by the schema: several
 * sectors or concerns are joined by commas there, and stand one by one in tags. */
#include "alert/format.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alert/facts.h"
#include "base/json.h"
#include "base/timestamp.h"
#include "capture/packet.h"
#include "geo/country.h"

static void set_event(struct json *json, const struct alert *alert);
static void set_rule(struct json *json, const struct alert *alert);
static void set_end(struct json *json, const struct alert *alert, unsigned end);
static void set_network(struct json *json, const struct alert *alert);
static void set_observer(struct json *json, const struct alert *alert);
static void set_related(struct json *json, const struct alert *alert);
static void set_tags(struct json *json, const struct alert *alert);
static void set_labels(struct json *json, const struct alert *alert);
static void set_basis_labels(struct json *json, const struct alert *alert);
static const char *network_direction(enum direction direction);
static void set_count(struct json *json, const char *path, uint64_t value);
static void set_number_text(struct json *json, const char *path, uint64_t value);
static void set_time(struct json *json, const char *path, uint64_t time_ns);
static void set_date(struct json *json, const char *path, uint64_t time_ns);
static void set_text(struct json *json, const char *path, const char *value);
static void set_address(struct json *json, const char *path, struct ip_address address);
static void set_reference(struct json *json, const char *path, const struct alert *alert);

/* A text of facts.h, set as a field. */
struct fact {
    char buffer[FACT_TEXT_SIZE];
    struct text text;
};

static void
fact_init(struct fact *fact)
{
    fact->text = text_init(fact->buffer, sizeof fact->buffer);
}

void
format_ecs_write(const struct alert *alert, FILE *out)
{
    struct json *json = json_object_new();
    struct fact fact;

    set_time(json, "@timestamp", alert->incident.time_ns);
    json_set_text(json, "ecs.version", ECS_VERSION);
    fact_init(&fact);
    fact_add_message(&fact.text, alert);
    json_set_text(json, "message", fact.buffer);
    set_event(json, alert);
    set_rule(json, alert);
    set_end(json, alert, FLOW_INITIATOR);
    set_end(json, alert, FLOW_RESPONDER);
    set_network(json, alert);
    set_text(json, "organization.name", alert_claim(alert)->organisation);
    set_observer(json, alert);
    set_related(json, alert);
    set_tags(json, alert);
    set_labels(json, alert);
    set_basis_labels(json, alert);
    json_write_line(json, out);
    json_free(json);
}

static void
set_event(struct json *json, const struct alert *alert)
{
    const struct incident *incident = &alert->incident;
    const struct severity_scale scale = fact_severity_scale(incident->severity);
    struct fact fact;

    json_set_text(json, "event.kind", "alert");
    json_append_text(json, "event.category", "network");
    json_append_text(json, "event.category", "intrusion_detection");
    json_append_text(json, "event.type", "info");
    json_set_text(json, "event.module", "sectorwatch");
    json_set_text(json, "event.provider", "sectorwatch");
    json_set_text(json, "event.dataset", "sectorwatch.alert");
    json_set_text(json, "event.id", alert->id);
    set_text(json, "event.code", incident->verdict.rule->id);
    json_set_text(json, "event.action",
                  observation_name(incident->verdict.observation.kind));
    json_set_integer(json, "event.severity", scale.level);
    json_set_real(json, "event.risk_score", scale.risk);
    set_count(json, "event.sequence", alert->sequence);
    set_time(json, "event.created", alert->emit_ns);
    set_time(json, "event.start", incident->first_ns);
    set_time(json, "event.end", incident->last_ns);
    set_count(json, "event.duration", incident->last_ns - incident->first_ns);
    fact_init(&fact);
    fact_add_reason(&fact.text, alert);
    json_set_text(json, "event.reason", fact.buffer);
    set_reference(json, "event.reference", alert);
}

static void
set_rule(struct json *json, const struct alert *alert)
{
    const struct rule *rule = alert->incident.verdict.rule;

    set_text(json, "rule.id", rule->id);
    set_text(json, "rule.name", rule->title);
    set_number_text(json, "rule.version", rule->rev);
    set_text(json, "rule.category", rule->family);
    json_set_text(json, "rule.ruleset", "sectorwatch");
    set_reference(json, "rule.reference", alert);
    for (unsigned i = 0; i < rule->n_attack; i++) {
        json_set_text(json, "threat.framework", "MITRE ATT&CK");
        json_append_text(json, "threat.technique.id", rule->attack[i]);
    }
}

static void
set_end(struct json *json, const struct alert *alert, unsigned end)
{
    const struct flow *flow = &alert->incident.verdict.flow;
    const struct place *place = &alert->incident.verdict.places[end];
    struct json *object = json_object_at(json, fact_end_name(end));
    const char *country = country_name(place->country);

    set_address(object, "address", flow->ends[end].address);
    set_address(object, "ip", flow->ends[end].address);
    if (fact_has_ports(flow)) {
        json_set_integer(object, "port", flow->ends[end].port);
    }
    set_count(object, "packets", flow->ends[end].packets);
    set_count(object, "bytes", flow->ends[end].bytes);
    set_text(object, "geo.country_iso_code", place->country);
    set_text(object, "geo.country_name", country == NULL ? "" : country);
    if (place->asn != 0) {
        json_set_integer(object, "as.number", place->asn);
    }
    set_text(object, "as.organization.name", place->as_name);
}

static void
set_network(struct json *json, const struct alert *alert)
{
    const struct verdict *v = &alert->incident.verdict;
    const struct flow *flow = &v->flow;
    const struct flow_end *from = &flow->ends[FLOW_INITIATOR];
    const struct flow_end *to = &flow->ends[FLOW_RESPONDER];
    char transport[8];

    json_set_text(json, "network.type", ip_is_v4(from->address) ? "ipv4" : "ipv6");
    json_set_text(json, "network.transport",
                  flow->protocol == IP_PROTOCOL_ICMPV6
                      ? "ipv6-icmp"
                      : transport_name(flow->protocol, transport));
    set_number_text(json, "network.iana_number", flow->protocol);
    set_text(json, "network.protocol",
             flow->service == SERVICE_NONE ? "" : service_name(flow->service));
    json_set_text(json, "network.direction", network_direction(v->direction));
    json_set_text(json, "network.community_id", alert->community_id);
    set_count(json, "network.packets", from->packets + to->packets);
    set_count(json, "network.bytes", from->bytes + to->bytes);
    if (flow->vlan != 0) {
        set_number_text(json, "network.vlan.id", flow->vlan);
    }
}

static void
set_observer(struct json *json, const struct alert *alert)
{
    json_set_text(json, "observer.type", "sensor");
    json_set_text(json, "observer.vendor", "sectorwatch");
    json_set_text(json, "observer.product", "sectorwatch");
    set_text(json, "observer.version", alert->sensor->version);
    set_text(json, "observer.hostname", alert->sensor->hostname);
    set_text(json, "observer.ingress.interface.name", fact_interface(alert));
}

static void
set_related(struct json *json, const struct alert *alert)
{
    const struct flow *flow = &alert->incident.verdict.flow;
    char address[IP_TEXT_SIZE];

    for (unsigned end = 0; end < 2; end++) {
        json_append_text(json, "related.ip", ip_format(flow->ends[end].address, address));
    }
    for (unsigned end = 0; end < 2 && flow->tunnel != TUNNEL_NONE; end++) {
        json_append_text(json, "related.ip", ip_format(flow->outer[end], address));
    }
}

static void
set_tags(struct json *json, const struct alert *alert)
{
    const struct rule *rule = alert->incident.verdict.rule;

    json_append_text(json, "tags", "sectorwatch");
    for (unsigned i = 0; i < N_SECTORS; i++) {
        if ((alert->incident.sectors >> i & 1) != 0) {
            json_append_text(json, "tags", sector_name((enum sector) i));
        }
    }
    for (unsigned i = 0; i < rule->n_concerns; i++) {
        json_append_text(json, "tags", rule->concerns[i]->id);
    }
}

static void
set_labels(struct json *json, const struct alert *alert)
{
    static const struct {
        const char *path;
        void (*add)(struct text *, const struct alert *, const char *);
    } joined[] = {
        { "labels.sector", fact_add_sectors },
        { "labels.concern", fact_add_concerns },
        { "labels.paragraph", fact_add_paragraphs },
    };
    const struct incident *incident = &alert->incident;
    const struct verdict *v = &incident->verdict;
    const struct range_claim *claim = alert_claim(alert);
    const struct range_claim *peer = fact_peer_claim(alert);
    struct fact fact;

    for (size_t i = 0; i < sizeof joined / sizeof joined[0]; i++) {
        fact_init(&fact);
        joined[i].add(&fact.text, alert, ",");
        json_set_text(json, joined[i].path, fact.buffer);
    }
    json_set_text(json, "labels.relation", FACT_RELATION);
    json_set_text(json, "labels.severity", severity_name(incident->severity));
    json_set_text(json, "labels.asset", fact_end_name(v->asset_end));
    json_set_text(json, "labels.direction", direction_name(v->direction));
    set_text(json, "labels.organisation", claim->organisation);
    set_text(json, "labels.subsector", claim->subsector);
    if (peer != NULL) {
        json_set_text(json, "labels.peer_sector", sector_name(peer->sector));
        set_text(json, "labels.peer_organisation", peer->organisation);
    }
    json_set_text(json, "labels.incident_id", incident->id);
    json_set_text(json, "labels.incident_state", incident_state_name(incident->state));
    set_text(json, "labels.incident_end", incident_end_name(incident->end));
    set_number_text(json, "labels.incident_count", incident->n_verdicts);
    set_number_text(json, "labels.count_since_last", incident->n_since_alert);
    fact_init(&fact);
    for (unsigned i = 0; i < incident->n_countries; i++) {
        text_format(&fact.text, "%s%s", i == 0 ? "" : ",", incident->countries[i]);
    }
    set_text(json, "labels.asset_countries", fact.buffer);
    fact_init(&fact);
    for (unsigned i = 0; i < incident->n_rules; i++) {
        text_add(&fact.text, i == 0 ? "" : ",");
        text_add(&fact.text, incident->rules[i]->id);
    }
    set_text(json, "labels.incident_rules", fact.buffer);
}

static void
set_basis_labels(struct json *json, const struct alert *alert)
{
    const struct verdict *v = &alert->incident.verdict;
    const struct observation *observation = &v->observation;
    const struct range_claim *claim = alert_claim(alert);
    char text[IP_PREFIX_TEXT_SIZE];
    struct fact fact;

    fact_init(&fact);
    fact_add_basis(&fact.text, alert);
    json_set_text(json, "labels.basis", fact.buffer);
    json_set_text(json, "labels.evidence", evidence_name(v->flow.evidence));
    json_set_text(json, "labels.confidence", confidence_name(claim->confidence));
    json_set_text(json, "labels.range",
                  ip_prefix_format(v->ranges[v->asset_end]->prefix, text));
    set_text(json, "labels.range_list", claim->source->name);
    set_date(json, "labels.range_date", claim->source->date_ns);
    set_text(json, "labels.subject", observation->subject);
    if (observation->kind == OBSERVATION_CONTROL_COMMAND) {
        json_set_text(json, "labels.command_class",
                      command_class_name(observation->command_class));
    }
    set_text(json, "labels.detail", observation->detail);
    set_number_text(json, "labels.observation_count", observation->count);
    set_number_text(json, "labels.matches", v->n_matches);
    if (observation->list != NULL) {
        set_text(json, "labels.list", observation->list->name);
        set_date(json, "labels.list_date", observation->list->date_ns);
        set_date(json, "labels.list_expires", observation->list->expires_ns);
        set_text(json, "labels.list_source", observation->list->source);
        set_text(json, "labels.list_meaning", observation->list->meaning);
    }
    fact_init(&fact);
    fact_add_places(&fact.text, alert);
    set_text(json, "labels.geo_databases", fact.buffer);
    if (v->flow.tcp_state != TCP_STATE_NONE) {
        json_set_text(json, "labels.tcp_state", tcp_state_name(v->flow.tcp_state));
    }
    if (fact_is_icmp(&v->flow)) {
        set_number_text(json, "labels.icmp_type", v->flow.ends[FLOW_INITIATOR].port);
    }
    if (v->flow.tunnel != TUNNEL_NONE) {
        json_set_text(json, "labels.tunnel", tunnel_name(v->flow.tunnel));
        set_address(json, "labels.outer_source", v->flow.outer[0]);
        set_address(json, "labels.outer_destination", v->flow.outer[1]);
    }
    (void) snprintf(text, sizeof text, "%.3f", alert->loss_percent);
    json_set_text(json, "labels.sensor_loss_percent", text);
}

/* ECS knows what lies within and without one perimeter, which here is all critical ranges;
 * the word that the rules use is in labels.direction. */
static const char *
network_direction(enum direction direction)
{
    static const char *const names[N_DIRECTIONS] = {
        [DIRECTION_UNKNOWN] = "unknown",       [DIRECTION_INBOUND] = "inbound",
        [DIRECTION_OUTBOUND] = "outbound",     [DIRECTION_INTERNAL] = "internal",
        [DIRECTION_CROSS_SECTOR] = "internal",
    };

    return names[direction];
}

static void
set_count(struct json *json, const char *path, uint64_t value)
{
    json_set_integer(json, path, value > INT64_MAX ? INT64_MAX : (int64_t) value);
}

/* For fields that ECS declares as keywords. */
static void
set_number_text(struct json *json, const char *path, uint64_t value)
{
    char text[24];

    (void) snprintf(text, sizeof text, "%" PRIu64, value);
    json_set_text(json, path, text);
}

static void
set_time(struct json *json, const char *path, uint64_t time_ns)
{
    char time[TIMESTAMP_TEXT_SIZE];

    json_set_text(json, path, timestamp_format(time_ns, time));
}

static void
set_date(struct json *json, const char *path, uint64_t time_ns)
{
    char date[DATE_TEXT_SIZE];

    if (time_ns != 0) {
        json_set_text(json, path, timestamp_format_date(time_ns, date));
    }
}

/* A text that comes from outside, made harmless; left out if it is empty. */
static void
set_text(struct json *json, const char *path, const char *value)
{
    struct fact fact;

    fact_init(&fact);
    text_add(&fact.text, value);
    if (fact.text.n > 0) {
        json_set_text(json, path, fact.buffer);
    }
}

static void
set_address(struct json *json, const char *path, struct ip_address address)
{
    char text[IP_TEXT_SIZE];

    json_set_text(json, path, ip_format(address, text));
}

/* Where the rule is documented: the site's prefix and the rule's id. */
static void
set_reference(struct json *json, const char *path, const struct alert *alert)
{
    char buffer[FACT_TEXT_SIZE];
    struct text text = text_init(buffer, sizeof buffer);

    if (*alert->sensor->reference != '\0') {
        text_add(&text, alert->sensor->reference);
        text_add(&text, alert->incident.verdict.rule->id);
        json_set_text(json, path, buffer);
    }
}
