#include "sensor/lanes.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "classify/critical_merge.h"

/* Of a lane: of 60-byte frames at a million a second, what comes in 16 ms. */
enum { N_BATCHES = 64 };

static const uint64_t wait_ns = NS_PER_SECOND / 10;

struct lane_batch {
    struct frame_batch *frames; /* What payloads of 'critical' lie in. */
    struct critical_batch *critical;
    struct critical_position at; /* The pipeline's: what it has merged. */
    uint64_t queued_ns;          /* Monotonic. */
};

struct lane {
    struct tagger *tagger;
    pthread_mutex_t tagging;
    struct lane_batch *in_hand; /* The thread's; NULL: none. */

    /* Under the mutex of all lanes. */
    struct lane_batch *spare[N_BATCHES]; /* The last used on top: it is in the cache. */
    unsigned n_spare;
    struct lane_batch *queue[N_BATCHES]; /* A ring. */
    unsigned first, n_queued;
    pthread_cond_t has_spare;
    struct counters counted; /* And not taken by the pipeline. */
    uint64_t upto_ns;        /* All frames before were handed over. */
    uint32_t n_fragmented;
    bool has_counted, has_ended;
};

struct lanes {
    unsigned n;
    uint64_t hold_ns;
    struct critical_order order;
    bool is_held;

    pthread_mutex_t mutex;
    pthread_cond_t has_news;
    unsigned n_queued; /* Of all lanes. */
    bool is_news;      /* Since the last merge. */
    struct lane lanes[LANES_MAX];
};

/* What the pipeline sees of the lanes at a time. */
struct view {
    struct lane_batch *heads[LANES_MAX]; /* NULL: nothing is queued. */
    uint64_t upto_ns[LANES_MAX];         /* Of lanes without a head. */
    bool is_full;                        /* One of them can take no more. */
};

static void look(struct lanes *lanes, struct view *view, struct counters *counters);
static bool find_next(const struct lanes *lanes, const struct view *view,
                      unsigned *ret_lane, uint64_t *ret_until_ns);
static void drop_head(struct lanes *lanes, unsigned lane, struct view *view);

struct lanes *
lanes_new(const struct lanes_config *config)
{
    struct lanes *lanes = memory_zeroed(1, sizeof *lanes);
    struct tagger_config each = config->tagger;
    pthread_condattr_t attributes;

    assert(config->n >= 2 && config->n <= LANES_MAX);
    each.is_one_of_several = true;
    each.decode.fragment_packets_max =
        (each.decode.fragment_packets_max + config->n - 1) / config->n;
    each.decode.fragment_bytes_max /= config->n;
    lanes->n = config->n;
    lanes->hold_ns = config->hold_ns;
    lanes->order = critical_order_init(config->tagger.flow);
    (void) pthread_mutex_init(&lanes->mutex, NULL);
    (void) pthread_condattr_init(&attributes);
    (void) pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void) pthread_cond_init(&lanes->has_news, &attributes);
    (void) pthread_condattr_destroy(&attributes);
    for (unsigned i = 0; i < config->n; i++) {
        struct lane *lane = &lanes->lanes[i];

        lane->tagger = tagger_new(&each);
        (void) pthread_mutex_init(&lane->tagging, NULL);
        (void) pthread_cond_init(&lane->has_spare, NULL);
        for (; lane->n_spare < N_BATCHES; lane->n_spare++) {
            struct lane_batch *batch = memory_zeroed(1, sizeof *batch);

            batch->frames = frame_batch_new();
            batch->critical = critical_batch_new();
            lane->spare[lane->n_spare] = batch;
        }
    }
    return lanes;
}

static void
batch_free(struct lane_batch *batch)
{
    if (batch != NULL) {
        frame_batch_free(batch->frames);
        critical_batch_free(batch->critical);
        free(batch);
    }
}

void
lanes_free(struct lanes *lanes)
{
    if (lanes == NULL) {
        return;
    }
    for (unsigned i = 0; i < lanes->n; i++) {
        struct lane *lane = &lanes->lanes[i];

        batch_free(lane->in_hand);
        for (unsigned k = 0; k < lane->n_spare; k++) {
            batch_free(lane->spare[k]);
        }
        for (unsigned k = 0; k < lane->n_queued; k++) {
            batch_free(lane->queue[(lane->first + k) % N_BATCHES]);
        }
        tagger_free(lane->tagger);
        (void) pthread_mutex_destroy(&lane->tagging);
        (void) pthread_cond_destroy(&lane->has_spare);
    }
    (void) pthread_mutex_destroy(&lanes->mutex);
    (void) pthread_cond_destroy(&lanes->has_news);
    free(lanes);
}

struct frame_batch *
lane_frames(struct lanes *lanes, unsigned number)
{
    struct lane *lane = &lanes->lanes[number];

    if (lane->in_hand == NULL) {
        (void) pthread_mutex_lock(&lanes->mutex);
        while (lane->n_spare == 0) {
            (void) pthread_cond_wait(&lane->has_spare, &lanes->mutex);
        }
        lane->in_hand = lane->spare[--lane->n_spare];
        (void) pthread_mutex_unlock(&lanes->mutex);
    }
    return lane->in_hand->frames;
}

