#include "sensor/policy_change.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/timestamp.h"

enum { NAMED_MAX = 10, NAME_SIZE = 160 }; /* Things of a kind that are named. */

enum difference { ADDED, REMOVED, CHANGED, N_DIFFERENCES };

/* Things of one kind, in the making: their names wait until their number is known. */
struct kind {
    const char *one, *many; /* "rule", "rules". */
    size_t n[N_DIFFERENCES];
    size_t n_named;
    char names[NAMED_MAX][NAME_SIZE];
    enum difference differences[NAMED_MAX];
};

struct comparison {
    const struct policy *before, *after;
    struct policy_change change;
    FILE *out;
};

static void compare_ranges(struct comparison *c);
static void compare_rules(struct comparison *c);
static void compare_concerns(struct comparison *c);
static void compare_lists(struct comparison *c);
static void compare_databases(struct comparison *c);
static void compare_suppressions(struct comparison *c);
static void compare_settings(struct comparison *c);
static void note(struct kind *kind, enum difference difference, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void note_shrinking(struct comparison *c, const char *what, size_t before,
                           size_t after);
static void tell(struct comparison *c, const struct kind *kind);

struct policy_change
policy_compare(const struct policy *before, const struct policy *after, FILE *out)
{
    struct comparison c = { .before = before, .after = after, .out = out };

    compare_ranges(&c);
    compare_rules(&c);
    compare_concerns(&c);
    compare_lists(&c);
    compare_databases(&c);
    compare_suppressions(&c);
    compare_settings(&c);
    return c.change;
}

/* Ranges are in the order of their addresses, then lengths. */
static int
order_of(const struct critical_range *a, const struct critical_range *b)
{
    const struct ip_address x = a->prefix.address, y = b->prefix.address;

    if (x.high != y.high) {
        return x.high < y.high ? -1 : 1;
    }
    if (x.low != y.low) {
        return x.low < y.low ? -1 : 1;
    }
    return (a->prefix.length > b->prefix.length) - (a->prefix.length < b->prefix.length);
}

static bool
are_same_services(const struct service_set *a, const struct service_set *b)
{
    return a == NULL || b == NULL ? a == b : memcmp(a, b, sizeof *a) == 0;
}

static bool
is_same_range(const struct critical_range *a, const struct critical_range *b)
{
    for (uint32_t i = 0; i < a->n_claims && i < b->n_claims; i++) {
        const struct range_claim *x = &a->claims[i], *y = &b->claims[i];

        if (x->sector != y->sector || x->confidence != y->confidence || x->asn != y->asn ||
            strcmp(x->organisation, y->organisation) != 0 ||
            strcmp(x->subsector, y->subsector) != 0 ||
            strcmp(x->country, y->country) != 0 ||
            !are_same_services(x->services, y->services)) {
            return false;
        }
    }
    return a->n_claims == b->n_claims;
}

static void
note_range(struct kind *kind, enum difference difference,
           const struct critical_range *range)
{
    char prefix[IP_PREFIX_TEXT_SIZE];

    note(kind, difference, "%s of \"%.80s\" (%s)", ip_prefix_format(range->prefix, prefix),
         range->claims[0].organisation, sector_name(range->claims[0].sector));
}

static void
compare_ranges(struct comparison *c)
{
    const struct sector_map *before = c->before->sectors, *after = c->after->sectors;
    const size_t n_before = sector_map_n_ranges(before);
    const size_t n_after = sector_map_n_ranges(after);
    struct kind kind = { .one = "range", .many = "ranges" };
    range_id x = 1, y = 1;

    while (x <= n_before || y <= n_after) {
        const struct critical_range *a = x <= n_before ? sector_map_range(before, x) : NULL;
        const struct critical_range *b = y <= n_after ? sector_map_range(after, y) : NULL;
        const int order = a == NULL ? 1 : b == NULL ? -1 : order_of(a, b);

        if (order < 0) {
            note_range(&kind, REMOVED, a);
        } else if (order > 0) {
            note_range(&kind, ADDED, b);
        } else if (!is_same_range(a, b)) {
            note_range(&kind, CHANGED, b);
        }
        x += order <= 0;
        y += order >= 0;
    }
    tell(c, &kind);
    note_shrinking(c, "the ranges", n_before, n_after);
}

/* All that a rule says. */
static char *
rule_text(const struct rule *rule)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out == NULL) {
        fputs("sectorwatch: out of memory\n", stderr);
        abort();
    }
    fprintf(out, "%u %s\n%s\n%s\n%s\n%s %llu", rule->rev, rule->family, rule->title,
            rule->description, rule->tuning, severity_name(rule->severity),
            (unsigned long long) rule->quiet_for_ns);
    for (unsigned i = 0; i < rule->n_concerns; i++) {
        fprintf(out, " %s", rule->concerns[i]->id);
    }
    for (unsigned i = 0; i < rule->n_attack; i++) {
        fprintf(out, " %s", rule->attack[i]);
    }
    rule_describe(rule, out);
    (void) fclose(out);
    return text;
}

