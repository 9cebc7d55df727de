#ifndef TESTS_CLASSIFY_DETECT_RUN_H
#define TESTS_CLASSIFY_DETECT_RUN_H

#include <stdlib.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "classify/detect/detect.h"
#include "classify/flow_run.h"
#include "classify/packet_script.h"

/* Packets through flow table and detectors, as the pipeline does it; keeps what was seen.
 */
struct detect_run {
    bool has_outside; /* Assets are 192.0.2.0/24; else all that is sent to. */
    struct flow_run *flows;
    struct detectors *detectors;
    struct counters counters;
    struct observation_list seen, step;
};

static inline struct detect_run *
detect_run_new(const struct detect_config *config, const struct indicator_lists *lists)
{
    const struct flow_config flow_config = {
        .capacity = 65536,
        .unanswered_capacity = 65536,
        .idle_timeout_ns = 60 * NS_PER_SECOND,
        .active_timeout_ns = 120 * NS_PER_SECOND,
        .half_open_timeout_ns = 10 * NS_PER_SECOND,
    };
    struct detect_run *run = memory_zeroed(1, sizeof *run);

    run->flows = flow_run_new(&flow_config, hash_seed_fixed());
    run->detectors = detectors_new(config, lists, hash_seed_fixed());
    return run;
}

static inline void
detect_run_free(struct detect_run *run)
{
    flow_run_free(run->flows);
    detectors_free(run->detectors);
    free(run);
}

/* Keeps the observations of one step; their flows do not outlive it. */
static inline void
detect_run_keep(struct detect_run *run)
{
    for (size_t i = 0; i < run->step.n; i++) {
        if (run->seen.n < OBSERVATION_LIST_MAX) {
            run->seen.items[run->seen.n++] = run->step.items[i];
        }
    }
    run->step.n = 0;
}

static inline void
detect_run_drain(struct detect_run *run)
{
    struct flow ended;

    while (flow_run_next_ended(run->flows, &ended)) {
        detect_flow_end(run->detectors, &ended, detect_uses_ended(run->detectors, &ended),
                        &run->counters, &run->step);
        detect_run_keep(run);
    }
}

static inline range_id
detect_run_range(struct ip_address address)
{
    return ip_is_v4(address) && ip_v4(address) >> 8 == 0xc00002 ? 1 : 0;
}

static inline void
detect_run_take(const struct packet *packet, void *context)
{
    struct detect_run *run = context;
    const range_id from = run->has_outside ? detect_run_range(packet->inner.source) : 0;
    const range_id to = run->has_outside ? detect_run_range(packet->inner.destination) : 1;
    struct flow *flow = flow_run_update(run->flows, packet, from, to, &run->counters);

    if (!flow_is_one_way(flow)) { /* As if it was recognised, by port. */
        flow->service =
            (uint8_t) service_by_port(flow->protocol, flow->ends[FLOW_RESPONDER].port);
    }
    if (flow->events != 0) {
        detect_flow(run->detectors, flow, detect_uses(run->detectors, flow),
                    packet->time_ns, &run->counters, &run->step);
        detect_run_keep(run);
    }
    detect_run_drain(run);
}

static inline void
detect_run_end(struct detect_run *run)
{
    flow_run_end_all(run->flows);
    detect_run_drain(run);
}

/* One connection, or try, "k" of a case: letters for the packets of it.
 *   s SYN   a SYN+ACK   r RST+ACK from the responder   k ACK   d data   x RST
 *   q UDP question   Q its answer   i SCTP INIT   I ABORT   e echo request   E its reply
 *   D data back   F FIN of the responder
 *   f FIN alone   n no flags   m ACK from nowhere   S SYN+ACK from nowhere
 *   R RST+ACK from nowhere   U UDP answer from nowhere
 * Capitals are sent by the target. */
struct detect_try {
    struct ip_address source, target;
    uint16_t source_port, target_port;
    uint64_t time_ms;
    uint16_t size, answer_size; /* Of payloads; 0: as the letters say. */
};

