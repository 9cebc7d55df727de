#include "classify/flow_tracker.h"

#include <assert.h>
#include <stdlib.h>

#include "base/inlining.h"
#include "base/memory.h"
#include "base/prefetch.h"

enum {
    SHARD_SHIFT = 28, /* The hash's upper bits: the table's index uses the lower ones. */
    WINDOW = 16,      /* Packets whose flows are fetched from memory together. */
    CAPACITY_MIN = 64,
};

static_assert(FLOW_SHARDS == 1 << (32 - SHARD_SHIFT), "a shard for each value");

struct flow_tracker {
    unsigned part, n_parts;
    uint64_t timeout_ns[N_FLOW_CLASSES];
    struct region *region;                  /* What the tables lie in. */
    struct flow_table *tables[FLOW_SHARDS]; /* NULL: another tracker's. */
    struct recognition *recognitions[FLOW_SHARDS];

    /* Nothing of a class is due in a shard before; the first of a class; and of all. */
    uint64_t shard_due_ns[N_FLOW_CLASSES][FLOW_SHARDS]; /* Another tracker's: never. */
    struct due {
        uint64_t ns;
        unsigned shard;
    } class_due[N_FLOW_CLASSES];
    uint64_t due_ns;

    /* Of the batch in hand: packets whose flows are here, and for how many of these the
     * flows were asked for. */
    uint16_t own[CRITICAL_BATCH_MAX];
    uint32_t n_own, fetched_to;

    uint32_t newest; /* Number of the last packet seen, also of another tracker's. */
    bool is_ending;
    uint64_t ages[FLOW_SHARDS]; /* Then: age_of_next() of each. */
    struct flow_interest interest;
    struct flow_tally tally;
};

/* What brings a report. */
struct occasion {
    uint64_t order, now_ns, clock_ns;
};

static uint32_t capacity_of_shard(uint32_t capacity);
static void begin(struct flow_tracker *t, const struct critical_batch *batch);
static void fetch_flows(struct flow_tracker *t, const struct critical_batch *batch,
                        uint32_t from);
static bool has_time_to_pass(const struct critical_batch *batch,
                             const struct flow_tracker_position *at, uint32_t packet);
static bool pass_time(struct flow_tracker *t, const struct critical_batch *batch,
                      struct flow_tracker_position *at, uint32_t packet,
                      struct flow_report_list *list);
static bool pass_others(struct flow_tracker *t, const struct critical_batch *batch,
                        struct flow_tracker_position *at, uint32_t packet,
                        struct flow_report_list *list);
static bool take_tick(struct flow_tracker *t, const struct tick *tick,
                      struct flow_report_list *list);
static bool take_packet(struct flow_tracker *t, const struct critical_packet *critical,
                        struct flow_tracker_position *at, struct counters *counters,
                        struct flow_report_list *list);
static struct occasion occasion_of(const struct critical_packet *critical);
static bool has_room(const struct flow_report_list *list);
static bool end_due_by(struct flow_tracker *t, const struct critical_packet *critical,
                       struct flow_report_list *list);
static bool end_due(struct flow_tracker *t, const struct occasion *occasion,
                    struct flow_report_list *list);
static bool find_due(struct flow_tracker *t, uint64_t clock_ns, enum flow_class *ret_class,
                     unsigned *ret_shard);
static struct due first_due(const uint64_t shard_due_ns[static FLOW_SHARDS]);
static void find_next_due(struct flow_tracker *t);
static void begin_end(struct flow_tracker *t);
static uint64_t age_of_next(const struct flow_tracker *t, unsigned shard);
static unsigned shard_of_oldest(const struct flow_tracker *t);
APART static void update(struct flow_tracker *t, const struct critical_packet *critical,
                         unsigned shard, struct counters *counters,
                         struct flow_report_list *list);
static unsigned drop_unwanted(struct flow_tracker *t, unsigned shard,
                              const struct flow_ended *ended);
static void forget(struct flow_tracker *t, unsigned shard, const struct flow_ended *ended,
                   unsigned i);
static bool note_end(struct flow_tracker *t, struct flow_report *report);
static void copy_wanted(struct flow_report *to, const struct flow_report *from);
static struct flow_report *report_in_hand(struct flow_report_list *list);
static struct flow_report *add_report(struct flow_report_list *list,
                                      const struct occasion *occasion,
                                      enum flow_report_rank rank,
                                      enum flow_report_kind kind, unsigned shard);

