/* Policies that take the place of others while packets are taken. */
#include "sensor/reload.h"

#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "capture/prefilter_run.h"
#include "capture/source.h"
#include "reload_world.h"
#include "sensor/range_filter.h"

/* Under a sanitizer, which is slow and keeps what is freed, fewer. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(__clang__)
enum { N_RELOADS = 100, IS_SANITIZED = true };
#else
enum { N_RELOADS = 1000, IS_SANITIZED = false };
#endif

static const char *const interfaces[] = { "eth1" };

/* A session that writes its alerts to a file, by the configuration at 'config'. */
struct scene {
    struct options options;
    struct session session;
    struct reload *reload;
};

static void
scene_begin(struct scene *scene, const char *config, unsigned n_workers)
{
    *scene = (struct scene){
        .options = { .policy = { .config = config },
                     .alert_file = temporary_path("alerts.ndjson"),
                     .alert_syslog = "",
                     .summary = SUMMARY_NONE,
                     .n_workers = n_workers },
    };
    (void) remove(scene->options.alert_file);
    assert_true(session_begin(&scene->session, &scene->options, true, interfaces, 1));
    session_start(&scene->session);
    scene->reload = reload_new(&scene->session);
}

static void
scene_end(struct scene *scene)
{
    reload_free(scene->reload);
    assert_true(session_end(&scene->session, 1));
}

/* Goes on until a reload has ended. */
static const struct reload_outcome *
await_outcome(struct scene *scene)
{
    while (!reload_go_on(scene->reload)) {
        (void) sched_yield();
    }
    return reload_outcome(scene->reload);
}

static const struct reload_case {
    const char *name;
    const char *file, *text; /* Written anew. */
    bool is_forced, is_taken;
    const char *expected[3]; /* What is said. */
} cases[] = {
    { "the same", "feed.txt", WORLD_LIST, false, true, { "is in use now" } },
    { "another rule",
      "rules/rules.conf",
      RULES(RULE("A", "scan") "," RULE("B", "sweep") "," RULE("N", "service")),
      false,
      true,
      { "added rule: N\n", "removed rule: C\n", "is in use now, differences: 2" } },
    { "a broken rule, and others: all are told",
      "rules/rules.conf",
      RULES(RULE("A", "scam") "," RULE("B", "swep") "," RULE("C", "service")),
      false,
      false,
      { "\"scam\"", "\"swep\"", "stays in use: errors in the configuration: 2" } },
    { "a broken file, forced",
      "rules/rules.conf",
      "rules = (",
      true,
      false,
      { "stays in use: errors in the configuration: " } },
    { "too few ranges",
      "ranges.conf",
      RANGES("\"192.0.2.0/26\""),
      false,
      false,
      { "removed range: 192.0.2.64/26",
        "stays in use: the ranges would shrink from 3 to 1" } },
    { "too few ranges, forced",
      "ranges.conf",
      RANGES("\"192.0.2.0/26\""),
      true,
      true,
      { "removed range: 192.0.2.64/26", "is in use now" } },
    { "a list cut short",
      "feed.txt",
      "203.0.113.1\n",
      false,
      false,
      { "stays in use: list feed would shrink from 3 to 1" } },
};

static void
test_outcome(void **state)
{
    const struct reload_case *c = *state;
    const char *config = world_begin();
    const struct reload_outcome *outcome;
    const struct policy *before;
    struct scene scene;
    char digest[POLICY_DIGEST_SIZE];

    scene_begin(&scene, config, 1);
    before = scene.session.policy;
    memcpy(digest, scene.session.digest, sizeof digest);
    (void) temporary_file(c->file, c->text);
    assert_int_equal(reload_ask(scene.reload, c->is_forced), 1);
    outcome = await_outcome(&scene);
    assert_int_equal(outcome->number, 1);
    assert_int_equal(outcome->is_taken, c->is_taken);
    for (size_t i = 0; i < N_ELEMENTS(c->expected) && c->expected[i] != NULL; i++) {
        if (strstr(outcome->text, c->expected[i]) == NULL) {
            fail_msg("expected \"%s\" in %s", c->expected[i], outcome->text);
        }
    }
    assert_int_equal(scene.session.policy != before, c->is_taken);
    assert_int_equal(*scene.session.refusal == '\0', c->is_taken);
    if (!c->is_taken) {
        assert_string_equal(scene.session.digest, digest);
    }
    assert_int_equal(pipeline_counters(scene.session.pipeline)->n[COUNTER_SENSOR_RELOADS],
                     c->is_taken);
    assert_int_equal(
        pipeline_counters(scene.session.pipeline)->n[COUNTER_SENSOR_RELOADS_REFUSED],
        !c->is_taken);
    scene_end(&scene);
}

