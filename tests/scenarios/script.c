#include "scenarios/script.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "scenarios/parser.h"
#include "scenarios/payload.h"
#include "scenarios/syntax.h"
#include "scenarios/token.h"

enum {
    HOPS_MAX = 60,
    HOSTS_MAX = 1000,
    TTL_DEFAULT = 64, /* RFC 1700's advice, and what most systems do. */
};

struct script {
    struct arena *arena;
    const struct action *actions;
    const struct host **hosts;
    size_t n_hosts;
};

/* Where the next action of a block goes. */
struct action_list {
    const struct action *first;
    struct action *last;
};

static bool read_script_file(struct parser *p, const char *path, struct action_list *list);
static bool read_statements(struct parser *p, struct action_list *list);
static bool read_statement(struct parser *p, struct action_list *list);
static bool read_host(struct parser *p, struct action_list *list);
static bool read_include(struct parser *p, struct action_list *list);
static bool read_define(struct parser *p, struct action_list *list);
static bool read_message(struct parser *p, struct action_list *list);
static bool read_use(struct parser *p, const struct token *use,
                     const struct definition *definition, struct action_list *list);
static bool read_action(struct parser *p, const struct token *word,
                        const struct verb_syntax *syntax, struct action_list *list);
static bool read_block(struct parser *p, struct action *action,
                       const struct verb_syntax *syntax);
static bool read_lines(struct parser *p, struct action *action);
static void list_hosts(struct script *script, const struct parser *p);

/* Words that say what is, rather than what happens. */
static const struct declaration {
    const char *name;
    bool (*read)(struct parser *p, struct action_list *list);
} declarations[] = {
    { "host", read_host },
    { "include", read_include },
    { "define", read_define },
    { "message", read_message },
};

struct script *
script_read(const char *path, struct problem_list *problems)
{
    struct arena *arena = arena_new();
    struct script *script = arena_take(arena, sizeof *script);
    struct parser p = { .arena = arena, .problems = problems };
    struct action_list list = { 0 };

    script->arena = arena;
    (void) read_script_file(&p, path, &list);
    if (problem_list_n_errors(problems) > 0) {
        arena_free(arena);
        return NULL;
    }
    script->actions = list.first;
    list_hosts(script, &p);
    return script;
}

void
script_free(struct script *script)
{
    if (script != NULL) {
        arena_free(script->arena);
    }
}

const struct action *
script_actions(const struct script *script)
{
    return script->actions;
}

const struct host *
script_host(const struct script *script, size_t index)
{
    return script->hosts[index];
}

size_t
script_n_hosts(const struct script *script)
{
    return script->n_hosts;
}

static bool
read_script_file(struct parser *p, const char *path, struct action_list *list)
{
    const struct token *outer = p->at;
    bool ok = true;

    p->at = token_read(path, p->arena, p->problems);
    if (p->at != NULL) {
        (void) read_statements(p, list);
        while (p->at->kind == TOKEN_CLOSE) {
            ok = parser_error(p, p->at++, "'}' closes nothing");
            (void) read_statements(p, list);
        }
    }
    ok = ok && p->at != NULL;
    p->at = outer;
    return ok;
}

/* Reads statements up to the end of the block or file, which is not passed. */
static bool
read_statements(struct parser *p, struct action_list *list)
{
    bool ok = true;

    while (p->at->kind != TOKEN_CLOSE && p->at->kind != TOKEN_END) {
        if (p->at->kind == TOKEN_LINE) {
            p->at++;
        } else if (!read_statement(p, list)) {
            parser_skip_statement(p);
            ok = false;
        } else if (p->at->kind != TOKEN_LINE && p->at->kind != TOKEN_CLOSE) {
            ok = parser_error(p, p->at, "'%s' is one word too many", parser_peek(p)->text);
            parser_skip_statement(p);
        }
    }
    return ok;
}

/* Everything that a statement may begin with. */
static const char *
statement_hint(struct parser *p, const char *word)
{
    enum { N_DECLARATIONS = sizeof declarations / sizeof declarations[0], N_NAMES = 256 };
    const char *names[N_NAMES + 1];
    size_t n = 0;

    for (; n < N_DECLARATIONS; n++) {
        names[n] = declarations[n].name;
    }
    names[n++] = "wrap";
    n += syntax_verb_names(names + n);
    for (const struct definition *d = p->definitions; d != NULL && n < N_NAMES;
         d = d->next) {
        names[n++] = d->name;
    }
    names[n] = NULL;
    return parser_hint(p, word, names);
}

