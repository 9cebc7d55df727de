#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

/* What the operator should know, on standard error: one event one line, the module as first
 * word, values named.  Under systemd each line carries its syslog level ("<4>",
 * sd-daemon(3)). For control code only: the packet path counts. */
enum log_level { LOG_LEVEL_ERROR = 3, LOG_LEVEL_WARNING = 4, LOG_LEVEL_INFO = 6 };

/* Messages less urgent than 'level' are left out from now on; at first none are.  May be
 * called while other threads log. */
void log_set_level(enum log_level level);
enum log_level log_level(void);

/* "error", "warning" or "info". */
const char *log_level_name(enum log_level level);
bool log_level_parse(const char *text, enum log_level *ret);

/* From now on nobody waits for whoever reads standard error: a message that is not taken at
 * once is dropped, and how many were is said before the next one that is taken.  For
 * programs that must go on when the journal does not. */
void log_never_wait(void);

/* Messages that were dropped since the last call. */
uint64_t log_read_dropped(void);

void log_error(const char *module, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void log_warning(const char *module, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void log_info(const char *module, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
