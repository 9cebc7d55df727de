#include <stdio.h>
#include <string.h>

#include "classify/detect_run.h"

/* One host asks for 'n' names, one each 'gap_ms': of the format the names are made of, its
 * number as hexadecimal digits where '*' stands, padded by a digest of it. */
struct tunnel_case {
    const char *name, *format;
    unsigned n, n_distinct, gap_ms;
    enum service service;
    const char *seen;
};

static const struct tunnel_case cases[] = {
    { "long labels", "*.t.example.org", 40, 1000, 1000, SERVICE_DNS,
      "40 names of example.org in 39s\n" },
    { "one too few", "*.t.example.org", 39, 1000, 1000, SERVICE_DNS, "" },
    { "growth is told at each doubling", "*.example.org", 80, 1000, 10, SERVICE_DNS,
      "40 names of example.org in 390ms\nabout 80 names of example.org in 780ms\n" },
    { "under a domain of a country", "*.example.co.uk", 40, 1000, 1000, SERVICE_DNS,
      "40 names of example.co.uk in 39s\n" },
    { "too slow", "*.t.example.org", 40, 1000, 20000, SERVICE_DNS, "" },
    { "the same again and again", "*.cdn.example.net", 500, 20, 10, SERVICE_DNS, "" },
    { "reverse look-ups", "*.ip6.arpa", 500, 1000, 10, SERVICE_DNS, "" },
    { "a list of blocked addresses",
      "4.3.2.1.1.2.3.4.5.6.7.8.9.0.1.2.3.4.5.#.zen.example.org", 500, 1000, 10, SERVICE_DNS,
      "" },
    { "digests of files", "da39a3ee5e6b4b0d3255bfef95601890afd8#.hash.example.org", 500,
      1000, 10, SERVICE_DNS, "" },
    { "short names of a content network", "r3---sn-#.cdn.example.net", 500, 1000, 10,
      SERVICE_DNS, "" },
    { "names of other protocols", "*.t.example.org", 500, 1000, 10, SERVICE_TLS, "" },
};

static void
make_name(const char *format, unsigned number, char *name, size_t size)
{
    const uint64_t digest = hash_2(hash_seed_fixed(), number, 7);

    name[0] = '\0';
    for (; *format != '\0'; format++) {
        const size_t n = strlen(name);

        if (*format == '*') {
            (void) snprintf(name + n, size - n, "%04x%016llx%016llx%016llx", number,
                            (unsigned long long) digest, (unsigned long long) ~digest,
                            (unsigned long long) (digest * 5));
        } else if (*format == '#') {
            (void) snprintf(name + n, size - n, "%04x", number);
        } else {
            (void) snprintf(name + n, size - n, "%c", *format);
        }
    }
}

static void
run(const struct tunnel_case *c, struct dns_tunnel_config limits)
{
    const struct detect_config config = {
        .scan = { .ports = 15, .within_ns = 300 * NS_PER_SECOND, .capacity = 256 },
        .sweep = { .hosts = 15,
                   .answered = 4,
                   .within_ns = 300 * NS_PER_SECOND,
                   .capacity = 256 },
        .dns_tunnel = limits,
    };
    struct detectors *detectors = detectors_new(&config, NULL, hash_seed_fixed());
    const struct flow flow = { .service = (uint8_t) c->service };
    static struct observation_list names, list;
    struct counters counters = { 0 };
    char seen[1024] = "";

    list.n = 0;
    for (unsigned i = 0; i < c->n; i++) {
        struct observation *name;

        names.n = 0;
        name = observation_list_add(&names, OBSERVATION_NAME, &flow,
                                    NS_PER_SECOND +
                                        (uint64_t) i * c->gap_ms * (NS_PER_SECOND / 1000));
        make_name(c->format, i % c->n_distinct, name->subject, sizeof name->subject);
        detect_observation(detectors, name, &counters, &list);
    }
    for (size_t i = 0; i < list.n; i++) {
        assert_int_equal(list.items[i].kind, OBSERVATION_DNS_TUNNEL);
        strcat(seen, list.items[i].detail);
        strcat(seen, "\n");
    }
    assert_string_equal(seen, c->seen);
    detectors_free(detectors);
}

static const struct dns_tunnel_config shipped = {
    .names = 40,
    .length = 48,
    .label = 16,
    .characters = 10,
    .within_ns = 600 * NS_PER_SECOND,
    .capacity = 256,
};

static void
test_tunnel(void **state)
{
    run(*state, shipped);
}

/* Names of a label of 52 of the sixteen digits, where the limits are others. */
static void
test_limits(void **state)
{
    const struct tunnel_case seen = cases[0];
    struct tunnel_case nothing = seen;
    struct dns_tunnel_config limits = shipped;

    (void) state;
    nothing.seen = "";
    limits.label = 52;
    run(&seen, limits);
    limits.label = 53;
    run(&nothing, limits);
    limits = shipped;
    limits.characters = 13;
    run(&seen, limits);
    limits.characters = 19;
    run(&nothing, limits);
    limits = shipped;
    limits.length = 54;
    run(&seen, limits);
    limits.length = 55;
    run(&nothing, limits);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_limits) };

    return RUN_CASES(cases, test_tunnel) + cmocka_run_group_tests(tests, NULL, NULL);
}
