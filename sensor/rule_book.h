#ifndef SENSOR_RULE_BOOK_H
#define SENSOR_RULE_BOOK_H

#include <stdio.h>

#include "rules/rule_set.h"
#include "rules/statement.h"

/* Writes all rules as Markdown, by concern, in the order of the Statement: of each what it
 * asks for, what it sees and cannot mean, how it is tuned, and its ATT&CK techniques.  A
 * rule that cites several concerns is described under the first and named under the others.
 */
void rule_book_write(const struct statement *statement, const struct rule_set *rules,
                     FILE *out);

#endif
