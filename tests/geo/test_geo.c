#include "geo/geo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "mmdb_writer.h"
#include "support/support.h"

enum { BUILT_S = 1780272000 }; /* 2026-06-01. */

static const char *
write_bytes(const char *name, const uint8_t *bytes, size_t size)
{
    const char *path = temporary_path(name);
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
    return path;
}

static const char *
write_database(const char *name, const struct mmdb_config *config)
{
    size_t size;
    uint8_t *bytes = mmdb_write(config, &size);
    const char *path = write_bytes(name, bytes, size);

    free(bytes);
    return path;
}

static struct geo *
open_one(const char *path, struct problem_list *problems)
{
    const char *const databases[] = { path, NULL };

    return geo_new(&(struct geo_config){ .databases = databases }, problems);
}

static struct place
lookup(const struct geo *geo, const char *text)
{
    struct ip_address address;

    assert_true(ip_parse(text, &address));
    return geo_lookup(geo, address);
}

/* A record, and what is made of it; null paths: it is not usable. */
static const struct schema_case {
    const char *name;
    const char *json;
    const char *country_path, *asn_path;
    const char *country;
    uint32_t asn;
    const char *as_name;
} schema_cases[] = {
    { "GeoLite2 Country",
      "{\"continent\":{\"code\":\"AF\"},\"country\":{\"geoname_id\":192950,\"iso_code\":"
      "\"KE\","
      "\"names\":{\"en\":\"Kenya\"}},\"registered_country\":{\"iso_code\":\"GB\"}}",
      "country.iso_code", NULL, "KE", 0, "" },
    { "only the country of registration",
      "{\"registered_country\":{\"geoname_id\":1,\"iso_code\":\"GB\"}}",
      "registered_country.iso_code", NULL, "GB", 0, "" },
    { "GeoLite2 ASN",
      "{\"autonomous_system_number\":64500,\"autonomous_system_organization\":\"Example\"}",
      NULL, "autonomous_system_number", "", 64500, "Example" },
    { "both in one",
      "{\"country\":{\"iso_code\":\"KE\"},\"autonomous_system_number\":64500}",
      "country.iso_code", "autonomous_system_number", "KE", 64500, "" },
    { "flat keys", "{\"country_code\":\"pe\"}", "country_code", NULL, "PE", 0, "" },
    { "flat country", "{\"country\":\"PE\"}", "country", NULL, "PE", 0, "" },
    { "camel case", "{\"countryCode\":\"PE\",\"asn\":\"64500\"}", "countryCode", "asn",
      "PE", 64500, "" },
    { "names and AS texts",
      "{\"country\":\"Peru\",\"country_code\":\"PE\",\"asn\":\"AS64500\",\"as_name\":"
      "\"Net\"}",
      "country_code", "asn", "PE", 64500, "Net" },
    { "AS text with its name behind", "{\"as\":\"AS64500 Net\",\"isp\":\"Net\"}", NULL,
      "as", "", 64500, "Net" },
    { "GeoIP2 Enterprise",
      "{\"country\":{\"iso_code\":\"DE\"},\"traits\":{\"autonomous_system_number\":64500,"
      "\"autonomous_system_organization\":\"Net\"}}",
      "country.iso_code", "traits.autonomous_system_number", "DE", 64500, "Net" },
    { "name of 63 bytes",
      "{\"asn\":1,\"as_name\":"
      "\"123456789012345678901234567890123456789012345678901234567890"
      "123\"}",
      NULL, "asn", "", 1,
      "123456789012345678901234567890123456789012345678901234567890123" },
    { "name cut between characters",
      "{\"asn\":1,\"as_name\":"
      "\"12345678901234567890123456789012345678901234567890123456789012"
      "\xc3\xa9\"}",
      NULL, "asn", "", 1,
      "12345678901234567890123456789012345678901234567890123456789012" },
    { "name with control characters", "{\"asn\":1,\"as_name\":\"a\n\x1b[31mb\"}", NULL,
      "asn", "", 1, "a  [31mb" },
    { "country in words only", "{\"country\":\"Peru\"}", NULL, NULL, "", 0, "" },
    { "unknown country", "{\"country_code\":\"ZZ\"}", NULL, NULL, "", 0, "" },
    { "AS 0 and no number", "{\"asn\":0,\"as\":\"ASx\"}", NULL, NULL, "", 0, "" },
    { "AS number out of range", "{\"asn\":\"AS99999999999999999999\"}", NULL, NULL, "", 0,
      "" },
    { "other data", "{\"city\":\"Lima\"}", NULL, NULL, "", 0, "" },
    { "no map", "[\"KE\"]", NULL, NULL, "", 0, "" },
};

