#include "sensor/intake.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/timestamp.h"
#include "sensor/lanes.h"
#include "sensor/pipeline.h"
#include "sensor/thread.h"

/* How long the kernel may keep frames of a block that is not full: of one ring, so that few
 * wake-ups are needed; of several, so that they need not be held for long. */
enum { DELAY_MS = 100, DELAY_OF_SEVERAL_MS = 10 };

/* Who reads a ring. */
struct reader {
    struct intake *intake;
    size_t interface;
    unsigned lane;
    struct source *source;
    pthread_t thread;
    uint64_t looked_ns;
    struct interface seen; /* At the last look. */
    atomic_uint n_rounds;
    unsigned n_seen_rounds; /* At the last question. */

    pthread_mutex_t mutex; /* Of what follows. */
    struct interface_report report;
};

struct intake {
    size_t n;
    unsigned n_readers, n_rings;
    struct reader readers[LANES_MAX]; /* Those of an interface one after the other. */
    struct pipeline *pipeline;
    atomic_bool is_stopped;
    atomic_uint n_alive, n_running;
};

static bool open_interface(struct intake *intake, const char *name,
                           const struct source_live_config *config,
                           struct problem_list *problems);
static void *read_lane(void *argument);
static enum source_status read_only_one(struct intake *intake);
static void note(struct reader *reader, struct counters *counted);
static void note_last(struct reader *reader, struct counters *counted);
static void fail(struct reader *reader);

struct intake *
intake_open(const char *const *interfaces, size_t n, unsigned n_rings,
            const struct source_live_config *config, struct problem_list *problems)
{
    struct intake *intake = memory_zeroed(1, sizeof *intake);
    struct source_live_config each = *config;
    bool is_whole = true;

    assert(n > 0 && n <= INTERFACES_MAX && n_rings > 0);
    if (n * n_rings > LANES_MAX) {
        problem_error(problems, "capture.rings", 0,
                      "%zu interfaces with %u rings each are too many rings; expected at "
                      "most %d in all",
                      n, n_rings, LANES_MAX);
        free(intake);
        return NULL;
    }
    intake->n_rings = n_rings;
    each.delay_ms = n * n_rings == 1 ? DELAY_MS : DELAY_OF_SEVERAL_MS;
    for (; intake->n < n; intake->n++) {
        is_whole &= open_interface(intake, interfaces[intake->n], &each, problems);
    }
    atomic_store(&intake->n_alive, intake->n_readers);
    if (!is_whole) {
        intake_close(intake);
        return NULL;
    }
    return intake;
}

static bool
open_interface(struct intake *intake, const char *name,
               const struct source_live_config *config, struct problem_list *problems)
{
    struct source *sources[LANES_MAX];

    for (unsigned i = 0; i < intake->n_rings; i++) {
        struct reader *reader = &intake->readers[intake->n_readers];
        struct counters unused = { 0 };

        sources[i] = source_open_live(name, (uint16_t) intake->n, config, problems);
        if (sources[i] == NULL) {
            return false;
        }
        reader->intake = intake;
        reader->interface = intake->n;
        reader->lane = intake->n_readers++;
        reader->source = sources[i];
        reader->seen = *source_look(sources[i], &unused);
        reader->report = (struct interface_report){ .name = name, .fault = "" };
        reader->report.state = reader->seen.state;
        (void) strcpy(reader->report.name_now, reader->seen.name);
        (void) pthread_mutex_init(&reader->mutex, NULL);
    }
    return intake->n_rings == 1 || source_share(sources, intake->n_rings, problems);
}

void
intake_close(struct intake *intake)
{
    if (intake == NULL) {
        return;
    }
    for (unsigned i = 0; i < intake->n_readers; i++) {
        source_close(intake->readers[i].source);
        (void) pthread_mutex_destroy(&intake->readers[i].mutex);
    }
    free(intake);
}

unsigned
intake_n_lanes(const struct intake *intake)
{
    return intake->n_readers;
}

/* The kernel looks at a block each time the delay has passed, and may have to do so twice;
 * the rest is for the threads to get their turn. */
uint64_t
intake_hold(const struct intake *intake)
{
    (void) intake;
    return 3 * DELAY_OF_SEVERAL_MS * (NS_PER_SECOND / 1000);
}

void
intake_start(struct intake *intake, struct pipeline *pipeline)
{
    intake->pipeline = pipeline;
    if (intake->n_readers == 1) {
        return;
    }
    atomic_store(&intake->n_running, intake->n_readers);
    for (unsigned i = 0; i < intake->n_readers; i++) {
        thread_start(&intake->readers[i].thread, "reader", read_lane, &intake->readers[i]);
    }
}

void
intake_stop(struct intake *intake)
{
    if (intake->n_readers == 1) {
        note_last(&intake->readers[0], pipeline_counters(intake->pipeline));
        return;
    }
    atomic_store(&intake->is_stopped, true);
    while (atomic_load(&intake->n_running) > 0) { /* Who waits for room must get it. */
        (void) pipeline_merge(intake->pipeline);
    }
    for (unsigned i = 0; i < intake->n_readers; i++) {
        (void) pthread_join(intake->readers[i].thread, NULL);
    }
}

enum source_status
intake_go_on(struct intake *intake)
{
    if (intake->n_readers == 1) {
        return read_only_one(intake);
    }
    if (pipeline_merge(intake->pipeline)) {
        return SOURCE_OK;
    }
    return atomic_load(&intake->n_alive) > 0 ? SOURCE_IDLE : SOURCE_FAILED;
}

size_t
intake_n(const struct intake *intake)
{
    return intake->n;
}

