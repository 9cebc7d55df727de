#include "sensor/crew.h"

#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/memory.h"
#include "classify/flow_tracker.h"
#include "sensor/thread.h"

enum {
    JOB_BATCHES = 4, /* Handed over together. */
    N_JOBS = 4,      /* Under way at a time: few, so that they stay in the cache. */
    N_BLOCKS = 16,   /* Lists of reports of a follower that wait for the judge. */
};

/* Batches that are handed over together. */
struct job {
    unsigned n;
    struct crew_batch batches[JOB_BATCHES];
    double loss_percent;
    uint64_t order, now_ns; /* Of the end. */
    bool is_end;
    _Atomic unsigned n_busy; /* Followers that are not done with it. */
};

/* Reports about one job, or a part of them. */
struct block {
    struct flow_report_list list;
    double loss_percent;
    bool is_last;             /* No more about this job. */
    struct counters counters; /* In the last one: the follower's, up to here, ... */
    uint32_t n_flows;         /* ... and the flows that it follows. */
    bool ends_all;            /* The job was the end. */
};

/* Who follows a share of the flows.  What only its thread touches, and what only the judge
 * does, is far enough apart. */
struct follower {
    struct crew *crew;
    pthread_t thread;
    struct flow_tracker *tracker;
    struct counters counters;
    unsigned at_job, at_block;

    sem_t jobs;           /* Submitted and not taken. */
    sem_t free, filled;   /* Blocks. */
    struct block *blocks; /* N_BLOCKS, a ring. */

    /* The judge's. */
    unsigned at_judged; /* Block in hand. */
    size_t next;        /* Report of it that comes next, ... */
    size_t next_observation;
    struct counters told; /* Up to the last job judged. */
    uint32_t told_flows;
};

struct crew {
    unsigned n;
    struct follower followers[FLOW_SHARDS];

    struct job jobs[N_JOBS]; /* A ring. */
    sem_t free_jobs;
    unsigned at_job; /* The one to be handed over next, ... */
    bool has_job;    /* ... which is free. */

    atomic_uint n_judged;   /* Jobs that are done, ... */
    unsigned n_seen_judged; /* ... and that were at the last look. */

    pthread_t judge;
    pthread_mutex_t judging;
    pthread_cond_t has_judged; /* A job, which 'n_judged' counts. */
    struct assessor *assessor;
    struct counters counters;
    bool has_ended;
};

static void *follow(void *argument);
static void hand_over(struct crew *crew, struct job *job);
static void follow_job(struct follower *f, const struct job *job);
static bool follow_batches(struct follower *f, const struct job *job, unsigned *at_batch,
                           struct flow_tracker_position *at, struct flow_report_list *list);
static void *judge(void *argument);
static bool judge_job(struct crew *crew);

struct crew *
crew_new(const struct flow_tracker_config *config, unsigned n, struct assessor *assessor)
{
    struct crew *crew = memory_zeroed(1, sizeof *crew);

    assert(n >= 1 && n <= FLOW_SHARDS);
    crew->n = n;
    crew->assessor = assessor;
    (void) pthread_mutex_init(&crew->judging, NULL);
    (void) pthread_cond_init(&crew->has_judged, NULL);
    (void) sem_init(&crew->free_jobs, 0, N_JOBS);
    for (unsigned i = 0; i < N_JOBS * JOB_BATCHES; i++) {
        crew->jobs[i / JOB_BATCHES].batches[i % JOB_BATCHES] =
            (struct crew_batch){ frame_batch_new(), critical_batch_new() };
    }
    for (unsigned i = 0; i < n; i++) {
        struct follower *f = &crew->followers[i];

        f->crew = crew;
        f->tracker = flow_tracker_new(config, i, n, assessor_interest(assessor));
        f->blocks = memory_zeroed(N_BLOCKS, sizeof *f->blocks);
        (void) sem_init(&f->jobs, 0, 0);
        (void) sem_init(&f->free, 0, N_BLOCKS);
        (void) sem_init(&f->filled, 0, 0);
        thread_start(&f->thread, follow, f);
    }
    thread_start(&crew->judge, judge, crew);
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
        struct follower *f = &crew->followers[i];

        flow_tracker_free(f->tracker);
        free(f->blocks);
        (void) sem_destroy(&f->jobs);
        (void) sem_destroy(&f->free);
        (void) sem_destroy(&f->filled);
    }
    for (unsigned i = 0; i < N_JOBS * JOB_BATCHES; i++) {
        const struct crew_batch *batch =
            &crew->jobs[i / JOB_BATCHES].batches[i % JOB_BATCHES];

        frame_batch_free(batch->frames);
        critical_batch_free(batch->critical);
    }
    (void) sem_destroy(&crew->free_jobs);
    (void) pthread_cond_destroy(&crew->has_judged);
    (void) pthread_mutex_destroy(&crew->judging);
    free(crew);
}

