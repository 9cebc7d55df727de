#include "alert/heartbeat.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alert/text.h"
#include "base/json.h"
#include "base/timestamp.h"

enum {
    HOSTNAME_MAX = 255,
    /* RFC 5424 section 6. */ LINE_SIZE = 4096,
    VALUE_SIZE = 64,
    MESSAGE_SIZE = HEARTBEAT_TROUBLE_SIZE + 160
};

/* Syslog severities, RFC 5424 section 6.2.1. */
enum { SYSLOG_WARNING = 4, SYSLOG_INFORMATIONAL = 6 };

static void write_table(const struct heartbeat *h, FILE *out);
static void write_ecs(const struct heartbeat *h, FILE *out);
static void write_rfc5424(const struct heartbeat *h, FILE *out);
static void set_member(void *context, const char *name, const char *value, bool is_number);
static void add_message(struct text *text, const struct heartbeat *h);

static const char *const table_names[N_HEARTBEAT_TABLES] = {
    [TABLE_FLOWS] = "flow",         [TABLE_UNANSWERED] = "unanswered",
    [TABLE_FRAGMENTS] = "fragment", [TABLE_SCANS] = "scan",
    [TABLE_SWEEPS] = "sweep",       [TABLE_THRESHOLDS] = "threshold",
    [TABLE_PEERS] = "peer",         [TABLE_INCIDENTS] = "incident",
};

const char *
heartbeat_table_name(enum heartbeat_table table)
{
    return table_names[table];
}

/* A table that is split has room for a few more than it was made for. */
double
table_fill_percent(struct table_fill fill)
{
    return fill.capacity == 0        ? 0.0
           : fill.n >= fill.capacity ? 100.0
                                     : 100.0 * (double) fill.n / (double) fill.capacity;
}

void
heartbeat_write(enum format format, const struct heartbeat *h, FILE *out)
{
    static void (*const writers[N_FORMATS])(const struct heartbeat *, FILE *) = {
        [FORMAT_TABLE] = write_table,
        [FORMAT_ECS] = write_ecs,
        [FORMAT_RFC5424] = write_rfc5424,
    };

    writers[format](h, out);
}

void
heartbeat_facts(const struct heartbeat *h,
                void (*show)(void *context, const char *name, const char *value,
                             bool is_number),
                void *context)
{
    const struct {
        const char *name;
        uint64_t number;
    } numbers[] = {
        { "upSeconds", h->up_s },
        { "packets", h->packets },
        { "criticalPackets", h->critical_packets },
        { "lostPackets", h->lost_packets },
        { "ringDropped", h->ring_dropped },
        { "kernelDropped", h->kernel_dropped },
        { "interfaceDropped", h->interface_dropped },
        { "industrialFrames", h->industrial_frames },
        { "alerts", h->alerts },
        { "alertsWaiting", h->alerts_waiting },
        { "oldestWaitingSeconds", h->oldest_waiting_s },
        { "rules", h->n_rules },
        { "ranges", h->n_ranges },
        { "lists", h->n_lists },
        { "staleLists", h->n_stale_lists },
    };
    const struct {
        const char *name;
        double number;
        int digits;
    } rates[] = {
        { "packetsPerSecond", h->packets_per_second, 1 },
        { "criticalPercent", h->critical_percent, 3 },
        { "lossPercent", h->loss_percent, 3 },
    };
    char value[VALUE_SIZE];

    show(context, "state", *h->trouble == '\0' ? "well" : "trouble", false);
    show(context, "interface", h->interface, false);
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        (void) snprintf(value, sizeof value, "%.*f", rates[i].digits, rates[i].number);
        show(context, rates[i].name, value, true);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        (void) snprintf(value, sizeof value, "%" PRIu64, numbers[i].number);
        show(context, numbers[i].name, value, true);
    }
    for (unsigned i = 0; i < N_HEARTBEAT_TABLES; i++) {
        char name[VALUE_SIZE];

        (void) snprintf(name, sizeof name, "%sTablePercent", table_names[i]);
        (void) snprintf(value, sizeof value, "%.1f", table_fill_percent(h->tables[i]));
        show(context, name, value, true);
    }
    show(context, "policy", h->policy, false);
    if (h->geo_built_ns != 0) {
        show(context, "geoDate", timestamp_format_date(h->geo_built_ns, value), false);
    }
    if (h->list_date_ns != 0) {
        show(context, "listDate", timestamp_format_date(h->list_date_ns, value), false);
    }
    if (*h->trouble != '\0') {
        show(context, "trouble", h->trouble, false);
    }
}

