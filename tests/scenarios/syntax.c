#include "scenarios/syntax.h"

#include <string.h>

enum {
    REPEAT_MAX = 1000000,
    COUNT_MAX = 1000000,
    FRAME_MAX = 65535,
    ECHO_MAX = 1400, /* What goes into one frame, however it is wrapped. */
};

/* How many packets, and how far apart. */
#define PROBE (OPTION_EVERY | OPTION_COUNT)

static const struct verb_syntax verbs[] = {
    { .name = "at", .verb = VERB_AT, .operands = "t" },
    { .name = "wait", .verb = VERB_WAIT, .operands = "d" },
    { .name = "repeat",
      .verb = VERB_REPEAT,
      .operands = "n",
      .number_max = REPEAT_MAX,
      .allowed = OPTION_EVERY | OPTION_VARY,
      .body = BODY_BLOCK },
    { .name = "meanwhile", .verb = VERB_MEANWHILE, .operands = "", .body = BODY_BLOCK },
    { .name = "connect",
      .verb = VERB_CONNECT,
      .operands = "abp",
      .body = BODY_LINES,
      .allowed = OPTION_FROM | OPTION_MIDSTREAM | OPTION_RESET | OPTION_UNCLOSED },
    { .name = "attempt",
      .verb = VERB_ATTEMPT,
      .operands = "abp",
      .allowed = OPTION_FROM | OPTION_COUNT },
    { .name = "refused", .verb = VERB_REFUSED, .operands = "abp", .allowed = OPTION_FROM },
    { .name = "udp",
      .verb = VERB_UDP,
      .operands = "abp",
      .body = BODY_LINES,
      .allowed = OPTION_FROM | OPTION_REFUSED },
    { .name = "ping",
      .verb = VERB_PING,
      .operands = "ab",
      .allowed = PROBE | OPTION_UNANSWERED | OPTION_SIZE | OPTION_RETURNED },
    { .name = "scan",
      .verb = VERB_SCAN,
      .operands = "ab",
      .required = OPTION_PORTS,
      .allowed = OPTION_EVERY | OPTION_OPEN | OPTION_UDP | OPTION_REFUSED },
    { .name = "sweep",
      .verb = VERB_SWEEP,
      .operands = "ax",
      .required = OPTION_PORT | OPTION_COUNT,
      .allowed = PROBE | OPTION_UDP | OPTION_REFUSED | OPTION_ANSWERED },
    { .name = "flood",
      .verb = VERB_FLOOD,
      .operands = "xb",
      .required = OPTION_PORT | OPTION_COUNT,
      .allowed = PROBE | OPTION_UDP },
    { .name = "backscatter",
      .verb = VERB_BACKSCATTER,
      .operands = "ax",
      .required = OPTION_PORT | OPTION_COUNT,
      .allowed = PROBE | OPTION_RESET },
    { .name = "hide-replies",
      .verb = VERB_HIDE_REPLIES,
      .operands = "",
      .body = BODY_BLOCK },
    { .name = "hide-requests",
      .verb = VERB_HIDE_REQUESTS,
      .operands = "",
      .body = BODY_BLOCK },
    { .name = "snap",
      .verb = VERB_SNAP,
      .operands = "n",
      .number_max = FRAME_MAX,
      .body = BODY_BLOCK },
    { .name = "fragment",
      .verb = VERB_FRAGMENT,
      .operands = "n",
      .number_max = FRAME_MAX,
      .allowed = OPTION_REVERSED | OPTION_WITHOUT,
      .body = BODY_BLOCK,
      .is_layer = true,
      .carries_ip = true },
    { .name = "vlan",
      .verb = VERB_VLAN,
      .operands = "n",
      .number_max = 4094,
      .body = BODY_BLOCK,
      .is_layer = true,
      .gives_link = true },
    { .name = "mpls",
      .verb = VERB_MPLS,
      .operands = "n",
      .number_max = 0xfffff,
      .body = BODY_BLOCK,
      .is_layer = true,
      .gives_link = true },
    { .name = "pppoe",
      .verb = VERB_PPPOE,
      .operands = "n",
      .number_max = UINT16_MAX,
      .body = BODY_BLOCK,
      .is_layer = true,
      .carries_ip = true,
      .gives_link = true },
    { .name = "ip",
      .verb = VERB_IP,
      .operands = "ab",
      .body = BODY_BLOCK,
      .is_layer = true,
      .carries_ip = true },
    { .name = "gre",
      .verb = VERB_GRE,
      .operands = "ab",
      .body = BODY_BLOCK,
      .is_layer = true,
      .carries_ip = true },
    { .name = "erspan",
      .verb = VERB_ERSPAN,
      .operands = "nab",
      .number_max = 1023,
      .body = BODY_BLOCK,
      .is_layer = true },
    { .name = "vxlan",
      .verb = VERB_VXLAN,
      .operands = "nab",
      .number_max = 0xffffff,
      .body = BODY_BLOCK,
      .is_layer = true },
    { .name = "geneve",
      .verb = VERB_GENEVE,
      .operands = "nab",
      .number_max = 0xffffff,
      .body = BODY_BLOCK,
      .is_layer = true },
    { .name = "gtp",
      .verb = VERB_GTP,
      .operands = "nab",
      .number_max = UINT32_MAX,
      .body = BODY_BLOCK,
      .is_layer = true,
      .carries_ip = true },
    { .name = "teredo",
      .verb = VERB_TEREDO,
      .operands = "ab",
      .body = BODY_BLOCK,
      .is_layer = true,
      .carries_ip = true },
};

