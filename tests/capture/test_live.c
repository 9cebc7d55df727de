/* Live capture over a veth pair in a network namespace of the test's own, which goes when
 * the test ends, however it ends. */
#include "capture/source.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/sched.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/timestamp.h"
#include "support/support.h"

/* An Ethernet type for experiments (IEEE 802 section 9.2.4), so that the kernel's own
 * packets do not count. */
enum { EXPERIMENT = 0x88b5, HEADER_SIZE = 14, FRAME_MAX = 1514 };

/* What sources are read into. */
static struct frame_batch the_batch;
static struct frame_batch *const batch = &the_batch;

static const struct source_live_config standard = { .snaplen = 65535,
                                                    .ring_bytes = 8 << 20,
                                                    .delay_ms = 100,
                                                    .promiscuous = true,
                                                    .filter = "ether proto 0x88b5" };

static bool has_namespace;

/* Makes the namespace and the pair swa, swb in it; where that is not possible the tests
 * are skipped. */
static int
make_pair(void **state)
{
    (void) state;
    has_namespace =
        geteuid() == 0 && syscall(SYS_unshare, CLONE_NEWNET) == 0 &&
        system("ip link add swa type veth peer name swb && ip link set swa up && "
               "ip link set swb up") == 0;
    return 0;
}

static void
need_pair_or_skip(void)
{
    need_root_or_skip();
    if (!has_namespace) {
        printf("skipped: no network namespace or veth pair can be made here\n");
        skip();
    }
}

static struct source *
open_or_fail(const struct source_live_config *config)
{
    struct problem_list *problems = problem_list_new();
    struct source *source = source_open_live("swb", 1, config, problems);

    problem_list_print(problems, stdout);
    assert_int_equal(problem_list_n(problems), 0);
    problem_list_free(problems);
    assert_non_null(source);
    return source;
}

/* Sends 'n' frames on swa, each with its number after the header; frame i has
 * 60 + i % 'spread' bytes. */
static void
send_frames(uint32_t n, uint32_t spread)
{
    const int fd = socket(AF_PACKET, SOCK_RAW, 0);
    const struct sockaddr_ll to = { .sll_family = AF_PACKET,
                                    .sll_ifindex = (int) if_nametoindex("swa") };
    uint8_t frame[FRAME_MAX] = { 0xff,
                                 0xff,
                                 0xff,
                                 0xff,
                                 0xff,
                                 0xff,
                                 2,
                                 0,
                                 0,
                                 0,
                                 0,
                                 1,
                                 EXPERIMENT >> 8,
                                 EXPERIMENT & 0xff };

    assert_true(fd >= 0);
    for (uint32_t i = 0; i < n; i++) {
        ssize_t sent;

        memcpy(frame + HEADER_SIZE, &i, sizeof i);
        do {
            sent = sendto(fd, frame, 60 + i % spread, 0,
                          (const struct sockaddr *) (const void *) &to, sizeof to);
        } while (sent < 0 && errno == ENOBUFS);
        assert_true(sent > 0);
    }
    (void) close(fd);
}

static uint64_t
monotonic_ns(void)
{
    struct timespec now;

    (void) clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t) now.tv_sec * NS_PER_SECOND + (uint64_t) now.tv_nsec;
}

/* Waits for frames if there are none. */
static enum source_status
read_or_wait(struct source *source, size_t max, struct counters *counters)
{
    enum source_status status = source_next(source, max, batch, counters);

    if (status == SOURCE_IDLE) {
        source_wait(&source, 1);
        status = source_next(source, max, batch, counters);
    }
    return status;
}

