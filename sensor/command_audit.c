#include <stdio.h>
#include <string.h>

#include "sensor/command.h"

static bool
cites(const struct rule *rule, const struct concern *concern)
{
    for (unsigned i = 0; i < rule->n_concerns; i++) {
        if (rule->concerns[i] == concern) {
            return true;
        }
    }
    return false;
}

/* Prints the rules that cite 'concern'; returns how many. */
static size_t
print_rules(const struct rule_set *rules, const struct concern *concern)
{
    size_t n = 0;

    for (size_t i = 0; i < rule_set_n(rules); i++) {
        const struct rule *rule = rule_set_at(rules, i);

        if (cites(rule, concern)) {
            printf("      %-15s %-8s %s\n", rule->id, severity_name(rule->severity),
                   rule->title);
            n++;
        }
    }
    return n;
}

/* Prints one concern with its rules; returns false if it should have some and has none. */
static bool
audit_concern(const struct rule_set *rules, const struct concern *concern)
{
    size_t n;

    printf("  %s  %s\n    observable: %s\n", concern->id, concern->title,
           observability_name(concern->observable));
    n = print_rules(rules, concern);
    if (n > 0) {
        return true;
    }
    if (!concern->citable) {
        printf("      no rule: %s\n", concern->limits);
        return true;
    }
    printf("      no rule, though %s could support one\n", concern->evidence);
    return false;
}

int
command_audit(const struct options *options)
{
    struct policy *policy = command_policy(options);
    size_t n_bare = 0;

    if (policy == NULL) {
        return EXIT_USAGE;
    }
    for (unsigned paragraph = 1; statement_paragraph(policy->statement, paragraph) != NULL;
         paragraph++) {
        printf("%sparagraph %u: %s\n", paragraph > 1 ? "\n" : "", paragraph,
               statement_paragraph(policy->statement, paragraph));
        for (size_t i = 0; i < statement_n(policy->statement); i++) {
            const struct concern *concern = statement_at(policy->statement, i);

            if (concern->paragraph == paragraph && !audit_concern(policy->rules, concern)) {
                n_bare++;
            }
        }
    }
    if (n_bare > 0) {
        fprintf(stderr, "sectorwatch: %zu concerns that could be observed have no rule\n",
                n_bare);
    }
    policy_free(policy);
    return n_bare > 0 ? EXIT_INCOMPLETE : EXIT_ALL_WELL;
}
