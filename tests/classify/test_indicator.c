#include "classify/list/indicator.h"

#include <stdio.h>
#include <string.h>

#include "support/support.h"

/* What a text is read as: the kind, what it is, and of a domain "+" for itself and "*" for
 * what lies below it. */
static const struct indicator_case {
    const char *name; /* The text. */
    const char *read; /* "": nothing. */
} cases[] = {
    { "192.0.2.1", "addresses 192.0.2.1/32" },
    { "192.0.2.1:443", "addresses 192.0.2.1/32" },
    { "192.0.2.1:", "addresses 192.0.2.1/32" },
    { "192.0.2.1:x", "" },
    { "192.0.2.1:65535", "addresses 192.0.2.1/32" },
    { "192.0.2.1:65536", "" },
    { "192.0.2.1:4711111", "" },
    { " \t192.0.2.1 ", "addresses 192.0.2.1/32" },
    { "192.0.2.1/32", "addresses 192.0.2.1/32" },
    { "192.0.2.0/24", "prefixes 192.0.2.0/24" },
    { "192.0.2.0/33", "" },
    { "192.0.2.1/24", "host bits, 192.0.2.0/24" },
    { "192.0.2.256", "" },
    { "192.0.2", "" },
    { "1.2.3.4.5", "" },
    { "2001:DB8::1", "addresses 2001:db8::1/128" },
    { "[2001:db8::1]", "addresses 2001:db8::1/128" },
    { "[2001:db8::1]:443", "addresses 2001:db8::1/128" },
    { "[2001:db8::1]443", "" },
    { "[2001:db8::1", "" },
    { "2001:db8::/32", "prefixes 2001:db8::/32" },
    { "::ffff:192.0.2.1", "addresses 192.0.2.1/32" },
    { "http://192.0.2.1", "addresses 192.0.2.1/32" },
    { "http://192.0.2.1:8080/a", "addresses 192.0.2.1/32" },
    { "https://[2001:db8::1]:8080/a", "addresses 2001:db8::1/128" },
    { "192.0.2.1:8080/a", "addresses 192.0.2.1/32" },
    { "192.0.2.1/a", "addresses 192.0.2.1/32" },
    { "a.example", "domains a.example+*" },
    { "A.Example.", "domains a.example+*" },
    { ".a.example", "domains a.example+*" },
    { "*.a.example", "domains a.example*" },
    { "*.example", "domains example*" },
    { ".example", "domains example+*" },
    { "example", "" },
    { "*", "" },
    { ".", "" },
    { "", "" },
    { " ", "" },
    { "*a.example", "" },
    { "a.*.example", "" },
    { "a..example", "" },
    { "..a.example", "" },
    { "a.example..", "" },
    { "_dmarc.a.example", "domains _dmarc.a.example+*" },
    { "xn--BCHER-kva.example", "domains xn--bcher-kva.example+*" },
    { "b\xc3\xbc"
      "cher.example",
      "domains xn--bcher-kva.example+*" },
    { "b\xfc"
      "cher.example",
      "" },
    { "a b.example", "" },
    { "a.example:443", "domains a.example+*" },
    { "a.example:http", "" },
    { "a.1", "" },
    { "a.b1", "domains a.b1+*" },
    { "dead.beef", "domains dead.beef+*" },
    { "http://a.example", "domains a.example+" },
    { "HTTPS://user:secret@A.example:8443/x?y#z", "domains a.example+" },
    { "http://a.example?b@c.example", "domains a.example+" },
    { "a.example/b/c", "domains a.example+" },
    { "http://", "" },
    { "http:///a", "" },
    { "://a.example", "" },
    { "user@a.example", "" },
    { "t13d1516h2_8daaf6152771_b186095e22b6",
      "JA4 fingerprints t13d1516h2_8daaf6152771_b186095e22b6" },
    { "q13i0310h3_55b375c5d22e_cd85d2d88918",
      "JA4 fingerprints q13i0310h3_55b375c5d22e_cd85d2d88918" },
    { "t00i000000_000000000000_000000000000",
      "JA4 fingerprints t00i000000_000000000000_000000000000" },
    { "t13d1516h2_8daaf6152771_b186095e22b", "" },
    { "t13d1516h2_8daaf6152771_b186095e22bg", "" },
    { "x13d1516h2_8daaf6152771_b186095e22b6", "" },
    { "t13d1516h2-8daaf6152771-b186095e22b6", "" },
    { "e7d705a3286e19ea42f587b344ee6865", "" }, /* A JA3. */
};

static void
test_indicator(void **state)
{
    const struct indicator_case *c = *state;
    char read[512] = "", prefix[IP_PREFIX_TEXT_SIZE];
    struct indicator indicator;

    switch (indicator_read(c->name, strlen(c->name), &indicator)) {
    case INDICATOR_NONE:
        break;
    case INDICATOR_HOST_BITS:
        (void) snprintf(read, sizeof read, "host bits, %s",
                        ip_prefix_format(indicator.prefix, prefix));
        break;
    case INDICATOR_OK:
        if (indicator.kind == INDICATOR_ADDRESS || indicator.kind == INDICATOR_PREFIX) {
            (void) snprintf(read, sizeof read, "%s %s", indicator_kind_text(indicator.kind),
                            ip_prefix_format(indicator.prefix, prefix));
        } else {
            const unsigned scope = indicator.kind == INDICATOR_DOMAIN ? indicator.scope : 0;

            (void) snprintf(read, sizeof read, "%s %s%s%s",
                            indicator_kind_text(indicator.kind), indicator.name,
                            (scope & DOMAIN_ITSELF) != 0 ? "+" : "",
                            (scope & DOMAIN_BELOW) != 0 ? "*" : "");
        }
        break;
    }
    assert_string_equal(read, c->read);
}

/* Labels and names up to their longest. */
static void
test_lengths(void **state)
{
    struct indicator indicator;
    char name[2048];

    (void) state;
    memset(name, 'a', sizeof name);
    memcpy(name + 63, ".example", sizeof ".example");
    assert_int_equal(indicator_read(name, strlen(name), &indicator), INDICATOR_OK);
    memset(name, 'a', sizeof name);
    memcpy(name + 64, ".example", sizeof ".example");
    assert_int_equal(indicator_read(name, strlen(name), &indicator), INDICATOR_NONE);
    memset(name, 'a', sizeof name);
    for (size_t i = 1; i < sizeof name; i += 2) {
        name[i] = '.';
    }
    assert_int_equal(indicator_read(name, IDN_NAME_MAX, &indicator), INDICATOR_OK);
    assert_int_equal(strlen(indicator.name), IDN_NAME_MAX);
    assert_int_equal(indicator_read(name, IDN_NAME_MAX + 2, &indicator), INDICATOR_NONE);
    assert_int_equal(indicator_read(name, sizeof name, &indicator), INDICATOR_NONE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_lengths) };

    return RUN_CASES(cases, test_indicator) + cmocka_run_group_tests(tests, NULL, NULL);
}
