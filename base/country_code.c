#include "base/country_code.h"

static bool
is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

bool
country_code_is_well_formed(const char *text)
{
    return is_capital(text[0]) && is_capital(text[1]) && text[2] == '\0';
}
