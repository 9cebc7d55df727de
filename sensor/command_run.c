#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/timestamp.h"
#include "sensor/command.h"
#include "sensor/session.h"

static volatile sig_atomic_t stop_asked, reopen_asked;

static void capture(struct session *session, struct source *source);

static void
on_signal(int number)
{
    if (number == SIGHUP) {
        reopen_asked = 1;
    } else {
        stop_asked = 1;
    }
}

static void
catch_signals(void)
{
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction action = { .sa_handler = on_signal };

    (void) sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        (void) sigaction(numbers[i], &action, NULL);
    }
}

static struct source *
open_interface(const struct session *session, const struct options *options)
{
    struct source_live_config config = session->policy->settings.capture;
    struct problem_list *problems = problem_list_new();
    struct source *source;

    if (options->filter != NULL) {
        config.filter = options->filter;
    }
    if (config.filter != NULL && *config.filter == '\0') {
        config.filter = NULL;
    }
    source = source_open_live(options->interface, 0, &config, problems);
    problem_list_print(problems, stderr);
    problem_list_free(problems);
    return source;
}

int
command_run(const struct options *options)
{
    struct session session;
    struct source *source;
    bool delivered, failed;

    if (options->interface == NULL) {
        fputs("sectorwatch: run needs an interface: -i INTERFACE\n", stderr);
        return EXIT_USAGE;
    }
    catch_signals();
    if (!session_begin(&session, options, true, &options->interface, 1)) {
        return EXIT_USAGE;
    }
    source = open_interface(&session, options);
    if (source == NULL) {
        session_cancel(&session);
        return EXIT_USAGE;
    }
    log_info("run", "capturing on %s: %zu rules, %zu critical ranges", options->interface,
             rule_set_n(session.policy->rules),
             sector_map_n_ranges(session.policy->sectors));
    capture(&session, source);
    failed = *source_error(source) != '\0';
    if (failed) {
        log_error("run", "%s: %s", source_name(source), source_error(source));
    }
    source_read_drops(source, pipeline_counters(session.pipeline));
    source_close(source);
    delivered = session_end(&session, 0);
    return delivered && !failed ? EXIT_ALL_WELL : EXIT_INCOMPLETE;
}

static void
reopen_sinks(struct session *session)
{
    for (size_t i = 0; i < session->n_sinks; i++) {
        sink_reopen(session->sinks[i]);
    }
}

/* What is done once a second. */
static void
look_after(struct session *session, struct source *source)
{
    struct counters *counters = pipeline_counters(session->pipeline);

    source_read_drops(source, counters);
    pipeline_hold_sinks(session->pipeline);
    for (size_t i = 0; i < session->n_sinks; i++) {
        (void) sink_flush(session->sinks[i], 0, counters);
    }
    if (reopen_asked) {
        reopen_asked = 0;
        reopen_sinks(session);
    }
    pipeline_release_sinks(session->pipeline);
}

/* Captures until a signal, until the interface fails, or until nobody takes alerts any
 * more. */
static void
capture(struct session *session, struct source *source)
{
    struct counters *counters = pipeline_counters(session->pipeline);
    uint64_t looked_at_ns = 0;
    enum source_status status = SOURCE_OK;

    while (!stop_asked && status != SOURCE_FAILED && status != SOURCE_END &&
           !session_is_deaf(session)) {
        struct frame_batch *batch = pipeline_batch(session->pipeline);
        const uint64_t wall_ns = timestamp_now(), clock_ns = timestamp_monotonic();

        status = source_next(source, FRAME_BATCH_MAX, batch, counters);
        pipeline_take(session->pipeline);
        if (status == SOURCE_IDLE) {
            pipeline_advance(session->pipeline, wall_ns);
        }
        if (clock_ns - looked_at_ns >= NS_PER_SECOND || reopen_asked) {
            looked_at_ns = clock_ns;
            look_after(session, source);
        }
    }
}
