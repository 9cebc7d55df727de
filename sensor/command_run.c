#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/timestamp.h"
#include "sensor/command.h"
#include "sensor/ctl/answer.h"
#include "sensor/ctl/server.h"
#include "sensor/health.h"
#include "sensor/notify.h"
#include "sensor/range_filter.h"
#include "sensor/reach_files.h"
#include "sensor/reload.h"
#include "sensor/sandbox/sandbox.h"
#include "sensor/session.h"
#include "sensor/watch.h"

/* How often databases and lists are looked at. */
#define WATCH_INTERVAL_NS (10 * NS_PER_SECOND)

/* A sensor at work. */
struct sensor_run {
    struct session session;
    struct notifier *notifier;
    struct sandbox sandbox;
    struct health health;
    struct ctl_server *ctl; /* NULL: it has no sockets. */
    char ctl_path[SESSION_PATH_SIZE], metrics_path[SESSION_PATH_SIZE];
    struct reload *reload;
    struct watch *watch;
    uint64_t reload_awaited; /* The number of the one that somebody asked for; 0: nobody. */
    uint64_t looked_at_ns, told_ns, answered_ns, watched_ns;
};

/* Questions are answered in between batches, so often at most that they cost little. */
static const uint64_t answer_interval_ns = NS_PER_SECOND / 20;

static volatile sig_atomic_t stop_asked, reopen_asked, reload_asked;

static int run(struct sensor_run *run, const struct options *options);
static bool capture(struct sensor_run *run);

static void
on_signal(int number)
{
    switch (number) {
    case SIGHUP:
        reload_asked = reopen_asked = 1;
        break;
    case SIGUSR1:
        reopen_asked = 1;
        break;
    default:
        stop_asked = 1;
        break;
    }
}

static void
catch_signals(void)
{
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1 };
    struct sigaction action = { .sa_handler = on_signal };

    (void) sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        (void) sigaction(numbers[i], &action, NULL);
    }
}

static void
close_interfaces(struct session *session)
{
    intake_close(session->intake);
    prefilter_free(session->prefilter);
    session->intake = NULL;
    session->prefilter = NULL;
}

/* Returns false after messages if one of them cannot be captured as is asked for. */
static bool
open_interfaces(struct session *session, const struct options *options)
{
    const char *const *interfaces = session->sensor.interfaces;
    const size_t n = session->sensor.n_interfaces;
    struct source_live_config config = session->policy->settings.capture;
    struct problem_list *problems = problem_list_new();
    enum range_filter_mode mode;
    bool is_good;

    (void) range_filter_mode_parse(session->policy->settings.prefilter, &mode);
    session->prefilter = range_filter_new(mode, session->policy->sectors, problems);
    config.prefilter = session->prefilter;
    if (options->filter != NULL) {
        config.filter = options->filter;
    }
    if (config.filter != NULL && *config.filter == '\0') {
        config.filter = NULL;
    }
    session->intake =
        intake_open(interfaces, n, session->policy->settings.rings, &config, problems);
    if (session->intake != NULL && session->prefilter != NULL) {
        range_filter_check(mode, session->intake, interfaces, n, problems);
    }
    problem_list_print(problems, stderr);
    is_good = problem_list_n_errors(problems) == 0;
    problem_list_free(problems);
    if (!is_good) {
        close_interfaces(session);
    }
    return is_good;
}

/* A sensor that cannot be asked is better than none. */
static void
open_sockets(struct sensor_run *run)
{
    const struct session *session = &run->session;
    const struct settings *s = &session->policy->settings;
    struct problem_list *problems;

    if (*s->ctl.folder == '\0') {
        return;
    }
    session_socket_path(session, "ctl", run->ctl_path);
    session_socket_path(session, "metrics", run->metrics_path);
    problems = problem_list_new();
    run->ctl = ctl_server_new(
        &(struct ctl_server_config){
            .ctl_path = run->ctl_path,
            .ctl_group = s->ctl.group,
            .metrics_path = run->metrics_path,
            .metrics_group = s->metrics.group,
            .suppress_file = session->policy->suppress_file,
        },
        problems);
    problem_list_print(problems, stderr);
    problem_list_free(problems);
}

