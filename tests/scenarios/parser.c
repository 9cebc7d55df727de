#include "scenarios/parser.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/timestamp.h"

static bool already_said(const struct parser *p, const struct token *token,
                         const char *message);
static bool read_number(const char *text, uint32_t *ret);
static bool read_port_range(const char *text, size_t length, struct port_set *set);
static bool read_time_of_day(const char *text, uint64_t *ret_ns);
static bool is_reserved(struct ip_prefix prefix);
static const struct host *find_host(const struct parser *p, const struct token *token);
static const char *host_hint(struct parser *p, const char *name);

bool
parser_error(struct parser *p, const struct token *token, const char *format, ...)
{
    char message[512];
    va_list args;

    va_start(args, format);
    (void) vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (!already_said(p, token, message)) {
        problem_error(p->problems, token->file, token->line, "%s", message);
    }
    return false;
}

/* A mistake in a definition would otherwise be told at each use of it. */
static bool
already_said(const struct parser *p, const struct token *token, const char *message)
{
    for (size_t i = 0; i < problem_list_n(p->problems); i++) {
        const struct problem *problem = problem_list_at(p->problems, i);

        if (problem->line == token->line && problem->file != NULL &&
            strcmp(problem->file, token->file) == 0 &&
            strcmp(problem->message, message) == 0) {
            return true;
        }
    }
    return false;
}

const struct token *
parser_peek(const struct parser *p)
{
    const struct frame *frame = p->frame;

    if (p->at->kind != TOKEN_WORD || p->at->text[0] != '$' || frame == NULL) {
        return p->at;
    }
    for (unsigned i = 0; i < frame->definition->n_parameters; i++) {
        if (strcmp(p->at->text + 1, frame->definition->parameters[i]) == 0) {
            return frame->arguments[i];
        }
    }
    return p->at;
}

const struct token *
parser_next(struct parser *p)
{
    const struct token *token = parser_peek(p);

    if (p->at->kind != TOKEN_END) {
        p->at++;
    }
    return token;
}

bool
parser_accept(struct parser *p, const char *word)
{
    const struct token *token = parser_peek(p);

    if (token->kind != TOKEN_WORD || strcmp(token->text, word) != 0) {
        return false;
    }
    (void) parser_next(p);
    return true;
}

void
parser_skip_statement(struct parser *p)
{
    while (p->at->kind != TOKEN_LINE && p->at->kind != TOKEN_CLOSE &&
           p->at->kind != TOKEN_END) {
        if (parser_next(p)->kind == TOKEN_OPEN) {
            (void) parser_skip_block(p);
        }
    }
}

bool
parser_skip_block(struct parser *p)
{
    for (unsigned depth = 1; depth > 0; p->at++) {
        if (p->at->kind == TOKEN_END) {
            return false;
        }
        depth += p->at->kind == TOKEN_OPEN;
        depth -= p->at->kind == TOKEN_CLOSE;
    }
    return true;
}

bool
parser_open(struct parser *p, const char *what)
{
    if (p->at->kind != TOKEN_OPEN) {
        return parser_error(p, p->at, "'%s' needs a block: '{' was expected, not '%s'",
                            what, p->at->text);
    }
    p->at++;
    return true;
}

bool
parser_name(struct parser *p, const char *what, const char **ret)
{
    const struct token *token = parser_peek(p);

    if (token->kind != TOKEN_WORD) {
        return parser_error(p, token, "%s was expected, not '%s'", what, token->text);
    }
    *ret = parser_next(p)->text;
    return true;
}

bool
parser_number(struct parser *p, const char *what, uint32_t min, uint32_t max, uint32_t *ret)
{
    const struct token *token = parser_peek(p);
    uint32_t value;

    if (token->kind != TOKEN_WORD || !read_number(token->text, &value) || value < min ||
        value > max) {
        return parser_error(p, token, "%s from %u to %u was expected, not '%s'", what, min,
                            max, token->text);
    }
    (void) parser_next(p);
    *ret = value;
    return true;
}

static bool
read_number(const char *text, uint32_t *ret)
{
    const bool hex = strncmp(text, "0x", 2) == 0;
    const char *digits = hex ? text + 2 : text;
    const size_t n = strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789");
    unsigned long long value;

    if (n == 0 || n > 10 || digits[n] != '\0') {
        return false;
    }
    value = strtoull(digits, NULL, hex ? 16 : 10);
    *ret = (uint32_t) value;
    return value <= UINT32_MAX;
}

