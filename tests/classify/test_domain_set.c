#include "classify/list/domain_set.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timestamp.h"
#include "classify/list/indicator.h"
#include "support/support.h"

enum { BOTH = DOMAIN_ITSELF | DOMAIN_BELOW };

/* What is on lists 0, 1, ... */
static const struct {
    const char *domain;
    unsigned scope;
} listed[] = {
    { "evil.example", BOTH },
    { "a.evil.example", DOMAIN_ITSELF },
    { "below.example", DOMAIN_BELOW },
    { "itself.example", DOMAIN_ITSELF },
    { "onion", BOTH },
    { "a-label-of-more-than-eight-bytes.and-another-one.example", BOTH },
    { "12345678a.example", BOTH },
};

static const struct domain_case {
    const char *name;
    uint64_t lists;
} cases[] = {
    { "evil.example", 1 },
    { "www.evil.example", 1 },
    { "a.b.c.d.evil.example", 1 },
    { "notevil.example", 0 },
    { "evil.example.com", 0 },
    { "evilexample", 0 },
    { "example", 0 },
    { "evil", 0 },
    { "a.evil.example", 3 },
    { "b.a.evil.example", 1 },
    { "below.example", 0 },
    { "x.below.example", 4 },
    { "itself.example", 8 },
    { "x.itself.example", 0 },
    { "onion", 16 },
    { "x.y.onion", 16 },
    { "xonion", 0 },
    { "a-label-of-more-than-eight-bytes.and-another-one.example", 32 },
    { "x.a-label-of-more-than-eight-bytes.and-another-one.example", 32 },
    { "a-label-of-more-than-eight-byteS.and-another-one.example", 0 },
    { "a-label-.of-more-than-eight-bytes.and-another-one.example", 0 },
    { "a-label-of-more-than-eight-bytes.and-anot.her-one.example", 0 },
    { "12345678a.example", 64 },
    { "a.12345678.example", 0 }, /* The same words of eight bytes. */
    { "", 0 },
    { ".", 0 },
    { "..", 0 },
    { ".evil.example", 1 },
};

static void
test_domain(void **state)
{
    const struct domain_case *c = *state;
    struct domain_gathering gathering = { 0 };
    struct domain_set *set;

    for (unsigned i = 0; i < N_ELEMENTS(listed); i++) {
        domain_gathering_add(&gathering, listed[i].domain, listed[i].scope, i);
    }
    set = domain_set_new(&gathering);
    assert_true(domain_set_lookup(set, c->name) == c->lists);
    domain_set_free(set);
}

static void
test_empty(void **state)
{
    struct domain_gathering gathering = { 0 };
    struct domain_set *set = domain_set_new(&gathering);

    (void) state;
    assert_true(domain_set_lookup(set, "a.example") == 0);
    domain_set_free(set);
    domain_set_free(NULL);
}

/* The longest name there is, of as many labels as there can be, and one that is longer. */
static void
test_long(void **state)
{
    struct domain_gathering gathering = { 0 };
    struct domain_set *set;
    char name[1024] = "a";

    (void) state;
    while (strlen(name) < IDN_NAME_MAX - 1) {
        strcat(name, ".b");
    }
    domain_gathering_add(&gathering, name, BOTH, 3);
    set = domain_set_new(&gathering);
    assert_true(domain_set_lookup(set, name) == 8);
    assert_true(domain_set_lookup(set, name + 2) == 0);
    memset(name, '.', sizeof name - 1);
    (void) domain_set_lookup(set, name);
    domain_set_free(set);
}

/* A name of up to six short labels from a small alphabet, so that many lie below others. */
static void
make_name(char *name)
{
    const long n_labels = 1 + random() % 6;

    *name = '\0';
    for (long i = 0; i < n_labels; i++) {
        const char label[] = { (char) ('a' + random() % 2), i == 0 ? '\0' : '.', '\0' };
        char rest[64];

        strcpy(rest, name);
        strcat(strcpy(name, label), rest);
    }
}

static bool
is_below(const char *name, const char *domain)
{
    const size_t n = strlen(name), n_domain = strlen(domain);

    return n > n_domain && name[n - n_domain - 1] == '.' &&
           strcmp(name + n - n_domain, domain) == 0;
}

/* Checked against a search through all. */
static void
test_random(void **state)
{
    enum { N = 64, N_NAMES = 5000, NAME_SIZE = 16 };
    const char *given = getenv("SECTORWATCH_TEST_SEED");
    const uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : timestamp_now();
    struct domain_gathering gathering = { 0 };
    char domains[N][NAME_SIZE], name[NAME_SIZE];
    unsigned scopes[N];
    struct domain_set *set;

    (void) state;
    printf("SECTORWATCH_TEST_SEED=%" PRIu64 "\n", seed);
    srandom((unsigned) seed);
    for (unsigned i = 0; i < N; i++) {
        make_name(domains[i]);
        scopes[i] = 1 + (unsigned) random() % BOTH;
        domain_gathering_add(&gathering, domains[i], scopes[i], i);
    }
    set = domain_set_new(&gathering);
    for (size_t i = 0; i < N_NAMES; i++) {
        uint64_t want = 0;

        make_name(name);
        for (unsigned k = 0; k < N; k++) {
            if (((scopes[k] & DOMAIN_ITSELF) != 0 && strcmp(name, domains[k]) == 0) ||
                ((scopes[k] & DOMAIN_BELOW) != 0 && is_below(name, domains[k]))) {
                want |= UINT64_C(1) << k;
            }
        }
        assert_true(domain_set_lookup(set, name) == want);
    }
    domain_set_free(set);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_random),
    };

    return RUN_CASES(cases, test_domain) + cmocka_run_group_tests(tests, NULL, NULL);
}
