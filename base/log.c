#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/one_line.h"

static const struct {
    enum log_level level;
    const char *name;
} levels[] = {
    { LOG_LEVEL_ERROR, "error" },
    { LOG_LEVEL_WARNING, "warning" },
    { LOG_LEVEL_INFO, "info" },
};

enum { N_LEVELS = sizeof levels / sizeof levels[0] };

static atomic_int most = LOG_LEVEL_INFO;

static void log_line(enum log_level level, const char *module, const char *format,
                     va_list args) __attribute__((format(printf, 3, 0)));

void
log_set_level(enum log_level level)
{
    atomic_store(&most, (int) level);
}

enum log_level
log_level(void)
{
    return (enum log_level) atomic_load(&most);
}

const char *
log_level_name(enum log_level level)
{
    for (size_t i = 0; i < N_LEVELS; i++) {
        if (levels[i].level == level) {
            return levels[i].name;
        }
    }
    return "";
}

bool
log_level_parse(const char *text, enum log_level *ret)
{
    for (size_t i = 0; i < N_LEVELS; i++) {
        if (strcmp(text, levels[i].name) == 0) {
            *ret = levels[i].level;
            return true;
        }
    }
    return false;
}

void
log_error(const char *module, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    log_line(LOG_LEVEL_ERROR, module, format, args);
    va_end(args);
}

void
log_warning(const char *module, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    log_line(LOG_LEVEL_WARNING, module, format, args);
    va_end(args);
}

void
log_info(const char *module, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    log_line(LOG_LEVEL_INFO, module, format, args);
    va_end(args);
}

/* Standard error is the journal's: the variable names its device and inode, and is also set
 * for programs that were started with another one (systemd.exec(5)). */
static bool
is_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    unsigned long long device, inode;
    struct stat status;

    return stream != NULL && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
           fstat(fileno(stderr), &status) == 0 && status.st_dev == device &&
           status.st_ino == inode;
}

static void
log_line(enum log_level level, const char *module, const char *format, va_list args)
{
    char line[2048];

    if (level > log_level()) {
        return;
    }
    (void) vsnprintf(line, sizeof line, format, args);
    one_line(line);
    if (is_journal()) {
        fprintf(stderr, "<%d>", (int) level);
    }
    fprintf(stderr, "%s: %s\n", module, line);
}
