#include <stdio.h>
#include <string.h>

#include "base/timestamp.h"
#include "classify/detect/detector.h"

/* Something of a flow is on a list.  An end's address: said once for each list when the
 * flow starts; the end that is listed is judged as the peer, so only the other may be the
 * asset. A name that is asked for or spoken to, or a fingerprint: whenever it is seen. */

static void look_up_address(const struct detect_view *view, unsigned end);
static void observe_all(const struct detect_view *view, uint64_t on,
                        enum observation_kind kind, unsigned asset_ends, const char *what);

static unsigned
listed_events_with(const struct indicator_lists *lists)
{
    return lists != NULL && indicator_lists_n(lists) > 0 ? FLOW_EVENT_START : 0;
}

static bool
listed_wants(const void *state, const struct detect_view *view)
{
    (void) state;
    return !view->flow->is_continued;
}

static void
listed_flow(void *state, const struct detect_view *view)
{
    (void) state;
    look_up_address(view, FLOW_INITIATOR);
    look_up_address(view, FLOW_RESPONDER);
}

static uint32_t
listed_observes_with(const struct indicator_lists *lists)
{
    uint32_t observes = 0;

    if (lists != NULL && indicator_lists_have(lists, INDICATOR_DOMAIN)) {
        observes |= UINT32_C(1) << OBSERVATION_NAME;
    }
    if (lists != NULL && indicator_lists_have(lists, INDICATOR_FINGERPRINT)) {
        observes |= UINT32_C(1) << OBSERVATION_FINGERPRINT;
    }
    return observes;
}

static void
listed_observed(void *state, const struct detect_view *view,
                const struct observation *observation)
{
    const char *subject = observation->subject;

    (void) state;
    if (view->lists == NULL) {
        return;
    }
    if (observation->kind == OBSERVATION_NAME) {
        observe_all(view, indicator_lists_of_domain(view->lists, subject, view->time_ns),
                    OBSERVATION_LISTED_DOMAIN, observation->asset_ends, subject);
    } else {
        observe_all(view,
                    indicator_lists_of_fingerprint(view->lists, subject, view->time_ns),
                    OBSERVATION_LISTED_FINGERPRINT, observation->asset_ends, subject);
    }
}

const struct detector detector_listed = {
    .name = "listed",
    .events = FLOW_EVENT_START,
    .events_with = listed_events_with,
    .wants = listed_wants,
    .flow = listed_flow,
    .observes = UINT32_C(1) << OBSERVATION_NAME | UINT32_C(1) << OBSERVATION_FINGERPRINT,
    .observes_with = listed_observes_with,
    .observed = listed_observed,
};

static void
look_up_address(const struct detect_view *view, unsigned end)
{
    const struct ip_address address = view->flow->ends[end].address;
    const uint64_t on = indicator_lists_of_address(view->lists, address, view->time_ns);
    char text[IP_TEXT_SIZE];

    if (on != 0) {
        observe_all(view, on, OBSERVATION_LISTED_ADDRESS, 1U << (1 - end),
                    ip_format(address, text));
    }
}

/* Says that 'what' is on a list, and of which day that is. */
static void
observe(const struct detect_view *view, const struct indicator_list *list,
        enum observation_kind kind, unsigned asset_ends, const char *what)
{
    struct observation *observation =
        observation_list_add(view->observations, kind, view->flow, view->time_ns);
    const unsigned days = indicator_list_age_days(list, view->time_ns);
    char date[DATE_TEXT_SIZE], age[32] = "";

    observation->asset_ends = asset_ends;
    observation->list = list;
    if (kind != OBSERVATION_LISTED_ADDRESS) {
        (void) snprintf(observation->subject, sizeof observation->subject, "%s", what);
    }
    if (days > 0) {
        (void) snprintf(age, sizeof age, ", %u days old", days);
    }
    (void) snprintf(observation->detail, sizeof observation->detail,
                    "%.100s is on list %.40s of %s%s", what, list->name,
                    timestamp_format_date(list->date_ns, date), age);
}

static void
observe_all(const struct detect_view *view, uint64_t on, enum observation_kind kind,
            unsigned asset_ends, const char *what)
{
    const uint64_t that_count = indicator_lists_that_count(view->lists, on);
    uint64_t left = indicator_lists_of_use(view->lists, that_count, LIST_USE_ALERT);

    if (on != that_count) {
        counter_inc(view->counters, COUNTER_CLASSIFY_LISTED_ALLOWED);
    }
    for (; left != 0; left &= left - 1) {
        observe(view, indicator_lists_at(view->lists, (unsigned) __builtin_ctzll(left)),
                kind, asset_ends, what);
    }
}
