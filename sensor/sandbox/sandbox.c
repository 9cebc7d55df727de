#include "sensor/sandbox/sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "base/log.h"
#include "sensor/sandbox/layer.h"

static const char *const layer_names[N_SANDBOX_LAYERS] = {
    [SANDBOX_NO_NEW_PRIVILEGES] = "no-new-privileges",
    [SANDBOX_LANDLOCK] = "landlock",
    [SANDBOX_CAPABILITIES] = "capabilities",
    [SANDBOX_SYSTEM_CALLS] = "system-calls",
};

static const char *const mode_names[N_SANDBOX_MODES] = {
    [SANDBOX_OFF] = "off",
    [SANDBOX_ON] = "on",
    [SANDBOX_STRICT] = "strict",
};

static bool enter_layer(const struct sandbox_config *config, enum sandbox_layer layer,
                        char reason[static SANDBOX_REASON_SIZE]);
static bool enter_no_new_privileges(char reason[static SANDBOX_REASON_SIZE]);
static bool is_of_all_threads(char reason[static SANDBOX_REASON_SIZE]);
static void tell(const struct sandbox *sandbox);

bool
sandbox_enter(const struct sandbox_config *config, struct sandbox *sandbox)
{
    *sandbox = (struct sandbox){ .mode = config->mode };
    if (config->mode == SANDBOX_OFF) {
        log_warning("sandbox", "it is off: this process keeps all its rights");
        return true;
    }
    for (enum sandbox_layer layer = 0; layer < N_SANDBOX_LAYERS; layer++) {
        sandbox->layers[layer].holds =
            enter_layer(config, layer, sandbox->layers[layer].reason);
    }
    tell(sandbox);
    return sandbox_is_whole(sandbox) || config->mode != SANDBOX_STRICT;
}

bool
sandbox_is_whole(const struct sandbox *sandbox)
{
    for (enum sandbox_layer layer = 0; layer < N_SANDBOX_LAYERS; layer++) {
        if (!sandbox->layers[layer].holds) {
            return false;
        }
    }
    return true;
}

const char *
sandbox_layer_name(enum sandbox_layer layer)
{
    return layer_names[layer];
}

const char *
sandbox_mode_name(enum sandbox_mode mode)
{
    return mode_names[mode];
}

bool
sandbox_mode_parse(const char *text, enum sandbox_mode *ret)
{
    for (enum sandbox_mode mode = 0; mode < N_SANDBOX_MODES; mode++) {
        if (strcmp(text, mode_names[mode]) == 0) {
            *ret = mode;
            return true;
        }
    }
    return false;
}

const char *
sandbox_describe(enum sandbox_layer layer, char *text, size_t size)
{
    char reason[SANDBOX_REASON_SIZE] = "";
    const int version = layer == SANDBOX_LANDLOCK ? landlock_version(reason) : 0;
    const bool is_missing =
        (layer == SANDBOX_LANDLOCK && version == 0) ||
        (layer == SANDBOX_SYSTEM_CALLS && !system_calls_are_there(reason));

    if (is_missing) {
        (void) snprintf(text, size, "no %s: %s", layer_names[layer], reason);
    } else if (version > 0) {
        (void) snprintf(text, size, "%s %d", layer_names[layer], version);
    } else {
        (void) snprintf(text, size, "%s", layer_names[layer]);
    }
    return text;
}

static bool
enter_layer(const struct sandbox_config *config, enum sandbox_layer layer,
            char reason[static SANDBOX_REASON_SIZE])
{
    bool holds = false;

    switch (layer) {
    case SANDBOX_NO_NEW_PRIVILEGES:
        holds = enter_no_new_privileges(reason);
        break;
    case SANDBOX_LANDLOCK:
        holds = landlock_enter(config, reason);
        break;
    case SANDBOX_CAPABILITIES:
        holds = capabilities_enter(reason);
        break;
    case SANDBOX_SYSTEM_CALLS:
        return system_calls_enter(reason);
    case N_SANDBOX_LAYERS:
        break;
    }
    return holds && is_of_all_threads(reason);
}

static bool
enter_no_new_privileges(char reason[static SANDBOX_REASON_SIZE])
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) != 0) {
        (void) snprintf(reason, SANDBOX_REASON_SIZE, "%s", strerror(errno));
        return false;
    }
    return true;
}

/* The folder of a process's threads has a link from each, besides its own two.  Where there
 * is no /proc there is no knowing, and no thread either that this program started. */
static bool
is_of_all_threads(char reason[static SANDBOX_REASON_SIZE])
{
    struct stat tasks;

    if (stat("/proc/self/task", &tasks) == 0 && tasks.st_nlink > 3) {
        (void) snprintf(reason, SANDBOX_REASON_SIZE,
                        "threads that run already are not in it");
        return false;
    }
    return true;
}

static void
tell(const struct sandbox *sandbox)
{
    for (enum sandbox_layer layer = 0; layer < N_SANDBOX_LAYERS; layer++) {
        const char *reason = sandbox->layers[layer].reason;

        if (sandbox->layers[layer].holds) {
            continue;
        }
        if (sandbox->mode == SANDBOX_STRICT) {
            log_error("sandbox", "layer \"%s\" is missing: %s", layer_names[layer], reason);
        } else {
            log_warning("sandbox", "layer \"%s\" is missing: %s; going on without it",
                        layer_names[layer], reason);
        }
    }
}
