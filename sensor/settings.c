#include "sensor/settings.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/country_code.h"
#include "sensor/range_filter.h"
#include "sensor/sandbox/sandbox.h"
#include "sensor/settings_table.h"

static bool accepts_sector(const char *text);
static bool accepts_confidence(const char *text);
static bool accepts_facility(const char *text);
static bool accepts_sandbox(const char *text);
static bool accepts_prefilter(const char *text);

static const struct setting_kind kinds[] = {
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
    [SETTING_SERVICES] = { "list of services", NULL, NULL },
    [SETTING_LISTS] = { "list of groups", NULL, NULL },
    [SETTING_PLACES] = { "list of groups", NULL, NULL },
};

#define AT(member) offsetof(struct settings, member)

const struct setting settings_table[] = {
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
      "needed, and with a concern the source. The format is plain, csv, misp, warninglist "
      "or "
      "stix, and found out if not said; of a csv, the column with the indicators, too, "
      "which "
      "may be a heading or a number. What is on a list of use \"allow\", such as shared "
      "hosting, is not alerted on by other lists; scans by what is on one of use "
      "\"scanner\", such as research projects, are of severity info. The date is the "
      "file's "
      "own if not said; a list past its validity is not used." },
    { "capture", "interfaces", SETTING_INTERFACES, AT(interfaces), 0, INTERFACES_MAX, "[ ]",
      "Interfaces that 'run' captures from when none is named on its command line." },
    { "capture", "snaplen", SETTING_U32, AT(capture.snaplen), 64, 262144, "262144",
      "Bytes captured of a frame." },
    { "capture", "ring", SETTING_SIZE, AT(capture.ring_bytes), 64, 2047, "\"64MB\"",
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
    { "decode", "fragment_memory", SETTING_SIZE, AT(decode.fragment_bytes_max), 64, 65536,
      "\"16MB\"", "Memory for their data." },
    { "decode", "fragment_timeout", SETTING_DURATION, AT(decode.fragment_timeout_ns), 0, 0,
      "\"30s\"",
      "A fragmented packet that is not complete by then is dropped and counted." },
    { "flow", "capacity", SETTING_U32, AT(flow.capacity), 1024, 1 << 26, "524288",
      "Flows followed at a time. When there is no room, half-open flows give way first, "
      "then "
      "one-way ones, then those idle longest." },
    { "flow", "unanswered_capacity", SETTING_U32, AT(flow.unanswered_capacity), 1024,
      1 << 26, "65536",
      "Of these, so many half-open ones, so many one-way ones, and so many that began with "
      "a reset; for one more that "
      "begins, "
      "the one idle longest gives way though there is room, so that a flood from forged "
      "sources stays within that. Where the sensor sees only one direction of the traffic, "
      "all are such: there let it be the capacity." },
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
    { "detect.sweep", "answered", SETTING_U32, AT(detect.sweep.answered), 1, 1000, "4",
      "Tries that were answered for each that failed, of one source on one port, up to "
      "which its failures count: who talks to many hosts for a living fails now and "
      "then." },
    { "detect.sweep", "within", SETTING_DURATION, AT(detect.sweep.within_ns), 0, 0,
      "\"5m\"", "The time in which it tries them." },
    { "detect.sweep", "capacity", SETTING_U32, AT(detect.sweep.capacity), 256, 1 << 22,
      "65536", "Sources and ports watched at a time; the one idle longest gives way." },
    { "detect.dns_tunnel", "names", SETTING_U32, AT(detect.dns_tunnel.names), 2, 1024, "40",
      "Different names of one domain that one host asks the DNS for, for a dns-tunnel." },
    { "detect.dns_tunnel", "length", SETTING_U32, AT(detect.dns_tunnel.length), 16, 200,
      "48", "Characters that each of them has at least before the domain." },
    { "detect.dns_tunnel", "label", SETTING_U32, AT(detect.dns_tunnel.label), 1, 63, "16",
      "Characters that the longest label of each of them has at least, there." },
    { "detect.dns_tunnel", "characters", SETTING_U32, AT(detect.dns_tunnel.characters), 1,
      38, "10",
      "Different characters that each of them has at least, there, a dot among them." },
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
      "5", "Or hosts at whose login service one source made some of them." },
    { "detect.brute_force", "tries", SETTING_U32, AT(detect.brute_force.tries), 1, 1024,
      "3",
      "So many of them for a host to count: who looks what runs there asks once or "
      "twice." },
    { "detect.brute_force", "size", SETTING_U32, AT(detect.brute_force.size), 10, 1000,
      "100",
      "Per cent of what a failed login takes at most, which is in sectorwatch.conf(5): "
      "what "
      "takes more is no short connection." },
    { "detect.brute_force", "within", SETTING_DURATION, AT(detect.brute_force.within_ns), 0,
      0, "\"5m\"", "The time in which it makes them." },
    { "detect.brute_force", "capacity", SETTING_U32, AT(detect.brute_force.capacity), 256,
      1 << 22, "16384",
      "Pairs of hosts watched at a time, and sources; the one idle longest gives way." },
    { "detect.lateral", "hosts", SETTING_U32, AT(detect.lateral.hosts), 2, 1024, "10",
      "Different assets that one asset reaches by services of administration for a lateral "
      "observation." },
    { "detect.lateral", "services", SETTING_SERVICES, AT(detect.lateral.services), 0, 0,
      "[ \"smb\", \"rdp\", \"ssh\", \"winrm\", \"msrpc\", \"vnc\", \"telnet\" ]",
      "Those services, by their ports as \"sectorwatch protocols\" lists them." },
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
      "And so many times what usually comes in an interval." },
    { "detect.flood", "one_sided", SETTING_U32, AT(detect.flood.one_sided), 1, 1000, "8",
      "UDP packets for each that came back, from which on those of a flow that has grown "
      "to "
      "1024 packets are not answered." },
    { "detect.flood", "smoothing", SETTING_U32, AT(detect.flood.smoothing), 1,
      DETECT_SMOOTHING_MAX, "64",
      "What usually comes is an exponentially weighted moving average, in which each "
      "interval weighs one in so many." },
    { "detect.flood", "learning", SETTING_U32, AT(detect.flood.learning), 1, 1000, "6",
      "Intervals after the sensor's start in which nobody knows what is usual; in them "
      "flood.times as many requests or packets as above are asked for." },
    { "detect.flood", "within", SETTING_DURATION, AT(detect.flood.within_ns), 0, 0,
      "\"10s\"", "One interval." },
    { "detect.flood", "capacity", SETTING_U32, AT(detect.flood.capacity), 256, 1 << 22,
      "16384",
      "Assets and ports watched at a time; those that little comes to give way first." },
    { "detect.amplification", "bytes", SETTING_SIZE, AT(detect.amplification.bytes), 64,
      1 << 20, "\"1MB\"",
      "UDP answers of the services of the next key to one asset that did not ask, or from "
      "one asset and much larger than the questions, in one interval, for an "
      "amplification." },
    { "detect.amplification", "services", SETTING_SERVICES,
      AT(detect.amplification.services), 0, 0,
      "[ \"dns\", \"ntp\", \"ldap\", \"chargen\", \"qotd\", \"ssdp\", \"snmp\", "
      "\"rpcbind\", \"netbios\", \"rip\", \"tftp\", \"memcached\", \"ws-discovery\", "
      "\"mssql\", \"sip\", \"coap\" ]",
      "Services that can be made to amplify, by their UDP ports as \"sectorwatch "
      "protocols\" lists them: those of CISA's alert TA14-017A but for BitTorrent, whose "
      "ordinary downloads look alike, and Kad, Quake and Steam, which "
      "the sensor does not know; and those of Microsoft SQL Server's browser, SIP and "
      "CoAP." },
    { "detect.amplification", "hosts", SETTING_U32, AT(detect.amplification.hosts), 1, 40,
      "8", "From so many hosts, where the asset did not ask." },
    { "detect.amplification", "ratio", SETTING_U32, AT(detect.amplification.ratio), 2, 1000,
      "5", "So many times as large as the question, where the asset answers." },
    { "detect.amplification", "times", SETTING_U32, AT(detect.amplification.times), 2, 1000,
      "10", "And so many times what is usual, as for floods." },
    { "detect.amplification", "smoothing", SETTING_U32, AT(detect.amplification.smoothing),
      1, DETECT_SMOOTHING_MAX, "64",
      "Each interval weighs one in so many, as for floods." },
    { "detect.amplification", "learning", SETTING_U32, AT(detect.amplification.learning), 1,
      1000, "6", "Intervals after the sensor's start, as for floods." },
    { "detect.amplification", "within", SETTING_DURATION,
      AT(detect.amplification.within_ns), 0, 0, "\"10s\"", "One interval." },
    { "detect.amplification", "capacity", SETTING_U32, AT(detect.amplification.capacity),
      256, 1 << 22, "4096",
      "Assets and services watched at a time; those that little comes to give way first." },
    { "detect.beacon", "contacts", SETTING_U32, AT(detect.beacon.contacts), 6,
      DETECT_BEACON_CONTACTS_MAX, "24",
      "Contacts in a row of one asset with one port of one host outside, at intervals that "
      "hardly differ, for a beacon." },
    { "detect.beacon", "services_not", SETTING_SERVICES, AT(detect.beacon.services_not), 0,
      0,
      "[ \"ntp\", \"ptp\", \"dns\", \"netbios\", \"dhcp\", \"ssdp\", \"ws-discovery\", "
      "\"snmp\", \"syslog\", \"radius\", \"mqtt\", \"imap\", \"pop3\", \"smtp\", "
      "\"sip\", \"ike\", \"openvpn\", \"wireguard\", \"bgp\" ]",
      "Services that ask at intervals by their nature: what goes to their ports, as "
      "\"sectorwatch protocols\" lists them, does not count, whatever it is." },
    { "detect.beacon", "jitter", SETTING_U32, AT(detect.beacon.jitter), 0, 50, "10",
      "Per cent of their median by which three in four intervals deviate at most." },
    { "detect.beacon", "shortest", SETTING_DURATION, AT(detect.beacon.shortest_ns), 0, 0,
      "\"10s\"", "Connections that follow each other sooner are one contact." },
    { "detect.beacon", "longest", SETTING_DURATION, AT(detect.beacon.longest_ns), 0, 0,
      "\"1d\"", "What comes later begins anew." },
    { "detect.beacon", "capacity", SETTING_U32, AT(detect.beacon.capacity), 256, 1 << 22,
      "65536",
      "Pairs of hosts watched at a time; those with few contacts give way first." },
    { "detect.exfiltration", "bytes", SETTING_SIZE, AT(detect.exfiltration.bytes), 64,
      1 << 30, "\"100MB\"",
      "Bytes that one asset sends to one host outside for an exfiltration: in connections "
      "that it opened, whatever the service, and in those that the host opened if the "
      "service is one of the next key. What it serves to the public does not count." },
    { "detect.exfiltration", "services", SETTING_SERVICES, AT(detect.exfiltration.services),
      0, 0,
      "[ \"smb\", \"nfs\", \"rsync\", \"ldap\", \"mssql\", \"mysql\", \"postgres\", "
      "\"oracle\", \"redis\", \"mongodb\", \"elastic\", \"dicom\", \"hl7\" ]",
      "Services that hold data and are not for the public, as they were recognised." },
    { "detect.exfiltration", "flow_bytes", SETTING_SIZE, AT(detect.exfiltration.flow_bytes),
      1, 1024, "\"4kB\"",
      "Flows in which neither end sent as much are not looked at: less is little more than "
      "a handshake." },
    { "detect.exfiltration", "ratio", SETTING_U32, AT(detect.exfiltration.ratio), 1, 1000,
      "10",
      "So many times what it gets from there by the same flows and others, each counted "
      "when it ends, in that time and up to as long before." },
    { "detect.exfiltration", "within", SETTING_DURATION, AT(detect.exfiltration.within_ns),
      0, 0, "\"1h\"", "The time in which it sends them." },
    { "detect.exfiltration", "capacity", SETTING_U32, AT(detect.exfiltration.capacity), 256,
      1 << 22, "16384",
      "Pairs of hosts watched at a time; the one idle longest gives way." },
    { "detect.icmp_tunnel", "packets", SETTING_U32, AT(detect.icmp_tunnel.packets), 2,
      1 << 20, "50",
      "Echo requests of one flow, and as many replies that are larger, for an "
      "icmp-tunnel." },
    { "detect.icmp_tunnel", "larger", SETTING_U32, AT(detect.icmp_tunnel.larger), 1, 65535,
      "100",
      "Bytes by which the replies of a flow are larger than its requests, on average." },
    { "detect.icmp_tunnel", "bytes", SETTING_SIZE, AT(detect.icmp_tunnel.bytes), 64,
      1 << 20, "\"10MB\"", "Or so much in large echoes of one flow." },
    { "detect.icmp_tunnel", "large", SETTING_U32, AT(detect.icmp_tunnel.large), 1, 65535,
      "300",
      "Bytes that its requests, or its replies, have at least on average, as frames." },
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

const size_t settings_n = sizeof settings_table / sizeof settings_table[0];

static_assert(sizeof settings_table / sizeof settings_table[0] <= SETTINGS_MAX,
              "SETTINGS_MAX is too small");

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
    "alert.least_traffic",
    "alert.least_share",
    "alert.community_id_seed",
    "alert.reference",
};

const struct setting_kind *
setting_kind_of(const struct setting *setting)
{
    return &kinds[setting->type];
}

const char *
setting_name(const struct setting *setting, char name[static SETTING_NAME_SIZE])
{
    (void) snprintf(name, SETTING_NAME_SIZE, "%s%s%s", setting->group,
                    *setting->group == '\0' ? "" : ".", setting->name);
    return name;
}

bool
setting_is_reloaded(const struct setting *setting)
{
    char name[SETTING_NAME_SIZE];

    (void) setting_name(setting, name);
    for (size_t i = 0; i < sizeof reloaded / sizeof reloaded[0]; i++) {
        const size_t n = strlen(reloaded[i]);

        if (strncmp(name, reloaded[i], n) == 0 && (name[n] == '\0' || name[n] == '.')) {
            return true;
        }
    }
    return false;
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
