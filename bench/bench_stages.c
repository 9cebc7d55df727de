/* Measures the stages that bench_lookup and bench_flow do not: decoding, rules, places,
 * incidents.  The best of several rounds is what the code can do; the others had company.
 *
 *     bench_stages CAPTURE DATABASE */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "capture/decode.h"
#include "capture/source.h"
#include "geo/geo.h"
#include "geo/place_cache.h"
#include "rand.h"
#include "rules/incident_table.h"
#include "rules/rule_set.h"
#include "timing.h"

enum {
    N_ROUNDS = 9,
    N_BATCHES = 64, /* Of frames: they fit no cache, as in life. */
    N_ADDRESSES = 1 << 16,
    N_OBSERVATIONS_TIMED = 1 << 16,
    N_VERDICTS = 1 << 15,
    TEXT_SIZE = 4 << 20,
};

static void
fail(const char *what)
{
    fprintf(stderr, "bench_stages: %s\n", what);
    exit(1);
}

static double
ns_each(double start, size_t n)
{
    return (now_s() - start) * 1e9 / (double) n;
}

static void
keep_least(double *least, double value)
{
    *least = *least == 0 || value < *least ? value : *least;
}

static void
time_decode(const char *path)
{
    struct problem_list *problems = problem_list_new();
    struct source *source = source_open_file(path, 0, problems);
    struct decoder *decoder =
        decoder_new(&(struct decode_config){ .tunnel_depth_max = 4,
                                             .fragment_packets_max = 16,
                                             .fragment_bytes_max = 1 << 20,
                                             .fragment_timeout_ns = NS_PER_SECOND },
                    hash_seed_fixed());
    struct frame_batch *batches[N_BATCHES];
    static struct counters counters;
    double least = 0;

    if (source == NULL) {
        problem_list_print(problems, stderr);
        fail("the capture cannot be read");
    }
    for (unsigned i = 0; i < N_BATCHES; i++) {
        batches[i] = frame_batch_new();
        (void) source_next(source, FRAME_BATCH_MAX, batches[i], &counters);
    }
    for (unsigned round = 0; round < N_ROUNDS; round++) {
        const double start = now_s();
        struct packet packet;
        size_t n = 0;

        for (unsigned i = 0; i < N_BATCHES; i++) {
            for (size_t j = 0; j < batches[i]->n; j++, n++) {
                (void) decoder_decode(decoder, &batches[i]->frames[j], &packet, &counters);
            }
        }
        keep_least(&least, ns_each(start, n));
    }
    row("decode: a frame", least, "ns", 0);
    for (unsigned i = 0; i < N_BATCHES; i++) {
        frame_batch_free(batches[i]);
    }
    decoder_free(decoder);
    source_close(source);
    problem_list_free(problems);
}

/* A hospital and a grid. */
static struct sector_map *
make_map(struct problem_list *problems)
{
    static const char *const files[] = { NULL };
    static const char *const ranges[] = { "192.0.2.0/24=energy:Grid",
                                          "198.51.100.0/24=healthcare:Hospital", NULL };

    return sector_map_new(
        &(struct sector_map_config){ .operator_files = files, .ranges = ranges }, problems);
}

/* 'n' rules, none of which can match what is shown to them. */
static struct rule_set *
make_rules(unsigned n, struct problem_list *problems)
{
    static const char *const wants[] = { "asset = { sector = \"space\"; };",
                                         "service = \"dnp3\";", "port = 10000;" };
    char *text = memory_zeroed(TEXT_SIZE, 1);
    struct rule_set *set;
    size_t at = 0;

    for (unsigned i = 0; i < n; i++) {
        at += (size_t) snprintf(
            text + at, TEXT_SIZE - at,
            "%s{ id = \"N-%u\"; rev = 1; title = \"t\"; severity = \"low\"; concerns = [ "
            "\"JS-P4-ENERGY\" ]; when = { observation = \"service\"; %s }; }",
            i == 0 ? "rules = (" : ",\n", i, wants[i % 3]);
    }
    (void) snprintf(text + at, TEXT_SIZE - at, ");");
    set = rule_set_new_text(text, "many", NULL, NULL, problems);
    free(text);
    return set;
}

static struct flow
make_flow(const struct sector_map *map, uint64_t *random)
{
    struct flow flow = {
        .ends = { { .address = ip_from_v4((uint32_t) rand_next(random)), .port = 40000 },
                  { .address = ip_from_v4(UINT32_C(0xc0000200) |
                                          (uint32_t) rand_below(random, 256)),
                    .port = 443 } },
        .first_ns = NS_PER_SECOND,
        .last_ns = NS_PER_SECOND,
        .protocol = IP_PROTOCOL_TCP,
        .tcp_state = TCP_STATE_OPENED,
        .service = SERVICE_TLS,
        .evidence = EVIDENCE_PORT_CONSISTENT,
    };

    flow.ends[1].range = sector_map_lookup(map, flow.ends[1].address);
    return flow;
}

