#include "sensor/policy.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/digest.h"
#include "base/timestamp.h"
#include "sensor/paths.h"

static void load(struct policy *policy, const struct policy_options *options,
                 struct problem_list *problems);

struct policy *
policy_new(const struct policy_options *options, struct problem_list *problems)
{
    struct policy *policy = memory_zeroed(1, sizeof *policy);

    policy->arena = arena_new();
    load(policy, options, problems);
    if (problem_list_n_errors(problems) > 0) {
        policy_free(policy);
        return NULL;
    }
    return policy;
}

void
policy_free(struct policy *policy)
{
    if (policy == NULL) {
        return;
    }
    suppressions_free(policy->suppressions);
    rule_set_free(policy->rules);
    statement_free(policy->statement);
    geo_free(policy->geo);
    indicator_lists_free(policy->lists);
    sector_map_free(policy->sectors);
    arena_free(policy->arena);
    free(policy);
}

static const char *const *
resolve_all(const struct policy *policy, const struct text_list *names)
{
    const char **paths = arena_take(policy->arena, (names->n + 1) * sizeof *paths);

    for (size_t i = 0; i < names->n; i++) {
        paths[i] = path_resolve(policy->settings.file, names->texts[i], policy->arena);
    }
    return paths;
}

/* The operator's sector files: each name is a pattern, of which only one without wildcards
 * must be there. */
static const char *const *
operator_files(const struct policy *policy, const struct text_list *names)
{
    const char **paths;
    glob_t found = { 0 };

    for (size_t i = 0; i < names->n; i++) {
        const char *pattern =
            path_beside(policy->settings.file, names->texts[i], policy->arena);
        const int flags = (i > 0 ? GLOB_APPEND : 0) |
                          (strpbrk(pattern, "*?[") == NULL ? GLOB_NOCHECK : 0);

        (void) glob(pattern, flags, NULL, &found);
    }
    paths = arena_take(policy->arena, (found.gl_pathc + 1) * sizeof *paths);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        paths[i] = arena_text(policy->arena, found.gl_pathv[i]);
    }
    globfree(&found);
    return paths;
}

static void
note_renewed(struct policy *policy, const char *path)
{
    policy->renewed[policy->n_renewed++] =
        (struct policy_file){ .path = path, .state = file_state_of(path) };
}

static sector_set
sectors_of(const struct text_list *names)
{
    sector_set set = 0;

    for (size_t i = 0; i < names->n; i++) {
        enum sector sector;

        if (sector_parse(names->texts[i], &sector)) {
            set = (sector_set) (set | 1u << sector);
        }
    }
    return names->n == 0 ? (sector_set) ((1u << N_SECTORS) - 1) : set;
}

static unsigned
confidences_of(const struct text_list *names)
{
    unsigned bits = 0;

    for (size_t i = 0; i < names->n; i++) {
        enum confidence confidence;

        if (confidence_parse(names->texts[i], &confidence)) {
            bits |= 1u << confidence;
        }
    }
    return bits;
}

static void
load_sectors(struct policy *policy, const struct policy_options *options,
             struct problem_list *problems)
{
    static const char *const no_ranges[] = { NULL };
    const struct settings_sectors *s = &policy->settings.sectors;
    const bool catalogue = s->catalogue && !options->no_catalogue;
    const struct sector_map_config config = {
        .operator_files = operator_files(policy, &s->files),
        .ranges = options->ranges != NULL ? options->ranges : no_ranges,
        .catalogue_dir = catalogue ? path_resolve(policy->settings.file,
                                                  s->catalogue_folder, policy->arena)
                                   : NULL,
        .catalogue_sectors = sectors_of(&s->catalogue_sectors),
        .catalogue_confidences = confidences_of(&s->confidence),
        .countries = s->countries.n > 0 ? s->countries.texts : NULL,
        .countries_not = s->countries_not.n > 0 ? s->countries_not.texts : NULL,
    };

    policy->sectors = sector_map_new(&config, problems);
    if (sector_map_n_ranges(policy->sectors) == 0) {
        problem_error(
            problems, policy->settings.file, 0,
            "no critical range at all, so nothing would ever be seen; expected the "
            "catalogue, sectors.files or --range");
    }
}

/* A list that is out of date is used for older captures only; the operator should know. */
static void
check_dates(const struct policy *policy, struct problem_list *problems)
{
    const uint64_t now_ns = timestamp_now();

    for (size_t i = 0; i < indicator_lists_n(policy->lists); i++) {
        const struct indicator_list *list = indicator_lists_at(policy->lists, i);
        const struct indicator_list_config *config = &policy->settings.lists[i];
        char date[DATE_TEXT_SIZE];

        if (list->expires_ns != 0 && list->expires_ns <= now_ns) {
            problem_warning(problems, config->config_file, config->config_line,
                            "list \"%s\" expired on %s and is used only for packets before "
                            "that; expected a newer file",
                            list->name, timestamp_format_date(list->expires_ns, date));
        }
        if (list->date_ns > now_ns) {
            problem_warning(problems, config->config_file, config->config_line,
                            "list \"%s\" is of %s, which is to come", list->name,
                            timestamp_format_date(list->date_ns, date));
        }
    }
}

