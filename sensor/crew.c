#include "sensor/crew.h"

#include <assert.h>
#include <pthread.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/prefetch.h"
#include "sensor/follower.h"
#include "sensor/thread.h"

/* Jobs under way at a time: few, so that they stay in the cache. */
enum { N_JOBS = 4 };

struct crew {
    unsigned n;
    bool caller_helps;
    struct follower followers[FLOW_SHARDS];

    unsigned n_threads;
    pthread_t threads[FLOW_SHARDS];

    /* The caller's. */
    struct job jobs[N_JOBS]; /* A ring. */
    bool has_job;            /* One is in hand, which is free. */
    unsigned n_seen_judged;  /* When it last looked. */

    /* Of the thread that judges. */
    alignas(CACHE_LINE) struct assessor *assessor;
    struct counters counters;

    /* What can be done, and who is at what; all else is for who is at it. */
    alignas(CACHE_LINE) pthread_mutex_t lock;
    pthread_cond_t has_work, has_progress;
    unsigned n_idle;        /* Threads that wait for work. */
    bool is_caller_waiting; /* For progress. */
    unsigned n_handed_over; /* Jobs, ... */
    unsigned n_judged;      /* ... and of these those that are done. */
    bool is_judging;        /* A thread is. */
    bool is_in_job;         /* The next one is judged in part. */
    bool is_held;           /* No job is begun to be judged. */
    bool has_ended;         /* All is judged. */
};

static void *work(void *argument);
static bool do_step(struct crew *crew);
static bool has_step(struct crew *crew);
static bool can_judge(const struct crew *crew);
static struct follower *next_follower(struct crew *crew);
static void follow(struct crew *crew, struct follower *f);
static void judge(struct crew *crew);
static void take_up(struct crew *crew);
static struct follower *judge_reports(struct crew *crew);
static bool put_down(struct crew *crew, struct follower *f);
static void fetch(struct assessor *assessor, const struct report_block *block);
static void await(struct crew *crew, bool (*is_so)(const struct crew *crew));
static bool has_free_job(const struct crew *crew);
static bool has_judged_all(const struct crew *crew);
static bool is_between_jobs(const struct crew *crew);
static bool has_ended(const struct crew *crew);
static void wake(struct crew *crew, bool has_progressed);

struct crew *
crew_new(const struct flow_tracker_config *config, unsigned n, bool caller_helps,
         struct assessor *assessor)
{
    struct crew *crew = memory_on_lines(sizeof *crew);

    assert(n >= 2 && n <= FLOW_SHARDS);
    memset(crew, 0, sizeof *crew);
    crew->n = n;
    crew->caller_helps = caller_helps;
    crew->assessor = assessor;
    (void) pthread_mutex_init(&crew->lock, NULL);
    (void) pthread_cond_init(&crew->has_work, NULL);
    (void) pthread_cond_init(&crew->has_progress, NULL);
    for (unsigned i = 0; i < N_JOBS * JOB_BATCHES; i++) {
        crew->jobs[i / JOB_BATCHES].batches[i % JOB_BATCHES] =
            (struct crew_batch){ frame_batch_new(), critical_batch_new() };
    }
    for (unsigned i = 0; i < n; i++) {
        follower_init(&crew->followers[i], config, i, n, assessor_interest(assessor));
    }
    crew->n_threads = caller_helps ? n - 1 : n;
    for (unsigned i = 0; i < crew->n_threads; i++) {
        thread_start(&crew->threads[i], "worker", work, crew);
    }
    return crew;
}

void
crew_free(struct crew *crew)
{
    struct counters unused = { 0 };

    if (crew == NULL) {
        return;
    }
    if (!crew->has_ended) {
        crew_end(crew, UINT64_MAX, 0, 0.0, &unused);
    }
    for (unsigned i = 0; i < crew->n; i++) {
        follower_fini(&crew->followers[i]);
    }
    for (unsigned i = 0; i < N_JOBS * JOB_BATCHES; i++) {
        const struct crew_batch *batch =
            &crew->jobs[i / JOB_BATCHES].batches[i % JOB_BATCHES];

        frame_batch_free(batch->frames);
        critical_batch_free(batch->critical);
    }
    (void) pthread_cond_destroy(&crew->has_progress);
    (void) pthread_cond_destroy(&crew->has_work);
    (void) pthread_mutex_destroy(&crew->lock);
    free(crew);
}

/* The job to be handed over next; waits until one is free. */
static struct job *
job_in_hand(struct crew *crew)
{
    struct job *job = &crew->jobs[crew->n_handed_over % N_JOBS];

    if (!crew->has_job) {
        await(crew, has_free_job);
        crew->has_job = true;
        job->n = 0;
    }
    return job;
}

struct crew_batch *
crew_batch(struct crew *crew)
{
    struct job *job = job_in_hand(crew);

    return &job->batches[job->n];
}

void
crew_submit(struct crew *crew, double loss_percent)
{
    struct job *job = job_in_hand(crew);

    job->loss_percent = loss_percent;
    if (++job->n == JOB_BATCHES) {
        crew_hand_over(crew);
    }
}

