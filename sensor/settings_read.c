/* From a file to settings. */
#include "sensor/settings.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/country_code.h"
#include "base/timestamp.h"
#include "classify/service_read.h"
#include "sensor/settings_table.h"

static void set_defaults(struct arena *arena, struct settings *settings);
static void read_group(const struct config_node *group, const char *path,
                       struct arena *arena, struct settings *settings,
                       struct problem_list *problems);
static void read_value(const struct config_node *node, const struct setting *setting,
                       struct arena *arena, struct settings *settings,
                       struct problem_list *problems);

void
settings_read(const char *path, struct arena *arena, struct settings *settings,
              struct problem_list *problems)
{
    struct config *config;

    *settings = (struct settings){ 0 };
    set_defaults(arena, settings);
    settings->file = arena_text(arena, path);
    config = config_open(path, problems);
    if (config != NULL) {
        read_group(config_root(config), "", arena, settings, problems);
        config_close(config);
    }
}

/* Fills in all defaults, from the table's own texts. */
static void
set_defaults(struct arena *arena, struct settings *settings)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    struct config *config;

    if (out == NULL) {
        abort();
    }
    settings_write_default(out);
    (void) fclose(out);
    config = config_open_text(text, "defaults", NULL);
    assert(config != NULL);
    read_group(config_root(config), "", arena, settings, NULL);
    config_close(config);
    free(text);
}

/* The part of a dotted path "a.b" below 'prefix' up to the next dot, if 'group' lies below
 * it; else NULL. */
static const char *
subgroup(const char *group, const char *prefix, struct arena *arena)
{
    const size_t n = strlen(prefix);
    const char *rest;

    if (strncmp(group, prefix, n) != 0 || group[n] == '\0' || (n > 0 && group[n] != '.')) {
        return NULL;
    }
    rest = group + n + (n > 0 ? 1 : 0);
    return arena_text_n(arena, rest, strcspn(rest, "."));
}

/* Collects the names that may stand in the group 'path': its keys and its subgroups. */
static void
known_names(const char *path, struct arena *arena,
            const char *names[static SETTINGS_MAX + 1])
{
    size_t n = 0;

    for (size_t i = 0; i < settings_n; i++) {
        const char *name = strcmp(settings_table[i].group, path) == 0
                               ? settings_table[i].name
                               : subgroup(settings_table[i].group, path, arena);

        if (name != NULL && (n == 0 || strcmp(names[n - 1], name) != 0)) {
            names[n++] = name;
        }
    }
    names[n] = NULL;
}

static const struct setting *
find_setting(const char *group, const char *name)
{
    for (size_t i = 0; i < settings_n; i++) {
        if (strcmp(settings_table[i].group, group) == 0 &&
            strcmp(settings_table[i].name, name) == 0) {
            return &settings_table[i];
        }
    }
    return NULL;
}

/* Reads the members of a group and, by recursion, of its subgroups. */
static void
read_group(const struct config_node *group, const char *path, struct arena *arena,
           struct settings *settings, struct problem_list *problems)
{
    const char *names[SETTINGS_MAX + 1];

    if (!config_node_is_group(group)) {
        config_error(group, problems, "'%s' is not a group; expected %s = { ... };", path,
                     path);
        return;
    }
    known_names(path, arena, names);
    config_reject_unknown(group, names, problems);
    for (const char *const *name = names; *name != NULL; name++) {
        const struct config_node *node = config_child(group, *name);
        const struct setting *setting = find_setting(path, *name);

        if (node == NULL) {
            continue;
        }
        if (setting != NULL) {
            read_value(node, setting, arena, settings, problems);
        } else {
            char below[64];

            (void) snprintf(below, sizeof below, "%s%s%s", path, *path == '\0' ? "" : ".",
                            *name);
            read_group(node, below, arena, settings, problems);
        }
    }
}

/* Reads a text that the setting accepts. */
static bool
read_text(const struct config_node *node, const struct setting *setting,
          struct problem_list *problems, const char **ret)
{
    const struct setting_kind *kind = setting_kind_of(setting);
    const char *text;

    if (!config_text(node, problems, &text)) {
        return false;
    }
    if (kind->accepts != NULL && !kind->accepts(text)) {
        config_error(node, problems, "\"%s\" does not fit '%s'; expected %s", text,
                     setting->name, kind->expected);
        return false;
    }
    *ret = text;
    return true;
}

