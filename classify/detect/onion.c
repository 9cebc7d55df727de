#include <stdio.h>
#include <string.h>

#include "classify/detect/detector.h"

/* A name under .onion in a question to the DNS, a TLS hello or an HTTP request: only Tor
 * can find such hosts (RFC 7686), and it asks for none of their names outside.  Somebody
 * follows a link of the Tor network without Tor, or through a gateway. */

static const char suffix[] = ".onion";

static void
onion_observed(void *state, const struct detect_view *view,
               const struct observation *observation)
{
    const size_t n = strlen(observation->subject);
    const size_t length = sizeof suffix - 1;
    struct observation *seen;

    (void) state;
    if (n <= length || strcmp(observation->subject + n - length, suffix) != 0) {
        return;
    }
    seen = observation_list_add(view->observations, OBSERVATION_ONION_QUERY, view->flow,
                                view->time_ns);
    (void) snprintf(seen->subject, sizeof seen->subject, "%s", observation->subject);
    (void) snprintf(seen->detail, sizeof seen->detail, "%.100s", observation->subject);
}

const struct detector detector_onion = {
    .name = "onion",
    .observes = UINT32_C(1) << OBSERVATION_NAME,
    .observed = onion_observed,
};