/* Gives up what a sensor that captures does not need any more.  False if that is not enough
 * for the mode it is to run in. */
static bool
enter_sandbox(struct sensor_run *run, const struct options *options)
{
    const struct settings *settings = &run->session.policy->settings;
    struct reach reach = { .places = NULL };
    struct sandbox_config config = {
        .reach = &reach,
        .keeps_abstract_sockets = notifier_is_abstract(run->notifier),
    };
    bool is_good;

    (void) sandbox_mode_parse(
        options->sandbox != NULL ? options->sandbox : settings->sandbox, &config.mode);
    reach_add_session(&reach, &run->session);
    is_good = sandbox_enter(&config, &run->sandbox);
    reach_fini(&reach);
    return is_good;
}

int
command_run(const struct options *options)
{
    struct sensor_run sensor = { .notifier = NULL };
    int status;

    catch_signals();
    log_never_wait();
    sensor.notifier = notifier_new();
    status = run(&sensor, options);
    notifier_free(sensor.notifier);
    return status;
}

static int
run(struct sensor_run *run, const struct options *options)
{
    struct session *session = &run->session;
    bool delivered, failed;

    if (!session_begin(session, options, true, options->interfaces,
                       options->n_interfaces)) {
        return EXIT_USAGE;
    }
    if (!open_interfaces(session, options)) {
        session_cancel(session);
        return EXIT_INCOMPLETE;
    }
    run->looked_at_ns = run->told_ns = timestamp_monotonic();
    health_init(&run->health, session, run->looked_at_ns);
    open_sockets(run);
    if (!enter_sandbox(run, options)) {
        ctl_server_free(run->ctl);
        close_interfaces(session);
        session_cancel(session);
        return EXIT_INCOMPLETE;
    }
    session_start(session);
    intake_start(session->intake, session->pipeline);
    if (run->ctl != NULL) {
        ctl_server_start(run->ctl);
    }
    log_info("run", "capturing on %s: %zu rules, %zu critical ranges",
             session->interfaces_text, rule_set_n(session->policy->rules),
             sector_map_n_ranges(session->policy->sectors));
    run->reload = reload_new(session);
    run->watch = watch_new();
    watch_renew(run->watch, session->policy);
    notify_ready(run->notifier);
    failed = !capture(run);
    notify_stopping(run->notifier);
    ctl_server_free(run->ctl);
    reload_free(run->reload);
    watch_free(run->watch);
    intake_stop(session->intake);
    delivered = session_end(session, 0);
    close_interfaces(session);
    return delivered && !failed ? EXIT_ALL_WELL : EXIT_INCOMPLETE;
}

static void
reopen_sinks(struct session *session)
{
    for (size_t i = 0; i < session->n_sinks; i++) {
        sink_reopen(session->sinks[i]);
    }
}

/* Tells the service manager that all is well, and each time there are new rates, how. */
static void
tell_manager(struct sensor_run *run, uint64_t now_ns, uint64_t n_alerts)
{
    const struct rates *rates = health_rates(&run->health);
    char text[RATES_TEXT_SIZE], status[SESSION_INTERFACES_SIZE + RATES_TEXT_SIZE + 64];

    if (pipeline_progresses(run->session.pipeline) &&
        intake_progresses(run->session.intake)) {
        notify_is_well(run->notifier, now_ns);
    }
    if (rates->since_ns != run->told_ns) {
        run->told_ns = rates->since_ns;
        rates_format(rates, text);
        (void) snprintf(status, sizeof status, "%s: %s, %llu alerts so far",
                        run->session.interfaces_text, text, (unsigned long long) n_alerts);
        notify_status(run->notifier, status);
    }
}

static uint64_t
ask_for_reload(struct sensor_run *run, bool is_forced, const char *why)
{
    log_info("reload", "asked for: %s", why);
    notify_reloading(run->notifier);
    return reload_ask(run->reload, is_forced);
}