/* The job to be handed over next; waits until one is free. */
static struct job *
job_in_hand(struct crew *crew)
{
    struct job *job = &crew->jobs[crew->at_job % N_JOBS];

    if (!crew->has_job) {
        thread_await(&crew->free_jobs);
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
        hand_over(crew, job);
    }
}

void
crew_hand_over(struct crew *crew)
{
    if (crew->has_job && job_in_hand(crew)->n > 0) {
        hand_over(crew, job_in_hand(crew));
    }
}

static void
hand_over(struct crew *crew, struct job *job)
{
    atomic_store(&job->n_busy, crew->n);
    for (unsigned i = 0; i < crew->n; i++) {
        (void) sem_post(&crew->followers[i].jobs);
    }
    crew->at_job++;
    crew->has_job = false;
}

void
crew_drain(struct crew *crew)
{
    crew_hand_over(crew);
    (void) pthread_mutex_lock(&crew->judging);
    while (atomic_load(&crew->n_judged) != crew->at_job) {
        (void) pthread_cond_wait(&crew->has_judged, &crew->judging);
    }
    (void) pthread_mutex_unlock(&crew->judging);
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
    hand_over(crew, job);
    (void) pthread_join(crew->judge, NULL);
    counters_add(counters, &crew->counters);
    for (unsigned i = 0; i < crew->n; i++) {
        (void) pthread_join(crew->followers[i].thread, NULL);
        counters_add(counters, &crew->followers[i].counters);
    }
    crew->has_ended = true;
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

uint32_t
crew_n_flows(const struct crew *crew)
{
    uint32_t n = 0;

    for (unsigned i = 0; i < crew->n; i++) {
        n += crew->followers[i].told_flows;
    }
    return n;
}

bool
crew_progresses(struct crew *crew)
{
    const unsigned n_judged = atomic_load(&crew->n_judged);
    const bool is_well = n_judged == crew->at_job || n_judged != crew->n_seen_judged;

    crew->n_seen_judged = n_judged;
    return is_well;
}

void
crew_hold_judge(struct crew *crew)
{
    (void) pthread_mutex_lock(&crew->judging);
}

void
crew_release_judge(struct crew *crew)
{
    (void) pthread_mutex_unlock(&crew->judging);
}

static void *
follow(void *argument)
{
    struct follower *f = argument;
    bool is_end;

    do {
        struct job *job = &f->crew->jobs[f->at_job++ % N_JOBS];

        thread_await(&f->jobs);
        is_end = job->is_end;
        follow_job(f, job);
        if (atomic_fetch_sub(&job->n_busy, 1) == 1) {
            (void) sem_post(&f->crew->free_jobs);
        }
    } while (!is_end);
    return NULL;
}

static void
follow_job(struct follower *f, const struct job *job)
{
    struct flow_tracker_position at = { 0 };
    unsigned at_batch = 0;
    bool is_done;

    do {
        struct block *block = &f->blocks[f->at_block++ % N_BLOCKS];

        thread_await(&f->free);
        block->list.n = block->list.n_observations = 0;
        is_done = job->is_end
                      ? flow_tracker_end(f->tracker, job->order, job->now_ns, &block->list)
                      : follow_batches(f, job, &at_batch, &at, &block->list);
        block->loss_percent = job->loss_percent;
        block->is_last = is_done;
        if (is_done) {
            block->counters = f->counters;
            block->n_flows = flow_tracker_n(f->tracker);
        }
        block->ends_all = job->is_end;
        (void) sem_post(&f->filled);
    } while (!is_done);
}

/* Follows the packets of a job from a batch and the position in it on.  Returns false when
 * the list is full before the job is done. */
static bool
follow_batches(struct follower *f, const struct job *job, unsigned *at_batch,
               struct flow_tracker_position *at, struct flow_report_list *list)
{
    while (*at_batch < job->n) {
        const struct critical_batch *batch = job->batches[*at_batch].critical;

        if (!at->has_begun) {
            flow_tracker_fetch(f->tracker, batch);
        }
        if (!flow_tracker_take(f->tracker, batch, at, &f->counters, list)) {
            return false;
        }
        *at = (struct flow_tracker_position){ 0 };
        (*at_batch)++;
    }
    return true;
}

static void *
judge(void *argument)
{
    struct crew *crew = argument;

    while (judge_job(crew)) {
    }
    return NULL;
}

static struct block *
block_in_hand(struct follower *f)
{
    return &f->blocks[f->at_judged % N_BLOCKS];
}

static void
await_block(struct follower *f, struct assessor *assessor)
{
    const struct block *block = block_in_hand(f);

    thread_await(&f->filled);
    f->next = f->next_observation = 0;
    for (size_t i = 0; i < block->list.n; i++) {
        assessor_prefetch(assessor, &block->list.reports[i]);
    }
}

/* Goes on to the next block of the job, unless there is a report left in this one.  False
 * if the follower has nothing more about the job. */
static bool
has_report(struct follower *f, struct assessor *assessor)
{
    while (f->next == block_in_hand(f)->list.n) {
        if (block_in_hand(f)->is_last) {
            return false;
        }
        f->at_judged++;
        (void) sem_post(&f->free);
        await_block(f, assessor);
    }
    return true;
}

static const struct flow_report *
report_in_hand(struct follower *f)
{
    return &block_in_hand(f)->list.reports[f->next];
}

/* Who has the report that comes first in the input; NULL if there is none about the job. */
static struct follower *
first_of(struct crew *crew)
{
    struct follower *first = NULL;

    for (unsigned i = 0; i < crew->n; i++) {
        struct follower *f = &crew->followers[i];

        if (has_report(f, crew->assessor) &&
            (first == NULL ||
             flow_report_is_before(report_in_hand(f), report_in_hand(first)))) {
            first = f;
        }
    }
    return first;
}

static void
judge_report(struct crew *crew, struct follower *f)
{
    const struct flow_report *report = report_in_hand(f);

    assessor_take(crew->assessor, report,
                  &block_in_hand(f)->list.observations[f->next_observation],
                  &crew->counters);
    f->next++;
    f->next_observation += report->n_observations;
}

/* Judges what the followers report about the next job.  Returns false if it was the end. */
static bool
judge_job(struct crew *crew)
{
    bool ends_all;

    for (unsigned i = 0; i < crew->n; i++) {
        await_block(&crew->followers[i], crew->assessor);
    }
    ends_all = block_in_hand(&crew->followers[0])->ends_all;
    (void) pthread_mutex_lock(&crew->judging);
    assessor_set_loss(crew->assessor, block_in_hand(&crew->followers[0])->loss_percent);
    for (struct follower *f; (f = first_of(crew)) != NULL;) {
        judge_report(crew, f);
    }
    for (unsigned i = 0; i < crew->n; i++) {
        crew->followers[i].told = block_in_hand(&crew->followers[i])->counters;
        crew->followers[i].told_flows = block_in_hand(&crew->followers[i])->n_flows;
    }
    atomic_fetch_add(&crew->n_judged, 1);
    (void) pthread_cond_signal(&crew->has_judged);
    (void) pthread_mutex_unlock(&crew->judging);
    for (unsigned i = 0; i < crew->n; i++) {
        crew->followers[i].at_judged++;
        (void) sem_post(&crew->followers[i].free);
    }
    return !ends_all;
}