static void
load_lists(struct policy *policy, struct problem_list *problems)
{
    struct settings *s = &policy->settings;

    for (size_t i = 0; i < s->n_lists; i++) {
        struct indicator_list_config *list = &s->lists[i];

        list->file = path_resolve(s->file, list->file, policy->arena);
        note_renewed(policy, list->file);
        if (*list->concern != '\0' && policy->statement != NULL &&
            statement_find(policy->statement, list->concern) == NULL) {
            const char *nearest =
                config_nearest(list->concern, statement_ids(policy->statement));

            problem_error(problems, list->config_file, list->config_line,
                          "list \"%s\" names the unknown concern \"%s\"%s%s%s", list->name,
                          list->concern, nearest != NULL ? "; did you mean \"" : "",
                          nearest != NULL ? nearest : "", nearest != NULL ? "\"?" : "");
        }
    }
    policy->lists = indicator_lists_new(s->lists, s->n_lists, problems);
    check_dates(policy, problems);
}

static void
load_geo(struct policy *policy, struct problem_list *problems)
{
    const struct geo_config config = {
        .databases = resolve_all(policy, &policy->settings.geo.databases),
        .places = policy->settings.geo.places,
        .n_places = policy->settings.geo.n_places,
    };

    for (const char *const *path = config.databases; *path != NULL; path++) {
        note_renewed(policy, *path);
    }
    policy->geo = geo_new(&config, problems);
}

static void
load_rules(struct policy *policy, struct problem_list *problems)
{
    const struct settings_rules *s = &policy->settings.rules;
    const char *added = policy->settings.ctl.suppress;
    const char **suppress =
        arena_take(policy->arena, (s->suppress.n + 2) * sizeof *suppress);

    policy->rules = rule_set_new(resolve_all(policy, &s->folders), policy->statement,
                                 policy->lists, problems);
    if (s->folders.n == 0) {
        problem_error(problems, policy->settings.file, 0,
                      "no rules at all, so nothing would ever be alerted; expected "
                      "rules.folders");
    }
    for (size_t i = 0; i < s->suppress.n; i++) {
        suppress[i] =
            path_beside(policy->settings.file, s->suppress.texts[i], policy->arena);
    }
    policy->suppress_file = added;
    if (*added != '\0') {
        policy->suppress_file = path_beside(policy->settings.file, added, policy->arena);
        suppress[s->suppress.n] = policy->suppress_file;
    }
    policy->suppressions =
        suppressions_new(suppress, policy->rules, timestamp_now(), problems);
}

static void
load(struct policy *policy, const struct policy_options *options,
     struct problem_list *problems)
{
    const char *file =
        options->config != NULL ? options->config : path_of_configuration(policy->arena);

    settings_read(file, policy->arena, &policy->settings, problems);
    source_check_filter(policy->settings.capture.filter, policy->settings.file, problems);
    policy->renewed = arena_take(
        policy->arena, (policy->settings.n_lists + policy->settings.geo.databases.n + 1) *
                           sizeof *policy->renewed);
    policy->statement = statement_new(
        path_resolve(file, policy->settings.rules.statement, policy->arena), problems);
    load_sectors(policy, options, problems);
    load_lists(policy, problems);
    load_geo(policy, problems);
    load_rules(policy, problems);
}

void
policy_digest(const struct policy *policy, char text[static POLICY_DIGEST_SIZE])
{
    char sectors[SECTOR_MAP_DIGEST_SIZE], *all = NULL;
    uint8_t digest[DIGEST_SHA256_SIZE];
    size_t size = 0;
    FILE *out = open_memstream(&all, &size);

    if (out == NULL) {
        fputs("sectorwatch: out of memory\n", stderr);
        abort();
    }
    sector_map_digest(policy->sectors, sectors);
    fprintf(out, "%s\n", sectors);
    for (size_t i = 0; i < rule_set_n(policy->rules); i++) {
        const struct rule *rule = rule_set_at(policy->rules, i);

        fprintf(out, "%s %u %d ", rule->id, rule->rev, (int) rule->severity);
        rule_describe(rule, out);
        putc('\n', out);
    }
    for (size_t i = 0; i < indicator_lists_n(policy->lists); i++) {
        const struct indicator_list *list = indicator_lists_at(policy->lists, i);

        fprintf(out, "%s %s %llu %zu\n", list->name, list_use_name(list->use),
                (unsigned long long) list->date_ns, list->n_entries);
    }
    for (size_t i = 0; i < suppressions_n(policy->suppressions); i++) {
        const struct suppression *s = suppressions_at(policy->suppressions, i);
        char peer[IP_PREFIX_TEXT_SIZE] = "", asset[IP_PREFIX_TEXT_SIZE] = "";

        fprintf(out, "%s %s %s %u %llu\n", s->rule,
                s->has_peer ? ip_prefix_format(s->peer, peer) : "any",
                s->has_asset ? ip_prefix_format(s->asset, asset) : "any", s->port,
                (unsigned long long) s->until_ns);
    }
    (void) fclose(out);
    digest_sha256(all, size, digest);
    digest_hex(digest, (POLICY_DIGEST_SIZE - 1) / 2, text);
    free(all);
}
