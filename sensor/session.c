#include "sensor/session.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alert/text.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/timestamp.h"

/* How long a read waits for a receiver that does not take alerts before it counts one as
 * lost; and how long the end of every run waits.  A capture never waits: its queue may fill
 * up. */
static const uint64_t receiver_wait_ns = 10 * NS_PER_SECOND;

static const char *sink_path(const struct session *session, const char *option,
                             const char *setting);
static bool name_interfaces(struct session *session, const char *const *interfaces,
                            size_t n_interfaces);
static bool open_sinks(struct session *session);

static void
describe_sensor(struct session *session, const char *name, const char *const *interfaces,
                size_t n_interfaces)
{
    const struct settings_alert *s = &session->policy->settings.alert;
    unsigned facility = 0;

    if (gethostname(session->hostname, sizeof session->hostname - 1) != 0 ||
        session->hostname[0] == '\0') {
        (void) strcpy(session->hostname, "localhost");
    }
    (void) facility_parse(s->facility, &facility);
    session->sensor = (struct sensor){
        .hostname = *s->hostname != '\0' ? s->hostname : session->hostname,
        .version = SW_VERSION,
        .name = name,
        .interfaces = interfaces,
        .n_interfaces = n_interfaces,
        .geo = session->policy->geo,
        .reference = s->reference,
        .community_id_seed = (uint16_t) s->community_id_seed,
        .enterprise_number = s->enterprise_number,
        .syslog_facility = facility,
        .pid = session->live ? (uint32_t) getpid() : 0,
    };
}

bool
session_begin(struct session *session, const struct options *options, bool live,
              const char *const *interfaces, size_t n_interfaces)
{
    *session = (struct session){ .options = options,
                                 .live = live,
                                 .began_ns = timestamp_monotonic() };
    session->policy = command_policy(options);
    if (session->policy == NULL) {
        return false;
    }
    if (live) {
        policy_digest(session->policy, session->digest);
    }
    if (live) {
        if (!name_interfaces(session, interfaces, n_interfaces)) {
            session_cancel(session);
            return false;
        }
    } else {
        describe_sensor(session, "", interfaces, n_interfaces);
    }
    if (!open_sinks(session)) {
        session_cancel(session);
        return false;
    }
    return true;
}

/* Who asks a sensor whose configuration names the interfaces need not know them. */
static bool
name_interfaces(struct session *session, const char *const *interfaces, size_t n_interfaces)
{
    const struct settings *settings = &session->policy->settings;
    const struct text_list *configured = &settings->interfaces;
    const bool is_told = n_interfaces > 0;
    const size_t n = is_told ? n_interfaces : configured->n;
    struct text text = text_init(session->interfaces_text, sizeof session->interfaces_text);

    if (n == 0) {
        fprintf(stderr,
                "sectorwatch: run needs an interface: -i INTERFACE, or capture.interfaces "
                "in %s\n",
                settings->file);
        return false;
    }
    session->arena = arena_new();
    for (size_t i = 0; i < n; i++) {
        session->interfaces[i] =
            arena_text(session->arena, is_told ? interfaces[i] : configured->texts[i]);
        text_format(&text, "%s%s", i == 0 ? "" : ", ", session->interfaces[i]);
    }
    describe_sensor(session, is_told ? session->interfaces[0] : "all", session->interfaces,
                    n);
    return true;
}

void
session_start(struct session *session)
{
    const unsigned n_workers = session->options->n_workers;

    session->pipeline = pipeline_new(&(struct pipeline_config){
        .policy = session->policy,
        .sensor = &session->sensor,
        .sinks = session->sinks,
        .seed = session->live ? hash_seed_random() : hash_seed_fixed(),
        .live = session->live,
        .n_lanes = session->intake == NULL ? 1 : intake_n_lanes(session->intake),
        .hold_ns = session->intake == NULL ? 0 : intake_hold(session->intake),
        .n_workers = n_workers == 0 ? 1 : n_workers,
    });
}

const char *
session_alert_file(const struct session *session)
{
    return sink_path(session, session->options->alert_file,
                     session->policy->settings.alert.file);
}

void
session_socket_path(const struct session *session, const char *name,
                    char path[static SESSION_PATH_SIZE])
{
    (void) snprintf(path, SESSION_PATH_SIZE, "%s/%s/%s",
                    session->policy->settings.ctl.folder, session->sensor.name, name);
}

