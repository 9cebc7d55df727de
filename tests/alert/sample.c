#include "sample.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/timestamp.h"
#include "capture/packet.h"
#include "mmdb_writer.h"
#include "support/support.h"

/* What differs from sample to sample; the rest is the same for all. */
struct sample_case {
    struct rule rule;
    struct range_claim
        claims[2]; /* Of initiator and responder; no organisation: no range. */
    const char *prefixes[2];
    const char *addresses[2];
    uint16_t ports[2];
    struct place places[2];
    struct incident incident; /* State, severity, counts, sectors. */
    struct observation observation;
    struct indicator_list list;
    const char *outer[2];
    enum service service;
    enum evidence evidence;
    enum direction direction;
    enum tcp_state tcp_state;
    uint8_t protocol;
    uint16_t vlan;
    enum tunnel tunnel;
    unsigned asset_end;
    double loss_percent;
};

static const struct concern energy = { .id = "JS-P4-ENERGY", .paragraph = 4 };
static const struct concern health = { .id = "JS-P4-HEALTH", .paragraph = 4 };
static const struct concern finance = { .id = "JS-P4-FINANCE", .paragraph = 4 };
static const struct concern aviation = { .id = "JS-P4-AVIATION", .paragraph = 4 };
static const struct concern space = { .id = "JS-P4-SPACE", .paragraph = 4 };
static const struct concern malware = { .id = "JS-P3-MALWARE", .paragraph = 3 };
static const struct concern border = { .id = "JS-P4-CASCADE-BORDER", .paragraph = 4 };
static const struct concern sectors = { .id = "JS-P4-CASCADE-SECTOR", .paragraph = 4 };
static const struct concern reliance = { .id = "JS-P2-RELIANCE", .paragraph = 2 };

static const struct range_source operator_list = {
    .name = "sectors/grid.conf",
    .date_ns = UINT64_C(1780272000) * NS_PER_SECOND, /* 2026-06-01. */
};
static const struct range_source catalogue = {
    .name = "world catalogue",
    .date_ns = UINT64_C(1780272000) * NS_PER_SECOND,
};
static const struct range_source undated = { .name = "--range" };

#define PLACE(code, number, name)                                      \
    {                                                                  \
        .country = code, .asn = number, .as_name = name, .asn_from = 1 \
    }

