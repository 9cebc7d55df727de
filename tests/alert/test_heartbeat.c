/* Heartbeats in every format, against golden files. */
#include "alert/heartbeat.h"

#include <stdlib.h>
#include <string.h>

#include "base/timestamp.h"
#include "support/golden.h"
#include "support/support.h"

static const char *const interfaces[] = { "eth1" };

static const struct sensor sensor = {
    .hostname = "sensor1.example",
    .version = "1.2.3",
    .interfaces = interfaces,
    .n_interfaces = 1,
    .reference = "",
    .enterprise_number = 32473,
    .syslog_facility = 16,
    .pid = 77,
};

static struct heartbeat
make_heartbeat(void)
{
    return (struct heartbeat){
        .sensor = &sensor,
        .interface = interfaces[0],
        .time_ns = UINT64_C(1780304443) * NS_PER_SECOND + 5000,
        .up_s = 86400,
        .packets_per_second = 123456.78,
        .critical_percent = 3.14159,
        .loss_percent = 0.0,
        .packets = UINT64_C(10000000000),
        .critical_packets = 314159265,
        .industrial_frames = 4000,
        .alerts = 17,
        .policy = "0123456789abcdef",
        .n_rules = 100,
        .n_ranges = 27512,
        .n_lists = 3,
        .geo_built_ns = UINT64_C(1780272000) * NS_PER_SECOND,
        .list_date_ns = UINT64_C(1779926400) * NS_PER_SECOND,
        .tables = { [TABLE_FLOWS] = { 131072, 524288 },
                    [TABLE_UNANSWERED] = { 6554, 65536 },
                    [TABLE_FRAGMENTS] = { 1, 4096 },
                    [TABLE_SCANS] = { 65536, 65536 },
                    [TABLE_INCIDENTS] = { 17, 16384 } },
    };
}

static char *
write_both(enum format format)
{
    struct heartbeat well = make_heartbeat(), ill = make_heartbeat();
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    ill.loss_percent = 12.5;
    ill.lost_packets = 1428571428;
    ill.ring_dropped = 1428571000;
    ill.kernel_dropped = 400;
    ill.interface_dropped = 28;
    ill.alerts_waiting = 9;
    ill.oldest_waiting_s = 63;
    ill.n_stale_lists = 1;
    ill.geo_built_ns = ill.list_date_ns = 0;
    (void) strcpy(ill.trouble,
                  "12.50 % of the packets were lost; 9 alerts wait to be taken; "
                  "list \"tor]\\ is not used since 2026-05-31");
    heartbeat_write(format, &well, out);
    heartbeat_write(format, &ill, out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void
test_golden(void **state)
{
    const enum format format = *(const enum format *) *state;
    char *text = write_both(format), name[64];

    (void) snprintf(name, sizeof name, "alert/heartbeats.%s", format_name(format));
    golden_check(name, text);
    free(text);
}

/* A name that would begin a field of its own. */
static void
test_hostname(void **state)
{
    struct sensor spaced = sensor;
    struct heartbeat heartbeat = make_heartbeat();
    char text[4096] = "";
    FILE *out = fmemopen(text, sizeof text - 1, "w");

    (void) state;
    assert_non_null(out);
    spaced.hostname = "my host";
    heartbeat.sensor = &spaced;
    heartbeat_write(FORMAT_RFC5424, &heartbeat, out);
    assert_int_equal(fclose(out), 0);
    assert_non_null(strstr(text, "Z my?host sectorwatch 77 HEARTBEAT "));
}

int
main(void)
{
    static enum format formats[N_FORMATS];
    struct CMUnitTest tests[N_FORMATS + 1] = {
        [N_FORMATS] = cmocka_unit_test(test_hostname),
    };

    for (unsigned i = 0; i < N_FORMATS; i++) {
        formats[i] = (enum format) i;
        tests[i] = (struct CMUnitTest){ format_name(formats[i]), test_golden, NULL, NULL,
                                        &formats[i] };
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
