#include "alert/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "alert/text.h"
#include "base/timestamp.h"
#include "sample.h"
#include "support/support.h"

enum { LINE_SIZE = 16384 };

static struct samples samples;
static size_t send_max; /* Longest datagram that the "kernel" takes; 0: as it is. */

/* The test is linked so that the program's send() comes here. */
ssize_t __real_send(int fd, const void *bytes, size_t size, int flags);
ssize_t __wrap_send(int fd, const void *bytes, size_t size, int flags);

ssize_t
__wrap_send(int fd, const void *bytes, size_t size, int flags)
{
    if (send_max != 0 && size > send_max) {
        errno = EMSGSIZE;
        return -1;
    }
    return __real_send(fd, bytes, size, flags);
}

/* What a test needs beside the sink: standard error and standard output go to files, to be
 * looked at. */
struct fixture {
    struct counters counters;
    int real_out, real_err;
    const char *out, *err;
};

static int
redirect(int fd, const char *path)
{
    const int real = dup(fd);
    const int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_APPEND, 0600);

    assert_true(real >= 0 && file >= 0);
    assert_true(dup2(file, fd) >= 0);
    (void) close(file);
    return real;
}

static int
set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    f->out = temporary_path("out");
    f->err = temporary_path("err");
    fflush(NULL);
    f->real_out = redirect(STDOUT_FILENO, f->out);
    f->real_err = redirect(STDERR_FILENO, f->err);
    send_max = 0;
    *state = f;
    return 0;
}

static int
tear_down(void **state)
{
    struct fixture *f = *state;

    fflush(NULL);
    (void) dup2(f->real_out, STDOUT_FILENO);
    (void) dup2(f->real_err, STDERR_FILENO);
    (void) close(f->real_out);
    (void) close(f->real_err);
    free(f);
    return 0;
}

static unsigned
count(const char *path, const char *what)
{
    char *text = read_whole_file(path);
    unsigned n = 0;

    for (const char *at = text; (at = strstr(at, what)) != NULL; at += strlen(what)) {
        n++;
    }
    free(text);
    return n;
}

static void
assert_file(const char *path, const char *expected)
{
    char *text = read_whole_file(path);

    assert_string_equal(text, expected);
    free(text);
}

/* Alert number 'sequence': the first sample with another sequence number. */
static struct alert
alert_number(uint64_t sequence)
{
    struct alert alert = samples.alerts[0];

    alert.sequence = sequence;
    return alert;
}

static bool
write_number(struct sink *sink, uint64_t sequence, struct fixture *f)
{
    const struct alert alert = alert_number(sequence);

    return sink_write(sink, &alert, &f->counters);
}

/* A syslog receiver. */
static int
receiver_open(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    const int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

    (void) snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    (void) unlink(path);
    assert_int_equal(bind(fd, (const struct sockaddr *) &address, sizeof address), 0);
    return fd;
}

/* The sequenceId of the next message, or 0 if there is none. */
static uint64_t
receive(int fd)
{
    char line[LINE_SIZE];
    const ssize_t n = recv(fd, line, sizeof line - 1, MSG_DONTWAIT);
    const char *at;

    if (n < 0) {
        return 0;
    }
    line[n] = '\0';
    assert_int_equal(line[0], '<');
    assert_int_not_equal(line[n - 1], '\n');
    at = strstr(line, "[meta sequenceId=\"");
    assert_non_null(at);
    return strtoull(at + strlen("[meta sequenceId=\""), NULL, 10);
}

static void
test_stdout(void **state)
{
    struct fixture *f = *state;
    struct sink *sink = sink_new_stdout(FORMAT_ECS);
    char *expected;

    assert_true(sink_write(sink, &samples.alerts[0], &f->counters));
    assert_true(sink_write(sink, &samples.alerts[1], &f->counters));
    assert_true(sink_flush(sink, 0, &f->counters));
    assert_false(sink_failed(sink));
    assert_int_equal(f->counters.n[COUNTER_ALERT_WRITTEN], 2);
    expected = samples_text(&samples, (enum sample) 0, (enum sample) 1, format_ecs_write);
    assert_file(f->out, expected);
    free(expected);
    sink_free(sink);
}

