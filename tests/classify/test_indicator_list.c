#include "classify/list/indicator_list.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timestamp.h"
#include "support/support.h"

enum { MAX_ITEMS = 6 };

/* One list: what is said about its lines, and what then is on it. */
static const struct list_case {
    const char *name;
    const char *text;
    const char *problems[MAX_ITEMS]; /* Parts of messages, as printed. */
    const char *on[MAX_ITEMS], *off[MAX_ITEMS];
    size_t n_entries;
} cases[] = {
    { "plain",
      "192.0.2.1\n2001:db8::1\n198.51.100.0/24\n2001:db8:1::/48",
      { NULL },
      { "192.0.2.1", "2001:db8::1", "198.51.100.255", "2001:db8:1::9" },
      { "192.0.2.2", "2001:db8::2", "198.51.101.0", "2001:db8:2::", "::" },
      4 },
    { "comments, blanks, line ends",
      "# Updated: 2024-02-27 13:00\r\n; so\r\n\r\n  192.0.2.1 # why\r\n\t192.0.2.2;why\r\n",
      { NULL },
      { "192.0.2.1", "192.0.2.2" },
      { "192.0.2.3" },
      2 },
    { "byte order mark",
      "\xef\xbb\xbf"
      "192.0.2.1\n",
      { NULL },
      { "192.0.2.1" },
      { NULL },
      1 },
    { "what follows",
      "192.0.2.1 12 times\n192.0.2.2\tscanner\n192.0.2.3,443,malware\n192.0.2.4 , x\n",
      { NULL },
      { "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4" },
      { NULL },
      4 },
    { "ports",
      "192.0.2.1:443\n[2001:db8::1]:443\n2001:db8::2\n192.0.2.9:\n",
      { NULL },
      { "192.0.2.1", "2001:db8::1", "2001:db8::2", "192.0.2.9" },
      { "2001:db8::1:443" },
      4 },
    { "columns",
      "fingerprint, ipaddr, port\nA0B1, 192.0.2.1, 443\nA0B2, 2001:db8::1, 9001\n",
      { NULL },
      { "192.0.2.1", "2001:db8::1" },
      { NULL },
      2 },
    { "columns in quotes",
      "\"first_seen\",\"dst_ip\",\"dst_port\"\n\"2026-06-01 "
      "12:00:00\",\"192.0.2.1\",\"443\"\n",
      { NULL },
      { "192.0.2.1" },
      { NULL },
      1 },
    { "bad lines",
      "192.0.2.1\nevil.example\n192.0.2.300\n192.0.2.9/24\n192.0.2.0/33\nword\n",
      { ":2: warning: \"evil.example\" is not an address", ":3: warning: \"192.0.2.300\"",
        ":4: warning: a prefix has bits set beyond its length and is passed over; expected "
        "192.0.2.0/24",
        ":5: warning: \"192.0.2.0/33\"", ":6: warning: \"word\"" },
      { "192.0.2.1" },
      { "192.0.2.9" },
      1 },
    { "wide",
      "0.0.0.0/0\n",
      { ":1: warning: 0.0.0.0/0 is suspiciously wide" },
      { "192.0.2.1" },
      { "2001:db8::1" },
      1 },
    { "empty", "# nothing\n", { "holds no address" }, { NULL }, { "192.0.2.1" }, 0 },
    { "names only",
      "evil.example\n",
      { "\"evil.example\" is not", "holds no address" },
      { NULL },
      { NULL },
      0 },
};

static struct ip_address
address_of(const char *text)
{
    struct ip_address address;

    assert_true(ip_parse(text, &address));
    return address;
}

/* All problems as they would be printed, to be freed. */
static char *
printed(const struct problem_list *problems)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    problem_list_print(problems, out);
    fclose(out);
    return text;
}

static void
test_list(void **state)
{
    const struct list_case *c = *state;
    const struct indicator_list_config config = { .name = "test",
                                                  .file = temporary_file("list", c->text),
                                                  .meaning = "seen",
                                                  .concern = "",
                                                  .config_file = "sectorwatch.conf",
                                                  .config_line = 7 };
    struct problem_list *problems = problem_list_new();
    struct indicator_lists *lists = indicator_lists_new(&config, 1, problems);
    char *text = printed(problems);
    size_t n = 0;

    for (; n < MAX_ITEMS && c->problems[n] != NULL; n++) {
        if (strstr(text, c->problems[n]) == NULL) {
            fail_msg("not said: %s, but\n%s", c->problems[n], text);
        }
    }
    assert_int_equal(problem_list_n(problems), n);
    assert_int_equal(indicator_lists_n(lists), 1);
    assert_int_equal(indicator_lists_at(lists, 0)->n_entries, c->n_entries);
    assert_int_equal(problem_list_n_errors(problems), c->n_entries == 0);
    for (size_t i = 0; i < MAX_ITEMS && c->on[i] != NULL; i++) {
        assert_int_equal(indicator_lists_of_address(lists, address_of(c->on[i]), 0), 1);
    }
    for (size_t i = 0; i < MAX_ITEMS && c->off[i] != NULL; i++) {
        assert_int_equal(indicator_lists_of_address(lists, address_of(c->off[i]), 0), 0);
    }
    free(text);
    indicator_lists_free(lists);
    problem_list_free(problems);
}

