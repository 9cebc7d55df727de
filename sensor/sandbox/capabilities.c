#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <cap-ng.h>

#include "sensor/sandbox/layer.h"

/* The bounding set says what a program that is started may get.  Only CAP_SETPCAP may
 * change it, and without new privileges it means nothing, so what stays in it is no
 * failure. */
bool
capabilities_enter(char reason[static SANDBOX_REASON_SIZE])
{
    const bool may_bound = capng_get_caps_process() == 0 &&
                           capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP) == 1;
    int status;

    capng_clear(CAPNG_SELECT_ALL);
    status = capng_apply(may_bound ? CAPNG_SELECT_BOTH : CAPNG_SELECT_CAPS);
    if (status != 0) {
        (void) snprintf(reason, SANDBOX_REASON_SIZE,
                        "they cannot be dropped: libcap-ng says %d, %s", status,
                        strerror(errno));
        return false;
    }
    if (capng_get_caps_process() != 0 ||
        capng_have_capabilities(CAPNG_SELECT_CAPS) != CAPNG_NONE) {
        (void) snprintf(reason, SANDBOX_REASON_SIZE, "some are left");
        return false;
    }
    return true;
}
