#include "rules/statement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/memory.h"

enum { PARAGRAPHS = 10, NORMS = 11, LIST_TEXT_SIZE = 256 };

#define DIGITS "0123456789"

struct statement {
    struct arena *arena;
    const char *paragraphs[PARAGRAPHS];
    struct concern *concerns;
    size_t n, capacity;
    const char **ids; /* Ending with NULL. */
};

static struct statement *statement_make(struct config *config,
                                        struct problem_list *problems);
static void read_paragraphs(struct statement *statement, const struct config_node *root,
                            struct problem_list *problems);
static void read_concerns(struct statement *statement, const struct config_node *root,
                          struct problem_list *problems);

struct statement *
statement_new(const char *path, struct problem_list *problems)
{
    return statement_make(config_open(path, problems), problems);
}

struct statement *
statement_new_text(const char *text, const char *name, struct problem_list *problems)
{
    return statement_make(config_open_text(text, name, problems), problems);
}

void
statement_free(struct statement *statement)
{
    if (statement == NULL) {
        return;
    }
    free(statement->ids);
    free(statement->concerns);
    arena_free(statement->arena);
    free(statement);
}

size_t
statement_n(const struct statement *statement)
{
    return statement->n;
}

const struct concern *
statement_at(const struct statement *statement, size_t index)
{
    return &statement->concerns[index];
}

const struct concern *
statement_find(const struct statement *statement, const char *id)
{
    for (size_t i = 0; i < statement->n; i++) {
        if (strcmp(statement->concerns[i].id, id) == 0) {
            return &statement->concerns[i];
        }
    }
    return NULL;
}

const char *const *
statement_ids(const struct statement *statement)
{
    return statement->ids;
}

const char *
statement_paragraph(const struct statement *statement, unsigned number)
{
    return number >= 1 && number <= PARAGRAPHS ? statement->paragraphs[number - 1] : NULL;
}

static const char *const observability_names[] = {
    [OBSERVABLE_DIRECT] = "direct",
    [OBSERVABLE_PROXY] = "proxy",
    [OBSERVABLE_NOT] = "no",
    NULL,
};

const char *
observability_name(enum observability observable)
{
    return observability_names[observable];
}

bool
attack_is_technique(const char *text)
{
    const size_t n = strlen(text);

    return text[0] == 'T' && strspn(text + 1, DIGITS) >= 4 &&
           (n == 5 || (n == 9 && text[5] == '.' && strspn(text + 6, DIGITS) == 3));
}

/* Closes 'config', which may be NULL: then its reason is known already. */
static struct statement *
statement_make(struct config *config, struct problem_list *problems)
{
    static const char *const known[] = { "paragraphs", "concerns", NULL };
    const size_t n_errors = problem_list_n_errors(problems);
    struct statement *statement;

    if (config == NULL) {
        return NULL;
    }
    statement = memory_zeroed(1, sizeof *statement);
    statement->arena = arena_new();
    config_reject_unknown(config_root(config), known, problems);
    read_paragraphs(statement, config_root(config), problems);
    read_concerns(statement, config_root(config), problems);
    config_close(config);
    if (problem_list_n_errors(problems) > n_errors) {
        statement_free(statement);
        return NULL;
    }
    statement->ids = memory_zeroed(statement->n + 1, sizeof *statement->ids);
    for (size_t i = 0; i < statement->n; i++) {
        statement->ids[i] = statement->concerns[i].id;
    }
    return statement;
}

static void
read_paragraphs(struct statement *statement, const struct config_node *root,
                struct problem_list *problems)
{
    const struct config_node *list = config_child(root, "paragraphs");

    if (list == NULL || !config_node_is_list(list) || config_n(list) != PARAGRAPHS) {
        config_error(list != NULL ? list : root, problems,
                     "'paragraphs' is wrong; expected a list of %d texts, one for each "
                     "paragraph of the Statement",
                     PARAGRAPHS);
        return;
    }
    for (size_t i = 0; i < PARAGRAPHS; i++) {
        const char *text;

        if (config_text(config_at(list, i), problems, &text)) {
            statement->paragraphs[i] = arena_text(statement->arena, text);
        }
    }
}

/* The text 'key' of a concern; "" if it is not there, which is an error if it is needed. */
static const char *
read_text(struct statement *statement, const struct config_node *group, const char *key,
          bool needed, struct problem_list *problems)
{
    const struct config_node *node = config_child(group, key);
    const char *text = "";

    if (node == NULL ? needed
                     : config_text(node, problems, &text) && needed && *text == '\0') {
        config_error(group, problems, "concern has no '%s'; expected %s = \"...\";", key,
                     key);
    }
    return arena_text(statement->arena, text);
}

static bool
is_norm(const char *text)
{
    return text[0] >= 'a' && text[0] < 'a' + NORMS && text[1] == '\0';
}

