#ifndef RULES_STATEMENT_H
#define RULES_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"

/* The catalogue of concerns of the Joint Statement on ICTs (UN Security Council open
 * debate, 20 June 2024), as conf/statement.conf has it: what a rule may cite, what network
 * evidence can support it, and what must never be claimed. */
struct statement;

/* Whether a concern can be seen on the wire. */
enum observability {
    OBSERVABLE_DIRECT, /* As traffic. */
    OBSERVABLE_PROXY,  /* Only through an outside list or an operator's choice. */
    OBSERVABLE_NOT,    /* Not at all: context, never citable by a rule. */
};

struct concern {
    const char *id;     /* "JS-P4-ENERGY": stable, never renumbered. */
    unsigned paragraph; /* Of the Statement, 1 to 10. */
    const char *title;
    const char *paraphrase; /* One sentence in our words. */
    enum observability observable;
    bool citable;         /* A rule may cite it. */
    const char *evidence; /* What traffic can support. */
    const char *limits;   /* What cannot be observed, and must not be claimed. */
    const char *norms;  /* Letters of the norms of A/70/174 para 13 nearest to it, or "". */
    const char *attack; /* ATT&CK techniques often seen with it, or "". */
};

/* Reads the catalogue; NULL with the reasons in 'problems' if anything is wrong. */
struct statement *statement_new(const char *path, struct problem_list *problems);

/* The same from a text; 'name' stands for the file in messages. */
struct statement *statement_new_text(const char *text, const char *name,
                                     struct problem_list *problems);
void statement_free(struct statement *statement);

size_t statement_n(const struct statement *statement);
const struct concern *statement_at(const struct statement *statement, size_t index);

/* The concern called 'id', or NULL. */
const struct concern *statement_find(const struct statement *statement, const char *id);

/* All ids, ending with NULL: for "did you mean". */
const char *const *statement_ids(const struct statement *statement);

/* The Statement's paragraphs: 1 to 10, one line each in our words; NULL beyond. */
const char *statement_paragraph(const struct statement *statement, unsigned number);

const char *
observability_name(enum observability observable); /* "direct", "proxy", "no". */

/* True for the id of an ATT&CK technique, "T1595", or of a part of one, "T1090.003". */
bool attack_is_technique(const char *text);

#endif
