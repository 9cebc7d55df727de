#ifndef RULES_RULE_PARSE_H
#define RULES_RULE_PARSE_H

#include "base/config.h"
#include "rules/rule.h"
#include "rules/rule_value.h"

/* Rules in the order in which they were read. */
struct rule_array {
    struct rule **items; /* The rules live in the context's arena, the array is malloc'd. */
    size_t n, capacity;
};

/* Reads "rules = ( {...}, ... );" from the root of a file, whose rules are of 'family'.
 * Everything wrong goes to the context's problems with file, line and rule.  A rule that
 * has an id is added even if something else is wrong with it, so that a second one of that
 * id is noticed; it asks for no observation then. */
void rule_parse(const struct config_node *root, const char *family,
                const struct rule_context *context, struct rule_array *rules);

#endif
