/* Syslog messages with structured data, RFC 5424.
 *
 *     <PRI>1 TIMESTAMP HOSTNAME sectorwatch PROCID RULE
 *     [origin ...][meta ...][alert@PEN ...][flow@PEN ...][basis@PEN ...] MSG
 *
 * The elements hold all facts; the text after them says the same for people.  A parameter
 * that has no value is left out. */
#include "alert/format.h"

#include <inttypes.h>
#include <string.h>

#include "alert/facts.h"
#include "base/timestamp.h"
#include "capture/packet.h"

/* Longest fields of the header (RFC 5424 section 6). */
enum { HOSTNAME_MAX = 255, MSGID_MAX = 32 };

enum { LINE_SIZE = 4 * RFC5424_SIZE_MAX, N_ELEMENTS_MAX = 8 };

static void add_header(struct text *line, const struct alert *alert);
static void add_origin(struct text *line, const struct alert *alert);
static void add_alert(struct text *line, const struct alert *alert);
static void add_flow(struct text *line, const struct alert *alert);
static void add_flow_end(struct text *line, const struct alert *alert, unsigned end);
static void add_basis(struct text *line, const struct alert *alert);
static void add_param(struct text *line, const char *name, const char *value);
static void add_param_number(struct text *line, const char *name, uint64_t value);
static void add_param_time(struct text *line, const char *name, uint64_t time_ns);
static void add_param_date(struct text *line, const char *name, uint64_t time_ns);
static void add_param_fact(struct text *line, const char *name, const struct alert *alert,
                           void (*add)(struct text *, const struct alert *));
static size_t skip_header(const char *line, size_t size);
static size_t skip_element(const char *line, size_t size, size_t at);
static size_t whole_characters(const char *line, size_t n);

void
format_rfc5424_write(const struct alert *alert, FILE *out)
{
    char buffer[LINE_SIZE];
    struct text line = text_init(buffer, sizeof buffer);
    size_t n;

    add_header(&line, alert);
    add_origin(&line, alert);
    /* sequenceId starts anew at 1 after 2147483647 (section 7.3.1). */
    text_format(&line, "[meta sequenceId=\"%" PRIu64 "\"]",
                (alert->sequence - 1) % INT32_MAX + 1);
    add_alert(&line, alert);
    add_flow(&line, alert);
    add_basis(&line, alert);
    text_add(&line, " ");
    fact_add_message(&line, alert);
    n = format_rfc5424_shorten(buffer, line.n, RFC5424_SIZE_MAX);
    fwrite(buffer, 1, n, out);
    putc('\n', out);
}

size_t
format_rfc5424_shorten(char *line, size_t size, size_t max)
{
    size_t ends[N_ELEMENTS_MAX];
    size_t n = 0;
    const size_t header = skip_header(line, size);
    size_t at = header;

    if (size <= max) {
        return size;
    }
    while (n < N_ELEMENTS_MAX && at < size && line[at] == '[') {
        at = skip_element(line, size, at);
        ends[n++] = at;
    }
    if (at + 1 < max) {
        at = whole_characters(line, max);
    }
    while (n > 0 && at > max) {
        n--;
        at = n > 0 ? ends[n - 1] : header;
    }
    if (at == header && at < max) {
        line[at++] = '-';
    }
    line[at] = '\0';
    return at;
}

static void
add_header(struct text *line, const struct alert *alert)
{
    const struct sensor *sensor = alert->sensor;
    const struct severity_scale scale = fact_severity_scale(alert->incident.severity);
    char time[TIMESTAMP_TEXT_SIZE];

    text_format(line, "<%u>1 %s ", sensor->syslog_facility * 8 + scale.syslog,
                timestamp_format(alert->incident.time_ns, time));
    text_add_header_field(line, sensor->hostname, HOSTNAME_MAX);
    text_add(line, " sectorwatch ");
    if (sensor->pid > 0) {
        text_format(line, "%ld ", sensor->pid);
    } else {
        text_add(line, "- ");
    }
    text_add_header_field(line, alert->incident.verdict.rule->id, MSGID_MAX);
    text_add(line, " ");
}

static void
add_origin(struct text *line, const struct alert *alert)
{
    text_add(line, "[origin");
    add_param_number(line, "enterpriseId", alert->sensor->enterprise_number);
    add_param(line, "software", "sectorwatch");
    add_param(line, "swVersion", alert->sensor->version);
    text_add(line, "]");
}

