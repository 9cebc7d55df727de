#include "support/scene.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/support.h"

const char *
scene_configuration(const char *name)
{
    const size_t n = sizeof SCENE_TWIN_PREFIX - 1;
    char relative[256];
    const char *path;

    (void) snprintf(relative, sizeof relative, "tests/scenarios/%s/sectorwatch.conf",
                    strncmp(name, SCENE_TWIN_PREFIX, n) == 0 ? name + n : name);
    path = source_path(relative);
    return access(path, R_OK) == 0
               ? path
               : source_path("tests/scenarios/quickstart/sectorwatch.conf");
}
