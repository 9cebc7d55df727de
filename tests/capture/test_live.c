/* Live capture over a veth pair in a network namespace of the test's own, which goes when
 * the test ends, however it ends. */
#include "capture/source.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/sched.h>
#include <linux/virtio_net.h>
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

/* A socket that sends on an interface. */
static int
open_sender(const char *interface)
{
    const int fd = socket(AF_PACKET, SOCK_RAW, 0);
    const struct sockaddr_ll to = { .sll_family = AF_PACKET,
                                    .sll_ifindex = (int) if_nametoindex(interface) };

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (const struct sockaddr *) (const void *) &to, sizeof to), 0);
    return fd;
}

static void
send_frame(int fd, const uint8_t *frame, size_t size)
{
    ssize_t sent;

    do {
        sent = send(fd, frame, size, 0);
    } while (sent < 0 && errno == ENOBUFS);
    assert_int_equal(sent, size);
}

/* Sends 'n' frames on an interface, each with its number after the header; frame i has
 * 60 + i % 'spread' bytes. */
static void
send_frames_on(const char *interface, uint32_t n, uint32_t spread)
{
    const int fd = open_sender(interface);
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

    for (uint32_t i = 0; i < n; i++) {
        memcpy(frame + HEADER_SIZE, &i, sizeof i);
        send_frame(fd, frame, 60 + i % spread);
    }
    (void) close(fd);
}

