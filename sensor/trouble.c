#include "sensor/trouble.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/timestamp.h"

static const double loss_percent_max = 1.0; /* More is trouble. */

/* Tables whose entries go when their time has come, so that only a flood fills them; the
 * others keep what is idle until there is need of the room. */
static const enum heartbeat_table emptying[] = { TABLE_FLOWS, TABLE_UNANSWERED,
                                                 TABLE_FRAGMENTS, TABLE_INCIDENTS };

static void find_faults(const struct trouble_view *view, struct text *text);
static void find_traffic(const struct trouble_view *view, struct text *text);
static void find_waiting(const struct trouble_view *view, struct text *text);
static void find_full_tables(const struct heartbeat *heartbeat, struct text *text);
static void find_jump(const struct trouble_view *view, struct text *text);
static void find_stale_lists(const struct trouble_view *view, struct text *text);
static void add_clause(struct text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void
trouble_find(const struct trouble_view *view, struct text *text)
{
    find_faults(view, text);
    find_traffic(view, text);
    find_waiting(view, text);
    if (*view->metrics_fault != '\0') {
        add_clause(text, "the metrics cannot be written: %s", view->metrics_fault);
    }
    find_full_tables(view->heartbeat, text);
    find_jump(view, text);
    if (*view->session->refusal != '\0') {
        add_clause(text, "the last reload was refused: %s", view->session->refusal);
    }
    find_stale_lists(view, text);
}

/* Interfaces that are not captured any more, or see nothing. */
static void
find_faults(const struct trouble_view *view, struct text *text)
{
    const struct heartbeat *h = view->heartbeat;

    for (size_t i = 0; i < h->n_interfaces; i++) {
        const struct interface_report *interface = &h->interfaces[i];

        if (*interface->fault != '\0') {
            add_clause(text, "%s: %s", interface->name, interface->fault);
        } else if (interface->state != INTERFACE_UP) {
            add_clause(text, "%s is %s", interface->name,
                       interface_state_name(interface->state));
        }
    }
}

static void
find_traffic(const struct trouble_view *view, struct text *text)
{
    const struct heartbeat *h = view->heartbeat;
    const struct settings_alert *alert = &view->session->policy->settings.alert;

    if (h->loss_percent > loss_percent_max) {
        add_clause(text, "%.2f %% of the packets were lost", h->loss_percent);
    }
    if (!view->has_rates) {
        return;
    }
    if (h->packets_per_second <= 0.0) {
        add_clause(text, "no packets came");
    } else if (h->packets_per_second < alert->least_traffic) {
        add_clause(text, "only %.0f packets/s came, expected %" PRIu32 " or more",
                   h->packets_per_second, alert->least_traffic);
    } else if (usual_is_undercut(view->usual, h->time_ns, alert->least_share)) {
        add_clause(text, "only %.0f packets/s came in the last minutes, usually %.0f",
                   view->usual->now, usual_at(view->usual, h->time_ns));
    }
}

static void
find_waiting(const struct trouble_view *view, struct text *text)
{
    for (size_t i = 0; i < view->session->n_sinks; i++) {
        const struct sink *sink = view->session->sinks[i];
        const uint64_t since_ns = sink_waiting_since(sink);

        if (sink_n_waiting(sink) > 0) {
            add_clause(text,
                       "%" PRIu32 " alerts wait to be taken by %.64s, the oldest for "
                       "%" PRIu64 " s",
                       sink_n_waiting(sink), sink_name(sink),
                       view->now_ns < since_ns ? 0
                                               : (view->now_ns - since_ns) / NS_PER_SECOND);
        }
        if (sink_n_lost(sink) > 0) {
            add_clause(text, "%" PRIu64 " alerts for %.64s were lost", sink_n_lost(sink),
                       sink_name(sink));
        }
    }
}

static void
find_full_tables(const struct heartbeat *heartbeat, struct text *text)
{
    for (size_t i = 0; i < sizeof emptying / sizeof emptying[0]; i++) {
        if (table_fill_percent(heartbeat->tables[emptying[i]]) >= 100.0) {
            add_clause(text, "the %s table is full", heartbeat_table_name(emptying[i]));
        }
    }
}

static void
find_jump(const struct trouble_view *view, struct text *text)
{
    if (view->jump_ns != 0) {
        add_clause(text, "the clock was set %s by %.0f s",
                   view->jump_ns < 0 ? "back" : "forward",
                   fabs((double) view->jump_ns) / (double) NS_PER_SECOND);
    }
}

static void
find_stale_lists(const struct trouble_view *view, struct text *text)
{
    const struct indicator_lists *lists = view->session->policy->lists;
    char date[DATE_TEXT_SIZE];

    for (size_t i = 0; i < indicator_lists_n(lists); i++) {
        const struct indicator_list *list = indicator_lists_at(lists, i);

        if (list->expires_ns != 0 && view->heartbeat->time_ns >= list->expires_ns) {
            add_clause(text, "list %.64s is not used since %s", list->name,
                       timestamp_format_date(list->expires_ns, date));
        }
    }
}

static void
add_clause(struct text *text, const char *format, ...)
{
    char clause[256];
    va_list args;

    va_start(args, format);
    (void) vsnprintf(clause, sizeof clause, format, args);
    va_end(args);
    if (text->n > 0) {
        text_add(text, "; ");
    }
    text_add(text, clause);
}
