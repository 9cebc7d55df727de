#include "base/counter.h"

#include <string.h>

#include "support/support.h"

static void
test_add(void **state)
{
    struct counters counters = { 0 };

    (void) state;
    for (unsigned i = 0; i < N_COUNTERS; i++) {
        counter_add(&counters, (enum counter) i, i);
        counter_inc(&counters, (enum counter) i);
    }
    for (unsigned i = 0; i < N_COUNTERS; i++) {
        assert_int_equal(counters.n[i], i + 1);
    }
}

/* Names are "folder.what", each once: the summary's keys are made of them. */
static void
test_names(void **state)
{
    (void) state;
    for (unsigned i = 0; i < N_COUNTERS; i++) {
        const char *name = counter_name((enum counter) i);
        const size_t n_letters = strspn(name, "abcdefghijklmnopqrstuvwxyz");

        assert_true(n_letters > 0);
        assert_int_equal(name[n_letters], '.');
        assert_int_equal(
            strspn(name + n_letters + 1, "abcdefghijklmnopqrstuvwxyz0123456789_"),
            strlen(name + n_letters + 1));
        assert_true(*counter_description((enum counter) i) != '\0');
        for (unsigned j = 0; j < i; j++) {
            assert_string_not_equal(name, counter_name((enum counter) j));
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_add),
                                        cmocka_unit_test(test_names) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
