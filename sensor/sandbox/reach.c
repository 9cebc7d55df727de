#include "sensor/sandbox/reach.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"

static void add_folder_of(struct reach *reach, const char *path, enum reach_right right);

void
reach_add(struct reach *reach, const char *path, enum reach_right right)
{
    reach->places =
        memory_grow(reach->places, reach->n, &reach->capacity, sizeof *reach->places);
    reach->places[reach->n++] = (struct reach_place){ memory_copy_text(path), right };
}

void
reach_fini(struct reach *reach)
{
    for (size_t i = 0; i < reach->n; i++) {
        free(reach->places[i].path);
    }
    free(reach->places);
}

void
reach_add_file(struct reach *reach, const char *path, enum reach_right right)
{
    struct stat status;
    char *real;

    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        reach_add(reach, path, right);
        return;
    }
    add_folder_of(reach, path, right);
    real = realpath(path, NULL);
    if (real != NULL && strcmp(real, path) != 0) {
        add_folder_of(reach, real, right);
    }
    free(real);
}

static void
add_folder_of(struct reach *reach, const char *path, enum reach_right right)
{
    const char *slash = strrchr(path, '/');
    char *folder = memory_copy_text(slash == NULL ? "." : path);

    if (slash != NULL) {
        folder[slash == path ? 1 : slash - path] = '\0';
    }
    reach_add(reach, folder, right);
    free(folder);
}
