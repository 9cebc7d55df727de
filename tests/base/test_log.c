#include "base/log.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
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

int
main(void)
{
    return RUN_CASES(log_cases, test_log);
}
