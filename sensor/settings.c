#include "sensor/settings.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/country_code.h"
#include "base/timestamp.h"
#include "sensor/range_filter.h"
#include "sensor/sandbox/sandbox.h"

enum setting_type {
    SETTING_U32,
    SETTING_BOOLEAN,
    SETTING_DURATION, /* uint64_t, nanoseconds. */
    SETTING_SIZE,     /* uint64_t, bytes. */
    SETTING_TEXT,
    SETTING_FACILITY,  /* A text that facility_parse() knows. */
    SETTING_SANDBOX,   /* A text that sandbox_mode_parse() knows. */
    SETTING_PREFILTER, /* A text that range_filter_mode_parse() knows. */
    SETTING_TEXT_LIST,
    SETTING_SECTORS, /* Text lists whose texts are names of a kind. */
    SETTING_CONFIDENCES,
    SETTING_COUNTRIES,
    SETTING_INTERFACES,
    SETTING_LISTS,  /* The groups of 'lists'. */
    SETTING_PLACES, /* The groups of 'geo.places'. */
};

static bool accepts_sector(const char *text);
static bool accepts_confidence(const char *text);
static bool accepts_facility(const char *text);
static bool accepts_sandbox(const char *text);
static bool accepts_prefilter(const char *text);

static const struct setting_kind {
    const char *name;                  /* In the manual. */
    bool (*accepts)(const char *text); /* Kinds of text: whether it fits; NULL: any does. */
    const char *expected;              /* What it accepts, for messages. */
} kinds[] = {
    [SETTING_U32] = { "number", NULL, NULL },
    [SETTING_BOOLEAN] = { "true or false", NULL, NULL },
    [SETTING_DURATION] = { "duration", NULL, NULL },
    [SETTING_SIZE] = { "size", NULL, NULL },
    [SETTING_TEXT] = { "text", NULL, NULL },
    [SETTING_FACILITY] = { "text", accepts_facility,
                           "a facility such as \"daemon\" or \"local0\"" },
    [SETTING_SANDBOX] = { "text", accepts_sandbox, "\"strict\", \"on\" or \"off\"" },
    [SETTING_PREFILTER] = { "text", accepts_prefilter, "\"auto\", \"on\" or \"off\"" },
    [SETTING_TEXT_LIST] = { "list of texts", NULL, NULL },
    [SETTING_SECTORS] = { "list of sectors", accepts_sector,
                          "a sector such as \"energy\"" },
    [SETTING_CONFIDENCES] = { "list of grades", accepts_confidence,
                              "\"A\", \"B\" or \"M\"" },
    [SETTING_COUNTRIES] = { "list of countries", country_code_is_well_formed,
                            "two capital letters, \"NG\"" },
    [SETTING_INTERFACES] = { "list of interfaces", interface_is_name,
                             "an interface such as \"eth1\"" },
    [SETTING_LISTS] = { "list of groups", NULL, NULL },
    [SETTING_PLACES] = { "list of groups", NULL, NULL },
};

struct setting {
    const char *group; /* "" at the top. */
    const char *name;
    enum setting_type type;
    size_t offset;     /* In struct settings. */
    uint32_t min, max; /* Numbers; sizes: in MB but for the least, 64kB. */
    const char *value; /* The default, as libconfig text. */
    const char *description;
};

#define AT(member) offsetof(struct settings, member)

