#include "base/log.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/support.h"

static const struct log_case {
    const char *name;
    enum log_level level;
    bool is_journal; /* JOURNAL_STREAM names standard error, as under systemd. */
    const char *expected;
} log_cases[] = {
    { "all", LOG_LEVEL_INFO, false, "rules: no 1\nrules: maybe 2\nrules: yes a b\n" },
    { "warnings", LOG_LEVEL_WARNING, false, "rules: no 1\nrules: maybe 2\n" },
    { "errors", LOG_LEVEL_ERROR, false, "rules: no 1\n" },
    { "journal", LOG_LEVEL_INFO, true,
      "<3>rules: no 1\n<4>rules: maybe 2\n<6>rules: yes a b\n" },
};

/* Sets the variable as systemd does: to this file, or to another one. */
static void
set_journal_stream(const char *path, bool is_this)
{
    struct stat status;
    char text[64];

    assert_int_equal(stat(path, &status), 0);
    (void) snprintf(text, sizeof text, "%llu:%llu", (unsigned long long) status.st_dev,
                    (unsigned long long) status.st_ino + !is_this);
    assert_int_equal(setenv("JOURNAL_STREAM", text, 1), 0);
}

static void
test_log(void **state)
{
    const struct log_case *c = *state;
    const char *path = temporary_path("log");
    const int saved = dup(STDERR_FILENO);
    char *text;

    assert_non_null(freopen(path, "w", stderr));
    set_journal_stream(path, c->is_journal);
    log_set_level(c->level);
    log_error("rules", "no %d", 1);
    log_warning("rules", "maybe %d", 2);
    log_info("rules", "yes %s", "a\nb");
    (void) fflush(stderr);
    assert_true(dup2(saved, STDERR_FILENO) == STDERR_FILENO);
    (void) close(saved);
    text = read_whole_file(path);
    assert_string_equal(text, c->expected);
    free(text);
}

/* What a pipe has to be read, at most 'size' bytes with a zero behind. */
static size_t
read_pipe(int fd, char *text, size_t size)
{
    const ssize_t n = read(fd, text, size - 1);

    text[n > 0 ? n : 0] = '\0';
    return n > 0 ? (size_t) n : 0;
}

/* Nobody reads: messages are dropped, counted, and that is said once somebody does. Whoever
 * waits there waits for ever, which the alarm ends. */
static void
test_never_waits(void **state)
{
    const int saved = dup(STDERR_FILENO);
    char text[8192];
    int ends[2];
    size_t n_written = 0, n;

    (void) state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    assert_true(dup2(ends[1], STDERR_FILENO) == STDERR_FILENO);
    (void) alarm(10);
    log_set_level(LOG_LEVEL_INFO);
    log_never_wait();
    for (unsigned i = 0; i < 5000; i++) {
        log_info("test", "one of many that nobody reads");
    }
    while ((n = read_pipe(ends[0], text, sizeof text)) > 0) {
        n_written += n;
    }
    log_info("test", "the next");
    (void) alarm(0);
    (void) read_pipe(ends[0], text, sizeof text);
    assert_true(dup2(saved, STDERR_FILENO) == STDERR_FILENO);
    (void) close(saved);
    (void) close(ends[0]);
    (void) close(ends[1]);

    n = 5000 - n_written / strlen("test: one of many that nobody reads\n");
    assert_true(n > 0);
    assert_int_equal(log_read_dropped(), n);
    assert_int_equal(log_read_dropped(), 0);
    assert_int_equal(strncmp(text, "log: messages dropped: ", 23), 0);
    assert_int_equal(strtoul(text + 23, NULL, 10), n);
    assert_string_equal(strchr(text, '\n'), "\ntest: the next\n");
}

int
main(void)
{
    const struct CMUnitTest waiting[] = { cmocka_unit_test(test_never_waits) };

    return RUN_CASES(log_cases, test_log) + cmocka_run_group_tests(waiting, NULL, NULL);
}