void
crew_hand_over(struct crew *crew)
{
    if (!crew->has_job || (job_in_hand(crew)->n == 0 && !job_in_hand(crew)->is_end)) {
        return;
    }
    crew->has_job = false;
    (void) pthread_mutex_lock(&crew->lock);
    crew->n_handed_over++;
    wake(crew, false);
    (void) pthread_mutex_unlock(&crew->lock);
}

void
crew_drain(struct crew *crew)
{
    crew_hand_over(crew);
    await(crew, has_judged_all);
}

void
crew_renew(struct crew *crew, const struct sector_map *sectors)
{
    for (unsigned i = 0; i < crew->n; i++) {
        flow_tracker_renew(crew->followers[i].tracker, sectors);
    }
}

void
crew_end(struct crew *crew, uint64_t order, uint64_t now_ns, double loss_percent,
         struct counters *counters)
{
    struct job *job;

    crew_hand_over(crew);
    job = job_in_hand(crew);
    job->is_end = true;
    job->order = order;
    job->now_ns = now_ns;
    job->loss_percent = loss_percent;
    crew_hand_over(crew);
    await(crew, has_ended);
    for (unsigned i = 0; i < crew->n_threads; i++) {
        (void) pthread_join(crew->threads[i], NULL);
    }
    crew_add_counters(crew, counters);
}

void
crew_add_to(const struct crew *crew, struct flow_tally *tally)
{
    for (unsigned i = 0; i < crew->n; i++) {
        flow_tracker_add_to(crew->followers[i].tracker, tally);
    }
}

void
crew_add_counters(const struct crew *crew, struct counters *counters)
{
    counters_add(counters, &crew->counters);
    for (unsigned i = 0; i < crew->n; i++) {
        counters_add(counters, &crew->followers[i].told);
    }
}

void
crew_fill(const struct crew *crew, struct flow_fill *fill)
{
    for (unsigned i = 0; i < crew->n; i++) {
        const struct flow_fill *told = &crew->followers[i].told_flows;

        fill->n += told->n;
        fill->n_half_open += told->n_half_open;
        fill->n_one_way += told->n_one_way;
    }
}

bool
crew_progresses(struct crew *crew)
{
    unsigned n_judged;
    bool is_well;

    (void) pthread_mutex_lock(&crew->lock);
    n_judged = crew->n_judged;
    (void) pthread_mutex_unlock(&crew->lock);
    is_well = n_judged == crew->n_handed_over || n_judged != crew->n_seen_judged;
    crew->n_seen_judged = n_judged;
    return is_well;
}

void
crew_hold_judging(struct crew *crew)
{
    (void) pthread_mutex_lock(&crew->lock);
    crew->is_held = true;
    (void) pthread_mutex_unlock(&crew->lock);
    await(crew, is_between_jobs);
}

void
crew_release_judging(struct crew *crew)
{
    (void) pthread_mutex_lock(&crew->lock);
    crew->is_held = false;
    wake(crew, false);
    (void) pthread_mutex_unlock(&crew->lock);
}

/* A thread: does whatever step comes next, until all is judged. */
static void *
work(void *argument)
{
    struct crew *crew = argument;

    (void) pthread_mutex_lock(&crew->lock);
    while (!crew->has_ended) {
        if (!do_step(crew)) {
            crew->n_idle++;
            (void) pthread_cond_wait(&crew->has_work, &crew->lock);
            crew->n_idle--;
        }
    }
    (void) pthread_mutex_unlock(&crew->lock);
    return NULL;
}

/* Waits until 'is_so', which may be so already; helps as long as it waits, if it may. */
static void
await(struct crew *crew, bool (*is_so)(const struct crew *crew))
{
    (void) pthread_mutex_lock(&crew->lock);
    while (!is_so(crew)) {
        if (!crew->caller_helps || !do_step(crew)) {
            crew->is_caller_waiting = true;
            (void) pthread_cond_wait(&crew->has_progress, &crew->lock);
            crew->is_caller_waiting = false;
        }
    }
    (void) pthread_mutex_unlock(&crew->lock);
}

static bool
has_free_job(const struct crew *crew)
{
    for (unsigned i = 0; i < crew->n; i++) {
        if (crew->n_handed_over - crew->followers[i].n_followed == N_JOBS) {
            return false;
        }
    }
    return true;
}

static bool
has_judged_all(const struct crew *crew)
{
    return crew->n_judged == crew->n_handed_over;
}

static bool
is_between_jobs(const struct crew *crew)
{
    return !crew->is_judging && !crew->is_in_job;
}

static bool
has_ended(const struct crew *crew)
{
    return crew->has_ended;
}

/* Under the lock: wakes who can go on. */
static void
wake(struct crew *crew, bool has_progressed)
{
    const bool is_work = has_step(crew);

    if (crew->n_idle > 0 && is_work) {
        (void) pthread_cond_signal(&crew->has_work);
    }
    if (crew->is_caller_waiting && (has_progressed || (crew->caller_helps && is_work))) {
        (void) pthread_cond_signal(&crew->has_progress);
    }
}

/* Under the lock, which it leaves while it is at it: does one step of what can be done,
 * judging first, as it makes room.  False if there is none. */