/* Three lists, two of which end. */
static const struct lists_case {
    const char *name; /* The address. */
    uint64_t now_days;
    uint64_t want;
} lists_cases[] = {
    { "192.0.2.1", 0, 7 }, /* Itself, its /24 and its /16. */
    { "192.0.2.2", 0, 6 },     { "192.0.3.1", 0, 4 },     { "192.1.0.1", 0, 0 },
    { "198.51.100.1", 0, 3 }, /* The same prefix on two. */
    { "192.0.2.1", 9, 7 },     { "192.0.2.1", 10, 6 },    { "192.0.2.1", 20, 4 },
    { "198.51.100.1", 10, 2 }, { "198.51.100.1", 20, 0 },
};

static void
test_lists(void **state)
{
    const struct lists_case *c = *state;
    const uint64_t day_ns = 86400 * NS_PER_SECOND, start_ns = 20000 * day_ns;
    const struct indicator_list_config configs[] = {
        { .name = "hosts",
          .file = temporary_file("hosts", "192.0.2.1\n198.51.100.0/24\n192.0.2.1\n"),
          .meaning = "m",
          .concern = "c",
          .date_ns = start_ns,
          .valid_for_ns = 10 * day_ns },
        { .name = "nets",
          .file = temporary_file("nets", "192.0.2.0/24\n198.51.100.0/24\n"),
          .meaning = "",
          .concern = "",
          .date_ns = start_ns,
          .valid_for_ns = 20 * day_ns },
        { .name = "wide",
          .file = temporary_file("wide", "192.0.0.0/16\n"),
          .meaning = "",
          .concern = "" },
    };
    struct problem_list *problems = problem_list_new();
    struct indicator_lists *lists = indicator_lists_new(configs, 3, problems);
    const struct indicator_list *first = indicator_lists_at(lists, 0);

    assert_int_equal(problem_list_n(problems), 0);
    assert_string_equal(first->name, "hosts");
    assert_string_equal(first->file, configs[0].file);
    assert_string_equal(first->meaning, "m");
    assert_string_equal(first->concern, "c");
    assert_int_equal(first->n_entries, 3);
    assert_true(first->date_ns == start_ns);
    assert_true(first->expires_ns == start_ns + 10 * day_ns);
    assert_int_equal(indicator_lists_at(lists, 2)->expires_ns, 0);
    assert_true(indicator_lists_at(lists, 2)->date_ns > start_ns); /* Of the file. */
    assert_int_equal(indicator_lists_of_address(lists, address_of(c->name),
                                                start_ns + c->now_days * day_ns),
                     c->want);
    indicator_lists_free(lists);
    problem_list_free(problems);
}

/* Lists of random prefixes that nest in one another, checked against a search through all.
 */
static void
test_random(void **state)
{
    enum { N_LISTS = 64, N_EACH = 40 };
    const char *given = getenv("SECTORWATCH_TEST_SEED");
    const uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : timestamp_now();
    struct indicator_list_config configs[N_LISTS];
    static struct ip_prefix prefixes[N_LISTS][N_EACH];
    struct indicator_lists *lists;
    char names[N_LISTS][8];

    (void) state;
    printf("SECTORWATCH_TEST_SEED=%" PRIu64 "\n", seed);
    srandom((unsigned) seed);
    for (size_t i = 0; i < N_LISTS; i++) {
        char text[N_EACH * IP_PREFIX_TEXT_SIZE] = "", prefix[IP_PREFIX_TEXT_SIZE];

        (void) snprintf(names[i], sizeof names[i], "l%zu", i);
        for (size_t k = 0; k < N_EACH; k++) {
            const uint8_t length = (uint8_t) (IP_V4_BITS + 22 + random() % 11);
            const uint32_t host = 0x0a000000 | (uint32_t) (random() & 0xffff);

            prefixes[i][k] =
                (struct ip_prefix){ ip_mask(ip_from_v4(host), length), length };
            strcat(strcat(text, ip_prefix_format(prefixes[i][k], prefix)), "\n");
        }
        configs[i] = (struct indicator_list_config){ .name = names[i],
                                                     .file = temporary_file(names[i], text),
                                                     .meaning = "",
                                                     .concern = "" };
    }
    lists = indicator_lists_new(configs, N_LISTS, NULL);
    for (uint32_t host = 0; host < 0x10000; host += 7) {
        const struct ip_address address = ip_from_v4(0x0a000000 | host);
        uint64_t want = 0;

        for (size_t i = 0; i < N_LISTS; i++) {
            for (size_t k = 0; k < N_EACH; k++) {
                if (ip_prefix_contains(prefixes[i][k], address)) {
                    want |= UINT64_C(1) << i;
                }
            }
        }
        assert_true(indicator_lists_of_address(lists, address, 0) == want);
    }
    indicator_lists_free(lists);
}