/* A file is no terminal: no colour; one header. */
static void
test_stdout_table(void **state)
{
    struct fixture *f = *state;
    struct sink *sink = sink_new_stdout(FORMAT_TABLE);

    assert_true(write_number(sink, 1, f));
    assert_true(write_number(sink, 2, f));
    assert_int_equal(count(f->out, "\x1b"), 0);
    assert_int_equal(count(f->out, "TIME (UTC)"), 1);
    assert_int_equal(count(f->out, "IEC 60870-5-104 contact"), 2);
    sink_free(sink);
}

/* What is written to a terminal 70 columns wide while NO_COLOR and TERM are as given. */
struct terminal_case {
    const char *no_color, *term;
    bool is_coloured;
};

static void
check_terminal(const struct terminal_case *c, struct fixture *f)
{
    const struct winsize size = { .ws_row = 24, .ws_col = 70 };
    char text[LINE_SIZE];
    struct sink *sink;
    int ends[2];
    ssize_t n;

    (void) setenv("NO_COLOR", c->no_color, 1);
    (void) setenv("TERM", c->term, 1);
    if (openpty(&ends[0], &ends[1], NULL, NULL, &size) != 0) {
        printf("skipped: no pseudo-terminals here\n");
        skip();
    }
    (void) dup2(ends[1], STDOUT_FILENO);
    sink = sink_new_stdout(FORMAT_TABLE);
    assert_true(write_number(sink, 1, f));
    n = read(ends[0], text, sizeof text - 1);
    assert_true(n > 0);
    text[n] = '\0';
    assert_int_equal(strstr(text, "\x1b[") != NULL, c->is_coloured);
    for (char *line = strtok(text, "\r\n"); line != NULL && !c->is_coloured;
         line = strtok(NULL, "\r\n")) {
        assert_true(text_width(line) <= 70);
    }
    sink_free(sink);
    (void) close(ends[0]);
    (void) close(ends[1]);
}

static void
test_stdout_terminal(void **state)
{
    static const struct terminal_case cases[] = {
        { "", "xterm", true },
        { "1", "xterm", false },
        { "", "dumb", false },
    };

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        check_terminal(&cases[i], *state);
    }
}

/* Whoever read is gone: an error that stays, and no signal. */
static void
test_stdout_closed(void **state)
{
    struct fixture *f = *state;
    struct sink *sink = sink_new_stdout(FORMAT_ECS);
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    (void) close(ends[0]);
    (void) dup2(ends[1], STDOUT_FILENO);
    (void) close(ends[1]);
    assert_false(write_number(sink, 1, f));
    assert_false(write_number(sink, 2, f));
    assert_true(sink_failed(sink));
    assert_non_null(strstr(sink_error(sink), "Broken pipe"));
    assert_int_equal(f->counters.n[COUNTER_ALERT_STDOUT_LOST], 2);
    assert_int_equal(count(f->err, "standard output"), 1);
    assert_true(sink_flush(sink, 0, &f->counters));
    sink_free(sink);
}

