#ifndef RULES_RULE_VALUE_H
#define RULES_RULE_VALUE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/config.h"
#include "base/memory.h"
#include "base/problem.h"
#include "classify/list/indicator_list.h"
#include "rules/rule_field.h"
#include "rules/statement.h"

/* The values in a rule's conditions, as text: how each kind of field is read and written.
 * A value is one item or a list of them; a number (size, duration) is an item "N", "N-M" or
 * { min = N; max = M; } of which either end may be left out. */

/* What reading needs to know. */
struct rule_context {
    struct arena *arena; /* Where what was read is kept. */
    const struct statement *statement;
    const struct indicator_lists *lists; /* NULL: none is configured. */
    struct problem_list *problems;
};

/* Reads the value of 'condition', whose field and negation are set.  Every item that is
 * wrong is an error; returns false if any was. */
bool rule_value_read(const struct config_node *node, const struct rule_context *context,
                     struct rule_condition *condition);

/* Writes a condition as text: "asset.sector is energy or finance". */
void rule_condition_write(const struct rule_condition *condition, FILE *out);

#endif
