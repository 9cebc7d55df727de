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
      "192.0.2.1\nevil_example\n192.0.2.300\n192.0.2.9/24\n192.0.2.0/33\nword\n",
      { ":2: warning: \"evil_example\" is not an address, prefix, domain or JA4",
        ":3: warning: \"192.0.2.300\"",
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
    { "nothing good",
      "evil_example\n",
      { "\"evil_example\" is not", "holds no address" },
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
                                                  .source = "",
                                                  .column = "",
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
          .source = "",
          .column = "",
          .date_ns = start_ns,
          .valid_for_ns = 10 * day_ns },
        { .name = "nets",
          .file = temporary_file("nets", "192.0.2.0/24\n198.51.100.0/24\n"),
          .meaning = "",
          .concern = "",
          .source = "",
          .column = "",
          .date_ns = start_ns,
          .valid_for_ns = 20 * day_ns },
        {
            .name = "wide",
            .file = temporary_file("wide", "192.0.0.0/16\n"),
            .meaning = "",
            .concern = "",
            .source = "",
            .column = "",
        },
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
        configs[i] = (struct indicator_list_config){
            .name = names[i],
            .file = temporary_file(names[i], text),
            .meaning = "",
            .concern = "",
            .source = "",
            .column = "",
        };
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
                                                     .source = "",
                                                     .column = "",
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

/* A list in any of the formats. */
static const struct format_case {
    const char *name;
    const char *text;
    const char *counts; /* Format, and what it holds. */
    const char *on[MAX_ITEMS], *off[MAX_ITEMS];
    const char *problem; /* Part of the first message; NULL: there is none. */
    const char *column;  /* NULL: not configured. */
    enum list_format format;
} format_cases[] = {
    { "domains",
      "Evil.EXAMPLE\n.bad.example.\n*.worse.example\nb\u00fcse.example:8080\n"
      "http://User@Shop.example:80/a/b?c#d\ncdn.example/x.exe // why\n",
      "plain 6 domains",
      { "evil.example", "www.evil.example", "bad.example", "a.b.worse.example",
        "xn--bse-hoa.example", "shop.example" },
      { "notevil.example", "worse.example", "a.shop.example", "example", "a.cdn.example" },
      NULL,
      NULL,
      0 },
    { "all kinds",
      "t13d1516h2_8daaf6152771_e5627efa2ab1\n192.0.2.1\n198.51.100.0/24\na.example\n"
      "http://192.0.2.7/x\n192.0.2.8:80/x\n[2001:db8::1]\nhttp://[2001:db8::2]:80/\n",
      "plain 5 addresses, 1 prefixes, 1 domains, 1 JA4 fingerprints",
      { "t13d1516h2_8daaf6152771_e5627efa2ab1", "192.0.2.7", "192.0.2.8", "2001:db8::1",
        "2001:db8::2" },
      { "t13d1516h2_8daaf6152771_e5627efa2ab2" },
      NULL,
      NULL,
      0 },
    { "a hosts file",
      "127.0.0.1 localhost.localdomain\n0.0.0.0 a.example b\n::1\tc.example\n",
      "plain 3 domains",
      { "a.example", "c.example" },
      { "0.0.0.0" },
      NULL,
      NULL,
      0 },
    { "comments of abuse.ch",
      "# Example list\n# \"first_seen_utc\",\"dst_ip\",\"dst_port\"\n"
      "\"2026-06-01 12:00:00\",\"192.0.2.1\",\"443\"\n# 1 entry\n",
      "csv 1 addresses",
      { "192.0.2.1" },
      { NULL },
      NULL,
      NULL,
      0 },
    { "types in a column",
      "# \"id\", \"ioc_value\", \"ioc_type\", \"threat_type\"\n"
      "\"1\", \"192.0.2.1:443\", \"ip:port\", \"x\"\n"
      "\"2\", \"http://a.example/b\", \"url\", \"x\"\n"
      "\"3\", \"0123456789abcdef0123456789abcdef\", \"md5_hash\", \"x\"\n",
      "csv 1 addresses, 1 domains; not looked for: 1 md5_hash",
      { "192.0.2.1", "a.example" },
      { NULL },
      NULL,
      NULL,
      0 },
    { "a heading is configured",
      "when,domain,other\n2026,a.example,b.example\n",
      "csv 1 domains",
      { "b.example" },
      { "a.example" },
      NULL,
      "other",
      0 },
    { "a number is configured",
      "2026,a.example,b.example\n",
      "csv 1 domains",
      { "b.example" },
      { "a.example" },
      NULL,
      "3",
      0 },
    { "a number below headings",
      "when,domain,other\n2026,a.example,b.example\n",
      "csv 1 domains",
      { "b.example" },
      { "a.example" },
      NULL,
      "3",
      0 },
    { "a heading that is not there",
      "when,domain\n2026,a.example\n",
      "csv nothing; 2 bad",
      { NULL },
      { "a.example" },
      "the row has no column",
      "other",
      0 },
    { "no headings",
      "17,a.example\n18,b.example\n",
      "csv 2 domains",
      { "a.example", "b.example" },
      { NULL },
      NULL,
      NULL,
      0 },
    { "quotes",
      "ip,\"a \"\"b\"\", c\"\n192.0.2.1,\"x, y\"\n192.0.2.2,\"x\n192.0.2.3,\"x\"y\n",
      "csv 1 addresses; 2 bad",
      { "192.0.2.1" },
      { "192.0.2.2", "192.0.2.3" },
      ":3: warning: the row is passed over",
      NULL,
      0 },
    { "a MISP event",
      "{\"response\":[{\"Event\":{\"info\":\"x\",\"Attribute\":[\n"
      "{\"type\":\"ip-dst\",\"value\":\"192.0.2.1\",\"to_ids\":true},\n"
      "{\"type\":\"domain|ip\",\"value\":\"A.example|192.0.2.2\",\"to_ids\":true,"
      "\"Tag\":[{\"value\":\"192.0.2.9\",\"type\":\"ip-dst\"}]},\n"
      "{\"type\":\"ip-src|port\",\"value\":\"192.0.2.3|80\",\"to_ids\":\"1\"},\n"
      "{\"type\":\"ip-dst\",\"value\":\"192.0.2.4\",\"to_ids\":false},\n"
      "{\"type\":\"ip-dst\",\"value\":\"192.0.2.5\",\"to_ids\":true,\"deleted\":true},\n"
      "{\"type\":\"domain\",\"value\":\"?\",\"to_ids\":true},\n"
      "{\"type\":\"sha256\",\"value\":\"00\",\"to_ids\":true}],\n"
      "\"Object\":[{\"name\":\"ja4-plus\",\"Attribute\":[{\"type\":\"text\",\"value\":"
      "\"t13d1516h2_8daaf6152771_e5627efa2ab1\",\"object_relation\":\"ja4-fingerprint\","
      "\"to_ids\":true}]}]}}]}",
      "misp 3 addresses, 1 domains, 1 JA4 fingerprints; 1 bad; not looked for: 1 not for "
      "detection, 1 deleted, 1 sha256",
      { "192.0.2.1", "192.0.2.2", "192.0.2.3", "a.example",
        "t13d1516h2_8daaf6152771_e5627efa2ab1" },
      { "192.0.2.4", "192.0.2.5", "192.0.2.9" },
      ":7: warning: \"?\" is not",
      NULL,
      0 },
    { "a MISP event without marks",
      "{\"Event\":{\"Attribute\":[{\"type\":\"url\",\"value\":\"http://a.example/\","
      "\"to_ids\":false}]}}",
      "misp 1 domains",
      { "a.example" },
      { "b.a.example" },
      NULL,
      NULL,
      0 },
    { "a warninglist, type last",
      "{\"name\":\"x\",\"list\":[\"192.0.2.0/24\",\".a.example\",\n5,\"x y\"],\n"
      "\"matching_attributes\":[\"b.example\"],\"type\":\"hostname\"}",
      "warninglist 1 prefixes, 1 domains; 1 bad",
      { "192.0.2.7", "b.a.example" },
      { "b.example" },
      ":2: warning: \"x y\" is not",
      NULL,
      0 },
    { "a warninglist of strings",
      "{\"type\":\"string\",\"list\":[\"a.example\",\"192.0.2.1\"]}",
      "warninglist 1 addresses, 1 domains",
      { "a.example", "192.0.2.1" },
      { "b.a.example" },
      NULL,
      NULL,
      0 },
    { "a warninglist of expressions",
      "{\"type\":\"regex\",\"list\":[\"a.example\"]}",
      "warninglist nothing; not looked for: 1 regex",
      { NULL },
      { "a.example" },
      "holds nothing that can be seen on a network, but regex",
      NULL,
      0 },
    { "a STIX bundle",
      "{\"type\":\"bundle\",\"objects\":[{\"type\":\"domain-name\",\"value\":"
      "\"z.example\"},\n"
      "{\"type\":\"indicator\",\"pattern\":\"[domain-name:value = 'a.example' OR "
      "ipv4-addr:value IN ('192.0.2.1','192.0.2.2')] OR [file:hashes.MD5 = '00']\","
      "\"pattern_type\":\"stix\"},\n"
      "{\"type\":\"indicator\",\"pattern\":\"[ipv6-addr:value ISSUBSET "
      "'2001:db8::/32']\"},\n"
      "{\"type\":\"indicator\",\"pattern\":\"[url:value = 'http://b.example/x']\","
      "\"valid_until\":\"2999-01-01T00:00:00Z\"},\n"
      "{\"type\":\"indicator\",\"pattern\":\"[domain-name:value = 'c.example' AND "
      "ipv4-addr:value = '192.0.2.3']\"},\n"
      "{\"type\":\"indicator\",\"pattern\":\"[domain-name:value = 'd.example']\","
      "\"revoked\":true},\n"
      "{\"type\":\"indicator\",\"pattern\":\"[domain-name:value = 'e.example']\","
      "\"valid_until\":\"2001-01-01T00:00:00Z\"},\n"
      "{\"type\":\"indicator\",\"pattern\":\"alert tcp\",\"pattern_type\":\"snort\"},\n"
      "{\"type\":\"indicator\",\"pattern\":\"[domain-name:value = 'f.example'\"}]}",
      "stix 2 addresses, 1 prefixes, 2 domains; 1 bad; not looked for: 1 file:hashes.MD5, "
      "1 "
      "AND, 1 revoked, 1 no longer valid, 1 snort",
      { "a.example", "192.0.2.1", "192.0.2.2", "2001:db8::1", "b.example", "x.a.example" },
      { "c.example", "192.0.2.3", "d.example", "e.example", "f.example", "z.example" },
      ":9: warning: \"[domain-name:value = 'f.example'\" is no pattern",
      NULL,
      0 },
    { "STIX that is cut off",
      "{\"type\":\"bundle\",\"objects\":[{\"type\":\"indicator\",\n\"pattern\":\"[domain",
      "stix nothing",
      { NULL },
      { NULL },
      ":2: error: not JSON: the document is cut off",
      NULL,
      0 },
    { "JSON of another kind",
      "{\"a\":[\"192.0.2.1\"]}",
      "auto nothing",
      { NULL },
      { "192.0.2.1" },
      "error: JSON that is no list",
      NULL,
      0 },
    { "a format is configured",
      "192.0.2.1,x\n",
      "csv 1 addresses",
      { "192.0.2.1" },
      { NULL },
      NULL,
      NULL,
      LIST_FORMAT_CSV },
    { "a format that it has not",
      "192.0.2.1\n",
      "stix nothing",
      { NULL },
      { "192.0.2.1" },
      ":1: error: not JSON: expected nothing after",
      NULL,
      LIST_FORMAT_STIX },
    { "an address in brackets is no JSON",
      "[2001:db8::1]:443\n",
      "plain 1 addresses",
      { "2001:db8::1" },
      { NULL },
      NULL,
      NULL,
      0 },
    { "a whole top-level domain",
      ".onion\nonion\n",
      "plain 1 domains; 1 bad",
      { "onion", "a.onion" },
      { "a.b" },
      ":1: warning: \".onion\" is suspiciously wide",
      NULL,
      0 },
};

/* Lists as they are published; the counts were found by other means. */
static const struct real_case {
    const char *name;
    const char *counts; /* Format, and what it holds. */
    const char *on[4], *off[3];
} real_cases[] = {
    { "plain/ipsum-level5.txt",
      "plain 1413 addresses",
      { "77.90.185.20", "80.82.77.33" },
      { "77.90.185.21" } },
    { "tor/tor-exit-nodes.2024-02-27.lst",
      "plain 1746 addresses",
      { "101.99.92.179" },
      { "101.99.92.180" } },
    { "tor/latest.exits.csv",
      "csv 5933 addresses",
      { "204.8.96.141", "2620:7:6003::141" },
      { "204.8.96.9" } },
    { "tor/latest.all.csv",
      "csv 15612 addresses",
      { "104.53.221.159", "2001:1600:18:100::10c" },
      { "104.53.221.158" } },
    { "maltrail/apt_bluenoroff.txt",
      "plain 57 addresses, 2075 domains; not looked for: 8 the path of a URL",
      { "163.25.24.44", "abiesvc.com", "www.abiesvc.com", "backup.163qiye.top" },
      { "com" } },
    { "maltrail/crypto_mining.txt",
      "plain 740 addresses, 445 domains",
      { "107.191.47.239", "minergate.com" },
      { "example.com" } },
    { "maltrail/dprk.txt",
      "plain 1 addresses",
      { "175.45.177.138" },
      { "175.45.177.139" } },
    { "maltrail/hive_ransomware.txt",
      "plain 76 addresses, 55 domains; not looked for: 4 the path of a URL",
      { "hivecust6vhekztbqgdnkks64ucehqacge3dij3gyrrpdp57zoq3ooqd.onion" },
      { "a.onion" } },
    { "maltrail/onion.txt",
      "plain 1 addresses, 55 domains",
      { "onion.gq", "tor4u.net", "173.212.254.192" },
      { "onion.example" } },
    { "misp/amazon-aws.json",
      "warninglist 157 addresses, 3690 prefixes",
      { "1.178.1.7" },
      { "192.0.2.1" } },
    { "misp/bank-website.json",
      "warninglist 2226 domains",
      { "absa.africa", "www.abchina.com", "barclays" },
      { "africa" } },
    { "misp/censys-scanning.json",
      "warninglist 13 prefixes",
      { "162.142.125.9", "2602:80d:1003::1" },
      { "162.142.126.9" } },
    { "misp/cloudflare.json",
      "warninglist 22 prefixes",
      { "104.16.0.1", "2a06:98c0::1" },
      { "104.15.0.1" } },
    { "misp/kryptocibule.misp.json",
      "misp 1 addresses, 67 domains; not looked for: 32 sha1, 1 text, 22 filename, 2 "
      "windows-scheduled-task, 1 user-agent, 9 btc, 1 dash, 53 other, 1 xmr, 1 link",
      { NULL },
      { NULL } },
    { "misp/rfc1918.json", "warninglist 3 prefixes", { "10.1.2.3" }, { "11.1.2.3" } },
    { "misp/shodan-scanning.json",
      "warninglist 40 addresses, 2 prefixes",
      { "134.209.95.237", "185.142.236.35" },
      { "134.209.95.238" } },
    { "misp/sinkholes.json",
      "warninglist 97 addresses, 10 prefixes",
      { "104.155.11.149", "104.244.13.1" },
      { "104.155.11.150" } },
    { "stix/2024-02-21-AsyncRAT.stix.json",
      "stix 5 addresses, 11 domains; not looked for: 3 file:hashes.'SHA-256'",
      { "5.161.113.150" },
      { NULL } },
    { "stix/2024-02-27-Akira-Ransomware.stix.json",
      "stix nothing; not looked for: 18 file:hashes.'SHA-256'",
      { NULL },
      { NULL } },
    { "stix/2024-08-01-cryptocurrency-phishing-scams.stix.json",
      "stix 49 domains",
      { "zbz-nexx.top", "www.zbz-nexx.top" },
      { "nexx.top" } },
    { "stix/2024-09-25-domains-spoofing-Deribit.stix.json",
      "stix 14 domains",
      { "deribitweb3.org" },
      { "deribit.com" } },
};

static bool
is_on(const struct indicator_lists *lists, const char *text)
{
    struct ip_address address;

    return (ip_parse(text, &address)
                ? indicator_lists_of_address(lists, address, 0)
                : indicator_lists_of_domain(lists, text, 0) |
                      indicator_lists_of_fingerprint(lists, text, 0)) != 0;
}

/* "csv 5 addresses, 2 domains; 1 bad": the format, and what was counted. */
static void
describe(const struct indicator_list *list, char *text, size_t size)
{
    FILE *out = fmemopen(text, size, "w");

    fprintf(out, "%s ", list_format_name(list->format));
    indicator_list_write_counts(list, out);
    fclose(out);
}

static void
test_real(void **state)
{
    const struct real_case *c = *state;
    struct indicator_list_config config = {
        .name = "real", .meaning = "", .concern = "", .source = "", .column = ""
    };
    char path[128], counts[512];
    struct indicator_lists *lists;
    struct problem_list *problems;

    (void) snprintf(path, sizeof path, "data/lists/%s", c->name);
    config.file = shared_path_or_skip(path);
    problems = problem_list_new();
    lists = indicator_lists_new(&config, 1, problems);
    problem_list_print(problems, stdout);
    describe(indicator_lists_at(lists, 0), counts, sizeof counts);
    assert_string_equal(counts, c->counts);
    assert_int_equal(problem_list_n_errors(problems), 0);
    for (size_t i = 0; i < N_ELEMENTS(c->on) && c->on[i] != NULL; i++) {
        assert_true(is_on(lists, c->on[i]));
    }
    for (size_t i = 0; i < N_ELEMENTS(c->off) && c->off[i] != NULL; i++) {
        assert_false(is_on(lists, c->off[i]));
    }
    indicator_lists_free(lists);
    problem_list_free(problems);
}

static void
test_format(void **state)
{
    const struct format_case *c = *state;
    const struct indicator_list_config config = {
        .name = "list",
        .file = temporary_file("list", c->text),
        .meaning = "",
        .concern = "",
        .source = "",
        .column = c->column != NULL ? c->column : "",
        .format = c->format,
        .date_ns = UINT64_C(1780000000000000000),
    };
    struct problem_list *problems = problem_list_new();
    struct indicator_lists *lists = indicator_lists_new(&config, 1, problems);
    char counts[512], *text = printed(problems);

    describe(indicator_lists_at(lists, 0), counts, sizeof counts);
    assert_string_equal(counts, c->counts);
    if (c->problem == NULL) {
        assert_string_equal(text, "");
    } else if (strstr(text, c->problem) == NULL) {
        fail_msg("not said: %s, but\n%s", c->problem, text);
    }
    for (size_t i = 0; i < MAX_ITEMS && c->on[i] != NULL; i++) {
        if (!is_on(lists, c->on[i])) {
            fail_msg("%s is not on it", c->on[i]);
        }
    }
    for (size_t i = 0; i < MAX_ITEMS && c->off[i] != NULL; i++) {
        if (is_on(lists, c->off[i])) {
            fail_msg("%s is on it", c->off[i]);
        }
    }
    free(text);
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
           RUN_CASES(format_cases, test_format) + RUN_CASES(real_cases, test_real) +
           cmocka_run_group_tests(tests, NULL, NULL);
}
