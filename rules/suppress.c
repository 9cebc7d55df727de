#include "rules/suppress.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config.h"
#include "base/memory.h"
#include "base/timestamp.h"

struct suppressions {
    struct arena *arena;
    struct suppression *items;
    const struct suppression **sorted; /* By what they hide, then as they come. */
    size_t n, capacity;
};

/* What reading needs to know. */
struct suppress_context {
    struct suppressions *suppressions;
    const struct rule_set *rules;
    uint64_t now_ns;
    struct problem_list *problems;
};

static void read_file(struct config *config, const struct suppress_context *context);
static void read_entry(const struct config_node *group,
                       const struct suppress_context *context);
static bool applies(const struct suppression *s, const struct verdict *verdict);
static void sort(struct suppressions *suppressions);
static int compare(const struct suppression *a, const struct suppression *b);

static struct suppressions *
suppressions_empty(void)
{
    struct suppressions *suppressions = memory_zeroed(1, sizeof *suppressions);

    suppressions->arena = arena_new();
    return suppressions;
}

struct suppressions *
suppressions_new(const char *const *files, const struct rule_set *rules, uint64_t now_ns,
                 struct problem_list *problems)
{
    struct suppressions *suppressions = suppressions_empty();
    const struct suppress_context context = { suppressions, rules, now_ns, problems };

    for (; *files != NULL; files++) {
        if (access(*files, F_OK) == 0 || errno != ENOENT) {
            read_file(config_open(*files, problems), &context);
        }
    }
    sort(suppressions);
    return suppressions;
}

struct suppressions *
suppressions_new_text(const char *text, const char *name, const struct rule_set *rules,
                      uint64_t now_ns, struct problem_list *problems)
{
    struct suppressions *suppressions = suppressions_empty();
    const struct suppress_context context = { suppressions, rules, now_ns, problems };

    read_file(config_open_text(text, name, problems), &context);
    sort(suppressions);
    return suppressions;
}

void
suppressions_free(struct suppressions *suppressions)
{
    if (suppressions == NULL) {
        return;
    }
    free(suppressions->items);
    free(suppressions->sorted);
    arena_free(suppressions->arena);
    free(suppressions);
}

bool
suppression_may_name(const struct rule_set *rules, const char *id,
                     char reason[static SUPPRESSION_REASON_SIZE])
{
    const char *nearest;

    if (rule_set_find(rules, id) != NULL) {
        return true;
    }
    nearest = rule_set_nearest(rules, id);
    (void) snprintf(reason, SUPPRESSION_REASON_SIZE,
                    "unknown rule \"%.64s\"; expected the id of a loaded rule%s%.64s%s", id,
                    nearest != NULL ? "; did you mean \"" : "",
                    nearest != NULL ? nearest : "", nearest != NULL ? "\"?" : "");
    return false;
}

bool
suppressions_hide(struct suppressions *suppressions, const struct verdict *verdict)
{
    for (size_t i = 0; i < suppressions->n; i++) {
        if (applies(&suppressions->items[i], verdict)) {
            suppressions->items[i].n_hidden++;
            return true;
        }
    }
    return false;
}

void
suppressions_renew(struct suppressions *suppressions, const struct suppressions *before)
{
    for (size_t i = 0; i < suppressions->n; i++) {
        struct suppression *s = &suppressions->items[i];
        const struct suppression *same = suppressions_find(before, s);

        s->n_hidden = same != NULL ? same->n_hidden : 0;
    }
}