static void
time_rules(unsigned n_rules, const struct geo *geo)
{
    struct problem_list *problems = problem_list_new();
    struct sector_map *map = make_map(problems);
    struct rule_set *set = make_rules(n_rules, problems);
    struct judge *judge = judge_new(&(struct judge_config){ .threshold_capacity = 1024 },
                                    set, map, geo, NULL, hash_seed_fixed());
    static struct counters counters;
    static struct verdict_list verdicts;
    uint64_t random = 1;
    const struct flow flow = make_flow(map, &random);
    const struct observation observation = { .kind = OBSERVATION_SERVICE,
                                             .time_ns = NS_PER_SECOND,
                                             .since_ns = NS_PER_SECOND,
                                             .flow = &flow,
                                             .asset_ends = 3,
                                             .count = 1 };
    double least = 0;
    char what[64];

    problem_list_print(problems, stderr);
    for (unsigned round = 0; round < N_ROUNDS; round++) {
        const double start = now_s();

        for (unsigned i = 0; i < N_OBSERVATIONS_TIMED; i++) {
            judge_observation(judge, &observation, &counters, &verdicts);
        }
        keep_least(&least, ns_each(start, N_OBSERVATIONS_TIMED));
    }
    if (verdicts.n > 0) {
        fail("a rule has matched");
    }
    (void) snprintf(what, sizeof what, "judge: an observation, %u rules that cannot match",
                    n_rules);
    row(what, least, "ns", 0);
    judge_free(judge);
    rule_set_free(set);
    sector_map_free(map);
    problem_list_free(problems);
}

static void
time_geo(const struct geo *geo)
{
    struct place_cache *places = place_cache_new(geo, hash_seed_fixed());
    struct ip_address *addresses = memory_zeroed(N_ADDRESSES, sizeof *addresses);
    double least = 0, least_cached = 0;
    uint64_t random = 1;
    unsigned n_known = 0;

    for (unsigned i = 0; i < N_ADDRESSES; i++) {
        addresses[i] = ip_from_v4((uint32_t) rand_next(&random));
    }
    for (unsigned round = 0; round < N_ROUNDS; round++) {
        double start = now_s();

        for (unsigned i = 0; i < N_ADDRESSES; i++) {
            n_known += geo_lookup(geo, addresses[i]).country[0] != '\0';
        }
        keep_least(&least, ns_each(start, N_ADDRESSES));
        start = now_s();
        for (unsigned i = 0; i < N_ADDRESSES; i++) {
            n_known += place_cache_lookup(places, addresses[i % 64])->country[0] != '\0';
        }
        keep_least(&least_cached, ns_each(start, N_ADDRESSES));
    }
    if (n_known == 0) {
        fail("the database knows nothing");
    }
    row("geo: country and AS of a random IPv4 address", least, "ns", 0);
    row("geo: the same of one lately asked for", least_cached, "ns", 0);
    free(addresses);
    place_cache_free(places);
}

static void
time_incidents(void)
{
    struct problem_list *problems = problem_list_new();
    struct sector_map *map = make_map(problems);
    struct rule_set *set = make_rules(1, problems);
    struct verdict *verdicts = memory_zeroed(N_VERDICTS, sizeof *verdicts);
    static struct counters counters;
    static struct incident change;
    double least_known = 0, least_new = 0;
    uint64_t random = 1;

    for (unsigned i = 0; i < N_VERDICTS; i++) {
        const struct flow flow = make_flow(map, &random);

        verdicts[i] = (struct verdict){
            .rule = rule_set_at(set, 0),
            .time_ns = NS_PER_SECOND,
            .flow = flow,
            .observation = { .kind = OBSERVATION_SERVICE, .count = 1 },
            .asset_end = FLOW_RESPONDER,
            .direction = DIRECTION_INBOUND,
            .ranges = { NULL, sector_map_range(map, flow.ends[1].range) },
            .n_matches = 1,
        };
    }
    for (unsigned round = 0; round < N_ROUNDS; round++) {
        struct incident_table *table = incident_table_new(
            &(struct incident_config){ .capacity = N_VERDICTS,
                                       .window_ns = NS_PER_SECOND * 900,
                                       .longest_ns = NS_PER_SECOND * 86400 },
            hash_seed_fixed());
        double *const leasts[] = { &least_new, &least_known };

        for (unsigned pass = 0; pass < 2; pass++) {
            const double start = now_s();

            for (unsigned i = 0; i < N_VERDICTS; i++) {
                incident_table_add(table, &verdicts[i], &counters);
                while (incident_table_next(table, &change)) {
                }
            }
            keep_least(leasts[pass], ns_each(start, N_VERDICTS));
        }
        incident_table_free(table);
    }
    row("incident: opened by a verdict", least_new, "ns", 0);
    row("incident: joined by a verdict", least_known, "ns", 0);
    free(verdicts);
    rule_set_free(set);
    sector_map_free(map);
    problem_list_free(problems);
}

int
main(int argc, char **argv)
{
    struct problem_list *problems = problem_list_new();
    const char *databases[] = { argc == 3 ? argv[2] : NULL, NULL };
    struct geo *geo;

    if (argc != 3) {
        fputs("usage: bench_stages CAPTURE DATABASE\n", stderr);
        return 2;
    }
    geo = geo_new(&(struct geo_config){ .databases = databases }, problems);
    problem_list_print(problems, stderr);
    if (problem_list_n_errors(problems) > 0) {
        return 1;
    }
    time_decode(argv[1]);
    for (unsigned n = 10; n <= 10000; n *= 10) {
        time_rules(n, geo);
    }
    time_geo(geo);
    time_incidents();
    geo_free(geo);
    problem_list_free(problems);
    return 0;
}
