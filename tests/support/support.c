#include "support/support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

static char temporary_dir[PATH_SIZE];

/* Paths last to the end of the program, as tests are short programs; they are kept in a
 * list so that no leak checker takes them for lost. */
struct path {
    struct path *next;
    char text[];
};

static struct path *paths;

static const char *
join(const char *folder, const char *relative)
{
    const size_t size = strlen(folder) + strlen(relative) + 2;
    struct path *path = malloc(sizeof *path + size);

    assert_non_null(path);
    (void) snprintf(path->text, size, "%s/%s", folder, relative);
    path->next = paths;
    paths = path;
    return path->text;
}

const char *
source_path(const char *relative)
{
    return join(SW_SOURCE_DIR, relative);
}

static void
remove_temporary_dir(void)
{
    char command[PATH_SIZE + 16];

    (void) snprintf(command, sizeof command, "rm -rf '%s'", temporary_dir);
    if (system(command) != 0) {
        fprintf(stderr, "cannot remove %s\n", temporary_dir);
    }
}

const char *
temporary_path(const char *name)
{
    if (temporary_dir[0] == '\0') {
        const char *base = getenv("TMPDIR");

        (void) snprintf(temporary_dir, sizeof temporary_dir, "%s/sectorwatch-test-XXXXXX",
                        base == NULL ? "/tmp" : base);
        if (mkdtemp(temporary_dir) == NULL) {
            fail_msg("mkdtemp %s: %s", temporary_dir, strerror(errno));
        }
        atexit(remove_temporary_dir);
    }
    return join(temporary_dir, name);
}

const char *
shared_path_or_skip(const char *relative)
{
    const char *shared = getenv("SECTORWATCH_SHARED");
    const char *path = join(shared != NULL ? shared : source_path("../shared"), relative);

    if (access(path, R_OK) != 0) {
        printf("skipped: %s is not here (SECTORWATCH_SHARED names the folder of real "
               "captures)\n",
               relative);
        skip();
    }
    return path;
}

void
need_root_or_skip(void)
{
    if (geteuid() != 0) {
        printf("skipped: needs root\n");
        skip();
    }
}

const char *
temporary_file(const char *name, const char *text)
{
    const char *path = temporary_path(name);
    FILE *file = fopen(path, "w");

    if (file == NULL || fputs(text, file) == EOF || fclose(file) != 0) {
        fail_msg("%s: %s", path, strerror(errno));
    }
    return path;
}

char *
read_whole_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct stat status;
    char *text;

    if (file == NULL || fstat(fileno(file), &status) != 0) {
        fail_msg("%s: %s", path, strerror(errno));
        return NULL;
    }
    text = calloc(1, (size_t) status.st_size + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, (size_t) status.st_size, file), status.st_size);
    fclose(file);
    return text;
}

int
run_cases(const char *group, const void *cases, size_t n, size_t size,
          void (*test)(void **state))
{
    struct CMUnitTest *tests = calloc(n, sizeof *tests);
    int n_failed;

    for (size_t i = 0; i < n; i++) {
        const char *at = (const char *) cases + i * size;
        const char *const *name = (const char *const *) (const void *) at;

        tests[i] = (struct CMUnitTest){ .name = *name,
                                        .test_func = test,
                                        .initial_state = (void *) (uintptr_t) at };
    }
    n_failed = _cmocka_run_group_tests(group, tests, n, NULL, NULL);
    free(tests);
    return n_failed;
}
