#include "rules/rule_value.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/country_code.h"
#include "base/timestamp.h"
#include "capture/packet.h"
#include "classify/flow.h"
#include "geo/country.h"

enum { ITEMS_MAX = 4096, NAMES_SIZE = 160 };

/* One item of a value: where it stands and what it is for. */
struct item {
    const struct config_node *node;
    const struct rule_context *context;
    const struct rule_field *field;
};

static bool read_name(const struct item *item, struct rule_names *names);
static bool read_numbers(const struct item *item, struct rule_range *ret);
static bool read_transport(const struct item *item, struct rule_range *ret);
static bool read_country(const struct item *item, struct rule_range *ret);
static bool read_boolean(const struct item *item, struct rule_range *ret);
static bool read_prefix(const struct item *item, struct ip_prefix *ret);
static bool read_text(const struct item *item, const char **ret);
static bool read_list(const struct item *item, uint64_t *bits, const char **ret);
static bool read_list_concern(const struct item *item, uint64_t *bits, const char **ret);
static void write_number(enum rule_field_kind kind, uint64_t value, FILE *out);

/* Reads one item into element 'i' of the arrays. */
static bool
read_item(const struct item *item, struct rule_condition *c, struct rule_range *range,
          struct ip_prefix *prefix, const char **text)
{
    switch (item->field->kind) {
    case RULE_FIELD_NAMES:
    case RULE_FIELD_SETS:
        return read_name(item, &c->names);
    case RULE_FIELD_NUMBERS:
    case RULE_FIELD_SIZES:
    case RULE_FIELD_DURATIONS:
        return read_numbers(item, range);
    case RULE_FIELD_TRANSPORTS:
        return read_transport(item, range);
    case RULE_FIELD_COUNTRIES:
        return read_country(item, range);
    case RULE_FIELD_BOOLEAN:
        return read_boolean(item, range);
    case RULE_FIELD_PREFIXES:
        return read_prefix(item, prefix);
    case RULE_FIELD_TEXTS:
        return read_text(item, text);
    case RULE_FIELD_LISTS:
        return read_list(item, &c->names.words[0], text);
    case RULE_FIELD_LIST_CONCERNS:
        return read_list_concern(item, &c->names.words[0], text);
    case N_RULE_FIELD_KINDS:
        break;
    }
    assert(false);
    return false;
}

bool
rule_value_read(const struct config_node *node, const struct rule_context *context,
                struct rule_condition *c)
{
    const bool is_list = config_node_is_list(node);
    const size_t n = is_list ? config_n(node) : 1;
    struct rule_range *ranges;
    struct ip_prefix *prefixes;
    const char **texts;
    bool good = true;

    if (n == 0 || n > ITEMS_MAX) {
        config_error(node, context->problems, "'%s' has %zu values; expected 1 to %d",
                     config_node_name(node), n, ITEMS_MAX);
        return false;
    }
    /* Two of the three stay unused: memory is cheaper here than another switch. */
    ranges = arena_take(context->arena, n * sizeof *ranges);
    prefixes = arena_take(context->arena, n * sizeof *prefixes);
    texts = arena_take(context->arena, n * sizeof *texts);
    for (size_t i = 0; i < n; i++) {
        const struct item item = { is_list ? config_at(node, i) : node, context, c->field };

        texts[i] = "";
        good &= read_item(&item, c, &ranges[i], &prefixes[i], &texts[i]);
    }
    c->n = n;
    c->ranges = ranges;
    c->prefixes = prefixes;
    c->texts = texts;
    return good;
}

/* Adds an error: 'text' is none of what the field takes, of which 'nearest' (or NULL) looks
 * most like it. */
static bool
refuse(const struct item *item, const char *text, const char *expected, const char *nearest)
{
    if (nearest != NULL) {
        config_error(item->node, item->context->problems,
                     "'%s' does not know \"%s\"; expected %s; did you mean \"%s\"?",
                     item->field->name, text, expected, nearest);
    } else {
        config_error(item->node, item->context->problems,
                     "'%s' does not know \"%s\"; expected %s", item->field->name, text,
                     expected);
    }
    return false;
}

