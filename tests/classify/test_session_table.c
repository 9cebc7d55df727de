/* The places of flows that are remembered: found by flow and hash, the one used longest ago
 * gives way; against a plain list. */
#include "classify/recognise/session_table.h"

#include <string.h>

#include "scenarios/random.h"
#include "support/support.h"

enum { CAPACITY = 4 };

struct fixture {
    struct region *region;
    struct session_table *table;
    struct flow flows[16];
};

static struct fixture
make_fixture(uint32_t capacity)
{
    struct fixture f = { .region = region_new(session_table_size(capacity)) };

    session_tables_new(capacity, 1, f.region, &f.table);
    return f;
}

static void
free_fixture(struct fixture *f)
{
    session_table_free(f->table);
    region_free(f->region);
}

static void
test_made_and_found(void **state)
{
    struct fixture f = make_fixture(CAPACITY);
    struct session *first, *second;
    bool evicted;

    (void) state;
    assert_null(session_table_find(f.table, &f.flows[0], 7));
    first = session_table_make(f.table, &f.flows[0], 7, &evicted);
    assert_false(evicted);
    second = session_table_make(f.table, &f.flows[1], 7, &evicted); /* The same hash. */
    assert_ptr_not_equal(first, second);
    assert_ptr_equal(session_table_find(f.table, &f.flows[0], 7), first);
    assert_ptr_equal(session_table_find(f.table, &f.flows[1], 7), second);
    assert_null(session_table_find(f.table, &f.flows[0], 8));
    assert_null(session_table_find(f.table, &f.flows[2], 7));
    free_fixture(&f);
}

/* A session that is made again, or in the place of another, is empty. */
static void
test_empty(void **state)
{
    static const uint8_t said[] = "said";
    struct fixture f = make_fixture(1);
    struct session *session, *again;
    bool evicted;

    (void) state;
    for (unsigned flow = 0; flow < 2; flow++) {
        session = session_table_make(f.table, &f.flows[flow], flow, &evicted);
        assert_int_equal(evicted, flow == 1);
        assert_int_equal(session->possible, 0);
        for (unsigned side = 0; side < 2; side++) {
            assert_int_equal(session->streams[side].n, 0);
            stream_set(&session->streams[side], said, sizeof said);
        }
        session->possible = 3;
        again = session_table_make(f.table, &f.flows[flow], flow, &evicted);
        assert_false(evicted);
        assert_ptr_equal(again, session);
        assert_int_equal(again->possible, 0);
        assert_int_equal(again->streams[FLOW_INITIATOR].n, 0);
        assert_int_equal(again->streams[FLOW_RESPONDER].n, 0);
        stream_set(&again->streams[FLOW_INITIATOR], said, sizeof said);
    }
    free_fixture(&f);
}

/* Finding is using. */
static void
test_longest_unused_gives_way(void **state)
{
    struct fixture f = make_fixture(CAPACITY);
    bool evicted;

    (void) state;
    for (uint32_t i = 0; i < CAPACITY; i++) {
        (void) session_table_make(f.table, &f.flows[i], i, &evicted);
        assert_false(evicted);
    }
    assert_non_null(session_table_find(f.table, &f.flows[0], 0));
    (void) session_table_make(f.table, &f.flows[4], 4, &evicted);
    assert_true(evicted);
    assert_null(session_table_find(f.table, &f.flows[1], 1));
    assert_non_null(session_table_find(f.table, &f.flows[0], 0));
    free_fixture(&f);
}

static void
test_dropped(void **state)
{
    struct fixture f = make_fixture(CAPACITY);
    struct session *sessions[CAPACITY];
    bool evicted;

    (void) state;
    for (uint32_t i = 0; i < CAPACITY; i++) {
        sessions[i] = session_table_make(f.table, &f.flows[i], i, &evicted);
    }
    session_table_drop(f.table, sessions[2]);
    assert_null(session_table_find(f.table, &f.flows[2], 2));
    /* Its place is free, so nobody has to give way. */
    assert_ptr_equal(session_table_make(f.table, &f.flows[9], 9, &evicted), sessions[2]);
    assert_false(evicted);
    (void) session_table_make(f.table, &f.flows[10], 10, &evicted);
    assert_true(evicted);
    free_fixture(&f);
}

/* Tables whose sessions alternate in memory have each its own. */
static void
test_alternating(void **state)
{
    enum { N_TABLES = 3 };
    struct region *region = region_new(N_TABLES * session_table_size(CAPACITY));
    struct session_table *tables[N_TABLES];
    struct flow flows[N_TABLES][CAPACITY];
    bool evicted;

    (void) state;
    session_tables_new(CAPACITY, N_TABLES, region, tables);
    for (uint32_t i = 0; i < N_TABLES * CAPACITY; i++) {
        const struct flow *flow = &flows[i % N_TABLES][i / N_TABLES];
        struct session *session =
            session_table_make(tables[i % N_TABLES], flow, 0, &evicted);

        assert_false(evicted);
        session->possible = i;
    }
    for (uint32_t i = 0; i < N_TABLES * CAPACITY; i++) {
        const struct flow *flow = &flows[i % N_TABLES][i / N_TABLES];
        struct session *session = session_table_find(tables[i % N_TABLES], flow, 0);

        assert_non_null(session);
        assert_int_equal(session->possible, i);
        session_table_drop(tables[i % N_TABLES], session);
        assert_null(session_table_find(tables[i % N_TABLES], flow, 0));
    }
    for (unsigned i = 0; i < N_TABLES; i++) {
        session_table_free(tables[i]);
    }
    region_free(region);
}

/* A list of flows, the one used last at the end. */
struct model {
    unsigned n, flows[CAPACITY];
};

static bool
model_forget(struct model *model, unsigned flow)
{
    for (unsigned i = 0; i < model->n; i++) {
        if (model->flows[i] == flow) {
            model->n--;
            memmove(model->flows + i, model->flows + i + 1,
                    (model->n - i) * sizeof model->flows[0]);
            return true;
        }
    }
    return false;
}

static bool
model_make(struct model *model, unsigned flow)
{
    const bool evicts = !model_forget(model, flow) && model->n == CAPACITY;

    if (evicts) {
        (void) model_forget(model, model->flows[0]);
    }
    model->flows[model->n++] = flow;
    return evicts;
}

static void
test_random(void **state)
{
    struct fixture f = make_fixture(CAPACITY);
    struct model model = { 0 };
    uint64_t random = 1;

    (void) state;
    for (unsigned step = 0; step < 100000; step++) {
        const unsigned flow = (unsigned) random_below(&random, N_ELEMENTS(f.flows));
        const uint32_t hash = flow / 3; /* Some have the same. */
        struct session *session;
        bool evicted;

        switch (random_below(&random, 3)) {
        case 0:
            session = session_table_make(f.table, &f.flows[flow], hash, &evicted);
            assert_int_equal(evicted, model_make(&model, flow));
            assert_ptr_equal(session->flow, &f.flows[flow]);
            break;
        case 1:
            session = session_table_find(f.table, &f.flows[flow], hash);
            assert_int_equal(session != NULL, model_forget(&model, flow));
            if (session != NULL) {
                (void) model_make(&model, flow);
            }
            break;
        default:
            session = session_table_find(f.table, &f.flows[flow], hash);
            assert_int_equal(session != NULL, model_forget(&model, flow));
            if (session != NULL) {
                session_table_drop(f.table, session);
            }
            break;
        }
    }
    free_fixture(&f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_made_and_found),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_longest_unused_gives_way),
        cmocka_unit_test(test_dropped),
        cmocka_unit_test(test_alternating),
        cmocka_unit_test(test_random),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