static void
test_schema(void **state)
{
    const struct schema_case *c = *state;
    const struct mmdb_entry entries[] = { { "1.2.3.0/24", c->json },
                                          { "2a00::/16", c->json },
                                          { NULL, NULL } };
    const struct mmdb_config config = { 24, 6, BUILT_S, "Test-DB", entries };
    struct problem_list *problems = problem_list_new();
    struct geo *geo = open_one(write_database("schema.mmdb", &config), problems);
    const bool is_usable = c->country_path != NULL || c->asn_path != NULL;

    assert_int_equal(geo_n_sources(geo), is_usable);
    assert_int_equal(problem_list_n_errors(problems), !is_usable);
    if (is_usable) {
        const struct geo_source *source = geo_source_at(geo, 0);
        const struct place v4 = lookup(geo, "1.2.3.4"), v6 = lookup(geo, "2a00:1::1");

        assert_string_equal(source->name, "schema.mmdb");
        assert_string_equal(source->type, "Test-DB");
        assert_int_equal(source->date_ns, BUILT_S * UINT64_C(1000000000));
        assert_int_equal(source->has_country, c->country_path != NULL);
        assert_int_equal(source->has_asn, c->asn_path != NULL);
        assert_string_equal(source->country_path == NULL ? "" : source->country_path,
                            c->country_path == NULL ? "" : c->country_path);
        assert_string_equal(source->asn_path == NULL ? "" : source->asn_path,
                            c->asn_path == NULL ? "" : c->asn_path);
        assert_string_equal(v4.country, c->country);
        assert_int_equal(v4.asn, c->asn);
        assert_string_equal(v4.as_name, c->as_name);
        assert_string_equal(v6.country, c->country);
        assert_string_equal(lookup(geo, "1.2.4.4").country, "");
    } else {
        assert_true(problem_list_mentions(problems, "neither countries nor AS numbers"));
    }
    geo_free(geo);
    problem_list_free(problems);
}

/* A field comes from the first database that knows it; places go before all. */
static void
test_merge(void **state)
{
    static const struct mmdb_entry first[] = { { "1.0.0.0/8",
                                                 "{\"country\":{\"iso_code\":\"KE\"}}" },
                                               { "2.0.0.0/8", "{\"asn\":64501}" },
                                               { NULL, NULL } };
    static const struct mmdb_entry second[] = {
        { "1.0.0.0/8", "{\"country\":\"PE\",\"asn\":64502,\"as_name\":\"Second\"}" },
        { "2.0.0.0/8", "{\"country\":\"PE\",\"asn\":64502,\"as_name\":\"Second\"}" },
        { "10.0.0.0/8", "{\"country\":\"PE\"}" },
        { NULL, NULL }
    };
    const char *const databases[] = {
        write_database("1.mmdb", &(struct mmdb_config){ 28, 4, BUILT_S, "One", first }),
        write_database("2.mmdb", &(struct mmdb_config){ 32, 6, BUILT_S, "Two", second }),
        NULL
    };
    const struct geo_place_config places[] = {
        { { ip_from_v4(0x0a000000), 104 }, "DE", "Campus", 64512 },
        { { ip_from_v4(0x0a010000), 112 }, "FR", NULL, 0 },
        { { ip_from_v4(0x0a010000), 112 }, "IT", NULL, 0 },
        { { ip_from_v4(0x02010000), 112 }, "", "Branch", 64513 },
        { { { UINT64_C(0xfd00) << 48, 0 }, 8 }, "DE", "", 0 },
    };
    const struct geo_config config = { databases, places, N_ELEMENTS(places) };
    struct problem_list *problems = problem_list_new();
    struct geo *geo = geo_new(&config, problems);
    struct place place;

    (void) state;
    assert_int_equal(problem_list_n(problems), 0);
    assert_int_equal(geo_n_sources(geo), 3);
    assert_string_equal(geo_source_at(geo, 0)->name, "geo.places");
    assert_int_equal(geo_source_at(geo, 0)->date_ns, 0);
    place = lookup(geo, "1.1.1.1"); /* Each field from where it is known. */
    assert_string_equal(place.country, "KE");
    assert_int_equal(place.country_from, 1);
    assert_int_equal(place.asn, 64502);
    assert_int_equal(place.asn_from, 2);
    assert_string_equal(place.as_name, "Second");
    place = lookup(geo, "2.2.2.2"); /* The name is another AS's. */
    assert_string_equal(place.country, "PE");
    assert_int_equal(place.country_from, 2);
    assert_int_equal(place.asn, 64501);
    assert_string_equal(place.as_name, "");
    place = lookup(geo, "2.1.0.1"); /* A place that leaves the country to the others. */
    assert_string_equal(place.country, "PE");
    assert_int_equal(place.asn, 64513);
    assert_string_equal(place.as_name, "Branch");
    assert_string_equal(lookup(geo, "10.2.0.1").as_name, "Campus");
    place = lookup(geo, "10.1.0.1"); /* The longest prefix, and the first of two. */
    assert_string_equal(place.country, "FR");
    assert_int_equal(place.asn, 0);
    assert_string_equal(lookup(geo, "fd00::1").country, "DE");
    assert_string_equal(lookup(geo, "2a00::1").country,
                        ""); /* IPv6, in an IPv4 tree too. */
    geo_free(geo);
    problem_list_free(problems);
}

