#include <stdio.h>

#include "sensor/command.h"
#include "sensor/rule_book.h"

static void
print_concern(const struct statement *statement, const struct concern *concern)
{
    printf("  concern %s  %s\n", concern->id, concern->title);
    printf("    says        %s\n", concern->paraphrase);
    printf("    paragraph   %u: %s\n", concern->paragraph,
           statement_paragraph(statement, concern->paragraph));
    printf("    observable  %s: %s\n", observability_name(concern->observable),
           concern->evidence);
    printf("    never claim %s\n", concern->limits);
    if (*concern->norms != '\0') {
        printf("    norms       A/70/174 paragraph 13 %s\n", concern->norms);
    }
}

static void
print_chain(const struct policy *policy, const struct rule *rule)
{
    printf("rule %s rev %u  %s\n", rule->id, rule->rev, rule->title);
    printf("  file        %s:%u\n", rule->file, rule->line);
    printf("  severity    %s\n", severity_name(rule->severity));
    printf("  matches     ");
    rule_describe(rule, stdout);
    putchar('\n');
    if (*rule->description != '\0') {
        printf("  sees        %s\n", rule->description);
    }
    if (*rule->tuning != '\0') {
        printf("  tuning      %s\n", rule->tuning);
    }
    for (unsigned i = 0; i < rule->n_attack; i++) {
        printf("  ATT&CK      %s\n", rule->attack[i]);
    }
    puts("  relation    relevant-to");
    for (unsigned i = 0; i < rule->n_concerns; i++) {
        print_concern(policy->statement, rule->concerns[i]);
    }
}

int
command_cite(const struct options *options)
{
    struct policy *policy;
    int status = EXIT_ALL_WELL;

    if (options->n_arguments == 0 && !options->markdown) {
        fprintf(stderr, "sectorwatch: cite needs a rule, or --markdown\n");
        return EXIT_USAGE;
    }
    policy = command_policy(options);
    if (policy == NULL) {
        return EXIT_USAGE;
    }
    if (options->markdown) {
        rule_book_write(policy->statement, policy->rules, stdout);
    }
    for (int i = 0; i < options->n_arguments; i++) {
        const char *id = options->arguments[i];
        const struct rule *rule = rule_set_find(policy->rules, id);

        if (rule != NULL) {
            print_chain(policy, rule);
        } else {
            const char *nearest = rule_set_nearest(policy->rules, id);

            fprintf(stderr, "sectorwatch: no rule is called '%s'%s%s%s\n", id,
                    nearest != NULL ? "; did you mean '" : "",
                    nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
            status = EXIT_USAGE;
        }
    }
    policy_free(policy);
    return status;
}
