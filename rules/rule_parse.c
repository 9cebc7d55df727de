#include "rules/rule_parse.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/timestamp.h"
#include "classify/observation.h"

enum { KEYS_MAX = 128, REV_MAX = 1000000, COUNT_MAX = 1000000 };

#define DEFAULT_QUIET_FOR (3600 * NS_PER_SECOND)

static struct rule *parse_rule(const struct config_node *group, const char *family,
                               const struct rule_context *context);
static void parse_keys(const struct config_node *group, const struct rule_context *context,
                       struct rule *rule);
static void parse_concerns(const struct config_node *group,
                           const struct rule_context *context, struct rule *rule);
static void parse_attack(const struct config_node *group,
                         const struct rule_context *context, struct rule *rule);
static void parse_severity(const struct config_node *group,
                           const struct rule_context *context, struct rule *rule);
static void parse_threshold(const struct config_node *group,
                            const struct rule_context *context, struct rule *rule);
static void parse_when(const struct config_node *group, const struct rule_context *context,
                       struct rule *rule);

void
rule_parse(const struct config_node *root, const char *family,
           const struct rule_context *context, struct rule_array *rules)
{
    static const char *const known[] = { "rules", NULL };
    const struct config_node *list = config_child(root, "rules");

    config_reject_unknown(root, known, context->problems);
    if (list == NULL || !config_node_is_list(list)) {
        config_error(list != NULL ? list : root, context->problems,
                     "no rules; expected rules = ( { id = \"...\"; ... }, ... );");
        return;
    }
    if (config_n(list) == 0) {
        config_warning(list, context->problems, "'rules' is empty");
    }
    for (size_t i = 0; i < config_n(list); i++) {
        const struct config_node *group = config_at(list, i);
        struct rule *rule = NULL;

        if (config_node_is_group(group)) {
            rule = parse_rule(group, family, context);
        } else {
            config_error(group, context->problems,
                         "rule %zu is not a group; expected { id = \"...\"; ... }", i + 1);
        }
        if (rule != NULL) {
            rules->items = memory_grow(rules->items, rules->n, &rules->capacity,
                                       sizeof(struct rule *));
            rules->items[rules->n++] = rule;
        }
    }
}

/* An id is the MSGID of a syslog line and part of file names: letters, digits and a few
 * more, at most 32. */
static bool
is_id(const char *text)
{
    const size_t n = strlen(text);

    if (n == 0 || n >= RULE_ID_SIZE || !isalnum((unsigned char) text[0])) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (!isalnum((unsigned char) text[i]) && strchr("-_.", text[i]) == NULL) {
            return false;
        }
    }
    return true;
}

static const char *
parse_id(const struct config_node *group, const struct rule_context *context)
{
    const struct config_node *node = config_child(group, "id");
    const char *text;

    if (node == NULL) {
        config_error(group, context->problems,
                     "rule has no 'id'; expected id = \"SITE-ENERGY-001\";");
        return NULL;
    }
    if (!config_text(node, context->problems, &text)) {
        return NULL;
    }
    if (!is_id(text)) {
        config_error(node, context->problems,
                     "rule id \"%s\" is wrong; expected at most %d letters, digits, '-', "
                     "'_' or '.', beginning with a letter or digit",
                     text, RULE_ID_SIZE - 1);
        return NULL;
    }
    return arena_text(context->arena, text);
}

/* Hands the problems of one rule on, with its id. */
static void
hand_on(const struct problem_list *own, const char *id, struct problem_list *problems)
{
    for (size_t i = 0; i < problem_list_n(own); i++) {
        const struct problem *p = problem_list_at(own, i);

        if (p->severity == PROBLEM_ERROR) {
            problem_error(problems, p->file, p->line, "rule %s: %s", id, p->message);
        } else {
            problem_warning(problems, p->file, p->line, "rule %s: %s", id, p->message);
        }
    }
}

/* Returns NULL for a rule without a usable id, whose other mistakes are shown all the same.
 */
