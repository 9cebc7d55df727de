#ifndef BASE_COUNTER_H
#define BASE_COUNTER_H

#include <stdint.h>

/* What became of every frame, packet, flow, verdict and alert: whatever is dropped, cut,
 * suppressed or not understood is counted here under a name, so nothing vanishes silently.
 *
 * One table lists them all: the summary, the manual and the tests are made from it.  A
 * thread has a struct counters of its own. */

/* X(NAME, "name", "what it counts"): NAME's first word is the folder that counts. */
#define COUNTER_TABLE(X)      \
    COUNTER_TABLE_SOURCE(X)   \
    COUNTER_TABLE_DECODE(X)   \
    COUNTER_TABLE_CLASSIFY(X) \
    COUNTER_TABLE_RULES(X)    \
    COUNTER_TABLE_INCIDENT(X) \
    COUNTER_TABLE_ALERT(X)    \
    COUNTER_TABLE_SENSOR(X)

#define COUNTER_TABLE_SOURCE(X)                                            \
    X(CAPTURE_PACKETS, "capture.packets", "frames read, or withheld")      \
    X(CAPTURE_BYTES, "capture.bytes", "bytes of those frames on the wire") \
    X(CAPTURE_WITHHELD, "capture.withheld",                                \
      "frames the kernel withheld as they touch no critical range")        \
    X(CAPTURE_RING_DROPPED, "capture.ring_dropped",                        \
      "frames dropped because the ring was full: the sensor was too slow") \
    X(CAPTURE_KERNEL_DROPPED, "capture.kernel_dropped",                    \
      "frames the kernel dropped before the ring: its queues were full")   \
    X(CAPTURE_INTERFACE_DROPPED, "capture.interface_dropped",              \
      "frames the network interface dropped: it had no buffer for them")   \
    X(CAPTURE_LONGER_THAN_WIRE, "capture.longer_than_wire",                \
      "frames captured longer than they were, taken as complete")          \
    X(CAPTURE_TIME_OUT_OF_RANGE, "capture.time_out_of_range",              \
      "frames of a time before 1970 or after 2554, taken as 1970")         \
    X(CAPTURE_TIME_BAD_FRACTION, "capture.time_bad_fraction",              \
      "frames of a time with a fraction of a second or more, taken as the whole second")