/* None twice, whose frames would be counted twice, and not too many. */
static void
check_interfaces(const struct config_node *node, const struct setting *setting,
                 const struct text_list *list, struct problem_list *problems)
{
    for (size_t i = 0; i < list->n; i++) {
        for (size_t j = 0; j < i; j++) {
            if (strcmp(list->texts[i], list->texts[j]) == 0) {
                config_error(config_at(node, i), problems, "\"%s\" is named twice",
                             list->texts[i]);
                break;
            }
        }
    }
    if (list->n > setting->max) {
        config_error(node, problems, "%zu interfaces are too many; expected at most %u",
                     list->n, setting->max);
    }
}

static void
read_text_list(const struct config_node *node, const struct setting *setting,
               struct arena *arena, struct text_list *list, struct problem_list *problems)
{
    struct text_list read = { .texts = arena_take(arena, (config_n(node) + 1) *
                                                             sizeof *read.texts) };

    if (!config_node_is_list(node)) {
        config_error(node, problems, "'%s' is not a list; expected [ \"...\", \"...\" ]",
                     config_node_name(node));
        return;
    }
    for (size_t i = 0; i < config_n(node); i++) {
        const char *text;

        if (read_text(config_at(node, i), setting, problems, &text)) {
            read.texts[read.n++] = arena_text(arena, text);
        }
    }
    if (setting->type == SETTING_INTERFACES) {
        check_interfaces(node, setting, &read, problems);
    }
    *list = read;
}

/* Reads a text member that may be missing; "" then. */
static const char *
optional_text(const struct config_node *group, const char *name, struct arena *arena,
              struct problem_list *problems)
{
    const struct config_node *node = config_child(group, name);
    const char *text = "";

    if (node != NULL) {
        (void) config_text(node, problems, &text);
    }
    return arena_text(arena, text);
}

static void
read_list(const struct config_node *group, struct arena *arena,
          struct indicator_list_config *list, struct problem_list *problems)
{
    static const char *const names[] = { "name",      "file",    "format",  "column",
                                         "source",    "use",     "meaning", "date",
                                         "valid_for", "concern", NULL };
    const struct config_node *format, *use, *date, *valid_for;
    const char *name, *day;

    config_reject_unknown(group, names, problems);
    *list = (struct indicator_list_config){
        .name = optional_text(group, "name", arena, problems),
        .file = optional_text(group, "file", arena, problems),
        .column = optional_text(group, "column", arena, problems),
        .source = optional_text(group, "source", arena, problems),
        .meaning = optional_text(group, "meaning", arena, problems),
        .concern = optional_text(group, "concern", arena, problems),
        .config_file = arena_text(arena, config_node_file(group)),
        .config_line = config_node_line(group),
    };
    if (*list->name == '\0' || *list->file == '\0') {
        config_error(group, problems, "a list needs a name and a file");
    }
    if (*list->concern != '\0' && *list->source == '\0') {
        config_error(
            group, problems,
            "a list that bears on a concern needs a source: who judged what is on it");
    }
    if ((format = config_child(group, "format")) != NULL &&
        config_text(format, problems, &name) && !list_format_parse(name, &list->format)) {
        config_error(format, problems,
                     "\"%s\" is not a format; expected \"auto\", \"plain\", \"csv\", "
                     "\"misp\", \"warninglist\" or \"stix\"",
                     name);
    }
    if ((use = config_child(group, "use")) != NULL && config_text(use, problems, &name) &&
        !list_use_parse(name, &list->use)) {
        config_error(use, problems,
                     "\"%s\" is no use of a list; expected \"alert\", \"allow\" or "
                     "\"scanner\"",
                     name);
    }
    if ((date = config_child(group, "date")) != NULL && config_text(date, problems, &day) &&
        !timestamp_parse_date(day, &list->date_ns)) {
        config_error(date, problems, "\"%s\" is not a day; expected \"2026-06-01\"", day);
    }
    if ((valid_for = config_child(group, "valid_for")) != NULL) {
        (void) config_duration(valid_for, problems, &list->valid_for_ns);
    }
}

