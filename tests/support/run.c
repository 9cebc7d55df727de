#include "support/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "support/support.h"

struct run
run_shell(const char *format, ...)
{
    static unsigned n_runs;
    char command[8192], redirected[8192 + 256], name[32];
    const char *out, *err;
    struct run run;
    va_list args;
    int status;

    va_start(args, format);
    (void) vsnprintf(command, sizeof command, format, args);
    va_end(args);
    (void) snprintf(name, sizeof name, "out-%u", ++n_runs);
    out = temporary_path(name);
    (void) snprintf(name, sizeof name, "err-%u", n_runs);
    err = temporary_path(name);
    (void) snprintf(redirected, sizeof redirected,
                    "SW='%s/sectorwatch' TMP='%s'; { %s\n} >'%s' 2>'%s'", SW_BINARY_DIR,
                    out, command, out, err);
    status = system(redirected);
    run.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    run.out = read_whole_file(out);
    run.err = read_whole_file(err);
    return run;
}

void
run_free(struct run *run)
{
    free(run->out);
    free(run->err);
}

unsigned long long
summary_number(const char *summary, const char *name)
{
    char key[64];
    const char *at;

    (void) snprintf(key, sizeof key, "\"%s\":", name);
    at = strstr(summary, key);
    assert_non_null(at);
    return strtoull(at + strlen(key), NULL, 10);
}