static const struct sample_case cases[N_SAMPLES] = {
    [SAMPLE_CONTACT] = {
        .rule = { .id = "SW-ENERGY-003", .rev = 2, .family = "energy",
                  .title = "IEC 60870-5-104 contact from outside the energy sector",
                  .concerns = { &energy }, .n_concerns = 1, .attack = { "T0886" }, .n_attack = 1 },
        .claims[1] = { .sector = SECTOR_ENERGY, .organisation = "Example Grid",
                       .subsector = "transmission", .country = "KE", .source = &operator_list },
        .prefixes[1] = "203.0.113.0/25",
        .addresses = { "198.51.100.23", "203.0.113.40" },
        .ports = { 51544, 2404 },
        .places = { PLACE("FR", 64496, "Example Transit"), PLACE("KE", 64511, "Example Grid AS") },
        .incident = { .state = INCIDENT_OPENED, .severity = SEVERITY_HIGH, .n_verdicts = 1,
                      .n_since_alert = 1, .sectors = 1 << SECTOR_ENERGY, .n_countries = 1,
                      .countries = { "KE" } },
        .observation = { .kind = OBSERVATION_SERVICE, .count = 1 },
        .service = SERVICE_IEC104, .evidence = EVIDENCE_VERIFIED,
        .direction = DIRECTION_INBOUND, .tcp_state = TCP_STATE_OPENED,
        .protocol = IP_PROTOCOL_TCP, .asset_end = FLOW_RESPONDER,
    },
    [SAMPLE_SCAN] = {
        .rule = { .id = "SW-HEALTH-001", .rev = 1, .family = "health",
                  .title = "Port scan of a healthcare address",
                  .concerns = { &health }, .n_concerns = 1 },
        .claims[1] = { .sector = SECTOR_HEALTHCARE, .organisation = "Example Hospital",
                       .country = "GH", .source = &operator_list },
        .prefixes[1] = "192.0.2.0/26",
        .addresses = { "198.51.100.77", "192.0.2.10" },
        .ports = { 40022, 443 },
        .places = { PLACE("BR", 64497, "Example Cable"), PLACE("GH", 0, "") },
        .incident = { .state = INCIDENT_UPDATED, .severity = SEVERITY_MEDIUM, .n_verdicts = 7,
                      .n_since_alert = 6, .sectors = 1 << SECTOR_HEALTHCARE },
        .observation = { .kind = OBSERVATION_SCAN, .count = 24, .detail = "24 ports in 12s" },
        .evidence = EVIDENCE_RANGE_ONLY, .direction = DIRECTION_INBOUND,
        .tcp_state = TCP_STATE_REFUSED, .protocol = IP_PROTOCOL_TCP,
        .asset_end = FLOW_RESPONDER,
    },
    [SAMPLE_LISTED] = {
        .rule = { .id = "SW-MALWARE-002", .rev = 4, .family = "malware",
                  .title = "Financial host contacts an address on a threat list",
                  .concerns = { &malware, &finance }, .n_concerns = 2,
                  .attack = { "T1071" }, .n_attack = 1 },
        .claims[0] = { .sector = SECTOR_FINANCE, .organisation = "Example Savings Bank",
                       .country = "PE", .source = &operator_list },
        .prefixes[0] = "192.0.2.128/26",
        .addresses = { "192.0.2.131", "198.51.100.200" },
        .ports = { 49811, 8443 },
        .places = { PLACE("PE", 0, ""), PLACE("NL", 64500, "Example Hosting") },
        .incident = { .state = INCIDENT_OPENED, .severity = SEVERITY_CRITICAL, .n_verdicts = 1,
                      .n_since_alert = 1, .sectors = 1 << SECTOR_FINANCE },
        .observation = { .kind = OBSERVATION_LISTED_ADDRESS, .count = 1,
                         .detail = "198.51.100.200 is on the list" },
        .list = { .name = "c2-servers",
                  .date_ns = UINT64_C(1780099200) * NS_PER_SECOND,
                  .expires_ns = UINT64_C(1782691200) * NS_PER_SECOND,
                  .source = "Example CERT",
                  .meaning = "Addresses that were seen commanding malware." },
        .service = SERVICE_TLS, .evidence = EVIDENCE_PORT_CONSISTENT,
        .direction = DIRECTION_OUTBOUND, .tcp_state = TCP_STATE_CLOSED,
        .protocol = IP_PROTOCOL_TCP, .asset_end = FLOW_INITIATOR,
    },
    [SAMPLE_SECTORS] = {
        .rule = { .id = "SW-CASCADE-001", .rev = 1, .family = "cascade",
                  .title = "Multi-sector activity: one peer touched assets of several sectors",
                  .concerns = { &sectors, &border }, .n_concerns = 2 },
        .claims[1] = { .sector = SECTOR_MARITIME, .confidence = CONFIDENCE_B,
                       .organisation = "Example Port Authority", .country = "TG", .asn = 64505,
                       .source = &catalogue },
        .prefixes[1] = "203.0.113.128/25",
        .addresses = { "198.51.100.99", "203.0.113.200" },
        .ports = { 33900, 22 },
        .places = { PLACE("US", 64498, "Example Cloud"), PLACE("TG", 64505, "Example Port") },
        .incident = { .state = INCIDENT_OPENED, .severity = SEVERITY_LOW, .n_verdicts = 2,
                      .n_since_alert = 2, .n_countries = 2, .countries = { "KE", "TG" },
                      .sectors = 1 << SECTOR_ENERGY | 1 << SECTOR_FINANCE | 1 << SECTOR_MARITIME },
        .observation = { .kind = OBSERVATION_MULTI_SECTOR, .count = 3,
                         .detail = "3 sectors in 4m" },
        .service = SERVICE_SSH, .evidence = EVIDENCE_PORT_CONSISTENT,
        .direction = DIRECTION_INBOUND, .tcp_state = TCP_STATE_HALF_OPEN,
        .protocol = IP_PROTOCOL_TCP, .asset_end = FLOW_RESPONDER,
    },
    [SAMPLE_WRAPPED] = {
        .rule = { .id = "SW-SPACE-004", .rev = 1, .family = "space",
                  .title = "Remote log-in to a ground segment from outside the space sector",
                  .concerns = { &space }, .n_concerns = 1 },
        .claims[1] = { .sector = SECTOR_SPACE, .confidence = CONFIDENCE_A,
                       .organisation = "\xe5\x8d\xab\xe6\x98\x9f\xe5\x9c\xb0\xe4\xb8\x8a"
                                       "\xe5\xb1\x80 \xc3\x89toile S\xc3\xa0rl",
                       .country = "JP", .asn = 64506, .source = &catalogue },
        .prefixes[1] = "2001:db8:40::/48",
        .addresses = { "2001:db8:ffff:1:2:3:4:5", "2001:db8:40:1:200:5eff:fe00:5342" },
        .ports = { 61022, 22 },
        .places = { PLACE("BR", 64499, "Ex\xc3\xa9mplo Telecomunica\xc3\xa7\xc3\xb5"
                                       "es do Norte"), PLACE("JP", 64506, "") },
        .incident = { .state = INCIDENT_OPENED, .severity = SEVERITY_MEDIUM, .n_verdicts = 1,
                      .n_since_alert = 1, .sectors = 1 << SECTOR_SPACE },
        .observation = { .kind = OBSERVATION_FLOW_START, .count = 1 },
        .service = SERVICE_SSH, .evidence = EVIDENCE_PORT_CONSISTENT,
        .outer = { "192.0.2.251", "192.0.2.252" }, .tunnel = TUNNEL_VXLAN, .vlan = 120,
        .direction = DIRECTION_INBOUND, .tcp_state = TCP_STATE_OPENED,
        .protocol = IP_PROTOCOL_TCP, .asset_end = FLOW_RESPONDER,
    },
    [SAMPLE_CLOSED] = {
        .rule = { .id = "SW-AVIATION-002", .rev = 3, .family = "aviation",
                  .title = "Sweep of aviation addresses",
                  .concerns = { &aviation }, .n_concerns = 1,
                  .attack = { "T1595", "T1046" }, .n_attack = 2 },
        .claims[1] = { .sector = SECTOR_AVIATION, .organisation = "Example Airport",
                       .subsector = "airport", .country = "VU", .source = &operator_list },
        .prefixes[1] = "192.0.2.192/27",
        .addresses = { "198.51.100.8", "192.0.2.200" },
        .ports = { 55000, 3389 },
        .places = { PLACE("VU", 64501, "Example Islands Net"), PLACE("VU", 0, "") },
        .incident = { .state = INCIDENT_CLOSED, .end = INCIDENT_END_IDLE,
                      .severity = SEVERITY_MEDIUM, .n_verdicts = 12, .n_since_alert = 3,
                      .sectors = 1 << SECTOR_AVIATION },
        .observation = { .kind = OBSERVATION_SWEEP, .count = 16, .detail = "16 hosts in 41s" },
        .service = SERVICE_RDP, .evidence = EVIDENCE_RANGE_ONLY,
        .direction = DIRECTION_INBOUND, .tcp_state = TCP_STATE_HALF_OPEN,
        .protocol = IP_PROTOCOL_TCP, .asset_end = FLOW_RESPONDER, .loss_percent = 1.25,
    },
    [SAMPLE_BARE] = {
        .rule = { .id = "SW-RELIANCE-001", .rev = 1, .family = "reliance",
                  .title = "Flow to a government address",
                  .concerns = { &reliance }, .n_concerns = 1 },
        .claims[1] = { .sector = SECTOR_GOVERNMENT, .organisation = "", .country = "",
                       .source = &undated },
        .prefixes[1] = "192.0.2.240/32",
        .addresses = { "198.51.100.1", "192.0.2.240" },
        .ports = { 8, 0 },
        .incident = { .state = INCIDENT_OPENED, .severity = SEVERITY_INFO, .n_verdicts = 1,
                      .n_since_alert = 1, .sectors = 1 << SECTOR_GOVERNMENT },
        .observation = { .kind = OBSERVATION_FLOW_START, .count = 1 },
        .evidence = EVIDENCE_RANGE_ONLY, .direction = DIRECTION_INBOUND,
        .protocol = IP_PROTOCOL_ICMP, .asset_end = FLOW_RESPONDER,
    },
    [SAMPLE_INTERNAL] = {
        .rule = { .id = "SW-ENERGY-009", .rev = 1, .family = "energy",
                  .title = "A finance host speaks Modbus to an energy address",
                  .concerns = { &energy, &finance }, .n_concerns = 2 },
        .claims = { { .sector = SECTOR_FINANCE, .organisation = "Example Savings Bank",
                      .country = "PE", .source = &operator_list },
                    { .sector = SECTOR_ENERGY, .organisation = "Example Grid",
                      .subsector = "transmission", .country = "KE", .source = &operator_list } },
        .prefixes = { "192.0.2.128/26", "203.0.113.0/25" },
        .addresses = { "192.0.2.131", "203.0.113.41" },
        .ports = { 50200, 502 },
        .places = { PLACE("PE", 0, ""), PLACE("KE", 64511, "Example Grid AS") },
        .incident = { .state = INCIDENT_OPENED, .severity = SEVERITY_HIGH, .n_verdicts = 1,
                      .n_since_alert = 1, .sectors = 1 << SECTOR_ENERGY },
        .observation = { .kind = OBSERVATION_SERVICE, .count = 1 },
        .service = SERVICE_MODBUS, .evidence = EVIDENCE_CONTRADICTED,
        .direction = DIRECTION_CROSS_SECTOR, .tcp_state = TCP_STATE_MIDSTREAM,
        .protocol = IP_PROTOCOL_TCP, .asset_end = FLOW_RESPONDER,
    },
    [SAMPLE_HOSTILE] = {
        .rule = { .id = "SW \"odd]\" id with spaces and more than it should have", .rev = 1,
                  .family = "odd\\", .title = "Title] with \"quotes\", a \\ and \x1b[31m colour",
                  .concerns = { &energy }, .n_concerns = 1 },
        .claims[1] = { .sector = SECTOR_ENERGY, .organisation = "]\"\\\n\xff\xe2\x80\xaegnp.exe",
                       .subsector = "\t", .country = "", .source = &undated },
        .prefixes[1] = "203.0.113.0/25",
        .addresses = { "198.51.100.23", "203.0.113.40" },
        .ports = { 1, 65535 },
        .places = { PLACE("FR", 64496, "\xc3"), PLACE("KE", 4294967295, "a]b\"c\\d") },
        .incident = { .state = INCIDENT_OPENED, .severity = SEVERITY_LOW,
                      .n_verdicts = UINT64_C(18446744073709551615), .n_since_alert = 1,
                      .sectors = 1 << SECTOR_ENERGY },
        .observation = { .kind = OBSERVATION_SCAN, .count = 4294967295,
                         .detail = "</script>]\"\\" },
        .evidence = EVIDENCE_RANGE_ONLY, .direction = DIRECTION_UNKNOWN,
        .protocol = IP_PROTOCOL_UDP, .asset_end = FLOW_RESPONDER,
    },
};

