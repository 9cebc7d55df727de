/* Every rule is seen to fire, and every concern that traffic can bear on is backed by rules
 * that are also seen to keep still: the alerts of the scenes (tests/golden/scenes, which
 * test_scene_alerts compares) say which rules fired, and those of a scene's twin,
 * benign-NAME, which did not although the same was done rightly.  docs/AUDIT.md tells it
 * concern by concern. */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "rules/rule_set.h"
#include "rules/statement.h"
#include "support/golden.h"
#include "support/run.h"
#include "support/scene.h"
#include "support/support.h"

enum {
    SCENES_MAX = 128,
    NAME_SIZE = 64,
    FIRING_MIN = 2, /* Rules of a concern that some scene makes fire, at least, ... */
    SILENT_MIN = 1, /* ... and of those, that keep still on the twin of such a scene. */
};

struct scene {
    char name[NAME_SIZE];
    char *alerts;
    char *of_twin; /* The twin's alerts; NULL: it has none. */
};

static struct scene scenes[SCENES_MAX];
static size_t n_scenes;
static struct statement *statement;
static struct rule_set *rules;

static const char alerts_end[] = ".ecs";
static const char rules_of_incident[] = "\"incident_rules\":\"";

static bool
is_twin(const char *name)
{
    return strncmp(name, SCENE_TWIN_PREFIX, sizeof SCENE_TWIN_PREFIX - 1) == 0;
}

/* The alerts of a scene; NULL if there is none of that name. */
static char *
alerts_of(const char *prefix, const char *name)
{
    char relative[256];
    FILE *file;

    (void) snprintf(relative, sizeof relative, "tests/golden/scenes/%s%s%s", prefix, name,
                    alerts_end);
    file = fopen(source_path(relative), "r");
    if (file == NULL) {
        return NULL;
    }
    (void) fclose(file);
    return read_whole_file(source_path(relative));
}

static int
is_of_a_scene(const struct dirent *entry)
{
    const size_t n = strlen(entry->d_name), end = sizeof alerts_end - 1;

    return n > end && strcmp(entry->d_name + n - end, alerts_end) == 0 &&
           !is_twin(entry->d_name);
}

static int
set_up(void **state)
{
    const char *const folders[] = { source_path("conf/rules"), NULL };
    struct problem_list *problems = problem_list_new();
    struct dirent **entries;
    int n;

    (void) state;
    statement = statement_new(source_path("conf/statement.conf"), problems);
    rules = rule_set_new(folders, statement, NULL, problems);
    assert_int_equal(problem_list_n_errors(problems), 0);
    problem_list_free(problems);
    n = scandir(source_path("tests/golden/scenes"), &entries, is_of_a_scene, alphasort);
    assert_in_range(n, 1, SCENES_MAX);
    for (int i = 0; i < n; i++) {
        struct scene *scene = &scenes[n_scenes++];

        (void) snprintf(scene->name, sizeof scene->name, "%.*s",
                        (int) (strlen(entries[i]->d_name) - strlen(alerts_end)),
                        entries[i]->d_name);
        scene->alerts = alerts_of("", scene->name);
        scene->of_twin = alerts_of(SCENE_TWIN_PREFIX, scene->name);
        free(entries[i]);
    }
    free(entries);
    return 0;
}

static int
tear_down(void **state)
{
    (void) state;
    for (size_t i = 0; i < n_scenes; i++) {
        free(scenes[i].alerts);
        free(scenes[i].of_twin);
    }
    rule_set_free(rules);
    statement_free(statement);
    return 0;
}

/* Whether a list of ids with commas between them has 'id'. */
static bool
lists(const char *ids, size_t n, const char *id)
{
    const size_t length = strlen(id);

    for (size_t i = 0; i + length <= n; i += strcspn(ids + i, ",\"") + 1) {
        if (memcmp(ids + i, id, length) == 0 &&
            (i + length == n || ids[i + length] == ',')) {
            return true;
        }
    }
    return false;
}

/* Whether a rule took part in any incident. */
static bool
fires(const struct rule *rule, const char *alerts)
{
    for (const char *at = alerts; (at = strstr(at, rules_of_incident)) != NULL;) {
        at += sizeof rules_of_incident - 1;
        if (lists(at, strcspn(at, "\""), rule->id)) {
            return true;
        }
    }
    return false;
}