static bool
is_same_rule(const struct rule *a, const struct rule *b)
{
    char *x = rule_text(a), *y = rule_text(b);
    const bool is_same = strcmp(x, y) == 0;

    free(x);
    free(y);
    return is_same;
}

static void
compare_rules(struct comparison *c)
{
    const struct rule_set *before = c->before->rules, *after = c->after->rules;
    struct kind kind = { .one = "rule", .many = "rules" };

    for (size_t i = 0; i < rule_set_n(before); i++) {
        const struct rule *rule = rule_set_at(before, i);
        const struct rule *other = rule_set_find(after, rule->id);

        if (other == NULL) {
            note(&kind, REMOVED, "%s", rule->id);
        } else if (!is_same_rule(rule, other)) {
            note(&kind, CHANGED, "%s", rule->id);
        }
    }
    for (size_t i = 0; i < rule_set_n(after); i++) {
        if (rule_set_find(before, rule_set_at(after, i)->id) == NULL) {
            note(&kind, ADDED, "%s", rule_set_at(after, i)->id);
        }
    }
    tell(c, &kind);
    note_shrinking(c, "the rules", rule_set_n(before), rule_set_n(after));
}

static void
compare_concerns(struct comparison *c)
{
    const struct statement *before = c->before->statement, *after = c->after->statement;
    struct kind kind = { .one = "concern", .many = "concerns" };

    for (size_t i = 0; i < statement_n(before); i++) {
        const struct concern *a = statement_at(before, i);
        const struct concern *b = statement_find(after, a->id);

        if (b == NULL) {
            note(&kind, REMOVED, "%s", a->id);
        } else if (strcmp(a->title, b->title) != 0 || strcmp(a->limits, b->limits) != 0) {
            note(&kind, CHANGED, "%s", a->id);
        }
    }
    for (size_t i = 0; i < statement_n(after); i++) {
        if (statement_find(before, statement_at(after, i)->id) == NULL) {
            note(&kind, ADDED, "%s", statement_at(after, i)->id);
        }
    }
    tell(c, &kind);
}

static const struct indicator_list *
find_list(const struct indicator_lists *lists, const char *name)
{
    for (size_t i = 0; i < indicator_lists_n(lists); i++) {
        if (strcmp(indicator_lists_at(lists, i)->name, name) == 0) {
            return indicator_lists_at(lists, i);
        }
    }
    return NULL;
}

/* A file that was written anew may hold other entries, although as many. */
static bool
is_same_file(const struct comparison *c, const char *path)
{
    const struct policy *a = c->before, *b = c->after;

    for (size_t i = 0; i < a->n_renewed; i++) {
        for (size_t k = 0; k < b->n_renewed; k++) {
            if (strcmp(a->renewed[i].path, path) == 0 &&
                strcmp(b->renewed[k].path, path) == 0) {
                return file_state_is_same(&a->renewed[i].state, &b->renewed[k].state);
            }
        }
    }
    return false;
}

static void
compare_list(struct comparison *c, struct kind *kind, const struct indicator_list *a,
             const struct indicator_list *b)
{
    char what[NAME_SIZE], x[DATE_TEXT_SIZE], y[DATE_TEXT_SIZE];

    if (a->n_entries != b->n_entries || a->date_ns != b->date_ns ||
        a->expires_ns != b->expires_ns || a->use != b->use ||
        strcmp(a->source, b->source) != 0 || strcmp(a->meaning, b->meaning) != 0 ||
        strcmp(a->concern, b->concern) != 0 || !is_same_file(c, b->file)) {
        note(kind, CHANGED, "%.64s: %zu entries of %s, before %zu of %s", b->name,
             b->n_entries, timestamp_format_date(b->date_ns, y), a->n_entries,
             timestamp_format_date(a->date_ns, x));
    }
    (void) snprintf(what, sizeof what, "list %.64s", a->name);
    note_shrinking(c, what, a->n_entries, b->n_entries);
}

static void
compare_lists(struct comparison *c)
{
    const struct indicator_lists *before = c->before->lists, *after = c->after->lists;
    struct kind kind = { .one = "list", .many = "lists" };
    char what[NAME_SIZE], date[DATE_TEXT_SIZE];

    for (size_t i = 0; i < indicator_lists_n(before); i++) {
        const struct indicator_list *a = indicator_lists_at(before, i);
        const struct indicator_list *b = find_list(after, a->name);

        if (b != NULL) {
            compare_list(c, &kind, a, b);
        } else {
            note(&kind, REMOVED, "%.64s", a->name);
            (void) snprintf(what, sizeof what, "list %.64s", a->name);
            note_shrinking(c, what, a->n_entries, 0);
        }
    }
    for (size_t i = 0; i < indicator_lists_n(after); i++) {
        const struct indicator_list *b = indicator_lists_at(after, i);

        if (find_list(before, b->name) == NULL) {
            note(&kind, ADDED, "%.64s: %zu entries of %s", b->name, b->n_entries,
                 timestamp_format_date(b->date_ns, date));
        }
    }
    tell(c, &kind);
}

