/* When a sensor says how it goes, and what. */
#include "sensor/health.h"

#include <stdlib.h>
#include <string.h>

#include "base/timestamp.h"
#include "support/support.h"

#define START_NS (1000 * NS_PER_SECOND)
#define WALL_NS  (UINT64_C(1780304400) * NS_PER_SECOND)

static const char *const interfaces[] = { "eth1" };

/* A session with one sink, whose heartbeats are read back. */
struct scene {
    struct session session;
    struct health health;
    struct counters counters;
    const char *path;
};

static void
scene_begin(struct scene *scene, const char *heartbeat)
{
    struct problem_list *problems = problem_list_new();
    char config[512];
    const char *list = temporary_file("old.txt", "192.0.2.1\n");
    const char *folder = temporary_path("");
    static const char *const ranges[] = { "192.0.2.0/24=energy", NULL };

    (void) snprintf(config, sizeof config,
                    "sectors = { catalogue = false; files = [ ]; };\n"
                    "alert = { heartbeat = \"%s\"; };\n"
                    "metrics = { folder = \"%s\"; };\n"
                    "lists = ( { name = \"old\"; file = \"%s\"; date = \"2026-05-02\"; "
                    "valid_for = \"31d\"; } );\n",
                    heartbeat, folder, list);
    *scene = (struct scene){ .path = temporary_path("beats.ndjson") };
    scene->session.policy = policy_new(
        &(struct policy_options){ .config = temporary_file("health.conf", config),
                                  .ranges = ranges },
        problems);
    problem_list_print(problems, stderr);
    assert_non_null(scene->session.policy);
    scene->session.sinks[0] = sink_new_file(scene->path, problems);
    scene->session.n_sinks = 1;
    scene->session.sensor = (struct sensor){ .hostname = "h",
                                             .version = "0",
                                             .interfaces = interfaces,
                                             .n_interfaces = 1,
                                             .geo = scene->session.policy->geo };
    scene->session.pipeline =
        pipeline_new(&(struct pipeline_config){ .policy = scene->session.policy,
                                                .sensor = &scene->session.sensor,
                                                .sinks = scene->session.sinks,
                                                .live = true,
                                                .n_workers = 1 });
    problem_list_free(problems);
    health_init(&scene->health, &scene->session, START_NS);
}

static void
scene_end(struct scene *scene)
{
    session_cancel(&scene->session);
    assert_int_equal(remove(scene->path), 0);
}

/* Time goes by second for second, with so many packets in each. */
static void
go_on(struct scene *scene, unsigned from_s, unsigned to_s, unsigned packets, unsigned lost)
{
    for (unsigned s = from_s + 1; s <= to_s; s++) {
        counter_add(&scene->counters, COUNTER_CAPTURE_PACKETS, packets);
        counter_add(&scene->counters, COUNTER_CAPTURE_KERNEL_DROPPED, lost);
        health_look(&scene->health, START_NS + s * NS_PER_SECOND,
                    WALL_NS + s * NS_PER_SECOND, &scene->counters);
    }
}

/* How many heartbeats there are, the last of which says 'text'. */
static void
assert_beats(const struct scene *scene, unsigned n_expected, const char *text)
{
    char *all = read_whole_file(scene->path), *last = all;
    unsigned n = 0;

    for (char *line = all; *line != '\0'; line = strchr(line, '\n') + 1) {
        last = line;
        n++;
    }
    assert_int_equal(n, n_expected);
    if (text != NULL && strstr(last, text) == NULL) {
        fail_msg("expected \"%s\" in %s", text, last);
    }
    free(all);
}

static void
test_beats(void **state)
{
    struct scene scene;

    (void) state;
    scene_begin(&scene, "1m");
    go_on(&scene, 0, 59, 1000, 0);
    assert_beats(&scene, 0, NULL);
    go_on(&scene, 59, 60, 1000, 0);
    assert_beats(&scene, 1, "\"packets_per_second\":\"1000.0\"");
    assert_beats(&scene, 1, "\"state\":\"well\"");
    go_on(&scene, 60, 120, 500, 0);
    assert_beats(&scene, 2, "\"packets_per_second\":\"500.0\"");
    assert_beats(&scene, 2, "\"packets\":\"90000\"");
    scene_end(&scene);
}

