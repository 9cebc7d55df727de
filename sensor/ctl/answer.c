#include "sensor/ctl/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/timestamp.h"
#include "rules/suppress.h"
#include "sensor/metrics.h"

static FILE *open_text(char **text, size_t *size);
static void write_answer(const struct question *question, const struct answer_basis *basis,
                         FILE *out);
static void write_request_answer(const struct ctl_request *request,
                                 const struct answer_basis *basis, FILE *out);
static void set_counters(struct json *json, const struct counters *counters);
static void set_status(struct json *json, const struct answer_basis *basis);
static void set_incidents(struct json *json, const struct answer_basis *basis,
                          uint32_t max);
static void set_incident(struct json *json, const struct incident *incident);
static bool set_log_level(struct json *json, const char *name);
static void write_metrics(const struct answer_basis *basis, bool is_openmetrics, FILE *out);
static void write_rule_fault(const char *id, const struct answer_basis *basis, FILE *out);

enum answer_status
answer_question(struct mailbox *mailbox, const struct answer_basis *basis)
{
    const struct question *question;
    char *text = NULL;
    size_t size = 0;
    FILE *out;

    if (!mailbox_take(mailbox, &question)) {
        return ANSWER_GIVEN;
    }
    if (question->kind == QUESTION_REQUEST && question->request.command == CTL_RELOAD) {
        return question->request.force == 1 ? ANSWER_FORCED_RELOAD : ANSWER_RELOAD;
    }
    out = open_text(&text, &size);
    write_answer(question, basis, out);
    (void) fclose(out);
    mailbox_answer(mailbox, text, size);
    return ANSWER_GIVEN;
}

void
answer_reload(struct mailbox *mailbox, const struct reload_outcome *outcome)
{
    struct json *json = json_object_new();
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_text(&text, &size);

    json_set_boolean(json, "ok", outcome->is_taken);
    json_set_text(json, outcome->is_taken ? "message" : "error", outcome->text);
    json_write_line(json, out);
    json_free(json);
    (void) fclose(out);
    mailbox_answer(mailbox, text, size);
}

static FILE *
open_text(char **text, size_t *size)
{
    FILE *out = open_memstream(text, size);

    if (out == NULL) {
        fputs("sectorwatch: out of memory\n", stderr);
        abort();
    }
    return out;
}

static void
write_answer(const struct question *question, const struct answer_basis *basis, FILE *out)
{
    switch (question->kind) {
    case QUESTION_REQUEST:
        write_request_answer(&question->request, basis, out);
        break;
    case QUESTION_METRICS:
        write_metrics(basis, question->is_openmetrics, out);
        break;
    case QUESTION_RULE:
        write_rule_fault(question->text, basis, out);
        break;
    }
}

static void
write_request_answer(const struct ctl_request *request, const struct answer_basis *basis,
                     FILE *out)
{
    struct json *json = json_object_new();
    const struct pipeline *pipeline = basis->session->pipeline;
    struct counters totals;
    bool is_good = true;

    json_set_boolean(json, "ok", true);
    switch (request->command) {
    case CTL_STATUS:
        set_status(json, basis);
        break;
    case CTL_COUNTERS:
        totals = pipeline_totals(pipeline);
        set_counters(json_object_at(json, "counters"), &totals);
        break;
    case CTL_TALLIES:
        summary_set_alerts(pipeline_summary(pipeline), json);
        break;
    case CTL_INCIDENTS:
        set_incidents(json, basis, request->max);
        break;
    case CTL_LOG_LEVEL:
        is_good = set_log_level(json, request->level);
        break;
    case CTL_SUPPRESS: /* Changes a file, which is not for the one who captures. */
    case CTL_RELOAD:   /* Is answered when it has ended. */
    case N_CTL_COMMANDS:
        is_good = false;
        break;
    }
    json_set_boolean(json, "ok", is_good);
    json_write_line(json, out);
    json_free(json);
}

static struct heartbeat
make_heartbeat(const struct answer_basis *basis)
{
    return health_heartbeat(basis->health, basis->now_ns, basis->wall_ns,
                            pipeline_counters(basis->session->pipeline));
}

static void
set_counters(struct json *json, const struct counters *counters)
{
    for (enum counter counter = 0; counter < N_COUNTERS; counter++) {
        json_set_integer_key(json, counter_name(counter), (int64_t) counters->n[counter]);
    }
}