/* What a field of names takes, for messages: the names, as many as fit. */
static void
list_names(const struct rule_field *field, char text[static NAMES_SIZE])
{
    size_t used = 0;

    for (unsigned i = 0; i < field->n_names; i++) {
        const char *name = field->name_of(i);

        if (used + strlen(name) + 8 > NAMES_SIZE) {
            (void) snprintf(text + used, NAMES_SIZE - used, ", ...");
            return;
        }
        if (*name != '\0') {
            used += (size_t) snprintf(text + used, NAMES_SIZE - used, "%s%s",
                                      used > 0 ? ", " : "", name);
        }
    }
}

static bool
read_name(const struct item *item, struct rule_names *names)
{
    const struct rule_field *field = item->field;
    const char *known[RULE_NAMES_MAX + 1];
    char expected[NAMES_SIZE];
    const char *text;

    if (!config_text(item->node, item->context->problems, &text)) {
        return false;
    }
    for (unsigned i = 0; i < field->n_names; i++) {
        known[i] = field->name_of(i);
        if (*text != '\0' && strcmp(known[i], text) == 0) {
            rule_names_add(names, i);
            return true;
        }
    }
    known[field->n_names] = NULL;
    list_names(field, expected);
    return refuse(item, text, expected, config_nearest(text, known));
}

static bool
parse_number(const char *text, uint64_t *ret)
{
    char *end;

    if (!isdigit((unsigned char) *text)) {
        return false;
    }
    errno = 0;
    *ret = strtoull(text, &end, 10);
    return *end == '\0' && errno == 0;
}

static bool
parse_quantity(enum rule_field_kind kind, const char *text, uint64_t *ret)
{
    if (kind == RULE_FIELD_DURATIONS) {
        return duration_parse(text, ret);
    }
    return kind == RULE_FIELD_SIZES ? size_parse(text, ret) : parse_number(text, ret);
}

static bool
refuse_number(const struct item *item)
{
    static const char *const expected[N_RULE_FIELD_KINDS] = {
        [RULE_FIELD_NUMBERS] = "whole numbers: 443, \"1000-2000\" or { min = 1000; }",
        [RULE_FIELD_SIZES] = "sizes: \"10MB\", \"1MB-10MB\" or { min = \"10MB\"; }",
        [RULE_FIELD_DURATIONS] = "durations: \"60s\", \"1m-1h\" or { min = \"1h\"; }",
    };

    config_error(item->node, item->context->problems,
                 "'%s' is wrong; expected %s, from %" PRIu64 " to %" PRIu64,
                 item->field->name, expected[item->field->kind], item->field->min,
                 item->field->max);
    return false;
}

/* Reads "N" or "N-M", or a plain integer where the kind has no unit. */
static bool
parse_range(const struct item *item, const struct config_node *node, struct rule_range *ret)
{
    const enum rule_field_kind kind = item->field->kind;
    char first[64];
    const char *text, *dash;
    int64_t integer;

    if (!config_node_is_text(node)) {
        if (kind == RULE_FIELD_DURATIONS ||
            !config_integer(node, 0, INT64_MAX, NULL, &integer)) {
            return false;
        }
        *ret = (struct rule_range){ (uint64_t) integer, (uint64_t) integer };
        return true;
    }
    if (!config_text(node, NULL, &text)) {
        return false;
    }
    dash = strchr(text, '-');
    if (dash == NULL) {
        const bool good = parse_quantity(kind, text, &ret->min);

        ret->max = ret->min;
        return good;
    }
    if ((size_t) (dash - text) >= sizeof first) {
        return false;
    }
    (void) snprintf(first, sizeof first, "%.*s", (int) (dash - text), text);
    return parse_quantity(kind, first, &ret->min) &&
           parse_quantity(kind, dash + 1, &ret->max);
}

static bool
read_min_max(const struct item *item, struct rule_range *ret)
{
    static const char *const known[] = { "min", "max", NULL };
    const struct config_node *min = config_child(item->node, "min");
    const struct config_node *max = config_child(item->node, "max");
    struct rule_range range = { 0 };

    config_reject_unknown(item->node, known, item->context->problems);
    *ret = (struct rule_range){ item->field->min, item->field->max };
    if (min == NULL && max == NULL) {
        return false;
    }
    if (min != NULL) {
        if (!parse_range(item, min, &range) || range.min != range.max) {
            return false;
        }
        ret->min = range.min;
    }
    if (max != NULL) {
        if (!parse_range(item, max, &range) || range.min != range.max) {
            return false;
        }
        ret->max = range.max;
    }
    return true;
}

