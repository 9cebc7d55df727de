#include "classify/detect_run.h"

/* A source tries one port of 'n' hosts, one each 'gap_ms': each with the packets of
 * 'letters', but every 'other_every'th with those of 'other'. */
struct sweep_case {
    const char *name, *letters;
    unsigned n;
    uint16_t port;
    unsigned gap_ms, n_hosts, other_every;
    const char *other;
    const char *seen; /* The details of the sweeps seen. */
};

static const struct sweep_case cases[] = {
    { "SYN, no answer", "s", 15, 445, 1000, 1000, 0, "", "15 hosts on tcp/445 in 14s\n" },
    { "one too few", "s", 14, 445, 1000, 1000, 0, "", "" },
    { "refused", "sr", 15, 445, 1000, 1000, 0, "", "15 hosts on tcp/445 in 14s\n" },
    { "open, no data", "sax", 15, 22, 1000, 1000, 0, "", "15 hosts on tcp/22 in 14s\n" },
    { "UDP", "q", 15, 161, 1000, 1000, 0, "", "15 hosts on udp/161 in 14s\n" },
    { "SCTP", "i", 15, 2905, 1000, 1000, 0, "", "15 hosts on sctp/2905 in 14s\n" },
    { "echo requests", "e", 15, 0, 1000, 1000, 0, "", "15 hosts by icmp in 14s\n" },
    { "echo requests, half of them answered", "e", 30, 0, 1000, 1000, 2, "eE",
      "15 hosts by icmp in 28s\n" },
    { "a sweep of which half is served", "s", 30, 445, 1000, 1000, 2, "sakd",
      "15 hosts on tcp/445 in 28s\n" },
    { "growth is told at each doubling", "s", 500, 445, 10, 1000, 0, "",
      "15 hosts on tcp/445 in 140ms\nabout 30 hosts on tcp/445 in 300ms\n"
      "about 60 hosts on tcp/445 in 600ms\nabout 120 hosts on tcp/445 in 1190ms\n"
      "about 240 hosts on tcp/445 in 2s\nabout 480 hosts on tcp/445 in 5s\n" },
    { "a few hosts again and again", "s", 500, 445, 10, 14, 0, "", "" },
    { "a browsing network", "sakd", 500, 443, 10, 1000, 20, "s", "" },
    { "a resolver", "qQ", 500, 53, 10, 1000, 10, "q", "" },
    { "monitoring by echo requests", "eE", 500, 0, 10, 1000, 10, "e", "" },
    { "a server that answers many clients", "S", 500, 443, 10, 1000, 0, "", "" },
    { "a victim that resets many forged connections", "R", 500, 443, 10, 1000, 0, "", "" },
    { "a name server that answers many forged questions", "U", 500, 53, 10, 1000, 0, "",
      "" },
};

static void
test_sweep(void **state)
{
    const struct sweep_case *c = *state;
    const struct detect_config config = {
        .scan = { .ports = 15, .within_ns = 300 * NS_PER_SECOND, .capacity = 256 },
        .sweep = { .hosts = 15,
                   .answered = 4,
                   .within_ns = 300 * NS_PER_SECOND,
                   .capacity = 256 },
    };
    struct detect_run *run = detect_run_new(&config, NULL);
    char seen[1024] = "";

    for (unsigned i = 0; i < c->n; i++) {
        const struct ip_address one = script_host('A');
        const struct ip_address other = ip_from_v4(UINT32_C(0x0a000000) + i % c->n_hosts);
        /* Those of a server or a victim come to it, not from it. */
        const bool is_victim = strchr("SRU", c->letters[0]) != NULL;
        const struct detect_try try = {
            .source = is_victim ? other : one,
            .target = is_victim ? one : other,
            .source_port = (uint16_t) (40000 + i % 1000),
            .target_port = c->port,
            .time_ms = (uint64_t) i * c->gap_ms,
        };

        detect_run_try(run, &try,
                       c->other_every != 0 && i % c->other_every == 1 ? c->other
                                                                      : c->letters);
    }
    detect_run_end(run);
    for (size_t i = 0; i < run->seen.n; i++) {
        const struct observation *observation = &run->seen.items[i];

        assert_int_equal(observation->kind, OBSERVATION_SWEEP);
        assert_int_equal(observation->asset_ends, 3);
        strcat(strcat(seen, observation->detail), "\n");
    }
    assert_string_equal(seen, c->seen);
    detect_run_free(run);
}

/* The estimate of a large sweep stays within a few per cent. */
static void
test_estimate(void **state)
{
    const struct detect_config config = {
        .scan = { .ports = 15, .within_ns = 300 * NS_PER_SECOND, .capacity = 256 },
        .sweep = { .hosts = 10,
                   .answered = 4,
                   .within_ns = 300 * NS_PER_SECOND,
                   .capacity = 256 },
    };
    struct detect_run *run = detect_run_new(&config, NULL);
    unsigned at = 0;

    (void) state;
    for (unsigned i = 1; i <= 10500; i++) {
        const struct detect_try try = {
            .source = script_host('A'),
            .target = ip_from_v4(UINT32_C(0x0a000000) + i),
            .source_port = 40000,
            .target_port = 445,
            .time_ms = i,
        };

        detect_run_try(run, &try, "sr");
        if (run->seen.n > at) {
            const uint32_t count = run->seen.items[at++].count;

            assert_in_range(count, i - i / 10, i + i / 10);
        }
    }
    assert_true(at >= 10);
    detect_run_free(run);
}

/* Nine of ten tries are answered. */
#define MOSTLY_ANSWERED                                                                   \
    {                                                                                     \
        { .letters = "sakd", .n = 180, .gap_ms = 10, .n_targets = 180, DETECT_OUT(443) }, \
            { .letters = "s",                                                             \
              .n = 20,                                                                    \
              .start_ms = 5,                                                              \
              .gap_ms = 90,                                                               \
              .n_targets = 20,                                                            \
              .source = DETECT_ASSET,                                                     \
              .target = 0x0b000000,                                                       \
              .source_port = 50000,                                                       \
              .target_port = 443 },                                                       \
    }

static void
nine_answered(struct detect_config *config)
{
    config->sweep.answered = 9;
}

static void
eight_answered(struct detect_config *config)
{
    config->sweep.answered = 8;
}

static const struct detect_configured_case configured[] = {
    { "mostly answered, where that is allowed", nine_answered, MOSTLY_ANSWERED,
      "sweep: 15 hosts on tcp/443 in 1260ms\n" },
    { "mostly answered, where it is not", eight_answered, MOSTLY_ANSWERED, "" },
};

static void
test_configured_case(void **state)
{
    detect_run_configured_case(*state);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_estimate) };

    return RUN_CASES(cases, test_sweep) + cmocka_run_group_tests(tests, NULL, NULL) +
           RUN_CASES(configured, test_configured_case);
}