const struct suppression *
suppressions_find(const struct suppressions *suppressions, const struct suppression *s)
{
    size_t low = 0, high = suppressions->n;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (compare(suppressions->sorted[middle], s) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < suppressions->n && compare(suppressions->sorted[low], s) == 0
               ? suppressions->sorted[low]
               : NULL;
}

size_t
suppressions_n(const struct suppressions *suppressions)
{
    return suppressions->n;
}

const struct suppression *
suppressions_at(const struct suppressions *suppressions, size_t index)
{
    return &suppressions->items[index];
}

static bool
applies(const struct suppression *s, const struct verdict *verdict)
{
    const struct flow_end *asset = &verdict->flow.ends[verdict->asset_end];
    const struct flow_end *peer = &verdict->flow.ends[FLOW_RESPONDER - verdict->asset_end];

    return (s->until_ns == 0 || verdict->time_ns < s->until_ns) &&
           (s->port == 0 || s->port == asset->port) &&
           (!s->has_peer || ip_prefix_contains(s->peer, peer->address)) &&
           (!s->has_asset || ip_prefix_contains(s->asset, asset->address)) &&
           (*s->rule == '\0' || strcmp(s->rule, verdict->rule->id) == 0);
}

static int
compare_places(const void *a, const void *b)
{
    const struct suppression *x = *(const struct suppression *const *) a;
    const struct suppression *y = *(const struct suppression *const *) b;
    const int order = compare(x, y);

    return order != 0 ? order : (x > y) - (x < y);
}

static void
sort(struct suppressions *suppressions)
{
    suppressions->sorted =
        memory_zeroed(suppressions->n + 1, sizeof suppressions->sorted[0]);
    for (size_t i = 0; i < suppressions->n; i++) {
        suppressions->sorted[i] = &suppressions->items[i];
    }
    qsort(suppressions->sorted, suppressions->n, sizeof suppressions->sorted[0],
          compare_places);
}

static int
compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int
compare_prefixes(struct ip_prefix a, struct ip_prefix b)
{
    const int high = compare_numbers(a.address.high, b.address.high);
    const int low = compare_numbers(a.address.low, b.address.low);

    return high != 0 ? high : low != 0 ? low : compare_numbers(a.length, b.length);
}

/* By what they hide: 0 if it is the same. */
static int
compare(const struct suppression *a, const struct suppression *b)
{
    const int keys[] = {
        strcmp(a->rule, b->rule),
        compare_numbers(a->port, b->port),
        compare_numbers(a->until_ns, b->until_ns),
        compare_numbers(a->has_peer, b->has_peer),
        compare_numbers(a->has_asset, b->has_asset),
        compare_prefixes(a->peer, b->peer),
        compare_prefixes(a->asset, b->asset),
    };
    size_t i = 0;

    while (i + 1 < sizeof keys / sizeof keys[0] && keys[i] == 0) {
        i++;
    }
    return keys[i];
}

/* Closes 'config', which may be NULL: then its reason is known already. */
static void
read_file(struct config *config, const struct suppress_context *context)
{
    static const char *const known[] = { "suppress", NULL };
    const struct config_node *list;

    if (config == NULL) {
        return;
    }
    config_reject_unknown(config_root(config), known, context->problems);
    list = config_child(config_root(config), "suppress");
    if (list != NULL && !config_node_is_list(list)) {
        config_error(
            list, context->problems,
            "'suppress' is not a list; expected suppress = ( { rule = \"...\"; ... "
            "}, ... );");
        list = NULL;
    }
    for (size_t i = 0; list != NULL && i < config_n(list); i++) {
        if (config_node_is_group(config_at(list, i))) {
            read_entry(config_at(list, i), context);
        } else {
            config_error(config_at(list, i), context->problems,
                         "a suppression is not a group; expected { rule = \"...\"; ... }");
        }
    }
    config_close(config);
}

static const char *
read_rule(const struct config_node *group, const struct suppress_context *context)
{
    const struct config_node *node = config_child(group, "rule");
    char reason[SUPPRESSION_REASON_SIZE];
    const char *id;

    if (node == NULL || !config_text(node, context->problems, &id)) {
        return "";
    }
    if (context->rules != NULL && !suppression_may_name(context->rules, id, reason)) {
        config_error(node, context->problems, "%s", reason);
    }
    return arena_text(context->suppressions->arena, id);
}

static bool
read_prefix(const struct config_node *group, const char *key,
            const struct suppress_context *context, struct ip_prefix *ret)
{
    const struct config_node *node = config_child(group, key);
    char corrected[IP_PREFIX_TEXT_SIZE];
    const char *text;

    if (node == NULL || !config_text(node, context->problems, &text)) {
        return false;
    }
    switch (ip_prefix_parse(text, ret)) {
    case IP_PARSE_OK:
        return true;
    case IP_PARSE_HOST_BITS:
        config_error(node, context->problems,
                     "'%s' has \"%s\" with bits set beyond its length; expected \"%s\"",
                     key, text, ip_prefix_format(*ret, corrected));
        return false;
    case IP_PARSE_NOT_AN_ADDRESS:
    case IP_PARSE_BAD_LENGTH:
        break;
    }
    config_error(node, context->problems,
                 "'%s' is \"%s\"; expected an address or a prefix such as \"192.0.2.0/24\"",
                 key, text);
    return false;
}

/* The text 'key', without which nobody could later say why something is hidden. */
static const char *
read_text(const struct config_node *group, const char *key, const char *example,
          const struct suppress_context *context)
{
    const struct config_node *node = config_child(group, key);
    const char *text = "";

    if (node != NULL && !config_text(node, context->problems, &text)) {
        return "";
    }
    if (*text == '\0') {
        config_error(group, context->problems,
                     "suppression has no '%s'; expected %s = \"%s\";", key, key, example);
    }
    return arena_text(context->suppressions->arena, text);
}

static uint64_t
read_until(const struct config_node *group, const struct suppress_context *context)
{
    const struct config_node *node = config_child(group, "until");
    uint64_t until_ns = 0;
    const char *text;

    if (node == NULL || !config_text(node, context->problems, &text)) {
        return 0;
    }
    if (!timestamp_parse_date(text, &until_ns)) {
        config_error(node, context->problems,
                     "'until' is \"%s\"; expected a day such as \"2026-12-31\"", text);
    } else if (context->now_ns != 0 && until_ns <= context->now_ns) {
        config_warning(node, context->problems,
                       "the suppression ended on %s and hides nothing now; remove it or "
                       "set a later day",
                       text);
    }
    return until_ns;
}

static uint16_t
read_port(const struct config_node *group, const struct suppress_context *context)
{
    const struct config_node *node = config_child(group, "port");
    int64_t port = 0;

    if (node != NULL) {
        (void) config_integer(node, 1, UINT16_MAX, context->problems, &port);
    }
    return (uint16_t) port;
}

/* True for a prefix that holds all addresses, or all of IPv4. */
static bool
is_everywhere(struct ip_prefix prefix)
{
    return prefix.length == 0 || (prefix.length == IP_V4_BITS && ip_is_v4(prefix.address));
}

static bool
hides_everything(const struct suppression *s)
{
    return *s->rule == '\0' && s->port == 0 && (!s->has_peer || is_everywhere(s->peer)) &&
           (!s->has_asset || is_everywhere(s->asset));
}

static void
read_entry(const struct config_node *group, const struct suppress_context *context)
{
    static const char *const known[] = { "rule",  "peer",   "asset", "port",
                                         "until", "reason", "owner", NULL };
    struct suppressions *all = context->suppressions;
    const size_t n_errors = problem_list_n_errors(context->problems);
    struct suppression s = { 0 };

    config_reject_unknown(group, known, context->problems);
    s.rule = read_rule(group, context);
    s.has_peer = read_prefix(group, "peer", context, &s.peer);
    s.has_asset = read_prefix(group, "asset", context, &s.asset);
    s.port = read_port(group, context);
    s.until_ns = read_until(group, context);
    s.reason = read_text(group, "reason", "our own scanner", context);
    s.owner = read_text(group, "owner", "soc@example.org", context);
    s.file = arena_text(all->arena, config_node_file(group));
    s.line = config_node_line(group);
    if (problem_list_n_errors(context->problems) > n_errors) {
        return;
    }
    if (hides_everything(&s)) {
        config_error(group, context->problems,
                     "the suppression would hide everything; expected a rule, a port, or a "
                     "peer or asset narrower than the whole Internet");
        return;
    }
    all->items = memory_grow(all->items, all->n, &all->capacity, sizeof *all->items);
    all->items[all->n++] = s;
}