static bool
read_numbers(const struct item *item, struct rule_range *ret)
{
    struct rule_range range = { 0 };
    const bool good = config_node_is_group(item->node)
                          ? read_min_max(item, &range)
                          : parse_range(item, item->node, &range);

    if (!good || range.min > range.max || range.min < item->field->min ||
        range.max > item->field->max) {
        return refuse_number(item);
    }
    *ret = range;
    return true;
}

static const uint8_t transports[] = { IP_PROTOCOL_TCP, IP_PROTOCOL_UDP, IP_PROTOCOL_SCTP,
                                      IP_PROTOCOL_ICMP, IP_PROTOCOL_ICMPV6 };

enum { N_TRANSPORTS = sizeof transports };

static bool
read_transport(const struct item *item, struct rule_range *ret)
{
    char names[N_TRANSPORTS][8];
    const char *known[N_TRANSPORTS + 1] = { NULL };
    const char *text;
    int64_t integer;

    if (!config_node_is_text(item->node)) {
        if (!config_integer(item->node, 0, 255, item->context->problems, &integer)) {
            return false;
        }
        *ret = (struct rule_range){ (uint64_t) integer, (uint64_t) integer };
        return true;
    }
    if (!config_text(item->node, item->context->problems, &text)) {
        return false;
    }
    for (unsigned i = 0; i < N_TRANSPORTS; i++) {
        known[i] = transport_name(transports[i], names[i]);
        if (strcmp(known[i], text) == 0) {
            *ret = (struct rule_range){ transports[i], transports[i] };
            return true;
        }
    }
    return refuse(item, text, "tcp, udp, sctp, icmp, icmpv6 or an IANA protocol number",
                  config_nearest(text, known));
}

static bool
read_country(const struct item *item, struct rule_range *ret)
{
    const char *text;

    if (!config_text(item->node, item->context->problems, &text)) {
        return false;
    }
    if (!country_code_is_well_formed(text)) {
        return refuse(item, text,
                      "an ISO 3166-1 alpha-2 code in capital letters such as \"NG\"", NULL);
    }
    if (country_name(text) == NULL) {
        config_warning(item->node, item->context->problems,
                       "'%s' has \"%s\", which is no country of ISO 3166-1",
                       item->field->name, text);
    }
    *ret = (struct rule_range){ rule_country_number(text), rule_country_number(text) };
    return true;
}

static bool
read_boolean(const struct item *item, struct rule_range *ret)
{
    bool value;

    if (!config_boolean(item->node, item->context->problems, &value)) {
        return false;
    }
    *ret = (struct rule_range){ value, value };
    return true;
}

static bool
read_prefix(const struct item *item, struct ip_prefix *ret)
{
    char corrected[IP_PREFIX_TEXT_SIZE];
    const char *text;

    if (!config_text(item->node, item->context->problems, &text)) {
        return false;
    }
    switch (ip_prefix_parse(text, ret)) {
    case IP_PARSE_OK:
        return true;
    case IP_PARSE_HOST_BITS:
        config_error(item->node, item->context->problems,
                     "'%s' has \"%s\" with bits set beyond its length; expected \"%s\"",
                     item->field->name, text, ip_prefix_format(*ret, corrected));
        return false;
    case IP_PARSE_NOT_AN_ADDRESS:
    case IP_PARSE_BAD_LENGTH:
        break;
    }
    return refuse(item, text, "an address or a prefix such as \"192.0.2.0/24\"", NULL);
}

static bool
read_text(const struct item *item, const char **ret)
{
    const char *text;

    if (!config_text(item->node, item->context->problems, &text)) {
        return false;
    }
    if (*text == '\0') {
        return refuse(item, text, "a text that is not empty", NULL);
    }
    *ret = arena_text(item->context->arena, text);
    return true;
}

/* A list that is not configured is no mistake of the rule, which may be shared by sites. */
static bool
read_list(const struct item *item, uint64_t *bits, const char **ret)
{
    const struct indicator_lists *lists = item->context->lists;
    const size_t n = lists == NULL ? 0 : indicator_lists_n(lists);

    if (!read_text(item, ret)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (strcmp(indicator_lists_at(lists, i)->name, *ret) == 0) {
            *bits |= UINT64_C(1) << i;
            return true;
        }
    }
    config_warning(item->node, item->context->problems,
                   "no list called \"%s\" is configured, so nobody is on it; expected a "
                   "name from 'lists' in sectorwatch.conf",
                   *ret);
    return true;
}

