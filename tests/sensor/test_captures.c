/* Real captures, all of them, with every address critical: nothing crashes, hangs or writes
 * anything but lines of JSON, and each frame is accounted for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/run.h"
#include "support/support.h"

#define EVERYTHING \
    "-c /dev/null -n -r 0.0.0.0/0=energy -r ::/0=energy -o ecs --summary=json"

static void
assert_lines_of_json(const char *text)
{
    for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
        const char *end = strchr(line, '\n');

        assert_non_null(end);
        assert_true(end - line > 2 && line[0] == '{' && end[-1] == '}');
    }
}

/* Every frame is not IP, damaged, part of a packet to come, or a packet. */
static void
assert_frames_are_accounted_for(const char *summary)
{
    assert_int_equal(summary_number(summary, "packets"),
                     summary_number(summary, "classify.critical_packets") +
                         summary_number(summary, "classify.other_packets") +
                         summary_number(summary, "capture.not_ip") +
                         summary_number(summary, "capture.link_type_unknown") +
                         summary_number(summary, "capture.bad") +
                         summary_number(summary, "capture.fragments_kept"));
}

static void
test_all_captures_in_one_run(void **state)
{
    const char *captures = shared_path_or_skip("captures");
    struct run runs[2];

    (void) state;
    for (unsigned i = 0; i < 2; i++) {
        runs[i] =
            run_shell("cd '%s' && find . -type f ! -path './_truth/*' ! -name '*.tsv' "
                      "! -name '*.json' | LC_ALL=C sort | xargs $SW read " EVERYTHING,
                      captures);
        /* Some of them are damaged; "1" of the program is "123" of xargs. */
        assert_int_equal(runs[i].status, 123);
    }
    assert_true(strlen(runs[0].out) > 10000);
    assert_string_equal(runs[0].out, runs[1].out);
    assert_lines_of_json(runs[0].out);
    assert_frames_are_accounted_for(runs[0].err);
    run_free(&runs[0]);
    run_free(&runs[1]);
}

/* One run per file; the shell stops at the first status that is neither 0 nor 1. */
static void
test_each_capture_in_a_run_of_its_own(void **state)
{
    const char *captures = shared_path_or_skip("captures");
    struct run run = run_shell(
        "cd '%s' && find . -type f ! -path './_truth/*' ! -name '*.tsv' ! -name '*.json' | "
        "while read -r file; do\n"
        "    timeout 60 $SW read " EVERYTHING " \"$file\" >/dev/null\n"
        "    status=$?\n"
        "    [ $status -le 1 ] || { echo \"$file: status $status\"; exit 3; }\n"
        "done",
        captures);

    (void) state;
    if (run.status != 0) {
        fail_msg("%s", run.out);
    }
    run_free(&run);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_captures_in_one_run),
        cmocka_unit_test(test_each_capture_in_a_run_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
