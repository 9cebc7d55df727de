#include <stdio.h>
#include <string.h>

#include "base/timestamp.h"
#include "classify/detect/detector.h"
#include "classify/tor_name.h"

/* Tor: its programs were told by their structure, on whatever port; or, as TLS 1.3 hides
 * that, a hello of TLS to an address on a list of relays has a name such as Tor makes up.
 * Either alone, a listed address or such a name, is no Tor yet: relays have neighbours
 * behind their addresses, and hosts have names of letters. */

/* What lists of relays are configured with. */
static const char concern[] = "JS-P3-DARKWEB";

static void observe_service(const struct detect_view *view);
static void observe_name(const struct detect_view *view, const char *name);
static struct observation *add(const struct detect_view *view);

static void
tor_observed(void *state, const struct detect_view *view,
             const struct observation *observation)
{
    (void) state;
    if (observation->kind == OBSERVATION_SERVICE) {
        observe_service(view);
    } else if (tor_name_is_in_hello(observation->subject, strlen(observation->subject))) {
        observe_name(view, observation->subject);
    }
}

const struct detector detector_tor = {
    .name = "tor",
    .observes = UINT32_C(1) << OBSERVATION_SERVICE | UINT32_C(1) << OBSERVATION_NAME,
    .observed = tor_observed,
};

static void
observe_service(const struct detect_view *view)
{
    const enum evidence evidence = (enum evidence) view->flow->evidence;
    struct observation *seen;

    if (view->flow->service == SERVICE_TOR &&
        (evidence == EVIDENCE_VERIFIED || evidence == EVIDENCE_CONTRADICTED)) {
        seen = add(view);
        (void) snprintf(seen->detail, sizeof seen->detail, "on port %u",
                        view->flow->ends[FLOW_RESPONDER].port);
    }
}

/* Only the client's side of TLS says such a name; the question for it to the DNS, which
 * Tor does not ask, is another flow. */
static void
observe_name(const struct detect_view *view, const char *name)
{
    const struct flow_end *responder = &view->flow->ends[FLOW_RESPONDER];
    uint64_t lists;

    if (view->lists == NULL || view->flow->service != SERVICE_TLS) {
        return;
    }
    lists = indicator_lists_of_address(view->lists, responder->address, view->time_ns);
    for (size_t i = 0; i < indicator_lists_n(view->lists); i++) {
        const struct indicator_list *list = indicator_lists_at(view->lists, i);
        char date[DATE_TEXT_SIZE];

        if ((lists >> i & 1) != 0 && strcmp(list->concern, concern) == 0) {
            struct observation *seen = add(view);

            seen->list = list;
            seen->asset_ends = 1U << FLOW_INITIATOR;
            (void) snprintf(seen->detail, sizeof seen->detail,
                            "as %.40s to a relay of list %.40s of %s", name, list->name,
                            timestamp_format_date(list->date_ns, date));
            return;
        }
    }
}

static struct observation *
add(const struct detect_view *view)
{
    return observation_list_add(view->observations, OBSERVATION_TOR, view->flow,
                                view->time_ns);
}
