/* Measures what a packet costs the flow table and the detectors, with the table full.
 *
 *     bench_flow [FLOWS]
 *
 * "flood": 60-byte SYNs from random sources to one asset, so that every packet begins a
 * flow and costs one.  "known": packets of flows that are there, picked at random.
 * "prefetch" brings the table's memory nearer for 32 packets at a time, as a batch of
 * capture can. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "classify/detect/detect.h"
#include "classify/flow_key.h"
#include "classify/flow_report.h"
#include "classify/flow_table.h"
#include "rand.h"
#include "sensor/settings.h"
#include "timing.h"

enum { BATCH = 32, PART = 1024 };

struct bench {
    struct region *region;
    struct flow_table *table;
    struct detectors *detectors; /* NULL: not measured. */
    struct counters counters;
    struct observation_list observations;
    uint64_t random, time_ns, n_ended;
};

static struct critical_packet
make_packet(uint32_t source, uint16_t port, uint8_t flags)
{
    return (struct critical_packet){
        .destination_range = 1,
        .packet.inner = { .source = ip_from_v4(source),
                          .destination = ip_from_v4(UINT32_C(0xc6336401)),
                          .source_port = port,
                          .destination_port = 443,
                          .protocol = IP_PROTOCOL_TCP },
        .packet.wire_bytes = 60,
        .packet.tcp_flags = flags,
        .packet.has_transport = true,
    };
}

static void
take_end(struct bench *bench, const struct flow *flow)
{
    bench->n_ended++;
    if (bench->detectors != NULL) {
        detect_flow_end(bench->detectors, flow, detect_uses_ended(bench->detectors, flow),
                        &bench->counters, &bench->observations);
        bench->observations.n = 0;
    }
}

/* What tagging adds. */
static void
complete(struct bench *bench, struct critical_packet *critical)
{
    const struct flow_key key = flow_key_of(&critical->packet, true);

    critical->hash = flow_key_hash(&key, hash_seed_fixed());
    critical->packet.time_ns = critical->clock_ns = bench->time_ns += 100;
    critical->order++;
}

static void
update(struct bench *bench, const struct critical_packet *critical)
{
    struct flow_report reports[FLOW_ENDED_MAX];
    struct flow_ended ended = { .reports = reports };
    const struct flow *flow =
        flow_table_update(bench->table, critical, &bench->counters, &ended);

    if (bench->detectors != NULL && flow->events != 0) {
        detect_flow(bench->detectors, flow, detect_uses(bench->detectors, flow),
                    critical->packet.time_ns, &bench->counters, &bench->observations);
    }
    for (unsigned i = 0; i < ended.n; i++) {
        take_end(bench, &reports[i].flow);
    }
}

static void
feed(struct bench *bench, struct critical_packet *packets, bool prefetch)
{
    for (unsigned i = 0; i < BATCH; i++) {
        complete(bench, &packets[i]);
    }
    for (unsigned i = 0; prefetch && i < BATCH; i++) {
        flow_table_fetch_slot(bench->table, packets[i].hash);
    }
    for (unsigned i = 0; prefetch && i < BATCH; i++) {
        flow_table_fetch_flow(bench->table, packets[i].hash);
    }
    for (unsigned i = 0; i < BATCH; i++) {
        update(bench, &packets[i]);
    }
}

/* Source number 'n' of a set that the known packets are picked from. */
static struct critical_packet
known_packet(uint64_t n)
{
    uint64_t state = (n + 1) * UINT64_C(0x9e3779b97f4a7c15);
    const uint64_t random = rand_next(&state);

    return make_packet((uint32_t) random, (uint16_t) (random >> 32), TCP_SYN);
}

static int
compare_doubles(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* Nanoseconds a packet: the median of parts of 1024 packets, as the machine may be busy. */
static double
run(struct bench *bench, uint64_t n_packets, uint64_t n_known, bool prefetch)
{
    const size_t n_parts = (size_t) (n_packets / PART);
    double *ns = memory_zeroed(n_parts, sizeof *ns);
    double median;

    for (size_t part = 0; part < n_parts; part++) {
        static struct critical_packet packets[PART / BATCH][BATCH];
        double begin;

        for (unsigned i = 0; i < PART; i++) {
            const uint64_t random = rand_next(&bench->random);

            packets[i / BATCH][i % BATCH] =
                n_known == 0
                    ? make_packet((uint32_t) random, (uint16_t) (random >> 32), TCP_SYN)
                    : known_packet(random % n_known);
        }
        begin = now_s();
        for (unsigned i = 0; i < PART / BATCH; i++) {
            feed(bench, packets[i], prefetch);
        }
        ns[part] = (now_s() - begin) / PART * 1e9;
    }
    qsort(ns, n_parts, sizeof *ns, compare_doubles);
    median = ns[n_parts / 2];
    free(ns);
    return median;
}

/* The detectors as they are where nothing is configured. */
static struct detect_config
detect_shipped(void)
{
    struct arena *arena = arena_new();
    struct problem_list *problems = problem_list_new();
    struct settings settings;

    settings_read("/dev/null", arena, &settings, problems);
    problem_list_free(problems);
    arena_free(arena);
    return settings.detect;
}

static void
report(const char *name, uint32_t capacity, bool detect)
{
    const struct flow_config config = {
        .capacity = capacity,
        .unanswered_capacity = capacity,
        .idle_timeout_ns = 60 * NS_PER_SECOND,
        .active_timeout_ns = 1800 * NS_PER_SECOND,
        .half_open_timeout_ns = 10 * NS_PER_SECOND,
        .use_vlan = true,
    };
    const struct detect_config detect_config = detect_shipped();
    struct bench *bench = memory_zeroed(1, sizeof *bench);
    const uint64_t n =
        (uint64_t) capacity * 4 > 4000000 ? (uint64_t) capacity * 4 : 4000000;
    double flood, flood_fetched, known, known_fetched;

    bench->region = region_new(flow_table_size(&config));
    flow_tables_new(&config, 1, bench->region, &bench->table);
    bench->detectors =
        detect ? detectors_new(&detect_config, NULL, hash_seed_fixed()) : NULL;
    bench->random = 1;
    (void) run(bench, (uint64_t) capacity * 2, 0, false);
    flood = run(bench, n, 0, false);
    flood_fetched = run(bench, n, 0, true);
    for (uint64_t i = 0; i < capacity / 2; i++) {
        struct critical_packet packet = known_packet(i);

        complete(bench, &packet);
        update(bench, &packet);
    }
    known = run(bench, n, capacity / 2, false);
    known_fetched = run(bench, n, capacity / 2, true);
    printf("%-16s %9" PRIu32 " %8.1f %8.1f %8.1f %8.1f %10.0f\n", name, capacity, flood,
           flood_fetched, known, known_fetched, peak_mib());
    detectors_free(bench->detectors);
    flow_table_free(bench->table);
    region_free(bench->region);
    free(bench);
}

int
main(int argc, char **argv)
{
    const uint32_t capacity =
        argc > 1 ? (uint32_t) strtoul(argv[1], NULL, 10) : UINT32_C(1) << 20;

    printf("%-16s %9s %8s %8s %8s %8s %10s\n", "ns a packet", "flows", "flood", "prefetch",
           "known", "prefetch", "peak MiB");
    report("table", capacity / 8, false);
    report("table", capacity, false);
    report("with detectors", capacity, true);
    return 0;
}
