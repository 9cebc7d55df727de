#ifndef SENSOR_RELOAD_H
#define SENSOR_RELOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "sensor/session.h"

/* The change of a running sensor to the policy as its files have it now.
 *
 * A thread of its own loads that policy aside, while capture goes on, and compares it with
 * the one in use.  It is refused if anything in it is wrong, or if ranges, rules or a list
 * would shrink to less than half, unless forced.  Else it takes the other's place between
 * two batches (pipeline_renew()), and the thread frees the one that is out of use.
 *
 * All functions are for the thread that captures. */
struct reload;

/* How one ended. */
struct reload_outcome {
    uint64_t number; /* As reload_ask() gave it; 0: none has ended yet. */
    bool is_taken;
    const char *text; /* Lines for people, each with its newline: what is wrong, what is
                         different, and how it ended.  Valid until the next one ends. */
};

/* For a session that has begun, which must outlive it.  reload_free() waits for what is
 * under way, and drops it. */
struct reload *reload_new(struct session *session);
void reload_free(struct reload *reload);

/* Asks for a reload: 'is_forced' whatever shrinks.  Returns the number of its outcome.  All
 * that is asked for while one is under way is one, which follows that; it is forced if any
 * of them is. */
uint64_t reload_ask(struct reload *reload, bool is_forced);

/* Does what there is to do about reloads; to be called between two batches.  Costs next to
 * nothing while nothing is asked for or ready.  Returns true when one has ended, which it
 * has logged then. */
bool reload_go_on(struct reload *reload);

/* How the last one ended. */
const struct reload_outcome *reload_outcome(const struct reload *reload);

#endif