static bool
read_list_concern(const struct item *item, uint64_t *bits, const char **ret)
{
    const struct rule_context *context = item->context;
    const size_t n = context->lists == NULL ? 0 : indicator_lists_n(context->lists);

    if (!read_text(item, ret)) {
        return false;
    }
    if (statement_find(context->statement, *ret) == NULL) {
        return refuse(item, *ret, "a concern of the catalogue",
                      config_nearest(*ret, statement_ids(context->statement)));
    }
    for (size_t i = 0; i < n; i++) {
        if (strcmp(indicator_lists_at(context->lists, i)->concern, *ret) == 0) {
            *bits |= UINT64_C(1) << i;
        }
    }
    return true;
}

/* Writes what stands between two alternatives. */
static void
write_or(bool *first, FILE *out)
{
    fputs(*first ? "" : " or ", out);
    *first = false;
}

static void
write_range(const struct rule_condition *c, size_t i, FILE *out)
{
    const struct rule_range *range = &c->ranges[i];
    const struct rule_field *field = c->field;

    if (range->min == range->max) {
        write_number(field->kind, range->min, out);
    } else if (range->max == field->max) {
        fputs("at least ", out);
        write_number(field->kind, range->min, out);
    } else if (range->min == field->min) {
        fputs("at most ", out);
        write_number(field->kind, range->max, out);
    } else {
        write_number(field->kind, range->min, out);
        fputs(" to ", out);
        write_number(field->kind, range->max, out);
    }
}

static void
write_names(const struct rule_condition *c, FILE *out)
{
    bool first = true;

    for (unsigned i = 0; i < c->field->n_names; i++) {
        if (rule_names_has(&c->names, i)) {
            write_or(&first, out);
            fputs(c->field->name_of(i), out);
        }
    }
}

static void
write_item(const struct rule_condition *c, size_t i, FILE *out)
{
    char prefix[IP_PREFIX_TEXT_SIZE];

    switch (c->field->kind) {
    case RULE_FIELD_NUMBERS:
    case RULE_FIELD_SIZES:
    case RULE_FIELD_DURATIONS:
    case RULE_FIELD_TRANSPORTS:
    case RULE_FIELD_COUNTRIES:
    case RULE_FIELD_BOOLEAN:
        write_range(c, i, out);
        return;
    case RULE_FIELD_PREFIXES:
        fputs(ip_prefix_format(c->prefixes[i], prefix), out);
        return;
    case RULE_FIELD_TEXTS:
    case RULE_FIELD_LISTS:
    case RULE_FIELD_LIST_CONCERNS:
        fputs(c->texts[i], out);
        return;
    case RULE_FIELD_NAMES:
    case RULE_FIELD_SETS:
    case N_RULE_FIELD_KINDS:
        break;
    }
    assert(false);
}

void
rule_condition_write(const struct rule_condition *c, FILE *out)
{
    const struct rule_field *field = c->field;
    bool first = true;

    fprintf(out, "%s%s%s %s ", field->group, *field->group == '\0' ? "" : ".", field->name,
            c->negated ? "is not" : "is");
    if (field->kind == RULE_FIELD_NAMES || field->kind == RULE_FIELD_SETS) {
        write_names(c, out);
        return;
    }
    for (size_t i = 0; i < c->n; i++) {
        write_or(&first, out);
        write_item(c, i, out);
    }
}

static void
write_number(enum rule_field_kind kind, uint64_t value, FILE *out)
{
    char duration[DURATION_TEXT_SIZE], transport[8];

    if (kind == RULE_FIELD_DURATIONS) {
        fputs(duration_format(value, duration), out);
    } else if (kind == RULE_FIELD_TRANSPORTS) {
        fputs(transport_name((uint8_t) value, transport), out);
    } else if (kind == RULE_FIELD_COUNTRIES) {
        fprintf(out, "%c%c", (int) (value >> 8), (int) (value & 0xff));
    } else if (kind == RULE_FIELD_BOOLEAN) {
        fputs(value != 0 ? "true" : "false", out);
    } else {
        fprintf(out, "%" PRIu64 "%s", value, kind == RULE_FIELD_SIZES ? " B" : "");
    }
}