static const struct setting table[] = {
    { "sectors", "files", SETTING_TEXT_LIST, AT(sectors.files), 0, 0,
      "[ \"sectors/*.conf\" ]",
      "The operator's own organisations and prefixes: files, or patterns of files. They "
      "win over "
      "the catalogue." },
    { "sectors", "catalogue", SETTING_BOOLEAN, AT(sectors.catalogue), 0, 0, "true",
      "Load the world catalogue of organisations of critical sectors." },
    { "sectors", "catalogue_folder", SETTING_TEXT, AT(sectors.catalogue_folder), 0, 0,
      "\"sectors/world\"",
      "Where the catalogue lies: organisations.tsv and prefixes.tsv." },
    { "sectors", "catalogue_sectors", SETTING_SECTORS, AT(sectors.catalogue_sectors), 0, 0,
      "[ ]", "Sectors to take from the catalogue; none named: all." },
    { "sectors", "confidence", SETTING_CONFIDENCES, AT(sectors.confidence), 0, 0,
      "[ \"A\", \"B\" ]",
      "Confidence grades to take from the catalogue: A (the network belongs to one "
      "organisation "
      "of the sector), B (probably so), M (mixed: it also carries the public Internet)." },
    { "sectors", "countries", SETTING_COUNTRIES, AT(sectors.countries), 0, 0, "[ ]",
      "Countries to take from the catalogue, as ISO 3166-1 alpha-2 codes; none named: "
      "all." },
    { "sectors", "countries_not", SETTING_COUNTRIES, AT(sectors.countries_not), 0, 0, "[ ]",
      "Countries to leave out of the catalogue." },
    { "geo", "databases", SETTING_TEXT_LIST, AT(geo.databases), 0, 0,
      "[ \"geo/sectorwatch-geo-2026-06.mmdb\" ]",
      "GeoIP databases with the MaxMind schema; the first that knows a country or an AS "
      "number "
      "gives it." },
    { "geo", "places", SETTING_PLACES, 0, 0, 0, "( )",
      "Places of the operator, before all databases: { prefix = \"10.0.0.0/8\"; country = "
      "\"NG\"; asn = 64496; as_name = \"...\"; }, each but the prefix optional." },
    { "rules", "statement", SETTING_TEXT, AT(rules.statement), 0, 0, "\"statement.conf\"",
      "The catalogue of concerns that rules cite." },
    { "rules", "folders", SETTING_TEXT_LIST, AT(rules.folders), 0, 0, "[ \"rules\" ]",
      "Folders whose *.conf files hold the rules, loaded in the order of their names." },
    { "rules", "suppress", SETTING_TEXT_LIST, AT(rules.suppress), 0, 0,
      "[ \"suppress.conf\" ]",
      "Files of suppressions; one that is not there is passed over." },
    { "rules", "threshold_capacity", SETTING_U32, AT(rules.threshold_capacity), 1024,
      1 << 24, "65536",
      "Counts that thresholds keep at a time; the one idle longest gives way." },
    { "", "lists", SETTING_LISTS, 0, 0, 0, "( )",
      "Lists of addresses, prefixes, domains and JA4 fingerprints that somebody else "
      "judged: { name = \"tor-relays\"; file = \"lists/tor.txt\"; format = \"auto\"; "
      "column = \"ip\"; use = \"alert\"; source = \"...\"; concern = \"JS-P3-DARKWEB\"; "
      "meaning = \"...\"; date = \"2026-06-01\"; valid_for = \"30d\"; }. Name and file are "
      "needed. The format is plain, csv, misp, warninglist or stix, and found out if not "
      "said; of a csv, the column with the indicators, too, which may be a heading or a "
      "number. What is on a list of use \"allow\", such as shared hosting, is not alerted "
      "on by other lists; scans by what is on one of use \"scanner\", such as research "
      "projects, are of severity info. The date is the file's own if not said; a list past "
      "its validity is not used." },
    { "capture", "interfaces", SETTING_INTERFACES, AT(interfaces), 0, INTERFACES_MAX, "[ ]",
      "Interfaces that 'run' captures from when none is named on its command line." },
    { "capture", "snaplen", SETTING_U32, AT(capture.snaplen), 64, 262144, "262144",
      "Bytes captured of a frame." },
    { "capture", "ring", SETTING_SIZE, AT(capture.ring_bytes), 0, 2047, "\"64MB\"",
      "Memory of each capture ring, in the kernel." },
    { "capture", "rings", SETTING_U32, AT(rings), 1, 16, "1",
      "Rings of each interface, among which the kernel shares its flows out. With more "
      "than "
      "one ring in all, each is read by a thread of its own; give a sensor no more than it "
      "has processors." },
    { "capture", "promiscuous", SETTING_BOOLEAN, AT(capture.promiscuous), 0, 0, "true",
      "Capture frames that are not addressed to this host." },
    { "capture", "filter", SETTING_TEXT, AT(capture.filter), 0, 0, "\"\"",
      "A pcap-filter(7) expression; frames that it does not pass are not seen at all." },
    { "capture", "prefilter", SETTING_PREFILTER, AT(prefilter), 0, 0, "\"auto\"",
      "Have the kernel keep back, and only count, frames that touch no critical range. "
      "\"auto\": "
      "where it can; \"on\": no capture without it; \"off\": all frames come to the "
      "program. "
      "It takes Linux 5.5 and the capability CAP_BPF, and there is none beside a filter." },
    { "decode", "tunnel_depth", SETTING_U32, AT(decode.tunnel_depth_max), 0, 16, "4",
      "Tunnels opened within one frame." },
    { "decode", "fragment_packets", SETTING_U32, AT(decode.fragment_packets_max), 16,
      1 << 16, "4096", "Fragmented packets put together at a time; the oldest gives way." },
    { "decode", "fragment_memory", SETTING_SIZE, AT(decode.fragment_bytes_max), 0, 65536,
      "\"16MB\"", "Memory for their data." },
    { "decode", "fragment_timeout", SETTING_DURATION, AT(decode.fragment_timeout_ns), 0, 0,
      "\"30s\"",
      "A fragmented packet that is not complete by then is dropped and counted." },
    { "flow", "capacity", SETTING_U32, AT(flow.capacity), 1024, 1 << 26, "524288",
      "Flows followed at a time. When there is no room, half-open flows give way first, "
      "then "
      "one-way ones, then those idle longest." },
    { "flow", "idle_timeout", SETTING_DURATION, AT(flow.idle_timeout_ns), 0, 0, "\"60s\"",
      "A flow without a packet for this long has ended." },
    { "flow", "half_open_timeout", SETTING_DURATION, AT(flow.half_open_timeout_ns), 0, 0,
      "\"10s\"", "The same for a flow that was never answered." },
    { "flow", "active_timeout", SETTING_DURATION, AT(flow.active_timeout_ns), 0, 0,
      "\"30m\"", "A flow this old is ended and goes on as a new one." },
    { "flow", "use_vlan", SETTING_BOOLEAN, AT(flow.use_vlan), 0, 0, "true",
      "Packets of different VLANs are of different flows." },
    { "recognise", "sessions", SETTING_U32, AT(recognise.sessions), 1024, 1 << 20, "8192",
      "Flows whose payloads are remembered at a time, until their protocol is known or "
      "while its messages are read; about 4,200 bytes each. The one idle longest gives "
      "way." },
    { "detect.scan", "ports", SETTING_U32, AT(detect.scan.ports), 2, 1024, "15",
      "Different ports of one host that one source tries for a scan." },
    { "detect.scan", "within", SETTING_DURATION, AT(detect.scan.within_ns), 0, 0, "\"5m\"",
      "The time in which it tries them." },
    { "detect.scan", "capacity", SETTING_U32, AT(detect.scan.capacity), 256, 1 << 22,
      "65536", "Pairs of hosts watched at a time; the one idle longest gives way." },
    { "detect.sweep", "hosts", SETTING_U32, AT(detect.sweep.hosts), 2, 1024, "15",
      "Different hosts that one source tries on one port for a sweep." },
    { "detect.sweep", "within", SETTING_DURATION, AT(detect.sweep.within_ns), 0, 0,
      "\"5m\"", "The time in which it tries them." },
    { "detect.sweep", "capacity", SETTING_U32, AT(detect.sweep.capacity), 256, 1 << 22,
      "65536", "Sources and ports watched at a time; the one idle longest gives way." },
    { "detect.dns_tunnel", "names", SETTING_U32, AT(detect.dns_tunnel.names), 2, 1024, "40",
      "Different names of one domain that one host asks the DNS for, for a dns-tunnel." },
    { "detect.dns_tunnel", "length", SETTING_U32, AT(detect.dns_tunnel.length), 16, 200,
      "48", "Characters that each of them has at least before the domain." },
    { "detect.dns_tunnel", "within", SETTING_DURATION, AT(detect.dns_tunnel.within_ns), 0,
      0, "\"10m\"", "The time in which it asks for them." },
    { "detect.dns_tunnel", "capacity", SETTING_U32, AT(detect.dns_tunnel.capacity), 256,
      1 << 22, "4096",
      "Hosts and domains watched at a time; the one idle longest gives way." },
    { "detect.brute_force", "logins", SETTING_U32, AT(detect.brute_force.logins), 5, 1024,
      "30",
      "Short connections of one source to one login service of one host for a "
      "brute-force." },
    { "detect.brute_force", "hosts", SETTING_U32, AT(detect.brute_force.hosts), 2, 1024,
      "5", "Or hosts at whose login service one source made three of them or more." },
    { "detect.brute_force", "within", SETTING_DURATION, AT(detect.brute_force.within_ns), 0,
      0, "\"5m\"", "The time in which it makes them." },
    { "detect.brute_force", "capacity", SETTING_U32, AT(detect.brute_force.capacity), 256,
      1 << 22, "16384",
      "Pairs of hosts watched at a time, and sources; the one idle longest gives way." },
    { "detect.lateral", "hosts", SETTING_U32, AT(detect.lateral.hosts), 2, 1024, "10",
      "Different assets that one asset reaches by file sharing, remote desktop, shells or "
      "the like for a lateral observation." },
    { "detect.lateral", "within", SETTING_DURATION, AT(detect.lateral.within_ns), 0, 0,
      "\"10m\"", "The time in which it reaches them." },
    { "detect.lateral", "capacity", SETTING_U32, AT(detect.lateral.capacity), 256, 1 << 22,
      "4096", "Assets watched at a time; the one idle longest gives way." },
    { "detect.flood", "requests", SETTING_U32, AT(detect.flood.requests), 10, 1 << 30,
      "1000",
      "Connection requests to one TCP port of one asset that come to nothing, in one "
      "interval, for a flood." },
    { "detect.flood", "packets", SETTING_U32, AT(detect.flood.packets), 10, 1 << 30,
      "20000",
      "The same for UDP packets that are not answered, and for echo requests, to one "
      "asset." },
    { "detect.flood", "times", SETTING_U32, AT(detect.flood.times), 2, 1000, "10",
      "And so many times what usually comes in an interval. In the first six intervals "
      "nobody knows that, and so many times the numbers above are asked for." },
    { "detect.flood", "within", SETTING_DURATION, AT(detect.flood.within_ns), 0, 0,
      "\"10s\"", "One interval." },
    { "detect.flood", "capacity", SETTING_U32, AT(detect.flood.capacity), 256, 1 << 22,
      "16384",
      "Assets and ports watched at a time; those that little comes to give way first." },
    { "detect.amplification", "bytes", SETTING_SIZE, AT(detect.amplification.bytes), 0,
      1 << 20, "\"1MB\"",
      "UDP answers of services that can be made to amplify, to one asset that did not ask, "
      "or from one asset and much larger than the questions, in one interval, for an "
      "amplification." },
    { "detect.amplification", "hosts", SETTING_U32, AT(detect.amplification.hosts), 1, 40,
      "8", "From so many hosts, where the asset did not ask." },
    { "detect.amplification", "ratio", SETTING_U32, AT(detect.amplification.ratio),
      DETECT_AMPLIFICATION_RATIO_MIN, 1000, "5",
      "So many times as large as the question, where the asset answers." },
    { "detect.amplification", "times", SETTING_U32, AT(detect.amplification.times), 2, 1000,
      "10", "And so many times what is usual, as for floods." },
    { "detect.amplification", "within", SETTING_DURATION,
      AT(detect.amplification.within_ns), 0, 0, "\"10s\"", "One interval." },
    { "detect.amplification", "capacity", SETTING_U32, AT(detect.amplification.capacity),
      256, 1 << 22, "4096",
      "Assets and services watched at a time; those that little comes to give way first." },
    { "detect.beacon", "contacts", SETTING_U32, AT(detect.beacon.contacts), 6,
      DETECT_BEACON_CONTACTS_MAX, "24",
      "Contacts in a row of one asset with one port of one host outside, at intervals that "
      "hardly differ, for a beacon. Services that ask at intervals by their nature, such "
      "as "
      "those of time, names and mail, do not count." },
    { "detect.beacon", "jitter", SETTING_U32, AT(detect.beacon.jitter), 0, 50, "10",
      "Per cent of their median by which three in four intervals deviate at most." },
    { "detect.beacon", "shortest", SETTING_DURATION, AT(detect.beacon.shortest_ns), 0, 0,
      "\"10s\"", "Connections that follow each other sooner are one contact." },
    { "detect.beacon", "longest", SETTING_DURATION, AT(detect.beacon.longest_ns), 0, 0,
      "\"1d\"", "What comes later begins anew." },
    { "detect.beacon", "capacity", SETTING_U32, AT(detect.beacon.capacity), 256, 1 << 22,
      "65536",
      "Pairs of hosts watched at a time; those with few contacts give way first." },
    { "detect.exfiltration", "bytes", SETTING_SIZE, AT(detect.exfiltration.bytes), 0,
      1 << 30, "\"100MB\"",
      "Bytes that one asset sends to one host outside for an exfiltration. What it serves "
      "to the public does not count." },
    { "detect.exfiltration", "ratio", SETTING_U32, AT(detect.exfiltration.ratio), 1, 1000,
      "10", "So many times what it gets back." },
    { "detect.exfiltration", "within", SETTING_DURATION, AT(detect.exfiltration.within_ns),
      0, 0, "\"1h\"", "The time in which it sends them." },
    { "detect.exfiltration", "capacity", SETTING_U32, AT(detect.exfiltration.capacity), 256,
      1 << 22, "16384",
      "Pairs of hosts watched at a time; the one idle longest gives way." },
    { "detect.icmp_tunnel", "packets", SETTING_U32, AT(detect.icmp_tunnel.packets), 2,
      1 << 20, "50",
      "Echo requests, and replies that are larger, between two hosts for an icmp-tunnel." },
    { "detect.icmp_tunnel", "bytes", SETTING_SIZE, AT(detect.icmp_tunnel.bytes), 0, 1 << 20,
      "\"10MB\"", "Or so much in large echoes of one flow." },
    { "cascade", "sectors_touched", SETTING_U32, AT(cascade.sectors_touched), 2, 10, "2",
      "Sectors whose assets one peer contacts, on ports that do not serve the public, for "
      "a multi-sector observation." },
    { "cascade", "sectors_judged", SETTING_U32, AT(cascade.sectors_judged), 2, 10, "2",
      "The same, of sectors in which verdicts of severity low or more name the peer." },
    { "cascade", "countries_touched", SETTING_U32, AT(cascade.countries_touched), 2, 16,
      "2", "Countries in which one peer contacts assets for a multi-country observation." },
    { "cascade", "countries_judged", SETTING_U32, AT(cascade.countries_judged), 2, 16, "2",
      "The same, of countries in which verdicts name the peer." },
    { "cascade", "within", SETTING_DURATION, AT(cascade.within_ns), 0, 0, "\"1h\"",
      "The time within which it does." },
    { "cascade", "capacity", SETTING_U32, AT(cascade.capacity), 256, 1 << 22, "65536",
      "Peers watched at a time; the one idle longest gives way." },
    { "incident", "window", SETTING_DURATION, AT(incident.window_ns), 0, 0, "\"15m\"",
      "An incident without a verdict for this long is closed." },
    { "incident", "longest", SETTING_DURATION, AT(incident.longest_ns), 0, 0, "\"24h\"",
      "An incident this old is closed and goes on as a new one." },
    { "incident", "capacity", SETTING_U32, AT(incident.capacity), 64, 1 << 20, "16384",
      "Incidents open at a time; the one idle longest is closed early." },
    { "alert", "hostname", SETTING_TEXT, AT(alert.hostname), 0, 0, "\"\"",
      "The sensor's name in alerts; empty: the host's own." },
    { "alert", "file", SETTING_TEXT, AT(alert.file), 0, 0, "\"\"",
      "File that 'run' appends each alert to, a line of ECS JSON each; empty: none." },
    { "alert", "syslog", SETTING_TEXT, AT(alert.syslog), 0, 0, "\"/dev/log\"",
      "Unix socket that 'run' sends each alert to, as RFC 5424; empty: none." },
    { "alert", "syslog_queue", SETTING_U32, AT(alert.syslog_queue), 16, 1 << 20, "10000",
      "Alerts kept while the socket does not take them." },
    { "alert", "heartbeat", SETTING_DURATION, AT(alert.heartbeat_ns), 0, 0, "\"1m\"",
      "How often 'run' says among the alerts that it is there, how it goes and what it "
      "judges by; also when trouble comes or goes." },
    { "alert", "least_traffic", SETTING_U32, AT(alert.least_traffic), 0, UINT32_MAX, "0",
      "Packets a second; fewer for ten seconds are trouble, which a heartbeat says. 0: "
      "only "
      "none at all." },
    { "alert", "least_share", SETTING_U32, AT(alert.least_share), 0, 100, "30",
      "Per cent of the traffic that usually comes in that hour of the week; less for some "
      "minutes is trouble too. In the first week, of what came in the last hours. 0: "
      "never." },
    { "alert", "facility", SETTING_FACILITY, AT(alert.facility), 0, 0, "\"local0\"",
      "Syslog facility: a name of RFC 5424 section 6.2.1, such as daemon or local0." },
    { "alert", "enterprise_number", SETTING_U32, AT(alert.enterprise_number), 1, UINT32_MAX,
      "32473",
      "IANA private enterprise number in RFC 5424 structured data; 32473 is the one for "
      "documentation." },
    { "alert", "community_id_seed", SETTING_U32, AT(alert.community_id_seed), 0, 65535, "0",
      "Seed of the Community ID; the same on all monitors of a site." },
    { "alert", "reference", SETTING_TEXT, AT(alert.reference), 0, 0, "\"\"",
      "URL to which a rule's id is added for rule.reference; empty: none." },
    { "metrics", "folder", SETTING_TEXT, AT(metrics.folder), 0, 0, "\"\"",
      "Folder in which 'run' keeps sectorwatch-NAME.prom, all counters and rates for "
      "Prometheus, renewed every ten seconds: that of the textfile collector of "
      "node_exporter. Empty: none." },
    { "metrics", "group", SETTING_TEXT, AT(metrics.group), 0, 0, "\"\"",
      "Group whose members may use the socket metrics of ctl.folder; empty: the sensor's "
      "own." },
    { "ctl", "folder", SETTING_TEXT, AT(ctl.folder), 0, 0, "\"/run/sectorwatch\"",
      "Folder in which 'run' has its sockets: NAME/ctl for 'ctl' and 'top', NAME/metrics "
      "for "
      "Prometheus. NAME is the first interface that its command line names, or \"all\" if "
      "none. Empty: none." },
    { "ctl", "group", SETTING_TEXT, AT(ctl.group), 0, 0, "\"\"",
      "Group whose members may use the socket ctl; empty: the sensor's own." },
    { "ctl", "suppress", SETTING_TEXT, AT(ctl.suppress), 0, 0,
      "\"/var/lib/sectorwatch/suppress.conf\"",
      "File that 'ctl suppress' adds to, read after those of rules.suppress. Empty: it is "
      "refused." },
    { "", "sandbox", SETTING_SANDBOX, AT(sandbox), 0, 0, "\"on\"",
      "What 'run' gives up once it captures: all capabilities, starting programs, network "
      "sockets, and files other than its own. \"strict\": no capture unless the system has "
      "every layer of that; \"on\": a layer that is missing is a warning; \"off\": "
      "nothing." },
};