/* Ranges that are in no one place, though the database says so. */
static void
test_special(void **state)
{
    static const struct mmdb_entry entries[] = { { "0.0.0.0/1", "{\"country\":\"PE\"}" },
                                                 { "128.0.0.0/1", "{\"country\":\"PE\"}" },
                                                 { "8000::/1", "{\"country\":\"PE\"}" },
                                                 { "2000::/3", "{\"country\":\"PE\"}" },
                                                 { NULL, NULL } };
    static const char *const special[] = {
        "0.1.2.3",      "10.1.2.3",    "100.64.0.1",  "100.127.255.255", "127.0.0.1",
        "169.254.1.1",  "172.31.0.1",  "192.0.2.1",   "192.168.1.1",     "198.18.0.1",
        "198.51.100.1", "203.0.113.1", "224.0.0.251", "255.255.255.255", "fe80::1",
        "fd12::1",      "2001:db8::1", "ff02::1",     "3fff:fff::1",
    };
    static const char *const ordinary[] = {
        "1.1.1.1",       "100.63.255.255", "172.32.0.1",   "192.0.3.1", "198.20.0.1",
        "223.255.255.1", "2001:db9::1",    "3fff:1000::1", "2a00::1"
    };
    const struct mmdb_config config = { 24, 6, BUILT_S, "Test", entries };
    struct problem_list *problems = problem_list_new();
    struct geo *geo = open_one(write_database("special.mmdb", &config), problems);

    (void) state;
    assert_int_equal(problem_list_n(problems), 0);
    for (size_t i = 0; i < N_ELEMENTS(special); i++) {
        assert_string_equal(lookup(geo, special[i]).country, "");
    }
    for (size_t i = 0; i < N_ELEMENTS(ordinary); i++) {
        assert_string_equal(lookup(geo, ordinary[i]).country, "PE");
    }
    geo_free(geo);
    problem_list_free(problems);
}

static void
test_bad_place(void **state)
{
    const struct geo_place_config places[] = {
        { { ip_from_v4(0x0a000000), 104 }, "Germany", "", 0 },
        { { ip_from_v4(0x0b000000), 104 }, "de", "", 0 },
    };
    struct problem_list *problems = problem_list_new();
    struct geo *geo = geo_new(&(struct geo_config){ NULL, places, 2 }, problems);

    (void) state;
    assert_int_equal(problem_list_n_errors(problems), 2);
    assert_true(problem_list_mentions(problems, "10.0.0.0/8: \"Germany\""));
    geo_free(geo);
    problem_list_free(problems);
}

/* What is wrong with a file and what is said of it; the others are still opened. */
enum damage { MISSING, FOLDER, NO_BYTES, TEXT, CUT, NODE_COUNT, RECORD, DATA, VERSION };

static const struct bad_case {
    const char *name;
    enum damage damage;
    const char *expected;
} bad_cases[] = {
    { "missing", MISSING, "cannot be opened" },
    { "folder", FOLDER, "a folder was given" },
    { "empty", NO_BYTES, "is empty" },
    { "not an mmdb", TEXT, "not a MaxMind database" },
    { "cut off", CUT, "not a MaxMind database, or cut off" },
    { "node count too large", NODE_COUNT, "its metadata does not fit it" },
    { "record outside", RECORD, "search tree points outside" },
    { "data that cannot be read", DATA, "a record cannot be read" },
    { "version of the format", VERSION, "cannot be read: " },
};