/* Hands over what was counted; under the mutex. */
static void
add_counted(struct lane *lane, struct counters *counted)
{
    counters_add(&lane->counted, counted);
    lane->has_counted = true;
    *counted = (struct counters){ 0 };
}

/* That a lane has come further means something only to what waits for it. */
static void
tell_news(struct lanes *lanes)
{
    if (lanes->n_queued > 0) {
        lanes->is_news = true;
        (void) pthread_cond_signal(&lanes->has_news);
    }
}

void
lane_take(struct lanes *lanes, unsigned number, struct counters *counted)
{
    struct lane *lane = &lanes->lanes[number];
    struct lane_batch *batch = lane->in_hand;
    const struct frame_batch *frames = batch->frames;

    if (frames->n == 0) {
        return;
    }
    (void) pthread_mutex_lock(&lane->tagging);
    tagger_take(lane->tagger, frames->frames, frames->n, batch->critical, counted);
    batch->at = (struct critical_position){ 0 };
    (void) pthread_mutex_lock(&lanes->mutex);
    if (batch->critical->n > 0 || batch->critical->n_ticks > 0) {
        batch->queued_ns = timestamp_monotonic();
        lane->queue[(lane->first + lane->n_queued++) % N_BATCHES] = batch;
        lane->in_hand = NULL;
        lanes->n_queued++;
    }
    lane->upto_ns = frames->frames[frames->n - 1].time_ns;
    lane->n_fragmented = tagger_n_fragmented(lane->tagger);
    add_counted(lane, counted);
    tell_news(lanes);
    (void) pthread_mutex_unlock(&lanes->mutex);
    (void) pthread_mutex_unlock(&lane->tagging);
}

void
lane_count(struct lanes *lanes, unsigned number, struct counters *counted)
{
    (void) pthread_mutex_lock(&lanes->mutex);
    add_counted(&lanes->lanes[number], counted);
    (void) pthread_mutex_unlock(&lanes->mutex);
}

void
lane_end(struct lanes *lanes, unsigned number)
{
    (void) pthread_mutex_lock(&lanes->mutex);
    lanes->lanes[number].has_ended = true;
    tell_news(lanes);
    (void) pthread_mutex_unlock(&lanes->mutex);
}

/* When what is queued has waited long enough; UINT64_MAX if nothing is. */
static uint64_t
hold_ends(const struct lanes *lanes)
{
    uint64_t ends_ns = UINT64_MAX;

    for (unsigned i = 0; i < lanes->n; i++) {
        const struct lane *lane = &lanes->lanes[i];

        if (lane->n_queued > 0 &&
            lane->queue[lane->first]->queued_ns + lanes->hold_ns < ends_ns) {
            ends_ns = lane->queue[lane->first]->queued_ns + lanes->hold_ns;
        }
    }
    return ends_ns;
}

bool
lanes_await(struct lanes *lanes)
{
    const uint64_t until_ns = timestamp_monotonic() + wait_ns;
    bool came = true;

    (void) pthread_mutex_lock(&lanes->mutex);
    while (!lanes->is_news) {
        const uint64_t ends_ns = hold_ends(lanes);
        const uint64_t wake_ns = ends_ns < until_ns ? ends_ns : until_ns;
        const struct timespec wake = { .tv_sec = (time_t) (wake_ns / NS_PER_SECOND),
                                       .tv_nsec = (long) (wake_ns % NS_PER_SECOND) };

        if (pthread_cond_timedwait(&lanes->has_news, &lanes->mutex, &wake) != 0) {
            came = ends_ns < until_ns;
            break;
        }
    }
    (void) pthread_mutex_unlock(&lanes->mutex);
    return came;
}

bool
lanes_merge(struct lanes *lanes, struct critical_batch *to, struct frame_batch *payloads,
            struct counters *counters)
{
    struct view view;
    unsigned lane;
    uint64_t until_ns;

    critical_batch_clear(to);
    payloads->n = payloads->used = 0;
    look(lanes, &view, counters);
    while (find_next(lanes, &view, &lane, &until_ns)) {
        struct lane_batch *head = view.heads[lane];
        uint64_t next_ns;

        if (!critical_merge_move(head->critical, &head->at, until_ns, &lanes->order, to,
                                 payloads, counters)) {
            break;
        }
        if (!critical_merge_peek(head->critical, &head->at, &next_ns)) {
            drop_head(lanes, lane, &view);
        }
    }
    return to->n > 0 || to->n_ticks > 0;
}

void
lanes_tick(struct lanes *lanes, uint64_t now_ns, struct critical_batch *to,
           struct counters *counters)
{
    critical_batch_clear(to);
    critical_order_tick(&lanes->order, now_ns, to, counters);
}

