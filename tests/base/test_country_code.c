#include "base/country_code.h"

#include "support/support.h"

static const struct code_case {
    const char *name; /* And the text. */
    bool expected;
} cases[] = {
    { "NG", true },         { "AA", true },   { "ZZ", true },   { "", false },
    { "N", false },         { "NGA", false }, { "ng", false },  { "Ng", false },
    { "nG", false },        { "N ", false },  { " NG", false }, { "4G", false },
    { "N\xc3\x89", false },
};

static void
test_code(void **state)
{
    const struct code_case *c = *state;

    assert_int_equal(country_code_is_well_formed(c->name), c->expected);
}

int
main(void)
{
    return RUN_CASES(cases, test_code);
}
