/* The program as a user meets it: exit statuses, messages, and what it does with bad input.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/golden.h"
#include "support/run.h"
#include "support/support.h"

#define SCENE "-c '%s/tests/scenarios/quickstart/sectorwatch.conf'"
#define PCAP  "'%s/tests/scenarios/quickstart/quickstart.pcap'"

static const struct command_case {
    const char *name;
    const char *command; /* %s, three times: the source tree. */
    int status;
    const char *out; /* Must be in standard output, ... */
    const char *err; /* ... and in standard error; "" for nothing at all. */
} cases[] = {
    { "no argument shows the overview", "$SW", 2, "usage: sectorwatch COMMAND", NULL },
    { "help", "$SW help", 0, "audit", "" },
    { "help of a command", "$SW help read", 0, "--range=PREFIX=SECTOR", "" },
    { "help as an option", "$SW read --help", 0, "usage: sectorwatch read", "" },
    { "help of an unknown command", "$SW help raed", 2, NULL, "did you mean 'read'?" },
    { "version", "$SW version", 0, "sectorwatch ", "" },
    { "version as an option", "$SW --version", 0, "libpcap", "" },
    { "unknown command", "$SW raed x", 2, NULL,
      "unknown command 'raed'; did you mean 'read'?" },
    { "unknown option", "$SW read --colour x", 2, NULL, "see 'sectorwatch help read'" },
    { "option without its argument", "$SW read -o", 2, NULL,
      "see 'sectorwatch help read'" },
    { "unknown format", "$SW read -o xml x", 2, NULL, "'xml' does not fit option -o" },
    { "country in small letters", "$SW sectors -C ng", 2, NULL,
      "'ng' does not fit option -C" },
    { "read without a file", "$SW read", 2, NULL,
      "usage: sectorwatch read [OPTION...] FILE..." },
    { "run without an interface", "$SW run", 2, NULL, "run needs an interface" },
    { "run on an interface twice", "$SW run -i lo -i lo", 2, NULL,
      "'lo' does not fit option -i" },
    { "run on what is no interface", "$SW run -i ../lo", 2, NULL,
      "'../lo' does not fit option -i" },
    { "ctl of two sensors", "$SW ctl -i lo -i eth1 status", 2, NULL, "expected one -i" },
    { "run on an interface that is not there", "$SW run -i none0 -l '' -o ecs", 1, NULL,
      "none0" },

    { "read the bundled capture", "$SW read " SCENE " " PCAP, 0, "healthcare",
      "incidents" },
    { "read from standard input", "$SW read " SCENE " - <" PCAP, 0, "healthcare", NULL },
    { "summary as JSON", "$SW read -o ecs --summary=json " SCENE " " PCAP " >/dev/null", 0,
      NULL, "\"critical_packets\":" },
    { "no summary", "$SW read -s none -o ecs " SCENE " " PCAP " >/dev/null", 0, NULL, "" },

    { "a file that is not there", "$SW read " SCENE " /nonexistent.pcap", 1, NULL,
      "/nonexistent.pcap: error:" },
    { "a folder as a file", "$SW read " SCENE " /tmp", 1, NULL, "/tmp: error:" },
    { "the others are read", "$SW read " SCENE " /nonexistent.pcap " PCAP, 1, "healthcare",
      "/nonexistent.pcap: error:" },
    { "a file that is no capture", "$SW read " SCENE " '%s/README.md'", 1, NULL,
      "README.md" },
    { "a capture cut short",
      "head -c 5000 " PCAP " | $SW read -c /dev/null -r 192.0.2.0/24=energy -", 1, NULL,
      "the packets before that were read" },

    { "a full disk", "$SW read -o ecs " SCENE " " PCAP " >/dev/full", 1, NULL,
      "not all alerts were delivered" },
    { "an alert file on a full disk", "$SW read -a /dev/full " SCENE " " PCAP " >/dev/null",
      1, NULL, "not all alerts were delivered" },
    { "a reader that goes away",
      "{ $SW read -o ecs " SCENE " " PCAP "; echo \"status $?\" >&2; } | true", 0, NULL,
      "status 1" },
    { "standard output closed", "$SW read -o ecs " SCENE " " PCAP " >&-", 1, NULL,
      "not all alerts were delivered" },

    { "ctl without a sensor",
      "echo 'ctl = { folder = \"/nonexistent\"; };' >$TMP.conf; $SW ctl -c $TMP.conf "
      "status",
      1, NULL, "no sensor runs here: there is no /nonexistent/*/ctl" },
    { "ctl with another command", "$SW ctl statsu", 2, NULL, "did you mean \"status\"?" },
    { "ctl with a word too much", "$SW ctl status now", 2, NULL,
      "\"now\" does not fit command status" },
    { "top without a sensor",
      "echo 'ctl = { folder = \"/nonexistent\"; };' >$TMP.conf; $SW top -c $TMP.conf", 1,
      NULL, "no sensor runs here" },
    { "a sandbox of no kind", "$SW run -i lo -b loose", 2, NULL,
      "'loose' does not fit option -b" },

    { "a configuration that is not there", "$SW check -c /nonexistent.conf", 2, NULL,
      "/nonexistent.conf: error: cannot be read" },
    { "a folder as configuration", "$SW check -c /tmp", 2, NULL, "is a folder" },
    { "the shipped configuration is good", "$SW check -c '%s/conf/sectorwatch.conf'", 0,
      "good", "" },
    { "the bundled one is good", "$SW check " SCENE, 0, "good", "" },
    { "a range with host bits", "$SW check -r 192.0.2.1/24=energy", 2, NULL,
      "192.0.2.0/24" },
    { "a range of no sector", "$SW check -r 192.0.2.0/24=enrgy", 2, NULL, "energy" },
    { "no range at all", "$SW check -c /dev/null --no-catalogue", 2, NULL, NULL },

    { "no folder of rules",
      "echo 'rules = { folders = [ ]; };' >\"$TMP.conf\"; $SW check -c \"$TMP.conf\"", 2,
      NULL, "no rules at all" },
    { "a filter that is none",
      "echo 'capture = { filter = \"to be\"; };' >\"$TMP.conf\"; $SW check -c "
      "\"$TMP.conf\"",
      2, NULL, "the filter \"to be\" is wrong" },
    { "a list that is out of date",
      "echo 192.0.2.1 >\"$TMP.txt\"; echo 'lists = ( { name = \"old\"; file = "
      "\"'\"$TMP.txt\"'\"; "
      "date = \"2000-01-01\"; valid_for = \"1d\"; } );' >\"$TMP.conf\"; $SW check -c "
      "\"$TMP.conf\"",
      0, "good", "list \"old\" expired on 2000-01-02" },
    { "a pipe among the rules",
      "mkdir \"$TMP.rules\"; mkfifo \"$TMP.rules/x.conf\"; echo 'rules = { folders = [ "
      "\"'\"$TMP.rules\"'\" ]; };' >\"$TMP.conf\"; timeout 20 $SW check -c \"$TMP.conf\"",
      2, NULL, "x.conf: error: is not a regular file" },
    { "alerts onto a capture",
      "cp " PCAP
      " \"$TMP.pcap\"; $SW read -a \"$TMP.pcap\" \"$TMP.pcap\"; status=$?; cmp " PCAP
      " \"$TMP.pcap\" && exit $status",
      2, NULL, "it holds something else than alerts" },
    { "help to a full disk", "$SW help >/dev/full", 1, NULL,
      "standard output: No space left" },
    { "help to nobody", "$SW help >&-", 1, NULL, "standard output: Bad file descriptor" },
    { "alerts with standard output closed keep to their file",
      "$SW read -o rfc5424 -a \"$TMP.json\" " SCENE " " PCAP " >&-; status=$?; "
      "grep -v '^{' \"$TMP.json\" >&2; exit $status",
      1, NULL, "not all alerts were delivered" },

    { "explain an address", "$SW explain " SCENE " 192.0.2.1", 0, "healthcare", "" },
    { "explain an address whose services are declared",
      "$SW explain -c '%s/tests/scenarios/declared/sectorwatch.conf' 192.0.2.70", 0,
      "    serves      iec104, mms, http\n", "" },
    { "explain what is no address", "$SW explain 300.1.1.1", 2, NULL,
      "'300.1.1.1' is not an IPv4 or IPv6 address" },
    { "explain a name",
      "echo '*.Evil.example' >\"$TMP.txt\"; echo 'lists = ( { name = \"bad\"; file = "
      "\"'\"$TMP.txt\"'\"; date = \"2026-06-01\"; source = \"CERT\"; meaning = \"commands "
      "malware\"; } );' >\"$TMP.conf\"; $SW explain -c \"$TMP.conf\" www.evil.example",
      0, "on list       bad of 2026-06-01 by CERT: commands malware", "" },
    { "explain a name on no list", "$SW explain " SCENE " www.example.org", 0,
      "on list       none", "" },
    { "what a list holds",
      "echo 192.0.2.1 >\"$TMP.txt\"; echo a.example >>\"$TMP.txt\"; echo x "
      ">>\"$TMP.txt\"; echo 'lists = ( { name = \"old\"; file = \"'\"$TMP.txt\"'\"; date = "
      "\"2000-01-01\"; valid_for = \"1d\"; use = \"allow\"; } );' >\"$TMP.conf\"; $SW "
      "check -c "
      "\"$TMP.conf\"",
      0,
      "  list old of 2000-01-01 (plain, allow, expired): 1 addresses, 1 domains; 1 bad\n",
      ":3: warning: \"x\" is not an address, prefix, domain or JA4" },
    { "how old a list is",
      "echo 192.0.2.1 >\"$TMP.txt\"; echo 'lists = ( { name = \"old\"; file = "
      "\"'\"$TMP.txt\"'\"; date = \"2000-01-01\"; } );' >\"$TMP.conf\"; $SW check -c "
      "\"$TMP.conf\" | sed 's/alert, [0-9]* days/alert, N days/'",
      0, "  list old of 2000-01-01 (plain, alert, N days old): 1 addresses\n", "" },
    { "audit", "$SW audit", 0, "JS-P4-ENERGY", "" },
    { "audit: what rules ask for", "$SW audit", 0, "an energy address [scan]", "" },
    { "audit without a list", "$SW audit " SCENE " | grep -A 9 JS-P3-WMD", 0,
      "(no list that it asks for is configured)", "" },
    { "audit without a list: the concern", "$SW audit " SCENE " | grep -A 9 JS-P3-WMD", 0,
      "none of these can match with this configuration", "" },
    { "audit with a list", "$SW audit " SCENE " | grep -A 2 SW-MALWARE-001", 0,
      "[listed-address]\n      SW-MALWARE-002", "" },
    { "audit without ranges", "$SW audit " SCENE " | grep -A 1 SW-RELIANCE-001", 0,
      "(no critical range is one that it asks for)", "" },
    { "cite a rule", "$SW cite SW-ENERGY-001", 0, "JS-P4-ENERGY", "" },
    { "cite nothing", "$SW cite", 2, NULL, "cite needs a rule" },
    { "cite an unknown rule", "$SW cite SW-NONE-001", 2, NULL, "SW-NONE-001" },
    { "cite a misspelt rule", "$SW cite SW-ENERGI-001", 2, NULL,
      "did you mean 'SW-ENERGY-001'?" },
    { "databases", "$SW geo", 0, "2026", "" },
    { "a place", "$SW geo " SCENE " 192.0.2.1", 0, "country", "" },
    { "a protocol", "$SW protocols iec104", 0,
      "iec104          structure, read  2404/tcp, 19998/tcp           IEC 60870-5-104",
      "" },
    { "a misspelt protocol", "$SW protocols iec105", 2, NULL,
      "no protocol is called 'iec105'; did you mean 'iec104'?" },
    { "sectors by count", "$SW sectors", 0, "healthcare", "" },
    { "sectors by text", "$SW sectors -S space agency", 0, "space", NULL },
};

