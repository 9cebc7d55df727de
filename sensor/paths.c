#include "sensor/paths.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const built_folders[] = { SW_BUILD_DATA_DIR, SW_SOURCE_CONF_DIR, NULL };
static const char *const installed_folders[] = { SW_INSTALL_CONF_DIR, SW_INSTALL_DATA_DIR,
                                                 NULL };

static const char system_configuration[] = "/etc/sectorwatch/sectorwatch.conf";

const char *const *
path_program_folders(void)
{
    char program[PATH_MAX];
    const ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);

    if (n > 0) {
        program[n] = '\0';
        if (strncmp(program, SW_BUILD_DIR "/", sizeof SW_BUILD_DIR) == 0) {
            return built_folders;
        }
    }
    return installed_folders;
}

static const char *
join(const char *folder, size_t n, const char *name, struct arena *arena)
{
    char path[PATH_MAX];

    (void) snprintf(path, sizeof path, "%.*s/%s", (int) n, folder, name);
    return arena_text(arena, path);
}

/* The first of 'folders' that holds 'name', or NULL. */
static const char *
find(const char *const *folders, const char *name, struct arena *arena)
{
    for (; *folders != NULL; folders++) {
        const char *path = join(*folders, strlen(*folders), name, arena);

        if (access(path, F_OK) == 0) {
            return path;
        }
    }
    return NULL;
}

const char *
path_of_configuration(struct arena *arena)
{
    const char *const *folders = path_program_folders();
    const char *path = access(system_configuration, F_OK) == 0
                           ? system_configuration
                           : find(folders, "sectorwatch.conf", arena);

    return path != NULL ? path : system_configuration;
}

const char *
path_beside(const char *config, const char *name, struct arena *arena)
{
    const char *slash = strrchr(config, '/');

    if (*name == '/') {
        return arena_text(arena, name);
    }
    return slash == NULL ? arena_text(arena, name)
                         : join(config, (size_t) (slash - config), name, arena);
}

const char *
path_resolve(const char *config, const char *name, struct arena *arena)
{
    const char *beside = path_beside(config, name, arena);
    const char *found = NULL;

    if (*name != '/' && access(beside, F_OK) != 0) {
        found = find(path_program_folders(), name, arena);
    }
    return found != NULL ? found : beside;
}