static bool
read_statement(struct parser *p, struct action_list *list)
{
    const struct token *word = parser_next(p);
    const struct definition *definition;
    const struct verb_syntax *syntax;
    bool is_layer;

    if (word->kind != TOKEN_WORD) {
        return parser_error(p, word, "an action was expected, not '%s'", word->text);
    }
    for (size_t i = 0; i < sizeof declarations / sizeof declarations[0]; i++) {
        if (strcmp(word->text, declarations[i].name) == 0) {
            return declarations[i].read(p, list);
        }
    }
    definition = parser_definition(p, word->text);
    if (definition != NULL && !definition->is_message) {
        return read_use(p, word, definition, list);
    }
    is_layer = strcmp(word->text, "wrap") == 0;
    if (is_layer) {
        word = parser_next(p);
    }
    syntax = syntax_verb(word->text, is_layer);
    if (syntax == NULL) {
        return parser_error(p, word, "there is no %s '%s'%s", is_layer ? "wrap" : "action",
                            word->text, statement_hint(p, word->text));
    }
    return read_action(p, word, syntax, list);
}

/* host NAME ADDRESS [hops N] [ttl N] */
static bool
read_host(struct parser *p, struct action_list *list)
{
    const struct token *start = p->at;
    struct host_entry *entry = arena_take(p->arena, sizeof *entry);
    uint32_t hops = 0, ttl = TTL_DEFAULT;

    (void) list;
    entry->next = p->hosts;
    if (!parser_name(p, "a host's name", &entry->host.name) ||
        !parser_address(p, &entry->host.address)) {
        return false;
    }
    while (p->at->kind == TOKEN_WORD) {
        if (parser_accept(p, "hops")) {
            if (!parser_number(p, "a number of hops", 0, HOPS_MAX, &hops)) {
                return false;
            }
        } else if (!parser_accept(p, "ttl")) {
            return parser_error(p, p->at, "'hops' or 'ttl' was expected, not '%s'",
                                parser_peek(p)->text);
        } else if (!parser_number(p, "a time to live", HOPS_MAX + 1, UINT8_MAX, &ttl)) {
            return false;
        }
    }
    for (const struct host_entry *other = p->hosts; other != NULL; other = other->next) {
        if (strcmp(other->host.name, entry->host.name) == 0) {
            return parser_error(p, start, "host '%s' is declared twice", entry->host.name);
        }
        if (ip_equal(other->host.address, entry->host.address)) {
            return parser_error(p, start, "hosts '%s' and '%s' have the same address",
                                other->host.name, entry->host.name);
        }
    }
    if (p->n_hosts >= HOSTS_MAX) {
        return parser_error(p, start, "more than %d hosts", HOSTS_MAX);
    }
    entry->host.hops = (uint8_t) hops;
    entry->host.ttl = (uint8_t) ttl;
    entry->host.index = p->n_hosts++;
    p->hosts = entry;
    return true;
}

/* include "FILE", beside the file that says so. */
static bool
read_include(struct parser *p, struct action_list *list)
{
    const struct token *token = parser_next(p);
    const char *slash = strrchr(token->file, '/');
    const int folder = slash == NULL ? 0 : (int) (slash + 1 - token->file);
    char path[4096];
    bool ok;

    if (token->kind != TOKEN_TEXT) {
        return parser_error(p, token, "a file name in quotes was expected, not '%s'",
                            token->text);
    }
    if (p->depth >= PARSER_DEPTH_MAX) {
        return parser_error(p, token, "'%s' includes itself, or too deep", token->text);
    }
    (void) snprintf(path, sizeof path, "%.*s%s", token->text[0] == '/' ? 0 : folder,
                    token->file, token->text);
    p->depth++;
    ok = read_script_file(p, path, list);
    p->depth--;
    return ok;
}