static void
set_interface(struct json *json, const struct interface_report *interface)
{
    json_set_text(json, "name", interface->name);
    json_set_text(json, "name_now", interface->name_now);
    json_set_text(json, "state", interface_state_name(interface->state));
    json_set_text(json, "fault", interface->fault);
    json_set_integer(json, "packets", (int64_t) interface->packets);
    json_set_integer(json, "bytes", (int64_t) interface->bytes);
    json_set_integer(json, "ring_dropped", (int64_t) interface->ring_dropped);
    json_set_integer(json, "kernel_dropped", (int64_t) interface->kernel_dropped);
    json_set_integer(json, "interface_dropped", (int64_t) interface->interface_dropped);
}

static void
set_status(struct json *json, const struct answer_basis *basis)
{
    const struct heartbeat heartbeat = make_heartbeat(basis);

    json_set_text(json, "version", basis->session->sensor.version);
    heartbeat_set_json(&heartbeat, json);
    for (size_t i = 0; i < heartbeat.n_interfaces; i++) {
        set_interface(json_append_object(json, "interfaces"), &heartbeat.interfaces[i]);
    }
    json_set_text(json, "log_level", log_level_name(log_level()));
    json_set_text(json, "sandbox.mode", sandbox_mode_name(basis->sandbox->mode));
    for (enum sandbox_layer layer = 0; layer < N_SANDBOX_LAYERS; layer++) {
        char path[64];

        (void) snprintf(path, sizeof path, "sandbox.%s", sandbox_layer_name(layer));
        json_set_boolean(json, path, basis->sandbox->layers[layer].holds);
    }
}

static void
set_incidents(struct json *json, const struct answer_basis *basis, uint32_t max)
{
    const struct incident *latest[CTL_INCIDENTS_MAX];
    const struct incident_table *table = pipeline_incidents(basis->session->pipeline);
    const uint32_t n = incident_table_latest(table, max, latest);

    json_set_integer(json, "open", incident_table_n(table));
    json_set_array(json, "incidents");
    for (uint32_t i = 0; i < n; i++) {
        set_incident(json_append_object(json, "incidents"), latest[i]);
    }
}

static void
set_end(struct json *json, const char *name, const struct verdict *verdict, unsigned end)
{
    const struct critical_range *range = verdict->ranges[end];
    char path[64], address[IP_TEXT_SIZE];

    (void) snprintf(path, sizeof path, "%s.address", name);
    json_set_text(json, path, ip_format(verdict->flow.ends[end].address, address));
    (void) snprintf(path, sizeof path, "%s.country", name);
    json_set_text(json, path, verdict->places[end].country);
    if (range != NULL && range->n_claims > 0) {
        (void) snprintf(path, sizeof path, "%s.organisation", name);
        json_set_text(json, path, range->claims[0].organisation);
    }
}

static void
set_incident(struct json *json, const struct incident *incident)
{
    const struct verdict *verdict = &incident->verdict;
    char time[TIMESTAMP_TEXT_SIZE];

    json_set_text(json, "id", incident->id);
    json_set_text(json, "severity", severity_name(incident->severity));
    for (enum sector sector = 0; sector < N_SECTORS; sector++) {
        if (incident->sectors >> sector & 1) {
            json_append_text(json, "sectors", sector_name(sector));
        }
    }
    json_set_text(json, "rule", verdict->rule->id);
    json_set_text(json, "title", verdict->rule->title);
    set_end(json, "peer", verdict, !verdict->asset_end);
    set_end(json, "asset", verdict, verdict->asset_end);
    json_set_text(json, "first", timestamp_format(incident->first_ns, time));
    json_set_text(json, "last", timestamp_format(incident->last_ns, time));
    json_set_integer(json, "verdicts", (int64_t) incident->n_verdicts);
    json_set_integer(json, "alerts", (int64_t) incident->n_alerts);
}

static bool
set_log_level(struct json *json, const char *name)
{
    enum log_level level;

    if (!log_level_parse(name, &level)) {
        json_set_text(json, "error", "\"level\" is none; expected error, warning or info");
        return false;
    }
    log_set_level(level);
    json_set_text(json, "level", name);
    return true;
}

static void
write_metrics(const struct answer_basis *basis, bool is_openmetrics, FILE *out)
{
    const struct heartbeat heartbeat = make_heartbeat(basis);
    const struct counters totals = pipeline_totals(basis->session->pipeline);

    metrics_write(&heartbeat, &totals, is_openmetrics ? METRICS_OPENMETRICS : METRICS_TEXT,
                  out);
}

static void
write_rule_fault(const char *id, const struct answer_basis *basis, FILE *out)
{
    char reason[SUPPRESSION_REASON_SIZE];

    if (!suppression_may_name(basis->session->policy->rules, id, reason)) {
        fputs(reason, out);
    }
}