/* A full disk: alerts wait, one message, and all arrive in order when there is room. */
static void
test_stdout_full(void **state)
{
    struct fixture *f = *state;
    struct sink *sink = sink_new_stdout(FORMAT_ECS);
    const int file = dup(STDOUT_FILENO);
    const int full = open("/dev/full", O_WRONLY);

    assert_true(full >= 0);
    (void) dup2(full, STDOUT_FILENO);
    (void) close(full);
    for (unsigned i = 1; i <= 3; i++) {
        assert_false(write_number(sink, i, f));
    }
    assert_int_equal(sink_n_waiting(sink), 3);
    assert_false(sink_flush(sink, NS_PER_SECOND / 50, &f->counters));
    assert_false(sink_failed(sink));
    assert_int_equal(f->counters.n[COUNTER_ALERT_STDOUT_DELAYED], 3);
    assert_int_equal(count(f->err, "takes no alerts: write: No space left on device"), 1);
    (void) dup2(file, STDOUT_FILENO);
    (void) close(file);
    assert_true(sink_flush(sink, 0, &f->counters));
    assert_int_equal(count(f->err, "takes alerts again: 3 were late, 0 are lost"), 1);
    assert_int_equal(count(f->out, "\n"), 3);
    assert_int_equal(f->counters.n[COUNTER_ALERT_WRITTEN], 3);
    sink_free(sink);
}

static void
test_file(void **state)
{
    struct fixture *f = *state;
    const char *path = temporary_path("alerts.json");
    struct sink *sink = sink_new_file(path, NULL);

    assert_non_null(sink);
    assert_true(write_number(sink, 1, f));
    sink_free(sink);
    sink = sink_new_file(path, NULL);
    assert_true(write_number(sink, 2, f));
    assert_int_equal(count(path, "\n"), 2);
    assert_int_equal(count(path, "\"sequence\":2,"), 1);
    assert_int_equal(count(f->err, "alert"), 0);
    sink_free(sink);
}

/* Whatever a crash left is one bad line, not two. */
static void
test_file_unfinished(void **state)
{
    struct fixture *f = *state;
    const char *path = temporary_file("unfinished.json", "{\"a\":1}\n{\"b\":");
    struct sink *sink = sink_new_file(path, NULL);

    assert_true(write_number(sink, 1, f));
    assert_int_equal(count(path, "{\"a\":1}\n{\"b\":\n{\"@timestamp\""), 1);
    assert_int_equal(count(path, "\n"), 3);
    assert_int_equal(count(f->err, "ended within a line"), 1);
    sink_free(sink);
}

/* As logrotate does: rename, then tell. */
static void
test_file_reopen(void **state)
{
    struct fixture *f = *state;
    const char *path = temporary_path("rotated.json");
    const char *old = temporary_path("rotated.json.1");
    struct sink *sink = sink_new_file(path, NULL);

    assert_true(write_number(sink, 1, f));
    assert_int_equal(rename(path, old), 0);
    assert_true(write_number(sink, 2, f));
    sink_reopen(sink);
    assert_true(write_number(sink, 3, f));
    assert_int_equal(count(old, "\n"), 2);
    assert_int_equal(count(path, "\n"), 1);
    assert_int_equal(count(path, "\"sequence\":3,"), 1);
    sink_free(sink);
}

