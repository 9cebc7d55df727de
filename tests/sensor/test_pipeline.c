/* The same packets give the same alerts, whatever the seed of the tables, however the
 * frames are batched, however many threads work, and however often the policy is loaded
 * anew: what makes a capture and a read of its file agree. */
#include "sensor/pipeline.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/timestamp.h"
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

static const char *const interfaces[] = { "in" };

/* A pipeline whose alerts go into a file. */
struct plant {
    const char *path;
    struct sink *sinks[2];
    struct sensor sensor;
    struct pipeline *pipeline;
};

static void
plant_begin(struct plant *plant, struct pipeline_config config)
{
    struct problem_list *problems = problem_list_new();

    plant->path = temporary_path("alerts.ndjson");
    plant->sinks[0] = sink_new_file(plant->path, problems);
    plant->sinks[1] = NULL;
    plant->sensor = (struct sensor){ .hostname = "sensor1.example",
                                     .version = "0",
                                     .interfaces = interfaces,
                                     .n_interfaces = 1,
                                     .geo = policy->geo,
                                     .reference = "",
                                     .enterprise_number = 32473 };
    config.policy = policy;
    config.sensor = &plant->sensor;
    config.sinks = plant->sinks;
    plant->pipeline = pipeline_new(&config);
    assert_int_equal(problem_list_n(problems), 0);
    problem_list_free(problems);
}

/* The policy is loaded anew and takes the place of the one before. */
static void
plant_renew(struct plant *plant)
{
    struct policy *before = policy;

    policy = policy_anew();
    assert_non_null(policy);
    pipeline_renew(plant->pipeline, policy);
    plant->sensor.geo = policy->geo;
    policy_free(before);
}

/* Returns the alerts, to be freed. */
static char *
plant_end(struct plant *plant)
{
    char *alerts;

    pipeline_end(plant->pipeline);
    pipeline_free(plant->pipeline);
    sink_free(plant->sinks[0]);
    alerts = read_whole_file(plant->path);
    assert_int_equal(remove(plant->path), 0);
    return alerts;
}

static struct source *
open_capture(const char *capture)
{
    struct problem_list *problems = problem_list_new();
    struct source *source = source_open_file(capture, 0, problems);

    assert_non_null(source);
    problem_list_free(problems);
    return source;
}

/* Reads a capture in batches of 'batch', with so many workers.  After each 'renew_every'
 * batches the policy is loaded anew; 0: never. */
static char *
alerts_of_renewed(const char *capture, struct hash_seed seed, size_t batch,
                  unsigned n_workers, unsigned renew_every)
{
    struct source *source = open_capture(capture);
    struct plant plant;
    unsigned n_batches = 0;

    plant_begin(&plant, (struct pipeline_config){ .seed = seed, .n_workers = n_workers });
    while (source_next(source, batch, pipeline_batch(plant.pipeline),
                       pipeline_counters(plant.pipeline)) == SOURCE_OK) {
        pipeline_take(plant.pipeline);
        if (renew_every != 0 && ++n_batches % renew_every == 0) {
            plant_renew(&plant);
        }
    }
    source_close(source);
    return plant_end(&plant);
}

static char *
alerts_of(const char *capture, struct hash_seed seed, size_t batch, unsigned n_workers)
{
    return alerts_of_renewed(capture, seed, batch, n_workers, 0);
}

/* While the sinks are held nothing is judged: what was counted stays, and no alert comes.
 */
static void
test_held(void **state)
{
    const char *capture = source_path("tests/scenarios/quickstart/quickstart.pcap");
    struct source *source = open_capture(capture);
    struct plant plant;

    (void) state;
    plant_begin(&plant, (struct pipeline_config){
                            .seed = hash_seed_fixed(), .live = true, .n_workers = 2 });
    while (source_next(source, 4, pipeline_batch(plant.pipeline),
                       pipeline_counters(plant.pipeline)) == SOURCE_OK) {
        struct counters held;
        unsigned n_open;

        pipeline_take(plant.pipeline);
        pipeline_hold_sinks(plant.pipeline);
        held = pipeline_totals(plant.pipeline);
        n_open = incident_table_n(pipeline_incidents(plant.pipeline));
        (void) usleep(200);
        for (enum counter c = 0; c < N_COUNTERS; c++) {
            assert_int_equal(pipeline_totals(plant.pipeline).n[c], held.n[c]);
        }
        assert_int_equal(incident_table_n(pipeline_incidents(plant.pipeline)), n_open);
        pipeline_release_sinks(plant.pipeline);
    }
    source_close(source);
    free(plant_end(&plant));
}

/* A thread that has a lane, and takes those frames of a capture whose source address is its
 * own: the two directions of a flow come by different lanes. */
