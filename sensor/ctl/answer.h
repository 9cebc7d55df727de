#ifndef SENSOR_CTL_ANSWER_H
#define SENSOR_CTL_ANSWER_H

#include "sensor/ctl/mailbox.h"
#include "sensor/health.h"
#include "sensor/sandbox/sandbox.h"

/* What the one who captures answers: from what it has in hand, at once. */
struct answer_basis {
    struct session *session;
    const struct health *health;
    const struct sandbox *sandbox;
    uint64_t now_ns, wall_ns; /* Monotonic, and the time of day. */
};

/* Answers the question that waits in the mailbox, if there is one; to be called while the
 * sinks are the caller's.  Takes some milliseconds at most. */
void answer_question(struct mailbox *mailbox, const struct answer_basis *basis);

#endif
