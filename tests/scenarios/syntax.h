#ifndef TESTS_SCENARIOS_SYNTAX_H
#define TESTS_SCENARIOS_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>

#include "scenarios/parser.h"
#include "scenarios/script.h"

/* What each action looks like: one table. */

enum body { BODY_NONE, BODY_LINES, BODY_BLOCK };

struct verb_syntax {
    const char *name;
    enum verb verb;
    const char *operands; /* Letters of the operand table in syntax.c, in order. */
    unsigned allowed;     /* Bits of enum option. */
    unsigned required;
    enum body body;
    uint32_t number_max; /* Of operand 'n'. */
    bool is_layer;       /* Stands after "wrap". */
    bool carries_ip;     /* A layer that takes IP packets and nothing else. */
    bool gives_link;     /* A layer whose result is no IP packet. */
};

/* The syntax of a word, after "wrap" or not; NULL if there is none. */
const struct verb_syntax *syntax_verb(const char *name, bool is_layer);

/* Puts the names of all actions and layers, N_VERBS, into 'names'; returns how many. */
size_t syntax_verb_names(const char **names);

/* Reads what follows the word up to its body into 'action'. */
bool syntax_read(struct parser *p, const struct token *word,
                 const struct verb_syntax *syntax, struct action *action);

#endif
