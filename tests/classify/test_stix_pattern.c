#include "classify/list/stix_pattern.h"

#include <string.h>

#include "support/support.h"

static const struct pattern_case {
    const char *name; /* The pattern. */
    const char *read; /* Comparisons, and how it ends. */
} cases[] = {
    { "[domain-name:value = 'a.example']", "domain-name:value=a.example; end" },
    { "  [ domain-name:value='a.example' ]  ", "domain-name:value=a.example; end" },
    { "[ipv4-addr:value == '192.0.2.1']", "ipv4-addr:value=192.0.2.1; end" },
    { "[ipv4-addr:value = '192.0.2.1' OR ipv4-addr:value = '192.0.2.2']",
      "ipv4-addr:value=192.0.2.1; ipv4-addr:value=192.0.2.2; end" },
    { "[a:b = '1'] OR [c:d = '2']", "a:b=1; c:d=2; end" },
    { "([a:b = '1'] OR [c:d = '2'])", "a:b=1; c:d=2; end" },
    { "[(a:b = '1') OR (c:d = '2' OR e:f = '3')]", "a:b=1; c:d=2; e:f=3; end" },
    { "[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')]",
      "ipv4-addr:value=192.0.2.1; ipv4-addr:value=192.0.2.2; end" },
    { "[a:b IN ('1') OR c:d IN ('2','3')]", "a:b=1; c:d=2; c:d=3; end" },
    { "[ipv4-addr:value ISSUBSET '192.0.2.0/24']", "ipv4-addr:value=192.0.2.0/24; end" },
    { "[file:hashes.'SHA-256' = 'aa']", "file:hashes.'SHA-256'=aa; end" },
    { "[a:b[*].c = 'x']", "a:b[*].c=x; end" },
    { "[a:b = 'it\\'s \\\\']", "a:b=it's \\; end" },
    { "[a:b = 5 OR a:c = true OR a:d = t'2026-01-01T00:00:00Z']", "a:b=; a:c=; a:d=; end" },
    { "[a:b = 'x'] AND [c:d = 'y']", "a:b=x; other AND" },
    { "[a:b = 'x' AND c:d = 'y']", "a:b=x; other AND" },
    { "[a:b = 'x'] FOLLOWEDBY [c:d = 'y']", "a:b=x; other FOLLOWEDBY" },
    { "[a:b = 'x'] WITHIN 5 SECONDS", "a:b=x; other WITHIN" },
    { "[a:b LIKE '%x']", "other LIKE" },
    { "[a:b MATCHES '^x']", "other MATCHES" },
    { "[a:b != 'x']", "other !=" },
    { "[a:b > 5]", "other >" },
    { "[a:b NOT IN ('x')]", "other NOT" },
    { "[NOT a:b = 'x']", "other NOT or EXISTS" },
    { "[EXISTS a:b]", "other NOT or EXISTS" },
    { "", "wrong" },
    { "[]", "wrong" },
    { "[a:b]", "wrong" },
    { "[a:b =]", "wrong" },
    { "[a:b = 'x'", "a:b=x; wrong" },
    { "[a:b = 'x", "wrong" },
    { "[a:b = 'x\\", "wrong" },
    { "[a:b = 'x' OR]", "a:b=x; wrong" },
    { "[a:b = 'x']]", "a:b=x; wrong" },
    { "[a:b = 'x'] OR", "a:b=x; wrong" },
    { "[a:b IN 'x']", "wrong" },
    { "[a:b IN ()]", "wrong" },
    { "[a:b IN ('x' 'y')]", "wrong" },
    { "[a:b IN ('x',)]", "a:b=x; wrong" },
    { "[a:'b = 'x']", "wrong" },
    { "a:b = 'x'", "wrong" },
    { "alert tcp any any", "wrong" },
};

static void
test_pattern(void **state)
{
    const struct pattern_case *c = *state;
    struct stix_pattern pattern = { .at = c->name };
    char read[512] = "";

    for (;;) {
        switch (stix_pattern_next(&pattern)) {
        case STIX_COMPARISON:
            strcat(strcat(strcat(read, pattern.path), "="), pattern.value);
            strcat(read, "; ");
            continue;
        case STIX_END:
            strcat(read, "end");
            break;
        case STIX_OTHER:
            strcat(strcat(read, "other "), pattern.path);
            break;
        case STIX_WRONG:
            strcat(read, "wrong");
            break;
        }
        break;
    }
    assert_string_equal(read, c->read);
}

/* A text that does not fit is as good as none, and a path is cut. */
static void
test_long(void **state)
{
    char text[STIX_VALUE_SIZE + 128] = "[";
    struct stix_pattern pattern = { .at = text };

    (void) state;
    memset(text + 1, 'a', STIX_PATH_SIZE);
    strcpy(text + 1 + STIX_PATH_SIZE, "='");
    memset(text + strlen(text), 'b', STIX_VALUE_SIZE);
    strcat(text, "']");
    assert_int_equal(stix_pattern_next(&pattern), STIX_COMPARISON);
    assert_int_equal(strlen(pattern.path), STIX_PATH_SIZE - 1);
    assert_string_equal(pattern.value, "");
    assert_int_equal(stix_pattern_next(&pattern), STIX_END);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_long) };

    return RUN_CASES(cases, test_pattern) + cmocka_run_group_tests(tests, NULL, NULL);
}