enum { N_SETTINGS = sizeof table / sizeof table[0] };

/* Facilities of RFC 5424 section 6.2.1 by their customary names; the index is the number.
 */
static const char *const facilities[] = {
    "kern",   "user",   "mail",     "daemon", "auth",   "syslog", "lpr",    "news",
    "uucp",   "cron",   "authpriv", "ftp",    "ntp",    "audit",  "alert",  "clock",
    "local0", "local1", "local2",   "local3", "local4", "local5", "local6", "local7",
};

/* Groups and settings that a reload takes over; all others need a restart. */
static const char *const reloaded[] = {
    "sectors",
    "geo",
    "lists",
    "rules.folders",
    "rules.statement",
    "rules.suppress",
    "alert.hostname",
    "alert.facility",
    "alert.enterprise_number",
    "alert.heartbeat",
    "alert.community_id_seed",
    "alert.reference",
};

enum { NAME_SIZE = 64 };

static const char *name_of(const struct setting *setting, char name[static NAME_SIZE]);
static bool is_reloaded(const struct setting *setting);
static bool is_same(const struct setting *setting, const struct settings *a,
                    const struct settings *b);
static void copy_value(const struct setting *setting, struct settings *to,
                       const struct settings *from, struct arena *arena);
static void read_group(const struct config_node *group, const char *path,
                       struct arena *arena, struct settings *settings,
                       struct problem_list *problems);
