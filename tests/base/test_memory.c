#include "base/memory.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "support/support.h"

static void
test_zeroed(void **state)
{
    unsigned *numbers = memory_zeroed(100, sizeof *numbers);

    (void) state;
    for (unsigned i = 0; i < 100; i++) {
        assert_int_equal(numbers[i], 0);
    }
    free(numbers);
}

static void
test_grow(void **state)
{
    size_t capacity = 0;
    size_t *numbers = NULL;

    (void) state;
    for (size_t n = 0; n < 10000; n++) {
        numbers = memory_grow(numbers, n, &capacity, sizeof *numbers);
        assert_true(capacity > n);
        numbers[n] = n;
    }
    for (size_t n = 0; n < 10000; n++) {
        assert_int_equal(numbers[n], n);
    }
    assert_true(capacity < 20000);
    free(numbers);
}

static void
test_copy(void **state)
{
    char *copy = memory_copy_text("energy");

    (void) state;
    assert_string_equal(copy, "energy");
    free(copy);
}

/* Small and large pieces are zeroed, aligned, and do not overlap. */
static void
test_arena(void **state)
{
    enum { N = 2000 };
    struct arena *arena = arena_new();
    uint8_t *pieces[N];
    size_t sizes[N];

    (void) state;
    for (size_t i = 0; i < N; i++) {
        sizes[i] = i % 100 == 99 ? 70000 : i % 61;
        pieces[i] = arena_take(arena, sizes[i]);
        assert_int_equal((uintptr_t) pieces[i] % alignof(max_align_t), 0);
        for (size_t j = 0; j < sizes[i]; j++) {
            assert_int_equal(pieces[i][j], 0);
        }
        memset(pieces[i], (int) (i % 251 + 1), sizes[i]);
    }
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j < sizes[i]; j++) {
            assert_int_equal(pieces[i][j], i % 251 + 1);
        }
    }
    arena_free(arena);
    arena_free(NULL);
}

static void
test_arena_text(void **state)
{
    struct arena *arena = arena_new();

    (void) state;
    assert_string_equal(arena_text(arena, ""), "");
    assert_string_equal(arena_text(arena, "energy"), "energy");
    assert_string_equal(arena_text_n(arena, "energy sector", 6), "energy");
    assert_string_equal(arena_text_n(arena, "energy", 0), "");
    arena_free(arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_zeroed),
                                        cmocka_unit_test(test_grow),
                                        cmocka_unit_test(test_copy),
                                        cmocka_unit_test(test_arena),
                                        cmocka_unit_test(test_arena_text) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