static inline void
detect_run_try(struct detect_run *run, const struct detect_try *try, const char *letters)
{
    for (; *letters != '\0'; letters++) {
        static const struct {
            char letter;
            bool from_target;
            const char *what;
        } packets[] = {
            { 's', false, "tcp S" },     { 'a', true, "tcp SA" },
            { 'r', true, "tcp RA" },     { 'k', false, "tcp A" },
            { 'd', false, "tcp PA 9" },  { 'x', false, "tcp R" },
            { 'q', false, "udp - 9" },   { 'Q', true, "udp - 9" },
            { 'i', false, "sctp 1 20" }, { 'I', true, "sctp 6 4" },
            { 'e', false, "icmp - 9" },  { 'E', true, "icmp - 9" },
            { 'f', false, "tcp F" },     { 'n', false, "tcp -" },
            { 'm', false, "tcp A" },     { 'S', true, "tcp SA" },
            { 'R', true, "tcp RA" },     { 'U', true, "udp - 9" },
            { 'D', true, "tcp PA 9" },   { 'F', true, "tcp FA" },
        };
        struct packet packet;
        size_t i = 0;

        while (packets[i].letter != *letters) {
            assert_true(++i < N_ELEMENTS(packets));
        }
        {
            char line[64] = "0 A:1 > B:2 ";

            packet = script_packet(strcat(line, packets[i].what));
        }
        packet.time_ns += try->time_ms * 1000000;
        packet.inner.source = packets[i].from_target ? try->target : try->source;
        packet.inner.destination = packets[i].from_target ? try->source : try->target;
        packet.inner.source_port =
            packets[i].from_target ? try->target_port : try->source_port;
        packet.inner.destination_port =
            packets[i].from_target ? try->source_port : try->target_port;
        if (packet.payload_len > 0) {
            const uint16_t size = packets[i].from_target ? try->answer_size : try->size;

            packet.wire_bytes += size == 0 ? 0 : size - packet.payload_len;
        }
        if (*letters == 'e' || *letters == 'E') {
            packet.inner.source_port = *letters == 'e' ? 8 : 0;
            packet.inner.destination_port = 0;
        }
        detect_run_take(&packet, run);
    }
}

/* Who does what in a case of a detector's: 'n' tries, one each 'gap_ms', by 'n_sources' to
 * 'n_targets' in turn, each after the other has seen all. */
struct detect_play {
    const char *letters;
    unsigned n, start_ms, gap_ms, vary_ms; /* "vary": each is up to so much later. */
    uint32_t source, target;               /* The first of them, as IPv4 addresses. */
    unsigned n_sources, n_targets;         /* 0: one. */
    uint16_t source_port, target_port;     /* The source's is one more each time, ... */
    bool one_port;                         /* ... unless all are of one flow. */
    uint16_t size, answer_size;
};

enum { DETECT_PLAYS_MAX = 3 };

struct detect_case {
    const char *name;
    struct detect_play plays[DETECT_PLAYS_MAX]; /* All at a time. */
    const char *seen; /* A line for each observation: its kind and its detail. */
};

/* The same, where not all is configured as it is shipped. */
struct detect_configured_case {
    const char *name;
    void (*configure)(struct detect_config *config);
    struct detect_play plays[DETECT_PLAYS_MAX];
    const char *seen;
};

#define DETECT_OUTSIDE UINT32_C(0xcb007101) /* 203.0.113.1, and so on. */
#define DETECT_ASSET   UINT32_C(0xc0000241) /* 192.0.2.65. */

/* Who, of a play: in, out, or among assets. */
#define DETECT_IN(port)                                                     \
    .source = DETECT_OUTSIDE, .target = DETECT_ASSET, .source_port = 40000, \
    .target_port = (port)
#define DETECT_OUT(port)                                                    \
    .source = DETECT_ASSET, .target = DETECT_OUTSIDE, .source_port = 40000, \
    .target_port = (port)
#define DETECT_AMONG(port)                                                    \
    .source = DETECT_ASSET, .target = DETECT_ASSET + 1, .source_port = 40000, \
    .target_port = (port)

/* A visitor once a second, so that something is usual. */
#define DETECT_VISITS                                                                \
    {                                                                                \
        .letters = "sakdD", .n = 90, .gap_ms = 1000, .source = DETECT_OUTSIDE + 100, \
        .target = DETECT_ASSET, .source_port = 40000, .target_port = 443             \
    }

/* Adds services by their names, a space between them. */
static inline void
detect_add_services(struct service_set *set, const char *names)
{
    while (*names != '\0') {
        const size_t n = strcspn(names, " ");
        char name[32];
        enum service service;

        (void) snprintf(name, sizeof name, "%.*s", (int) n, names);
        assert_true(service_parse(name, &service));
        service_set_add(set, service);
        names += n + strspn(names + n, " ");
    }
}