static bool
read_definition(struct parser *p, bool is_message)
{
    const struct token *start = p->at;
    struct definition *definition = arena_take(p->arena, sizeof *definition);

    definition->is_message = is_message;
    definition->next = p->definitions;
    if (!parser_name(p, "a name", &definition->name)) {
        return false;
    }
    while (p->at->kind == TOKEN_WORD) {
        if (definition->n_parameters == DEFINITION_PARAMETERS_MAX) {
            return parser_error(p, p->at, "more than %d parameters",
                                DEFINITION_PARAMETERS_MAX);
        }
        definition->parameters[definition->n_parameters++] = parser_next(p)->text;
    }
    if (!parser_open(p, definition->name)) {
        return false;
    }
    definition->body = p->at;
    if (!parser_skip_block(p)) {
        return parser_error(p, start, "the block of '%s' is not closed by '}'",
                            definition->name);
    }
    if (parser_definition(p, definition->name) != NULL ||
        syntax_verb(definition->name, false) != NULL) {
        return parser_error(p, start, "'%s' is there already", definition->name);
    }
    p->definitions = definition;
    return true;
}

/* define NAME PARAMETER... { statements } */
static bool
read_define(struct parser *p, struct action_list *list)
{
    (void) list;
    return read_definition(p, false);
}

/* message NAME PARAMETER... { payload items } */
static bool
read_message(struct parser *p, struct action_list *list)
{
    (void) list;
    return read_definition(p, true);
}

/* Reads the definition's body as if it stood here. */
static bool
read_use(struct parser *p, const struct token *use, const struct definition *definition,
         struct action_list *list)
{
    const struct frame *outer = p->frame;
    const struct token *after;
    struct frame frame;
    bool ok;

    if (!parser_arguments(p, use, definition, &frame)) {
        return false;
    }
    after = p->at;
    p->at = definition->body;
    p->frame = &frame;
    p->depth++;
    ok = read_statements(p, list);
    p->depth--;
    p->frame = outer;
    p->at = after;
    return ok;
}

static bool
read_action(struct parser *p, const struct token *word, const struct verb_syntax *syntax,
            struct action_list *list)
{
    struct action *action = arena_take(p->arena, sizeof *action);
    bool ok;

    action->verb = syntax->verb;
    ok = syntax_read(p, word, syntax, action);
    if (!ok && syntax->body != BODY_BLOCK) {
        return false;
    }
    while (!ok && p->at->kind != TOKEN_OPEN) { /* The block has its own mistakes to show. */
        if (p->at->kind == TOKEN_LINE || p->at->kind == TOKEN_END) {
            return false;
        }
        p->at++;
    }
    if (syntax->body == BODY_BLOCK) {
        ok = read_block(p, action, syntax) && ok;
    } else if (syntax->body == BODY_LINES) {
        ok = read_lines(p, action);
    }
    if (list->last == NULL) {
        list->first = action;
    } else {
        list->last->next = action;
    }
    list->last = action;
    return ok;
}

static bool
read_block(struct parser *p, struct action *action, const struct verb_syntax *syntax)
{
    const struct action *outer = p->layer;
    const struct token *start = p->at;
    struct action_list list = { 0 };
    bool ok;

    if (!parser_open(p, syntax->name)) {
        return false;
    }
    p->layer = syntax->is_layer ? action : p->layer;
    ok = read_statements(p, &list);
    p->layer = outer;
    action->block = list.first;
    if (p->at->kind != TOKEN_CLOSE) {
        return parser_error(p, start, "the block of '%s' is not closed by '}'",
                            syntax->name);
    }
    p->at++;
    return ok;
}

enum { LINE_REPEAT_MAX = 100000, DATAGRAM_MAX = 60000, STREAM_LINE_MAX = 4 * 1024 * 1024 };