/* What a case points to once it is an alert. */
struct made {
    struct critical_range ranges[2];
    struct range_claim claims[2];
};

static const char *const interfaces[] = { "eth1" };
static struct sensor sensor = {
    .hostname = "sensor1.example.org",
    .version = "0.1.0",
    .interfaces = interfaces,
    .n_interfaces = 1,
    .reference = "https://sectorwatch.example/rules/",
    .enterprise_number = 32473,
    .syslog_facility = 16,
};

static struct geo *make_geo(void);
static const char *write_database(void);
static void make_alert(struct alert *alert, enum sample sample);
static void make_verdict(struct verdict *verdict, const struct sample_case *c,
                         struct made *made);

void
samples_init(struct samples *samples)
{
    samples->geo = make_geo();
    sensor.geo = samples->geo;
    for (unsigned i = 0; i < N_SAMPLES; i++) {
        make_alert(&samples->alerts[i], (enum sample) i);
    }
}

void
samples_fini(struct samples *samples)
{
    geo_free(samples->geo);
}

char *
samples_text(const struct samples *samples, enum sample first, enum sample last,
             void (*write)(const struct alert *alert, FILE *out))
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    for (unsigned i = first; i <= (unsigned) last; i++) {
        write(&samples->alerts[i], out);
    }
    (void) fclose(out);
    return text;
}