bool
parser_port(struct parser *p, uint16_t *ret)
{
    uint32_t port = 0;

    if (!parser_number(p, "a port", 0, UINT16_MAX, &port)) {
        return false;
    }
    *ret = (uint16_t) port;
    return true;
}

bool
parser_ports(struct parser *p, const struct port_set **ret)
{
    const struct token *token = parser_peek(p);
    struct port_set *set = arena_take(p->arena, sizeof *set);
    bool ok = token->kind == TOKEN_WORD;

    for (const char *at = token->text; ok && *at != '\0';) {
        const size_t length = strcspn(at, ",");

        ok = read_port_range(at, length, set);
        at += length + (at[length] == ',');
    }
    if (!ok) {
        return parser_error(
            p, token, "ports such as 22,80,8000-8080 were expected, not '%s'", token->text);
    }
    (void) parser_next(p);
    *ret = set;
    return true;
}

/* Adds "22" or "8000-8080". */
static bool
read_port_range(const char *text, size_t length, struct port_set *set)
{
    char range[16];
    char *dash;
    uint32_t first, last;

    if (length >= sizeof range) {
        return false;
    }
    memcpy(range, text, length);
    range[length] = '\0';
    dash = strchr(range, '-');
    if (dash != NULL) {
        *dash = '\0';
    }
    if (!read_number(range, &first) ||
        !read_number(dash == NULL ? range : dash + 1, &last) || first > last ||
        last > UINT16_MAX) {
        return false;
    }
    for (uint32_t port = first; port <= last; port++) {
        set->bits[port / 64] |= UINT64_C(1) << port % 64;
    }
    return true;
}

bool
parser_duration(struct parser *p, uint64_t *ret_ns)
{
    const struct token *token = parser_peek(p);

    if (token->kind != TOKEN_WORD || !duration_parse(token->text, ret_ns)) {
        return parser_error(p, token,
                            "a duration such as 100ms, 5s or 2m was expected, not '%s'",
                            token->text);
    }
    (void) parser_next(p);
    return true;
}

bool
parser_time(struct parser *p, uint64_t *ret_ns)
{
    const struct token *token = parser_peek(p);
    char day[16] = "";
    const char *t = strchr(token->text, 'T');
    uint64_t day_ns = 0, time_ns;
    bool ok = token->kind == TOKEN_WORD;

    if (ok && t != NULL && (size_t) (t - token->text) < sizeof day) {
        memcpy(day, token->text, (size_t) (t - token->text));
        ok = timestamp_parse_date(day, &day_ns) && token->text[token->length - 1] == 'Z';
    }
    if (!ok || !read_time_of_day(t == NULL ? token->text : t + 1, &time_ns)) {
        return parser_error(p, token,
                            "a time such as 2026-06-01T09:00:00Z or 09:00:00 was expected, "
                            "not '%s'",
                            token->text);
    }
    (void) parser_next(p);
    *ret_ns = day_ns + time_ns;
    return true;
}

/* "09:00:00", with or without a Z. */
static bool
read_time_of_day(const char *text, uint64_t *ret_ns)
{
    static const char form[] = "dd:dd:dd";
    unsigned fields[3] = { 0 };

    for (size_t i = 0; i < strlen(form); i++) {
        const bool is_digit = text[i] >= '0' && text[i] <= '9';

        if (form[i] == 'd' ? !is_digit : text[i] != form[i]) {
            return false;
        }
        if (is_digit) {
            fields[i / 3] = fields[i / 3] * 10 + (unsigned) (text[i] - '0');
        }
    }
    text += strlen(form);
    if (strcmp(text, "") != 0 && strcmp(text, "Z") != 0) {
        return false;
    }
    *ret_ns = ((uint64_t) fields[0] * 3600 + fields[1] * 60 + fields[2]) * NS_PER_SECOND;
    return fields[0] < 24 && fields[1] < 60 && fields[2] < 60;
}

bool
parser_address(struct parser *p, struct ip_address *ret)
{
    const struct token *token = parser_peek(p);

    if (token->kind != TOKEN_WORD || !ip_parse(token->text, ret)) {
        return parser_error(p, token, "an address was expected, not '%s'", token->text);
    }
    if (!is_reserved((struct ip_prefix){ *ret, 128 })) {
        return parser_error(p, token,
                            "'%s' may be somebody's: scenes use addresses kept for "
                            "documentation, tests and private networks",
                            token->text);
    }
    (void) parser_next(p);
    return true;
}

bool
parser_address_of(struct parser *p, struct ip_address *ret)
{
    const struct host *host = find_host(p, parser_peek(p));

    if (host == NULL) {
        return parser_address(p, ret);
    }
    (void) parser_next(p);
    *ret = host->address;
    return true;
}

