#include "sensor/reload.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/timestamp.h"
#include "sensor/policy_change.h"
#include "sensor/range_filter.h"
#include "sensor/thread.h"

enum { SENTENCE_SIZE = 256 };

/* Where the thread is: whose turn it is with what both work on. */
enum stage {
    STAGE_IDLE,     /* There is no thread. */
    STAGE_BUILDING, /* The thread's turn. */
    STAGE_BUILT,    /* The capturing thread's: takes 'policy', or does not. */
    STAGE_FREEING,  /* The thread's again: it frees what is left in 'policy'. */
    STAGE_OVER,     /* The thread ends. */
};

struct reload {
    struct session *session;
    struct reload_outcome outcome;
    uint64_t n_asked;
    bool is_asked, is_forced; /* Not begun yet. */

    pthread_t thread;
    sem_t decided;
    _Atomic enum stage stage;
    bool force;            /* The one under way is forced. */
    struct policy *policy; /* NULL: it could not be loaded. */
    char digest[POLICY_DIGEST_SIZE];
    char refusal[SESSION_REFUSAL_SIZE]; /* "": nothing speaks against it. */
    size_t n_differences;
    char *problems, *differences; /* Lines. */

    char *text; /* Of the outcome. */
};

static void begin(struct reload *reload);
static void *build(void *argument);
static void load(struct reload *reload, struct problem_list *problems);
static void compare(struct reload *reload);
static void end(struct reload *reload);
static void take(struct reload *reload, char sentence[static SENTENCE_SIZE]);
static void refuse(struct reload *reload, char sentence[static SENTENCE_SIZE]);
static void log_lines(void (*log)(const char *module, const char *format, ...),
                      const char *lines);
static FILE *open_text(char **text, size_t *size);

struct reload *
reload_new(struct session *session)
{
    struct reload *reload = memory_zeroed(1, sizeof *reload);

    reload->session = session;
    (void) sem_init(&reload->decided, 0, 0);
    return reload;
}

void
reload_free(struct reload *reload)
{
    if (reload == NULL) {
        return;
    }
    if (atomic_load(&reload->stage) != STAGE_IDLE) {
        (void) sem_post(&reload->decided);
        (void) pthread_join(reload->thread, NULL);
        free(reload->problems);
        free(reload->differences);
    }
    (void) sem_destroy(&reload->decided);
    free(reload->text);
    free(reload);
}

uint64_t
reload_ask(struct reload *reload, bool is_forced)
{
    if (!reload->is_asked) {
        reload->is_asked = true;
        reload->is_forced = false;
        reload->n_asked++;
    }
    reload->is_forced |= is_forced;
    return reload->n_asked;
}

bool
reload_go_on(struct reload *reload)
{
    switch (atomic_load(&reload->stage)) {
    case STAGE_IDLE:
        if (reload->is_asked) {
            begin(reload);
        }
        break;
    case STAGE_BUILT:
        end(reload);
        return true;
    case STAGE_OVER:
        (void) pthread_join(reload->thread, NULL);
        atomic_store(&reload->stage, STAGE_IDLE);
        break;
    case STAGE_BUILDING:
    case STAGE_FREEING:
        break;
    }
    return false;
}

const struct reload_outcome *
reload_outcome(const struct reload *reload)
{
    return &reload->outcome;
}

static void
begin(struct reload *reload)
{
    reload->is_asked = false;
    reload->force = reload->is_forced;
    atomic_store(&reload->stage, STAGE_BUILDING);
    thread_start(&reload->thread, "loader", build, reload);
}

static void *
build(void *argument)
{
    struct reload *reload = argument;
    struct problem_list *problems = problem_list_new();
    size_t size;
    FILE *out;

    load(reload, problems);
    out = open_text(&reload->problems, &size);
    problem_list_print(problems, out);
    (void) fclose(out);
    problem_list_free(problems);
    atomic_store(&reload->stage, STAGE_BUILT);

    thread_await(&reload->decided);
    if (reload->policy != NULL) {
        range_filter_set(reload->session->prefilter, reload->session->policy->sectors);
    }
    policy_free(reload->policy);
    atomic_store(&reload->stage, STAGE_OVER);
    return NULL;
}