/* Kept every ten seconds, in the folder that the configuration names. */
static void
test_metrics(void **state)
{
    struct scene scene;
    char *text;

    (void) state;
    scene_begin(&scene, "1m");
    go_on(&scene, 0, 10, 1000, 0);
    text = read_whole_file(temporary_path("sectorwatch-eth1.prom"));
    assert_non_null(
        strstr(text, "sectorwatch_packets_per_second{interface=\"eth1\"} 1000\n"));
    free(text);
    scene_end(&scene);
}

/* It is told when it comes, again every minute, and when it is over. */
static void
test_trouble(void **state)
{
    struct scene scene;

    (void) state;
    scene_begin(&scene, "1m");
    go_on(&scene, 0, 10, 1000, 0);
    go_on(&scene, 10, 20, 0, 0);
    assert_beats(&scene, 1, "no packets came");
    go_on(&scene, 20, 70, 0, 0);
    assert_beats(&scene, 1, NULL);
    go_on(&scene, 70, 80, 0, 0);
    assert_beats(&scene, 2, "\"state\":\"trouble\"");
    go_on(&scene, 80, 90, 1000, 0);
    assert_beats(&scene, 3, "\"state\":\"well\"");
    go_on(&scene, 90, 100, 980, 20);
    assert_beats(&scene, 4, "2.00 % of the packets were lost");
    go_on(&scene, 100, 110, 995, 5);
    assert_beats(&scene, 5, "\"state\":\"well\"");
    scene_end(&scene);
}

/* Another policy is told at once; one that was refused is trouble until there is another.
 */
static void
test_reload(void **state)
{
    struct scene scene;

    (void) state;
    scene_begin(&scene, "1h");
    go_on(&scene, 0, 10, 1000, 0);
    assert_beats(&scene, 0, NULL);
    (void) strcpy(scene.session.refusal, "errors in the configuration: 3");
    go_on(&scene, 10, 20, 1000, 0);
    assert_beats(&scene, 1, "the last reload was refused: errors in the configuration: 3");
    scene.session.refusal[0] = '\0';
    (void) strcpy(scene.session.digest, "0123456789abcdef");
    go_on(&scene, 20, 30, 1000, 0);
    assert_beats(&scene, 2, "\"state\":\"well\"");
    assert_beats(&scene, 2, "\"policy\":\"0123456789abcdef\"");
    (void) strcpy(scene.session.digest, "fedcba9876543210");
    go_on(&scene, 30, 60, 1000, 0);
    assert_beats(&scene, 3, "\"policy\":\"fedcba9876543210\"");
    scene_end(&scene);
}

/* 31 days after the second of May. */
static void
test_stale_list(void **state)
{
    struct scene scene;

    (void) state;
    scene_begin(&scene, "1m");
    go_on(&scene, 0, 60, 10, 0);
    assert_beats(&scene, 1, "\"stale_lists\":\"0\"");
    counter_add(&scene.counters, COUNTER_CAPTURE_PACKETS, 10);
    health_look(&scene.health, START_NS + 70 * NS_PER_SECOND,
                WALL_NS + 86400 * NS_PER_SECOND, &scene.counters);
    assert_beats(&scene, 2, "list old is not used since 2026-06-02");
    assert_beats(&scene, 2, "\"stale_lists\":\"1\"");
    scene_end(&scene);
}

/* The same for policies that judge alike. */
static void
test_digest(void **state)
{
    char first[POLICY_DIGEST_SIZE], second[POLICY_DIGEST_SIZE];
    struct scene scene;

    (void) state;
    scene_begin(&scene, "1m");
    policy_digest(scene.session.policy, first);
    scene_end(&scene);
    scene_begin(&scene, "2m");
    policy_digest(scene.session.policy, second);
    scene_end(&scene);
    assert_string_equal(first, second);
    assert_int_equal(strlen(first), 16);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_beats),   cmocka_unit_test(test_metrics),
        cmocka_unit_test(test_trouble), cmocka_unit_test(test_stale_list),
        cmocka_unit_test(test_digest),  cmocka_unit_test(test_reload),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