static uint8_t *
find_bytes(uint8_t *bytes, size_t size, const char *text)
{
    const size_t length = strlen(text);

    for (size_t i = 0; i + length <= size; i++) {
        if (memcmp(bytes + i, text, length) == 0) {
            return bytes + i + length;
        }
    }
    fail_msg("no %s", text);
    return NULL;
}

static const char *
damaged(enum damage damage, const struct mmdb_config *config)
{
    const char *path = temporary_path("bad.mmdb");
    size_t size;
    uint8_t *bytes = mmdb_write(config, &size);

    switch (damage) {
    case MISSING:
        path = temporary_path("missing.mmdb");
        break;
    case FOLDER:
        path = temporary_path("folder.mmdb");
        assert_int_equal(mkdir(path, 0700), 0);
        break;
    case NO_BYTES:
        path = write_bytes("bad.mmdb", bytes, 0);
        break;
    case TEXT:
        path = temporary_file("bad.mmdb", "network,country\n1.0.0.0/8,KE\n");
        break;
    case CUT:
        path = write_bytes("bad.mmdb", bytes, size / 4);
        break;
    case NODE_COUNT: { /* 16 million, in the three bytes that it has. */
        uint8_t *count = find_bytes(bytes, size, "node_count");

        assert_int_equal(count[0], 0xc1); /* uint32 of one byte: the tree is tiny. */
        count[1] = 0xff;
        path = write_bytes("bad.mmdb", bytes, size);
        break;
    }
    case RECORD:
        memset(bytes, 0xff, 3);
        path = write_bytes("bad.mmdb", bytes, size);
        break;
    case DATA:
        find_bytes(bytes, size, "iso_code")[0] = 0x67; /* A double of seven bytes. */
        path = write_bytes("bad.mmdb", bytes, size);
        break;
    case VERSION:
        find_bytes(bytes, size, "major_version")[1] = 3;
        path = write_bytes("bad.mmdb", bytes, size);
        break;
    }
    free(bytes);
    return path;
}

static void
test_bad(void **state)
{
    const struct bad_case *c = *state;
    static const struct mmdb_entry entries[] = {
        { "1.0.0.0/8", "{\"country\":{\"iso_code\":\"KE\"}}" }, { NULL, NULL }
    };
    const struct mmdb_config config = { 24, 4, BUILT_S, "Test", entries };
    const char *const databases[] = { damaged(c->damage, &config),
                                      write_database("good.mmdb", &config), NULL };
    struct problem_list *problems = problem_list_new();
    struct geo *geo = geo_new(&(struct geo_config){ .databases = databases }, problems);

    problem_list_print(problems, stdout);
    assert_int_equal(problem_list_n_errors(problems), 1);
    assert_true(problem_list_mentions(problems, c->expected));
    assert_string_equal(problem_list_at(problems, 0)->file, databases[0]);
    assert_int_equal(geo_n_sources(geo), 1);
    assert_string_equal(lookup(geo, "1.1.1.1").country, "KE");
    geo_free(geo);
    problem_list_free(problems);
}

/* Whatever single byte is wrong, or wherever the file ends: refused, or harmless. */
static void
test_every_byte(void **state)
{
    static const struct mmdb_entry entries[] = {
        { "1.0.0.0/8", "{\"country\":{\"iso_code\":\"KE\"},\"asn\":64500}" },
        { "2a00::/16", "{\"country\":{\"iso_code\":\"PE\"},\"as_name\":\"Net\"}" },
        { NULL, NULL }
    };
    static const uint8_t wrong[] = { 0x00, 0x01, 0x20, 0x38, 0xe1, 0xff };
    const struct mmdb_config config = { 28, 6, BUILT_S, "Test", entries };
    size_t size;
    uint8_t *bytes = mmdb_write(&config, &size);

    (void) state;
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j <= N_ELEMENTS(wrong); j++) {
            const uint8_t right = bytes[i];
            struct geo *geo;

            bytes[i] = j < N_ELEMENTS(wrong) ? wrong[j] : right;
            geo = open_one(
                write_bytes("byte.mmdb", bytes, j < N_ELEMENTS(wrong) ? size : i), NULL);
            (void) lookup(geo, "1.1.1.1");
            (void) lookup(geo, "2a00::1");
            geo_free(geo);
            bytes[i] = right;
        }
    }
    free(bytes);
}

