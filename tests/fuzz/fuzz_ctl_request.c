/* Any bytes as a request at the socket of a sensor. */
#include <stdlib.h>
#include <string.h>

#include "sensor/ctl/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ctl_request request;
    char reason[CTL_REASON_SIZE];

    if (ctl_request_parse((const char *) data, size, &request, reason)) {
        if (request.command >= N_CTL_COMMANDS || request.max > CTL_INCIDENTS_MAX ||
            memchr(request.reason, '\0', sizeof request.reason) == NULL ||
            memchr(request.until, '\0', sizeof request.until) == NULL) {
            abort();
        }
    } else if (memchr(reason, '\0', sizeof reason) == NULL) {
        abort();
    }
    return 0;
}