const char *
intake_prefilter_refusal(const struct intake *intake, size_t interface)
{
    const struct reader *rings = &intake->readers[interface * intake->n_rings];
    const char *refusal = "";

    for (unsigned i = 0; i < intake->n_rings && *refusal == '\0'; i++) {
        refusal = source_prefilter_refusal(rings[i].source);
    }
    return refusal;
}

/* The state is the first ring's; what was counted, that of all. */
struct interface_report
intake_report(struct intake *intake, size_t interface)
{
    struct reader *rings = &intake->readers[interface * intake->n_rings];
    struct interface_report all = { .name = NULL };

    for (unsigned i = 0; i < intake->n_rings; i++) {
        const struct interface_report *report = &rings[i].report;

        (void) pthread_mutex_lock(&rings[i].mutex);
        if (i == 0) {
            all = *report;
        } else {
            all.fault = *all.fault == '\0' ? report->fault : all.fault;
            all.packets += report->packets;
            all.bytes += report->bytes;
            all.ring_dropped += report->ring_dropped;
        }
        (void) pthread_mutex_unlock(&rings[i].mutex);
    }
    return all;
}

bool
intake_progresses(struct intake *intake)
{
    bool is_well = true;

    for (unsigned i = 0; intake->n_readers > 1 && i < intake->n_readers; i++) {
        struct reader *reader = &intake->readers[i];
        const unsigned n_rounds = atomic_load(&reader->n_rounds);

        is_well &= n_rounds != reader->n_seen_rounds ||
                   *intake_report(intake, reader->interface).fault != '\0';
        reader->n_seen_rounds = n_rounds;
    }
    return is_well;
}

static enum source_status
read_only_one(struct intake *intake)
{
    struct reader *reader = &intake->readers[0];
    struct frame_batch *batch = pipeline_batch(intake->pipeline);
    struct counters counted = { 0 };
    enum source_status status =
        source_next(reader->source, FRAME_BATCH_MAX, batch, &counted);

    if (status == SOURCE_IDLE) {
        source_wait(&reader->source, 1);
        status = source_next(reader->source, FRAME_BATCH_MAX, batch, &counted);
    }
    note(reader, &counted);
    counters_add(pipeline_counters(intake->pipeline), &counted);
    pipeline_take(intake->pipeline);
    if (status == SOURCE_FAILED) {
        fail(reader);
    }
    return status;
}

static void *
read_lane(void *argument)
{
    struct reader *reader = argument;
    struct lanes *lanes = pipeline_lanes(reader->intake->pipeline);
    struct counters counted = { 0 };
    enum source_status status = SOURCE_OK;

    while (status != SOURCE_FAILED && !atomic_load(&reader->intake->is_stopped)) {
        struct frame_batch *batch = lane_frames(lanes, reader->lane);

        status = source_next(reader->source, FRAME_BATCH_MAX, batch, &counted);
        note(reader, &counted);
        if (status == SOURCE_OK) {
            lane_take(lanes, reader->lane, &counted);
        } else {
            lane_count(lanes, reader->lane, &counted);
            source_wait(&reader->source, 1);
        }
        atomic_fetch_add(&reader->n_rounds, 1);
    }
    if (status == SOURCE_FAILED) {
        fail(reader);
    }
    note_last(reader, &counted);
    lane_count(lanes, reader->lane, &counted);
    lane_end(lanes, reader->lane);
    atomic_fetch_sub(&reader->intake->n_running, 1);
    return NULL;
}

/* Tells what has changed of an interface. */
static void
tell(struct reader *reader, const struct interface *now)
{
    const struct interface *before = &reader->seen;
    const char *name = reader->report.name;

    if (now->state != INTERFACE_GONE && before->state == INTERFACE_GONE) {
        log_warning("run", "%s: there is such an interface again, and it is captured",
                    name);
    } else if (strcmp(now->name, before->name) != 0) {
        log_warning("run", "%s: is now called %s, and is captured as before", name,
                    now->name);
    }
    if (now->state != before->state) {
        log_warning("run", "%s: is %s", name, interface_state_name(now->state));
    }
}

/* Adds what was counted to the report, and looks at the interface each second. */
static void
note(struct reader *reader, struct counters *counted)
{
    struct interface_report *report = &reader->report;
    const uint64_t now_ns = timestamp_monotonic();
    struct interface now = reader->seen;

    if (now_ns - reader->looked_ns >= NS_PER_SECOND) {
        reader->looked_ns = now_ns;
        now = *source_look(reader->source, counted);
        if (reader->lane % reader->intake->n_rings == 0) {
            tell(reader, &now);
        }
    }
    (void) pthread_mutex_lock(&reader->mutex);
    report->state = now.state;
    memcpy(report->name_now, now.name, sizeof report->name_now);
    report->packets += counted->n[COUNTER_CAPTURE_PACKETS];
    report->bytes += counted->n[COUNTER_CAPTURE_BYTES];
    report->ring_dropped += counted->n[COUNTER_CAPTURE_RING_DROPPED];
    report->kernel_dropped += counted->n[COUNTER_CAPTURE_KERNEL_DROPPED];
    report->interface_dropped += counted->n[COUNTER_CAPTURE_INTERFACE_DROPPED];
    (void) pthread_mutex_unlock(&reader->mutex);
    reader->seen = now;
}

/* Adds what was dropped since the last look to 'counted'. */
static void
note_last(struct reader *reader, struct counters *counted)
{
    struct counters last = { 0 };

    reader->looked_ns = 0;
    note(reader, &last);
    counters_add(counted, &last);
}

static void
fail(struct reader *reader)
{
    log_error("run", "%s: %s", source_name(reader->source), source_error(reader->source));
    (void) pthread_mutex_lock(&reader->mutex);
    reader->report.fault = source_error(reader->source);
    (void) pthread_mutex_unlock(&reader->mutex);
    atomic_fetch_sub(&reader->intake->n_alive, 1);
}
