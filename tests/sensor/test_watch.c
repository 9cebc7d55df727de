/* When a file of the policy counts as changed. */
#include "sensor/watch.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/support.h"

/* What is done to the file, a letter each: written to, replaced, removed, made a link; and
 * looks, which show nothing (-) or that it has changed (!). */
static const struct watch_case {
    const char *name, *steps;
} cases[] = {
    { "as it was", "--" },
    { "written to: when it has stayed so", "w-!-" },
    { "written to again and again: not before that is over", "w-w-w-!-" },
    { "replaced by rename(2)", "r-!-" },
    { "a link that leads elsewhere", "l-!-" },
    { "removed: not until there is another", "d---w-!-" },
    { "changed twice: told twice", "w-!r-!-" },
};

static void
append(const char *path)
{
    const int file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);

    assert_true(file >= 0);
    assert_int_equal(write(file, "x\n", 2), 2);
    (void) close(file);
}

static void
take_step(char step, const char *path)
{
    const char *other = temporary_path("other.txt");

    switch (step) {
    case 'w':
        append(path);
        break;
    case 'r':
        append(other);
        assert_int_equal(rename(other, path), 0);
        break;
    case 'd':
        assert_int_equal(remove(path), 0);
        break;
    case 'l':
        append(other);
        assert_int_equal(remove(path), 0);
        assert_int_equal(symlink(other, path), 0);
        break;
    default:
        break;
    }
}

static void
look(struct watch *watch, const char *expected)
{
    const char *changed = watch_look(watch);

    if (expected == NULL) {
        assert_null(changed);
    } else {
        assert_non_null(changed);
        assert_string_equal(changed, expected);
    }
}

static void
test_watch(void **state)
{
    const struct watch_case *c = *state;
    const char *path = temporary_path("list.txt");
    struct policy_file files[2] = { { .path = path },
                                    { .path = temporary_file("same.txt", "x\n") } };
    const struct policy policy = { .renewed = files, .n_renewed = 2 };
    struct watch *watch = watch_new();

    (void) remove(path);
    (void) remove(temporary_path("other.txt"));
    append(path);
    for (size_t i = 0; i < 2; i++) {
        files[i].state = file_state_of(files[i].path);
    }
    watch_renew(watch, &policy);
    for (const char *step = c->steps; *step != '\0'; step++) {
        take_step(*step, path);
        if (*step == '-' || *step == '!') {
            look(watch, *step == '!' ? path : NULL);
        }
    }
    watch_free(watch);
}

/* What happens to a file while it is read, or right after, is not lost. */
static void
test_changed_since_it_was_read(void **state)
{
    const char *path = temporary_file("list.txt", "x\n");
    struct policy_file file = { .path = path, .state = file_state_of(path) };
    const struct policy policy = { .renewed = &file, .n_renewed = 1 };
    struct watch *watch = watch_new();

    (void) state;
    append(path);
    watch_renew(watch, &policy);
    assert_null(watch_look(watch));
    assert_non_null(watch_look(watch));
    watch_free(watch);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_changed_since_it_was_read) };

    return RUN_CASES(cases, test_watch) + cmocka_run_group_tests(tests, NULL, NULL);
}
