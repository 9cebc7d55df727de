#ifndef SENSOR_REACH_FILES_H
#define SENSOR_REACH_FILES_H

#include "sensor/sandbox/reach.h"
#include "sensor/session.h"

/* Adds to 'reach' the files that a session that captures still needs: to read, all that a
 * policy is made of, since a reload reads it again, and the counts of its interfaces; to
 * write, its alert file, its metrics, its sockets and the suppressions that are added. */
void reach_add_session(struct reach *reach, const struct session *session);

#endif
