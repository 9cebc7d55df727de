#ifndef TESTS_SUPPORT_GOLDEN_H
#define TESTS_SUPPORT_GOLDEN_H

/* Golden files hold what the program is expected to write, under tests/golden.
 *
 * Fails the running test, showing the first line that differs, unless 'actual' is what the
 * file 'name' ("alert/alerts.ecs") holds.  With SECTORWATCH_RENEW=1 in the environment the
 * file is written instead: look at the difference with "git diff" before keeping it. */
void golden_check(const char *name, const char *actual);

/* The same with a file of the project: "docs/RULES.md". */
void golden_check_file(const char *relative, const char *actual);

#endif
