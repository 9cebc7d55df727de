#include "sensor/metrics.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/timestamp.h"
#include "support/golden.h"
#include "support/support.h"

static const struct sensor sensor = { .hostname = "h", .version = "1.2.3", .name = "all" };

static struct heartbeat
make_heartbeat(const char *interface)
{
    return (struct heartbeat){
        .sensor = &sensor,
        .interface = interface,
        .up_s = 600,
        .packets_per_second = 1234.5,
        .critical_percent = 12.5,
        .loss_percent = 1.25,
        .alerts = 17,
        .alerts_waiting = 2,
        .oldest_waiting_s = 42,
        .n_rules = 100,
        .n_ranges = 27512,
        .n_lists = 3,
        .n_stale_lists = 1,
        .geo_built_ns = UINT64_C(1780272000) * NS_PER_SECOND,
        .list_date_ns = UINT64_C(1779926400) * NS_PER_SECOND,
        .tables = { [TABLE_FLOWS] = { 131072, 524288 },
                    [TABLE_UNANSWERED] = { 6554, 65536 },
                    [TABLE_FRAGMENTS] = { 1, 4096 },
                    [TABLE_SCANS] = { 65536, 65536 },
                    [TABLE_INCIDENTS] = { 17, 16384 } },
        .n_interfaces = 3,
        .interfaces = { { .name = "eth1",
                          .state = INTERFACE_UP,
                          .fault = "",
                          .packets = 1000,
                          .bytes = 600000,
                          .ring_dropped = 30,
                          .kernel_dropped = 2,
                          .interface_dropped = 1 },
                        { .name = "eth2", .state = INTERFACE_NO_CARRIER, .fault = "" },
                        { .name = "eth3", .state = INTERFACE_UP, .fault = "it failed" } },
        .policy = "0123456789abcdef",
        .trouble = "1.25 % of the packets were lost",
    };
}

static struct counters
make_counters(void)
{
    struct counters counters = { { 0 } };

    for (unsigned i = 0; i < N_COUNTERS; i++) {
        counters.n[i] = 1000 + i;
    }
    return counters;
}

static char *
write_metrics(enum metrics_format format)
{
    const struct heartbeat heartbeat = make_heartbeat("a\"b\\c");
    const struct counters counters = make_counters();
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    metrics_write(&heartbeat, &counters, format, out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void
test_golden(void **state)
{
    char *text = write_metrics(METRICS_TEXT);

    (void) state;
    golden_check("metrics.prom", text);
    free(text);
}

/* The same but for the families of counters and the end. */
static void
test_openmetrics(void **state)
{
    char *text = write_metrics(METRICS_OPENMETRICS);

    (void) state;
    golden_check("metrics.openmetrics", text);
    free(text);
}

/* As a whole, or not at all. */
static void
test_keep(void **state)
{
    const struct heartbeat heartbeat = make_heartbeat("eth1");
    const struct counters counters = make_counters();
    struct metrics metrics = { .fault = "" };
    const char *folder = temporary_path("metrics");
    char path[512], *text;

    (void) state;
    assert_false(metrics_keep(&metrics, folder, &heartbeat, &counters)); /* Not there. */
    assert_string_equal(metrics.fault, "No such file or directory");
    assert_int_equal(mkdir(folder, 0755), 0);
    assert_true(metrics_keep(&metrics, folder, &heartbeat, &counters));
    assert_string_equal(metrics.fault, "");
    (void) snprintf(path, sizeof path, "%s/sectorwatch-all.prom", folder);
    text = read_whole_file(path);
    assert_non_null(
        strstr(text, "sectorwatch_capture_packets_total{interface=\"eth1\"} 1000\n"));
    free(text);
    assert_int_equal(remove(path), 0);
    assert_int_equal(remove(folder), 0); /* Nothing else was left. */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_openmetrics),
        cmocka_unit_test(test_keep),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