static void
test_command(void **state)
{
    const struct command_case *c = *state;
    const char *source = source_path(".");
    struct run run;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    run = run_shell(c->command, source, source, source);
#pragma GCC diagnostic pop
    if (run.status != c->status || (c->out != NULL && strstr(run.out, c->out) == NULL) ||
        (c->err != NULL &&
         (*c->err == '\0' ? *run.err != '\0' : strstr(run.err, c->err) == NULL))) {
        fail_msg("status %d\nstandard output: %.2000s\nstandard error: %.2000s", run.status,
                 run.out, run.err);
    }
    run_free(&run);
}

/* Ten mistakes in one set of files are all reported, each with its file and line. */
static void
test_ten_mistakes_are_shown_at_once(void **state)
{
    static const char *const expected[] = {
        "ten.conf:1: error: unknown key 'flwo'; did you mean 'flow'?",
        "ten.conf:2: error: ",
        "ten.conf:3: error: unknown key 'fils'; did you mean 'files'?",
        "ten-ranges.conf:3: error: ",
        "ten-ranges.conf:4: error: ",
        "ten-ranges.conf:5: error: ",
        "ten.rules/ten.conf:2: error: ",
        "ten.rules/ten.conf:5: error: ",
        "ten.rules/ten.conf:8: error: ",
        "ten.rules/ten.conf:11: error: ",
    };
    const char *folder = temporary_path("ten.rules");
    struct run run;

    (void) state;
    temporary_file(
        "ten.conf",
        "flwo = { };\n"
        "flow = { idle_timeout = \"soon\"; };\n"
        "sectors = { catalogue = false; files = [ \"ten-ranges.conf\" ]; fils = [ ]; };\n"
        "rules = { folders = [ \"ten.rules\" ]; };\n");
    temporary_file(
        "ten-ranges.conf",
        "source = { name = \"x\"; };\n"
        "organisations = (\n"
        "{ name = \"A\"; sector = \"enrgy\"; prefixes = [ \"192.0.2.0/24\" ]; },\n"
        "{ name = \"B\"; sector = \"energy\"; prefixes = [ \"198.51.100.7/24\" ]; },\n"
        "{ name = \"C\"; sector = \"energy\"; prefixes = [ \"203.0.113.0/33\" ]; } );\n");
    run = run_shell("mkdir -p '%s'", folder);
    run_free(&run);
    temporary_file(
        "ten.rules/ten.conf",
        "rules = (\n"
        "{ id = \"T-1\"; rev = 1; title = \"t\"; concerns = [ \"JS-P4-ENRGY\" ];\n"
        "  severity = \"low\"; when = { observation = \"scan\"; }; },\n"
        "{ id = \"T-2\"; rev = 1; title = \"t\"; concerns = [ \"JS-P4-ENERGY\" ];\n"
        "  severity = \"lwo\"; when = { observation = \"scan\"; }; },\n"
        "{ id = \"T-3\"; rev = 1; title = \"t\"; concerns = [ \"JS-P4-ENERGY\" ];\n"
        "  severity = \"low\";\n"
        "  when = { observation = \"scna\"; }; },\n"
        "{ id = \"T-4\"; rev = 1; title = \"t\"; \n"
        "  severity = \"low\"; when = { observation = \"scan\"; };\n"
        "  concerns = [ \"JS-P3-TERROR\" ]; }\n"
        ");\n");
    run = run_shell("$SW check -c '%s'", temporary_path("ten.conf"));
    assert_int_equal(run.status, 2);
    for (size_t i = 0; i < N_ELEMENTS(expected); i++) {
        if (strstr(run.err, expected[i]) == NULL) {
            fail_msg("'%s' is not in:\n%s", expected[i], run.err);
        }
    }
    run_free(&run);
}

