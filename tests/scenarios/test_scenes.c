#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timestamp.h"
#include "scenarios/capture_file.h"
#include "scenarios/play.h"
#include "scenarios/script.h"
#include "support/support.h"

enum { QUICKSTART_BYTES_MAX = 300000, PCAP_HEADER_SIZE = 24 };

struct capture {
    char *bytes;
    size_t n;
};

/* Plays a scene from its text on. */
static struct stage
play_scene(const char *name)
{
    struct problem_list *problems = problem_list_new();
    struct script *script;
    struct stage stage;
    char path[512];

    (void) snprintf(path, sizeof path, "tests/scenarios/%s", name);
    script = script_read(source_path(path), problems);
    problem_list_print(problems, stderr);
    assert_non_null(script);
    stage_init(&stage, script);
    play(&stage, script);
    stage_sort(&stage);
    script_free(script);
    problem_list_free(problems);
    return stage;
}

static struct capture
capture_scene(const char *name, enum capture_format format)
{
    struct stage stage = play_scene(name);
    struct capture capture;
    FILE *out = open_memstream(&capture.bytes, &capture.n);

    assert_non_null(out);
    assert_true(capture_file_write(&stage, format, out));
    assert_int_equal(fclose(out), 0);
    stage_fini(&stage);
    return capture;
}

/* Calls 'test' with the name of each scene; what others include counts as one. */
static void
each_scene(void (*test)(const char *name))
{
    DIR *folder = opendir(source_path("tests/scenarios"));
    unsigned n = 0;

    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        const char *dot = strrchr(entry->d_name, '.');

        if (dot != NULL && strcmp(dot, ".scene") == 0) {
            test(entry->d_name);
            n++;
        }
    }
    closedir(folder);
    assert_true(n > 10);
}

static void
play_twice(const char *name)
{
    const struct capture first = capture_scene(name, CAPTURE_PCAP);
    const struct capture second = capture_scene(name, CAPTURE_PCAP);

    if (first.n != second.n || memcmp(first.bytes, second.bytes, first.n) != 0) {
        fail_msg("%s: two runs differ", name);
    }
    free(first.bytes);
    free(second.bytes);
}

static void
test_same_bytes_twice(void **state)
{
    (void) state;
    each_scene(play_twice);
}

static void
look_at_frames(const char *name)
{
    struct stage stage = play_scene(name);

    for (size_t i = 0; i < stage.n_frames; i++) {
        const struct frame_seen *frame = &stage.frames[i];

        if (frame->len < 60 || frame->caplen > frame->len ||
            frame->time_ns < 1780304400 * NS_PER_SECOND || /* 2026-06-01T09:00:00Z */
            (i > 0 && frame->time_ns < frame[-1].time_ns)) {
            fail_msg("%s: frame %zu has a wrong length or time", name, i + 1);
        }
    }
    stage_fini(&stage);
}

static void
test_frames_in_order(void **state)
{
    (void) state;
    each_scene(look_at_frames);
}

/* The capture that comes with the program is this scene's; where it is not:
 *     scenario -o tests/scenarios/quickstart/quickstart.pcap quickstart.scene */
static void
test_quickstart_capture(void **state)
{
    const struct capture capture = capture_scene("quickstart.scene", CAPTURE_PCAP);
    FILE *file = fopen(source_path("tests/scenarios/quickstart/quickstart.pcap"), "rb");
    char *bundled = malloc(QUICKSTART_BYTES_MAX);

    (void) state;
    assert_non_null(file);
    assert_true(capture.n < QUICKSTART_BYTES_MAX);
    assert_int_equal(fread(bundled, 1, QUICKSTART_BYTES_MAX, file), capture.n);
    assert_memory_equal(bundled, capture.bytes, capture.n);
    (void) fclose(file);
    free(bundled);
    free(capture.bytes);
}

/* A time of nanoseconds takes no more room than one of microseconds; a pcapng block takes
 * 16 bytes more than a pcap record, and fills up to four. */
static void
test_formats(void **state)
{
    const struct capture micro = capture_scene("vlan.scene", CAPTURE_PCAP);
    const struct capture nano = capture_scene("vlan.scene", CAPTURE_PCAP_NS);
    const struct capture ng = capture_scene("vlan.scene", CAPTURE_PCAPNG);

    (void) state;
    assert_memory_equal(micro.bytes, "\xd4\xc3\xb2\xa1", 4);
    assert_memory_equal(nano.bytes, "\x4d\x3c\xb2\xa1", 4);
    assert_memory_equal(ng.bytes, "\x0a\x0d\x0d\x0a", 4);
    assert_int_equal(micro.n, nano.n);
    assert_true(ng.n > micro.n);
    assert_memory_equal(micro.bytes + PCAP_HEADER_SIZE + 8,
                        nano.bytes + PCAP_HEADER_SIZE + 8, 68);
    free(micro.bytes);
    free(nano.bytes);
    free(ng.bytes);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_bytes_twice),
        cmocka_unit_test(test_frames_in_order),
        cmocka_unit_test(test_quickstart_capture),
        cmocka_unit_test(test_formats),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