/* The operator's places, which count as source 0, and a database of a known day. */
static struct geo *
make_geo(void)
{
    struct geo_place_config place = { .country = "FR", .as_name = "", .asn = 0 };
    const char *const databases[] = { write_database(), NULL };
    const struct geo_config config = { .databases = databases,
                                       .places = &place,
                                       .n_places = 1 };
    struct problem_list *problems = problem_list_new();
    struct geo *geo;

    (void) ip_prefix_parse("198.51.100.0/24", &place.prefix);
    geo = geo_new(&config, problems);
    problem_list_print(problems, stderr);
    problem_list_free(problems);
    return geo;
}

static const char *
write_database(void)
{
    static const struct mmdb_entry entries[] = {
        { "203.0.113.0/24", "{\"country\":{\"iso_code\":\"KE\"}}" },
        { NULL, NULL },
    };
    const struct mmdb_config config = { .record_size = 24,
                                        .ip_version = 4,
                                        .build_epoch = 1779235200, /* 2026-05-20. */
                                        .type = "Sample",
                                        .entries = entries };
    const char *path = temporary_path("sample.mmdb");
    FILE *file = fopen(path, "wb");
    size_t size;
    uint8_t *bytes = mmdb_write(&config, &size);

    if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
        fail_msg("%s cannot be written", path);
    }
    free(bytes);
    return path;
}

