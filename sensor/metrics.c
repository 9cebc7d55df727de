#include "sensor/metrics.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>

#include "base/log.h"
#include "base/timestamp.h"

enum { NAME_SIZE = 96 };

static void write_counter(enum counter counter, const char *interface, uint64_t value,
                          enum metrics_format format, FILE *out);
static void write_gauge(const char *name, const char *help, const char *interface,
                        double value, FILE *out);
static void write_tables(const struct heartbeat *h, FILE *out);
static void write_interfaces(const struct heartbeat *h, enum metrics_format format,
                             FILE *out);
static void write_label(const char *value, FILE *out);
static bool write_file(const char *path, const struct heartbeat *heartbeat,
                       const struct counters *counters);

void
metrics_write(const struct heartbeat *h, const struct counters *counters,
              enum metrics_format format, FILE *out)
{
    const struct {
        const char *name, *help;
        double value;
    } gauges[] = {
        { "packets_per_second", "packets a second, lately", h->packets_per_second },
        { "critical_ratio", "share of packets that touch a critical range, lately",
          h->critical_percent / 100 },
        { "loss_ratio", "share of packets that were lost, lately", h->loss_percent / 100 },
        { "alerts", "alerts so far", (double) h->alerts },
        { "alerts_waiting", "alerts in the fullest queue", h->alerts_waiting },
        { "oldest_waiting_seconds", "since when the alert that waits longest waits",
          (double) h->oldest_waiting_s },
        { "up_seconds", "seconds since the sensor started", (double) h->up_s },
        { "rules", "rules of the policy", (double) h->n_rules },
        { "ranges", "critical ranges of the policy", (double) h->n_ranges },
        { "lists", "lists of the policy", (double) h->n_lists },
        { "stale_lists", "lists that are not used any more", (double) h->n_stale_lists },
        { "geo_build_time_seconds",
          "when the oldest database was built, 0 if there is none",
          (double) (h->geo_built_ns / NS_PER_SECOND) },
        { "list_date_seconds", "the day of the oldest list, 0 if there is none",
          (double) (h->list_date_ns / NS_PER_SECOND) },
        { "trouble", "1 if something is not well", *h->trouble != '\0' },
    };

    for (size_t i = 0; i < sizeof gauges / sizeof gauges[0]; i++) {
        write_gauge(gauges[i].name, gauges[i].help, h->interface, gauges[i].value, out);
    }
    write_tables(h, out);
    write_interfaces(h, format, out);
    fprintf(out, "# HELP sectorwatch_policy_info digest of what the sensor judges by\n"
                 "# TYPE sectorwatch_policy_info gauge\n"
                 "sectorwatch_policy_info{interface=\"");
    write_label(h->interface, out);
    fprintf(out, "\",policy=\"%s\",version=\"%s\"} 1\n", h->policy, h->sensor->version);
    for (enum counter counter = 0; counter < N_COUNTERS; counter++) {
        write_counter(counter, h->interface, counters->n[counter], format, out);
    }
    if (format == METRICS_OPENMETRICS) {
        fputs("# EOF\n", out);
    }
}

bool
metrics_keep(struct metrics *metrics, const char *folder, const struct heartbeat *heartbeat,
             const struct counters *counters)
{
    char path[PATH_MAX];
    const int n = snprintf(path, sizeof path, "%s/sectorwatch-%s.prom", folder,
                           heartbeat->sensor->name);
    bool is_written;

    if (n < 0 || (size_t) n + strlen(".new") >= sizeof path) {
        errno = ENAMETOOLONG;
        is_written = false;
    } else {
        is_written = write_file(path, heartbeat, counters);
    }
    if (!is_written) {
        const int reason = errno;

        if (*metrics->fault == '\0') {
            log_warning("metrics", "%s cannot be written: %s", path, strerror(reason));
        }
        (void) snprintf(metrics->fault, sizeof metrics->fault, "%s", strerror(reason));
    } else if (*metrics->fault != '\0') {
        log_info("metrics", "%s is written again", path);
        metrics->fault[0] = '\0';
    }
    return is_written;
}

static bool
write_file(const char *path, const struct heartbeat *heartbeat,
           const struct counters *counters)
{
    char new_path[PATH_MAX + sizeof ".new"];
    FILE *out;
    bool is_written;

    (void) snprintf(new_path, sizeof new_path, "%s.new", path);
    out = fopen(new_path, "we");
    if (out == NULL) {
        return false;
    }
    metrics_write(heartbeat, counters, METRICS_TEXT, out);
    is_written = !ferror(out);
    is_written = fclose(out) == 0 && is_written && rename(new_path, path) == 0;
    if (!is_written) {
        const int reason = errno;

        (void) remove(new_path);
        errno = reason;
    }
    return is_written;
}