struct flow_tracker *
flow_tracker_new(const struct flow_tracker_config *config, unsigned part, unsigned n_parts,
                 struct flow_interest interest)
{
    struct flow_tracker *t = memory_zeroed(1, sizeof *t);
    const unsigned n_of_part = (FLOW_SHARDS - part + n_parts - 1) / n_parts;
    struct flow_tracker_config each = *config;
    struct flow_table *tables[FLOW_SHARDS];
    struct recognition *recognitions[FLOW_SHARDS];

    each.flow.capacity = capacity_of_shard(config->flow.capacity);
    each.flow.unanswered_capacity = capacity_of_shard(config->flow.unanswered_capacity);
    each.recognise.sessions = capacity_of_shard(config->recognise.sessions);
    t->part = part;
    t->n_parts = n_parts;
    t->interest = interest;
    t->region = region_new(
        n_of_part * (flow_table_size(&each.flow) + recognition_size(&each.recognise)));
    /* Recognitions behind all tables: a flood fills these, and touches no large page of
     * those. */
    flow_tables_new(&each.flow, n_of_part, t->region, tables);
    recognitions_new(&each.recognise, interest, n_of_part, t->region, recognitions);
    for (unsigned shard = part, i = 0; shard < FLOW_SHARDS; shard += n_parts, i++) {
        t->tables[shard] = tables[i];
        t->recognitions[shard] = recognitions[i];
    }
    for (enum flow_class class = 0; class < N_FLOW_CLASSES; class ++) {
        t->timeout_ns[class] = flow_class_timeout(&config->flow, class);
        for (unsigned shard = 0; shard < FLOW_SHARDS; shard++) {
            t->shard_due_ns[class][shard] = shard % n_parts == part ? 0 : UINT64_MAX;
        }
        t->class_due[class] = first_due(t->shard_due_ns[class]);
    }
    return t;
}

void
flow_tracker_free(struct flow_tracker *t)
{
    if (t == NULL) {
        return;
    }
    for (unsigned shard = 0; shard < FLOW_SHARDS; shard++) {
        recognition_free(t->recognitions[shard]);
        flow_table_free(t->tables[shard]);
    }
    region_free(t->region);
    free(t);
}

void
flow_tracker_fetch(const struct flow_tracker *t, const struct critical_batch *batch)
{
    for (uint32_t i = 0; i < batch->n; i++) {
        const struct flow_table *table = t->tables[batch->hashes[i] >> SHARD_SHIFT];

        if (table != NULL) {
            flow_table_fetch_slot(table, batch->hashes[i]);
            if (t->n_parts > 1) {
                prefetch_all_to_read(&batch->packets[i], CRITICAL_PACKET_HOT);
            }
        }
    }
}

bool
flow_tracker_take(struct flow_tracker *t, const struct critical_batch *batch,
                  struct flow_tracker_position *at, struct counters *counters,
                  struct flow_report_list *list)
{
    if (!at->has_begun) {
        begin(t, batch);
        at->has_begun = true;
    }
    for (; at->own < t->n_own; at->own++) {
        const uint32_t packet = t->own[at->own];

        if (at->own == t->fetched_to) {
            fetch_flows(t, batch, at->own);
        }
        if ((has_time_to_pass(batch, at, packet) &&
             !pass_time(t, batch, at, packet, list)) ||
            !take_packet(t, &batch->packets[packet], at, counters, list)) {
            return false;
        }
        at->packet = packet + 1;
    }
    return pass_time(t, batch, at, batch->n, list);
}

void
flow_tracker_renew(struct flow_tracker *t, const struct sector_map *sectors)
{
    for (unsigned shard = t->part; shard < FLOW_SHARDS; shard += t->n_parts) {
        flow_table_renew(t->tables[shard], sectors);
    }
}

bool
flow_tracker_end(struct flow_tracker *t, uint64_t order, uint64_t now_ns,
                 struct flow_report_list *list)
{
    const struct occasion occasion = { .order = order, .now_ns = now_ns };

    if (!t->is_ending) {
        begin_end(t);
    }
    while (has_room(list)) {
        const unsigned oldest = shard_of_oldest(t);
        const uint64_t age = t->ages[oldest];

        if (age == 0) {
            return true;
        }
        (void) flow_table_next_ended(t->tables[oldest], &report_in_hand(list)->flow);
        t->ages[oldest] = age_of_next(t, oldest);
        if (note_end(t, report_in_hand(list))) {
            add_report(list, &occasion, FLOW_RANK_FORCED, FLOW_REPORT_END, oldest)
                ->rank_ns = UINT32_MAX - (age - 1);
        }
    }
    return false;
}