static void read_value(const struct config_node *node, const struct setting *setting,
                       struct arena *arena, struct settings *settings,
                       struct problem_list *problems);

/* Fills in all defaults, from the table's own texts. */
static void
set_defaults(struct arena *arena, struct settings *settings)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    struct config *config;

    if (out == NULL) {
        abort();
    }
    settings_write_default(out);
    (void) fclose(out);
    config = config_open_text(text, "defaults", NULL);
    assert(config != NULL);
    read_group(config_root(config), "", arena, settings, NULL);
    config_close(config);
    free(text);
}

bool
facility_parse(const char *name, unsigned *ret)
{
    for (unsigned i = 0; i < sizeof facilities / sizeof facilities[0]; i++) {
        if (strcmp(facilities[i], name) == 0) {
            *ret = i;
            return true;
        }
    }
    return false;
}

void
settings_read(const char *path, struct arena *arena, struct settings *settings,
              struct problem_list *problems)
{
    struct config *config;

    *settings = (struct settings){ 0 };
    set_defaults(arena, settings);
    settings->file = arena_text(arena, path);
    config = config_open(path, problems);
    if (config != NULL) {
        read_group(config_root(config), "", arena, settings, problems);
        config_close(config);
    }
}

void
settings_keep(struct settings *settings, const struct settings *in_use, struct arena *arena,
              struct problem_list *problems)
{
    for (size_t i = 0; i < N_SETTINGS; i++) {
        char name[NAME_SIZE];

        if (!is_reloaded(&table[i]) && !is_same(&table[i], settings, in_use)) {
            problem_warning(problems, settings->file, 0,
                            "%s has changed, which needs a restart; it stays as it was",
                            name_of(&table[i], name));
            copy_value(&table[i], settings, in_use, arena);
        }
    }
}