static void
load(struct reload *reload, struct problem_list *problems)
{
    struct session *session = reload->session;

    reload->refusal[0] = '\0';
    reload->differences = NULL;
    reload->policy = policy_new(&session->options->policy, problems);
    if (reload->policy == NULL) {
        (void) snprintf(reload->refusal, sizeof reload->refusal,
                        "errors in the configuration: %zu",
                        problem_list_n_errors(problems));
        return;
    }
    range_filter_widen(session->prefilter, reload->policy->sectors);
    settings_keep(&reload->policy->settings, &session->policy->settings,
                  reload->policy->arena, problems);
    compare(reload);
}

/* The policy in use is only read, as it is by all others meanwhile. */
static void
compare(struct reload *reload)
{
    struct policy_change change;
    size_t size;
    FILE *out = open_text(&reload->differences, &size);

    change = policy_compare(reload->session->policy, reload->policy, out);
    (void) fclose(out);
    reload->n_differences = change.n;
    if (*change.shrinking != '\0' && !reload->force) {
        (void) snprintf(reload->refusal, sizeof reload->refusal, "%s", change.shrinking);
    }
    policy_digest(reload->policy, reload->digest);
}

/* What was built takes the place of what is in use, or does not. */
static void
end(struct reload *reload)
{
    char sentence[SENTENCE_SIZE];
    size_t size;
    FILE *out;

    reload->outcome.number = reload->n_asked - reload->is_asked;
    reload->outcome.is_taken = *reload->refusal == '\0';
    log_lines(reload->policy == NULL ? log_error : log_warning, reload->problems);
    if (reload->differences != NULL) {
        log_lines(log_info, reload->differences);
    }
    if (reload->outcome.is_taken) {
        take(reload, sentence);
    } else {
        refuse(reload, sentence);
    }
    free(reload->text);
    out = open_text(&reload->text, &size);
    fprintf(out, "%s%s%s\n", reload->problems,
            reload->differences != NULL ? reload->differences : "", sentence);
    (void) fclose(out);
    reload->outcome.text = reload->text;
    free(reload->problems);
    free(reload->differences);
    reload->problems = reload->differences = NULL;
    atomic_store(&reload->stage, STAGE_FREEING);
    (void) sem_post(&reload->decided);
}

static void
take(struct reload *reload, char sentence[static SENTENCE_SIZE])
{
    struct session *session = reload->session;
    const uint64_t began_ns = timestamp_monotonic();

    reload->policy = session_renew(session, reload->policy, reload->digest);
    counter_inc(pipeline_counters(session->pipeline), COUNTER_SENSOR_RELOADS);
    (void) snprintf(sentence, SENTENCE_SIZE,
                    "policy %s is in use now, differences: %zu; packets waited %.1f ms",
                    reload->digest, reload->n_differences,
                    (double) (timestamp_monotonic() - began_ns) / 1e6);
    log_info("reload", "%s", sentence);
}

static void
refuse(struct reload *reload, char sentence[static SENTENCE_SIZE])
{
    struct session *session = reload->session;

    (void) snprintf(session->refusal, sizeof session->refusal, "%s", reload->refusal);
    counter_inc(pipeline_counters(session->pipeline), COUNTER_SENSOR_RELOADS_REFUSED);
    (void) snprintf(sentence, SENTENCE_SIZE, "refused, policy %s stays in use: %s",
                    session->digest, reload->refusal);
    log_error("reload", "%s", sentence);
}

static void
log_lines(void (*log)(const char *module, const char *format, ...), const char *lines)
{
    while (*lines != '\0') {
        const size_t n = strcspn(lines, "\n");

        log("reload", "%.*s", (int) n, lines);
        lines += n + (lines[n] == '\n');
    }
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