void
flow_tracker_fill(const struct flow_tracker *t, struct flow_fill *fill)
{
    for (unsigned shard = t->part; shard < FLOW_SHARDS; shard += t->n_parts) {
        fill->n += flow_table_n(t->tables[shard]);
        fill->n_half_open += flow_table_n_of(t->tables[shard], FLOW_CLASS_HALF_OPEN);
        fill->n_one_way += flow_table_n_of(t->tables[shard], FLOW_CLASS_ONE_WAY);
    }
}

void
flow_tracker_add_to(const struct flow_tracker *t, struct flow_tally *tally)
{
    tally->started += t->tally.started;
    for (unsigned service = 0; service < N_SERVICES; service++) {
        for (unsigned evidence = 0; evidence < N_EVIDENCES; evidence++) {
            tally->ended[service][evidence] += t->tally.ended[service][evidence];
        }
    }
    for (unsigned shard = t->part; shard < FLOW_SHARDS; shard += t->n_parts) {
        command_tally_add(&tally->commands, recognition_commands(t->recognitions[shard]));
    }
}

static uint32_t
capacity_of_shard(uint32_t capacity)
{
    const uint32_t each = (capacity + FLOW_SHARDS - 1) / FLOW_SHARDS;

    return each < CAPACITY_MIN ? CAPACITY_MIN : each;
}

/* Finds the packets whose flows are this tracker's. */
static void
begin(struct flow_tracker *t, const struct critical_batch *batch)
{
    t->n_own = t->fetched_to = 0;
    for (uint32_t i = 0; i < batch->n; i++) { /* Without a branch nobody could foresee. */
        t->own[t->n_own] = (uint16_t) i;
        t->n_own += t->tables[batch->hashes[i] >> SHARD_SHIFT] != NULL;
    }
    if (batch->n > 0) {
        t->newest = (uint32_t) batch->packets[batch->n - 1].order;
    }
}

/* Asks for the flows of a window of packets. */
static void
fetch_flows(struct flow_tracker *t, const struct critical_batch *batch, uint32_t from)
{
    const uint32_t to = t->n_own - from < WINDOW ? t->n_own : from + WINDOW;

    for (uint32_t i = from; i < to; i++) {
        const uint32_t hash = batch->hashes[t->own[i]];

        flow_table_fetch_flow(t->tables[hash >> SHARD_SHIFT], hash);
        if (t->n_parts > 1) {
            packet_prefetch_payload(&batch->packets[t->own[i]].packet);
        }
    }
    t->fetched_to = to;
}

/* Whether a tick or packets of other trackers stand before 'packet': seldom, if all are
 * this one's. */
static bool
has_time_to_pass(const struct critical_batch *batch, const struct flow_tracker_position *at,
                 uint32_t packet)
{
    return at->packet < packet ||
           (at->tick < batch->n_ticks && batch->ticks[at->tick].n_before <= packet);
}

/* Goes on to 'packet': takes ticks, each of which comes before the packet at which it
 * stands, and ends what is due by packets of other trackers. */
static bool
pass_time(struct flow_tracker *t, const struct critical_batch *batch,
          struct flow_tracker_position *at, uint32_t packet, struct flow_report_list *list)
{
    while (at->tick < batch->n_ticks && batch->ticks[at->tick].n_before <= packet) {
        if (!pass_others(t, batch, at, batch->ticks[at->tick].n_before, list) ||
            !take_tick(t, &batch->ticks[at->tick], list)) {
            return false;
        }
        at->tick++;
    }
    return pass_others(t, batch, at, packet, list);
}

/* The clock never goes back, so nothing is due by any of them if not by the last. */
static bool
pass_others(struct flow_tracker *t, const struct critical_batch *batch,
            struct flow_tracker_position *at, uint32_t packet,
            struct flow_report_list *list)
{
    while (at->packet < packet && batch->clocks_ns[packet - 1] >= t->due_ns) {
        if (!end_due_by(t, &batch->packets[at->packet], list)) {
            return false;
        }
        at->packet++;
    }
    at->packet = packet;
    return true;
}

static bool
take_tick(struct flow_tracker *t, const struct tick *tick, struct flow_report_list *list)
{
    const struct occasion occasion = { tick->order, tick->now_ns, tick->clock_ns };

    if (!end_due(t, &occasion, list) || !has_room(list)) {
        return false;
    }
    if (t->part == 0) { /* Told once. */
        (void) add_report(list, &occasion, FLOW_RANK_TICK, FLOW_REPORT_TICK, 0);
    }
    return true;
}

