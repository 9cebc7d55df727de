#include "sensor/intake.h"

#include <assert.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/memory.h"

struct intake {
    struct source *sources[INTERFACES_MAX];
    size_t n;
    struct source *alive[INTERFACES_MAX]; /* Those that have not failed. */
    size_t n_alive;
    size_t at; /* Whose turn it is of them. */
};

static enum source_status read_one(struct intake *intake, struct frame_batch *batch,
                                   struct counters *counters);
static void give_up(struct intake *intake, size_t at);

struct intake *
intake_open(const char *const *interfaces, size_t n,
            const struct source_live_config *config, struct problem_list *problems)
{
    struct intake *intake = memory_zeroed(1, sizeof *intake);

    assert(n > 0 && n <= INTERFACES_MAX);
    for (size_t i = 0; i < n; i++) {
        struct source *source =
            source_open_live(interfaces[i], (uint16_t) i, config, problems);

        if (source != NULL) {
            intake->alive[intake->n] = intake->sources[intake->n] = source;
            intake->n++;
        }
    }
    intake->n_alive = intake->n;
    if (intake->n < n) {
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
        source_close(intake->sources[i]);
    }
    free(intake);
}

enum source_status
intake_next(struct intake *intake, struct frame_batch *batch, struct counters *counters)
{
    enum source_status status = read_one(intake, batch, counters);

    if (status == SOURCE_IDLE) {
        source_wait(intake->alive, intake->n_alive);
        status = read_one(intake, batch, counters);
    }
    return status;
}

const char *
intake_fault(const struct intake *intake, size_t interface)
{
    return source_error(intake->sources[interface]);
}

void
intake_read_drops(struct intake *intake, struct counters *counters)
{
    for (size_t i = 0; i < intake->n; i++) {
        source_read_drops(intake->sources[i], counters);
    }
}

/* Frames of the first interface that has any, from the one on whose turn it is. */
static enum source_status
read_one(struct intake *intake, struct frame_batch *batch, struct counters *counters)
{
    size_t n_idle = 0;

    while (n_idle < intake->n_alive) {
        const size_t at = intake->at % intake->n_alive;
        const enum source_status status =
            source_next(intake->alive[at], FRAME_BATCH_MAX, batch, counters);

        if (status == SOURCE_FAILED) {
            give_up(intake, at);
            continue;
        }
        intake->at = at + 1;
        if (status == SOURCE_OK) {
            return SOURCE_OK;
        }
        n_idle++;
    }
    return intake->n_alive > 0 ? SOURCE_IDLE : SOURCE_FAILED;
}

static void
give_up(struct intake *intake, size_t at)
{
    const struct source *source = intake->alive[at];

    log_error("run", "%s: %s", source_name(source), source_error(source));
    intake->n_alive--;
    for (size_t i = at; i < intake->n_alive; i++) {
        intake->alive[i] = intake->alive[i + 1];
    }
}