/* What is asked for while one is under way follows it, as one. */
static void
test_asked_again(void **state)
{
    struct scene scene;

    (void) state;
    scene_begin(&scene, world_begin(), 1);
    assert_int_equal(reload_ask(scene.reload, false), 1);
    assert_int_equal(reload_ask(scene.reload, false), 1);
    assert_false(reload_go_on(scene.reload));
    (void) temporary_file("ranges.conf", RANGES("\"192.0.2.0/26\""));
    assert_int_equal(reload_ask(scene.reload, true), 2);
    assert_int_equal(reload_ask(scene.reload, false), 2);
    assert_int_equal(await_outcome(&scene)->number, 1);
    assert_int_equal(await_outcome(&scene)->number, 2);
    assert_true(reload_outcome(scene.reload)->is_taken);
    assert_int_equal(sector_map_n_ranges(scene.session.policy->sectors), 1);
    scene_end(&scene);
}

/* Settings that size tables or open things are named, each time, and stay. */
static void
test_restart_is_named(void **state)
{
    struct scene scene;

    (void) state;
    scene_begin(&scene, world_begin(), 1);
    world_settings("flow = { capacity = 2048; };\nalert = { file = \"/tmp/x\"; hostname = "
                   "\"other\"; };\n");
    for (unsigned i = 0; i < 2; i++) {
        const struct reload_outcome *outcome;

        (void) reload_ask(scene.reload, false);
        outcome = await_outcome(&scene);
        assert_true(outcome->is_taken);
        assert_non_null(strstr(outcome->text, "flow.capacity has changed, which needs a "));
        assert_non_null(strstr(outcome->text, "alert.file has changed, which needs a "));
        assert_null(strstr(outcome->text, "alert.hostname has"));
        assert_int_equal(scene.session.policy->settings.flow.capacity, 524288);
        assert_string_equal(scene.session.policy->settings.alert.file, "");
        assert_string_equal(scene.session.sensor.hostname, "other");
    }
    scene_end(&scene);
}

/* One that is under way when the program ends. */
static void
test_end_while_loading(void **state)
{
    (void) state;
    for (unsigned i = 0; i < 3; i++) {
        struct scene scene;

        scene_begin(&scene, world_begin(), 1 + i);
        (void) reload_ask(scene.reload, false);
        (void) reload_go_on(scene.reload);
        scene_end(&scene);
    }
}

/* Whether the kernel lets through a packet to this address, within ten seconds. */
static bool
comes_through(const struct prefilter_tap *tap, const char *destination, bool expected)
{
    uint8_t packet[32] = { 0x45, 0, 0, 20, 0, 0, 0, 0, 64, IP_PROTOCOL_TCP };
    struct ip_address address;

    assert_true(ip_parse(destination, &address));
    (void) ip_to_bytes(address, &packet[16]);
    for (unsigned n = 0; n < 1000; n++) {
        if ((judge(tap, DLT_RAW, packet, sizeof packet) != 0) == expected) {
            return expected;
        }
        (void) usleep(10000);
    }
    return !expected;
}

/* The kernel lets through what is in either policy's ranges before one takes the other's
 * place, and afterwards no more than what is in those that are in use. */
static void
test_prefilter_follows(void **state)
{
    struct scene scene;
    struct prefilter_tap *tap;

    (void) state;
    need_prefilter_or_skip();
    scene_begin(&scene, world_begin(), 1);
    scene.session.prefilter =
        range_filter_new(RANGE_FILTER_AUTO, scene.session.policy->sectors, NULL);
    tap = tap_or_fail(scene.session.prefilter, DLT_RAW);
    assert_true(comes_through(tap, "192.0.2.1", true));
    assert_false(comes_through(tap, "198.51.100.1", false));

    /* One that is taken. */
    (void) temporary_file("ranges.conf",
                          RANGES("\"198.51.100.0/26\", \"198.51.100.64/26\""));
    (void) reload_ask(scene.reload, false);
    assert_false(reload_go_on(scene.reload));
    assert_true(comes_through(tap, "198.51.100.1", true));
    assert_true(comes_through(tap, "192.0.2.1", true));
    assert_true(await_outcome(&scene)->is_taken);
    assert_true(comes_through(tap, "198.51.100.1", true));
    assert_false(comes_through(tap, "192.0.2.1", false));

    /* And one that is not. */
    (void) temporary_file("feed.txt", "203.0.113.1\n");
    (void) temporary_file("ranges.conf", RANGES("\"198.51.100.0/24\", \"203.0.113.0/24\""));
    (void) reload_ask(scene.reload, false);
    assert_false(await_outcome(&scene)->is_taken);
    assert_false(comes_through(tap, "203.0.113.1", false));
    assert_true(comes_through(tap, "198.51.100.1", true));

    scene_end(&scene);
    prefilter_tap_free(tap);
    prefilter_free(scene.session.prefilter);
}