void
lanes_hold(struct lanes *lanes)
{
    for (unsigned i = 0; i < lanes->n; i++) {
        (void) pthread_mutex_lock(&lanes->lanes[i].tagging);
    }
    lanes->is_held = true;
}

void
lanes_release(struct lanes *lanes)
{
    lanes->is_held = false;
    for (unsigned i = 0; i < lanes->n; i++) {
        (void) pthread_mutex_unlock(&lanes->lanes[i].tagging);
    }
}

void
lanes_renew(struct lanes *lanes, const struct sector_map *sectors)
{
    for (unsigned i = 0; i < lanes->n; i++) {
        tagger_renew(lanes->lanes[i].tagger, sectors);
    }
}

uint32_t
lanes_n_fragmented(struct lanes *lanes)
{
    uint32_t n = 0;

    (void) pthread_mutex_lock(&lanes->mutex);
    for (unsigned i = 0; i < lanes->n; i++) {
        n += lanes->lanes[i].n_fragmented;
    }
    (void) pthread_mutex_unlock(&lanes->mutex);
    return n;
}

uint64_t
lanes_end(struct lanes *lanes, struct counters *counters, uint64_t *ret_now_ns)
{
    for (unsigned i = 0; i < lanes->n; i++) {
        struct lane *lane = &lanes->lanes[i];

        assert(lane->has_ended && lane->n_queued == 0);
        counters_add(counters, &lane->counted);
        (void) tagger_end(lane->tagger, counters);
        if (lane->upto_ns > *ret_now_ns) {
            *ret_now_ns = lane->upto_ns;
        }
    }
    return lanes->order.next;
}

static struct lane_batch *
head_of(const struct lane *lane)
{
    return lane->n_queued == 0 ? NULL : lane->queue[lane->first];
}

/* How far a lane without a head has come. */
static uint64_t
upto(const struct lanes *lanes, const struct lane *lane)
{
    return lane->has_ended || lanes->is_held ? UINT64_MAX : lane->upto_ns;
}

static void
look(struct lanes *lanes, struct view *view, struct counters *counters)
{
    view->is_full = false;
    (void) pthread_mutex_lock(&lanes->mutex);
    lanes->is_news = false;
    for (unsigned i = 0; i < lanes->n; i++) {
        struct lane *lane = &lanes->lanes[i];

        view->heads[i] = head_of(lane);
        view->upto_ns[i] = upto(lanes, lane);
        view->is_full |= lane->n_queued >= N_BATCHES - 1;
        if (lane->has_counted) {
            counters_add(counters, &lane->counted);
            lane->counted = (struct counters){ 0 };
            lane->has_counted = false;
        }
    }
    (void) pthread_mutex_unlock(&lanes->mutex);
}

/* The lane whose packet or tick comes next, if that is sure, and up to when its packets
 * come before those of others.  Of several at the same time the first lane comes first. */
static bool
find_next(const struct lanes *lanes, const struct view *view, unsigned *ret_lane,
          uint64_t *ret_until_ns)
{
    uint64_t first_ns = UINT64_MAX, second_ns = UINT64_MAX, upto_ns = UINT64_MAX;
    uint64_t oldest_ns = UINT64_MAX;
    unsigned first = lanes->n, second = lanes->n;

    for (unsigned i = 0; i < lanes->n; i++) {
        const struct lane_batch *head = view->heads[i];
        uint64_t time_ns;

        if (head == NULL || !critical_merge_peek(head->critical, &head->at, &time_ns)) {
            upto_ns = view->upto_ns[i] < upto_ns ? view->upto_ns[i] : upto_ns;
            continue;
        }
        oldest_ns = head->queued_ns < oldest_ns ? head->queued_ns : oldest_ns;
        if (first == lanes->n || time_ns < first_ns) {
            second_ns = first_ns;
            second = first;
            first_ns = time_ns;
            first = i;
        } else if (second == lanes->n || time_ns < second_ns) {
            second_ns = time_ns;
            second = i;
        }
    }
    if (first == lanes->n) {
        return false;
    }
    if (view->is_full || timestamp_monotonic() - oldest_ns >= lanes->hold_ns) {
        upto_ns = UINT64_MAX;
    }
    if (second < first) {
        second_ns--;
    }
    *ret_lane = first;
    *ret_until_ns = second_ns < upto_ns ? second_ns : upto_ns;
    return first_ns <= upto_ns;
}

/* Takes the head of a lane, which is merged, off its queue. */
static void
drop_head(struct lanes *lanes, unsigned number, struct view *view)
{
    struct lane *lane = &lanes->lanes[number];

    (void) pthread_mutex_lock(&lanes->mutex);
    lane->spare[lane->n_spare++] = lane->queue[lane->first];
    lane->first = (lane->first + 1) % N_BATCHES;
    lane->n_queued--;
    lanes->n_queued--;
    (void) pthread_cond_signal(&lane->has_spare);
    view->heads[number] = head_of(lane);
    view->upto_ns[number] = upto(lanes, lane);
    (void) pthread_mutex_unlock(&lanes->mutex);
}
