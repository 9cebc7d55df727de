#include "geo/country.h"

#include <string.h>

#include "support/support.h"

static const struct country_case {
    const char *code;
    const char *name;
    unsigned groups;
} cases[] = {
    { "NG", "Nigeria", 0 },
    { "AD", "Andorra", 0 },                   /* The table's first, ... */
    { "ZW", "Zimbabwe", COUNTRY_GROUP_LLDC }, /* ... and its last. */
    { "AF", "Afghanistan", COUNTRY_GROUP_LDC | COUNTRY_GROUP_LLDC },
    { "KI", "Kiribati", COUNTRY_GROUP_LDC | COUNTRY_GROUP_SIDS },
    { "MZ", "Mozambique", COUNTRY_GROUP_LDC },
    { "ST", "S\xc3\xa3o Tom\xc3\xa9 & Pr\xc3\xadncipe",
      COUNTRY_GROUP_SIDS },                 /* Left LDC. */
    { "BT", "Bhutan", COUNTRY_GROUP_LLDC }, /* Left LDC. */
    { "XX", NULL, 0 },
    { "", NULL, 0 },
    { "ng", NULL, 0 },
    { "NGA", NULL, 0 },
};

static void
test_country(void **state)
{
    const struct country_case *c = *state;

    assert_int_equal(country_groups(c->code), c->groups);
    if (c->name == NULL) {
        assert_null(country_name(c->code));
    } else {
        assert_string_equal(country_name(c->code), c->name);
    }
}

/* Counts of the United Nations' own lists, as of June 2026. */
static void
test_totals(void **state)
{
    unsigned n = 0, n_ldc = 0, n_lldc = 0;
    char code[3] = "";

    (void) state;
    for (code[0] = 'A'; code[0] <= 'Z'; code[0]++) {
        for (code[1] = 'A'; code[1] <= 'Z'; code[1]++) {
            n += country_name(code) != NULL;
            n_ldc += (country_groups(code) & COUNTRY_GROUP_LDC) != 0;
            n_lldc += (country_groups(code) & COUNTRY_GROUP_LLDC) != 0;
        }
    }
    assert_int_equal(n, 249); /* Codes assigned in ISO 3166-1. */
    assert_int_equal(n_ldc, 44);
    assert_int_equal(n_lldc, 32);
}

static void
test_groups(void **state)
{
    unsigned bit = 0;

    (void) state;
    assert_true(country_group_parse("ldc", &bit));
    assert_int_equal(bit, COUNTRY_GROUP_LDC);
    assert_true(country_group_parse("sids", &bit));
    assert_int_equal(bit, COUNTRY_GROUP_SIDS);
    assert_false(country_group_parse("LDC", &bit));
    assert_int_equal(bit, COUNTRY_GROUP_SIDS);
    assert_string_equal(country_group_names()[1], "lldc");
    assert_null(country_group_names()[3]);
}

int
main(void)
{
    const struct CMUnitTest others[] = {
        cmocka_unit_test(test_totals),
        cmocka_unit_test(test_groups),
    };
    const int failed = RUN_CASES(cases, test_country);

    return failed + cmocka_run_group_tests_name("others", others, NULL, NULL);
}
