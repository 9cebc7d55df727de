#ifndef SENSOR_CTL_LOCAL_SOCKET_H
#define SENSOR_CTL_LOCAL_SOCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/problem.h"

/* Unix stream sockets with a path.  Who may connect is a matter of the file's mode and
 * group. */

/* Makes a socket that listens at 'path', mode 0660, of 'group' (""; the process's own).
 * The folder is made if it is not there, and what a sensor that was killed left behind is
 * replaced.  Returns -1 with a warning in 'problems' if it cannot be had: somebody listens
 * there, the path is too long, or rights are missing. */
int local_socket_listen(const char *path, const char *group, struct problem_list *problems);

/* Accepts a connection, non-blocking, and tells whose it is.  -1: none waits. */
int local_socket_accept(int listener, unsigned *ret_user);

/* Connects to 'path'; each of its reads and writes waits at most a minute.  -1 with the
 * reason in errno. */
int local_socket_connect(const char *path);

#endif