/* The payload of one line: items up to the next word of the dialogue, or the line's end. */
static bool
read_payload(struct parser *p, enum verb verb, struct line *line)
{
    const size_t n_max = verb == VERB_UDP ? DATAGRAM_MAX : STREAM_LINE_MAX;
    const struct token *start = p->at;
    struct buffer bytes = { 0 };
    const struct token *token;
    bool ok;

    do {
        ok = payload_item(p, &bytes);
        token = parser_peek(p);
    } while (ok &&
             (token->kind == TOKEN_TEXT ||
              (token->kind == TOKEN_WORD && strcmp(token->text, "send") != 0 &&
               strcmp(token->text, "reply") != 0 && strcmp(token->text, "wait") != 0 &&
               strcmp(token->text, "repeat") != 0)));
    if (ok && bytes.n > n_max) {
        ok = parser_error(p, start, "%zu bytes are more than '%s' takes at once", bytes.n,
                          verb == VERB_UDP ? "udp" : "connect");
    }
    if (ok && bytes.n > 0) {
        line->bytes = memcpy(arena_take(p->arena, bytes.n), bytes.bytes, bytes.n);
        line->n_bytes = bytes.n;
    }
    buffer_fini(&bytes);
    return ok;
}

static bool
read_line(struct parser *p, enum verb verb, struct line *line)
{
    if (parser_accept(p, "wait")) {
        line->kind = LINE_WAIT;
        return parser_duration(p, &line->wait_ns);
    }
    if (parser_accept(p, "reply")) {
        line->kind = LINE_REPLY;
    } else if (parser_accept(p, "send")) {
        line->kind = LINE_SEND;
    } else {
        return parser_error(p, parser_peek(p),
                            "'send', 'reply', 'wait' or 'repeat' was expected, not '%s'",
                            parser_peek(p)->text);
    }
    return read_payload(p, verb, line);
}

/* Lines that are being read, oldest first. */
struct line_list {
    const struct line *first;
    const struct line **next;
};

static bool read_braced(struct parser *p, enum verb verb, struct line_list *list);

/* Lines several times over: "repeat 3 { send 10 wait 1s }". */
static bool
read_repeat(struct parser *p, enum verb verb, struct line_list *list)
{
    struct line_list block = { .next = &block.first };
    uint32_t n;

    if (!parser_number(p, "a number of times", 1, LINE_REPEAT_MAX, &n)) {
        return false;
    }
    if (p->at->kind != TOKEN_OPEN) {
        return parser_error(p, p->at, "'{' was expected after 'repeat'");
    }
    if (!read_braced(p, verb, &block)) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        for (const struct line *line = block.first; line != NULL; line = line->next) {
            struct line *copy = arena_take(p->arena, sizeof *copy);

            *copy = *line;
            copy->next = NULL;
            *list->next = copy;
            list->next = &copy->next;
        }
    }
    return true;
}

/* Reads lines up to the end of the block or, outside braces, of the line. */
static bool
read_list(struct parser *p, enum verb verb, bool in_braces, struct line_list *list)
{
    bool ok = true;

    while (p->at->kind != TOKEN_END && p->at->kind != TOKEN_CLOSE &&
           (in_braces || p->at->kind != TOKEN_LINE)) {
        struct line *line;

        if (p->at->kind == TOKEN_LINE) {
            p->at++;
            continue;
        }
        if (parser_accept(p, "repeat")) {
            ok &= read_repeat(p, verb, list);
            continue;
        }
        line = arena_take(p->arena, sizeof *line);
        if (!read_line(p, verb, line)) {
            parser_skip_statement(p);
            ok = false;
        }
        *list->next = line;
        list->next = &line->next;
    }
    return ok;
}

/* The lines in braces, of which the first is at hand. */
static bool
read_braced(struct parser *p, enum verb verb, struct line_list *list)
{
    const struct token *start = p->at++;
    const bool ok = read_list(p, verb, true, list);

    if (p->at->kind != TOKEN_CLOSE) {
        return parser_error(p, start, "a block is not closed by '}'");
    }
    p->at++;
    return ok;
}

/* What is said: on the line of the action, or in braces, a line each. */
static bool
read_lines(struct parser *p, struct action *action)
{
    struct line_list list = { .next = &action->lines };

    return p->at->kind == TOKEN_OPEN ? read_braced(p, action->verb, &list)
                                     : read_list(p, action->verb, false, &list);
}

static void
list_hosts(struct script *script, const struct parser *p)
{
    script->n_hosts = p->n_hosts;
    script->hosts = arena_take(p->arena, (p->n_hosts + 1) * sizeof *script->hosts);
    for (const struct host_entry *entry = p->hosts; entry != NULL; entry = entry->next) {
        script->hosts[entry->host.index] = &entry->host;
    }
}
