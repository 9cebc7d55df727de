#ifndef SENSOR_CTL_RESPONDER_H
#define SENSOR_CTL_RESPONDER_H

#include <stddef.h>

#include "sensor/ctl/mailbox.h"

/* What the sockets say to what they are sent: for the thread that serves them. */
struct responder {
    struct mailbox *mailbox;
    const char *suppress_file; /* "": none. */
};

/* The answer to a request, a line of JSON, sent by a process of 'user'.  Freed with free().
 */
char *respond_to_request(const struct responder *responder, const char *line, size_t n,
                         unsigned user, size_t *ret_size);

/* The answer to an HTTP request (RFC 9112, any version: the answer is of 1.0) of 'n' bytes
 * with its empty line: GET of any path gives the metrics, in OpenMetrics 1.0, or in the
 * text format 0.0.4 where only that is accepted. */
char *respond_to_http(const struct responder *responder, const char *text, size_t n,
                      size_t *ret_size);

#endif