enum { N_SYNTAXES = sizeof verbs / sizeof verbs[0] };

static bool needs_wrap(const struct verb_syntax *syntax);
static bool read_operand(struct parser *p, const struct verb_syntax *syntax, char operand,
                         struct action *action);
static bool read_options(struct parser *p, const struct token *word,
                         const struct verb_syntax *syntax, struct action *action);
static bool check_families(struct parser *p, const struct token *word,
                           const struct action *action);
static bool check_prefix(struct parser *p, const struct token *word,
                         const struct action *action);
static bool check_layer(struct parser *p, const struct token *word,
                        const struct verb_syntax *syntax);
static bool read_every(struct parser *p, struct action *action);
static bool read_vary(struct parser *p, struct action *action);
static bool read_count(struct parser *p, struct action *action);
static bool read_port(struct parser *p, struct action *action);
static bool read_ports(struct parser *p, struct action *action);
static bool read_open(struct parser *p, struct action *action);
static bool read_from(struct parser *p, struct action *action);
static bool read_without(struct parser *p, struct action *action);
static bool read_size(struct parser *p, struct action *action);
static bool read_returned(struct parser *p, struct action *action);

static const struct option_syntax {
    const char *name;
    enum option option;
    bool (*read)(struct parser *p, struct action *action); /* NULL: it has no value. */
} options[] = {
    { "every", OPTION_EVERY, read_every },
    { "vary", OPTION_VARY, read_vary },
    { "count", OPTION_COUNT, read_count },
    { "port", OPTION_PORT, read_port },
    { "ports", OPTION_PORTS, read_ports },
    { "open", OPTION_OPEN, read_open },
    { "from", OPTION_FROM, read_from },
    { "without", OPTION_WITHOUT, read_without },
    { "udp", OPTION_UDP, NULL },
    { "refused", OPTION_REFUSED, NULL },
    { "answered", OPTION_ANSWERED, NULL },
    { "unanswered", OPTION_UNANSWERED, NULL },
    { "midstream", OPTION_MIDSTREAM, NULL },
    { "reset", OPTION_RESET, NULL },
    { "unclosed", OPTION_UNCLOSED, NULL },
    { "reversed", OPTION_REVERSED, NULL },
    { "size", OPTION_SIZE, read_size },
    { "returned", OPTION_RETURNED, read_returned },
};

enum { N_OPTIONS = sizeof options / sizeof options[0] };

const struct verb_syntax *
syntax_verb(const char *name, bool is_layer)
{
    for (size_t i = 0; i < N_SYNTAXES; i++) {
        if (strcmp(verbs[i].name, name) == 0 && needs_wrap(&verbs[i]) == is_layer) {
            return &verbs[i];
        }
    }
    return NULL;
}

/* "fragment" is a layer that reads better alone. */
static bool
needs_wrap(const struct verb_syntax *syntax)
{
    return syntax->is_layer && syntax->verb != VERB_FRAGMENT;
}

size_t
syntax_verb_names(const char **names)
{
    for (size_t i = 0; i < N_SYNTAXES; i++) {
        names[i] = verbs[i].name;
    }
    return N_SYNTAXES;
}

bool
syntax_read(struct parser *p, const struct token *word, const struct verb_syntax *syntax,
            struct action *action)
{
    for (const char *operand = syntax->operands; *operand != '\0'; operand++) {
        if (!read_operand(p, syntax, *operand, action)) {
            return false;
        }
    }
    return read_options(p, word, syntax, action) && check_families(p, word, action) &&
           check_prefix(p, word, action) && check_layer(p, word, syntax);
}