static bool
is_silent(const struct rule *rule, const struct scene *scene)
{
    return scene->of_twin != NULL && fires(rule, scene->alerts) &&
           !fires(rule, scene->of_twin);
}

static bool
fires_anywhere(const struct rule *rule)
{
    for (size_t i = 0; i < n_scenes; i++) {
        if (fires(rule, scenes[i].alerts)) {
            return true;
        }
    }
    return false;
}

static void
test_every_rule_fires(void **state)
{
    unsigned n_untried = 0;

    (void) state;
    for (size_t i = 0; i < rule_set_n(rules); i++) {
        const struct rule *rule = rule_set_at(rules, i);

        if (!fires_anywhere(rule)) {
            print_error("no scene in tests/scenarios makes %s fire\n", rule->id);
            n_untried++;
        }
    }
    assert_int_equal(n_untried, 0);
}

static bool
says(const char *text, const char *word)
{
    for (; *text != '\0'; text++) {
        if (strncasecmp(text, word, strlen(word)) == 0) {
            return true;
        }
    }
    return false;
}

/* Traffic shows no intent, no culprit, no effect and no breach of a norm, so no rule says
 * so. */
static void
test_no_rule_claims_too_much(void **state)
{
    static const char *const words[] = { "attack",  "compromis", "confirm", "culprit",
                                         "malicio", "perpetrat", "prove",   "sponsor",
                                         "terror",  "violat" };
    unsigned n_claims = 0;

    (void) state;
    for (size_t i = 0; i < rule_set_n(rules); i++) {
        const struct rule *rule = rule_set_at(rules, i);

        for (size_t j = 0; j < N_ELEMENTS(words); j++) {
            if (says(rule->title, words[j]) || says(rule->description, words[j]) ||
                says(rule->tuning, words[j])) {
                print_error("%s says \"%s...\"\n", rule->id, words[j]);
                n_claims++;
            }
        }
    }
    assert_int_equal(n_claims, 0);
}

/* Whether a rule fires in some scene and keeps still on its twin. */
static bool
is_told_apart(const struct rule *rule)
{
    for (size_t i = 0; i < n_scenes; i++) {
        if (is_silent(rule, &scenes[i])) {
            return true;
        }
    }
    return false;
}

static void
test_every_concern_is_backed(void **state)
{
    unsigned n_bare = 0;

    (void) state;
    for (size_t i = 0; i < statement_n(statement); i++) {
        const struct concern *concern = statement_at(statement, i);
        unsigned n_firing = 0, n_silent = 0;

        for (size_t j = 0; j < rule_set_n(rules); j++) {
            const struct rule *rule = rule_set_at(rules, j);

            if (rule_cites(rule, concern)) {
                n_firing += fires_anywhere(rule);
                n_silent += is_told_apart(rule);
            }
        }
        if (concern->citable && (n_firing < FIRING_MIN || n_silent < SILENT_MIN)) {
            print_error("%s: %u rules fire in a scene (%d expected), %u of them keep "
                        "still on its twin (%d expected)\n",
                        concern->id, n_firing, FIRING_MIN, n_silent, SILENT_MIN);
            n_bare++;
        }
    }
    assert_int_equal(n_bare, 0);
}

/* Whether a summary has 'field' of 'name' in 'group': "commands", "iec104", "write". */
static bool
has(const char *summary, const char *group, const char *name, const char *field)
{
    char text[NAME_SIZE + 8];
    const char *begin, *end, *at;

    (void) snprintf(text, sizeof text, "\"%s\":{", group);
    begin = strstr(summary, text);
    end = begin == NULL ? NULL : strstr(begin, "}}");
    if (end == NULL) {
        return false;
    }
    (void) snprintf(text, sizeof text, "\"%s\":{", name);
    begin = strstr(begin, text);
    if (begin == NULL || begin > end) {
        return false;
    }
    (void) snprintf(text, sizeof text, "\"%s\":", field);
    at = strstr(begin, text);
    return at != NULL && at < strchr(begin, '}');
}

/* Reads the value of a label of one alert, up to the end of its line; "" if it has none. */
static void
read_label(const char *alert, const char *label, char value[static NAME_SIZE])
{
    const size_t n = strcspn(alert, "\n");
    char text[NAME_SIZE];
    const char *at;

    (void) snprintf(text, sizeof text, "\"%s\":\"", label);
    at = strstr(alert, text);
    value[0] = '\0';
    if (at != NULL && at < alert + n) {
        at += strlen(text);
        (void) snprintf(value, NAME_SIZE, "%.*s", (int) strcspn(at, "\""), at);
    }
}