/* The texts of the list 'key', joined by commas. */
static const char *
read_list(struct statement *statement, const struct config_node *group, const char *key,
          bool (*accepts)(const char *text), const char *expected,
          struct problem_list *problems)
{
    const struct config_node *list = config_child(group, key);
    char joined[LIST_TEXT_SIZE] = "";
    size_t used = 0;

    if (list != NULL && !config_node_is_list(list)) {
        config_error(list, problems, "'%s' is not a list; expected [ \"...\" ]", key);
        return "";
    }
    for (size_t i = 0; list != NULL && i < config_n(list); i++) {
        const char *text;

        if (!config_text(config_at(list, i), problems, &text)) {
            continue;
        }
        if (!accepts(text) || used + strlen(text) + 3 > sizeof joined) {
            config_error(config_at(list, i), problems, "'%s' has \"%s\"; expected %s", key,
                         text, expected);
            continue;
        }
        used += (size_t) snprintf(joined + used, sizeof joined - used, "%s%s",
                                  used > 0 ? ", " : "", text);
    }
    return arena_text(statement->arena, joined);
}

static enum observability
read_observability(const struct config_node *group, struct problem_list *problems)
{
    const struct config_node *node = config_child(group, "observable");
    const char *text = "";

    if (node != NULL && !config_text(node, problems, &text)) {
        return OBSERVABLE_NOT;
    }
    for (unsigned i = 0; observability_names[i] != NULL; i++) {
        if (strcmp(observability_names[i], text) == 0) {
            return (enum observability) i;
        }
    }
    config_error(node != NULL ? node : group, problems,
                 "'observable' is \"%s\"; expected \"direct\", \"proxy\" or \"no\"", text);
    return OBSERVABLE_NOT;
}

static void
read_concern(struct statement *statement, const struct config_node *group,
             struct problem_list *problems)
{
    static const char *const known[] = { "id",         "paragraph",  "title",
                                         "paraphrase", "observable", "citable",
                                         "evidence",   "limits",     "norms",
                                         "attack",     NULL };
    const struct config_node *paragraph = config_child(group, "paragraph");
    const struct config_node *citable = config_child(group, "citable");
    int64_t number = 0;
    struct concern c = { 0 };

    config_reject_unknown(group, known, problems);
    c.id = read_text(statement, group, "id", true, problems);
    c.title = read_text(statement, group, "title", true, problems);
    c.paraphrase = read_text(statement, group, "paraphrase", true, problems);
    c.evidence = read_text(statement, group, "evidence", false, problems);
    c.limits = read_text(statement, group, "limits", true, problems);
    c.norms = read_list(statement, group, "norms", is_norm,
                        "a letter of A/70/174 paragraph 13, \"a\" to \"k\"", problems);
    c.attack =
        read_list(statement, group, "attack", attack_is_technique,
                  "an ATT&CK technique such as \"T1595\" or \"T1090.003\"", problems);
    if (paragraph == NULL) {
        config_error(group, problems, "concern has no 'paragraph'; expected 1 to %d",
                     PARAGRAPHS);
    } else {
        (void) config_integer(paragraph, 1, PARAGRAPHS, problems, &number);
    }
    c.paragraph = (unsigned) number;
    c.observable = read_observability(group, problems);
    c.citable = c.observable != OBSERVABLE_NOT;
    if (citable != NULL && config_boolean(citable, problems, &c.citable) && c.citable &&
        c.observable == OBSERVABLE_NOT) {
        config_error(citable, problems,
                     "concern \"%s\" is not observable and cannot be citable", c.id);
    }
    if (c.citable && *c.evidence == '\0') {
        config_error(group, problems,
                     "concern \"%s\" has no 'evidence'; expected what traffic can support",
                     c.id);
    }
    if (statement_find(statement, c.id) != NULL) {
        config_error(group, problems, "concern \"%s\" is there twice", c.id);
    }
    statement->concerns = memory_grow(statement->concerns, statement->n,
                                      &statement->capacity, sizeof *statement->concerns);
    statement->concerns[statement->n++] = c;
}

static void
read_concerns(struct statement *statement, const struct config_node *root,
              struct problem_list *problems)
{
    const struct config_node *list = config_child(root, "concerns");

    if (list == NULL || !config_node_is_list(list) || config_n(list) == 0) {
        config_error(list != NULL ? list : root, problems,
                     "no concerns; expected concerns = ( { id = \"...\"; ... }, ... );");
        return;
    }
    for (size_t i = 0; i < config_n(list); i++) {
        const struct config_node *group = config_at(list, i);

        if (config_node_is_group(group)) {
            read_concern(statement, group, problems);
        } else {
            config_error(group, problems,
                         "a concern is not a group; expected { id = ...; }");
        }
    }
}
