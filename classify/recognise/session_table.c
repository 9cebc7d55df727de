#include "classify/recognise/session_table.h"

#include <stdlib.h>

#include "base/memory.h"
#include "classify/lru.h"
#include "classify/slot_index.h"

enum { LIST_USED, LIST_FREE, N_LISTS };

struct session_table {
    uint32_t capacity, n_used; /* Sessions, and those ever used. */
    struct session *sessions;  /* That of item 0. */
    unsigned stride;           /* From one item's to that of the next. */
    struct slot_index index;
    struct lru lru;
};

static struct session *session_of(const struct session_table *table, uint32_t item);
static uint32_t free_session(struct session_table *table, bool *ret_evicted);
static void forget(struct session_table *table, uint32_t item);

size_t
session_table_size(uint32_t capacity)
{
    return region_size(capacity * sizeof(struct session)) + slot_index_size(capacity) +
           lru_size(capacity, N_LISTS);
}

void
session_tables_new(uint32_t capacity, unsigned n, struct region *region,
                   struct session_table *ret[])
{
    struct session *sessions =
        region_take(region, n * region_size(capacity * sizeof *sessions));

    for (unsigned i = 0; i < n; i++) {
        struct session_table *table = memory_zeroed(1, sizeof *table);

        table->capacity = capacity;
        table->sessions = &sessions[i];
        table->stride = n;
        slot_index_init_in(&table->index, capacity, capacity, region);
        lru_init_in(&table->lru, capacity, N_LISTS, region);
        ret[i] = table;
    }
}

void
session_table_free(struct session_table *table)
{
    free(table);
}

struct session *
session_table_find(struct session_table *table, const struct flow *flow, uint32_t hash)
{
    struct slot_search search = slot_index_search(&table->index, hash);
    uint32_t item;

    while (slot_index_next(&table->index, &search, &item)) {
        struct session *session = session_of(table, item);

        if (session->flow == flow && session->hash == hash) {
            lru_move(&table->lru, LIST_USED, item);
            return session;
        }
    }
    return NULL;
}

struct session *
session_table_make(struct session_table *table, const struct flow *flow, uint32_t hash,
                   bool *ret_evicted)
{
    struct session *session = session_table_find(table, flow, hash);

    *ret_evicted = false;
    if (session == NULL) {
        const uint32_t item = free_session(table, ret_evicted);

        session = session_of(table, item);
        session->flow = flow;
        session->hash = hash;
        slot_index_insert(&table->index, hash, item);
        lru_append(&table->lru, LIST_USED, item);
    }
    session->possible = 0;
    stream_init(&session->streams[FLOW_INITIATOR]);
    stream_init(&session->streams[FLOW_RESPONDER]);
    return session;
}

void
session_table_drop(struct session_table *table, struct session *session)
{
    const uint32_t item = (uint32_t) (session - table->sessions) / table->stride;

    forget(table, item);
    lru_append(&table->lru, LIST_FREE, item);
}

static struct session *
session_of(const struct session_table *table, uint32_t item)
{
    return &table->sessions[(size_t) item * table->stride];
}

/* A session that is in no list. */
static uint32_t
free_session(struct session_table *table, bool *ret_evicted)
{
    uint32_t item = lru_newest(&table->lru, LIST_FREE);

    if (!lru_is_end(&table->lru, item)) {
        lru_remove(&table->lru, item);
        return item;
    }
    if (table->n_used < table->capacity) {
        return table->n_used++;
    }
    item = lru_oldest(&table->lru, LIST_USED);
    forget(table, item);
    *ret_evicted = true;
    return item;
}

static void
forget(struct session_table *table, uint32_t item)
{
    slot_index_remove(&table->index, session_of(table, item)->hash, item);
    lru_remove(&table->lru, item);
}
