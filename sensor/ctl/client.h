#ifndef SENSOR_CTL_CLIENT_H
#define SENSOR_CTL_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json_reader.h"
#include "sensor/ctl/request.h"

/* The other end of a sensor's socket "ctl". */
struct ctl_client;

/* Connects to the sensor of 'interface', or if that is NULL to the one that there is,
 * whose sockets are below 'folder'.  NULL with the reason if that cannot be; otherwise
 * freed with ctl_client_free(). */
struct ctl_client *ctl_client_new(const char *folder, const char *interface,
                                  char reason[static CTL_REASON_SIZE]);
void ctl_client_free(struct ctl_client *client);

/* Sends a request, a line with its newline, and waits for the answer, which is freed with
 * json_value_free().  NULL with the reason if there is none. */
struct json_value *ctl_client_ask(struct ctl_client *client, const char *line,
                                  char reason[static CTL_REASON_SIZE]);

/* Why the sensor refuses what it was asked for, one line or several, as part of its
 * answer; NULL if it does not. */
const char *ctl_client_refusal(const struct json_value *answer);

/* The line that answered last. */
const char *ctl_client_line(const struct ctl_client *client);

#endif
