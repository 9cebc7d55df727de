/* When a sensor says how it goes, and what. */
#include "sensor/health.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/timestamp.h"
#include "sensor/trouble.h"
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
                    "alert = { heartbeat = \"%s\"; least_traffic = 100; };\n"
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
    (void) strcpy(scene->session.interfaces_text, "eth1");
    scene->session.sensor = (struct sensor){ .hostname = "h",
                                             .version = "0",
                                             .name = "eth1",
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
        counter_add(&scene->counters, COUNTER_CAPTURE_RING_DROPPED, lost);
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

/* A folder that cannot be written to is trouble from the next look on, until it can. */
static void
test_metrics_fail(void **state)
{
    struct scene scene;
    const char *new_path = temporary_path("sectorwatch-eth1.prom.new");

    (void) state;
    scene_begin(&scene, "1m");
    assert_int_equal(mkdir(new_path, 0700), 0);
    go_on(&scene, 0, 10, 1000, 0);
    assert_int_equal(scene.counters.n[COUNTER_SENSOR_METRICS_FAILED], 1);
    go_on(&scene, 10, 20, 1000, 0);
    assert_beats(&scene, 1, "the metrics cannot be written: Is a directory");
    assert_int_equal(rmdir(new_path), 0);
    go_on(&scene, 20, 40, 1000, 0);
    assert_beats(&scene, 2, "\"state\":\"well\"");
    assert_int_equal(scene.counters.n[COUNTER_SENSOR_METRICS_FAILED], 2);
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

/* Fewer than the least that is expected; two seconds and a half back, which is told for a
 * minute. */
static void
test_quiet_and_clock(void **state)
{
    struct scene scene;

    (void) state;
    scene_begin(&scene, "1h");
    go_on(&scene, 0, 10, 100, 0);
    assert_beats(&scene, 0, NULL);
    go_on(&scene, 10, 20, 99, 0);
    assert_beats(&scene, 1, "only 99 packets/s came, expected 100 or more");
    go_on(&scene, 20, 30, 100, 0);
    assert_beats(&scene, 2, "\"state\":\"well\"");
    counter_add(&scene.counters, COUNTER_CAPTURE_PACKETS, 1000);
    health_look(&scene.health, START_NS + 40 * NS_PER_SECOND,
                WALL_NS + 37 * NS_PER_SECOND + NS_PER_SECOND / 2, &scene.counters);
    assert_beats(&scene, 3, "the clock was set back by 2 s");
    for (unsigned s = 41; s <= 100; s++) {
        counter_add(&scene.counters, COUNTER_CAPTURE_PACKETS, 1000);
        health_look(&scene.health, START_NS + s * NS_PER_SECOND,
                    WALL_NS + (s - 4) * NS_PER_SECOND, &scene.counters);
    }
    assert_beats(&scene, 4, "\"state\":\"well\"");
    health_look(&scene.health, START_NS + 110 * NS_PER_SECOND,
                WALL_NS + 4000 * NS_PER_SECOND, &scene.counters);
    assert_beats(&scene, 5, "the clock was set forward by 3894 s");
    scene_end(&scene);
}

static const struct trouble_case {
    const char *name;
    struct heartbeat heartbeat;
    bool is_first;
    double usual; /* Packets a second, of which 250 came lately. */
    const char *expected;
} trouble_cases[] = {
    { "none", { .packets_per_second = 1000 }, false, 0, "" },
    { "no packets", { .packets_per_second = 0 }, false, 1000, "no packets came" },
    { "no rates yet", { .packets_per_second = 0 }, true, 1000, "" },
    { "as usual", { .packets_per_second = 1000 }, false, 833, "" },
    { "less than usual",
      { .packets_per_second = 1000 },
      false,
      834,
      "only 250 packets/s came in the last minutes, usually 834" },
    { "interfaces",
      { .packets_per_second = 1000,
        .n_interfaces = 4,
        .interfaces = { { .name = "eth1", .state = INTERFACE_UP, .fault = "" },
                        { .name = "eth2", .state = INTERFACE_NO_CARRIER, .fault = "" },
                        { .name = "eth3", .state = INTERFACE_GONE, .fault = "" },
                        { .name = "eth4", .state = INTERFACE_UP, .fault = "it failed" } } },
      false,
      0,
      "eth2 is without a carrier; eth3 is gone; eth4: it failed" },
    { "full tables",
      { .packets_per_second = 1000,
        .tables = { [TABLE_FLOWS] = { 1024, 1024 },
                    [TABLE_UNANSWERED] = { 65, 64 },
                    [TABLE_FRAGMENTS] = { 15, 16 },
                    [TABLE_SCANS] = { 256, 256 },
                    [TABLE_INCIDENTS] = { 65, 64 } } },
      false,
      0,
      "the flow table is full; the unanswered table is full; the incident table is full" },
};

static void
test_trouble_words(void **state)
{
    char words[HEARTBEAT_TROUBLE_SIZE];
    struct text text = text_init(words, sizeof words);
    const struct trouble_case *c = *state;
    struct usual usual = usual_init();
    struct scene scene;

    scene_begin(&scene, "1m");
    usual.learned_s = 7200;
    usual.of_last_hours = c->usual;
    usual.now = 250;
    trouble_find(&(struct trouble_view){ .session = &scene.session,
                                         .heartbeat = &c->heartbeat,
                                         .has_rates = !c->is_first,
                                         .usual = &usual,
                                         .metrics_fault = "" },
                 &text);
    assert_string_equal(words, c->expected);
    scene_end(&scene);
}

/* Two alerts for a socket that nobody has, and then more than there is room for: since when
 * the first waits, and what is lost. */
static void
test_waiting(void **state)
{
    struct problem_list *problems = problem_list_new();
    struct heartbeat heartbeat;
    struct scene scene;
    uint64_t now_ns;

    (void) state;
    scene_begin(&scene, "1m");
    scene.session.sinks[1] = sink_new_syslog(temporary_path("nobody"), 2, problems);
    scene.session.n_sinks = 2;
    heartbeat = health_heartbeat(&scene.health, START_NS, WALL_NS, &scene.counters);
    assert_int_equal(heartbeat.alerts_waiting, 0);
    for (unsigned i = 0; i < 2; i++) {
        (void) sink_write_heartbeat(scene.session.sinks[1], &heartbeat, &scene.counters);
    }
    now_ns = timestamp_monotonic() + 63 * NS_PER_SECOND;
    heartbeat = health_heartbeat(&scene.health, now_ns, WALL_NS, &scene.counters);
    assert_int_equal(heartbeat.alerts_waiting, 2);
    assert_int_equal(heartbeat.oldest_waiting_s, 63);
    assert_non_null(strstr(heartbeat.trouble, "2 alerts wait to be taken by "));
    assert_non_null(strstr(heartbeat.trouble, "the oldest for 63 s"));
    assert_null(strstr(heartbeat.trouble, "lost"));
    for (unsigned i = 0; i < 3; i++) {
        (void) sink_write_heartbeat(scene.session.sinks[1], &heartbeat, &scene.counters);
    }
    heartbeat = health_heartbeat(&scene.health, now_ns, WALL_NS, &scene.counters);
    assert_non_null(strstr(heartbeat.trouble, "the oldest for 63 s; 3 alerts for "));
    assert_non_null(strstr(heartbeat.trouble, "nobody were lost"));
    problem_list_free(problems);
    scene_end(&scene);
}

/* 31 days after the second of May. */
static void
test_stale_list(void **state)
{
    struct scene scene;

    (void) state;
    scene_begin(&scene, "1m");
    go_on(&scene, 0, 60, 100, 0);
    assert_beats(&scene, 1, "\"stale_lists\":\"0\"");
    counter_add(&scene.counters, COUNTER_CAPTURE_PACKETS, 1000);
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
        cmocka_unit_test(test_beats),           cmocka_unit_test(test_metrics),
        cmocka_unit_test(test_metrics_fail),    cmocka_unit_test(test_trouble),
        cmocka_unit_test(test_stale_list),      cmocka_unit_test(test_digest),
        cmocka_unit_test(test_quiet_and_clock), cmocka_unit_test(test_waiting),
        cmocka_unit_test(test_reload),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) +
           RUN_CASES(trouble_cases, test_trouble_words);
}
