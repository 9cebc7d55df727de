#include "classify/detect_run.h"

/* A source tries 'n' ports of a target from 'first_port' on, one each 'gap_ms', each with
 * the packets of 'letters' (see detect_run.h). */
struct scan_case {
    const char *name, *letters;
    unsigned n;
    uint16_t source_port, first_port, step;
    unsigned gap_ms;
    const char *seen; /* The details of the scans seen. */
    bool is_v6;
};

static const struct scan_case cases[] = {
    { "SYN, no answer", "s", 15, 40000, 1000, 1, 1000, "15 ports in 14s\n", false },
    { "one too few", "s", 14, 40000, 1000, 1, 1000, "", false },
    { "refused", "sr", 15, 40000, 1000, 1, 1000, "15 ports in 14s\n", false },
    { "half-open scan of open ports", "sax", 15, 40000, 1000, 1, 1000, "15 ports in 14s\n",
      false },
    { "connect scan of open ports", "sakx", 15, 40000, 1000, 1, 1000, "15 ports in 14s\n",
      false },
    { "FIN scan", "f", 15, 40000, 1000, 1, 1000, "15 ports in 14s\n", false },
    { "FIN scan of closed ports", "fr", 15, 40000, 1000, 1, 1000, "15 ports in 14s\n",
      false },
    { "NULL scan", "n", 15, 40000, 1000, 1, 1000, "15 ports in 14s\n", false },
    { "UDP", "q", 15, 40000, 1000, 1, 1000, "15 ports in 14s\n", false },
    { "SCTP, refused", "iI", 15, 40000, 1000, 1, 1000, "15 ports in 14s\n", false },
    { "IPv6", "s", 15, 40000, 1000, 1, 1000, "15 ports in 14s\n", true },
    { "within the window", "s", 15, 40000, 1000, 1, 20000, "15 ports in 280s\n", false },
    { "slower than the window", "s", 40, 40000, 1000, 1, 22000, "", false },
    { "growth is told at each doubling", "s", 130, 40000, 1000, 1, 100,
      "15 ports in 1400ms\nabout 30 ports in 3s\nabout 60 ports in 6s\n"
      "about 120 ports in 12s\n",
      false },
    { "many connections to one port", "s", 200, 1024, 443, 0, 10, "", false },
    { "connections with data to many ports", "sakd", 100, 40000, 20000, 1, 10, "", false },
    { "UDP that is answered", "qQ", 100, 40000, 20000, 1, 10, "", false },
    { "bare ACKs", "m", 100, 40000, 3000, 1, 10, "", false },
    { "traceroute", "q", 90, 40000, 33434, 1, 10, "", false },
    { "backscatter: SYN+ACK", "S", 100, 20000, 80, 1, 10, "", false },
    { "backscatter: RST", "R", 100, 20000, 50000, 1, 10, "", false },
    { "answers of a name server", "U", 100, 20000, 53, 0, 10, "", false },
};

static void
test_scan(void **state)
{
    const struct scan_case *c = *state;
    const struct detect_config config = {
        .scan = { .ports = 15, .within_ns = 300 * NS_PER_SECOND, .capacity = 256 },
        .sweep = { .hosts = 15,
                   .answered = 4,
                   .within_ns = 300 * NS_PER_SECOND,
                   .capacity = 256 },
    };
    struct detect_run *run = detect_run_new(&config, NULL);
    char seen[512] = "";

    for (unsigned i = 0; i < c->n; i++) {
        const struct detect_try try = {
            .source = script_host(c->is_v6 ? 'a' : 'A'),
            .target = script_host(c->is_v6 ? 'b' : 'B'),
            .source_port = (uint16_t) (c->source_port + i),
            .target_port = (uint16_t) (c->first_port + i * c->step),
            .time_ms = (uint64_t) i * c->gap_ms,
        };

        detect_run_try(run, &try, c->letters);
    }
    detect_run_end(run);
    for (size_t i = 0; i < run->seen.n; i++) {
        const struct observation *observation = &run->seen.items[i];

        assert_int_equal(observation->kind, OBSERVATION_SCAN);
        assert_int_equal(observation->asset_ends, 3);
        assert_true(observation->since_ns <= observation->time_ns);
        strcat(strcat(seen, observation->detail), "\n");
    }
    assert_string_equal(seen, c->seen);
    detect_run_free(run);
}