static bool
do_step(struct crew *crew)
{
    struct follower *f;

    if (can_judge(crew)) {
        judge(crew);
        return true;
    }
    f = next_follower(crew);
    if (f != NULL) {
        follow(crew, f);
    }
    return f != NULL;
}

static bool
has_step(struct crew *crew)
{
    return can_judge(crew) || next_follower(crew) != NULL;
}

/* Of whom the next report may come, their block must be there. */
static bool
can_judge(const struct crew *crew)
{
    if (crew->is_judging || (crew->is_held && !crew->is_in_job)) {
        return false;
    }
    for (unsigned i = 0; i < crew->n; i++) {
        const struct follower *f = &crew->followers[i];

        if (f->n_filled == f->n_judged && !(crew->is_in_job && f->has_told)) {
            return false;
        }
    }
    return true;
}

/* Who is the furthest behind of those that can go on; NULL: nobody can. */
static struct follower *
next_follower(struct crew *crew)
{
    struct follower *next = NULL;
    unsigned most = 0;

    for (unsigned i = 0; i < crew->n; i++) {
        struct follower *f = &crew->followers[i];
        const unsigned n = crew->n_handed_over - f->n_followed;

        if (!f->is_busy && n > most && f->n_filled - f->n_judged < FOLLOWER_BLOCKS) {
            next = f;
            most = n;
        }
    }
    return next;
}

/* A step of a follower. */
static void
follow(struct crew *crew, struct follower *f)
{
    bool is_done;

    f->is_busy = true;
    wake(crew, false);
    (void) pthread_mutex_unlock(&crew->lock);
    is_done = follower_step(f, &crew->jobs[f->n_followed % N_JOBS]);
    (void) pthread_mutex_lock(&crew->lock);
    f->is_busy = false;
    f->n_filled++;
    f->n_followed += is_done;
    wake(crew, is_done);
}

/* A step of judging: until a block is used up. */
static void
judge(struct crew *crew)
{
    struct follower *f;
    bool is_done, is_end;

    crew->is_judging = true;
    wake(crew, false);
    (void) pthread_mutex_unlock(&crew->lock);
    if (!crew->is_in_job) {
        take_up(crew);
    }
    f = judge_reports(crew);
    is_end = follower_block(f)->is_end;
    is_done = put_down(crew, f);
    (void) pthread_mutex_lock(&crew->lock);
    crew->is_judging = false;
    crew->is_in_job = !is_done;
    crew->n_judged += is_done;
    f->n_judged++;
    if (is_done && is_end) {
        crew->has_ended = true;
        (void) pthread_cond_broadcast(&crew->has_work);
    }
    wake(crew, is_done);
}

/* Begins with the next job. */
static void
take_up(struct crew *crew)
{
    for (unsigned i = 0; i < crew->n; i++) {
        crew->followers[i].has_told = false;
    }
    assessor_set_loss(crew->assessor, follower_block(&crew->followers[0])->loss_percent);
}

/* Judges the reports of all in the order of the input, until somebody's block is used up.
 * Returns whose. */
static struct follower *
judge_reports(struct crew *crew)
{
    for (;;) {
        struct follower *first = NULL;
        const struct flow_report *report = NULL;

        for (unsigned i = 0; i < crew->n; i++) {
            struct follower *f = &crew->followers[i];
            const struct report_block *block = follower_block(f);

            if (f->has_told) {
                continue;
            }
            if (f->next == block->list.n) {
                return f;
            }
            if (!f->is_fetched) {
                fetch(crew->assessor, block);
                f->is_fetched = true;
            }
            if (first == NULL ||
                flow_report_is_before(&block->list.reports[f->next], report)) {
                first = f;
                report = &block->list.reports[f->next];
            }
        }
        assessor_take(
            crew->assessor, report,
            &follower_block(first)->list.observations.items[first->next_observation],
            &crew->counters);
        first->next++;
        first->next_observation += report->n_observations;
    }
}

/* Notes that the block in hand of 'f' is used up.  Returns whether the job is done. */
static bool
put_down(struct crew *crew, struct follower *f)
{
    const struct report_block *block = follower_block(f);
    bool is_done = true;

    f->next = f->next_observation = 0;
    f->is_fetched = false;
    f->has_told = block->is_last;
    if (block->is_last) {
        f->told = block->counters;
        f->told_flows = block->flows;
    }
    for (unsigned i = 0; i < crew->n; i++) {
        is_done &= crew->followers[i].has_told;
    }
    return is_done;
}

/* Asks for the reports of a block, probably written by another processor, and for what
 * judging them needs. */
static void
fetch(struct assessor *assessor, const struct report_block *block)
{
    const struct flow_report_list *list = &block->list;

    prefetch_all_to_read(list->reports, list->n * sizeof list->reports[0]);
    for (size_t i = 0; i < list->observations.n; i++) {
        prefetch_all_to_read(&list->observations.items[i], (size_t) 2 * CACHE_LINE);
    }
    for (size_t i = 0; i < list->n; i++) {
        assessor_prefetch(assessor, &list->reports[i]);
    }
}