static void
add_sectors(struct text *text, const struct alert *alert)
{
    fact_add_sectors(text, alert, ",");
}

static void
add_concerns(struct text *text, const struct alert *alert)
{
    fact_add_concerns(text, alert, ",");
}

static void
add_paragraphs(struct text *text, const struct alert *alert)
{
    fact_add_paragraphs(text, alert, ",");
}

static void
add_attack(struct text *text, const struct alert *alert)
{
    fact_add_attack(text, alert, ",");
}

static void
add_alert(struct text *line, const struct alert *alert)
{
    const struct incident *incident = &alert->incident;
    const struct verdict *v = &incident->verdict;
    const struct range_claim *claim = alert_claim(alert);

    text_format(line, "[alert@%" PRIu32, alert->sensor->enterprise_number);
    add_param(line, "id", alert->id);
    add_param(line, "rule", v->rule->id);
    add_param_number(line, "rev", v->rule->rev);
    add_param(line, "severity", severity_name(incident->severity));
    add_param(line, "incident", incident->id);
    add_param(line, "state", incident_state_name(incident->state));
    add_param(line, "closedBy", incident_end_name(incident->end));
    add_param_fact(line, "sector", alert, add_sectors);
    add_param_fact(line, "concern", alert, add_concerns);
    add_param_fact(line, "para", alert, add_paragraphs);
    add_param(line, "relation", FACT_RELATION);
    add_param(line, "evidence", evidence_name(v->flow.evidence));
    add_param(line, "confidence", confidence_name(claim->confidence));
    add_param(line, "org", claim->organisation);
    add_param(line, "subsector", claim->subsector);
    add_param_number(line, "count", incident->n_verdicts);
    add_param_number(line, "new", incident->n_since_alert);
    add_param_time(line, "start", incident->first_ns);
    add_param_time(line, "end", incident->last_ns);
    add_param_time(line, "emitted", alert->emit_ns);
    add_param_fact(line, "attack", alert, add_attack);
    text_add(line, "]");
}

static void
add_flow(struct text *line, const struct alert *alert)
{
    const struct verdict *v = &alert->incident.verdict;
    const struct flow *flow = &v->flow;
    const struct range_claim *peer = fact_peer_claim(alert);
    char transport[8], address[IP_TEXT_SIZE];

    text_format(line, "[flow@%" PRIu32, alert->sensor->enterprise_number);
    add_flow_end(line, alert, FLOW_INITIATOR);
    add_flow_end(line, alert, FLOW_RESPONDER);
    add_param(line, "proto", transport_name(flow->protocol, transport));
    if (fact_is_icmp(flow)) {
        add_param_number(line, "icmpType", flow->ends[FLOW_INITIATOR].port);
    }
    if (flow->service != SERVICE_NONE) {
        add_param(line, "app", service_name(flow->service));
    }
    add_param(line, "dir", direction_name(v->direction));
    add_param(line, "asset", v->asset_end == FLOW_INITIATOR ? "src" : "dst");
    if (peer != NULL) {
        add_param(line, "peerSector", sector_name(peer->sector));
        add_param(line, "peerOrg", peer->organisation);
    }
    add_param(line, "cid", alert->community_id);
    if (flow->vlan != 0) {
        add_param_number(line, "vlan", flow->vlan);
    }
    if (flow->tunnel != TUNNEL_NONE) {
        add_param(line, "tunnel", tunnel_name(flow->tunnel));
        add_param(line, "outerSrc", ip_format(flow->outer[0], address));
        add_param(line, "outerDst", ip_format(flow->outer[1], address));
    }
    add_param(line, "iface", fact_interface(alert));
    text_add(line, "]");
}

