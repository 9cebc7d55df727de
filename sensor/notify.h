#ifndef SENSOR_NOTIFY_H
#define SENSOR_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

/* What the service manager is told and expects: the protocol of sd_notify(3), by datagrams
 * to the socket that NOTIFY_SOCKET names.  Without that variable nobody is told anything.
 */
struct notifier;

/* Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID and takes them out of the
 * environment.  Freed with notifier_free(). */
struct notifier *notifier_new(void);
void notifier_free(struct notifier *notifier);

/* Whether the manager's socket is a name instead of a path. */
bool notifier_is_abstract(const struct notifier *notifier);

/* Everything is up; the configuration is loaded anew, until the next notify_ready(); the
 * sensor is going down. */
void notify_ready(struct notifier *notifier);
void notify_reloading(struct notifier *notifier);
void notify_stopping(struct notifier *notifier);

/* A line for people: "1,234 packets/s, ..." */
void notify_status(struct notifier *notifier, const char *text);

/* Tells the manager's watchdog that all is well, if it is time to; to be called at least
 * every second.  'now_ns' is of the monotonic clock.  Not called, the manager ends the
 * program after WATCHDOG_USEC. */
void notify_is_well(struct notifier *notifier, uint64_t now_ns);

#endif