static struct rule *
parse_rule(const struct config_node *group, const char *family,
           const struct rule_context *context)
{
    struct rule *rule = arena_take(context->arena, sizeof *rule);
    struct rule_context own = *context;

    own.problems = problem_list_new();
    rule->id = parse_id(group, context);
    rule->family = family;
    rule->file = arena_text(context->arena, config_node_file(group));
    rule->line = config_node_line(group);
    parse_keys(group, &own, rule);
    if (problem_list_n_errors(own.problems) > 0) {
        rule->observations = 0;
    }
    hand_on(own.problems, rule->id != NULL ? rule->id : "without id", context->problems);
    problem_list_free(own.problems);
    return rule->id != NULL ? rule : NULL;
}

static const char *
parse_text(const struct config_node *group, const char *key, bool needed,
           const struct rule_context *context)
{
    const struct config_node *node = config_child(group, key);
    const char *text = "";

    if (node != NULL && !config_text(node, context->problems, &text)) {
        return "";
    }
    if (needed && *text == '\0') {
        config_error(node != NULL ? node : group, context->problems,
                     "'%s' is missing; expected %s = \"...\";", key, key);
    }
    return arena_text(context->arena, text);
}

static void
parse_keys(const struct config_node *group, const struct rule_context *context,
           struct rule *rule)
{
    static const char *const known[] = { "id",        "rev",         "title",  "concerns",
                                         "attack",    "severity",    "when",   "threshold",
                                         "quiet_for", "description", "tuning", NULL };
    const struct config_node *rev = config_child(group, "rev");
    const struct config_node *quiet_for = config_child(group, "quiet_for");
    int64_t number = 1;

    config_reject_unknown(group, known, context->problems);
    if (rev == NULL) {
        config_error(group, context->problems, "'rev' is missing; expected rev = 1;");
    } else {
        (void) config_integer(rev, 1, REV_MAX, context->problems, &number);
    }
    rule->rev = (unsigned) number;
    rule->title = parse_text(group, "title", true, context);
    rule->description = parse_text(group, "description", false, context);
    rule->tuning = parse_text(group, "tuning", false, context);
    rule->quiet_for_ns = DEFAULT_QUIET_FOR;
    if (quiet_for != NULL) {
        (void) config_duration(quiet_for, context->problems, &rule->quiet_for_ns);
    }
    parse_concerns(group, context, rule);
    parse_attack(group, context, rule);
    parse_severity(group, context, rule);
    parse_threshold(group, context, rule);
    parse_when(group, context, rule);
}

/* The list 'key', of at most 'max' elements; NULL if it is not there or wrong. */
static const struct config_node *
find_list(const struct config_node *group, const char *key, size_t max,
          const struct rule_context *context)
{
    const struct config_node *list = config_child(group, key);

    if (list != NULL && (!config_node_is_list(list) || config_n(list) > max)) {
        config_error(list, context->problems,
                     "'%s' is wrong; expected a list of at most %zu texts, [ \"...\" ]",
                     key, max);
        return NULL;
    }
    return list;
}

static void
parse_concern(const struct config_node *node, const struct rule_context *context,
              struct rule *rule)
{
    const struct concern *concern;
    const char *id, *nearest;

    if (!config_text(node, context->problems, &id) || context->statement == NULL) {
        return;
    }
    concern = statement_find(context->statement, id);
    if (concern == NULL) {
        nearest = config_nearest(id, statement_ids(context->statement));
        config_error(node, context->problems,
                     "unknown concern \"%s\"; expected one of the catalogue%s%s%s", id,
                     nearest != NULL ? "; did you mean \"" : "",
                     nearest != NULL ? nearest : "", nearest != NULL ? "\"?" : "");
    } else if (!concern->citable) {
        config_error(node, context->problems,
                     "concern \"%s\" cannot be cited by a rule; expected one that traffic "
                     "can support (%s)",
                     id, concern->limits);
    } else {
        rule->concerns[rule->n_concerns++] = concern;
    }
}

static void
parse_concerns(const struct config_node *group, const struct rule_context *context,
               struct rule *rule)
{
    const struct config_node *list =
        find_list(group, "concerns", RULE_CONCERNS_MAX, context);

    if (list == NULL || config_n(list) == 0) {
        config_error(list != NULL ? list : group, context->problems,
                     "no concern is cited; expected concerns = [ \"JS-P4-...\" ]; with at "
                     "least one of the catalogue");
        return;
    }
    for (size_t i = 0; i < config_n(list); i++) {
        parse_concern(config_at(list, i), context, rule);
    }
}

