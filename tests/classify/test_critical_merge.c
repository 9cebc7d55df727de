/* What two taggers hold becomes one, in the order of its times. */
#include "classify/critical_merge.h"

#include <stdlib.h>
#include <string.h>

#include "support/support.h"

#define SECOND NS_PER_SECOND

/* The clock of the flows needs no more of them. */
static const struct flow_config flows = { .idle_timeout_ns = 60 * SECOND,
                                          .half_open_timeout_ns = 10 * SECOND,
                                          .active_timeout_ns = 1800 * SECOND };

struct scene {
    struct critical_batch *from[2], *to;
    struct critical_position at[2];
    struct critical_order order;
    struct frame_batch payloads;
    struct counters counters;
};

static struct scene *
scene_new(void)
{
    struct scene *scene = calloc(1, sizeof *scene);

    assert_non_null(scene);
    scene->from[0] = critical_batch_new();
    scene->from[1] = critical_batch_new();
    scene->to = critical_batch_new();
    scene->order = critical_order_init(&flows);
    return scene;
}

static void
scene_free(struct scene *scene)
{
    critical_batch_free(scene->from[0]);
    critical_batch_free(scene->from[1]);
    critical_batch_free(scene->to);
    free(scene);
}

static void
add_packet(struct critical_batch *batch, uint64_t time_ns, const char *payload)
{
    batch->packets[batch->n] = (struct critical_packet){
        .packet = { .time_ns = time_ns,
                    .payload = (const uint8_t *) payload,
                    .payload_size = (uint32_t) strlen(payload) },
    };
    critical_batch_add(batch);
}

static void
add_tick(struct critical_batch *batch, uint64_t now_ns)
{
    batch->ticks[batch->n_ticks++] =
        (struct tick){ .now_ns = now_ns, .n_before = batch->n };
}

static bool
move(struct scene *scene, unsigned which, uint64_t until_ns)
{
    return critical_merge_move(scene->from[which], &scene->at[which], until_ns,
                               &scene->order, scene->to, &scene->payloads,
                               &scene->counters);
}

/* Places and clock are those of one tagger; of two ticks for one second there is one. */
static void
test_order(void **state)
{
    struct scene *scene = scene_new();
    uint64_t next_ns;

    (void) state;
    add_tick(scene->from[0], 5 * SECOND);
    add_packet(scene->from[0], 5 * SECOND, "a");
    add_packet(scene->from[0], 5 * SECOND + 3, "c");
    add_tick(scene->from[1], 5 * SECOND + 1);
    add_packet(scene->from[1], 5 * SECOND + 2, "b");
    add_tick(scene->from[1], 6 * SECOND);
    add_packet(scene->from[1], 6 * SECOND, "d");

    assert_true(move(scene, 0, 5 * SECOND + 2));
    assert_true(critical_merge_peek(scene->from[0], &scene->at[0], &next_ns));
    assert_int_equal(next_ns, 5 * SECOND + 3);
    assert_true(move(scene, 1, 5 * SECOND + 3));
    assert_true(move(scene, 0, UINT64_MAX));
    assert_false(critical_merge_peek(scene->from[0], &scene->at[0], &next_ns));
    assert_true(move(scene, 1, UINT64_MAX));

    assert_int_equal(scene->to->n, 4);
    assert_int_equal(scene->to->n_ticks, 2);
    assert_int_equal(scene->to->ticks[0].order, 0);
    assert_int_equal(scene->to->ticks[1].order, 4);
    assert_int_equal(scene->to->ticks[1].n_before, 3);
    for (unsigned i = 0; i < 4; i++) {
        const struct critical_packet *packet = &scene->to->packets[i];

        assert_int_equal(*packet->packet.payload, 'a' + i);
        assert_ptr_equal(packet->packet.payload, &scene->payloads.memory[i]);
        assert_int_equal(packet->order, i < 3 ? 1 + i : 5);
        assert_int_equal(packet->clock_ns, packet->packet.time_ns);
    }
    assert_int_equal(scene->counters.n[COUNTER_CLASSIFY_TIME_BACKWARD], 0);
    scene_free(scene);
}

/* A packet that does not fit, in number or in bytes, stays where it is. */
static void
test_room(void **state)
{
    struct scene *scene = scene_new();
    uint64_t next_ns;

    (void) state;
    add_packet(scene->from[0], 1, "0123456789");
    scene->payloads.used = FRAME_BATCH_MEMORY - 9;
    assert_false(move(scene, 0, UINT64_MAX));
    scene->payloads.used = FRAME_BATCH_MEMORY - 10;
    scene->to->n = CRITICAL_BATCH_MAX;
    assert_false(move(scene, 0, UINT64_MAX));
    assert_true(critical_merge_peek(scene->from[0], &scene->at[0], &next_ns));
    scene->to->n = CRITICAL_BATCH_MAX - 1;
    assert_true(move(scene, 0, UINT64_MAX));
    assert_int_equal(scene->to->n, CRITICAL_BATCH_MAX);
    assert_int_equal(scene->payloads.used, FRAME_BATCH_MEMORY);
    scene_free(scene);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