/* Kilobytes of memory in use. */
static long
resident_kb(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long pages = 0;

    assert_non_null(file);
    assert_int_equal(fscanf(file, "%*d %ld", &pages), 1);
    (void) fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* What alerts say apart from the time they were written at. */
static char *
alerts_without_created(const char *path)
{
    static const char key[] = "\"created\":\"";
    char *text = read_whole_file(path);

    for (char *at = text; (at = strstr(at, key)) != NULL;) {
        for (at += sizeof key - 1; *at != '"'; at++) {
            *at = '-';
        }
    }
    return text;
}

/* The scene's configuration without the large database, which takes most of the time. */
static const char *
scene_config(const char *rules)
{
    const char *folder = source_path("tests/scenarios/quickstart");
    char text[2048], *places;

    (void) snprintf(text, sizeof text,
                    "sectors = { catalogue = false; files = [ \"%s/ranges.conf\" ]; };\n"
                    "geo = { databases = [ ];\n@include \"places.conf\"\n};\n"
                    "rules = { folders = [ \"%s\" ]; };\n"
                    "alert = { hostname = \"sensor1.example\"; };\n"
                    "lists = ( { name = \"example-c2\"; file = \"%s/listed.txt\"; date = "
                    "\"2026-06-01\"; source = \"s\"; concern = \"JS-P3-MALWARE\"; meaning "
                    "= \"m\"; } );\n",
                    folder, rules, folder);
    places = read_whole_file(source_path("tests/scenarios/quickstart/places.conf"));
    (void) temporary_file("places.conf", places);
    free(places);
    return temporary_file("scene.conf", text);
}

/* The bundled scene twice, packet by packet, after each of which, up to a number, the
 * policy is loaded anew; with rules in a folder that is not there if 'broken'.  Returns the
 * alerts, and how much memory was in use at the end. */
static char *
replay(const char *config, unsigned n_workers, unsigned n_reloads, const char *broken,
       long *ret_kb)
{
    struct problem_list *problems = problem_list_new();
    struct scene scene;
    unsigned n = 0;

    scene_begin(&scene, config, n_workers);
    if (broken != NULL) {
        (void) scene_config(broken);
    }
    for (unsigned round = 0; round < 2; round++) {
        struct source *source = source_open_file(
            source_path("tests/scenarios/quickstart/quickstart.pcap"), 0, problems);
        struct pipeline *pipeline = scene.session.pipeline;

        assert_int_equal(problem_list_n(problems), 0);
        while (source_next(source, 1, pipeline_batch(pipeline),
                           pipeline_counters(pipeline)) == SOURCE_OK) {
            pipeline_take(pipeline);
            if (n++ < n_reloads) {
                (void) reload_ask(scene.reload, false);
                assert_int_equal(await_outcome(&scene)->is_taken, broken == NULL);
            }
        }
        source_close(source);
    }
    *ret_kb = resident_kb();
    scene_end(&scene);
    problem_list_free(problems);
    return alerts_without_created(temporary_path("alerts.ndjson"));
}

static void
assert_flat(long before_kb, long after_kb)
{
    printf("%ld kB without reloads, %ld kB with %u\n", before_kb, after_kb, N_RELOADS);
    assert_true(IS_SANITIZED || after_kb < before_kb + before_kb / 20);
}

static void
test_reloads_do_not_show(void **state)
{
    const char *config = scene_config(source_path("conf/rules"));
    long kb, more_kb;

    (void) state;
    for (unsigned n_workers = 1; n_workers <= 2; n_workers++) {
        char *expected = replay(config, n_workers, 0, NULL, &kb);
        char *alerts = replay(config, n_workers, N_RELOADS, NULL, &more_kb);

        assert_true(strlen(expected) > 10000);
        assert_string_equal(alerts, expected);
        assert_flat(kb, more_kb);
        free(alerts);
        free(expected);
    }
}

/* The same with rules that are broken once the sensor runs. */
static void
test_refusals_do_not_show(void **state)
{
    const char *config = scene_config(source_path("conf/rules"));
    long kb, more_kb;
    char *expected = replay(config, 2, 0, NULL, &kb);
    char *alerts = replay(config, 2, N_RELOADS, "nowhere", &more_kb);

    (void) state;
    assert_string_equal(alerts, expected);
    assert_flat(kb, more_kb);
    free(alerts);
    free(expected);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_asked_again),
        cmocka_unit_test(test_restart_is_named),
        cmocka_unit_test(test_end_while_loading),
        cmocka_unit_test(test_prefilter_follows),
        cmocka_unit_test(test_reloads_do_not_show),
        cmocka_unit_test(test_refusals_do_not_show),
    };

    log_set_level(LOG_LEVEL_ERROR);
    return RUN_CASES(cases, test_outcome) + cmocka_run_group_tests(tests, NULL, NULL);
}