static void
parse_attack(const struct config_node *group, const struct rule_context *context,
             struct rule *rule)
{
    const struct config_node *list = find_list(group, "attack", RULE_ATTACK_MAX, context);

    for (size_t i = 0; list != NULL && i < config_n(list); i++) {
        const char *text;

        if (!config_text(config_at(list, i), context->problems, &text)) {
            continue;
        }
        if (!attack_is_technique(text)) {
            config_error(config_at(list, i), context->problems,
                         "'attack' has \"%s\"; expected an ATT&CK technique such as "
                         "\"T1595\" or \"T1090.003\"",
                         text);
            continue;
        }
        rule->attack[rule->n_attack++] = arena_text(context->arena, text);
    }
}

static void
parse_severity(const struct config_node *group, const struct rule_context *context,
               struct rule *rule)
{
    static const char expected[] =
        "\"info\", \"low\", \"medium\", \"high\" or \"critical\"";
    const struct config_node *node = config_child(group, "severity");
    const char *text, *nearest;

    if (node == NULL) {
        config_error(group, context->problems, "'severity' is missing; expected %s",
                     expected);
        return;
    }
    if (!config_text(node, context->problems, &text) ||
        severity_parse(text, &rule->severity)) {
        return;
    }
    nearest = config_nearest(text, severity_names());
    config_error(node, context->problems, "unknown severity \"%s\"; expected %s%s%s%s",
                 text, expected, nearest != NULL ? "; did you mean \"" : "",
                 nearest != NULL ? nearest : "", nearest != NULL ? "\"?" : "");
}

static void
parse_by(const struct config_node *node, const struct rule_context *context,
         struct rule *rule)
{
    const char *const *names = rule_by_names();
    const char *text, *nearest;

    if (!config_text(node, context->problems, &text)) {
        return;
    }
    for (unsigned i = 0; names[i] != NULL; i++) {
        if (strcmp(names[i], text) == 0) {
            rule->threshold_by |= 1U << i;
            return;
        }
    }
    nearest = config_nearest(text, names);
    config_error(node, context->problems,
                 "'by' has \"%s\"; expected \"peer\", \"asset\", \"organisation\" or "
                 "\"sector\"%s%s%s",
                 text, nearest != NULL ? "; did you mean \"" : "",
                 nearest != NULL ? nearest : "", nearest != NULL ? "\"?" : "");
}

static void
parse_threshold(const struct config_node *group, const struct rule_context *context,
                struct rule *rule)
{
    static const char *const known[] = { "count", "within", "by", NULL };
    const struct config_node *threshold = config_child(group, "threshold");
    const struct config_node *count, *within, *by;
    int64_t number = 1;

    rule->threshold_count = 1;
    if (threshold == NULL) {
        return;
    }
    if (!config_node_is_group(threshold)) {
        config_error(threshold, context->problems,
                     "'threshold' is not a group; expected { count = 5; within = \"60s\"; "
                     "by = [ \"peer\" ]; }");
        return;
    }
    config_reject_unknown(threshold, known, context->problems);
    count = config_child(threshold, "count");
    within = config_child(threshold, "within");
    by = find_list(threshold, "by", 4, context);
    if (count != NULL) {
        (void) config_integer(count, 1, COUNT_MAX, context->problems, &number);
    }
    rule->threshold_count = (uint32_t) number;
    if (within != NULL) {
        (void) config_duration(within, context->problems, &rule->threshold_within_ns);
    }
    if (rule->threshold_count > 1 && rule->threshold_within_ns == 0) {
        config_error(threshold, context->problems,
                     "'threshold' has a count and no time; expected within = \"60s\";");
    }
    for (size_t i = 0; by != NULL && i < config_n(by); i++) {
        parse_by(config_at(by, i), context, rule);
    }
}

/* The conditions of a 'when' while it is read. */
struct when {
    struct rule_condition *conditions;
    size_t n, capacity;
    uint64_t observations;
    bool has_observation;
};

/* Collects the keys that may stand in 'group': its fields, each also with "_not", and in
 * the outermost the groups. */