#define COUNTER_TABLE_DECODE(X)                                                            \
    X(CAPTURE_DECODED, "capture.decoded", "packets decoded")                               \
    X(CAPTURE_NOT_IP, "capture.not_ip", "frames that carry no IP that can be read")        \
    X(CAPTURE_GOOSE, "capture.goose", "frames of IEC 61850 GOOSE, which carry no IP")      \
    X(CAPTURE_SAMPLED_VALUES, "capture.sampled_values",                                    \
      "frames of IEC 61850 sampled values, which carry no IP")                             \
    X(CAPTURE_ETHERCAT, "capture.ethercat", "frames of EtherCAT, which carry no IP")       \
    X(CAPTURE_PROFINET_RT, "capture.profinet_rt",                                          \
      "frames of PROFINET in real time, which carry no IP")                                \
    X(CAPTURE_PROFINET_DCP, "capture.profinet_dcp",                                        \
      "frames that discover or configure PROFINET devices, which carry no IP")             \
    X(CAPTURE_LINK_TYPE_NOT_IP, "capture.link_type_not_ip",                                \
      "frames of a link type that carries no IP")                                          \
    X(CAPTURE_LINK_TYPE_UNKNOWN, "capture.link_type_unknown",                              \
      "frames of a link type that is not decoded")                                         \
    X(CAPTURE_BAD, "capture.bad",                                                          \
      "frames cut short or contradicting themselves before any address")                   \
    X(CAPTURE_CUT, "capture.cut", "frames captured shorter than they were on the wire")    \
    X(CAPTURE_LINK_TRUNCATED, "capture.link_truncated", "link headers that are cut short") \
    X(CAPTURE_LINK_BAD, "capture.link_bad", "link headers that contradict themselves")     \
    X(CAPTURE_LINK_ENCRYPTED, "capture.link_encrypted",                                    \
      "frames encrypted on the link (802.11, MACsec)")                                     \
    X(CAPTURE_LINK_FRAGMENTS, "capture.link_fragments",                                    \
      "fragments of a link layer (multilink PPP, frame relay, 802.11)")                    \
    X(CAPTURE_LINK_AGGREGATES, "capture.link_aggregates",                                  \
      "aggregated 802.11 frames, of which the first is decoded")                           \
    X(CAPTURE_LINK_TOO_DEEP, "capture.link_too_deep",                                      \
      "frames with more headers than are followed")                                        \
    X(CAPTURE_IP_BAD_VERSION, "capture.ip_bad_version",                                    \
      "IP headers of another version than announced")                                      \
    X(CAPTURE_IP_BEYOND_FRAME, "capture.ip_beyond_frame",                                  \
      "IP packets longer than the frame that carries them")                                \
    X(CAPTURE_IP_LENGTH_ZERO, "capture.ip_length_zero",                                    \
      "IP packets without a length, captured before segmentation")                         \
    X(CAPTURE_IPV4_TRUNCATED, "capture.ipv4_truncated", "IPv4 headers that are cut short") \
    X(CAPTURE_IPV4_BAD_HEADER_LENGTH, "capture.ipv4_bad_header_length",                    \
      "IPv4 headers shorter than 20 bytes")                                                \
    X(CAPTURE_IPV4_BAD_LENGTH, "capture.ipv4_bad_length",                                  \
      "IPv4 packets shorter than their header")                                            \
    X(CAPTURE_IPV6_TRUNCATED, "capture.ipv6_truncated", "IPv6 headers that are cut short") \
    X(CAPTURE_IPV6_BAD_JUMBO, "capture.ipv6_bad_jumbo",                                    \
      "IPv6 jumbo payload options that contradict themselves")                             \
    X(CAPTURE_IPV6_EXTENSION_TRUNCATED, "capture.ipv6_extension_truncated",                \
      "IPv6 extension headers that are cut short")                                         \
    X(CAPTURE_IPV6_TOO_MANY_EXTENSIONS, "capture.ipv6_too_many_extensions",                \
      "IPv6 packets with more extension headers than are followed")                        \
    X(CAPTURE_AH_TRUNCATED, "capture.ah_truncated",                                        \
      "authentication headers that are cut short")                                         \
    X(CAPTURE_FRAGMENTS, "capture.fragments", "IP fragments")                              \
    X(CAPTURE_FRAGMENTS_KEPT, "capture.fragments_kept",                                    \
      "frames kept until the rest of their packet comes")                                  \
    X(CAPTURE_FRAGMENT_PACKETS, "capture.fragment_packets",                                \
      "packets put together from fragments")                                               \
    X(CAPTURE_FRAGMENT_DUPLICATES, "capture.fragment_duplicates",                          \
      "fragments that came twice")                                                         \
    X(CAPTURE_FRAGMENT_OVERLAPS, "capture.fragment_overlaps",                              \
      "fragments that overlap others")                                                     \
    X(CAPTURE_FRAGMENTS_BAD, "capture.fragments_bad",                                      \
      "fragments that contradict themselves or their packet")                              \
    X(CAPTURE_FRAGMENTS_CUT, "capture.fragments_cut",                                      \
      "fragments captured shorter than they were")                                         \
    X(CAPTURE_FRAGMENTS_REFUSED, "capture.fragments_refused",                              \
      "fragments of packets given up, or without memory to keep them")                     \
    X(CAPTURE_FRAGMENT_OVERLAP_DROPPED, "capture.fragment_overlap_dropped",                \
      "IPv6 packets dropped because fragments overlap")                                    \
    X(CAPTURE_FRAGMENT_TIMED_OUT, "capture.fragment_timed_out",                            \
      "packets whose fragments did not come in time")                                      \
    X(CAPTURE_FRAGMENT_EVICTED, "capture.fragment_evicted",                                \
      "incomplete packets that gave way to newer ones")                                    \
    X(CAPTURE_FRAGMENT_UNFINISHED, "capture.fragment_unfinished",                          \
      "packets still incomplete at the end")                                               \
    X(CAPTURE_TCP_TRUNCATED, "capture.tcp_truncated", "TCP headers that are cut short")    \
    X(CAPTURE_TCP_BAD_HEADER_LENGTH, "capture.tcp_bad_header_length",                      \
      "TCP headers shorter than 20 bytes or longer than their packet")                     \
    X(CAPTURE_UDP_TRUNCATED, "capture.udp_truncated", "UDP headers that are cut short")    \
    X(CAPTURE_UDP_BAD_LENGTH, "capture.udp_bad_length",                                    \
      "UDP lengths shorter than the header or longer than the packet")                     \
    X(CAPTURE_SCTP_TRUNCATED, "capture.sctp_truncated", "SCTP headers that are cut short") \
    X(CAPTURE_DCCP_TRUNCATED, "capture.dccp_truncated", "DCCP headers that are cut short") \
    X(CAPTURE_DCCP_BAD_HEADER_LENGTH, "capture.dccp_bad_header_length",                    \
      "DCCP headers shorter than 12 bytes or longer than their packet")                    \
    X(CAPTURE_ICMP_TRUNCATED, "capture.icmp_truncated",                                    \
      "ICMP and ICMPv6 headers that are cut short")                                        \
    X(CAPTURE_TUNNELLED, "capture.tunnelled", "packets taken out of a tunnel")             \
    X(CAPTURE_TUNNEL_TOO_DEEP, "capture.tunnel_too_deep",                                  \
      "tunnels not opened because of the limit within one frame")                          \
    X(CAPTURE_TUNNEL_BAD_HEADER, "capture.tunnel_bad_header",                              \
      "tunnel headers that are cut short or contradict themselves")                        \
    X(CAPTURE_TUNNEL_NOT_IP, "capture.tunnel_not_ip",                                      \
      "tunnels that carry no IP, taken as the packets of their ends")                      \
    X(CAPTURE_TUNNEL_BAD, "capture.tunnel_bad",                                            \
      "tunnels whose inside is damaged, taken as the packets of their ends")