static bool
take_packet(struct flow_tracker *t, const struct critical_packet *critical,
            struct flow_tracker_position *at, struct counters *counters,
            struct flow_report_list *list)
{
    if (!at->is_updated) {
        if (!has_room(list)) {
            return false;
        }
        update(t, critical, critical->hash >> SHARD_SHIFT, counters, list);
    }
    at->is_updated = critical->clock_ns >= t->due_ns && !end_due_by(t, critical, list);
    return !at->is_updated;
}

static struct occasion
occasion_of(const struct critical_packet *critical)
{
    return (struct occasion){ critical->order, critical->packet.time_ns,
                              critical->clock_ns };
}

/* Ends what is due by a packet. */
static bool
end_due_by(struct flow_tracker *t, const struct critical_packet *critical,
           struct flow_report_list *list)
{
    const struct occasion occasion = occasion_of(critical);

    return end_due(t, &occasion, list);
}

/* Whether all that one packet can bring fits in the list. */
static bool
has_room(const struct flow_report_list *list)
{
    return list->n <= FLOW_REPORTS_MAX - (1 + FLOW_ENDED_MAX) &&
           list->observations.n <= OBSERVATION_LIST_MAX - OBSERVATION_STEP_MAX;
}

/* Ends the flows that are due; those of a class together, idle longest first.  Returns
 * false if the list is full. */
static bool
end_due(struct flow_tracker *t, const struct occasion *occasion,
        struct flow_report_list *list)
{
    enum flow_class class;
    unsigned shard;

    while (occasion->clock_ns >= t->due_ns) {
        struct flow_ended ended;

        if (!has_room(list)) {
            return false;
        }
        if (!find_due(t, occasion->clock_ns, &class, &shard)) {
            find_next_due(t);
            return true;
        }
        ended.n = 0;
        ended.reports = report_in_hand(list);
        flow_table_end_oldest(t->tables[shard], class, &ended);
        forget(t, shard, &ended, 0);
        if (note_end(t, report_in_hand(list))) {
            const enum flow_report_rank rank =
                (enum flow_report_rank)(FLOW_RANK_DUE + class);

            add_report(list, occasion, rank, FLOW_REPORT_END, shard)->rank_ns =
                t->class_due[class].ns;
        }
    }
    return true;
}

/* The next flow that is due: the class and table that it is the oldest of. */
static bool
find_due(struct flow_tracker *t, uint64_t clock_ns, enum flow_class *ret_class,
         unsigned *ret_shard)
{
    for (enum flow_class class = 0; class < N_FLOW_CLASSES; class ++) {
        const struct due *due = &t->class_due[class];

        while (due->ns <= clock_ns) {
            uint64_t ns = flow_table_due_ns(t->tables[due->shard], class);

            if (ns <= due->ns) {
                *ret_class = class;
                *ret_shard = due->shard;
                return true;
            }
            if (ns == UINT64_MAX) {
                /* None: who comes into the class from now on is not due before. */
                ns = clock_ns + t->timeout_ns[class];
            }
            t->shard_due_ns[class][due->shard] = ns;
            t->class_due[class] = first_due(t->shard_due_ns[class]);
        }
    }
    return false;
}

/* The shard of which a flow is due first. */
static struct due
first_due(const uint64_t shard_due_ns[static FLOW_SHARDS])
{
    struct due due = { shard_due_ns[0], 0 };

    for (unsigned shard = 1; shard < FLOW_SHARDS; shard++) {
        const bool is_first = shard_due_ns[shard] < due.ns;

        due.ns = is_first ? shard_due_ns[shard] : due.ns;
        due.shard = is_first ? shard : due.shard;
    }
    return due;
}

static void
find_next_due(struct flow_tracker *t)
{
    t->due_ns = UINT64_MAX;
    for (enum flow_class class = 0; class < N_FLOW_CLASSES; class ++) {
        if (t->class_due[class].ns < t->due_ns) {
            t->due_ns = t->class_due[class].ns;
        }
    }
}

static void
begin_end(struct flow_tracker *t)
{
    for (unsigned shard = t->part; shard < FLOW_SHARDS; shard += t->n_parts) {
        flow_table_end_all(t->tables[shard], t->newest);
        t->ages[shard] = age_of_next(t, shard);
    }
    t->is_ending = true;
}

/* While all flows end: how many packets ago the next one of a shard began, from 1 on; 0 if
 * there is none. */
static uint64_t
age_of_next(const struct flow_tracker *t, unsigned shard)
{
    uint32_t age;

    return flow_table_next_age(t->tables[shard], &age) ? (uint64_t) age + 1 : 0;
}

