#include "sensor/watch.h"

#include <stdlib.h>

#include "base/memory.h"

struct watched {
    const char *path;
    struct file_state told; /* As it was read, or told to have changed. */
    struct file_state seen; /* At the last look. */
};

struct watch {
    struct arena *arena; /* Of the paths and the files. */
    struct watched *files;
    size_t n;
};

struct watch *
watch_new(void)
{
    struct watch *watch = memory_zeroed(1, sizeof *watch);

    watch->arena = arena_new();
    return watch;
}

void
watch_free(struct watch *watch)
{
    if (watch == NULL) {
        return;
    }
    arena_free(watch->arena);
    free(watch);
}

void
watch_renew(struct watch *watch, const struct policy *policy)
{
    arena_free(watch->arena);
    watch->arena = arena_new();
    watch->n = policy->n_renewed;
    watch->files = arena_take(watch->arena, (watch->n + 1) * sizeof watch->files[0]);
    for (size_t i = 0; i < watch->n; i++) {
        const struct policy_file *file = &policy->renewed[i];

        watch->files[i] = (struct watched){ .path = arena_text(watch->arena, file->path),
                                            .told = file->state,
                                            .seen = file->state };
    }
}

const char *
watch_look(struct watch *watch)
{
    const char *changed = NULL;

    for (size_t i = 0; i < watch->n; i++) {
        struct watched *file = &watch->files[i];
        const struct file_state now = file_state_of(file->path);

        if (now.is_there && file_state_is_same(&now, &file->seen) &&
            !file_state_is_same(&now, &file->told)) {
            file->told = now;
            changed = file->path;
        }
        file->seen = now;
    }
    return changed;
}