static void
add_sink(struct session *session, struct sink *sink)
{
    if (sink != NULL) {
        sink_set_patience(sink, session->live ? 0 : receiver_wait_ns);
        session->sinks[session->n_sinks++] = sink;
    }
}

/* A name from the command line, else, when live, from the configuration; NULL if neither.
 */
static const char *
sink_path(const struct session *session, const char *option, const char *setting)
{
    const char *path = option != NULL ? option : session->live ? setting : "";

    return *path == '\0' ? NULL : path;
}

static bool
open_sinks(struct session *session)
{
    const struct options *o = session->options;
    const struct settings_alert *s = &session->policy->settings.alert;
    const char *file = session_alert_file(session);
    const char *syslog = sink_path(session, o->alert_syslog, s->syslog);
    struct problem_list *problems = problem_list_new();
    bool good;

    if (o->has_format || !session->live) {
        add_sink(session, sink_new_stdout(o->format));
    }
    if (file != NULL) {
        add_sink(session, sink_new_file(file, problems));
    }
    if (syslog != NULL) {
        add_sink(session, sink_new_syslog(syslog, s->syslog_queue, problems));
    }
    if (session->n_sinks == 0) {
        problem_error(problems, session->policy->settings.file, 0,
                      "alerts would go nowhere; expected alert.syslog, alert.file or -o");
    }
    problem_list_print(problems, stderr);
    good = problem_list_n_errors(problems) == 0;
    problem_list_free(problems);
    return good;
}

struct policy *
session_renew(struct session *session, struct policy *policy,
              const char digest[static POLICY_DIGEST_SIZE])
{
    struct policy *before = session->policy;

    pipeline_renew(session->pipeline, policy);
    session->policy = policy;
    memcpy(session->digest, digest, POLICY_DIGEST_SIZE);
    session->refusal[0] = '\0';
    describe_sensor(session, session->sensor.name, session->sensor.interfaces,
                    session->sensor.n_interfaces);
    return before;
}

bool
session_is_broken(const struct session *session)
{
    for (size_t i = 0; i < session->n_sinks; i++) {
        if (sink_failed(session->sinks[i])) {
            return true;
        }
    }
    return false;
}

bool
session_is_deaf(const struct session *session)
{
    for (size_t i = 0; i < session->n_sinks; i++) {
        if (!sink_is_over(session->sinks[i])) {
            return false;
        }
    }
    return true;
}

static void
write_summary(struct session *session)
{
    const struct options *o = session->options;
    const enum summary_kind kind = o->summary != SUMMARY_DEFAULT ? o->summary
                                   : o->format == FORMAT_TABLE   ? SUMMARY_TEXT
                                                                 : SUMMARY_NONE;
    const double seconds =
        (double) (timestamp_monotonic() - session->began_ns) / (double) NS_PER_SECOND;
    const struct counters *counters = pipeline_counters(session->pipeline);

    if (kind == SUMMARY_JSON) {
        summary_write_json(pipeline_summary(session->pipeline), counters, seconds, stderr);
    } else if (kind == SUMMARY_TEXT) {
        summary_write_text(pipeline_summary(session->pipeline), counters, seconds, stderr);
    }
}

bool
session_end(struct session *session, unsigned n_files)
{
    struct counters *counters = pipeline_counters(session->pipeline);
    bool delivered = true;

    pipeline_end(session->pipeline);
    pipeline_set_files(session->pipeline, n_files);
    for (size_t i = 0; i < session->n_sinks; i++) {
        struct sink *sink = session->sinks[i];

        if (!sink_flush(sink, receiver_wait_ns, counters) || sink_failed(sink)) {
            log_error("alert", "%s: not all alerts were delivered: %s", sink_name(sink),
                      sink_error(sink));
            delivered = false;
        }
    }
    write_summary(session);
    session_cancel(session);
    return delivered;
}

void
session_cancel(struct session *session)
{
    pipeline_free(session->pipeline);
    for (size_t i = 0; i < session->n_sinks; i++) {
        sink_free(session->sinks[i]);
    }
    policy_free(session->policy);
    arena_free(session->arena);
}
