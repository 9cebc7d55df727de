#ifndef SENSOR_SESSION_H
#define SENSOR_SESSION_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>

#include "alert/alert.h"
#include "alert/sink.h"
#include "capture/prefilter.h"
#include "sensor/command.h"
#include "sensor/intake.h"
#include "sensor/pipeline.h"
#include "sensor/policy.h"

/* What 'read' and 'run' have in common: policy, sinks and pipeline from the command line to
 * the summary at the end. */
enum {
    SESSION_SINKS_MAX = 3,
    SESSION_REFUSAL_SIZE = 192,
    SESSION_PATH_SIZE = 512,
    SESSION_INTERFACES_SIZE = INTERFACES_MAX * (IF_NAMESIZE + 2),
};

struct session {
    const struct options *options;
    struct policy *policy;
    struct pipeline *pipeline;
    struct sink *sinks[SESSION_SINKS_MAX + 1]; /* Ends with NULL. */
    size_t n_sinks;
    struct intake *intake;       /* Whoever captures sets it; NULL: nobody does. */
    struct prefilter *prefilter; /* The same, for the ranges of the policy. */
    struct sensor sensor;
    char hostname[256];
    struct arena *arena;
    const char *interfaces[INTERFACES_MAX];        /* If live, copies. */
    char interfaces_text[SESSION_INTERFACES_SIZE]; /* And all of them, "eth1, eth2". */
    char digest[POLICY_DIGEST_SIZE];               /* Of the policy; "" unless live. */
    char refusal[SESSION_REFUSAL_SIZE]; /* Why the last reload was refused; "": it was not.
                                         */
    uint64_t began_ns;                  /* timestamp_monotonic(). */
    bool live;
};

/* Loads and opens everything but the interfaces and the pipeline.  'interfaces' are the
 * names that frames' interface numbers stand for; if it is live and there are none, they
 * are those of the configuration.  Returns false after messages on standard error if
 * anything cannot be had; then nothing is left open. */
bool session_begin(struct session *session, const struct options *options, bool live,
                   const char *const *interfaces, size_t n_interfaces);

/* Goes on by 'policy', which is the session's then, as is its digest; see
 * pipeline_renew().  Returns the policy before, which is the caller's. */
struct policy *session_renew(struct session *session, struct policy *policy,
                             const char digest[static POLICY_DIGEST_SIZE]);

/* Makes the pipeline, and with it the threads: whatever is given up before, they do not
 * have either. */
void session_start(struct session *session);

/* The file that alerts go to, from the command line, else from the configuration; NULL:
 * none. */
const char *session_alert_file(const struct session *session);

/* The path of the socket 'name' of a sensor: in the folder of the sensor's own name. */
void session_socket_path(const struct session *session, const char *name,
                         char path[static SESSION_PATH_SIZE]);

/* True if a sink can take no more, so that going on would lose alerts unseen. */
bool session_is_broken(const struct session *session);

/* True if no sink will take an alert any more: a sensor that nobody hears. */
bool session_is_deaf(const struct session *session);

/* Closes everything without a word: nothing was captured. */
void session_cancel(struct session *session);

/* Ends the pipeline, empties the sinks, writes the summary and closes everything.  Returns
 * false if an alert could not be delivered (after a message). */
bool session_end(struct session *session, unsigned n_files);

#endif
