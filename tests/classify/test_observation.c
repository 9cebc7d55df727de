#include "classify/observation.h"

#include <stdlib.h>

#include "support/support.h"

static void
test_add(void **state)
{
    struct observation_list *list = calloc(1, sizeof *list);
    const struct flow flow = { 0 };
    const struct observation *observation;

    (void) state;
    assert_non_null(list);
    list->items[0].earlier = EVIDENCE_VERIFIED; /* Of what was here before. */
    observation = observation_list_add(list, OBSERVATION_SCAN, &flow, 5);
    assert_int_equal(list->n, 1);
    assert_ptr_equal(observation, &list->items[0]);
    assert_int_equal(observation->kind, OBSERVATION_SCAN);
    assert_int_equal(observation->time_ns, 5);
    assert_int_equal(observation->since_ns, 5);
    assert_int_equal(observation->count, 1);
    assert_int_equal(observation->asset_ends, 3);
    assert_int_equal(observation->earlier, EVIDENCE_RANGE_ONLY);
    assert_ptr_equal(observation->flow, &flow);
    assert_string_equal(observation->detail, "");
    free(list);
}

/* What does not fit is counted, and does not change what is there. */
static void
test_full(void **state)
{
    struct observation_list *list = calloc(1, sizeof *list);

    (void) state;
    assert_non_null(list);
    for (unsigned step = 0; step < OBSERVATION_LIST_MAX / OBSERVATION_STEP_MAX; step++) {
        for (unsigned i = 0; i < OBSERVATION_STEP_MAX + 3; i++) {
            observation_list_add(list, OBSERVATION_FLOW_START, NULL, i)->count = i;
        }
        assert_int_equal(list->n, (step + 1) * OBSERVATION_STEP_MAX);
        assert_int_equal(list->n_lost, (step + 1) * 3);
        observation_list_step(list);
    }
    for (unsigned i = 0; i < OBSERVATION_LIST_MAX; i++) {
        assert_int_equal(list->items[i].count, i % OBSERVATION_STEP_MAX);
    }
    observation_list_clear(list);
    (void) observation_list_add(list, OBSERVATION_FLOW_END, NULL, 0);
    assert_int_equal(list->n, 1);
    assert_int_equal(list->items[0].kind, OBSERVATION_FLOW_END);
    free(list);
}

static void
test_names(void **state)
{
    const char *const *names = observation_names();
    unsigned n = 0;

    (void) state;
    for (; names[n] != NULL; n++) {
        enum observation_kind kind = N_OBSERVATIONS;

        assert_true(observation_parse(names[n], &kind));
        assert_int_equal(kind, n);
        assert_ptr_equal(observation_name(kind), names[n]);
        assert_non_null(observation_title(kind));
    }
    assert_int_equal(n, N_OBSERVATIONS);
    assert_string_equal(observation_name(OBSERVATION_LISTED_ADDRESS), "listed-address");
}

static void
test_unknown_name(void **state)
{
    enum observation_kind kind = OBSERVATION_SWEEP;

    (void) state;
    assert_false(observation_parse("no-such", &kind));
    assert_int_equal(kind, OBSERVATION_SWEEP);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_add),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_unknown_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