static void
known_keys(const char *group, const struct rule_context *context,
           const char *keys[static KEYS_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < rule_field_n(); i++) {
        const struct rule_field *field = rule_field_at(i);
        char negated[64];

        if (strcmp(field->group, group) == 0) {
            assert(n + 5 < KEYS_MAX);
            (void) snprintf(negated, sizeof negated, "%s_not", field->name);
            keys[n++] = field->name;
            keys[n++] = arena_text(context->arena, negated);
        }
    }
    if (*group == '\0') {
        keys[n++] = "asset";
        keys[n++] = "peer";
    }
    keys[n] = NULL;
}

/* The field of a key, which may end with "_not"; NULL if there is none. */
static const struct rule_field *
find_field(const char *group, const char *key, bool *ret_negated)
{
    static const char suffix[] = "_not";
    const size_t n = strlen(key), n_suffix = sizeof suffix - 1;
    char name[64];

    *ret_negated = n > n_suffix && strcmp(key + n - n_suffix, suffix) == 0;
    if (!*ret_negated) {
        return rule_field_find(group, key);
    }
    if (n >= sizeof name) {
        return NULL;
    }
    (void) snprintf(name, sizeof name, "%.*s", (int) (n - n_suffix), key);
    return rule_field_find(group, name);
}

/* Observations are kept as bits apart from the conditions: the rule set sorts by them. */
static void
add_condition(struct when *when, const struct rule_condition *condition)
{
    const uint64_t bits = condition->names.words[0];

    if (condition->field == rule_field_find("", "observation")) {
        when->observations &= condition->negated ? ~bits : bits;
        when->has_observation = true;
        return;
    }
    when->conditions =
        memory_grow(when->conditions, when->n, &when->capacity, sizeof *when->conditions);
    when->conditions[when->n++] = *condition;
}

static void
parse_group(const struct config_node *node, const char *group,
            const struct rule_context *context, struct when *when)
{
    const char *keys[KEYS_MAX];

    if (!config_node_is_group(node)) {
        config_error(node, context->problems, "'%s' is not a group; expected %s = { ... };",
                     config_node_name(node), config_node_name(node));
        return;
    }
    known_keys(group, context, keys);
    config_reject_unknown(node, keys, context->problems);
    for (size_t i = 0; i < config_n(node); i++) {
        const struct config_node *child = config_at(node, i);
        const char *key = config_node_name(child);
        struct rule_condition condition = { 0 };

        if (*group == '\0' && (strcmp(key, "asset") == 0 || strcmp(key, "peer") == 0)) {
            parse_group(child, key, context, when);
            continue;
        }
        condition.field = find_field(group, key, &condition.negated);
        if (condition.field != NULL && rule_value_read(child, context, &condition)) {
            add_condition(when, &condition);
        }
    }
}

/* Cheap conditions go first; among equals the file's order stays. */
static void
sort_by_cost(struct rule_condition *conditions, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const struct rule_condition moved = conditions[i];
        size_t at = i;

        for (; at > 0 && conditions[at - 1].field->cost > moved.field->cost; at--) {
            conditions[at] = conditions[at - 1];
        }
        conditions[at] = moved;
    }
}

static void
parse_when(const struct config_node *group, const struct rule_context *context,
           struct rule *rule)
{
    const struct config_node *node = config_child(group, "when");
    struct when when = { .observations = (UINT64_C(1) << N_OBSERVATIONS) - 1 };
    struct rule_condition *conditions;

    if (node == NULL) {
        config_error(group, context->problems,
                     "'when' is missing; expected when = { observation = \"...\"; ... };");
        return;
    }
    parse_group(node, "", context, &when);
    if (config_node_is_group(node) && config_child(node, "observation") == NULL &&
        config_child(node, "observation_not") == NULL) {
        config_error(node, context->problems,
                     "'when' names no observation; expected observation = \"scan\"; or "
                     "another");
    } else if (when.has_observation && when.observations == 0) {
        config_error(node, context->problems,
                     "'when' rules out every observation; expected at least one");
    }
    sort_by_cost(when.conditions, when.n);
    conditions = arena_take(context->arena, (when.n + 1) * sizeof *conditions);
    if (when.n > 0) {
        memcpy(conditions, when.conditions, when.n * sizeof *conditions);
    }
    free(when.conditions);
    rule->observations = when.observations;
    rule->conditions = conditions;
    rule->n_conditions = when.n;
}