static void
add_flow_end(struct text *line, const struct alert *alert, unsigned end)
{
    static const struct {
        const char *address, *port, *country, *asn, *as_name, *packets, *bytes;
    } names[2] = {
        { "src", "spt", "srcCc", "srcAsn", "srcAs", "srcPkts", "srcBytes" },
        { "dst", "dpt", "dstCc", "dstAsn", "dstAs", "dstPkts", "dstBytes" },
    };
    const struct flow *flow = &alert->incident.verdict.flow;
    const struct place *place = &alert->incident.verdict.places[end];
    char address[IP_TEXT_SIZE];

    add_param(line, names[end].address, ip_format(flow->ends[end].address, address));
    if (fact_has_ports(flow)) {
        add_param_number(line, names[end].port, flow->ends[end].port);
    }
    add_param(line, names[end].country, place->country);
    if (place->asn != 0) {
        add_param_number(line, names[end].asn, place->asn);
        add_param(line, names[end].as_name, place->as_name);
    }
    add_param_number(line, names[end].packets, flow->ends[end].packets);
    add_param_number(line, names[end].bytes, flow->ends[end].bytes);
}

static void
add_basis(struct text *line, const struct alert *alert)
{
    const struct verdict *v = &alert->incident.verdict;
    const struct observation *observation = &v->observation;
    const struct range_source *source = alert_claim(alert)->source;
    char prefix[IP_PREFIX_TEXT_SIZE], loss[32];

    text_format(line, "[basis@%" PRIu32, alert->sensor->enterprise_number);
    add_param(line, "range", ip_prefix_format(v->ranges[v->asset_end]->prefix, prefix));
    add_param(line, "rangeList", source->name);
    add_param_date(line, "rangeDate", source->date_ns);
    add_param(line, "observation", observation_name(observation->kind));
    add_param(line, "subject", observation->subject);
    if (observation->kind == OBSERVATION_CONTROL_COMMAND) {
        add_param(line, "commandClass", command_class_name(observation->command_class));
    }
    add_param(line, "detail", observation->detail);
    add_param_number(line, "count", observation->count);
    add_param_time(line, "since", observation->since_ns);
    add_param_number(line, "matches", v->n_matches);
    if (observation->list != NULL) {
        add_param(line, "list", observation->list->name);
        add_param_date(line, "listDate", observation->list->date_ns);
        add_param_date(line, "listExpires", observation->list->expires_ns);
        add_param(line, "listSource", observation->list->source);
        add_param(line, "listMeaning", observation->list->meaning);
    }
    add_param_fact(line, "geo", alert, fact_add_places);
    (void) snprintf(loss, sizeof loss, "%.3f", alert->loss_percent);
    add_param(line, "lossPercent", loss);
    text_add(line, "]");
}

/* In values '"', '\' and ']' are escaped with '\' (section 6.3.3). */
static void
add_param(struct text *line, const char *name, const char *value)
{
    text_add_param(line, name, value, FACT_NAME_MAX);
}

static void
add_param_number(struct text *line, const char *name, uint64_t value)
{
    text_format(line, " %s=\"%" PRIu64 "\"", name, value);
}

static void
add_param_time(struct text *line, const char *name, uint64_t time_ns)
{
    char time[TIMESTAMP_TEXT_SIZE];

    if (time_ns != 0) {
        add_param(line, name, timestamp_format(time_ns, time));
    }
}

static void
add_param_date(struct text *line, const char *name, uint64_t time_ns)
{
    char date[DATE_TEXT_SIZE];

    if (time_ns != 0) {
        add_param(line, name, timestamp_format_date(time_ns, date));
    }
}

static void
add_param_fact(struct text *line, const char *name, const struct alert *alert,
               void (*add)(struct text *, const struct alert *))
{
    char buffer[FACT_TEXT_SIZE];
    struct text value = text_init(buffer, sizeof buffer);

    add(&value, alert);
    add_param(line, name, buffer);
}

/* Where the structured data begins: after six fields. */
static size_t
skip_header(const char *line, size_t size)
{
    size_t at = 0;

    for (unsigned n = 0; n < 6 && at < size; at++) {
        n += line[at] == ' ';
    }
    return at;
}

/* Where the element at 'at' ends: after its "]". */
static size_t
skip_element(const char *line, size_t size, size_t at)
{
    bool is_quoted = false;

    for (; at < size; at++) {
        if (line[at] == '\\' && is_quoted) {
            at++;
        } else if (line[at] == '"') {
            is_quoted = !is_quoted;
        } else if (line[at] == ']' && !is_quoted) {
            return at + 1;
        }
    }
    return size;
}

/* The most bytes, up to 'n', that end no character in its middle. */
static size_t
whole_characters(const char *line, size_t n)
{
    while (n > 0 && (line[n] & 0xc0) == 0x80) {
        n--;
    }
    return n;
}