/* A flood from random sources washes out neither those who are at it, nor memory. */
static void
test_flood(void **state)
{
    const struct detect_config config = {
        .scan = { .ports = 15, .within_ns = 300 * NS_PER_SECOND, .capacity = 256 },
        .sweep = { .hosts = 15,
                   .answered = 4,
                   .within_ns = 300 * NS_PER_SECOND,
                   .capacity = 256 },
    };
    struct detect_run *run = detect_run_new(&config, NULL);

    (void) state;
    for (unsigned i = 0; i < 15; i++) {
        for (unsigned k = 0; k < 2000; k++) {
            const struct detect_try flood = {
                .source = ip_from_v4((UINT32_C(2000) * i + k) * UINT32_C(2654435761)),
                .target = script_host('B'),
                .source_port = 40000,
                .target_port = 443,
                .time_ms = i * 100,
            };

            if (i > 1) {
                detect_run_try(run, &flood, "sr");
            }
        }
        detect_run_try(run,
                       &(struct detect_try){ .source = script_host('A'),
                                             .target = script_host('B'),
                                             .source_port = 50000,
                                             .target_port = (uint16_t) (1000 + i),
                                             .time_ms = i * 100 },
                       "sr");
    }
    assert_int_equal(run->seen.n, 1);
    assert_int_equal(run->seen.items[0].kind, OBSERVATION_SCAN);
    assert_string_equal(run->seen.items[0].detail, "15 ports in 1400ms");
    assert_true(run->counters.n[COUNTER_CLASSIFY_ATTEMPTS_EVICTED] > 20000);
    detect_run_free(run);
}

/* Pairs of which one port was tried give way, counted, and not the pair at which somebody
 * has begun to scan. */
static void
test_eviction(void **state)
{
    const struct detect_config config = {
        .scan = { .ports = 3, .within_ns = 300 * NS_PER_SECOND, .capacity = 256 },
        .sweep = { .hosts = 65000,
                   .answered = 4,
                   .within_ns = 300 * NS_PER_SECOND,
                   .capacity = 4 },
    };
    struct detect_run *run = detect_run_new(&config, NULL);
    struct detect_try scanned = {
        .source = script_host('A'),
        .target = script_host('B'),
        .source_port = 50000,
        .target_port = 1,
    };

    (void) state;
    detect_run_try(run, &scanned, "sr");
    scanned.target_port = 2;
    detect_run_try(run, &scanned, "sr");
    for (unsigned i = 0; i < 1000; i++) {
        const struct detect_try other = {
            .source = script_host('A'),
            .target = ip_from_v4(UINT32_C(0x0a000000) + i),
            .source_port = 50000,
            .target_port = (uint16_t) (1000 + i % 2),
        };

        detect_run_try(run, &other, "sr");
    }
    assert_int_equal(run->counters.n[COUNTER_CLASSIFY_SCANS_EVICTED], 1001 - 256);
    assert_int_equal(run->seen.n, 0);
    scanned.target_port = 3;
    detect_run_try(run, &scanned, "sr");
    assert_int_equal(run->seen.n, 1);
    assert_int_equal(run->seen.items[0].kind, OBSERVATION_SCAN);
    assert_int_equal(run->seen.items[0].count, 3);
    detect_run_free(run);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_flood),
                                        cmocka_unit_test(test_eviction) };

    return RUN_CASES(cases, test_scan) + cmocka_run_group_tests(tests, NULL, NULL);
}