/* Tells who waits for it over the socket. */
static void
tell_outcome(struct sensor_run *run)
{
    const struct reload_outcome *outcome = reload_outcome(run->reload);

    if (run->reload_awaited != 0 && outcome->number >= run->reload_awaited) {
        run->reload_awaited = 0;
        answer_reload(ctl_server_mailbox(run->ctl), outcome);
    }
}

/* Goes on with a reload, asked for by a signal or under way. */
static void
go_on_with_reload(struct sensor_run *run)
{
    if (reload_asked) {
        reload_asked = 0;
        (void) ask_for_reload(run, false, "SIGHUP");
    }
    if (reload_go_on(run->reload)) {
        if (reload_outcome(run->reload)->is_taken) {
            watch_renew(run->watch, run->session.policy);
        }
        notify_ready(run->notifier);
        tell_outcome(run);
    }
}

/* Databases and lists that others renew are loaded by themselves. */
static void
look_at_files(struct sensor_run *run, uint64_t now_ns)
{
    if (now_ns - run->watched_ns >= WATCH_INTERVAL_NS) {
        const char *changed = watch_look(run->watch);

        run->watched_ns = now_ns;
        if (changed != NULL) {
            (void) ask_for_reload(run, false, changed);
        }
    }
}

/* What is done once a second. */
static void
look_after(struct sensor_run *run, uint64_t now_ns)
{
    struct session *session = &run->session;
    struct counters *counters = pipeline_counters(session->pipeline);
    uint64_t n_alerts;

    counter_add(counters, COUNTER_SENSOR_LOG_DROPPED, log_read_dropped());
    if (run->ctl != NULL) {
        ctl_server_read_counters(run->ctl, counters);
    }
    pipeline_hold_sinks(session->pipeline);
    for (size_t i = 0; i < session->n_sinks; i++) {
        (void) sink_flush(session->sinks[i], 0, counters);
    }
    if (reopen_asked) {
        reopen_asked = 0;
        reopen_sinks(session);
    }
    health_look(&run->health, now_ns, timestamp_now(), counters);
    n_alerts = pipeline_summary(session->pipeline)->alerts;
    pipeline_release_sinks(session->pipeline);
    tell_manager(run, now_ns, n_alerts);
    look_at_files(run, now_ns);
}

/* Answers who asks at the sockets. */
static void
answer(struct sensor_run *run, uint64_t now_ns)
{
    struct mailbox *mailbox = ctl_server_mailbox(run->ctl);
    enum answer_status status;

    if (now_ns - run->answered_ns < answer_interval_ns || !mailbox_has_question(mailbox)) {
        return;
    }
    run->answered_ns = now_ns;
    pipeline_hold_sinks(run->session.pipeline);
    status = answer_question(mailbox, &(struct answer_basis){ .session = &run->session,
                                                              .health = &run->health,
                                                              .sandbox = &run->sandbox,
                                                              .now_ns = now_ns,
                                                              .wall_ns = timestamp_now() });
    pipeline_release_sinks(run->session.pipeline);
    if (status != ANSWER_GIVEN) {
        run->reload_awaited = ask_for_reload(run, status == ANSWER_FORCED_RELOAD, "ctl");
    }
}

/* Captures until a signal, until no interface is left, or until nobody takes alerts any
 * more.  Returns false if no interface is left. */
static bool
capture(struct sensor_run *run)
{
    struct session *session = &run->session;
    enum source_status status = SOURCE_OK;

    run->watched_ns = run->looked_at_ns;
    while (!stop_asked && status != SOURCE_FAILED && !session_is_deaf(session)) {
        const uint64_t wall_ns = timestamp_now(), clock_ns = timestamp_monotonic();

        status = intake_go_on(session->intake);
        if (status == SOURCE_IDLE) {
            pipeline_advance(session->pipeline, wall_ns);
        }
        go_on_with_reload(run);
        if (clock_ns - run->looked_at_ns >= NS_PER_SECOND || reopen_asked) {
            run->looked_at_ns = clock_ns;
            look_after(run, clock_ns);
        }
        if (run->ctl != NULL) {
            answer(run, clock_ns);
        }
    }
    return status != SOURCE_FAILED;
}