static void
read_place(const struct config_node *group, struct arena *arena,
           struct geo_place_config *place, struct problem_list *problems)
{
    static const char *const names[] = { "prefix", "country", "asn", "as_name", NULL };
    const char *prefix;
    const struct config_node *asn = config_child(group, "asn");
    int64_t number = 0;
    enum ip_parse_status status;

    config_reject_unknown(group, names, problems);
    prefix = optional_text(group, "prefix", arena, problems);
    place->country = optional_text(group, "country", arena, problems);
    place->as_name = optional_text(group, "as_name", arena, problems);
    status = ip_prefix_parse(prefix, &place->prefix);
    if (status == IP_PARSE_HOST_BITS) {
        char meant[IP_PREFIX_TEXT_SIZE];

        config_error(group, problems, "prefix \"%s\" has host bits set; expected \"%s\"",
                     prefix, ip_prefix_format(place->prefix, meant));
    } else if (status != IP_PARSE_OK) {
        config_error(group, problems,
                     "prefix \"%s\" is not a prefix; expected \"10.0.0.0/8\"", prefix);
    }
    if (*place->country != '\0' && !country_code_is_well_formed(place->country)) {
        config_error(group, problems,
                     "country \"%s\" is not a code; expected two capital letters, \"NG\"",
                     place->country);
    }
    if (asn != NULL && config_integer(asn, 0, UINT32_MAX, problems, &number)) {
        place->asn = (uint32_t) number;
    }
}

/* Checks that 'node' is a list of groups. */
static bool
is_list_of_groups(const struct config_node *node, struct problem_list *problems)
{
    bool good = config_node_is_list(node);

    for (size_t i = 0; good && i < config_n(node); i++) {
        good = config_node_is_group(config_at(node, i));
    }
    if (!good) {
        config_error(node, problems,
                     "'%s' is not a list of groups; expected ( { ... }, { ... } )",
                     config_node_name(node));
    }
    return good;
}

static void
read_value(const struct config_node *node, const struct setting *setting,
           struct arena *arena, struct settings *settings, struct problem_list *problems)
{
    void *at = (char *) settings + setting->offset;
    const size_t n = config_n(node);
    const char *text;
    int64_t integer;

    switch (setting->type) {
    case SETTING_U32:
        if (config_integer(node, setting->min, setting->max, problems, &integer)) {
            *(uint32_t *) at = (uint32_t) integer;
        }
        break;
    case SETTING_BOOLEAN:
        (void) config_boolean(node, problems, at);
        break;
    case SETTING_DURATION:
        if (config_duration(node, problems, at) && *(uint64_t *) at == 0) {
            config_error(node, problems,
                         "'%s' is 0; expected a duration of at least \"1ms\"",
                         setting->name);
        }
        break;
    case SETTING_SIZE:
        if (config_size(node, problems, at) && (*(uint64_t *) at >> 10 < setting->min ||
                                                *(uint64_t *) at >> 20 > setting->max)) {
            config_error(node, problems,
                         "'%s' is out of range; expected from \"%ukB\" to \"%uMB\"",
                         setting->name, setting->min, setting->max);
        }
        break;
    case SETTING_TEXT:
    case SETTING_FACILITY:
    case SETTING_SANDBOX:
    case SETTING_PREFILTER:
        if (read_text(node, setting, problems, &text)) {
            *(const char **) at = arena_text(arena, text);
        }
        break;
    case SETTING_TEXT_LIST:
    case SETTING_SECTORS:
    case SETTING_CONFIDENCES:
    case SETTING_COUNTRIES:
    case SETTING_INTERFACES:
        read_text_list(node, setting, arena, at, problems);
        break;
    case SETTING_SERVICES:
        (void) service_set_read(node, problems, at);
        break;
    case SETTING_LISTS:
        if (is_list_of_groups(node, problems)) {
            settings->lists = arena_take(arena, (n + 1) * sizeof *settings->lists);
            settings->n_lists = n;
            for (size_t i = 0; i < n; i++) {
                read_list(config_at(node, i), arena, &settings->lists[i], problems);
            }
        }
        break;
    case SETTING_PLACES:
        if (is_list_of_groups(node, problems)) {
            settings->geo.places =
                arena_take(arena, (n + 1) * sizeof *settings->geo.places);
            settings->geo.n_places = n;
            for (size_t i = 0; i < n; i++) {
                read_place(config_at(node, i), arena, &settings->geo.places[i], problems);
            }
        }
        break;
    }
}