static void
test_no_lists(void **state)
{
    struct indicator_lists *lists = indicator_lists_new(NULL, 0, NULL);

    (void) state;
    assert_int_equal(indicator_lists_n(lists), 0);
    assert_int_equal(indicator_lists_of_address(lists, address_of("192.0.2.1"), 0), 0);
    indicator_lists_free(lists);
}

static void
test_bad_configuration(void **state)
{
    const char *file = temporary_file("one", "192.0.2.1\n");
    struct indicator_list_config configs[66];
    struct problem_list *problems = problem_list_new();
    char names[66][8];

    (void) state;
    for (size_t i = 0; i < N_ELEMENTS(configs); i++) {
        (void) snprintf(names[i], sizeof names[i], "l%zu", i == 5 ? 4 : i);
        configs[i] = (struct indicator_list_config){ .name = names[i],
                                                     .file = file,
                                                     .meaning = "",
                                                     .concern = "",
                                                     .config_file = "x.conf",
                                                     .config_line = (unsigned) i + 1 };
    }
    configs[2].file = temporary_path("missing");
    configs[3].file = source_path("tests");
    indicator_lists_free(indicator_lists_new(configs, N_ELEMENTS(configs), problems));

    char *text = printed(problems);
    assert_int_equal(problem_list_n_errors(problems), 4);
    assert_non_null(strstr(text, "x.conf:65: error: 66 lists are too many"));
    assert_non_null(
        strstr(text, "x.conf:6: error: list \"l4\" has the name of the list in line 5"));
    assert_non_null(strstr(text, "x.conf:3: error: list \"l2\": "));
    assert_non_null(strstr(text, "cannot be read: No such file"));
    assert_non_null(strstr(text, "cannot be read: Is a directory"));
    free(text);
    problem_list_free(problems);
}

/* Lists as they are published. */
static const struct real_case {
    const char *name;
    size_t n_entries;
    const char *on[3];
} real_cases[] = {
    { "data/lists/plain/ipsum-level5.txt", 1413, { "77.90.185.20", "80.82.77.33" } },
    { "data/lists/tor/tor-exit-nodes.2024-02-27.lst", 1746, { "101.99.92.179" } },
    { "data/lists/tor/latest.exits.csv", 5933, { "204.8.96.141", "2620:7:6003::141" } },
    { "data/lists/tor/latest.all.csv",
      15612,
      { "104.53.221.159", "2001:1600:18:100::10c" } },
};

static void
test_real(void **state)
{
    const struct real_case *c = *state;
    const struct indicator_list_config config = {
        .name = "real", .file = shared_path_or_skip(c->name), .meaning = "", .concern = ""
    };
    struct problem_list *problems = problem_list_new();
    struct indicator_lists *lists = indicator_lists_new(&config, 1, problems);

    problem_list_print(problems, stdout);
    assert_int_equal(problem_list_n(problems), 0);
    assert_int_equal(indicator_lists_at(lists, 0)->n_entries, c->n_entries);
    for (size_t i = 0; c->on[i] != NULL; i++) {
        assert_int_equal(indicator_lists_of_address(lists, address_of(c->on[i]), 0), 1);
    }
    indicator_lists_free(lists);
    problem_list_free(problems);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_no_lists),
        cmocka_unit_test(test_bad_configuration),
    };

    return RUN_CASES(cases, test_list) + RUN_CASES(lists_cases, test_lists) +
           RUN_CASES(real_cases, test_real) + cmocka_run_group_tests(tests, NULL, NULL);
}