void
settings_compare(const struct settings *a, const struct settings *b,
                 void (*show)(void *context, const char *name), void *context)
{
    for (size_t i = 0; i < N_SETTINGS; i++) {
        char name[NAME_SIZE];

        if (!is_same(&table[i], a, b)) {
            show(context, name_of(&table[i], name));
        }
    }
}

/* The part of a dotted path "a.b" below 'prefix' up to the next dot, if 'group' lies below
 * it; else NULL. */
static const char *
subgroup(const char *group, const char *prefix, struct arena *arena)
{
    const size_t n = strlen(prefix);
    const char *rest;

    if (strncmp(group, prefix, n) != 0 || group[n] == '\0' || (n > 0 && group[n] != '.')) {
        return NULL;
    }
    rest = group + n + (n > 0 ? 1 : 0);
    return arena_text_n(arena, rest, strcspn(rest, "."));
}

/* Collects the names that may stand in the group 'path': its keys and its subgroups. */
static void
known_names(const char *path, struct arena *arena, const char *names[static N_SETTINGS + 1])
{
    size_t n = 0;

    for (size_t i = 0; i < N_SETTINGS; i++) {
        const char *name = strcmp(table[i].group, path) == 0
                               ? table[i].name
                               : subgroup(table[i].group, path, arena);

        if (name != NULL && (n == 0 || strcmp(names[n - 1], name) != 0)) {
            names[n++] = name;
        }
    }
    names[n] = NULL;
}

static const struct setting *
find_setting(const char *group, const char *name)
{
    for (size_t i = 0; i < N_SETTINGS; i++) {
        if (strcmp(table[i].group, group) == 0 && strcmp(table[i].name, name) == 0) {
            return &table[i];
        }
    }
    return NULL;
}

/* Reads the members of a group and, by recursion, of its subgroups. */
static void
read_group(const struct config_node *group, const char *path, struct arena *arena,
           struct settings *settings, struct problem_list *problems)
{
    const char *names[N_SETTINGS + 1];

    if (!config_node_is_group(group)) {
        config_error(group, problems, "'%s' is not a group; expected %s = { ... };", path,
                     path);
        return;
    }
    known_names(path, arena, names);
    config_reject_unknown(group, names, problems);
    for (const char *const *name = names; *name != NULL; name++) {
        const struct config_node *node = config_child(group, *name);
        const struct setting *setting = find_setting(path, *name);

        if (node == NULL) {
            continue;
        }
        if (setting != NULL) {
            read_value(node, setting, arena, settings, problems);
        } else {
            char below[64];

            (void) snprintf(below, sizeof below, "%s%s%s", path, *path == '\0' ? "" : ".",
                            *name);
            read_group(node, below, arena, settings, problems);
        }
    }
}