/* What the configuration that is shipped asks for. */
static inline struct detect_config
detect_shipped(void)
{
    struct detect_config config = {
        .scan = { .ports = 15, .within_ns = 300 * NS_PER_SECOND, .capacity = 256 },
        .sweep = { .hosts = 15,
                   .answered = 4,
                   .within_ns = 300 * NS_PER_SECOND,
                   .capacity = 256 },
        .brute_force = { .logins = 30,
                         .tries = 3,
                         .size = 100,
                         .hosts = 5,
                         .within_ns = 300 * NS_PER_SECOND,
                         .capacity = 256 },
        .lateral = { .hosts = 10, .within_ns = 600 * NS_PER_SECOND, .capacity = 256 },
        .flood = { .requests = 1000,
                   .packets = 20000,
                   .one_sided = 8,
                   .smoothing = 64,
                   .learning = 6,
                   .times = 10,
                   .within_ns = 10 * NS_PER_SECOND,
                   .capacity = 256 },
        .amplification = { .bytes = 1 << 20,
                           .hosts = 8,
                           .ratio = 5,
                           .smoothing = 64,
                           .learning = 6,
                           .times = 10,
                           .within_ns = 10 * NS_PER_SECOND,
                           .capacity = 256 },
        .beacon = { .contacts = 24,
                    .jitter = 10,
                    .shortest_ns = 10 * NS_PER_SECOND,
                    .longest_ns = 86400 * NS_PER_SECOND,
                    .capacity = 256 },
        .exfiltration = { .bytes = 100 << 20,
                          .flow_bytes = 4096,
                          .ratio = 10,
                          .within_ns = 3600 * NS_PER_SECOND,
                          .capacity = 256 },
        .icmp_tunnel = { .packets = 50, .larger = 100, .bytes = 10 << 20, .large = 300 },
    };

    detect_add_services(&config.lateral.services, "smb rdp ssh winrm msrpc vnc telnet");
    detect_add_services(
        &config.beacon.services_not,
        "ntp ptp dns netbios dhcp ssdp ws-discovery snmp syslog radius mqtt "
        "imap pop3 smtp sip ike openvpn wireguard bgp");
    detect_add_services(&config.exfiltration.services,
                        "smb nfs rsync ldap mssql mysql postgres oracle redis mongodb "
                        "elastic dicom hl7");
    detect_add_services(&config.amplification.services,
                        "dns ntp ldap chargen qotd ssdp snmp rpcbind netbios rip tftp "
                        "memcached ws-discovery mssql sip coap");
    return config;
}

static inline uint64_t
detect_play_time(const struct detect_play *play, unsigned i)
{
    const uint64_t vary =
        play->vary_ms == 0 ? 0 : hash_2(hash_seed_fixed(), i, 0) % play->vary_ms;

    return play->start_ms + (uint64_t) i * play->gap_ms + vary;
}

static inline void
detect_run_play(struct detect_run *run, const struct detect_play *play, unsigned i)
{
    const unsigned n_sources = play->n_sources == 0 ? 1 : play->n_sources;
    const unsigned n_targets = play->n_targets == 0 ? 1 : play->n_targets;
    const struct detect_try try = {
        .source = ip_from_v4(play->source + i % n_sources),
        .target = ip_from_v4(play->target + i / n_sources % n_targets),
        .source_port = (uint16_t) (play->source_port + (play->one_port ? 0 : i % 20000)),
        .target_port = play->target_port,
        .time_ms = detect_play_time(play, i),
        .size = play->size,
        .answer_size = play->answer_size,
    };

    detect_run_try(run, &try, play->letters);
}

/* Plays all in the order of time, and compares what was seen. */
static inline void
detect_run_plays(const struct detect_config *config,
                 const struct detect_play plays[static DETECT_PLAYS_MAX],
                 const char *expected)
{
    struct detect_run *run = detect_run_new(config, NULL);
    unsigned at[DETECT_PLAYS_MAX] = { 0 };
    char seen[4096] = "";

    run->has_outside = true;
    for (;;) {
        unsigned next = DETECT_PLAYS_MAX;

        for (unsigned i = 0; i < DETECT_PLAYS_MAX; i++) {
            if (at[i] < plays[i].n && (next == DETECT_PLAYS_MAX ||
                                       detect_play_time(&plays[i], at[i]) <
                                           detect_play_time(&plays[next], at[next]))) {
                next = i;
            }
        }
        if (next == DETECT_PLAYS_MAX) {
            break;
        }
        detect_run_play(run, &plays[next], at[next]++);
    }
    detect_run_end(run);
    for (size_t i = 0; i < run->seen.n; i++) {
        const struct observation *observation = &run->seen.items[i];
        const size_t length = strlen(seen);

        assert_true(observation->since_ns <= observation->time_ns);
        (void) snprintf(seen + length, sizeof seen - length, "%s: %s\n",
                        observation_name(observation->kind), observation->detail);
    }
    assert_string_equal(seen, expected);
    detect_run_free(run);
}

static inline void
detect_run_case(const struct detect_case *c)
{
    const struct detect_config config = detect_shipped();

    detect_run_plays(&config, c->plays, c->seen);
}

static inline void
detect_run_configured_case(const struct detect_configured_case *c)
{
    struct detect_config config = detect_shipped();

    c->configure(&config);
    detect_run_plays(&config, c->plays, c->seen);
}

#endif
