#include <stdio.h>

#include "base/timestamp.h"
#include "classify/detect/detector.h"

/* An end of a flow is on a list: said once for each list when the flow starts.  The end
 * that is listed is judged as the peer, so only the other may be the asset. */

static void look_up(const struct detect_view *view, unsigned end);
static void observe(const struct detect_view *view, unsigned end,
                    const struct indicator_list *list);

static bool
listed_wants(const struct detect_view *view)
{
    return !view->flow->is_continued && view->lists != NULL &&
           indicator_lists_n(view->lists) > 0;
}

static void
listed_flow(void *state, const struct detect_view *view)
{
    (void) state;
    look_up(view, FLOW_INITIATOR);
    look_up(view, FLOW_RESPONDER);
}

const struct detector detector_listed = {
    .name = "listed",
    .events = FLOW_EVENT_START,
    .wants = listed_wants,
    .flow = listed_flow,
};

static void
look_up(const struct detect_view *view, unsigned end)
{
    const uint64_t lists = indicator_lists_of_address(
        view->lists, view->flow->ends[end].address, view->time_ns);

    for (size_t i = 0; lists >> i != 0; i++) {
        if ((lists >> i & 1) != 0) {
            observe(view, end, indicator_lists_at(view->lists, i));
        }
        if (i == 63) {
            break; /* A shift by 64 is not defined. */
        }
    }
}

static void
observe(const struct detect_view *view, unsigned end, const struct indicator_list *list)
{
    struct observation *observation = observation_list_add(
        view->observations, OBSERVATION_LISTED_ADDRESS, view->flow, view->time_ns);
    char address[IP_TEXT_SIZE], date[DATE_TEXT_SIZE];

    observation->asset_ends = 1U << (1 - end);
    observation->list = list;
    (void) snprintf(observation->detail, sizeof observation->detail,
                    "%s is on list %.40s of %s",
                    ip_format(view->flow->ends[end].address, address), list->name,
                    timestamp_format_date(list->date_ns, date));
}