/* While all flows end: the shard that has the oldest one. */
static unsigned
shard_of_oldest(const struct flow_tracker *t)
{
    unsigned oldest = 0;

    for (unsigned shard = 1; shard < FLOW_SHARDS; shard++) {
        oldest = t->ages[shard] > t->ages[oldest] ? shard : oldest;
    }
    return oldest;
}

static void
update(struct flow_tracker *t, const struct critical_packet *critical, unsigned shard,
       struct counters *counters, struct flow_report_list *list)
{
    struct flow_report *reports = report_in_hand(list);
    struct flow_ended ended;
    struct flow *flow;
    const struct occasion occasion = occasion_of(critical);
    struct observation_list *observations = &list->observations;
    size_t n_observations;
    unsigned n_ended;
    uint8_t uses;

    ended.reports = reports;
    flow = flow_table_update(t->tables[shard], critical, counters, &ended);
    t->tally.started += (flow->events & FLOW_EVENT_START) != 0;
    n_ended = drop_unwanted(t, shard, &ended);
    recognise(t->recognitions[shard], flow, critical, counters, observations);
    n_observations = observations->n - observations->step_at;
    uses = flow->events == 0 ? 0 : t->interest.uses(t->interest.context, flow);
    if (uses != 0 || n_observations > 0) {
        /* The packet's comes first: the ended ones make room. */
        for (unsigned i = n_ended; i-- > 0;) {
            copy_wanted(&reports[i + 1], &reports[i]);
        }
        flow_copy(&reports[0].flow, flow);
        reports[0].uses = uses;
        add_report(list, &occasion, FLOW_RANK_PACKET, FLOW_REPORT_PACKET, shard)
            ->n_observations = (uint16_t) n_observations;
        counter_add(counters, COUNTER_CLASSIFY_OBSERVATIONS_LOST, observations->n_lost);
        observations->n_lost = 0;
        observation_list_step(observations);
    }
    for (unsigned i = 0; i < n_ended; i++) {
        (void) add_report(list, &occasion, FLOW_RANK_ENDED, FLOW_REPORT_END, shard);
    }
}

/* Notes the flows that a packet ended, and drops the reports of those that are of no use.
 * Returns how many are left. */
static unsigned
drop_unwanted(struct flow_tracker *t, unsigned shard, const struct flow_ended *ended)
{
    struct flow_report *reports = ended->reports;
    unsigned n_left = 0;

    for (unsigned i = 0; i < ended->n; i++) {
        forget(t, shard, ended, i);
        if (note_end(t, &reports[i])) {
            if (n_left < i) {
                copy_wanted(&reports[n_left], &reports[i]);
            }
            n_left++;
        }
    }
    return n_left;
}

/* Forgets what was said in a flow that has ended. */
static void
forget(struct flow_tracker *t, unsigned shard, const struct flow_ended *ended, unsigned i)
{
    const struct flow *flow = &ended->reports[i].flow;

    if (flow->inspection != 0 && ended->flows[i] != NULL) {
        recognition_forget(t->recognitions[shard], flow, ended->flows[i], ended->hashes[i]);
    }
}

/* Counts the flow of a report, which has ended.  Returns whether to report it. */
static bool
note_end(struct flow_tracker *t, struct flow_report *report)
{
    const struct flow *flow = &report->flow;

    t->tally.ended[flow->service][flow->evidence]++;
    report->uses = t->interest.uses_ended(t->interest.context, flow);
    return report->uses != 0;
}

/* Copies a flow and what it is wanted for, before the report is added. */
static void
copy_wanted(struct flow_report *to, const struct flow_report *from)
{
    flow_copy(&to->flow, &from->flow);
    to->uses = from->uses;
}

/* The report that would come next. */
static struct flow_report *
report_in_hand(struct flow_report_list *list)
{
    return &list->reports[list->n];
}

/* Adds the report in hand, whose flow and uses are set already, or of no meaning. */
static struct flow_report *
add_report(struct flow_report_list *list, const struct occasion *occasion,
           enum flow_report_rank rank, enum flow_report_kind kind, unsigned shard)
{
    struct flow_report *report = report_in_hand(list);

    list->n++;
    report->order = occasion->order;
    report->rank_ns = 0;
    report->rank = (uint8_t) rank;
    report->shard = (uint8_t) shard;
    report->kind = (uint8_t) kind;
    report->n_observations = 0;
    report->now_ns = occasion->now_ns;
    return report;
}