/* Reads a text that the setting accepts. */
static bool
read_text(const struct config_node *node, const struct setting *setting,
          struct problem_list *problems, const char **ret)
{
    const struct setting_kind *kind = &kinds[setting->type];
    const char *text;

    if (!config_text(node, problems, &text)) {
        return false;
    }
    if (kind->accepts != NULL && !kind->accepts(text)) {
        config_error(node, problems, "\"%s\" does not fit '%s'; expected %s", text,
                     setting->name, kind->expected);
        return false;
    }
    *ret = text;
    return true;
}

/* None twice, whose frames would be counted twice, and not too many. */
static void
check_interfaces(const struct config_node *node, const struct setting *setting,
                 const struct text_list *list, struct problem_list *problems)
{
    for (size_t i = 0; i < list->n; i++) {
        for (size_t j = 0; j < i; j++) {
            if (strcmp(list->texts[i], list->texts[j]) == 0) {
                config_error(config_at(node, i), problems, "\"%s\" is named twice",
                             list->texts[i]);
                break;
            }
        }
    }
    if (list->n > setting->max) {
        config_error(node, problems, "%zu interfaces are too many; expected at most %u",
                     list->n, setting->max);
    }
}

static void
read_text_list(const struct config_node *node, const struct setting *setting,
               struct arena *arena, struct text_list *list, struct problem_list *problems)
{
    struct text_list read = { .texts = arena_take(arena, (config_n(node) + 1) *
                                                             sizeof *read.texts) };

    if (!config_node_is_list(node)) {
        config_error(node, problems, "'%s' is not a list; expected [ \"...\", \"...\" ]",
                     config_node_name(node));
        return;
    }
    for (size_t i = 0; i < config_n(node); i++) {
        const char *text;

        if (read_text(config_at(node, i), setting, problems, &text)) {
            read.texts[read.n++] = arena_text(arena, text);
        }
    }
    if (setting->type == SETTING_INTERFACES) {
        check_interfaces(node, setting, &read, problems);
    }
    *list = read;
}

/* Reads a text member that may be missing; "" then. */
static const char *
optional_text(const struct config_node *group, const char *name, struct arena *arena,
              struct problem_list *problems)
{
    const struct config_node *node = config_child(group, name);
    const char *text = "";

    if (node != NULL) {
        (void) config_text(node, problems, &text);
    }
    return arena_text(arena, text);
}

static void
read_list(const struct config_node *group, struct arena *arena,
          struct indicator_list_config *list, struct problem_list *problems)
{
    static const char *const names[] = { "name",      "file",    "format",  "column",
                                         "source",    "use",     "meaning", "date",
                                         "valid_for", "concern", NULL };
    const struct config_node *format, *use, *date, *valid_for;
    const char *name, *day;

    config_reject_unknown(group, names, problems);
    *list = (struct indicator_list_config){
        .name = optional_text(group, "name", arena, problems),
        .file = optional_text(group, "file", arena, problems),
        .column = optional_text(group, "column", arena, problems),
        .source = optional_text(group, "source", arena, problems),
        .meaning = optional_text(group, "meaning", arena, problems),
        .concern = optional_text(group, "concern", arena, problems),
        .config_file = arena_text(arena, config_node_file(group)),
        .config_line = config_node_line(group),
    };
    if (*list->name == '\0' || *list->file == '\0') {
        config_error(group, problems, "a list needs a name and a file");
    }
    if ((format = config_child(group, "format")) != NULL &&
        config_text(format, problems, &name) && !list_format_parse(name, &list->format)) {
        config_error(format, problems,
                     "\"%s\" is not a format; expected \"auto\", \"plain\", \"csv\", "
                     "\"misp\", \"warninglist\" or \"stix\"",
                     name);
    }
    if ((use = config_child(group, "use")) != NULL && config_text(use, problems, &name) &&
        !list_use_parse(name, &list->use)) {
        config_error(use, problems,
                     "\"%s\" is no use of a list; expected \"alert\", \"allow\" or "
                     "\"scanner\"",
                     name);
    }
    if ((date = config_child(group, "date")) != NULL && config_text(date, problems, &day) &&
        !timestamp_parse_date(day, &list->date_ns)) {
        config_error(date, problems, "\"%s\" is not a day; expected \"2026-06-01\"", day);
    }
    if ((valid_for = config_child(group, "valid_for")) != NULL) {
        (void) config_duration(valid_for, problems, &list->valid_for_ns);
    }
}

static bool
accepts_sector(const char *text)
{
    enum sector sector;

    return sector_parse(text, &sector);
}

static bool
accepts_confidence(const char *text)
{
    enum confidence confidence;

    return confidence_parse(text, &confidence);
}

static bool
accepts_facility(const char *text)
{
    unsigned number;

    return facility_parse(text, &number);
}

static bool
accepts_sandbox(const char *text)
{
    enum sandbox_mode mode;

    return sandbox_mode_parse(text, &mode);
}

static bool
accepts_prefilter(const char *text)
{
    enum range_filter_mode mode;

    return range_filter_mode_parse(text, &mode);
}

static void
read_place(const struct config_node *group, struct arena *arena,
           struct geo_place_config *place, struct problem_list *problems)
{
    static const char *const names[] = { "prefix", "country", "asn", "as_name", NULL };
    const char *prefix;
    const struct config_node *asn = config_child(group, "asn");
    int64_t number = 0;
    enum ip_parse_status status;

