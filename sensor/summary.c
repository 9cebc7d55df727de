#include "sensor/summary.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"

void
summary_fini(struct summary *summary)
{
    free(summary->alerts_by_concern.entries);
    free(summary->alerts_by_rule.entries);
    free(summary->alerts_by_country.entries);
}

/* Counts one of 'name'; entries stay in the order of their names. */
static void
tally_add(struct tally *tally, const char *name)
{
    size_t at = 0;
    int order = 1;

    while (at < tally->n && (order = strcmp(tally->entries[at].name, name)) < 0) {
        at++;
    }
    if (at == tally->n || order != 0) {
        tally->entries =
            memory_grow(tally->entries, tally->n, &tally->capacity, sizeof *tally->entries);
        memmove(&tally->entries[at + 1], &tally->entries[at],
                (tally->n - at) * sizeof *tally->entries);
        tally->entries[at] = (struct tally_entry){ .n = 0 };
        (void) snprintf(tally->entries[at].name, sizeof tally->entries[at].name, "%s",
                        name);
        tally->n++;
    }
    tally->entries[at].n++;
}

void
summary_add_flows(struct summary *summary, const struct flow_tally *tally)
{
    uint64_t ended = 0;

    for (unsigned service = 0; service < N_SERVICES; service++) {
        for (unsigned evidence = 0; evidence < N_EVIDENCES; evidence++) {
            summary->services[service][evidence] += tally->ended[service][evidence];
            ended += tally->ended[service][evidence];
        }
    }
    command_tally_add(&summary->commands, &tally->commands);
    summary->flows += ended;
    summary->observations[OBSERVATION_FLOW_START] += tally->started;
    summary->observations[OBSERVATION_FLOW_END] += ended;
}

void
summary_add_observation(struct summary *summary, const struct observation *observation)
{
    if (observation->kind != OBSERVATION_FLOW_START &&
        observation->kind != OBSERVATION_FLOW_END &&
        observation->earlier == EVIDENCE_RANGE_ONLY) {
        summary->observations[observation->kind]++;
    }
}

void
summary_add_alert(struct summary *summary, const struct alert *alert)
{
    const struct incident *incident = &alert->incident;
    const struct rule *rule = incident->verdict.rule;
    const char *country = incident->verdict.places[!incident->verdict.asset_end].country;

    summary->alerts++;
    summary->incidents += incident->state == INCIDENT_OPENED;
    summary->alerts_by_severity[incident->severity]++;
    for (unsigned i = 0; i < N_SECTORS; i++) {
        summary->alerts_by_sector[i] += incident->sectors >> i & 1;
    }
    for (unsigned i = 0; i < rule->n_concerns; i++) {
        tally_add(&summary->alerts_by_concern, rule->concerns[i]->id);
    }
    tally_add(&summary->alerts_by_rule, rule->id);
    tally_add(&summary->alerts_by_country, *country == '\0' ? "unknown" : country);
}

static void
set_count(struct json *object, const char *name, uint64_t n)
{
    json_set_integer_key(object, name, (int64_t) n);
}

static void
set_tally(struct json *json, const char *path, const struct tally *tally)
{
    struct json *object = json_object_at(json, path);

    for (size_t i = 0; i < tally->n; i++) {
        set_count(object, tally->entries[i].name, tally->entries[i].n);
    }
}

static void
set_services(struct json *json, const struct summary *summary)
{
    struct json *services = json_object_at(json, "services");

    for (unsigned service = SERVICE_NONE + 1; service < N_SERVICES; service++) {
        for (unsigned grade = 0; grade < N_EVIDENCES; grade++) {
            if (summary->services[service][grade] > 0) {
                set_count(json_object_at(services, service_name(service)),
                          evidence_name(grade), summary->services[service][grade]);
            }
        }
    }
}

static void
set_commands(struct json *json, const struct summary *summary)
{
    struct json *commands = json_object_at(json, "commands");

    for (unsigned service = SERVICE_NONE + 1; service < N_SERVICES; service++) {
        for (unsigned class = 0; class < N_COMMAND_CLASSES; class ++) {
            if (summary->commands.n[service][class] > 0) {
                set_count(json_object_at(commands, service_name(service)),
                          command_class_name(class), summary->commands.n[service][class]);
            }
        }
    }
}