/* Every frame that was sent comes once, in order, whole, with the time of now. */
static void
test_frames(void **state)
{
    enum { N = 5000, SPREAD = 1400 };
    struct counters counters = { 0 };
    struct source *source;
    uint32_t n_seen = 0, n_idle = 0;
    bool has_nanoseconds = false;

    (void) state;
    need_pair_or_skip();
    source = open_or_fail(&standard);
    assert_string_equal(source_name(source), "swb");
    send_frames(N, SPREAD);
    while (n_seen < N && n_idle < 10) {
        const enum source_status status = read_or_wait(source, 100, &counters);
        const struct frame *frames = batch->frames;

        assert_true(status == SOURCE_OK ? batch->n > 0
                                        : status == SOURCE_IDLE && batch->n == 0);
        n_idle += status == SOURCE_IDLE;
        for (size_t i = 0; i < batch->n; i++, n_seen++) {
            uint32_t number;

            assert_int_equal(frames[i].caplen, 60 + n_seen % SPREAD);
            assert_int_equal(frames[i].len, frames[i].caplen);
            memcpy(&number, frames[i].bytes + HEADER_SIZE, sizeof number);
            assert_int_equal(number, n_seen);
            assert_int_equal(frames[i].link_type, 1);
            assert_int_equal(frames[i].interface, 1);
            assert_true(timestamp_now() - frames[i].time_ns < 30 * NS_PER_SECOND);
            has_nanoseconds |= frames[i].time_ns % 1000 != 0;
        }
    }
    assert_int_equal(n_seen, N);
    assert_true(has_nanoseconds);
    assert_int_equal(counters.n[COUNTER_CAPTURE_PACKETS], N);
    source_read_drops(source, &counters);
    assert_int_equal(counters.n[COUNTER_CAPTURE_KERNEL_DROPPED], 0);
    source_close(source);
}

/* What a ring that nobody empties cannot hold is counted: nothing vanishes.  Frames are cut
 * at the snaplen. */
static void
test_drops(void **state)
{
    enum { N = 20000, SNAPLEN = 100 };
    struct source_live_config config = standard;
    struct counters counters = { 0 };
    struct source *source;
    enum source_status status;
    size_t n_seen = 0;

    (void) state;
    need_pair_or_skip();
    config.ring_bytes = 256 * 1024;
    config.snaplen = SNAPLEN;
    source = open_or_fail(&config);
    send_frames(N, 1400);
    do {
        const struct frame *frames = batch->frames;

        status = read_or_wait(source, FRAME_BATCH_MAX, &counters);
        n_seen += batch->n;
        for (size_t i = 0; i < batch->n; i++) {
            assert_true(frames[i].caplen <= SNAPLEN);
            assert_int_equal(frames[i].caplen,
                             frames[i].len < SNAPLEN ? frames[i].len : SNAPLEN);
        }
    } while (status == SOURCE_OK);
    assert_int_equal(status, SOURCE_IDLE);
    source_read_drops(source, &counters);
    source_read_drops(source, &counters); /* Counts nothing twice. */
    assert_true(counters.n[COUNTER_CAPTURE_KERNEL_DROPPED] > 0);
    assert_int_equal(n_seen + counters.n[COUNTER_CAPTURE_KERNEL_DROPPED], N);
    source_close(source);
}

static void
on_alarm(int number)
{
    (void) number;
}

/* A wait takes a tenth of a second, and a signal ends it at once. */
static void
test_waits(void **state)
{
    const struct sigaction action = { .sa_handler = on_alarm };
    const struct itimerval soon = { .it_value = { .tv_usec = 10000 } };
    struct counters counters = { 0 };
    struct source *source;
    uint64_t began;

    (void) state;
    need_pair_or_skip();
    source = open_or_fail(&standard);
    began = monotonic_ns();
    assert_int_equal(read_or_wait(source, 1, &counters), SOURCE_IDLE);
    assert_in_range(monotonic_ns() - began, NS_PER_SECOND / 20, NS_PER_SECOND);
    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
    began = monotonic_ns();
    assert_int_equal(read_or_wait(source, 1, &counters), SOURCE_IDLE);
    assert_true(monotonic_ns() - began < NS_PER_SECOND / 10);
    source_close(source);
}

