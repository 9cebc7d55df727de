#include "sensor/intake.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/timestamp.h"
#include "sensor/lanes.h"
#include "sensor/pipeline.h"
#include "sensor/thread.h"

/* How long the kernel may keep frames of a block that is not full: of one interface, so
 * that few wake-ups are needed; of several, so that they need not be held for long. */
enum { DELAY_MS = 100, DELAY_OF_SEVERAL_MS = 10 };

/* Who reads an interface. */
struct reader {
    struct intake *intake;
    unsigned lane;
    struct source *source;
    pthread_t thread;
    atomic_bool has_failed;
    atomic_uint n_rounds;
    unsigned n_seen_rounds; /* At the last look. */
};

struct intake {
    size_t n;
    struct reader readers[INTERFACES_MAX];
    struct pipeline *pipeline;
    bool is_running;
    atomic_bool is_stopped;
    atomic_uint n_alive, n_running;
};

static void *read_lane(void *argument);
static enum source_status read_only_one(struct intake *intake);
static void fail(struct reader *reader);

struct intake *
intake_open(const char *const *interfaces, size_t n,
            const struct source_live_config *config, struct problem_list *problems)
{
    struct intake *intake = memory_zeroed(1, sizeof *intake);
    struct source_live_config each = *config;
    bool is_whole = true;

    assert(n > 0 && n <= INTERFACES_MAX);
    intake->n = n;
    atomic_store(&intake->n_alive, (unsigned) n);
    each.delay_ms = n == 1 ? DELAY_MS : DELAY_OF_SEVERAL_MS;
    for (size_t i = 0; i < n; i++) {
        struct reader *reader = &intake->readers[i];

        reader->intake = intake;
        reader->lane = (unsigned) i;
        reader->source = source_open_live(interfaces[i], (uint16_t) i, &each, problems);
        is_whole &= reader->source != NULL;
    }
    if (!is_whole) {
        intake_close(intake);
        return NULL;
    }
    return intake;
}

void
intake_close(struct intake *intake)
{
    if (intake == NULL) {
        return;
    }
    for (size_t i = 0; i < intake->n; i++) {
        source_close(intake->readers[i].source);
    }
    free(intake);
}

unsigned
intake_n_lanes(const struct intake *intake)
{
    return (unsigned) intake->n;
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
    if (intake->n == 1) {
        return;
    }
    atomic_store(&intake->n_running, (unsigned) intake->n);
    for (size_t i = 0; i < intake->n; i++) {
        thread_start(&intake->readers[i].thread, read_lane, &intake->readers[i]);
    }
    intake->is_running = true;
}

void
intake_stop(struct intake *intake)
{
    if (!intake->is_running) {
        return;
    }
    atomic_store(&intake->is_stopped, true);
    while (atomic_load(&intake->n_running) > 0) { /* Who waits for room must get it. */
        (void) pipeline_merge(intake->pipeline);
    }
    for (size_t i = 0; i < intake->n; i++) {
        (void) pthread_join(intake->readers[i].thread, NULL);
    }
    intake->is_running = false;
}

enum source_status
intake_go_on(struct intake *intake)
{
    if (intake->n == 1) {
        return read_only_one(intake);
    }
    if (pipeline_merge(intake->pipeline)) {
        return SOURCE_OK;
    }
    return atomic_load(&intake->n_alive) > 0 ? SOURCE_IDLE : SOURCE_FAILED;
}

const char *
intake_fault(const struct intake *intake, size_t interface)
{
    const struct reader *reader = &intake->readers[interface];

    return atomic_load(&reader->has_failed) ? source_error(reader->source) : "";
}

const char *
intake_prefilter_refusal(const struct intake *intake, size_t interface)
{
    return source_prefilter_refusal(intake->readers[interface].source);
}

void
intake_read_drops(struct intake *intake)
{
    if (intake->n == 1) {
        source_read_drops(intake->readers[0].source, pipeline_counters(intake->pipeline));
    }
}

bool
intake_progresses(struct intake *intake)
{
    bool is_well = true;

    for (size_t i = 0; intake->is_running && i < intake->n; i++) {
        struct reader *reader = &intake->readers[i];
        const unsigned n_rounds = atomic_load(&reader->n_rounds);

        is_well &= n_rounds != reader->n_seen_rounds || atomic_load(&reader->has_failed);
        reader->n_seen_rounds = n_rounds;
    }
    return is_well;
}

static enum source_status
read_only_one(struct intake *intake)
{
    struct reader *reader = &intake->readers[0];
    struct frame_batch *batch = pipeline_batch(intake->pipeline);
    struct counters *counters = pipeline_counters(intake->pipeline);
    enum source_status status =
        source_next(reader->source, FRAME_BATCH_MAX, batch, counters);

    if (status == SOURCE_IDLE) {
        source_wait(&reader->source, 1);
        status = source_next(reader->source, FRAME_BATCH_MAX, batch, counters);
    }
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
    uint64_t counted_ns = timestamp_monotonic();

    while (status != SOURCE_FAILED && !atomic_load(&reader->intake->is_stopped)) {
        struct frame_batch *batch = lane_frames(lanes, reader->lane);
        const uint64_t now_ns = timestamp_monotonic();

        status = source_next(reader->source, FRAME_BATCH_MAX, batch, &counted);
        lane_take(lanes, reader->lane, &counted);
        if (status == SOURCE_IDLE) {
            source_wait(&reader->source, 1);
        }
        if (now_ns - counted_ns >= NS_PER_SECOND) {
            counted_ns = now_ns;
            source_read_drops(reader->source, &counted);
            lane_count(lanes, reader->lane, &counted);
        }
        atomic_fetch_add(&reader->n_rounds, 1);
    }
    if (status == SOURCE_FAILED) {
        fail(reader);
    }
    source_read_drops(reader->source, &counted);
    lane_count(lanes, reader->lane, &counted);
    lane_end(lanes, reader->lane);
    atomic_fetch_sub(&reader->intake->n_running, 1);
    return NULL;
}

static void
fail(struct reader *reader)
{
    log_error("run", "%s: %s", source_name(reader->source), source_error(reader->source));
    atomic_store(&reader->has_failed, true);
    atomic_fetch_sub(&reader->intake->n_alive, 1);
}