/* Random prefixes, in all record sizes, against going through them one by one. */
static void
test_random(void **state)
{
    enum { N = 60, N_LOOKUPS = 5000 };
    static const unsigned record_sizes[] = { 24, 28, 32 };
    const unsigned seed = (unsigned) time(NULL);
    static char prefixes[N][IP_PREFIX_TEXT_SIZE], json[N][32];
    struct mmdb_entry entries[N + 1] = { { NULL, NULL } };
    struct ip_prefix plain[N];

    (void) state;
    printf("seed %u\n", seed);
    srand(seed);
    for (unsigned i = 0; i < N;
         i++) { /* Disjoint: each under a first byte of its own, none special. */
        const unsigned length = 8 + (unsigned) rand() % 25;
        const uint32_t address = (11 + i) << 24 | ((uint32_t) rand() & 0xffffff);

        plain[i].length = (uint8_t) (96 + length);
        plain[i].address = ip_mask(ip_from_v4(address), plain[i].length);
        ip_prefix_format(plain[i], prefixes[i]);
        (void) snprintf(json[i], sizeof json[i], "{\"asn\":%u}", i + 1);
        entries[i] = (struct mmdb_entry){ prefixes[i], json[i] };
    }
    for (size_t k = 0; k < 2 * N_ELEMENTS(record_sizes); k++) {
        const struct mmdb_config config = { record_sizes[k / 2], k % 2 ? 4 : 6, BUILT_S,
                                            "Test", entries };
        struct geo *geo = open_one(write_database("random.mmdb", &config), NULL);

        assert_int_equal(geo_n_sources(geo), 1);
        for (unsigned i = 0; i < N_LOOKUPS; i++) {
            const unsigned near = (unsigned) rand() % N;
            const unsigned flip = 1U << (unsigned) rand() % 24;
            const struct ip_address address =
                ip_from_v4(ip_v4(plain[near].address) ^ (flip & (unsigned) rand()));
            const uint32_t expected =
                ip_prefix_contains(plain[near], address) ? near + 1 : 0;

            assert_int_equal(geo_lookup(geo, address).asn, expected);
        }
        geo_free(geo);
    }
}

/* As many sources as an alert can name, the places among them; not one more. */
static void
test_too_many(void **state)
{
    static const struct mmdb_entry entries[] = { { "1.0.0.0/8", "{\"country\":\"PE\"}" },
                                                 { NULL, NULL } };
    const struct mmdb_config database = { 24, 4, BUILT_S, "Test", entries };
    const struct geo_place_config place = { { ip_from_v4(0x0a000000), 104 }, "DE", "", 0 };
    const char *databases[GEO_SOURCES_MAX + 2] = { NULL };
    struct geo_config config = { .databases = databases, .places = &place };

    (void) state;
    for (size_t i = 0; i <= GEO_SOURCES_MAX; i++) {
        databases[i] = write_database("many.mmdb", &database);
    }
    for (config.n_places = 0; config.n_places <= 1; config.n_places++) {
        struct problem_list *problems = problem_list_new();
        struct geo *geo = geo_new(&config, problems);

        assert_int_equal(geo_n_sources(geo), GEO_SOURCES_MAX);
        assert_int_equal(problem_list_n(problems), 1);
        assert_non_null(strstr(problem_list_at(problems, 0)->message,
                               config.n_places == 0 ? "at most 64" : "at most 63"));
        assert_string_equal(lookup(geo, "1.1.1.1").country, "PE");
        geo_free(geo);
        problem_list_free(problems);
    }
}

/* MaxMind's own test databases: those with places are read, all others refused. */
static const struct maxmind_case {
    const char *name; /* Of the file, without ".mmdb". */
    const char *expected;
    const char *address, *country;
    uint32_t asn;
} maxmind_cases[] = {
    { "GeoIP2-Country-Test", NULL, "81.2.69.160", "GB", 0 },
    { "GeoIP2-City-Test", NULL, "2001:218::1", "JP", 0 },
    { "GeoLite2-Country-Test", NULL, "2.125.160.216", "GB", 0 },
    { "GeoLite2-City-Test", NULL, "2a02:d000::1", "CH", 0 },
    { "GeoLite2-ASN-Test", NULL, "1.128.0.0", "", 1221 },
    { "GeoIP2-City-Test-Broken-Double-Format", "a record cannot be read", NULL, NULL, 0 },
    { "GeoIP2-City-Test-Invalid-Node-Count", "does not fit", NULL, NULL, 0 },
    { "MaxMind-DB-test-broken-pointers-24", "points outside", NULL, NULL, 0 },
    { "MaxMind-DB-test-broken-search-tree-24", "neither", NULL, NULL, 0 },
    { "MaxMind-DB-no-ipv4-search-tree", "neither", NULL, NULL, 0 },
    { "MaxMind-DB-string-value-entries", "neither", NULL, NULL, 0 },
    { "MaxMind-DB-test-decoder", "neither", NULL, NULL, 0 },
    { "MaxMind-DB-test-ipv4-24", "neither", NULL, NULL, 0 },
    { "MaxMind-DB-test-ipv6-28", "neither", NULL, NULL, 0 },
    { "MaxMind-DB-test-metadata-pointers", "neither", NULL, NULL, 0 },
    { "MaxMind-DB-test-mixed-32", "neither", NULL, NULL, 0 },
    { "MaxMind-DB-test-nested", "neither", NULL, NULL, 0 },
    { "MaxMind-DB-test-pointer-decoder", "neither", NULL, NULL, 0 },
};