static bool
has_database(const struct geo *geo, const struct geo_source *source)
{
    for (size_t i = 0; i < geo_n_sources(geo); i++) {
        const struct geo_source *other = geo_source_at(geo, i);

        if (strcmp(other->name, source->name) == 0 && other->date_ns == source->date_ns) {
            return true;
        }
    }
    return false;
}

/* One of another date counts as another one. */
static void
compare_databases(struct comparison *c)
{
    const struct {
        const struct geo *of, *not_in;
        enum difference difference;
    } sides[] = { { c->before->geo, c->after->geo, REMOVED },
                  { c->after->geo, c->before->geo, ADDED } };
    struct kind kind = { .one = "database", .many = "databases" };
    char date[DATE_TEXT_SIZE];

    for (size_t side = 0; side < 2; side++) {
        for (size_t i = 0; i < geo_n_sources(sides[side].of); i++) {
            const struct geo_source *source = geo_source_at(sides[side].of, i);

            if (!has_database(sides[side].not_in, source)) {
                note(&kind, sides[side].difference, "%.80s of %s", source->name,
                     timestamp_format_date(source->date_ns, date));
            }
        }
    }
    tell(c, &kind);
}

static void
compare_suppressions(struct comparison *c)
{
    const struct {
        const struct suppressions *of, *not_in;
        enum difference difference;
    } sides[] = { { c->before->suppressions, c->after->suppressions, REMOVED },
                  { c->after->suppressions, c->before->suppressions, ADDED } };
    struct kind kind = { .one = "suppression", .many = "suppressions" };

    for (size_t side = 0; side < 2; side++) {
        for (size_t i = 0; i < suppressions_n(sides[side].of); i++) {
            const struct suppression *s = suppressions_at(sides[side].of, i);
            char peer[IP_PREFIX_TEXT_SIZE], asset[IP_PREFIX_TEXT_SIZE];

            if (suppressions_find(sides[side].not_in, s) == NULL) {
                note(&kind, sides[side].difference, "rule %s, peer %s, asset %s, port %u",
                     *s->rule != '\0' ? s->rule : "any",
                     s->has_peer ? ip_prefix_format(s->peer, peer) : "any",
                     s->has_asset ? ip_prefix_format(s->asset, asset) : "any", s->port);
            }
        }
    }
    tell(c, &kind);
}

static void
note_setting(void *context, const char *name)
{
    note(context, CHANGED, "%s", name);
}

static void
compare_settings(struct comparison *c)
{
    struct kind kind = { .one = "setting", .many = "settings" };

    settings_compare(&c->before->settings, &c->after->settings, note_setting, &kind);
    tell(c, &kind);
}

static void
note(struct kind *kind, enum difference difference, const char *format, ...)
{
    kind->n[difference]++;
    if (kind->n_named < NAMED_MAX) {
        va_list arguments;

        va_start(arguments, format);
        (void) vsnprintf(kind->names[kind->n_named], NAME_SIZE, format, arguments);
        va_end(arguments);
        kind->differences[kind->n_named++] = difference;
    }
}

static void
note_shrinking(struct comparison *c, const char *what, size_t before, size_t after)
{
    if (2 * after < before && *c->change.shrinking == '\0') {
        (void) snprintf(c->change.shrinking, sizeof c->change.shrinking,
                        "%s would shrink from %zu to %zu", what, before, after);
    }
}

/* "rules: 1 added, 0 removed, 2 changed", "rule X changed", ... */
static void
tell(struct comparison *c, const struct kind *kind)
{
    static const char *const names[N_DIFFERENCES] = { "added", "removed", "changed" };
    const size_t n = kind->n[ADDED] + kind->n[REMOVED] + kind->n[CHANGED];

    if (n == 0) {
        return;
    }
    c->change.n += n;
    fprintf(c->out, "%s: %zu added, %zu removed, %zu changed\n", kind->many, kind->n[ADDED],
            kind->n[REMOVED], kind->n[CHANGED]);
    for (size_t i = 0; i < kind->n_named; i++) {
        fprintf(c->out, "%s %s: %s\n", names[kind->differences[i]], kind->one,
                kind->names[i]);
    }
    if (n > kind->n_named) {
        fprintf(c->out, "and %zu more %s\n", n - kind->n_named, kind->many);
    }
}