struct reader {
    pthread_t thread;
    struct lanes *lanes;
    unsigned lane, n_lanes;
    const char *capture;
    atomic_uint *n_ended;
};

static unsigned
lane_of(const struct frame *frame, unsigned n_lanes)
{
    enum { SOURCE_AT = 26, SOURCE_SIZE = 4 }; /* Of IPv4 in Ethernet. */
    unsigned sum = 0;

    for (unsigned i = SOURCE_AT; i < SOURCE_AT + SOURCE_SIZE && i < frame->caplen; i++) {
        sum += frame->bytes[i];
    }
    return sum % n_lanes;
}

static void
add_frame(struct frame_batch *batch, const struct frame *frame)
{
    batch->frames[batch->n] = *frame;
    batch->frames[batch->n++].bytes =
        memcpy(&batch->memory[batch->used], frame->bytes, frame->caplen);
    batch->used += frame->caplen;
}

static void *
read_lane(void *argument)
{
    struct reader *reader = argument;
    struct source *source = open_capture(reader->capture);
    struct frame_batch *all = frame_batch_new();
    struct counters counted = { 0 };

    while (source_next(source, 64, all, &counted) == SOURCE_OK) {
        struct frame_batch *own = lane_frames(reader->lanes, reader->lane);

        own->n = own->used = 0;
        for (size_t i = 0; i < all->n; i++) {
            if (lane_of(&all->frames[i], reader->n_lanes) == reader->lane) {
                add_frame(own, &all->frames[i]);
            }
        }
        lane_take(reader->lanes, reader->lane, &counted);
    }
    lane_end(reader->lanes, reader->lane);
    atomic_fetch_add(reader->n_ended, 1);
    frame_batch_free(all);
    source_close(source);
    return NULL;
}

/* Reads a capture by several lanes. */
static char *
alerts_of_lanes(const char *capture, unsigned n_lanes, unsigned n_workers, bool is_renewed)
{
    struct plant plant;
    struct reader readers[LANES_MAX];
    atomic_uint n_ended = 0;
    bool came = true;

    plant_begin(&plant, (struct pipeline_config){ .seed = hash_seed_fixed(),
                                                  .n_workers = n_workers,
                                                  .n_lanes = n_lanes,
                                                  .hold_ns = 3600 * NS_PER_SECOND });
    for (unsigned i = 0; i < n_lanes; i++) {
        readers[i] = (struct reader){ .lanes = pipeline_lanes(plant.pipeline),
                                      .lane = i,
                                      .n_lanes = n_lanes,
                                      .capture = capture,
                                      .n_ended = &n_ended };
        assert_int_equal(pthread_create(&readers[i].thread, NULL, read_lane, &readers[i]),
                         0);
    }
    while (came || atomic_load(&n_ended) < n_lanes) {
        came = pipeline_merge(plant.pipeline);
        if (is_renewed) {
            plant_renew(&plant);
        }
    }
    for (unsigned i = 0; i < n_lanes; i++) {
        (void) pthread_join(readers[i].thread, NULL);
    }
    return plant_end(&plant);
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
static const char *const scenes[] = { "quickstart", "benign",  "energy",   "flood",
                                      "ipv6",       "tunnels", "fragments" };

static void
test_workers_do_not_show(void **state)
{
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

/* Nor by how many ways the packets come. */
static void
test_lanes_do_not_show(void **state)
{
    static const unsigned lanes[] = { 2, 3, 16 };

    (void) state;
    for (size_t i = 0; i < N_ELEMENTS(scenes); i++) {
        char path[512], *expected;

        (void) snprintf(path, sizeof path, SW_BINARY_DIR "/tests/scenarios/%s.pcap",
                        scenes[i]);
        expected = alerts_of(path, hash_seed_fixed(), BATCH_MAX, 1);
        for (size_t k = 0; k < N_ELEMENTS(lanes); k++) {
            char *alerts = alerts_of_lanes(path, lanes[k], 1 + (unsigned) k, false);

            assert_string_equal(alerts, expected);
            free(alerts);
        }
        free(expected);
    }
}

/* A renewal takes what the lanes have as it is, so that alerts may come in another order;
 * but they come. */
static void
test_lanes_are_renewed(void **state)
{
    char *alerts = alerts_of_lanes(quickstart(), 3, 2, true);

    (void) state;
    assert_non_null(strstr(alerts, "SW-HEALTH-001"));
    free(alerts);
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
        cmocka_unit_test(test_held),
        cmocka_unit_test(test_lanes_do_not_show),
        cmocka_unit_test(test_lanes_are_renewed),
        cmocka_unit_test(test_renewals_do_not_show),
    };

    return cmocka_run_group_tests(tests, load_policy, free_policy);
}