void
heartbeat_set_json(const struct heartbeat *h, struct json *json)
{
    heartbeat_facts(h, set_member, json);
}

/* "eth1: 1234 packets/s, 3.1 % critical, 0.00 % lost, 17 alerts so far; trouble: ..." */
static void
add_message(struct text *text, const struct heartbeat *h)
{
    text_add(text, h->interface);
    text_format(
        text, ": %.0f packets/s, %.1f %% critical, %.2f %% lost, %" PRIu64 " alerts so far",
        h->packets_per_second, h->critical_percent, h->loss_percent, h->alerts);
    if (*h->trouble != '\0') {
        text_add(text, "; trouble: ");
        text_add(text, h->trouble);
    }
}

static void
write_table(const struct heartbeat *h, FILE *out)
{
    char message[MESSAGE_SIZE], time[TIMESTAMP_TEXT_SIZE];
    struct text text = text_init(message, sizeof message);

    add_message(&text, h);
    (void) timestamp_format(h->time_ns, time);
    time[strlen("2026-06-01T09:00:43")] = '\0';
    time[strlen("2026-06-01")] = ' ';
    fprintf(out, "%s  heartbeat  %s\n", time, message);
}

/* "packetsPerSecond" as "packets_per_second". */
static const char *
snake_case(const char *name, char text[static VALUE_SIZE])
{
    size_t n = 0;

    for (; *name != '\0' && n + 3 < VALUE_SIZE; name++) {
        if (isupper((unsigned char) *name)) {
            text[n++] = '_';
        }
        text[n++] = (char) tolower((unsigned char) *name);
    }
    text[n] = '\0';
    return text;
}

static void
set_label(void *context, const char *name, const char *value, bool is_number)
{
    char path[VALUE_SIZE], label[VALUE_SIZE + sizeof "labels."];

    (void) is_number; /* Labels are texts. */
    (void) snprintf(label, sizeof label, "labels.%s", snake_case(name, path));
    json_set_text(context, label, value);
}

static void
set_member(void *context, const char *name, const char *value, bool is_number)
{
    char path[VALUE_SIZE];

    (void) snake_case(name, path);
    if (!is_number) {
        json_set_text(context, path, value);
    } else if (strchr(value, '.') != NULL) {
        json_set_real(context, path, strtod(value, NULL));
    } else {
        json_set_integer(context, path, strtoll(value, NULL, 10));
    }
}

static void
write_ecs(const struct heartbeat *h, FILE *out)
{
    struct json *json = json_object_new();
    char message[MESSAGE_SIZE], time[TIMESTAMP_TEXT_SIZE];
    struct text text = text_init(message, sizeof message);

    add_message(&text, h);
    json_set_text(json, "@timestamp", timestamp_format(h->time_ns, time));
    json_set_text(json, "ecs.version", ECS_VERSION);
    json_set_text(json, "message", message);
    json_set_text(json, "event.kind", "metric");
    json_set_text(json, "event.module", "sectorwatch");
    json_set_text(json, "event.dataset", "sectorwatch.heartbeat");
    json_set_text(json, "event.action", "heartbeat");
    json_set_text(json, "observer.hostname", h->sensor->hostname);
    json_set_text(json, "observer.product", "sectorwatch");
    json_set_text(json, "observer.version", h->sensor->version);
    heartbeat_facts(h, set_label, json);
    json_write_line(json, out);
    json_free(json);
}

static void
add_param(void *context, const char *name, const char *value, bool is_number)
{
    (void) is_number;
    text_add_param(context, name, value, HEARTBEAT_TROUBLE_SIZE);
}

static void
write_rfc5424(const struct heartbeat *h, FILE *out)
{
    char buffer[LINE_SIZE], time[TIMESTAMP_TEXT_SIZE];
    struct text line = text_init(buffer, sizeof buffer);
    const unsigned severity = *h->trouble == '\0' ? SYSLOG_INFORMATIONAL : SYSLOG_WARNING;

    text_format(&line, "<%u>1 %s ", h->sensor->syslog_facility * 8 + severity,
                timestamp_format(h->time_ns, time));
    text_add_header_field(&line, h->sensor->hostname, HOSTNAME_MAX);
    text_format(&line, " sectorwatch %ld HEARTBEAT ", h->sensor->pid);
    text_format(&line, "[sensor@%" PRIu32, h->sensor->enterprise_number);
    heartbeat_facts(h, add_param, &line);
    text_add(&line, "] ");
    add_message(&line, h);
    fwrite(buffer, 1, line.n, out);
    putc('\n', out);
}