void
summary_set_alerts(const struct summary *summary, struct json *json)
{
    struct json *part = json_object_at(json, "alerts.sector");
    for (unsigned i = 0; i < N_SECTORS; i++) {
        if (summary->alerts_by_sector[i] > 0) {
            set_count(part, sector_name(i), summary->alerts_by_sector[i]);
        }
    }
    set_tally(json, "alerts.concern", &summary->alerts_by_concern);
    part = json_object_at(json, "alerts.severity");
    for (unsigned i = 0; i < N_SEVERITIES; i++) {
        if (summary->alerts_by_severity[i] > 0) {
            set_count(part, severity_name(i), summary->alerts_by_severity[i]);
        }
    }
    set_tally(json, "alerts.rule", &summary->alerts_by_rule);
    set_tally(json, "alerts.country", &summary->alerts_by_country);
}

void
summary_write_json(const struct summary *summary, const struct counters *counters,
                   double seconds, FILE *out)
{
    struct json *json = json_object_new();
    struct json *part;

    set_count(json, "files", summary->files);
    set_count(json, "packets", counters->n[COUNTER_CAPTURE_PACKETS]);
    set_count(json, "bytes", counters->n[COUNTER_CAPTURE_BYTES]);
    set_count(json, "critical_packets", counters->n[COUNTER_CLASSIFY_CRITICAL_PACKETS]);
    set_count(json, "flows", summary->flows);
    set_count(json, "incidents", summary->incidents);
    set_services(json, summary);
    set_commands(json, summary);
    part = json_object_at(json, "observations");
    for (unsigned i = 0; i < N_OBSERVATIONS; i++) {
        if (summary->observations[i] > 0) {
            set_count(part, observation_name(i), summary->observations[i]);
        }
    }
    summary_set_alerts(summary, json);
    part = json_object_at(json, "counters");
    for (unsigned i = 0; i < N_COUNTERS; i++) {
        set_count(part, counter_name(i), counters->n[i]);
    }
    json_set_real(json, "seconds", seconds);
    json_write_line(json, out);
    json_free(json);
}

/* Writes "title  name n, name n" for the entries that are not zero. */
static void
write_counts(FILE *out, const char *title, unsigned n, const char *(*name)(unsigned),
             const uint64_t *counts)
{
    const char *separator = "";

    fprintf(out, "  %-10s", title);
    for (unsigned i = 0; i < n; i++) {
        if (counts[i] > 0) {
            fprintf(out, "%s%s %" PRIu64, separator, name(i), counts[i]);
            separator = ", ";
        }
    }
    fprintf(out, "%s\n", *separator == '\0' ? "none" : "");
}

static void
write_tally(FILE *out, const char *title, const struct tally *tally)
{
    fprintf(out, "  %-10s", title);
    for (size_t i = 0; i < tally->n; i++) {
        fprintf(out, "%s%s %" PRIu64, i > 0 ? ", " : "", tally->entries[i].name,
                tally->entries[i].n);
    }
    fprintf(out, "%s\n", tally->n == 0 ? "none" : "");
}

static const char *
sector_name_at(unsigned i)
{
    return sector_name((enum sector) i);
}

static const char *
severity_name_at(unsigned i)
{
    return severity_name((enum severity) i);
}

static const char *
observation_name_at(unsigned i)
{
    return observation_name((enum observation_kind) i);
}

void
summary_write_text(const struct summary *summary, const struct counters *counters,
                   double seconds, FILE *out)
{
    const uint64_t packets = counters->n[COUNTER_CAPTURE_PACKETS];
    const uint64_t critical = counters->n[COUNTER_CLASSIFY_CRITICAL_PACKETS];

    fprintf(out,
            "\n%" PRIu64 " packets (%" PRIu64 " bytes) in %.2f s; %" PRIu64
            " touch critical ranges (%.1f %%), in %" PRIu64 " flows\n",
            packets, counters->n[COUNTER_CAPTURE_BYTES], seconds, critical,
            packets == 0 ? 0.0 : 100.0 * (double) critical / (double) packets,
            summary->flows);
    write_counts(out, "observed", N_OBSERVATIONS, observation_name_at,
                 summary->observations);
    fprintf(out, "%" PRIu64 " incidents, %" PRIu64 " alerts\n", summary->incidents,
            summary->alerts);
    if (summary->alerts > 0) {
        write_counts(out, "severity", N_SEVERITIES, severity_name_at,
                     summary->alerts_by_severity);
        write_counts(out, "sector", N_SECTORS, sector_name_at, summary->alerts_by_sector);
        write_tally(out, "concern", &summary->alerts_by_concern);
        write_tally(out, "peer in", &summary->alerts_by_country);
    }
    fputs("counted\n", out);
    for (unsigned i = 0; i < N_COUNTERS; i++) {
        if (counters->n[i] > 0) {
            fprintf(out, "  %10" PRIu64 "  %s: %s\n", counters->n[i], counter_name(i),
                    counter_description(i));
        }
    }
}
