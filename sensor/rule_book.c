#include "sensor/rule_book.h"

#include <stdbool.h>

static void write_paragraph(const struct statement *statement, const struct rule_set *rules,
                            unsigned paragraph, FILE *out);
static void write_concern(const struct concern *concern, const struct rule_set *rules,
                          FILE *out);
static void write_rule(const struct rule *rule, FILE *out);
static void write_facts(const struct rule *rule, FILE *out);

void
rule_book_write(const struct statement *statement, const struct rule_set *rules, FILE *out)
{
    fputs(
        "# Rules\n\n"
        "Made from the rule files by `sectorwatch cite --markdown`. An alert of a rule is "
        "*relevant to* its concerns: it never says that anything was violated, or by "
        "whom.\n",
        out);
    for (unsigned i = 1; statement_paragraph(statement, i) != NULL; i++) {
        write_paragraph(statement, rules, i, out);
    }
}

/* One that only concerns without rules belong to is left out. */
static void
write_paragraph(const struct statement *statement, const struct rule_set *rules,
                unsigned paragraph, FILE *out)
{
    bool has_heading = false;

    for (size_t i = 0; i < statement_n(statement); i++) {
        const struct concern *concern = statement_at(statement, i);

        if (concern->paragraph != paragraph || !concern->citable) {
            continue;
        }
        if (!has_heading) {
            fprintf(out, "\n## Paragraph %u\n\n%s\n", paragraph,
                    statement_paragraph(statement, paragraph));
            has_heading = true;
        }
        write_concern(concern, rules, out);
    }
}

static void
write_concern(const struct concern *concern, const struct rule_set *rules, FILE *out)
{
    bool has_others = false;

    fprintf(out, "\n### %s: %s\n\n%s Never claim: %s\n", concern->id, concern->title,
            concern->paraphrase, concern->limits);
    for (size_t i = 0; i < rule_set_n(rules); i++) {
        const struct rule *rule = rule_set_at(rules, i);

        if (rule->concerns[0] == concern) {
            write_rule(rule, out);
        }
    }
    for (size_t i = 0; i < rule_set_n(rules); i++) {
        const struct rule *rule = rule_set_at(rules, i);

        if (rule_cites(rule, concern) && rule->concerns[0] != concern) {
            fprintf(out, "%s %s", has_others ? "," : "\nAlso:", rule->id);
            has_others = true;
        }
    }
    fputs(has_others ? ".\n" : "", out);
}

static void
write_rule(const struct rule *rule, FILE *out)
{
    fprintf(out, "\n#### %s: %s\n\n", rule->id, rule->title);
    write_facts(rule, out);
    if (*rule->description != '\0') {
        fprintf(out, "\n%s\n", rule->description);
    }
    if (*rule->tuning != '\0') {
        fprintf(out, "\nTuning: %s\n", rule->tuning);
    }
}

/* Severity, techniques and conditions on one line. */
static void
write_facts(const struct rule *rule, FILE *out)
{
    fprintf(out, "*%s", severity_name(rule->severity));
    for (unsigned i = 0; i < rule->n_attack; i++) {
        fprintf(out, "%s %s", i == 0 ? "; ATT&CK" : ",", rule->attack[i]);
    }
    fputs("* ", out);
    rule_describe(rule, out);
    fputs(".\n", out);
}