static bool
read_operand(struct parser *p, const struct verb_syntax *syntax, char operand,
             struct action *action)
{
    switch (operand) {
    case 'a': /* First host. */
        return parser_host(p, &action->a);
    case 'b': /* Second host. */
        return parser_host(p, &action->b);
    case 'x': /* Prefix. */
        return parser_prefix(p, &action->prefix);
    case 'p': /* Port. */
        return parser_port(p, &action->port);
    case 'n':
        return parser_number(p, "a number", 1, syntax->number_max, &action->number);
    case 'd': /* Duration. */
        return parser_duration(p, &action->wait_ns);
    default: /* 't', time. */
        return parser_time(p, &action->time_ns);
    }
}

/* The option that the word ahead is, of those allowed here, or NULL. */
static const struct option_syntax *
option_ahead(const struct parser *p, unsigned allowed)
{
    const struct token *token = parser_peek(p);

    for (size_t i = 0; i < N_OPTIONS; i++) {
        if (token->kind == TOKEN_WORD && ((unsigned) options[i].option & allowed) != 0 &&
            strcmp(options[i].name, token->text) == 0) {
            return &options[i];
        }
    }
    return NULL;
}

static bool
read_options(struct parser *p, const struct token *word, const struct verb_syntax *syntax,
             struct action *action)
{
    const struct option_syntax *option;

    while ((option = option_ahead(p, syntax->allowed | syntax->required)) != NULL) {
        (void) parser_next(p);
        if (option->read != NULL && !option->read(p, action)) {
            return false;
        }
        action->options |= (unsigned) option->option;
    }
    for (size_t i = 0; i < N_OPTIONS; i++) {
        if (((unsigned) options[i].option & syntax->required & ~action->options) != 0) {
            return parser_error(p, word, "'%s' needs '%s'", word->text, options[i].name);
        }
    }
    return true;
}

static bool
check_families(struct parser *p, const struct token *word, const struct action *action)
{
    const bool has_prefix = action->prefix.length != 0;
    const struct ip_address first =
        action->a != NULL ? action->a->address : action->prefix.address;
    const struct ip_address second = action->b != NULL ? action->b->address
                                     : has_prefix      ? action->prefix.address
                                                       : first;

    if (ip_is_v4(first) != ip_is_v4(second)) {
        return parser_error(p, word, "'%s' needs two ends of one kind, IPv4 or IPv6",
                            word->text);
    }
    if (action->verb == VERB_TEREDO && !ip_is_v4(first)) {
        return parser_error(p, word, "'teredo' runs over IPv4");
    }
    return true;
}

static bool
check_prefix(struct parser *p, const struct token *word, const struct action *action)
{
    const unsigned host_bits = 128u - action->prefix.length;

    if (action->verb == VERB_SWEEP && host_bits < 32 && action->count >> host_bits != 0) {
        return parser_error(p, word, "the prefix has no %u hosts", action->count);
    }
    return true;
}

static bool
check_layer(struct parser *p, const struct token *word, const struct verb_syntax *syntax)
{
    const struct verb_syntax *around = NULL;

    for (size_t i = 0; p->layer != NULL && i < N_SYNTAXES; i++) {
        around = verbs[i].verb == p->layer->verb ? &verbs[i] : around;
    }
    if (around != NULL && around->carries_ip && syntax->gives_link) {
        return parser_error(p, word, "'%s' cannot stand in '%s', which carries IP only",
                            syntax->name, around->name);
    }
    return true;
}

static bool
read_every(struct parser *p, struct action *action)
{
    return parser_duration(p, &action->every_ns);
}

static bool
read_vary(struct parser *p, struct action *action)
{
    return parser_duration(p, &action->vary_ns);
}

static bool
read_count(struct parser *p, struct action *action)
{
    return parser_number(p, "a number", 1, COUNT_MAX, &action->count);
}

static bool
read_port(struct parser *p, struct action *action)
{
    return parser_port(p, &action->port);
}

static bool
read_ports(struct parser *p, struct action *action)
{
    return parser_ports(p, &action->ports);
}

static bool
read_open(struct parser *p, struct action *action)
{
    return parser_ports(p, &action->open_ports);
}

static bool
read_from(struct parser *p, struct action *action)
{
    return parser_port(p, &action->from_port);
}

static bool
read_without(struct parser *p, struct action *action)
{
    return parser_number(p, "the number of a fragment", 1, 8192, &action->without);
}

static bool
read_size(struct parser *p, struct action *action)
{
    return parser_number(p, "a number of bytes", 1, ECHO_MAX, &action->size);
}

static bool
read_returned(struct parser *p, struct action *action)
{
    return parser_number(p, "a number of bytes", 1, ECHO_MAX, &action->returned);
}
