/* Items found, and no others lost, also where buckets overflow into the next ones; against
 * a plain list. */
#include "classify/slot_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/region.h"
#include "support/support.h"

enum { CAPACITY = 600 };

struct model {
    struct slot_index index;
    uint32_t hashes[CAPACITY];
    bool is_there[CAPACITY];
};

/* How often a look-up of the hash tells the item. */
static unsigned
n_told(const struct model *model, uint32_t hash, uint32_t wanted)
{
    struct slot_search search = slot_index_search(&model->index, hash);
    unsigned n = 0;
    uint32_t item;

    while (slot_index_next(&model->index, &search, &item)) {
        assert_true(item < CAPACITY && model->is_there[item]);
        n += item == wanted;
    }
    return n;
}

static void
check_all(const struct model *model)
{
    for (uint32_t item = 0; item < CAPACITY; item++) {
        assert_int_equal(n_told(model, model->hashes[item], item), model->is_there[item]);
    }
}

static struct model *
model_new(void)
{
    struct model *model = calloc(1, sizeof *model);

    assert_non_null(model);
    slot_index_init(&model->index, CAPACITY);
    return model;
}

static void
model_free(struct model *model)
{
    slot_index_fini(&model->index);
    free(model);
}

static void
toggle(struct model *model, uint32_t item)
{
    if (model->is_there[item]) {
        slot_index_remove(&model->index, model->hashes[item], item);
    } else {
        slot_index_insert(&model->index, model->hashes[item], item);
    }
    model->is_there[item] = !model->is_there[item];
}

/* Comes and goes in disorder; 'spread' is how many different hashes there are. */
static void
run(uint32_t spread)
{
    struct model *model = model_new();
    const struct hash_seed seed = hash_seed_fixed();
    uint32_t n_there = 0;

    for (uint32_t item = 0; item < CAPACITY; item++) {
        const uint64_t number = item % spread;

        model->hashes[item] = (uint32_t) hash_bytes(seed, &number, sizeof number);
    }
    for (uint64_t step = 0; step < 6000; step++) {
        toggle(model, (uint32_t) (hash_bytes(seed, &step, sizeof step) % CAPACITY));
        if (step % 500 == 0) {
            check_all(model);
        }
    }
    check_all(model);
    for (uint32_t item = 0; item < CAPACITY; item++) {
        if (model->is_there[item]) {
            toggle(model, item);
        }
    }
    for (uint32_t bucket = 0; bucket <= model->index.mask; bucket++) {
        n_there += model->index.buckets[bucket].n_beyond;
    }
    assert_int_equal(n_there, 0);
    model_free(model);
}

static void
test_spread(void **state)
{
    (void) state;
    run(CAPACITY);
}

/* Far more items than a bucket holds have one hash. */
static void
test_crowded(void **state)
{
    (void) state;
    run(7);
    run(1);
}

static void
test_clear(void **state)
{
    struct model *model = model_new();

    (void) state;
    for (uint32_t item = 0; item < 100; item++) {
        toggle(model, item); /* All of hash 0. */
    }
    slot_index_clear(&model->index);
    memset(model->is_there, 0, sizeof model->is_there);
    check_all(model);
    toggle(model, 5);
    check_all(model);
    model_free(model);
}

/* Twice as large, until all of the room is in use: nothing is lost, and there are as many
 * buckets then as of an index that was as large from the beginning. */
static void
test_grow(void **state)
{
    struct model *model = calloc(1, sizeof *model);
    struct region *region = region_new(slot_index_size(CAPACITY));
    const struct hash_seed seed = hash_seed_fixed();
    unsigned n_grown = 0;

    (void) state;
    assert_non_null(model);
    slot_index_init_in(&model->index, CAPACITY, 1, region);
    for (uint32_t item = 0; item < CAPACITY; item++) {
        model->hashes[item] = (uint32_t) hash_bytes(seed, &item, sizeof item);
        if (slot_index_is_full(&model->index, item)) {
            slot_index_grow(&model->index);
            for (uint32_t i = 0; i < item; i++) {
                slot_index_insert(&model->index, model->hashes[i], i);
            }
            n_grown++;
        }
        toggle(model, item);
        check_all(model);
    }
    assert_int_equal(1U << n_grown, slot_index_n_buckets(CAPACITY));
    assert_int_equal(model->index.mask, slot_index_n_buckets(CAPACITY) - 1);
    region_free(region);
    free(model);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spread),
        cmocka_unit_test(test_crowded),
        cmocka_unit_test(test_clear),
        cmocka_unit_test(test_grow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