static void
test_an_empty_rules_folder_is_an_error(void **state)
{
    struct run run;

    (void) state;
    run = run_shell("mkdir -p '%s'", temporary_path("empty.rules"));
    run_free(&run);
    temporary_file("norules.conf", "rules = { folders = [ \"empty.rules\" ]; };\n");
    run = run_shell("$SW read -c '%s' /dev/null", temporary_path("norules.conf"));
    assert_int_equal(run.status, 2);
    assert_non_null(strstr(run.err, "empty.rules"));
    run_free(&run);
}

static void
test_a_missing_or_damaged_database_is_an_error(void **state)
{
    struct run run;

    (void) state;
    temporary_file("damaged.mmdb", "this is not a database");
    temporary_file("geo.conf",
                   "geo = { databases = [ \"damaged.mmdb\", \"missing.mmdb\" ]; };\n");
    run = run_shell("$SW read -c '%s' /dev/null", temporary_path("geo.conf"));
    assert_int_equal(run.status, 2);
    assert_non_null(strstr(run.err, "damaged.mmdb: error: "));
    assert_non_null(strstr(run.err, "missing.mmdb: error: "));
    run_free(&run);
}

static void
test_two_reads_give_the_same_bytes(void **state)
{
    static const char *const formats[] = { "table", "ecs", "rfc5424" };

    (void) state;
    for (size_t i = 0; i < N_ELEMENTS(formats); i++) {
        const char *source = source_path(".");
        struct run runs[2];

        for (size_t j = 0; j < 2; j++) {
            runs[j] =
                run_shell("$SW read -o %s " SCENE " " PCAP, formats[i], source, source);
            assert_int_equal(runs[j].status, 0);
        }
        assert_true(strlen(runs[0].out) > 1000);
        assert_string_equal(runs[0].out, runs[1].out);
        run_free(&runs[0]);
        run_free(&runs[1]);
    }
}

/* docs/RULES.md is what the shipped rules say. */
static void
test_rule_book(void **state)
{
    struct run run =
        run_shell("$SW cite --markdown -c '%s'", source_path("conf/sectorwatch.conf"));

    (void) state;
    assert_int_equal(run.status, 0);
    golden_check_file("docs/RULES.md", run.out);
    run_free(&run);
}

/* docs/PROTOCOLS.md is what the tables of protocols and recognisers say. */
static void
test_protocols(void **state)
{
    struct run run = run_shell("$SW protocols --markdown");

    (void) state;
    assert_int_equal(run.status, 0);
    golden_check_file("docs/PROTOCOLS.md", run.out);
    run_free(&run);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ten_mistakes_are_shown_at_once),
        cmocka_unit_test(test_an_empty_rules_folder_is_an_error),
        cmocka_unit_test(test_a_missing_or_damaged_database_is_an_error),
        cmocka_unit_test(test_two_reads_give_the_same_bytes),
        cmocka_unit_test(test_rule_book),
        cmocka_unit_test(test_protocols),
    };

    return RUN_CASES(cases, test_command) + cmocka_run_group_tests(tests, NULL, NULL);
}
