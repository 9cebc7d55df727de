#ifndef SENSOR_CTL_ANSWER_H
#define SENSOR_CTL_ANSWER_H

#include "sensor/ctl/mailbox.h"
#include "sensor/health.h"
#include "sensor/reload.h"
#include "sensor/sandbox/sandbox.h"

/* What the one who captures answers: from what it has in hand, at once. */
struct answer_basis {
    struct session *session;
    const struct health *health;
    const struct sandbox *sandbox;
    uint64_t now_ns, wall_ns; /* Monotonic, and the time of day. */
};

enum answer_status {
    ANSWER_GIVEN,
    ANSWER_RELOAD, /* A reload is asked for: answer_reload() is to follow. */
    ANSWER_FORCED_RELOAD,
};

/* Answers the question that waits in the mailbox, if there is one and it is not for a
 * reload; to be called while the sinks are the caller's.  Takes some milliseconds at most.
 */
enum answer_status answer_question(struct mailbox *mailbox,
                                   const struct answer_basis *basis);

/* Answers who asked for a reload. */
void answer_reload(struct mailbox *mailbox, const struct reload_outcome *outcome);

#endif
