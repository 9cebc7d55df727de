#include "rules/rule_set.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/config.h"
#include "base/memory.h"
#include "rules/rule_parse.h"

struct rule_set {
    struct arena *arena;
    struct rule_array rules;
    const struct rule **by_id; /* Sorted; of equal ids the first loaded comes first. */
    const struct rule_index *index;
};

static void load_directory(struct rule_set *set, const char *directory,
                           const struct rule_context *context);
static struct rule_set *set_new(void);
static void finish(struct rule_set *set, struct problem_list *problems);
static void index_by_id(struct rule_set *set, struct problem_list *problems);

struct rule_set *
rule_set_new(const char *const *directories, const struct statement *statement,
             const struct indicator_lists *lists, struct problem_list *problems)
{
    struct rule_set *set = set_new();
    const struct rule_context context = { set->arena, statement, lists, problems };

    for (; *directories != NULL; directories++) {
        load_directory(set, *directories, &context);
    }
    finish(set, problems);
    return set;
}

struct rule_set *
rule_set_new_text(const char *text, const char *family, const struct statement *statement,
                  const struct indicator_lists *lists, struct problem_list *problems)
{
    struct rule_set *set = set_new();
    const struct rule_context context = { set->arena, statement, lists, problems };
    struct config *config = config_open_text(text, family, problems);

    if (config != NULL) {
        rule_parse(config_root(config), arena_text(set->arena, family), &context,
                   &set->rules);
        config_close(config);
    }
    finish(set, problems);
    return set;
}

void
rule_set_free(struct rule_set *set)
{
    if (set == NULL) {
        return;
    }
    free(set->by_id);
    free(set->rules.items);
    arena_free(set->arena);
    free(set);
}

size_t
rule_set_n(const struct rule_set *set)
{
    return set->rules.n;
}

const struct rule *
rule_set_at(const struct rule_set *set, size_t index)
{
    return set->rules.items[index];
}

static int
compare_id(const void *key, const void *entry)
{
    const struct rule *const *rule = entry;

    return strcmp(key, (*rule)->id);
}

const struct rule *
rule_set_find(const struct rule_set *set, const char *id)
{
    const struct rule *const *found =
        set->rules.n == 0
            ? NULL
            : bsearch(id, set->by_id, set->rules.n, sizeof set->by_id[0], compare_id);

    return found == NULL ? NULL : *found;
}

const struct rule_index *
rule_set_index(const struct rule_set *set)
{
    return set->index;
}

static struct rule_set *
set_new(void)
{
    struct rule_set *set = memory_zeroed(1, sizeof *set);

    set->arena = arena_new();
    return set;
}

static bool
is_rule_file(const char *name)
{
    static const char suffix[] = ".conf";
    const size_t n = strlen(name), n_suffix = sizeof suffix - 1;

    return name[0] != '.' && n > n_suffix && strcmp(name + n - n_suffix, suffix) == 0;
}

static int
compare_names(const void *a, const void *b)
{
    const char *const *first = a, *const *second = b;

    return strcmp(*first, *second);
}

/* The names of the folder's rule files in their order; NULL if it cannot be read. */
static char **
list_files(const char *directory, size_t *ret_n)
{
    DIR *folder = opendir(directory);
    char **names = NULL;
    size_t capacity = 0;

    *ret_n = 0;
    if (folder == NULL) {
        return NULL;
    }
    names = memory_grow(names, 0, &capacity, sizeof *names);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (is_rule_file(entry->d_name)) {
            names = memory_grow(names, *ret_n, &capacity, sizeof *names);
            names[(*ret_n)++] = memory_copy_text(entry->d_name);
        }
    }
    (void) closedir(folder);
    qsort(names, *ret_n, sizeof *names, compare_names);
    return names;
}

/* What else may lie in a folder, such as a pipe, would keep its reader waiting. */
static bool
is_file(const char *path, struct problem_list *problems)
{
    struct stat status;

    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        problem_error(problems, path, 0, "is not a regular file; expected a file of rules");
        return false;
    }
    return true;
}

/* Reads one file; its family is its name without ".conf". */
static void
load_file(struct rule_set *set, const char *directory, const char *name,
          const struct rule_context *context)
{
    const size_t size = strlen(directory) + strlen(name) + 2;
    char *path = memory_zeroed(size, 1);
    struct config *config;

    (void) snprintf(path, size, "%s/%s", directory, name);
    config = is_file(path, context->problems) ? config_open(path, context->problems) : NULL;
    if (config != NULL) {
        rule_parse(config_root(config),
                   arena_text_n(set->arena, name, strlen(name) - strlen(".conf")), context,
                   &set->rules);
        config_close(config);
    }
    free(path);
}

static void
load_directory(struct rule_set *set, const char *directory,
               const struct rule_context *context)
{
    const size_t n_before = set->rules.n;
    const size_t n_errors = problem_list_n_errors(context->problems);
    size_t n;
    char **names = list_files(directory, &n);

    if (names == NULL) {
        problem_error(context->problems, directory, 0,
                      "the folder of rules cannot be read: %s", strerror(errno));
        return;
    }
    for (size_t i = 0; i < n; i++) {
        load_file(set, directory, names[i], context);
        free(names[i]);
    }
    free(names);
    if (set->rules.n == n_before && problem_list_n_errors(context->problems) == n_errors) {
        problem_error(context->problems, directory, 0,
                      "the folder has no rules, so the sensor would watch for nothing; "
                      "expected *.conf files with rules = ( ... );");
    }
}

static void
finish(struct rule_set *set, struct problem_list *problems)
{
    for (size_t i = 0; i < set->rules.n; i++) {
        set->rules.items[i]->index = (uint32_t) i;
    }
    index_by_id(set, problems);
    set->index = rule_index_new((const struct rule *const *) set->rules.items, set->rules.n,
                                set->arena);
}

static int
compare_rules(const void *a, const void *b)
{
    const struct rule *const *first = a, *const *second = b;
    const int order = strcmp((*first)->id, (*second)->id);

    return order != 0 ? order : (*first)->index < (*second)->index ? -1 : 1;
}

static void
index_by_id(struct rule_set *set, struct problem_list *problems)
{
    const size_t n = set->rules.n;

    set->by_id = memory_zeroed(n + 1, sizeof set->by_id[0]);
    for (size_t i = 0; i < n; i++) {
        set->by_id[i] = set->rules.items[i];
    }
    qsort(set->by_id, n, sizeof set->by_id[0], compare_rules);
    for (size_t i = 1; i < n; i++) {
        const struct rule *first = set->by_id[i - 1], *second = set->by_id[i];

        if (strcmp(first->id, second->id) == 0) {
            problem_error(problems, second->file, second->line,
                          "rule %s is there already at %s:%u; expected an id of its own",
                          second->id, first->file, first->line);
        }
    }
}

const char *
rule_set_nearest(const struct rule_set *set, const char *id)
{
    const char **ids = memory_zeroed(set->rules.n + 1, sizeof *ids);
    const char *nearest;

    for (size_t i = 0; i < set->rules.n; i++) {
        ids[i] = rule_set_at(set, i)->id;
    }
    nearest = config_nearest(id, ids);
    free(ids);
    return nearest;
}
