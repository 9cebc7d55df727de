#ifndef TESTS_SUPPORT_SUPPORT_H
#define TESTS_SUPPORT_SUPPORT_H

/* What the tests of all folders share. */

/* cmocka.h needs these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Number of elements of an array. */
#define N_ELEMENTS(array) (sizeof(array) / sizeof(array)[0])

/* The path of a file of the project, or of a file that the test makes in a folder of its
 * own. The text is valid for the rest of the program; the folder goes with it. */
const char *source_path(const char *relative);
const char *temporary_path(const char *name);

/* The path of a file in the folder of real captures and lists that is not part of the
 * project (environment variable SECTORWATCH_SHARED, else ../shared beside the project);
 * where it is missing, says so ("skipped: ...") and skips the running test. */
const char *shared_path_or_skip(const char *relative);

/* Says why ("skipped: ...") and skips the running test unless it runs as root. */
void need_root_or_skip(void);

/* Writes a file, for tests of readers.  Returns its path, as temporary_path(). */
const char *temporary_file(const char *name, const char *text);

/* All of a file as text with a terminating zero, to be freed; fails the test if unreadable.
 */
char *read_whole_file(const char *path);

/* Runs a table of cases: one cmocka test a case, called 'name', whose state is the case.
 *
 *     static const struct thing_case { const char *name; ... } cases[] = { ... };
 *     return RUN_CASES(cases, test_thing);
 */
int run_cases(const char *group, const void *cases, size_t n, size_t size,
              void (*test)(void **state));
#define RUN_CASES(cases, test) \
    run_cases(#test, (cases), N_ELEMENTS(cases), sizeof(cases)[0], (test))

#endif
