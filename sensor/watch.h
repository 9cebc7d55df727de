#ifndef SENSOR_WATCH_H
#define SENSOR_WATCH_H

#include "sensor/policy.h"

/* Looks whether the databases and lists of a policy have changed since they were read.
 *
 * By stat(2), which sees every kind of change on every kind of file system, links that lead
 * elsewhere included.  A change counts once it has lasted from one look to the next, so
 * that a file is not read while it is written, and it counts once. */
struct watch;

/* Freed with watch_free(). */
struct watch *watch_new(void);
void watch_free(struct watch *watch);

/* Watches the files of 'policy' from now on, from when they were read. */
void watch_renew(struct watch *watch, const struct policy *policy);

/* To be called every few seconds.  Returns the path of a file that has changed, valid until
 * watch_renew(), or NULL; one that is gone has not until there is another in its place. */
const char *watch_look(struct watch *watch);

#endif