/* "capture.packets" as "sectorwatch_capture_packets_total". */
static void
write_counter(enum counter counter, const char *interface, uint64_t value,
              enum metrics_format format, FILE *out)
{
    const char *ending = format == METRICS_TEXT ? "_total" : "";
    char name[NAME_SIZE];

    (void) snprintf(name, sizeof name, "sectorwatch_%s", counter_name(counter));
    for (char *at = name; *at != '\0'; at++) {
        *at = *at == '.' ? '_' : *at;
    }
    fprintf(out, "# HELP %s%s %s\n# TYPE %s%s counter\n%s_total{interface=\"", name, ending,
            counter_description(counter), name, ending, name);
    write_label(interface, out);
    fprintf(out, "\"} %" PRIu64 "\n", value);
}

static void
write_gauge(const char *name, const char *help, const char *interface, double value,
            FILE *out)
{
    fprintf(out,
            "# HELP sectorwatch_%s %s\n# TYPE sectorwatch_%s gauge\n"
            "sectorwatch_%s{interface=\"",
            name, help, name, name);
    write_label(interface, out);
    fprintf(out, "\"} %.12g\n", value);
}

static void
write_tables(const struct heartbeat *h, FILE *out)
{
    static const char *const names[] = { "entries", "capacity" };
    static const char *const help[] = { "entries in use of each table that can be full",
                                        "entries that it has" };

    for (unsigned which = 0; which < 2; which++) {
        fprintf(out, "# HELP sectorwatch_table_%s %s\n# TYPE sectorwatch_table_%s gauge\n",
                names[which], help[which], names[which]);
        for (enum heartbeat_table table = 0; table < N_HEARTBEAT_TABLES; table++) {
            const struct table_fill *fill = &h->tables[table];

            fprintf(out, "sectorwatch_table_%s{interface=\"", names[which]);
            write_label(h->interface, out);
            fprintf(out, "\",table=\"%s\"} %" PRIu32 "\n", heartbeat_table_name(table),
                    which == 0 ? fill->n : fill->capacity);
        }
    }
}

static void
write_interface_metric(const struct heartbeat *h, const char *name, size_t i,
                       uint64_t value, FILE *out)
{
    fprintf(out, "sectorwatch_interface_%s{interface=\"", name);
    write_label(h->interfaces[i].name, out);
    fprintf(out, "\"} %" PRIu64 "\n", value);
}

/* What each interface brought and lost; the metrics of the sensor are of all together. */
static void
write_interfaces(const struct heartbeat *h, enum metrics_format format, FILE *out)
{
    static const struct {
        const char *name, *help;
        size_t offset;
    } counts[] = {
        { "packets", "frames read of each interface",
          offsetof(struct interface_report, packets) },
        { "bytes", "bytes of those frames on the wire",
          offsetof(struct interface_report, bytes) },
        { "ring_dropped", "frames dropped because its ring was full",
          offsetof(struct interface_report, ring_dropped) },
        { "kernel_dropped", "frames the kernel dropped before its ring",
          offsetof(struct interface_report, kernel_dropped) },
        { "device_dropped", "frames it dropped itself",
          offsetof(struct interface_report, interface_dropped) },
    };
    const char *ending = format == METRICS_TEXT ? "_total" : "";

    if (h->n_interfaces == 0) {
        return;
    }
    fputs("# HELP sectorwatch_interface_up 1 if the interface is up and captured\n"
          "# TYPE sectorwatch_interface_up gauge\n",
          out);
    for (size_t i = 0; i < h->n_interfaces; i++) {
        const struct interface_report *interface = &h->interfaces[i];

        write_interface_metric(
            h, "up", i, interface->state == INTERFACE_UP && *interface->fault == '\0', out);
    }
    for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++) {
        char name[NAME_SIZE];

        fprintf(out,
                "# HELP sectorwatch_interface_%s%s %s\n"
                "# TYPE sectorwatch_interface_%s%s counter\n",
                counts[k].name, ending, counts[k].help, counts[k].name, ending);
        (void) snprintf(name, sizeof name, "%s_total", counts[k].name);
        for (size_t i = 0; i < h->n_interfaces; i++) {
            const char *count = (const char *) &h->interfaces[i] + counts[k].offset;
            uint64_t value;

            memcpy(&value, count, sizeof value);
            write_interface_metric(h, name, i, value, out);
        }
    }
}

/* Backslash, quote and line feed are escaped in the value of a label. */
static void
write_label(const char *value, FILE *out)
{
    for (; *value != '\0'; value++) {
        if (*value == '\n') {
            fputs("\\n", out);
        } else {
            if (*value == '\\' || *value == '"') {
                putc('\\', out);
            }
            putc(*value, out);
        }
    }
}