/* Whether a twin does what its scene is alerted for: speaks the protocols, gives commands
 * of the same kinds. */
static bool
is_worth_its_scene(const struct scene *scene, const char *twins_summary)
{
    bool good = true;

    for (const char *alert = scene->alerts; *alert != '\0';
         alert += strcspn(alert, "\n") + 1) {
        char service[NAME_SIZE], class[NAME_SIZE];

        read_label(alert, "protocol", service);
        read_label(alert, "command_class", class);
        if (*class != '\0' && !has(twins_summary, "commands", service, class)) {
            print_error("%s%s gives no %s command of %s\n", SCENE_TWIN_PREFIX, scene->name,
                        class, service);
            good = false;
        } else if (*service != '\0' &&
                   !has(twins_summary, "services", service, "verified") &&
                   !has(twins_summary, "services", service, "port-consistent") &&
                   !has(twins_summary, "services", service, "contradicted")) {
            print_error("%s%s speaks no %s\n", SCENE_TWIN_PREFIX, scene->name, service);
            good = false;
        }
    }
    return good;
}

static void
test_twins_do_the_same(void **state)
{
    unsigned n_twins = 0, n_worthless = 0;

    (void) state;
    for (size_t i = 0; i < n_scenes; i++) {
        const struct scene *scene = &scenes[i];
        struct run run;

        if (scene->of_twin == NULL) {
            continue;
        }
        run = run_shell("cd '%s/tests/scenarios' && $SW read -o ecs -s none --summary=json "
                        "-c '%s' " SCENE_TWIN_PREFIX "%s.pcap",
                        SW_BINARY_DIR, scene_configuration(scene->name), scene->name);
        assert_int_equal(run.status, 0);
        assert_true(summary_number(run.err, "flows") > 0);
        n_twins++;
        n_worthless += !is_worth_its_scene(scene, run.err);
        run_free(&run);
    }
    assert_true(n_twins > 0);
    assert_int_equal(n_worthless, 0);
}

/* Writes a row for each scene that makes rules of a concern fire. */
static void
write_concern(const struct concern *concern, FILE *out)
{
    fprintf(out,
            "\n## %s: %s\n\n| scene | rules that fire | twin on which they keep still |\n"
            "|---|---|---|\n",
            concern->id, concern->title);
    for (size_t i = 0; i < n_scenes; i++) {
        bool is_first = true, are_silent = true;

        for (size_t j = 0; j < rule_set_n(rules); j++) {
            const struct rule *rule = rule_set_at(rules, j);

            if (!rule_cites(rule, concern) || !fires(rule, scenes[i].alerts)) {
                continue;
            }
            if (is_first) {
                fprintf(out, "| %s |", scenes[i].name);
            }
            fprintf(out, "%s %s", is_first ? "" : ",", rule->id);
            is_first = false;
            are_silent &= is_silent(rule, &scenes[i]);
        }
        if (!is_first && are_silent) {
            fprintf(out, " | " SCENE_TWIN_PREFIX "%s |\n", scenes[i].name);
        } else if (!is_first) {
            fputs(" | |\n", out);
        }
    }
}

static void
test_book(void **state)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    (void) state;
    assert_non_null(out);
    fputs(
        "# Audit\n\n"
        "Which rules were seen to fire, and to keep still where the same is done rightly. "
        "A scene is made traffic (tests/scenarios); its twin has the same protocols and "
        "commands where they belong. `tests/sensor/test_audit` makes this. It fails unless "
        "each rule fires in some scene, and each concern that traffic can bear on has two "
        "that do, one of which keeps still on a twin.\n",
        out);
    for (size_t i = 0; i < statement_n(statement); i++) {
        const struct concern *concern = statement_at(statement, i);

        if (concern->citable) {
            write_concern(concern, out);
        }
    }
    assert_int_equal(fclose(out), 0);
    golden_check_file("docs/AUDIT.md", text);
    free(text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_rule_fires),
        cmocka_unit_test(test_no_rule_claims_too_much),
        cmocka_unit_test(test_every_concern_is_backed),
        cmocka_unit_test(test_twins_do_the_same),
        cmocka_unit_test(test_book),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
