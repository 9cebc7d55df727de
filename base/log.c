#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/one_line.h"

static const struct {
    enum log_level level;
    const char *name;
} levels[] = {
    { LOG_LEVEL_ERROR, "error" },
    { LOG_LEVEL_WARNING, "warning" },
    { LOG_LEVEL_INFO, "info" },
};

enum {
    N_LEVELS = sizeof levels / sizeof levels[0],
    TEXT_SIZE = 2048,
    LINE_SIZE = TEXT_SIZE + 64, /* With urgency and module. */
};

static atomic_int most = LOG_LEVEL_INFO;

/* One message at a time, so that room for one is room for it. */
static pthread_mutex_t writing = PTHREAD_MUTEX_INITIALIZER;
static bool never_waits;
static uint64_t n_untold;
static atomic_ullong n_dropped;

static void log_line(enum log_level level, const char *module, const char *format,
                     va_list args) __attribute__((format(printf, 3, 0)));
static bool write_line(enum log_level level, const char *module, const char *text);

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
log_never_wait(void)
{
    (void) pthread_mutex_lock(&writing);
    never_waits = true;
    (void) pthread_mutex_unlock(&writing);
}

uint64_t
log_read_dropped(void)
{
    return atomic_exchange(&n_dropped, 0);
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
    char text[TEXT_SIZE];

    if (level > log_level()) {
        return;
    }
    (void) vsnprintf(text, sizeof text, format, args);
    one_line(text);
    (void) pthread_mutex_lock(&writing);
    if (n_untold > 0) {
        char untold[64];

        (void) snprintf(untold, sizeof untold, "messages dropped: %" PRIu64, n_untold);
        n_untold = write_line(LOG_LEVEL_WARNING, "log", untold) ? 0 : n_untold;
    }
    if (n_untold > 0 || !write_line(level, module, text)) {
        n_untold++;
        atomic_fetch_add(&n_dropped, 1);
    }
    (void) pthread_mutex_unlock(&writing);
}

/* In one piece, so that it does not mix with what others write there.  False if nobody took
 * it. */
static bool
write_line(enum log_level level, const char *module, const char *text)
{
    struct pollfd pollfd = { .fd = STDERR_FILENO, .events = POLLOUT };
    char line[LINE_SIZE], urgency[8] = "";
    ssize_t n_written;
    int n;

    if (never_waits && poll(&pollfd, 1, 0) == 0) {
        return false;
    }
    if (is_journal()) {
        (void) snprintf(urgency, sizeof urgency, "<%d>", (int) level);
    }
    n = snprintf(line, sizeof line, "%s%s: %s\n", urgency, module, text);
    do {
        n_written = write(STDERR_FILENO, line, (size_t) n);
    } while (n_written < 0 && errno == EINTR);
    return n_written == n;
}