static void
test_maxmind(void **state)
{
    const struct maxmind_case *c = *state;
    struct problem_list *problems;
    const char *path;
    char name[128];
    struct geo *geo;

    (void) snprintf(name, sizeof name, "data/geo/maxmind-test/%s.mmdb", c->name);
    path = shared_path_or_skip(name);
    problems = problem_list_new();
    geo = open_one(path, problems);
    assert_int_equal(problem_list_n_errors(problems), c->expected != NULL);
    if (c->expected != NULL) {
        assert_true(problem_list_mentions(problems, c->expected));
    } else {
        const struct place place = lookup(geo, c->address);

        assert_string_equal(place.country, c->country);
        assert_int_equal(place.asn, c->asn);
        assert_string_equal(lookup(geo, "240.0.0.1").country, "");
    }
    geo_free(geo);
    problem_list_free(problems);
}

/* A file that is cut short, written over or removed while its database is in use. */
static void
test_file_changes(void **state)
{
    static const struct mmdb_entry entries[] = {
        { "1.0.0.0/8", "{\"country\":{\"iso_code\":\"KE\"}}" }, { NULL, NULL }
    };
    const char *path = write_database(
        "used.mmdb", &(struct mmdb_config){ 24, 6, BUILT_S, "Country", entries });
    struct problem_list *problems = problem_list_new();
    struct geo *geo = open_one(path, problems);

    (void) state;
    assert_int_equal(problem_list_n(problems), 0);
    assert_int_equal(truncate(path, 0), 0);
    assert_string_equal(lookup(geo, "1.2.3.4").country, "KE");
    (void) write_bytes("used.mmdb", (const uint8_t *) "other", 5);
    assert_string_equal(lookup(geo, "1.2.3.4").country, "KE");
    assert_int_equal(remove(path), 0);
    assert_string_equal(lookup(geo, "1.2.3.4").country, "KE");
    geo_free(geo);
    problem_list_free(problems);
}

/* The database that the build has unpacked. */
static void
test_shipped(void **state)
{
    struct problem_list *problems = problem_list_new();
    struct geo *geo =
        open_one(SW_BINARY_DIR "/share/geo/sectorwatch-geo-2026-06.mmdb", problems);
    struct place place;

    (void) state;
    problem_list_print(problems, stdout);
    assert_int_equal(geo_n_sources(geo), 1);
    assert_true(geo_source_at(geo, 0)->has_country && geo_source_at(geo, 0)->has_asn);
    place = lookup(geo, "8.8.8.8");
    assert_string_equal(place.country, "US");
    assert_int_equal(place.asn, 15169);
    assert_string_equal(place.as_name, "Google LLC");
    assert_int_equal(lookup(geo, "2001:4860:4860::8888").asn, 15169);
    assert_string_equal(lookup(geo, "192.0.2.1").country, "");
    geo_free(geo);
    problem_list_free(problems);
}

int
main(void)
{
    const struct CMUnitTest others[] = {
        cmocka_unit_test(test_merge),     cmocka_unit_test(test_special),
        cmocka_unit_test(test_bad_place), cmocka_unit_test(test_every_byte),
        cmocka_unit_test(test_too_many),  cmocka_unit_test(test_random),
        cmocka_unit_test(test_shipped),   cmocka_unit_test(test_file_changes),
    };
    int failed = RUN_CASES(schema_cases, test_schema);

    failed += RUN_CASES(bad_cases, test_bad);
    failed += RUN_CASES(maxmind_cases, test_maxmind);
    return failed + cmocka_run_group_tests_name("others", others, NULL, NULL);
}
