#include "support/golden.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/support.h"

static bool is_renewing(void);
static void renew(const char *path, const char *actual);
static void make_folders(const char *path);
static void compare(const char *name, const char *expected, const char *actual);
static int first_difference(const char *e, const char *a);
static int shown_length(const char *line);

/* Of a line that differs, so many bytes are shown, and so many of them before the place. */
enum { SHOWN_MAX = 160, SHOWN_BEFORE = 60 };

void
golden_check(const char *name, const char *actual)
{
    char relative[1024];

    (void) snprintf(relative, sizeof relative, "tests/golden/%s", name);
    golden_check_file(relative, actual);
}

void
golden_check_file(const char *relative, const char *actual)
{
    const char *path = source_path(relative);
    char *expected;

    if (is_renewing()) {
        renew(path, actual);
        return;
    }
    if (access(path, R_OK) != 0) {
        fail_msg("%s is not here; SECTORWATCH_RENEW=1 writes it", relative);
    }
    expected = read_whole_file(path);
    compare(relative, expected, actual);
    free(expected);
}

static bool
is_renewing(void)
{
    const char *renew = getenv("SECTORWATCH_RENEW");

    return renew != NULL && strcmp(renew, "1") == 0;
}

static void
renew(const char *path, const char *actual)
{
    FILE *file;

    make_folders(path);
    file = fopen(path, "w");
    if (file == NULL || fputs(actual, file) == EOF || fclose(file) != 0) {
        fail_msg("%s: %s", path, strerror(errno));
    }
    printf("renewed: %s\n", path);
}

static void
make_folders(const char *path)
{
    char folder[4096];

    for (const char *slash = strchr(path + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        (void) snprintf(folder, sizeof folder, "%.*s", (int) (slash - path), path);
        if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
            fail_msg("%s: %s", folder, strerror(errno));
        }
    }
}

/* Length of the line at 'text'. */
static int
line_length(const char *text)
{
    return (int) strcspn(text, "\n");
}

static void
compare(const char *name, const char *expected, const char *actual)
{
    const char *e = expected, *a = actual;
    unsigned line = 1;
    int column, shown;

    if (strcmp(expected, actual) == 0) {
        return;
    }
    while (*e != '\0' && line_length(e) == line_length(a) &&
           memcmp(e, a, (size_t) line_length(e) + 1) == 0) {
        e += line_length(e) + 1;
        a += line_length(a) + 1;
        line++;
    }
    column = first_difference(e, a);
    shown = column > SHOWN_BEFORE ? column - SHOWN_BEFORE : 0;
    fail_msg(
        "%s:%u:%d differs (SECTORWATCH_RENEW=1 renews it)\n  expected: %.*s\n  actual:   "
        "%.*s",
        name, line, column + 1, shown_length(e + shown), e + shown, shown_length(a + shown),
        a + shown);
}

static int
first_difference(const char *e, const char *a)
{
    int column = 0;

    while (e[column] == a[column]) {
        column++;
    }
    return column;
}

/* As much of a line as a message shows. */
static int
shown_length(const char *line)
{
    return line_length(line) < SHOWN_MAX ? line_length(line) : SHOWN_MAX;
}