bool
parser_prefix(struct parser *p, struct ip_prefix *ret)
{
    const struct token *token = parser_peek(p);

    if (token->kind != TOKEN_WORD || ip_prefix_parse(token->text, ret) != IP_PARSE_OK) {
        return parser_error(p, token, "a prefix without host bits was expected, not '%s'",
                            token->text);
    }
    if (!is_reserved(*ret)) {
        return parser_error(p, token,
                            "'%s' may be somebody's: scenes use addresses kept for "
                            "documentation, tests and private networks",
                            token->text);
    }
    (void) parser_next(p);
    return true;
}

/* True of what the IANA special-purpose address registries keep free of anybody's hosts. */
static bool
is_reserved(struct ip_prefix prefix)
{
    static const char *const reserved[] = {
        "192.0.2.0/24",    /* Documentation, RFC 5737. */
        "198.51.100.0/24", /* The same. */
        "203.0.113.0/24",  /* The same. */
        "198.18.0.0/15",   /* Benchmarks, RFC 2544. */
        "10.0.0.0/8",      /* Private, RFC 1918. */
        "172.16.0.0/12",   /* The same. */
        "192.168.0.0/16",  /* The same. */
        "169.254.0.0/16",  /* Link-local, RFC 3927. */
        "127.0.0.0/8",     /* Loopback. */
        "224.0.0.0/4",     /* Multicast. */
        "2001:db8::/32",   /* Documentation, RFC 3849. */
        "3fff::/20",       /* Documentation, RFC 9637. */
        "2001::/32",       /* Teredo, RFC 4380: what is in it holds IPv4 addresses. */
        "fc00::/7",        /* Private, RFC 4193. */
        "fe80::/10",       /* Link-local. */
        "ff00::/8",        /* Multicast. */
    };

    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
        struct ip_prefix kept;

        if (ip_prefix_parse(reserved[i], &kept) == IP_PARSE_OK &&
            prefix.length >= kept.length && ip_prefix_contains(kept, prefix.address)) {
            return true;
        }
    }
    return false;
}

bool
parser_host(struct parser *p, const struct host **ret)
{
    const struct token *token = parser_peek(p);
    const struct host *host = find_host(p, token);

    if (host == NULL) {
        return parser_error(p, token,
                            "a host was expected and '%s' is not declared as one%s",
                            token->text, host_hint(p, token->text));
    }
    (void) parser_next(p);
    *ret = host;
    return true;
}

static const struct host *
find_host(const struct parser *p, const struct token *token)
{
    for (const struct host_entry *entry = p->hosts; entry != NULL; entry = entry->next) {
        if (token->kind == TOKEN_WORD && strcmp(entry->host.name, token->text) == 0) {
            return &entry->host;
        }
    }
    return NULL;
}

static const char *
host_hint(struct parser *p, const char *name)
{
    const char **names = arena_take(p->arena, (p->n_hosts + 1) * sizeof *names);
    size_t n = 0;

    for (const struct host_entry *entry = p->hosts; entry != NULL; entry = entry->next) {
        names[n++] = entry->host.name;
    }
    return parser_hint(p, name, names);
}

const struct definition *
parser_definition(const struct parser *p, const char *name)
{
    const struct definition *definition = p->definitions;

    while (definition != NULL && strcmp(definition->name, name) != 0) {
        definition = definition->next;
    }
    return definition;
}

bool
parser_arguments(struct parser *p, const struct token *use,
                 const struct definition *definition, struct frame *frame)
{
    frame->definition = definition;
    if (p->depth >= PARSER_DEPTH_MAX) {
        return parser_error(p, use, "'%s' is used within itself, or too deep", use->text);
    }
    for (unsigned i = 0; i < definition->n_parameters; i++) {
        const struct token *token = parser_peek(p);

        if (token->kind != TOKEN_WORD && token->kind != TOKEN_TEXT) {
            return parser_error(p, use, "'%s' needs %u arguments; '%s' is missing",
                                use->text, definition->n_parameters,
                                definition->parameters[i]);
        }
        frame->arguments[i] = parser_next(p);
    }
    return true;
}

const char *
parser_hint(struct parser *p, const char *text, const char *const *known)
{
    const char *nearest = config_nearest(text, known);
    char hint[128];

    if (nearest == NULL) {
        return "";
    }
    (void) snprintf(hint, sizeof hint, "; did you mean '%s'?", nearest);
    return arena_text(p->arena, hint);
}
