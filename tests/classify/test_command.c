#include "classify/command.h"

#include <string.h>

#include "support/support.h"

/* A rule that asks for "write" or a summary that says so must mean the same class. */
static void
test_class_names(void **state)
{
    (void) state;
    assert_string_equal(command_class_name(COMMAND_READ), "read");
    assert_string_equal(command_class_name(COMMAND_WRITE), "write");
    assert_string_equal(command_class_name(COMMAND_STOP), "stop");
}

/* Every service and class is added, none to another. */
static void
test_tallies_add_up(void **state)
{
    static struct command_tally tally, more;

    (void) state;
    memset(&tally, 0, sizeof tally);
    for (unsigned service = 0; service < N_SERVICES; service++) {
        for (unsigned class = 0; class < N_COMMAND_CLASSES; class ++) {
            tally.n[service][class] = UINT64_C(1) << 32;
            more.n[service][class] = service * N_COMMAND_CLASSES + class;
        }
    }
    command_tally_add(&tally, &more);
    for (unsigned service = 0; service < N_SERVICES; service++) {
        for (unsigned class = 0; class < N_COMMAND_CLASSES; class ++) {
            const uint64_t own = service * N_COMMAND_CLASSES + class;

            assert_int_equal(tally.n[service][class], (UINT64_C(1) << 32) + own);
            assert_int_equal(more.n[service][class], own);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_class_names),
        cmocka_unit_test(test_tallies_add_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
