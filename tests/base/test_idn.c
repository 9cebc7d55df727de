#include "base/idn.h"

#include <string.h>

#include "support/support.h"

static const struct idn_case {
    const char *name;  /* In UTF-8. */
    const char *ascii; /* NULL: it is none. */
} cases[] = {
    { "b\xc3\xbc"
      "cher.example",
      "xn--bcher-kva.example" },
    { "B\xc3\x9c"
      "CHER.Example",
      "xn--bcher-kva.example" },
    { "bu\xcc\x88"
      "cher.example",
      "xn--bcher-kva.example" },                    /* With a combining mark. */
    { "fa\xc3\x9f.example", "xn--fa-hia.example" }, /* UTS #46, not IDNA2003. */
    { "\xe4\xbe\x8b\xe3\x81\x88.\xe3\x83\x86\xe3\x82\xb9\xe3\x83\x88",
      "xn--r8jz45g.xn--zckzah" }, /* "example" and "test" in Japanese. */
    { "a.example", "a.example" },
    { "\xc3\x28.example", NULL }, /* Not UTF-8. */
    { "\xe2\x98\x83\xef\xbf\xbd.example", NULL },
};

static void
test_idn(void **state)
{
    const struct idn_case *c = *state;
    char ascii[IDN_NAME_MAX + 1] = "unchanged";

    assert_int_equal(idn_to_ascii(c->name, ascii), c->ascii != NULL);
    assert_string_equal(ascii, c->ascii != NULL ? c->ascii : "unchanged");
}

/* Letters that take several bytes in UTF-8, and a name that is too long in the DNS. */
static void
test_long(void **state)
{
    char name[1024] = "", ascii[IDN_NAME_MAX + 1];

    (void) state;
    for (unsigned i = 0; i < 100; i++) {
        strcat(name, "\xc3\xbc"
                     "a.");
    }
    strcat(name, "example");
    assert_false(idn_to_ascii(name, ascii));
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_long) };

    return RUN_CASES(cases, test_idn) + cmocka_run_group_tests(tests, NULL, NULL);
}
