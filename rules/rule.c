#include "rules/rule.h"

#include "base/timestamp.h"
#include "classify/observation.h"
#include "rules/rule_field.h"
#include "rules/rule_value.h"

static void write_observations(const struct rule *rule, FILE *out);
static void write_threshold(const struct rule *rule, FILE *out);
static bool may_hold(const struct rule_condition *condition,
                     const struct critical_range *range);

const char *const *
rule_by_names(void)
{
    static const char *const names[] = { "peer", "asset", "organisation", "sector", NULL };

    return names;
}

bool
rule_cites(const struct rule *rule, const struct concern *concern)
{
    for (unsigned i = 0; i < rule->n_concerns; i++) {
        if (rule->concerns[i] == concern) {
            return true;
        }
    }
    return false;
}

void
rule_describe(const struct rule *rule, FILE *out)
{
    write_observations(rule, out);
    for (size_t i = 0; i < rule->n_conditions; i++) {
        fputs("; ", out);
        rule_condition_write(&rule->conditions[i], out);
    }
    if (rule->threshold_count > 1) {
        write_threshold(rule, out);
    }
}

bool
rule_may_concern(const struct rule *rule, const struct critical_range *range)
{
    for (size_t i = 0; i < rule->n_conditions; i++) {
        if (!may_hold(&rule->conditions[i], range)) {
            return false;
        }
    }
    return true;
}

bool
rule_has_its_lists(const struct rule *rule)
{
    for (size_t i = 0; i < rule->n_conditions; i++) {
        const struct rule_condition *c = &rule->conditions[i];

        if ((c->field->kind == RULE_FIELD_LISTS ||
             c->field->kind == RULE_FIELD_LIST_CONCERNS) &&
            !c->negated && c->names.words[0] == 0) {
            return false;
        }
    }
    return true;
}

static void
write_observations(const struct rule *rule, FILE *out)
{
    const char *before = "observation is ";

    for (unsigned i = 0; i < N_OBSERVATIONS; i++) {
        if ((rule->observations >> i & 1) != 0) {
            fprintf(out, "%s%s", before, observation_name((enum observation_kind) i));
            before = " or ";
        }
    }
}

static void
write_threshold(const struct rule *rule, FILE *out)
{
    char within[DURATION_TEXT_SIZE];
    const char *before = " by ";

    fprintf(out, "; %u matches within %s", rule->threshold_count,
            duration_format(rule->threshold_within_ns, within));
    for (unsigned i = 0; rule_by_names()[i] != NULL; i++) {
        if ((rule->threshold_by >> i & 1) != 0) {
            fprintf(out, "%s%s", before, rule_by_names()[i]);
            before = " and ";
        }
    }
}

/* True if one prefix lies in the other. */
static bool
overlap(struct ip_prefix a, struct ip_prefix b)
{
    return a.length < b.length ? ip_prefix_contains(a, b.address)
                               : ip_prefix_contains(b, a.address);
}

/* Negated, the range must not lie in one of the prefixes; else it must share an address. */
static bool
prefixes_may_hold(const struct rule_condition *condition,
                  const struct critical_range *range)
{
    for (size_t i = 0; i < condition->n; i++) {
        const struct ip_prefix prefix = condition->prefixes[i];

        if (condition->negated ? prefix.length <= range->prefix.length &&
                                     ip_prefix_contains(prefix, range->prefix.address)
                               : overlap(prefix, range->prefix)) {
            return !condition->negated;
        }
    }
    return condition->negated;
}

static bool
may_hold(const struct rule_condition *condition, const struct critical_range *range)
{
    const struct rule_field *field = condition->field;
    struct rule_sight sight = { .asset_end = FLOW_INITIATOR, .ranges = { range } };

    if (field == rule_field_find("asset", "prefix")) {
        return prefixes_may_hold(condition, range);
    }
    return !field->of_range || rule_condition_holds(condition, &sight);
}