static void
send_frames(uint32_t n, uint32_t spread)
{
    send_frames_on("swa", n, spread);
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
    (void) source_look(source, &counters);
    assert_int_equal(counters.n[COUNTER_CAPTURE_RING_DROPPED], 0);
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
    (void) source_look(source, &counters);
    (void) source_look(source, &counters); /* Counts nothing twice. */
    assert_true(counters.n[COUNTER_CAPTURE_RING_DROPPED] > 0);
    assert_int_equal(n_seen + counters.n[COUNTER_CAPTURE_RING_DROPPED], N);
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
    assert_true(interface_is_name("eth1"));
    assert_true(interface_is_name("123456789012345"));
    assert_false(interface_is_name("1234567890123456"));
    assert_false(interface_is_name(""));
    assert_false(interface_is_name("a/b"));
    assert_false(interface_is_name("a b"));
    assert_false(interface_is_name("a:1"));
    assert_false(interface_is_name(".."));
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

/* The frames that a source has until there are none for a while. */
static size_t
count_frames(struct source *source)
{
    struct counters counters = { 0 };
    size_t n_seen = 0;

    for (unsigned n_idle = 0; n_idle < 4; n_idle += batch->n == 0) {
        assert_int_not_equal(read_or_wait(source, FRAME_BATCH_MAX, &counters),
                             SOURCE_FAILED);
        n_seen += batch->n;
    }
    return n_seen;
}

/* Reads the first frames that come. */
static void
read_first(struct source *source)
{
    struct counters counters = { 0 };

    for (unsigned i = 0;
         i < 20 && read_or_wait(source, FRAME_BATCH_MAX, &counters) != SOURCE_OK; i++) {
    }
}

/* An interface that has another name is the same; also while it is down. */
static void
test_is_renamed(void **state)
{
    struct counters counters = { 0 };
    struct source *source;

    (void) state;
    need_pair_or_skip();
    source = open_or_fail(&standard);
    assert_string_equal(source_look(source, &counters)->name, "swb");
    assert_int_equal(source_look(source, &counters)->state, INTERFACE_UP);
    assert_int_equal(system("ip link set swb down && ip link set swb name swc"), 0);
    assert_int_equal(count_frames(source), 0);
    assert_string_equal(source_look(source, &counters)->name, "swc");
    assert_int_equal(source_look(source, &counters)->state, INTERFACE_DOWN);
    assert_int_equal(system("ip link set swc up && sleep 0.3"), 0);
    send_frames(10, 1);
    assert_int_equal(count_frames(source), 10);
    assert_int_equal(system("ip link set swa down && sleep 0.1"), 0);
    assert_int_equal(source_look(source, &counters)->state, INTERFACE_NO_CARRIER);
    assert_int_equal(system("ip link set swa up && ip link set swc down && "
                            "ip link set swc name swb && ip link set swb up"),
                     0);
    source_close(source);
}

/* An interface that goes away is waited for, after the frames that came before; one that
 * takes its name is captured, without any rights. */
static void
test_comes_again(void **state)
{
    enum { NOBODY = 65534 };
    struct counters counters = { 0 };
    struct source *source;

    (void) state;
    need_pair_or_skip();
    source = open_or_fail(&standard);
    send_frames(10, 1);
    usleep(300000); /* Longer than the kernel keeps a block that is not full. */
    assert_int_equal(system("ip link del swb"), 0);
    assert_int_equal(count_frames(source), 10);
    assert_int_equal(source_look(source, &counters)->state, INTERFACE_GONE);
    assert_int_equal(system("ip link add swa type veth peer name swb && "
                            "ip link set swa up && ip link set swb up && sleep 0.3"),
                     0);
    assert_int_equal(seteuid(NOBODY), 0);
    assert_int_equal(source_look(source, &counters)->state, INTERFACE_UP);
    assert_int_equal(seteuid(0), 0);
    send_frames(20, 1);
    assert_int_equal(count_frames(source), 20);
    source_close(source);
}

/* The tag that the kernel takes off a frame on its way in is there again. */
static void
test_vlan(void **state)
{
    enum { TAGGED_SIZE = 64 };
    static const uint8_t tagged[TAGGED_SIZE] = {
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2,    0,    0,
        0,    0,    1,    0x81, 0x00, 0x00, 0x07, 0x88, 0xb5,
    };
    struct source_live_config config = standard;
    struct source *source;
    int fd;

    (void) state;
    need_pair_or_skip();
    config.filter = "vlan 7 and ether proto 0x88b5";
    source = open_or_fail(&config);
    fd = open_sender("swa");
    send_frames(10, 1); /* Which have none. */
    send_frame(fd, tagged, TAGGED_SIZE);
    read_first(source);
    assert_int_equal(batch->n, 1);
    assert_int_equal(batch->frames[0].caplen, TAGGED_SIZE);
    assert_memory_equal(batch->frames[0].bytes, tagged, TAGGED_SIZE);
    (void) close(fd);
    source_close(source);
}

/* IPv4 and UDP headers of a frame between two addresses that end with these bytes. */
static void
make_datagram(uint8_t frame[static FRAME_MAX], uint8_t source, uint8_t destination,
              uint16_t fragment)
{
    static const uint8_t headers[] = {
        2,    0, 0,   0,  0, 2,  2, 0, 0,  0,  0, 1, 0x08, 0x00, /* Ethernet. */
        0x45, 0, 0,   46, 0, 1,  0, 0, 64, 17, 0, 0, 192,  0,
        2,    0, 192, 0,  2, 0,        /* IPv4. */
        0,    0, 0,   0,  0, 26, 0, 0, /* UDP. */
    };

    memset(frame, 0, FRAME_MAX);
    memcpy(frame, headers, sizeof headers);
    frame[20] = (uint8_t) (fragment >> 8);
    frame[21] = (uint8_t) fragment;
    frame[29] = frame[35] = source;
    frame[33] = frame[37] = destination;
}

/* Which of two sources gets a frame; it is none of the other's. */
static unsigned
who_gets(struct source *const sources[static 2], int fd, const uint8_t *frame)
{
    size_t n[2];

    send_frame(fd, frame, 60);
    for (unsigned i = 0; i < 2; i++) {
        struct counters counters = { 0 };

        source_wait(&sources[i], 1);
        (void) source_next(sources[i], FRAME_BATCH_MAX, batch, &counters);
        n[i] = batch->n;
    }
    assert_int_equal(n[0] + n[1], 1);
    return n[1] == 1;
}

/* Both directions of a flow come by one source, as do all fragments of a packet; flows are
 * spread; and an interface that goes away is not captured again. */
static void
test_is_shared(void **state)
{
    enum { MORE_FRAGMENTS = 0x2000, N_FLOWS = 24 };
    struct source_live_config config = standard;
    struct problem_list *problems = problem_list_new();
    struct counters counters = { 0 };
    struct source *sources[2];
    uint8_t frame[FRAME_MAX];
    unsigned n_of_second = 0;
    int fd;

    (void) state;
    need_pair_or_skip();
    config.filter = "udp";
    config.delay_ms = 10;
    sources[0] = open_or_fail(&config);
    sources[1] = open_or_fail(&config);
    fd = open_sender("swa");
    make_datagram(frame, 1, 2, 0);
    send_frame(fd, frame, 60); /* Both have this one, and then neither. */
    assert_true(source_share(sources, 2, problems));
    problem_list_print(problems, stdout);
    problem_list_free(problems);
    for (uint8_t i = 1; i <= N_FLOWS; i++) {
        unsigned who;

        make_datagram(frame, i, 200, 0);
        who = who_gets(sources, fd, frame);
        make_datagram(frame, 200, i, 0);
        assert_int_equal(who_gets(sources, fd, frame), who);
        make_datagram(frame, i, 200, MORE_FRAGMENTS);
        who = who_gets(sources, fd, frame);
        make_datagram(frame, i, 200, 3);
        assert_int_equal(who_gets(sources, fd, frame), who);
        n_of_second += who;
    }
    assert_in_range(n_of_second, 1, N_FLOWS - 1);
    assert_int_equal(system("ip link del swa && ip link add swa type veth peer name swb && "
                            "ip link set swa up && ip link set swb up && sleep 0.3"),
                     0);
    for (unsigned i = 0; i < 2; i++) {
        (void) source_look(sources[i], &counters);
        assert_int_equal(source_next(sources[i], 1, batch, &counters), SOURCE_FAILED);
        printf("swb: %s\n", source_error(sources[i]));
        source_close(sources[i]);
    }
    (void) close(fd);
}

/* What is to be cut into segments by an interface that does so comes whole, longer than any
 * frame on the wire. */
static void
test_large_segment(void **state)
{
    enum { SIZE = 14 + 20 + 20 + 60000, SEGMENT = 1448 };
    static const uint8_t headers[] = {
        2,    0,    0,    0,    0, 2, 2, 0, 0,  0, 0, 1, 0x08, 0x00, /* Ethernet. */
        0x45, 0,    0xea, 0x88, 0, 1, 0, 0, 64, 6, 0, 0, 192,  0,
        2,    1,    192,  0,    2, 2, /* IPv4. */
        0,    1,    0,    2,    0, 0, 0, 1, 0,  0, 0, 1, 0x50, 0x10,
        0xff, 0xff, 0,    0,    0, 0, /* TCP. */
    };
    const struct virtio_net_hdr offload = {
        .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
        .gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
        .hdr_len = sizeof headers,
        .gso_size = SEGMENT,
        .csum_start = 34,
        .csum_offset = 16,
    };
    struct source_live_config config = standard;
    uint8_t *message = calloc(1, sizeof offload + SIZE);
    struct source *source;
    const int on = 1;
    int fd;

    (void) state;
    need_pair_or_skip();
    config.filter = "tcp";
    config.snaplen = 262144;
    source = open_or_fail(&config);
    memcpy(message, &offload, sizeof offload);
    memcpy(message + sizeof offload, headers, sizeof headers);
    fd = open_sender("swa");
    assert_int_equal(setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof on), 0);
    assert_int_equal(send(fd, message, sizeof offload + SIZE, 0), sizeof offload + SIZE);
    read_first(source);
    assert_int_equal(batch->n, 1);
    assert_int_equal(batch->frames[0].len, SIZE);
    assert_int_equal(batch->frames[0].caplen, SIZE);
    (void) close(fd);
    free(message);
    source_close(source);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frames),      cmocka_unit_test(test_drops),
        cmocka_unit_test(test_waits),       cmocka_unit_test(test_refused),
        cmocka_unit_test(test_no_rights),   cmocka_unit_test(test_goes_down),
        cmocka_unit_test(test_names),       cmocka_unit_test(test_is_renamed),
        cmocka_unit_test(test_vlan),        cmocka_unit_test(test_large_segment),
        cmocka_unit_test(test_comes_again), cmocka_unit_test(test_is_shared),
    };

    return cmocka_run_group_tests(tests, make_pair, NULL);
}
