/* The same packets give the same alerts, whatever the seed of the tables, however the
 * frames are batched, however many threads work, and however often the policy is loaded
 * anew: what makes a capture and a read of its file agree. */
#include "sensor/pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/source.h"
#include "support/support.h"

enum { BATCH_MAX = FRAME_BATCH_MAX };

static struct policy *policy;

static struct policy *
policy_anew(void)
{
    struct problem_list *problems = problem_list_new();
    const struct policy_options options = {
        .config = source_path("tests/scenarios/quickstart/sectorwatch.conf"),
        .no_catalogue = true,
    };
    struct policy *loaded = policy_new(&options, problems);

    problem_list_print(problems, stderr);
    problem_list_free(problems);
    return loaded;
}

/* Reads a capture in batches of 'batch', with so many workers, and returns the alerts, to
 * be freed.  After each 'renew_every' batches the policy is loaded anew and takes the place
 * of the one before; 0: never. */
static char *
alerts_of_renewed(const char *capture, struct hash_seed seed, size_t batch,
                  unsigned n_workers, unsigned renew_every)
{
    static const char *const interfaces[] = { "in" };
    const char *path = temporary_path("alerts.ndjson");
    struct problem_list *problems = problem_list_new();
    struct sink *sinks[] = { sink_new_file(path, problems), NULL };
    struct sensor sensor = { .hostname = "sensor1.example",
                             .version = "0",
                             .interfaces = interfaces,
                             .n_interfaces = 1,
                             .geo = policy->geo,
                             .reference = "",
                             .enterprise_number = 32473 };
    struct pipeline *pipeline =
        pipeline_new(&(struct pipeline_config){ .policy = policy,
                                                .sensor = &sensor,
                                                .sinks = sinks,
                                                .seed = seed,
                                                .n_workers = n_workers });
    struct source *source = source_open_file(capture, 0, problems);
    unsigned n_batches = 0;
    char *alerts;

    assert_int_equal(problem_list_n(problems), 0);
    while (source_next(source, batch, pipeline_batch(pipeline),
                       pipeline_counters(pipeline)) == SOURCE_OK) {
        pipeline_take(pipeline);
        if (renew_every != 0 && ++n_batches % renew_every == 0) {
            struct policy *before = policy;

            policy = policy_anew();
            assert_non_null(policy);
            pipeline_renew(pipeline, policy);
            sensor.geo = policy->geo;
            policy_free(before);
        }
    }
    pipeline_end(pipeline);
    source_close(source);
    pipeline_free(pipeline);
    sink_free(sinks[0]);
    problem_list_free(problems);
    alerts = read_whole_file(path);
    assert_int_equal(remove(path), 0);
    return alerts;
}

static char *
alerts_of(const char *capture, struct hash_seed seed, size_t batch, unsigned n_workers)
{
    return alerts_of_renewed(capture, seed, batch, n_workers, 0);
}

static const char *
quickstart(void)
{
    return source_path("tests/scenarios/quickstart/quickstart.pcap");
}

static void
test_the_seed_does_not_show(void **state)
{
    char *expected = alerts_of(quickstart(), hash_seed_fixed(), 1, 1);

    (void) state;
    assert_true(strlen(expected) > 10000);
    for (unsigned i = 0; i < 20; i++) {
        const struct hash_seed seed = hash_seed_random();
        char *alerts = alerts_of(quickstart(), seed, 1, 1);

        if (strcmp(alerts, expected) != 0) {
            fail_msg("seed %llx %llx gives other alerts",
                     (unsigned long long) seed.words[0],
                     (unsigned long long) seed.words[1]);
        }
        free(alerts);
    }
    free(expected);
}

static void
test_batches_do_not_show(void **state)
{
    static const size_t batches[] = { 2, 7, 64, BATCH_MAX };
    char *expected = alerts_of(quickstart(), hash_seed_fixed(), 1, 1);

    (void) state;
    for (size_t i = 0; i < N_ELEMENTS(batches); i++) {
        char *alerts = alerts_of(quickstart(), hash_seed_fixed(), batches[i], 1);

        assert_string_equal(alerts, expected);
        free(alerts);
    }
    free(expected);
}

/* Scenes whose alerts come from flows that are one another's neighbours in time, or end
 * because others do. */
static void
test_workers_do_not_show(void **state)
{
    static const char *const scenes[] = { "quickstart", "benign",  "energy",   "flood",
                                          "ipv6",       "tunnels", "fragments" };
    static const unsigned workers[] = { 2, 3, PIPELINE_WORKERS_MAX };

    (void) state;
    for (size_t i = 0; i < N_ELEMENTS(scenes); i++) {
        char path[512], *expected;

        (void) snprintf(path, sizeof path, SW_BINARY_DIR "/tests/scenarios/%s.pcap",
                        scenes[i]);
        expected = alerts_of(path, hash_seed_fixed(), BATCH_MAX, 1);
        for (size_t k = 0; k < N_ELEMENTS(workers); k++) {
            char *alerts = alerts_of(path, hash_seed_fixed(), BATCH_MAX, workers[k]);

            assert_string_equal(alerts, expected);
            free(alerts);
        }
        free(expected);
    }
}

/* Flows, incidents, thresholds and peers of cascades go on under each of them. */
static void
test_renewals_do_not_show(void **state)
{
    static const unsigned workers[] = { 1, 2, 3 };
    char *expected = alerts_of(quickstart(), hash_seed_fixed(), 1, 1);

    (void) state;
    for (size_t i = 0; i < N_ELEMENTS(workers); i++) {
        char *alerts = alerts_of_renewed(quickstart(), hash_seed_fixed(), 8, workers[i], 5);

        assert_string_equal(alerts, expected);
        free(alerts);
    }
    free(expected);
}

static int
load_policy(void **state)
{
    (void) state;
    policy = policy_anew();
    return policy == NULL;
}

static int
free_policy(void **state)
{
    (void) state;
    policy_free(policy);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_seed_does_not_show),
        cmocka_unit_test(test_batches_do_not_show),
        cmocka_unit_test(test_workers_do_not_show),
        cmocka_unit_test(test_renewals_do_not_show),
    };

    return cmocka_run_group_tests(tests, load_policy, free_policy);
}