/* Names that the kernel takes for an interface. */
static void
test_names(void **state)
{
    (void) state;
    assert_true(source_is_interface_name("eth1"));
    assert_true(source_is_interface_name("123456789012345"));
    assert_false(source_is_interface_name("1234567890123456"));
    assert_false(source_is_interface_name(""));
    assert_false(source_is_interface_name("a/b"));
    assert_false(source_is_interface_name("a b"));
    assert_false(source_is_interface_name("a:1"));
    assert_false(source_is_interface_name(".."));
}

/* Opens an interface that cannot be; the reason must have 'expected' in it. */
static void
assert_refused(const char *interface, const struct source_live_config *config,
               const char *expected)
{
    struct problem_list *problems = problem_list_new();

    assert_null(source_open_live(interface, 0, config, problems));
    problem_list_print(problems, stdout);
    assert_int_equal(problem_list_n_errors(problems), 1);
    assert_true(problem_list_mentions(problems, expected));
    assert_string_equal(problem_list_at(problems, 0)->file, interface);
    problem_list_free(problems);
}

static void
test_refused(void **state)
{
    struct source_live_config config = standard;

    (void) state;
    need_pair_or_skip();
    assert_refused("there-is-none", &config, "\"ip link\" lists the interfaces");
    config.filter = "port many";
    assert_refused("swb", &config, "the filter \"port many\" is wrong");
    assert_int_equal(system("ip link add swdown type veth peer name swdown2"), 0);
    assert_refused("swdown", &standard, "brings it up");
}

/* Without rights the message names them. */
static void
test_no_rights(void **state)
{
    enum { NOBODY = 65534 };
    int status = 0;
    pid_t pid;

    (void) state;
    need_pair_or_skip();
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct problem_list *problems = problem_list_new();

        if (setuid(NOBODY) != 0 ||
            source_open_live("swb", 0, &standard, problems) != NULL) {
            _exit(1);
        }
        problem_list_print(problems, stdout);
        _exit(problem_list_mentions(problems, "CAP_NET_RAW") ? 0 : 2);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

/* While an interface is down there is nothing to see; once it is up again there is. */
static void
test_goes_down(void **state)
{
    enum { N = 10 };
    struct counters counters = { 0 };
    struct source *source;
    size_t n_seen = 0;

    (void) state;
    need_pair_or_skip();
    source = open_or_fail(&standard);
    assert_int_equal(system("ip link set swb down"), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(read_or_wait(source, 1, &counters), SOURCE_IDLE);
    }
    assert_int_equal(system("ip link set swb up"), 0);
    usleep(300000); /* Until the other end has noticed. */
    send_frames(N, 1);
    for (int i = 0; i < 50 && n_seen < N; i++) {
        assert_int_not_equal(read_or_wait(source, 1, &counters), SOURCE_FAILED);
        n_seen += batch->n;
    }
    assert_int_equal(n_seen, N);
    source_close(source);
}

/* An interface that goes away ends the capture with a reason, after the frames that came
 * before. */
static void
test_vanishes(void **state)
{
    struct counters counters = { 0 };
    struct source *source;
    enum source_status status = SOURCE_IDLE;
    size_t n_seen = 0;

    (void) state;
    need_pair_or_skip();
    source = open_or_fail(&standard);
    send_frames(10, 1);
    usleep(300000); /* Longer than the kernel keeps a block that is not full. */
    assert_int_equal(system("ip link del swb"), 0);
    for (int i = 0; i < 50 && status != SOURCE_FAILED; i++) {
        status = read_or_wait(source, 4, &counters);
        n_seen += batch->n;
    }
    printf("swb: %s\n", source_error(source));
    assert_int_equal(status, SOURCE_FAILED);
    assert_true(source_error(source)[0] != '\0');
    assert_int_equal(n_seen, 10);
    source_close(source);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frames),    cmocka_unit_test(test_drops),
        cmocka_unit_test(test_waits),     cmocka_unit_test(test_refused),
        cmocka_unit_test(test_no_rights), cmocka_unit_test(test_goes_down),
        cmocka_unit_test(test_names),     cmocka_unit_test(test_vanishes), /* The last. */
    };

    return cmocka_run_group_tests(tests, make_pair, NULL);
}
