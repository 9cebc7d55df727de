/* Whole runs: each scene in, the alerts out, compared with tests/golden/scenes.  What a
 * scene is about stands in its file, tests/scenarios/NAME.scene; benign-NAME is its twin,
 * in which the same is done rightly. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/severity.h"
#include "support/golden.h"
#include "support/run.h"
#include "support/scene.h"
#include "support/support.h"

static const struct scene {
    const char *name;
    const char *contains; /* What the alerts must say; "" for no alert at all. */
} scenes[] = {
    { "amplification", "SW-FINANCE-009" },
    { "aviation", "JS-P4-AVIATION" },
    { "backscatter", "" },
    { "beacon", "SW-MALWARE-010" },
    { "benign", "" },
    { "benign-amplification", "" },
    { "benign-aviation", "" },
    { "benign-beacon", "" },
    { "benign-borders", "" },
    { "benign-brute-force", "" },
    { "benign-capacity", "" },
    { "benign-commands", "" },
    { "benign-contradiction", "" },
    { "benign-credentials", "" },
    { "benign-cross-sector", "" },
    { "benign-declared", "" },
    { "benign-dns-tunnel", "" },
    { "benign-energy", "" },
    { "benign-exfiltration", "" },
    { "benign-field", "" },
    { "benign-finance", "" },
    { "benign-flood", "" },
    { "benign-healthcare", "" },
    { "benign-icmp-tunnel", "" },
    { "benign-infected-asset", "" },
    { "benign-lateral", "" },
    { "benign-listed", "" },
    { "benign-listed-names", "" },
    { "benign-maritime", "" },
    { "benign-mining", "" },
    { "benign-onion", "" },
    { "benign-reliance", "" },
    { "benign-sectors", "" },
    { "benign-space", "" },
    { "benign-tor", "" },
    { "borders", "SW-CASCADE-003" },
    { "brute-force", "SW-FINANCE-006" },
    { "capacity", "SW-CAPACITY-006" },
    { "commands", "SW-ENERGY-023" },
    { "contradiction", "SW-MALWARE-020" },
    { "credentials", "SW-HEALTH-030" },
    { "cross-sector", "JS-P4-CASCADE-SECTOR" },
    { "declared", "SW-ENERGY-032" },
    { "dns-tunnel", "SW-MALWARE-018" },
    { "energy", "JS-P4-ENERGY" },
    { "exfiltration", "SW-MALWARE-013" },
    { "field", "remote-disconnect" },
    { "finance", "JS-P4-FINANCE" },
    { "flood", "SW-FINANCE-008" },
    { "fragments", NULL },
    { "healthcare", "JS-P4-HEALTH" },
    { "icmp-tunnel", "SW-MALWARE-015" },
    { "infected-asset", "JS-P3-MALWARE" },
    { "ipv6", NULL },
    { "lateral", "SW-MALWARE-007" },
    { "listed", "SW-WMD-001" },
    { "listed-names", "SW-WMD-003" },
    { "maritime", "JS-P4-MARITIME" },
    { "midstream", NULL },
    { "mining", "SW-CRYPTO-006" },
    { "one-way", NULL },
    { "onion", "SW-DARKWEB-006" },
    { "quickstart", "JS-P4-CASCADE-SECTOR" },
    { "reliance", "SW-RELIANCE-021" },
    { "sectors", "SW-SPACE-009" },
    { "space", "JS-P4-SPACE" },
    { "tor", "SW-DARKWEB-009" },
    { "tunnels", NULL },
    { "vlan", NULL },
};

static void
test_scene(void **state)
{
    const struct scene *scene = *state;
    char golden[64];
    struct run run =
        run_shell("cd '%s/tests/scenarios' && $SW read -o ecs -s none -c '%s' %s.pcap",
                  SW_BINARY_DIR, scene_configuration(scene->name), scene->name);

    assert_string_equal(run.err, "");
    assert_int_equal(run.status, 0);
    if (scene->contains != NULL && *scene->contains == '\0') {
        assert_string_equal(run.out, "");
    } else if (scene->contains != NULL && strstr(run.out, scene->contains) == NULL) {
        fail_msg("'%s' is not in the alerts:\n%s", scene->contains, run.out);
    }
    (void) snprintf(golden, sizeof golden, "scenes/%s.ecs", scene->name);
    golden_check(golden, run.out);
    run_free(&run);
}

/* A day of everyday traffic, 200 MB, is worth next to nothing: at most one alert in 10,000
 * flows, and none above low. */
static void
test_everyday(void **state)
{
    const char *source = source_path(".");
    struct run run =
        run_shell("cd '%s/tests/scenarios' && '%s/tests/scenarios/scenario' everyday.scene "
                  "| $SW read -o ecs "
                  "--summary=json -c '%s/tests/scenarios/quickstart/sectorwatch.conf' -",
                  source, SW_BINARY_DIR, source);
    unsigned n_alerts = 0;

    (void) state;
    assert_int_equal(run.status, 0);
    assert_true(summary_number(run.err, "bytes") > 200000000);
    for (const char *at = run.out; (at = strchr(at, '\n')) != NULL; at++) {
        n_alerts++;
    }
    assert_true(n_alerts <= summary_number(run.err, "flows") / 10000);
    for (enum severity severity = SEVERITY_LOW + 1; severity < N_SEVERITIES; severity++) {
        char name[64];

        (void) snprintf(name, sizeof name, "\"severity\":\"%s\"", severity_name(severity));
        assert_null(strstr(run.out, name));
    }
    run_free(&run);
}

/* Cuts 'table' off before the line of the first incident that closed. */
static void
cut_at_first_close(char *table)
{
    char *at = strstr(table, " closed ");

    assert_non_null(at);
    while (at[-1] != '\n') {
        at--;
    }
    *at = '\0';
}

/* What a person sees first, also in README.md. */
static void
test_quickstart_as_a_table(void **state)
{
    char *readme = read_whole_file(source_path("README.md"));

    struct run run = run_shell(
        "cd '%s' && $SW read -s none -c tests/scenarios/quickstart/sectorwatch.conf "
        "tests/scenarios/quickstart/quickstart.pcap",
        source_path("."));

    (void) state;
    assert_int_equal(run.status, 0);
    golden_check("scenes/quickstart.table", run.out);
    cut_at_first_close(run.out);
    assert_non_null(strstr(readme, run.out));
    free(readme);
    run_free(&run);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_quickstart_as_a_table),
                                        cmocka_unit_test(test_everyday) };

    return RUN_CASES(scenes, test_scene) + cmocka_run_group_tests(tests, NULL, NULL);
}
