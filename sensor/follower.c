#include "sensor/follower.h"

#include <stdlib.h>

#include "base/memory.h"

static void begin(const struct follower *f, const struct job *job);
static bool follow_batches(struct follower *f, const struct job *job,
                           struct flow_report_list *list);

void
follower_init(struct follower *f, const struct flow_tracker_config *config, unsigned part,
              unsigned n_parts, struct flow_interest interest)
{
    f->tracker = flow_tracker_new(config, part, n_parts, interest);
    f->blocks = memory_zeroed(FOLLOWER_BLOCKS, sizeof *f->blocks);
}

void
follower_fini(struct follower *f)
{
    flow_tracker_free(f->tracker);
    free(f->blocks);
}

bool
follower_step(struct follower *f, const struct job *job)
{
    struct report_block *block = &f->blocks[f->n_filled % FOLLOWER_BLOCKS];
    struct flow_report_list *list = &block->list;

    if (f->at_batch == 0 && !f->at.has_begun) {
        begin(f, job);
    }
    prefetch_all_to_write(list->reports, sizeof list->reports);
    flow_report_list_clear(list);
    block->is_last = job->is_end
                         ? flow_tracker_end(f->tracker, job->order, job->now_ns, list)
                         : follow_batches(f, job, list);
    block->is_end = job->is_end;
    block->loss_percent = job->loss_percent;
    if (block->is_last) {
        block->counters = f->counters;
        block->flows = (struct flow_fill){ 0 };
        flow_tracker_fill(f->tracker, &block->flows);
        f->at_batch = 0;
    }
    return block->is_last;
}

/* Asks for what was tagged, as that was probably by another processor: first for what tells
 * whose the packets are. */
static void
begin(const struct follower *f, const struct job *job)
{
    for (unsigned i = 0; i < job->n; i++) {
        critical_batch_prefetch(job->batches[i].critical);
    }
    for (unsigned i = 0; i < job->n; i++) {
        flow_tracker_fetch(f->tracker, job->batches[i].critical);
    }
}

/* Goes on with the packets of a job until the list is full; returns true if it is done. */
static bool
follow_batches(struct follower *f, const struct job *job, struct flow_report_list *list)
{
    while (f->at_batch < job->n) {
        if (!flow_tracker_take(f->tracker, job->batches[f->at_batch].critical, &f->at,
                               &f->counters, list)) {
            return false;
        }
        f->at = (struct flow_tracker_position){ 0 };
        f->at_batch++;
    }
    return true;
}
