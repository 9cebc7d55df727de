#ifndef ALERT_SINK_H
#define ALERT_SINK_H

#include <stdbool.h>
#include <stdint.h>

#include "alert/alert.h"
#include "alert/format.h"
#include "alert/heartbeat.h"
#include "base/counter.h"
#include "base/problem.h"

/* Where alerts go.  A sink that cannot take an alert says so once in the log, keeps it in a
 * bounded queue, tries again whenever it is called, and counts; it never loses one
 * silently.
 *
 * The program ignores SIGPIPE, so that a reader who went away is an error like others. */
struct sink;

/* Standard output, in any format; a table is coloured if it is a terminal and NO_COLOR
 * (no-color.org) is not set, and begins with its header. */
struct sink *sink_new_stdout(enum format format);

/* An NDJSON (ECS) file, appended to; a last line left unfinished by a crash is closed
 * first.  Lines stay whole when somebody empties the file while the disk is full, and one
 * that is removed is made anew.  NULL with the reason in 'problems' if it cannot be opened.
 */
struct sink *sink_new_file(const char *path, struct problem_list *problems);

/* A syslog socket (unix datagram, "/dev/log"), RFC 5424.  Keeps up to 'queue_max' lines
 * while the socket does not take them, in order, and retries; a socket that is not there
 * yet is waited for.  A line that is too long for the socket is shortened and counted. NULL
 * with the reason in 'problems' if 'path' can never work. */
struct sink *sink_new_syslog(const char *path, uint32_t queue_max,
                             struct problem_list *problems);

/* How long sink_write() may wait for room in a full queue before an alert is lost: 0 at
 * first, which is right for live capture.  Reading files can wait, since nothing is missed
 * by it. */
void sink_set_patience(struct sink *sink, uint64_t patience_ns);

/* Hands the alert over.  False: it is not delivered yet, or could not be written. */
bool sink_write(struct sink *sink, const struct alert *alert, struct counters *counters);

/* The same for a heartbeat. */
bool sink_write_heartbeat(struct sink *sink, const struct heartbeat *heartbeat,
                          struct counters *counters);

/* Tries to get rid of what is queued, waiting up to 'wait_ns'; true if nothing is left.  To
 * be called every second or so, and with patience before sink_free(). */
bool sink_flush(struct sink *sink, uint64_t wait_ns, struct counters *counters);

/* Alerts that are queued, and since when the oldest of them is (timestamp_monotonic()); 0
 * if none is. */
uint32_t sink_n_waiting(const struct sink *sink);
uint64_t sink_waiting_since(const struct sink *sink);

/* Alerts that were lost since it last took one. */
uint64_t sink_n_lost(const struct sink *sink);

/* Opens a file sink's path anew, if there is another file now (after logrotate); others do
 * nothing.  If it cannot be opened, the log says so and the old file goes on. */
void sink_reopen(struct sink *sink);

/* True if alerts were lost for good, or cannot be written any more; the reason in
 * sink_error(). */
bool sink_failed(const struct sink *sink);

/* True if it will take no alert any more: its reader has gone away. */
bool sink_is_over(const struct sink *sink);
const char *sink_error(const struct sink *sink);
const char *sink_name(const struct sink *sink);

/* What is still queued is lost; the log says how much. */
void sink_free(struct sink *sink);

#endif