#define COUNTER_TABLE_CLASSIFY(X)                                                     \
    X(CLASSIFY_CRITICAL_PACKETS, "classify.critical_packets",                         \
      "packets that touch a critical range")                                          \
    X(CLASSIFY_OTHER_PACKETS, "classify.other_packets", "packets that touch none")    \
    X(CLASSIFY_FLOWS, "classify.flows", "flows begun")                                \
    X(CLASSIFY_FLOWS_EVICTED_HALF_OPEN, "classify.flows_evicted_half_open",           \
      "half-open flows that gave way to newer ones: table or share full")             \
    X(CLASSIFY_FLOWS_EVICTED_ONE_WAY, "classify.flows_evicted_one_way",               \
      "one-way flows that gave way to newer ones: table or share full")               \
    X(CLASSIFY_FLOWS_EVICTED_ANSWERED, "classify.flows_evicted_answered",             \
      "answered flows that gave way to newer ones in a full table")                   \
    X(CLASSIFY_REASSEMBLED_LOST, "classify.reassembled_lost",                         \
      "payloads put together from fragments, but too many at a time to be looked at") \
    X(CLASSIFY_TIME_BACKWARD, "classify.time_backward",                               \
      "critical packets older than one before them")                                  \
    X(CLASSIFY_TIME_SET_BACK, "classify.time_set_back",                               \
      "times the clock of the flows was set back to older packets")                   \
    X(CLASSIFY_SESSIONS_EVICTED, "classify.sessions_evicted",                         \
      "flows whose payloads were forgotten for those of newer ones")                  \
    X(CLASSIFY_STREAM_GAPS, "classify.stream_gaps",                                   \
      "times that what is missing in a stream was given up")                          \
    X(CLASSIFY_STREAMS_LOST, "classify.streams_lost",                                 \
      "times that no message began where one should in a recognised protocol")        \
    X(CLASSIFY_MESSAGES_CUT, "classify.messages_cut",                                 \
      "messages too long to be kept, of which the beginning was read")                \
    X(CLASSIFY_OBSERVATIONS_LOST, "classify.observations_lost",                       \
      "observations that were not judged: the list of one packet was full")           \
    X(CLASSIFY_ATTEMPTS_EVICTED, "classify.attempts_evicted",                         \
      "sources with failed attempts that were forgotten for newer ones")              \
    X(CLASSIFY_SCANS_EVICTED, "classify.scans_evicted",                               \
      "pairs of hosts watched for scans that gave way to newer ones")                 \
    X(CLASSIFY_SWEEPS_EVICTED, "classify.sweeps_evicted",                             \
      "sources watched for sweeps that gave way to newer ones")                       \
    X(CLASSIFY_DNS_TUNNELS_EVICTED, "classify.dns_tunnels_evicted",                   \
      "hosts and domains watched for tunnels that gave way to newer ones")            \
    X(CLASSIFY_LOGINS_EVICTED, "classify.logins_evicted",                             \
      "sources and pairs watched for brute force that gave way to newer ones")        \
    X(CLASSIFY_LATERALS_EVICTED, "classify.laterals_evicted",                         \
      "assets watched for lateral spread that gave way to newer ones")                \
    X(CLASSIFY_FLOODS_EVICTED, "classify.floods_evicted",                             \
      "busy assets watched for floods that gave way to newer ones")                   \
    X(CLASSIFY_AMPLIFICATIONS_EVICTED, "classify.amplifications_evicted",             \
      "busy assets watched for amplification that gave way to newer ones")            \
    X(CLASSIFY_BEACONS_EVICTED, "classify.beacons_evicted",                           \
      "pairs of hosts watched for beacons that gave way to newer ones")               \
    X(CLASSIFY_EXFILTRATIONS_EVICTED, "classify.exfiltrations_evicted",               \
      "pairs of hosts watched for exfiltration that gave way to newer ones")          \
    X(CLASSIFY_LISTED_ALLOWED, "classify.listed_allowed",                             \
      "what was on a list, but also on one that allows it")

