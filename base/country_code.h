#ifndef BASE_COUNTRY_CODE_H
#define BASE_COUNTRY_CODE_H

#include <stdbool.h>

/* Does it have the form of an ISO 3166-1 alpha-2 code: two capital letters? */
bool country_code_is_well_formed(const char *text);

#endif
