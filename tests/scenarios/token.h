#ifndef TESTS_SCENARIOS_TOKEN_H
#define TESTS_SCENARIOS_TOKEN_H

#include <stddef.h>

#include "base/memory.h"
#include "base/problem.h"

/* The words of a script.  '#' begins a comment; a text stands in double quotes and knows
 * \n \r \t \" \\ \xHH; braces are tokens of their own; a line ends a statement. */
enum token_kind { TOKEN_WORD, TOKEN_TEXT, TOKEN_OPEN, TOKEN_CLOSE, TOKEN_LINE, TOKEN_END };

struct token {
    enum token_kind kind;
    const char *text; /* As written; of a TOKEN_TEXT, without quotes and escapes. */
    size_t length;    /* Bytes of it: a TOKEN_TEXT may hold zeros. */
    const char *file;
    unsigned line;
};

/* Reads a file into tokens, the last one TOKEN_END; they live in 'arena'.  NULL if it
 * cannot be opened; mistakes in it go to 'problems' and reading goes on. */
const struct token *token_read(const char *path, struct arena *arena,
                               struct problem_list *problems);

#endif
