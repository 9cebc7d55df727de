#include <stdio.h>
#include <string.h>

#include "sensor/command.h"

/* Why a rule cannot match with this policy; NULL: it can. */
static const char *
blindness(const struct policy *policy, const struct rule *rule)
{
    if (!rule_has_its_lists(rule)) {
        return "no list that it asks for is configured";
    }
    for (range_id id = 1; id <= sector_map_n_ranges(policy->sectors); id++) {
        if (rule_may_concern(rule, sector_map_range(policy->sectors, id))) {
            return NULL;
        }
    }
    return "no critical range is one that it asks for";
}

/* What the rule is about, by the names of observations: "scan, sweep". */
static void
print_observations(const struct rule *rule)
{
    const char *before = " [";

    for (unsigned i = 0; i < N_OBSERVATIONS; i++) {
        if ((rule->observations >> i & 1) != 0) {
            printf("%s%s", before, observation_name((enum observation_kind) i));
            before = ", ";
        }
    }
    fputs("]", stdout);
}

/* Prints the rules that cite 'concern'; returns how many, and how many of them can match.
 */
static size_t
print_rules(const struct policy *policy, const struct concern *concern,
            size_t *ret_n_seeing)
{
    size_t n = 0;

    *ret_n_seeing = 0;
    for (size_t i = 0; i < rule_set_n(policy->rules); i++) {
        const struct rule *rule = rule_set_at(policy->rules, i);
        const char *why;

        if (!rule_cites(rule, concern)) {
            continue;
        }
        why = blindness(policy, rule);
        printf("      %-15s %-8s %s", rule->id, severity_name(rule->severity), rule->title);
        print_observations(rule);
        if (why != NULL) {
            printf("\n%31s(%s)", "", why);
        }
        putchar('\n');
        n++;
        *ret_n_seeing += why == NULL;
    }
    return n;
}

/* Prints one concern with its rules; returns false if it should have some and has none. */
static bool
audit_concern(const struct policy *policy, const struct concern *concern)
{
    size_t n, n_seeing;

    printf("  %s  %s\n    observable: %s\n", concern->id, concern->title,
           observability_name(concern->observable));
    n = print_rules(policy, concern, &n_seeing);
    if (n > 0) {
        if (n_seeing == 0) {
            puts("      none of these can match with this configuration");
        }
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

            if (concern->paragraph == paragraph && !audit_concern(policy, concern)) {
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