    config_reject_unknown(group, names, problems);
    prefix = optional_text(group, "prefix", arena, problems);
    place->country = optional_text(group, "country", arena, problems);
    place->as_name = optional_text(group, "as_name", arena, problems);
    status = ip_prefix_parse(prefix, &place->prefix);
    if (status == IP_PARSE_HOST_BITS) {
        char meant[IP_PREFIX_TEXT_SIZE];

        config_error(group, problems, "prefix \"%s\" has host bits set; expected \"%s\"",
                     prefix, ip_prefix_format(place->prefix, meant));
    } else if (status != IP_PARSE_OK) {
        config_error(group, problems,
                     "prefix \"%s\" is not a prefix; expected \"10.0.0.0/8\"", prefix);
    }
    if (*place->country != '\0' && !country_code_is_well_formed(place->country)) {
        config_error(group, problems,
                     "country \"%s\" is not a code; expected two capital letters, \"NG\"",
                     place->country);
    }
    if (asn != NULL && config_integer(asn, 0, UINT32_MAX, problems, &number)) {
        place->asn = (uint32_t) number;
    }
}

/* Checks that 'node' is a list of groups. */
static bool
is_list_of_groups(const struct config_node *node, struct problem_list *problems)
{
    bool good = config_node_is_list(node);

    for (size_t i = 0; good && i < config_n(node); i++) {
        good = config_node_is_group(config_at(node, i));
    }
    if (!good) {
        config_error(node, problems,
                     "'%s' is not a list of groups; expected ( { ... }, { ... } )",
                     config_node_name(node));
    }
    return good;
}

static void
read_value(const struct config_node *node, const struct setting *setting,
           struct arena *arena, struct settings *settings, struct problem_list *problems)
{
    void *at = (char *) settings + setting->offset;
    const size_t n = config_n(node);
    const char *text;
    int64_t integer;

    switch (setting->type) {
    case SETTING_U32:
        if (config_integer(node, setting->min, setting->max, problems, &integer)) {
            *(uint32_t *) at = (uint32_t) integer;
        }
        break;
    case SETTING_BOOLEAN:
        (void) config_boolean(node, problems, at);
        break;
    case SETTING_DURATION:
        if (config_duration(node, problems, at) && *(uint64_t *) at == 0) {
            config_error(node, problems,
                         "'%s' is 0; expected a duration of at least \"1ms\"",
                         setting->name);
        }
        break;
    case SETTING_SIZE:
        if (config_size(node, problems, at) &&
            (*(uint64_t *) at < 65536 || *(uint64_t *) at >> 20 > setting->max)) {
            config_error(node, problems,
                         "'%s' is out of range; expected from \"64kB\" to \"%uMB\"",
                         setting->name, setting->max);
        }
        break;
    case SETTING_TEXT:
    case SETTING_FACILITY:
    case SETTING_SANDBOX:
    case SETTING_PREFILTER:
        if (read_text(node, setting, problems, &text)) {
            *(const char **) at = arena_text(arena, text);
        }
        break;
    case SETTING_TEXT_LIST:
    case SETTING_SECTORS:
    case SETTING_CONFIDENCES:
    case SETTING_COUNTRIES:
    case SETTING_INTERFACES:
        read_text_list(node, setting, arena, at, problems);
        break;
    case SETTING_LISTS:
        if (is_list_of_groups(node, problems)) {
            settings->lists = arena_take(arena, (n + 1) * sizeof *settings->lists);
            settings->n_lists = n;
            for (size_t i = 0; i < n; i++) {
                read_list(config_at(node, i), arena, &settings->lists[i], problems);
            }
        }
        break;
    case SETTING_PLACES:
        if (is_list_of_groups(node, problems)) {
            settings->geo.places =
                arena_take(arena, (n + 1) * sizeof *settings->geo.places);
            settings->geo.n_places = n;
            for (size_t i = 0; i < n; i++) {
                read_place(config_at(node, i), arena, &settings->geo.places[i], problems);
            }
        }
        break;
    }
}

static const char *
name_of(const struct setting *setting, char name[static NAME_SIZE])
{
    (void) snprintf(name, NAME_SIZE, "%s%s%s", setting->group,
                    *setting->group == '\0' ? "" : ".", setting->name);
    return name;
}

static bool
is_reloaded(const struct setting *setting)
{
    char name[NAME_SIZE];

    (void) name_of(setting, name);
    for (size_t i = 0; i < sizeof reloaded / sizeof reloaded[0]; i++) {
        const size_t n = strlen(reloaded[i]);

        if (strncmp(name, reloaded[i], n) == 0 && (name[n] == '\0' || name[n] == '.')) {
            return true;
        }
    }
    return false;
}

static bool
is_same_list(const struct text_list *a, const struct text_list *b)
{
    for (size_t i = 0; i < a->n && i < b->n; i++) {
        if (strcmp(a->texts[i], b->texts[i]) != 0) {
            return false;
        }
    }
    return a->n == b->n;
}

static bool
are_same_places(const struct settings_geo *a, const struct settings_geo *b)
{
    for (size_t i = 0; i < a->n_places && i < b->n_places; i++) {
        const struct geo_place_config *x = &a->places[i], *y = &b->places[i];

        if (x->prefix.length != y->prefix.length ||
            !ip_equal(x->prefix.address, y->prefix.address) || x->asn != y->asn ||
            strcmp(x->country, y->country) != 0 || strcmp(x->as_name, y->as_name) != 0) {
            return false;
        }
    }
    return a->n_places == b->n_places;
}

static bool
is_same(const struct setting *setting, const struct settings *a, const struct settings *b)
{
    const void *x = (const char *) a + setting->offset;
    const void *y = (const char *) b + setting->offset;

    switch (setting->type) {
    case SETTING_U32:
        return *(const uint32_t *) x == *(const uint32_t *) y;
    case SETTING_BOOLEAN:
        return *(const bool *) x == *(const bool *) y;
    case SETTING_DURATION:
    case SETTING_SIZE:
        return *(const uint64_t *) x == *(const uint64_t *) y;
    case SETTING_TEXT:
    case SETTING_FACILITY:
    case SETTING_SANDBOX:
    case SETTING_PREFILTER:
        return strcmp(*(const char *const *) x, *(const char *const *) y) == 0;
    case SETTING_TEXT_LIST:
    case SETTING_SECTORS:
    case SETTING_CONFIDENCES:
    case SETTING_COUNTRIES:
    case SETTING_INTERFACES:
        return is_same_list(x, y);
    case SETTING_PLACES:
        return are_same_places(&a->geo, &b->geo);
    case SETTING_LISTS:
        break;
    }
    return true;
}

