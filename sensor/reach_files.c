#include "sensor/reach_files.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "sensor/paths.h"

static void add_policy(struct reach *reach, const struct session *session);
static void add_interfaces(struct reach *reach, const struct sensor *sensor);
static void add_outputs(struct reach *reach, const struct session *session);
static void add_sockets(struct reach *reach, const struct session *session);
static void add_pattern(struct reach *reach, const char *pattern);

void
reach_add_session(struct reach *reach, const struct session *session)
{
    add_policy(reach, session);
    add_interfaces(reach, &session->sensor);
    add_outputs(reach, session);
    /* The hash of JSON objects is seeded from it at the first alert. */
    reach_add(reach, "/dev/urandom", REACH_READ);
}

static void
add_policy(struct reach *reach, const struct session *session)
{
    const struct settings *s = &session->policy->settings;
    struct arena *arena = arena_new();

    reach_add_file(reach, s->file, REACH_READ);
    for (const char *const *folder = path_program_folders(); *folder != NULL; folder++) {
        reach_add(reach, *folder, REACH_READ);
    }
    for (size_t i = 0; i < s->sectors.files.n; i++) {
        add_pattern(reach, path_beside(s->file, s->sectors.files.texts[i], arena));
    }
    reach_add(reach, path_resolve(s->file, s->sectors.catalogue_folder, arena), REACH_READ);
    for (size_t i = 0; i < s->geo.databases.n; i++) {
        reach_add_file(reach, path_resolve(s->file, s->geo.databases.texts[i], arena),
                       REACH_READ);
    }
    for (size_t i = 0; i < s->n_lists; i++) {
        reach_add_file(reach, s->lists[i].file, REACH_READ);
    }
    reach_add_file(reach, path_resolve(s->file, s->rules.statement, arena), REACH_READ);
    for (size_t i = 0; i < s->rules.folders.n; i++) {
        reach_add(reach, path_resolve(s->file, s->rules.folders.texts[i], arena),
                  REACH_READ);
    }
    for (size_t i = 0; i < s->rules.suppress.n; i++) {
        reach_add_file(reach, path_beside(s->file, s->rules.suppress.texts[i], arena),
                       REACH_READ);
    }
    arena_free(arena);
}

/* What an interface dropped is read there, also of one that takes its place. */
static void
add_interfaces(struct reach *reach, const struct sensor *sensor)
{
    for (size_t i = 0; i < sensor->n_interfaces; i++) {
        char path[PATH_MAX];

        (void) snprintf(path, sizeof path, "/sys/class/net/%s/..", sensor->interfaces[i]);
        reach_add(reach, path, REACH_READ);
    }
}

static void
add_outputs(struct reach *reach, const struct session *session)
{
    const struct settings *s = &session->policy->settings;
    const char *file = session_alert_file(session);

    if (file != NULL) {
        reach_add_file(reach, file, REACH_APPEND);
    }
    if (*s->metrics.folder != '\0') {
        reach_add(reach, s->metrics.folder, REACH_REPLACE);
    }
    if (*session->policy->suppress_file != '\0') {
        reach_add_file(reach, session->policy->suppress_file, REACH_READ);
        reach_add_file(reach, session->policy->suppress_file, REACH_REPLACE);
    }
    if (*s->ctl.folder != '\0') {
        add_sockets(reach, session);
    }
}

/* They are taken away at the end. */
static void
add_sockets(struct reach *reach, const struct session *session)
{
    char path[SESSION_PATH_SIZE];

    session_socket_path(session, "", path);
    reach_add(reach, path, REACH_REPLACE);
}

/* The folder above the first wildcard. */
static void
add_pattern(struct reach *reach, const char *pattern)
{
    char path[PATH_MAX];

    (void) snprintf(path, sizeof path, "%s", pattern);
    path[strcspn(path, "*?[")] = '\0';
    reach_add_file(reach, path, REACH_READ);
}