static void
make_alert(struct alert *alert, enum sample sample)
{
    static struct made made[N_SAMPLES];
    const uint64_t start_ns = UINT64_C(1780311600123456789); /* 2026-06-01T11:00:00Z. */
    const struct sample_case *c = &cases[sample];
    struct incident incident = c->incident;

    make_verdict(&incident.verdict, c, &made[sample]);
    incident.verdict.time_ns = start_ns + sample * 37 * NS_PER_SECOND;
    incident.verdict.observation.time_ns = incident.verdict.time_ns;
    incident.verdict.observation.since_ns =
        c->observation.count > 1 ? incident.verdict.time_ns - 12 * NS_PER_SECOND : 0;
    incident.verdict.flow.first_ns = incident.verdict.time_ns - NS_PER_SECOND / 2;
    incident.verdict.flow.last_ns = incident.verdict.time_ns;
    incident.time_ns = incident.verdict.time_ns;
    incident.last_ns = incident.verdict.time_ns;
    incident.first_ns =
        incident.last_ns - (incident.n_verdicts > 1 ? 95 * NS_PER_SECOND : 0);
    incident.n_alerts = incident.state == INCIDENT_OPENED ? 1 : 2;
    incident.n_rules = 1;
    incident.rules[0] = incident.verdict.rule;
    (void) snprintf(incident.id, sizeof incident.id, "%020x",
                    0xabc000U + (unsigned) sample);
    alert_make(alert, &incident, &sensor, sample + UINT64_C(1), incident.time_ns,
               c->loss_percent);
}

static void
make_verdict(struct verdict *verdict, const struct sample_case *c, struct made *made)
{
    struct flow *flow = &verdict->flow;

    *verdict = (struct verdict){
        .rule = &c->rule,
        .observation = c->observation,
        .asset_end = c->asset_end,
        .direction = c->direction,
        .places = { c->places[0], c->places[1] },
        .n_matches = 1,
    };
    verdict->observation.list = c->list.name == NULL ? NULL : &c->list;
    flow->protocol = c->protocol;
    flow->service = (uint8_t) c->service;
    flow->evidence = (uint8_t) c->evidence;
    flow->tcp_state = (uint8_t) c->tcp_state;
    flow->tunnel = (uint8_t) c->tunnel;
    flow->vlan = c->vlan;
    for (unsigned end = 0; end < 2; end++) {
        (void) ip_parse(c->addresses[end], &flow->ends[end].address);
        flow->ends[end].port = c->ports[end];
        flow->ends[end].packets = 6 - end;
        flow->ends[end].bytes = 412 - 32 * end;
        if (c->outer[end] != NULL) {
            (void) ip_parse(c->outer[end], &flow->outer[end]);
        }
        if (c->claims[end].source != NULL) {
            made->claims[end] = c->claims[end];
            if (c->claims[end].subsector == NULL) {
                made->claims[end].subsector = "";
            }
            made->ranges[end] = (struct critical_range){
                .sectors = (sector_set) (1U << c->claims[end].sector),
                .claims = &made->claims[end],
                .n_claims = 1,
            };
            (void) ip_prefix_parse(c->prefixes[end], &made->ranges[end].prefix);
            verdict->ranges[end] = &made->ranges[end];
            flow->ends[end].range = end + 1;
        }
    }
}