#define COUNTER_TABLE_RULES(X)                                                 \
    X(RULES_VERDICTS, "rules.verdicts", "verdicts made")                       \
    X(RULES_VERDICTS_LOST, "rules.verdicts_lost",                              \
      "verdicts dropped because one step made too many")                       \
    X(RULES_SUPPRESSED, "rules.suppressed", "verdicts that a suppression hid") \
    X(RULES_THRESHOLDS_FORGOTTEN, "rules.thresholds_forgotten",                \
      "counts of thresholds that were forgotten early because their table was full")

#define COUNTER_TABLE_INCIDENT(X)                                                 \
    X(RULES_INCIDENTS, "rules.incidents", "incidents opened")                     \
    X(RULES_INCIDENTS_CLOSED, "rules.incidents_closed", "incidents closed")       \
    X(RULES_INCIDENTS_CLOSED_EARLY, "rules.incidents_closed_early",               \
      "incidents closed early because their table was full")                      \
    X(RULES_VERDICTS_QUIET, "rules.verdicts_quiet",                               \
      "verdicts that were counted in an incident without an alert of their own")  \
    X(RULES_CHANGES_LOST, "rules.changes_lost",                                   \
      "changes of incidents that were not taken in time and never became alerts") \
    X(RULES_CASCADE_TOUCHES, "rules.cascade_touches",                             \
      "contacts that count towards multi-sector and multi-country activity")      \
    X(RULES_CASCADE_FORGOTTEN, "rules.cascade_forgotten",                         \
      "peers whose contacts were forgotten early because their table was full")

#define COUNTER_TABLE_ALERT(X)                                                            \
    X(ALERT_WRITTEN, "alert.written", "alerts that a sink took, counted for each sink")   \
    X(ALERT_STDOUT_DELAYED, "alert.stdout_delayed",                                       \
      "alerts that waited because standard output did not take them")                     \
    X(ALERT_STDOUT_LOST, "alert.stdout_lost", "alerts that standard output never took")   \
    X(ALERT_FILE_DELAYED, "alert.file_delayed",                                           \
      "alerts that waited because the file could not be written")                         \
    X(ALERT_FILE_LOST, "alert.file_lost", "alerts that the file never took")              \
    X(ALERT_SYSLOG_DELAYED, "alert.syslog_delayed",                                       \
      "alerts that waited because the syslog socket did not take them")                   \
    X(ALERT_SYSLOG_LOST, "alert.syslog_lost", "alerts that the syslog socket never took") \
    X(ALERT_SYSLOG_SHORTENED, "alert.syslog_shortened",                                   \
      "times that an alert was shortened because the syslog socket took no longer one")

#define COUNTER_TABLE_SENSOR(X)                                                            \
    X(SENSOR_RELOADS, "sensor.reloads", "policies taken over while capturing")             \
    X(SENSOR_RELOADS_REFUSED, "sensor.reloads_refused",                                    \
      "policies that were to be taken over and were refused")                              \
    X(SENSOR_CTL_REQUESTS, "sensor.ctl_requests", "requests at the sockets of the sensor") \
    X(SENSOR_CTL_DROPPED, "sensor.ctl_dropped",                                            \
      "clients of the sockets that were dropped: too slow, or too long a request")         \
    X(SENSOR_LOG_DROPPED, "sensor.log_dropped",                                            \
      "messages that were not logged because nobody took them")                            \
    X(SENSOR_METRICS_FAILED, "sensor.metrics_failed",                                      \
      "times that the file of metrics could not be written")

enum counter {
#define X(name, text, description) COUNTER_##name,
    COUNTER_TABLE(X)
#undef X
        N_COUNTERS
};

struct counters {
    uint64_t n[N_COUNTERS];
};

static inline void
counter_add(struct counters *counters, enum counter counter, uint64_t n)
{
    counters->n[counter] += n;
}

/* Counts one. */
static inline void
counter_inc(struct counters *counters, enum counter counter)
{
    counters->n[counter]++;
}

/* Frames that were lost before they were read, wherever. */
static inline uint64_t
counters_lost(const struct counters *counters)
{
    return counters->n[COUNTER_CAPTURE_RING_DROPPED] +
           counters->n[COUNTER_CAPTURE_KERNEL_DROPPED] +
           counters->n[COUNTER_CAPTURE_INTERFACE_DROPPED];
}

/* Adds all that was counted in 'more'. */
void counters_add(struct counters *counters, const struct counters *more);

/* The counter's dotted name, whose first word is the folder that counts, and what it
 * counts. */
const char *counter_name(enum counter counter);
const char *counter_description(enum counter counter);

#endif