/* If the new file cannot be opened, the old one goes on. */
static void
test_file_reopen_fails(void **state)
{
    struct fixture *f = *state;
    const char *path = temporary_path("stays.json");
    const char *old = temporary_path("stays.json.1");
    struct sink *sink = sink_new_file(path, NULL);

    assert_true(write_number(sink, 1, f));
    assert_int_equal(rename(path, old), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    sink_reopen(sink);
    assert_true(write_number(sink, 2, f));
    assert_int_equal(count(old, "\n"), 2);
    assert_int_equal(count(f->err, "cannot be opened anew"), 1);
    sink_free(sink);
}

/* A disk that is full in the middle of a line: the rest of it follows when there is room.
 */
static void
test_file_full_within_line(void **state)
{
    struct fixture *f = *state;
    const char *path = temporary_path("half.json");
    struct sink *sink = sink_new_file(path, NULL);
    struct rlimit limit, small;
    char *expected =
        samples_text(&samples, (enum sample) 0, (enum sample) 1, format_ecs_write);

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    small = limit;
    small.rlim_cur = strlen(expected) - 700;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    (void) sink_write(sink, &samples.alerts[0], &f->counters);
    assert_false(sink_write(sink, &samples.alerts[1], &f->counters));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_int_equal(sink_n_waiting(sink), 1);
    assert_true(sink_flush(sink, 0, &f->counters));
    assert_file(path, expected);
    assert_int_equal(f->counters.n[COUNTER_ALERT_WRITTEN], 2);
    assert_int_equal(f->counters.n[COUNTER_ALERT_FILE_DELAYED], 1);
    free(expected);
    sink_free(sink);
}

/* A disk that is full in the middle of a line. */
static struct sink *
full_within_line(const char *path, struct fixture *f)
{
    struct sink *sink = sink_new_file(path, NULL);
    struct rlimit limit, small;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    small = limit;
    small.rlim_cur = 700;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_false(sink_write(sink, &samples.alerts[0], &f->counters));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    return sink;
}

/* Then another file: the line is whole there. */
static void
test_file_reopen_within_line(void **state)
{
    struct fixture *f = *state;
    const char *path = temporary_path("moved.json");
    struct sink *sink = full_within_line(path, f);
    char *expected =
        samples_text(&samples, (enum sample) 0, (enum sample) 0, format_ecs_write);

    assert_int_equal(rename(path, temporary_path("moved.json.1")), 0);
    sink_reopen(sink);
    assert_true(sink_flush(sink, 0, &f->counters));
    assert_file(path, expected);
    free(expected);
    sink_free(sink);
}

/* Then the same file again, which is none the worse for it. */
static void
test_file_reopen_same(void **state)
{
    struct fixture *f = *state;
    const char *path = temporary_path("same.json");
    struct sink *sink = full_within_line(path, f);
    char *expected =
        samples_text(&samples, (enum sample) 0, (enum sample) 0, format_ecs_write);

    sink_reopen(sink);
    assert_true(sink_flush(sink, 0, &f->counters));
    assert_file(path, expected);
    free(expected);
    sink_free(sink);
}

/* Then somebody empties it, to have room: the line is there whole. */
static void
test_file_emptied_within_line(void **state)
{
    struct fixture *f = *state;
    const char *path = temporary_path("emptied.json");
    struct sink *sink = full_within_line(path, f);
    char *expected =
        samples_text(&samples, (enum sample) 0, (enum sample) 0, format_ecs_write);

    assert_int_equal(truncate(path, 0), 0);
    assert_true(sink_flush(sink, 0, &f->counters));
    assert_file(path, expected);
    free(expected);
    sink_free(sink);
}

/* Then somebody cuts it within the line, which is closed. */
static void
test_file_cut_within_line(void **state)
{
    struct fixture *f = *state;
    const char *path = temporary_path("cut.json");
    struct sink *sink = full_within_line(path, f);

    assert_int_equal(truncate(path, 1), 0);
    assert_true(sink_flush(sink, 0, &f->counters));
    assert_int_equal(count(path, "{\n{\"@timestamp\""), 1);
    assert_int_equal(count(path, "\n"), 2);
    sink_free(sink);
}

/* A disk without room even to close the line that a crash left: closed when there is. */
static void
test_file_full_unfinished(void **state)
{
    struct fixture *f = *state;
    const char *path = temporary_file("full_unfinished.json", "{\"a\":");
    struct rlimit limit, small;
    struct sink *sink;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    small = limit;
    small.rlim_cur = strlen("{\"a\":");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    sink = sink_new_file(path, NULL);
    assert_false(write_number(sink, 1, f));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_true(sink_flush(sink, 0, &f->counters));
    assert_int_equal(count(path, "{\"a\":\n{\"@timestamp\""), 1);
    assert_int_equal(count(path, "\n"), 2);
    sink_free(sink);
}

/* Removed while in use: made anew, as soon as that is possible. */
static void
test_file_removed(void **state)
{
    struct fixture *f = *state;
    const char *path = temporary_path("removed.json");
    struct sink *sink = sink_new_file(path, NULL);

    assert_true(write_number(sink, 1, f));
    assert_int_equal(remove(path), 0);
    assert_true(write_number(sink, 2, f));
    assert_int_equal(count(path, "\"sequence\":2,"), 1);
    assert_int_equal(count(f->err, "was removed"), 1);
    assert_int_equal(remove(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_false(write_number(sink, 3, f));
    assert_int_equal(sink_n_waiting(sink), 1);
    assert_int_equal(count(f->err, "cannot be made anew: Is a directory"), 1);
    assert_int_equal(rmdir(path), 0);
    assert_true(sink_flush(sink, 0, &f->counters));
    assert_int_equal(count(path, "\"sequence\":3,"), 1);
    assert_int_equal(count(path, "\n"), 1);
    sink_free(sink);
}

/* A disk that stays full: after the queue alerts are lost, counted, and said once. */
static void
test_file_full(void **state)
{
    struct fixture *f = *state;
    struct sink *sink = sink_new_file("/dev/full", NULL);
    const uint64_t *n = f->counters.n;

    assert_non_null(sink);
    while (n[COUNTER_ALERT_FILE_LOST] < 5) {
        assert_false(write_number(sink, 1, f));
    }
    assert_true(sink_failed(sink));
    assert_int_equal(n[COUNTER_ALERT_WRITTEN], 0);
    assert_int_equal(n[COUNTER_ALERT_FILE_DELAYED], sink_n_waiting(sink));
    assert_int_equal(count(f->err, "takes no alerts"), 1);
    assert_int_equal(count(f->err, "alerts are being lost"), 1);
    sink_free(sink);
    assert_int_equal(count(f->err, "alerts were never delivered"), 1);
}

/* Paths that cannot be opened, and what is said. */
static void
test_bad_paths(void **state)
{
    struct problem_list *problems = problem_list_new();
    const char *folder = temporary_path("folder");
    const char *stream = temporary_path("stream");
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    char long_path[200];

    (void) state;
    memset(long_path, 'x', sizeof long_path);
    long_path[0] = '/';
    long_path[sizeof long_path - 1] = '\0';
    (void) snprintf(address.sun_path, sizeof address.sun_path, "%s", stream);
    assert_int_equal(bind(fd, (const struct sockaddr *) &address, sizeof address), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_null(sink_new_file(folder, problems));
    assert_true(problem_list_mentions(problems, "Is a directory"));
    assert_null(sink_new_file("/nonexistent/alerts.json", problems));
    assert_true(problem_list_mentions(problems, "No such file or directory"));
    assert_null(sink_new_syslog(long_path, 10, problems));
    assert_true(problem_list_mentions(problems, "at most 107 characters"));
    assert_null(sink_new_syslog("", 10, problems));
    assert_null(sink_new_syslog(folder, 10, problems));
    assert_true(problem_list_mentions(problems, "non-socket"));
    assert_null(sink_new_syslog(stream, 10, problems));
    assert_true(problem_list_mentions(problems, "wrong type for socket"));
    assert_int_equal(problem_list_n_errors(problems), 6);
    problem_list_free(problems);
    (void) close(fd);
}

static void
test_syslog(void **state)
{
    struct fixture *f = *state;
    const char *path = temporary_path("log");
    const int receiver = receiver_open(path);
    struct sink *sink = sink_new_syslog(path, 10, NULL);

    assert_non_null(sink);
    for (unsigned i = 1; i <= 3; i++) {
        assert_true(write_number(sink, i, f));
        assert_int_equal(receive(receiver), i);
    }
    assert_int_equal(receive(receiver), 0);
    assert_false(sink_failed(sink));
    sink_free(sink);
    (void) close(receiver);
}

/* The receiver starts after the sensor. */
static void
test_syslog_not_there(void **state)
{
    struct fixture *f = *state;
    const char *path = temporary_path("later");
    struct sink *sink = sink_new_syslog(path, 10, NULL);
    int receiver;

    assert_non_null(sink);
    assert_false(write_number(sink, 1, f));
    assert_false(write_number(sink, 2, f));
    assert_false(sink_flush(sink, NS_PER_SECOND / 50, &f->counters));
    assert_int_equal(count(f->err, "takes no alerts: connect: No such file"), 1);
    receiver = receiver_open(path);
    assert_true(write_number(sink, 3, f));
    for (unsigned i = 1; i <= 3; i++) {
        assert_int_equal(receive(receiver), i);
    }
    assert_int_equal(count(f->err, "takes alerts again: 2 were late, 0 are lost"), 1);
    assert_int_equal(f->counters.n[COUNTER_ALERT_SYSLOG_DELAYED], 2);
    assert_false(sink_failed(sink));
    sink_free(sink);
    (void) close(receiver);
}

/* The receiver is restarted: once at once, once after a while. */
static void
test_syslog_restart(void **state)
{
    struct fixture *f = *state;
    const char *path = temporary_path("restart");
    int receiver = receiver_open(path);
    struct sink *sink = sink_new_syslog(path, 10, NULL);

    assert_true(write_number(sink, 1, f));
    assert_int_equal(receive(receiver), 1);
    (void) close(receiver);
    receiver = receiver_open(path);
    assert_true(write_number(sink, 2, f));
    assert_int_equal(receive(receiver), 2);
    (void) close(receiver);
    assert_false(write_number(sink, 3, f));
    assert_false(write_number(sink, 4, f));
    receiver = receiver_open(path);
    assert_true(sink_flush(sink, 0, &f->counters));
    assert_int_equal(receive(receiver), 3);
    assert_int_equal(receive(receiver), 4);
    assert_int_equal(f->counters.n[COUNTER_ALERT_SYSLOG_LOST], 0);
    sink_free(sink);
    (void) close(receiver);
}

/* The receiver is slow: what it does not take waits its turn, without a word. */
static void
test_syslog_slow(void **state)
{
    struct fixture *f = *state;
    const char *path = temporary_path("slow");
    const int receiver = receiver_open(path);
    struct sink *sink = sink_new_syslog(path, 5000, NULL);
    const uint64_t n = 3000; /* More than net.unix.max_dgram_qlen. */
    uint64_t n_received = 0;

    for (uint64_t i = 1; i <= n; i++) {
        (void) write_number(sink, i, f);
        if (i % 3 == 0) {
            assert_int_equal(receive(receiver), ++n_received);
        }
    }
    assert_true(sink_n_waiting(sink) > 0);
    while (n_received < n) {
        (void) sink_flush(sink, 0, &f->counters);
        assert_int_equal(receive(receiver), ++n_received);
    }
    assert_int_equal(sink_n_waiting(sink), 0);
    assert_int_equal(count(f->err, "alert"), 0);
    assert_int_equal(f->counters.n[COUNTER_ALERT_WRITTEN], n);
    assert_false(sink_failed(sink));
    sink_free(sink);
    (void) close(receiver);
}

/* Nobody receives and the queue is full: the newest are lost, counted and said once, the
 * ones that wait are kept. */
static void
test_syslog_queue_full(void **state)
{
    struct fixture *f = *state;
    const char *path = temporary_path("full");
    struct sink *sink = sink_new_syslog(path, 3, NULL);
    int receiver;

    for (unsigned i = 1; i <= 8; i++) {
        assert_false(write_number(sink, i, f));
    }
    assert_int_equal(f->counters.n[COUNTER_ALERT_SYSLOG_LOST], 5);
    assert_int_equal(f->counters.n[COUNTER_ALERT_SYSLOG_DELAYED], 3);
    assert_int_equal(count(f->err, "alerts are being lost (3 wait)"), 1);
    assert_true(sink_failed(sink));
    receiver = receiver_open(path);
    assert_true(sink_flush(sink, 0, &f->counters));
    for (unsigned i = 1; i <= 3; i++) {
        assert_int_equal(receive(receiver), i);
    }
    assert_int_equal(count(f->err, "takes alerts again: 3 were late, 5 are lost"), 1);
    sink_free(sink);
    (void) close(receiver);
}

/* Takes a message a millisecond until 'n' are there. */
struct slow_reader {
    int fd;
    uint64_t n, n_received;
};

static void *
read_slowly(void *argument)
{
    struct slow_reader *reader = argument;
    const struct timespec pause = { .tv_nsec = 1000000 };

    while (reader->n_received < reader->n) {
        (void) nanosleep(&pause, NULL);
        if (receive(reader->fd) == reader->n_received + 1) {
            reader->n_received++;
        }
    }
    return NULL;
}

/* With patience nothing is lost to a slow receiver, however small the queue is. */
static void
test_syslog_patience(void **state)
{
    struct fixture *f = *state;
    const char *path = temporary_path("patience");
    struct slow_reader reader = { .fd = receiver_open(path), .n = 1200 };
    struct sink *sink = sink_new_syslog(path, 2, NULL);
    pthread_t thread;

    sink_set_patience(sink, 10 * NS_PER_SECOND);
    assert_int_equal(pthread_create(&thread, NULL, read_slowly, &reader), 0);
    for (uint64_t i = 1; i <= reader.n; i++) {
        (void) write_number(sink, i, f);
    }
    assert_true(sink_flush(sink, 10 * NS_PER_SECOND, &f->counters));
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(f->counters.n[COUNTER_ALERT_SYSLOG_LOST], 0);
    assert_int_equal(f->counters.n[COUNTER_ALERT_WRITTEN], reader.n);
    sink_free(sink);
    (void) close(reader.fd);
}

/* A line that is too long is shortened until it is taken; one that cannot be is lost and
 * counted, and does not stand in the way. */
static void
test_syslog_too_long(void **state)
{
    struct fixture *f = *state;
    const char *path = temporary_path("short");
    const int receiver = receiver_open(path);
    struct sink *sink = sink_new_syslog(path, 10, NULL);

    send_max = 500;
    assert_true(write_number(sink, 1, f));
    assert_int_equal(receive(receiver), 1);
    assert_int_equal(f->counters.n[COUNTER_ALERT_SYSLOG_SHORTENED], 2);
    send_max = 100;
    assert_false(write_number(sink, 2, f));
    assert_int_equal(sink_n_waiting(sink), 0);
    assert_int_equal(f->counters.n[COUNTER_ALERT_SYSLOG_LOST], 1);
    send_max = 0;
    assert_true(write_number(sink, 3, f));
    assert_int_equal(receive(receiver), 3);
    sink_free(sink);
    (void) close(receiver);
}

int
main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_stdout),
        TEST(test_stdout_table),
        TEST(test_stdout_terminal),
        TEST(test_stdout_closed),
        TEST(test_stdout_full),
        TEST(test_file),
        TEST(test_file_unfinished),
        TEST(test_file_reopen),
        TEST(test_file_reopen_fails),
        TEST(test_file_full_within_line),
        TEST(test_file_reopen_within_line),
        TEST(test_file_reopen_same),
        TEST(test_file_emptied_within_line),
        TEST(test_file_cut_within_line),
        TEST(test_file_full_unfinished),
        TEST(test_file_removed),
        TEST(test_file_full),
        TEST(test_bad_paths),
        TEST(test_syslog),
        TEST(test_syslog_not_there),
        TEST(test_syslog_restart),
        TEST(test_syslog_slow),
        TEST(test_syslog_queue_full),
        TEST(test_syslog_patience),
        TEST(test_syslog_too_long),
    };
#undef TEST
    int n_failed;

    (void) signal(SIGPIPE, SIG_IGN);
    (void) signal(SIGXFSZ, SIG_IGN);
    samples_init(&samples);
    n_failed = cmocka_run_group_tests(tests, NULL, NULL);
    samples_fini(&samples);
    return n_failed;
}
