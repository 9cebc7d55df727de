#ifndef TESTS_SCENARIOS_PARSER_H
#define TESTS_SCENARIOS_PARSER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/problem.h"
#include "scenarios/script.h"
#include "scenarios/token.h"

/* What reading a script shares: where it stands, what was declared, and the values it is
 * made of.
 *
 * A function that meets a mistake adds one problem and returns false; whoever reads a whole
 * statement then goes on with the next one. */

enum { DEFINITION_PARAMETERS_MAX = 8 };

/* A "define" or a "message": tokens that are read again at each use. */
struct definition {
    const char *name;
    bool is_message;
    unsigned n_parameters;
    const char *parameters[DEFINITION_PARAMETERS_MAX];
    const struct token *body; /* After its opening brace. */
    const struct definition *next;
};

/* A use of a definition: "$name" in its body stands for an argument. */
struct frame {
    const struct definition *definition;
    const struct token *arguments[DEFINITION_PARAMETERS_MAX];
};

struct host_entry {
    struct host host;
    struct host_entry *next; /* The one declared before. */
};

struct parser {
    struct arena *arena;
    struct problem_list *problems;
    const struct token *at;
    const struct frame *frame;            /* NULL outside a definition's body. */
    unsigned depth;                       /* Of includes and uses of definitions. */
    const struct definition *definitions; /* The newest first. */
    struct host_entry *hosts;             /* The newest first. */
    uint32_t n_hosts;
    const struct action *layer; /* The innermost one around what is read, or NULL. */
};

/* How deep includes and uses of definitions may go. */
enum { PARSER_DEPTH_MAX = 16 };

/* Adds a problem once, at the place of 'token'.  Returns false. */
bool parser_error(struct parser *p, const struct token *token, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The token ahead, an argument in place of its "$name"; parser_next() also passes it. */
const struct token *parser_peek(const struct parser *p);
const struct token *parser_next(struct parser *p);

/* Passes the word ahead if it is 'word'. */
bool parser_accept(struct parser *p, const char *word);

/* Goes to the end of the line, or to the brace that closes before it; braces that open on
 * the way are passed with all that is in them. */
void parser_skip_statement(struct parser *p);

/* Goes past the brace that closes what is open at this point; false at the file's end. */
bool parser_skip_block(struct parser *p);

/* Passes an opening brace; what the parser was reading is 'what'. */
bool parser_open(struct parser *p, const char *what);

/* Each passes one token and gives its value. */
bool parser_name(struct parser *p, const char *what, const char **ret);
bool parser_number(struct parser *p, const char *what, uint32_t min, uint32_t max,
                   uint32_t *ret);
bool parser_port(struct parser *p, uint16_t *ret);
bool parser_ports(struct parser *p, const struct port_set **ret);
bool parser_duration(struct parser *p, uint64_t *ret_ns);
bool parser_time(struct parser *p, uint64_t *ret_ns); /* A time of day counts from 0. */
bool parser_address(struct parser *p, struct ip_address *ret);
bool parser_address_of(struct parser *p, struct ip_address *ret); /* Or a host's name. */
bool parser_prefix(struct parser *p, struct ip_prefix *ret);
bool parser_host(struct parser *p, const struct host **ret);

/* The definition called 'name', or NULL. */
const struct definition *parser_definition(const struct parser *p, const char *name);

/* Fills 'frame' with the arguments ahead.  'use' is the token that named 'definition'. */
bool parser_arguments(struct parser *p, const struct token *use,
                      const struct definition *definition, struct frame *frame);

/* The known word nearest to 'text', in a form to end a message with: "; did you mean
 * 'sweep'?", or "". */
const char *parser_hint(struct parser *p, const char *text, const char *const *known);

#endif