static void
copy_list(struct text_list *to, const struct text_list *from, struct arena *arena)
{
    to->texts = arena_take(arena, (from->n + 1) * sizeof *to->texts);
    to->n = from->n;
    for (size_t i = 0; i < from->n; i++) {
        to->texts[i] = arena_text(arena, from->texts[i]);
    }
}

/* Copies the value of a setting that is not reloaded. */
static void
copy_value(const struct setting *setting, struct settings *to, const struct settings *from,
           struct arena *arena)
{
    void *x = (char *) to + setting->offset;
    const void *y = (const char *) from + setting->offset;

    switch (setting->type) {
    case SETTING_U32:
        *(uint32_t *) x = *(const uint32_t *) y;
        break;
    case SETTING_BOOLEAN:
        *(bool *) x = *(const bool *) y;
        break;
    case SETTING_DURATION:
    case SETTING_SIZE:
        *(uint64_t *) x = *(const uint64_t *) y;
        break;
    case SETTING_TEXT:
    case SETTING_FACILITY:
    case SETTING_SANDBOX:
    case SETTING_PREFILTER:
        *(const char **) x = arena_text(arena, *(const char *const *) y);
        break;
    case SETTING_TEXT_LIST:
    case SETTING_SECTORS:
    case SETTING_CONFIDENCES:
    case SETTING_COUNTRIES:
    case SETTING_INTERFACES:
        copy_list(x, y, arena);
        break;
    case SETTING_PLACES:
    case SETTING_LISTS:
        assert(false);
        break;
    }
}

/* Writes 'text' as comment lines of at most 92 columns. */
static void
write_comment(FILE *out, const char *indent, const char *text)
{
    size_t column = 0;

    while (*text != '\0') {
        const size_t n = strcspn(text, " ");

        if (column == 0 || column + 1 + n > 92) {
            fprintf(out, "%s%s# ", column == 0 ? "" : "\n", indent);
            column = strlen(indent) + 2;
        } else {
            putc(' ', out);
            column++;
        }
        fprintf(out, "%.*s", (int) n, text);
        column += n;
        text += n;
        text += strspn(text, " ");
    }
    putc('\n', out);
}

/* Number of path elements that two dotted paths share at their start. */
static size_t
shared_depth(const char *a, const char *b)
{
    size_t depth = 0;

    while (*a != '\0' && *b != '\0') {
        const size_t na = strcspn(a, "."), nb = strcspn(b, ".");

        if (na != nb || strncmp(a, b, na) != 0) {
            break;
        }
        depth++;
        a += na + (a[na] == '.');
        b += nb + (b[nb] == '.');
    }
    return depth;
}

static size_t
depth_of(const char *group)
{
    return shared_depth(group, group);
}

/* Closes groups of 'from' and opens those of 'to'. */
static void
write_group_change(FILE *out, const char *from, const char *to)
{
    static const char spaces[] = "        ";
    const size_t shared = shared_depth(from, to);

    for (size_t depth = depth_of(from); depth > shared; depth--) {
        fprintf(out, "%.*s};\n", (int) ((depth - 1) * 2), spaces);
    }
    for (size_t depth = 0; *to != '\0'; depth++) {
        const size_t n = strcspn(to, ".");

        if (depth >= shared) {
            fprintf(out, "%s%.*s%.*s = {\n", depth == shared ? "\n" : "", (int) (depth * 2),
                    spaces, (int) n, to);
        }
        to += n + (to[n] == '.');
    }
}

void
settings_write_default(FILE *out)
{
    const char *group = "";

    fputs(
        "# Configuration of sectorwatch; sectorwatch.conf(5) describes it.\n"
        "# Each key stands here with its default.  A file that is named without a leading "
        "\"/\" is\n"
        "# looked for beside this file, then among the files that came with the program.  "
        "A\n"
        "# reload of a running sensor takes over all but what sizes tables or opens "
        "things.\n",
        out);
    for (size_t i = 0; i < N_SETTINGS; i++) {
        const struct setting *s = &table[i];
        char indent[16];

        write_group_change(out, group, s->group);
        group = s->group;
        (void) snprintf(indent, sizeof indent, "%*s", (int) (2 * depth_of(group)), "");
        if (*group == '\0') {
            putc('\n', out);
        }
        write_comment(out, indent, s->description);
        fprintf(out, "%s%s = %s;\n", indent, s->name, s->value);
    }
    write_group_change(out, group, "");
}

/* Escapes what roff would take for its own. */
static void
write_roff(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\\') {
            fputs("\\e", out);
        } else if (*text == '-') {
            fputs("\\-", out);
        } else {
            putc(*text, out);
        }
    }
}

void
settings_write_manual(FILE *out)
{
    for (size_t i = 0; i < N_SETTINGS; i++) {
        const struct setting *s = &table[i];

        fprintf(out, ".TP\n.BR %s%s%s \" (", s->group, *s->group == '\0' ? "" : ".",
                s->name);
        fputs(kinds[s->type].name, out);
        if (s->type == SETTING_U32) {
            fprintf(out, ", %u to %u", s->min, s->max);
        } else if (s->type == SETTING_SIZE) {
            fprintf(out, ", 64kB to %uMB", s->max);
        }
        fputs("; default ", out);
        for (const char *c = s->value; *c != '\0'; c++) {
            fputs(*c == '"' ? "\"\"" : (char[]){ *c, '\0' }, out);
        }
        fputs(")\"\n", out);
        write_roff(out, s->description);
        fputs(is_reloaded(s) ? "\n" : " A change needs a restart.\n", out);
    }
}
