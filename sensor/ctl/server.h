#ifndef SENSOR_CTL_SERVER_H
#define SENSOR_CTL_SERVER_H

#include "base/counter.h"
#include "base/problem.h"
#include "sensor/ctl/mailbox.h"

/* The sockets of a running sensor: "ctl" for requests, "metrics" for Prometheus.
 *
 * A thread of its own serves them, so that no client holds the capture up.  Each socket has
 * room for CTL_CLIENTS_MAX at a time, so that who may see the metrics keeps nobody from
 * "ctl"; one that takes nothing of its answer, or has sent no whole request, for
 * CTL_CLIENT_PATIENCE_S is dropped. */
struct ctl_server;

enum { CTL_CLIENTS_MAX = 16, CTL_CLIENT_PATIENCE_S = 10 };

struct ctl_server_config {
    const char *ctl_path, *ctl_group;
    const char *metrics_path, *metrics_group;
    const char *suppress_file; /* "": none. */
};

/* Opens the sockets; one that cannot be had is a warning in 'problems'.  Freed with
 * ctl_server_free(). */
struct ctl_server *ctl_server_new(const struct ctl_server_config *config,
                                  struct problem_list *problems);

/* Starts the thread; it takes no signals. */
void ctl_server_start(struct ctl_server *server);

/* Ends the thread, if there is one, and takes the sockets away. */
void ctl_server_free(struct ctl_server *server);

/* Where it asks. */
struct mailbox *ctl_server_mailbox(struct ctl_server *server);

/* Adds what it counted since the last call. */
void ctl_server_read_counters(struct ctl_server *server, struct counters *counters);

#endif
