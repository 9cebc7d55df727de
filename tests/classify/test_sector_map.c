#include "classify/sector_map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/timestamp.h"
#include "support/support.h"

enum { MAX_ITEMS = 8, ALL_SECTORS = (1 << N_SECTORS) - 1 };

enum {
    HEALTHCARE = 1 << SECTOR_HEALTHCARE,
    ENERGY = 1 << SECTOR_ENERGY,
    FINANCE = 1 << SECTOR_FINANCE,
};

#define ORGANISATIONS_HEAD              \
    "# source: test catalogue\n"        \
    "# date: 2026-06\n"                 \
    "# Anything else is a comment.\n\n" \
    "asn\tsector\tsubsector\tconfidence\tcountry\tname\n"
#define PREFIXES_HEAD "prefix\tasn\n"

/* What is asked of a map, and what it answers. */
struct question {
    const char *address;
    sector_set sectors;       /* 0: in no range. */
    const char *organisation; /* Of the first claim. */
};

/* What is loaded, what is to be said about it, and what then is where. */
static const struct map_case {
    const char *name;
    const char *operator_files[3]; /* Their texts; files are named 1.conf, 2.conf. */
    const char *ranges[MAX_ITEMS];
    const char *organisations, *prefixes; /* Texts of the catalogue; NULL: none. */
    const char *problems[3 * MAX_ITEMS];  /* Ends of their lines: "FILE:LINE: text". */
    struct question questions[MAX_ITEMS];
    size_t n_hidden; /* Ranges of the catalogue under the operator's. */
} cases[] = {
    { .name = "nothing", .questions = { { "192.0.2.1", 0, NULL } } },
    { .name = "an organisation",
      .operator_files = { "source = { name = \"Ours\"; date = \"2026-06-01\"; };\n"
                          "organisations = ( { name = \"Teaching Hospital\";\n"
                          "  sector = \"healthcare\"; subsector = \"hospital\";\n"
                          "  country = \"NG\"; asn = 64496;\n"
                          "  prefixes = [ \"192.0.2.0/24\", \"2001:db8::/32\" ]; } );\n" },
      .questions = { { "192.0.2.1", HEALTHCARE, "Teaching Hospital" },
                     { "2001:db8:ffff::1", HEALTHCARE, "Teaching Hospital" },
                     { "192.0.3.0", 0, NULL },
                     { "2001:db9::", 0, NULL } } },
    { .name = "several sectors",
      .operator_files = { "organisations = ( { name = \"Both\"; sectors = [ \"energy\", "
                          "\"finance\" ]; asn = 4294967295L; prefixes = [ \"192.0.2.0/24\" "
                          "]; } );" },
      .questions = { { "192.0.2.1", ENERGY | FINANCE, "Both" } } },
    { .name = "an empty file", .operator_files = { "# nothing yet\n" } },
    { .name = "every mistake at once",
      .operator_files = { "sorce = 1;\n"
                          "source = { name = 5; date = \"June\"; by = \"me\"; };\n"
                          "organisations = (\n"
                          "{ sector = \"helthcare\"; prefixes = [ \"192.0.2.1/24\" ]; },\n"
                          "{ name = \"No sector\"; prefixes = [ \"2001:db8::1/32\" ]; },\n"
                          "{ name = \"Two\"; sector = \"energy\"; sectors = [ \"space\" "
                          "];\n"
                          "  prefixes = [ \"10.0.0.0/33\",\n"
                          "    \"hospital.example\" ]; },\n"
                          "{ name = \"None\"; sector = \"military\"; country = \"ng\";\n"
                          "  asn = 0; prefixs = [ ]; },\n"
                          "{ name = \"Twice\"; sector = \"space\"; prefixes = [ "
                          "\"192.0.2.0/24\",\n"
                          "  \"198.51.100.0/24\", \"192.0.2.0/24\" ]; },\n"
                          "17 );\n" },
      .problems = { "1.conf:1: error: unknown", "1.conf:2: error: 'name' is not a text",
                    "1.conf:2: error: \"June\" is not a day; expected \"2026-06-01\"",
                    "1.conf:2: error: unknown",
                    "1.conf:4: error: an organisation without a name",
                    "1.conf:4: error: unknown sector \"helthcare\"; did you mean "
                    "\"healthcare\"?",
                    "1.conf:4: error: \"192.0.2.1/24\" has bits set beyond its length; the "
                    "prefix "
                    "would be \"192.0.2.0/24\"",
                    "1.conf:5: error: an organisation with neither 'sector' nor 'sectors'",
                    "1.conf:5: error: \"2001:db8::1/32\" has bits set beyond its length; "
                    "the prefix "
                    "would be \"2001:db8::/32\"",
                    "1.conf:6: error: an organisation with both 'sector' and 'sectors'",
                    "1.conf:7: error: \"10.0.0.0/33\" has no valid prefix length; expected "
                    "0 to 32",
                    "1.conf:8: error: \"hospital.example\" is not a prefix",
                    "1.conf:9: error: \"ng\" is not a country code",
                    "1.conf:9: error: unknown sector \"military\"; expected healthcare, "
                    "energy, finance, aviation, maritime, space, government, telecom, "
                    "commerce, response",
                    "1.conf:9: error: an organisation without prefixes",
                    "1.conf:13: error: an organisation is not a group",
                    "1.conf:10: error: 'asn' is out of range", "1.conf:10: error: unknown",
                    "1.conf:12: error: 192.0.2.0/24 is listed twice for \"Twice\", before "
                    "in line 11" } },
    { .name = "wrong types",
      .operator_files = { "source = 1; organisations = { };",
                          "organisations = ( { name = \"X\"; sectors = \"energy\"; "
                          "prefixes = "
                          "\"192.0.2.0/24\"; }, { name = \"Y\"; sector = 1; prefixes = [ 1 "
                          "]; } );" },
      .problems = { "1.conf:1: error: 'source' is not a group",
                    "1.conf:1: error: 'organisations' is not a list",
                    "2.conf:1: error: 'sectors' is not a list",
                    "2.conf:1: error: an organisation without prefixes",
                    "2.conf:1: error: 'sector' is not a text",
                    "2.conf:1: error: 'prefixes' is not a text" } },
    { .name = "wrong services",
      .operator_files = { "organisations = ( { name = \"X\"; sector = \"energy\";\n"
                          "  services = [ \"iec103\", \"\" ];\n"
                          "  prefixes = [ \"192.0.2.0/24\" ]; },\n"
                          "{ name = \"Y\"; sector = \"energy\"; services = \"iec104\";\n"
                          "  prefixes = [ \"192.0.3.0/24\" ]; },\n"
                          "{ name = \"Z\"; sector = \"energy\"; services = [ ];\n"
                          "  prefixes = [ \"192.0.4.0/24\" ]; } );" },
      .problems = { "1.conf:2: error: unknown service \"iec103\"; did you mean \"iec104\"?",
                    "1.conf:2: error: unknown service \"\"; expected a name that "
                    "\"sectorwatch protocols\" lists",
                    "1.conf:4: error: 'services' is not a list of services; expected [ "
                    "\"...\", ... ]",
                    "1.conf:6: error: 'services' is not a list of services; expected [ "
                    "\"...\", ... ]" } },
    { .name = "syntax",
      .operator_files = { "organisations = (\n{ name = ;\n" },
      .problems = { "1.conf:2: error: syntax error" } },
    { .name = "options",
      .ranges = { "192.0.2.0/24=energy", "2001:db8::/32=finance:Bank: the second",
                  "198.51.100.7=healthcare:Clinic" },
      .questions = { { "192.0.2.1", ENERGY, "(unnamed)" },
                     { "2001:db8::1", FINANCE, "Bank: the second" },
                     { "198.51.100.7", HEALTHCARE, "Clinic" },
                     { "198.51.100.8", 0, NULL } } },
    { .name = "wrong options",
      .ranges = { "192.0.2.0/24", "192.0.2.1/24=energy", "192.0.2.0/24=enery:X", "=energy",
                  "::1=", "0.0.0.0/0=space" },
      .problems = { "error: --range \"192.0.2.0/24\" is not PREFIX=SECTOR[:ORGANISATION]",
                    "error: --range \"192.0.2.1/24=energy\": \"192.0.2.1/24\" has bits set",
                    "error: --range \"192.0.2.0/24=enery:X\": unknown sector \"enery\"; "
                    "did you mean \"energy\"?",
                    "error: --range \"=energy\": \"\" is not a prefix",
                    "error: --range \"::1=\": unknown sector \"\"",
                    "warning: 0.0.0.0/0 is suspiciously wide" } },
    { .name = "operator over operator",
      .operator_files = { "organisations = (\n"
                          "{ name = \"Grid\"; sector = \"energy\"; prefixes = [ "
                          "\"10.0.0.0/8\" ]; },\n"
                          "{ name = \"Plant\"; sector = \"energy\"; prefixes = [ "
                          "\"10.2.0.0/16\" ]; } );",
                          "organisations = (\n"
                          "{ name = \"Bank\"; sector = \"finance\"; prefixes = [ "
                          "\"10.1.0.0/16\",\n"
                          "  \"10.0.0.0/8\" ]; } );" },
      .problems = { "2.conf:3: warning: 10.0.0.0/8 of \"Bank\" (finance) is the same as "
                    "10.0.0.0/8 of \"Grid\" (energy) at ",
                    "2.conf:2: warning: 10.1.0.0/16 of \"Bank\" (finance) lies in "
                    "10.0.0.0/8 of \"Grid\" (energy) at " },
      .questions = { { "10.0.0.1", ENERGY | FINANCE, "Grid" },
                     { "10.1.0.1", FINANCE, "Bank" },
                     { "10.2.0.1", ENERGY, "Plant" } } },
    { .name = "catalogue",
      .organisations =
          ORGANISATIONS_HEAD "64496\tenergy\telectricity\tA\tNG\tGrid\n"
                             "64497\tfinance\tbank\tB\t-\tBank\r\n"
                             "64497\thealthcare\thospital\tA\tKE\tBank Hospital\n",
      .prefixes = PREFIXES_HEAD "192.0.2.0/24\t64496\n2001:db8::/32\t64497\n"
                                "198.51.100.0/24\t64497\n198.51.100.0/24\t64496\n"
                                "192.0.2.0/24\t64496\n192.0.2.128/25\t64497\n",
      .questions = { { "192.0.2.1", ENERGY, "Grid" },
                     { "2001:db8::1", FINANCE | HEALTHCARE, "Bank" },
                     { "198.51.100.1", ENERGY | FINANCE | HEALTHCARE, "Grid" },
                     { "192.0.2.129", FINANCE | HEALTHCARE, "Bank" } } },
    { .name = "operator over catalogue",
      .ranges = { "198.51.0.0/16=space:Ours", "203.0.113.0/25=space:Ours",
                  "2001:db8::/32=space:Ours" },
      .organisations = ORGANISATIONS_HEAD "64496\tenergy\telectricity\tA\tNG\tGrid\n",
      .prefixes = PREFIXES_HEAD
      "198.51.100.0/24\t64496\n203.0.113.0/24\t64496\n2001:db8::/32\t64496\n",
      .questions = { { "198.51.100.1", 1 << SECTOR_SPACE, "Ours" },
                     { "203.0.113.1", 1 << SECTOR_SPACE, "Ours" },
                     { "203.0.113.129", ENERGY, "Grid" },
                     { "2001:db8::1", 1 << SECTOR_SPACE, "Ours" } },
      .n_hidden = 2 },
    { .name = "damaged catalogue",
      .organisations =
          "# date: today\n" ORGANISATIONS_HEAD "64496\tenergy\telectricity\tA\tNG\tGrid\n"
          "64497\tenergy\telectricity\tA\tNG\n"
          "AS64498\tenergy\telectricity\tA\tNG\tGrid\n"
          "64499\tenegy\telectricity\tA\tNG\tGrid\n"
          "64500\tenergy\telectricity\toperator\tNG\tGrid\n"
          "64501\tenergy\telectricity\tA\tNigeria\tGrid\n"
          "64502\tenergy\telectricity\tA\tNG\t\n",
      .prefixes =
          PREFIXES_HEAD "192.0.2.0/24\t64496\n192.0.2.1/24\t64496\nx\t64496\n"
                        "192.0.2.0/24\t64496\t1\n192.0.2.0/24\t-1\n192.0.2.0/24\t64497\n",
      .problems = { "organisations.tsv:1: error: \"today\" is not a day",
                    "organisations.tsv:8: error: expected 6 fields",
                    "organisations.tsv:9: error: \"AS64498\" is not an AS number",
                    "organisations.tsv:10: error: unknown sector \"enegy\"; did you mean "
                    "\"energy\"?",
                    "organisations.tsv:11: error: \"operator\" is not a confidence",
                    "organisations.tsv:12: error: \"Nigeria\" is not a country code",
                    "organisations.tsv:13: error: an organisation without a name",
                    "prefixes.tsv:3: error: \"192.0.2.1/24\" has bits set",
                    "prefixes.tsv:4: error: \"x\" is not a prefix",
                    "prefixes.tsv:5: error: expected 2 fields",
                    "prefixes.tsv:6: error: \"-1\" is not an AS number",
                    "prefixes.tsv:7: error: AS 64497 is not in organisations.tsv" },
      .questions = { { "192.0.2.1", ENERGY, "Grid" } } },
    { .name = "empty organisations",
      .organisations = ORGANISATIONS_HEAD,
      .prefixes = PREFIXES_HEAD "192.0.2.0/24\t64496\n",
      .problems = { "organisations.tsv: error: the catalogue is empty" } },
    { .name = "empty prefixes",
      .organisations = ORGANISATIONS_HEAD "64496\tenergy\telectricity\tA\tNG\tGrid\n",
      .prefixes = "",
      .problems = { "prefixes.tsv: error: the catalogue is empty" } },
    { .name = "no columns",
      .organisations = "64496\tenergy\telectricity\tA\tNG\tGrid\n",
      .prefixes = PREFIXES_HEAD,
      .problems = { "organisations.tsv:1: error: the first line does not name the columns",
                    "organisations.tsv: error: the catalogue is empty" } },
};

static const char *const no_texts[] = { NULL };

/* Writes the catalogue into a folder of its own and returns the folder. */
static const char *
write_catalogue(const char *organisations, const char *prefixes)
{
    const char *folder = temporary_path("catalogue");

    (void) mkdir(folder, 0700);
    (void) temporary_file("catalogue/organisations.tsv", organisations);
    (void) temporary_file("catalogue/prefixes.tsv", prefixes);
    return folder;
}

/* Is 'problem', as printed, the one that 'want' speaks of?  The folder does not matter. */
static bool
is_problem(const struct problem *problem, const char *want)
{
    const char *file = problem->file == NULL ? NULL : strrchr(problem->file, '/') + 1;
    char text[2048], place[128] = "";

    if (file != NULL && problem->line != 0) {
        (void) snprintf(place, sizeof place, "%s:%u: ", file, problem->line);
    } else if (file != NULL) {
        (void) snprintf(place, sizeof place, "%s: ", file);
    }
    (void) snprintf(text, sizeof text, "%s%s: %s", place,
                    problem->severity == PROBLEM_ERROR ? "error" : "warning",
                    problem->message);
    return strncmp(text, want, strlen(want)) == 0;
}

/* Each of 'want' was said, and nothing else. */
static void
check_problems(const struct problem_list *problems, const char *const *want, size_t max)
{
    size_t n = 0;

    for (; n < max && want[n] != NULL; n++) {
        bool found = false;

        for (size_t i = 0; i < problem_list_n(problems); i++) {
            found = found || is_problem(problem_list_at(problems, i), want[n]);
        }
        if (!found) {
            problem_list_print(problems, stdout);
            fail_msg("not said: %s", want[n]);
        }
    }
    if (n != max && problem_list_n(problems) != n) {
        problem_list_print(problems, stdout);
        fail_msg("%zu problems instead of %zu", problem_list_n(problems), n);
    }
}

static sector_set
sectors_of_claims(const struct critical_range *range)
{
    sector_set set = 0;

    for (size_t i = 0; i < range->n_claims; i++) {
        set = (sector_set) (set | 1u << range->claims[i].sector);
    }
    return set;
}

static void
check_question(const struct sector_map *map, const struct question *question)
{
    struct ip_address address;
    range_id id;

    assert_true(ip_parse(question->address, &address));
    sector_map_prefetch(map, address);
    id = sector_map_lookup(map, address);
    assert_int_equal(id != 0, question->sectors != 0);
    if (id != 0) {
        const struct critical_range *range = sector_map_range(map, id);

        assert_true(ip_prefix_contains(range->prefix, address));
        assert_int_equal(range->sectors, question->sectors);
        assert_int_equal(sectors_of_claims(range), question->sectors);
        assert_true(range->n_claims > 0);
        assert_string_equal(range->claims[0].organisation, question->organisation);
    }
}

static void
test_map(void **state)
{
    static const char *const names[] = { "1.conf", "2.conf" };
    const struct map_case *c = *state;
    struct problem_list *problems = problem_list_new();
    const char *files[3] = { NULL };
    struct sector_map_config config = {
        .operator_files = files,
        .ranges = c->ranges,
        .catalogue_sectors = ALL_SECTORS,
        .catalogue_confidences = 1u << CONFIDENCE_A | 1u << CONFIDENCE_B,
    };
    struct sector_map *map;

    for (size_t i = 0; c->operator_files[i] != NULL; i++) {
        files[i] = temporary_file(names[i], c->operator_files[i]);
    }
    if (c->organisations != NULL) {
        config.catalogue_dir = write_catalogue(c->organisations, c->prefixes);
    }
    map = sector_map_new(&config, problems);
    check_problems(problems, c->problems, N_ELEMENTS(c->problems));
    assert_int_equal(sector_map_n_hidden(map), c->n_hidden);
    for (size_t i = 0; i < MAX_ITEMS && c->questions[i].address != NULL; i++) {
        check_question(map, &c->questions[i]);
    }
    sector_map_free(map);
    problem_list_free(problems);
}

/* The choice from the catalogue. */
static const struct choice_case {
    const char *name;
    sector_set sectors;
    const char *confidences, *countries[3], *countries_not[3];
    size_t n_ranges;
    bool warns;
} choice_cases[] = {
    { "all", ALL_SECTORS, "ABM", { NULL }, { NULL }, 5, false },
    { "A and B", ALL_SECTORS, "AB", { NULL }, { NULL }, 4, false },
    { "M", ALL_SECTORS, "M", { NULL }, { NULL }, 1, false },
    { "energy", ENERGY, "ABM", { NULL }, { NULL }, 3, false },
    { "a country", ALL_SECTORS, "ABM", { "NG", "KE", NULL }, { NULL }, 3, false },
    { "not a country", ALL_SECTORS, "ABM", { NULL }, { "NG", NULL }, 3, false },
    { "both", ALL_SECTORS, "ABM", { "NG", "KE", NULL }, { "NG", NULL }, 1, false },
    { "energy, A, in a country", ENERGY, "A", { "NG", NULL }, { NULL }, 1, false },
    { "nothing left", ENERGY, "A", { "FR", NULL }, { NULL }, 0, true },
};

static void
test_choice(void **state)
{
    const struct choice_case *c = *state;
    struct problem_list *problems = problem_list_new();
    struct sector_map_config config = {
        .operator_files = no_texts,
        .ranges = no_texts,
        .catalogue_dir = write_catalogue(
            ORGANISATIONS_HEAD "1\tenergy\telectricity\tA\tNG\tGrid\n"
                               "2\tenergy\telectricity\tM\tNG\tTelecom Power\n"
                               "3\tfinance\tbank\tA\tKE\tBank\n"
                               "4\tfinance\tbank\tB\t-\tOther Bank\n"
                               "5\tenergy\tgas\tB\tBR\tGas\n",
            PREFIXES_HEAD "192.0.2.0/26\t1\n192.0.2.64/26\t2\n192.0.2.128/26\t3\n"
                          "192.0.2.192/26\t4\n2001:db8::/32\t5\n"),
        .catalogue_sectors = c->sectors,
        .countries = c->countries[0] != NULL ? c->countries : NULL,
        .countries_not = c->countries_not[0] != NULL ? c->countries_not : NULL,
    };
    struct sector_map *map;

    for (const char *letter = c->confidences; *letter != '\0'; letter++) {
        enum confidence confidence;

        assert_true(confidence_parse((char[]){ *letter, '\0' }, &confidence));
        assert_int_equal(*confidence_name(confidence), *letter);
        config.catalogue_confidences |= 1u << confidence;
    }
    map = sector_map_new(&config, problems);
    assert_int_equal(sector_map_n_ranges(map), c->n_ranges);
    assert_int_equal(sector_map_n_organisations(map), c->n_ranges);
    assert_int_equal(problem_list_n_errors(problems), 0);
    assert_int_equal(problem_list_mentions(problems, "is left by the choice"), c->warns);
    sector_map_free(map);
    problem_list_free(problems);
}

/* What an alert may need to know of a range. */
static void
test_provenance(void **state)
{
    const char *const files[] = {
        temporary_file(
            "ours.conf",
            "source = { name = \"Ours\"; date = \"2026-05-04\"; };\n\n"
            "organisations = (\n"
            "{ name = \"Clinic\"; sector = \"healthcare\"; subsector = \"hospital\";\n"
            "  country = \"NG\"; asn = 64496; prefixes = [ \"192.0.2.0/24\" ]; } );"),
        NULL
    };
    const struct sector_map_config config = {
        .operator_files = files,
        .ranges = no_texts,
        .catalogue_dir =
            write_catalogue(ORGANISATIONS_HEAD "64497\tenergy\tgas\tB\tKE\tGas\n",
                            PREFIXES_HEAD "198.51.100.0/24\t64497\n"),
        .catalogue_sectors = ALL_SECTORS,
        .catalogue_confidences = 1u << CONFIDENCE_B,
    };
    struct problem_list *problems = problem_list_new();
    struct sector_map *map = sector_map_new(&config, problems);
    const struct range_claim *claim = sector_map_range(map, 1)->claims;
    char day[DATE_TEXT_SIZE];

    (void) state;
    assert_int_equal(problem_list_n(problems), 0);
    assert_int_equal(claim->confidence, CONFIDENCE_OPERATOR);
    assert_string_equal(claim->subsector, "hospital");
    assert_string_equal(claim->country, "NG");
    assert_int_equal(claim->asn, 64496);
    assert_int_equal(claim->line, 4);
    assert_string_equal(claim->source->name, "Ours");
    assert_string_equal(claim->source->file, files[0]);
    assert_string_equal(timestamp_format_date(claim->source->date_ns, day), "2026-05-04");

    claim = sector_map_range(map, 2)->claims;
    assert_int_equal(claim->confidence, CONFIDENCE_B);
    assert_string_equal(claim->subsector, "gas");
    assert_string_equal(claim->country, "KE");
    assert_int_equal(claim->asn, 64497);
    assert_int_equal(claim->line, 6);
    assert_string_equal(claim->source->name, "test catalogue");
    assert_non_null(strstr(claim->source->file, "catalogue/organisations.tsv"));
    assert_string_equal(timestamp_format_date(claim->source->date_ns, day), "2026-06-01");
    sector_map_free(map);
    problem_list_free(problems);
}

static const struct search_case {
    const char *name; /* The text to search. */
    const char *found[3];
} search_cases[] = {
    { "grid", { "National Grid" } },
    { "HOSPITAL", { "Bank Hospital" } },
    { "HEALTH", { "Clinic" } },
    { "energy", { "National Grid" } },
    { "NG", { "National Grid" } },
    { "ng", { "Bank Hospital" } }, /* Part of "banking". */
    { "64496", { "National Grid" } },
    { "as64497", { "Bank Hospital" } },
    { "6449", { NULL } },
    { "192.0.2.200", { "Bank Hospital" } },
    { "192.0.2.1", { "National Grid" } },
    { "192.0.2.1/23", { NULL } }, /* Not a prefix: bits beyond its length. */
    { "192.0.0.0/16", { "National Grid", "Bank Hospital" } },
    { "2001:db8::1", { "Clinic" } },
    { "nothing of this", { NULL } },
};

static void
test_search(void **state)
{
    const struct search_case *c = *state;
    const char *const ranges[] = { "2001:db8::/32=healthcare:Clinic", NULL };
    const struct sector_map_config config = {
        .operator_files = no_texts,
        .ranges = ranges,
        .catalogue_dir = write_catalogue(
            ORGANISATIONS_HEAD "64496\tenergy\telectricity\tA\tNG\tNational Grid\n"
                               "64497\tfinance\tbanking\tA\tKE\tBank Hospital\n"
                               "64498\tspace\tagency\tA\tKE\tWithout Ranges\n",
            PREFIXES_HEAD "192.0.2.0/25\t64496\n192.0.2.128/25\t64497\n"),
        .catalogue_sectors = ALL_SECTORS,
        .catalogue_confidences = 1u << CONFIDENCE_A,
    };
    struct problem_list *problems = problem_list_new();
    struct sector_map *map = sector_map_new(&config, problems);
    size_t n_found = 0;

    assert_int_equal(sector_map_n_organisations(map), 3);
    for (size_t i = 0; i < 3; i++) {
        const struct sector_organisation *o = sector_map_organisation(map, i);
        bool wanted = false;

        assert_int_equal(o->n_ranges, 1);
        assert_ptr_equal(sector_map_range(map, o->ranges[0])->claims, o->claims);
        for (size_t k = 0; k < N_ELEMENTS(c->found) && c->found[k] != NULL; k++) {
            wanted = wanted || strcmp(c->found[k], o->claims->organisation) == 0;
        }
        n_found += wanted;
        assert_int_equal(sector_map_organisation_matches(map, i, c->name), wanted);
    }
    for (size_t k = 0; k < N_ELEMENTS(c->found) && c->found[k] != NULL; k++) {
        assert_true(n_found-- > 0);
    }
    sector_map_free(map);
    problem_list_free(problems);
}

/* The wrong file gives a page of messages, not a million. */
static void
test_many_problems(void **state)
{
    char *text = calloc(1, 100000);
    struct sector_map_config config = { .operator_files = no_texts, .ranges = no_texts };
    struct problem_list *problems = problem_list_new();

    (void) state;
    strcpy(text, ORGANISATIONS_HEAD);
    for (size_t i = 0; i < 1000; i++) {
        strcat(text, "nonsense\n");
    }
    memset(text + strlen(text), 'x', 9000); /* A line too long, also the last. */
    config.catalogue_dir = write_catalogue(text, PREFIXES_HEAD);
    sector_map_free(sector_map_new(&config, problems));
    assert_true(problem_list_mentions(problems, "and 981 more bad lines"));
    assert_true(problem_list_n(problems) < 30);
    problem_list_free(problems);
    free(text);
}

static void
test_unreadable(void **state)
{
    const char *const files[] = { temporary_path("missing.conf"), source_path("tests"),
                                  NULL };
    struct sector_map_config config = { .operator_files = files,
                                        .ranges = no_texts,
                                        .catalogue_dir = temporary_path("nowhere") };
    struct problem_list *problems = problem_list_new();

    (void) state;
    sector_map_free(sector_map_new(&config, problems));
    assert_int_equal(problem_list_n_errors(problems), 3);
    assert_true(problem_list_mentions(problems, "No such file"));
    problem_list_free(problems);
}

static struct sector_map *
load_shipped(const char *const *ranges, struct problem_list *problems)
{
    const struct sector_map_config config = {
        .operator_files = no_texts,
        .ranges = ranges,
        .catalogue_dir = source_path("conf/sectors/world"),
        .catalogue_sectors = ALL_SECTORS,
        .catalogue_confidences = 1u << CONFIDENCE_A | 1u << CONFIDENCE_B,
    };

    return sector_map_new(&config, problems);
}

/* The catalogue as it comes with the program: the numbers are those that its makers state.
 */
static void
test_shipped(void **state)
{
    struct problem_list *problems = problem_list_new();
    struct sector_map *map = load_shipped(no_texts, problems);
    const struct critical_range *range;
    struct ip_address address;
    char day[DATE_TEXT_SIZE];

    (void) state;
    problem_list_print(problems, stdout);
    assert_int_equal(problem_list_n(problems), 0);
    assert_int_equal(sector_map_n_ranges(map), 27500);
    assert_int_equal(sector_map_n_hidden(map), 0);
    assert_true(sector_map_memory(map) < 16u << 20);
    assert_true(ip_parse("128.102.1.1", &address));
    range = sector_map_range(map, sector_map_lookup(map, address));
    assert_string_equal(range->claims->organisation,
                        "National Aeronautics and Space Administration");
    assert_int_equal(range->sectors, 1u << SECTOR_SPACE);
    assert_string_equal(range->claims->source->name, "world catalogue");
    assert_string_equal(timestamp_format_date(range->claims->source->date_ns, day),
                        "2026-06-01");
    sector_map_free(map);
    problem_list_free(problems);
}

/* An operator's own file, as it comes with the program, is a set of comments. */
static void
test_shipped_example(void **state)
{
    const char *const files[] = { source_path("conf/sectors/organisations.conf"), NULL };
    const struct sector_map_config config = { .operator_files = files, .ranges = no_texts };
    struct problem_list *problems = problem_list_new();
    struct sector_map *map = sector_map_new(&config, problems);

    (void) state;
    assert_int_equal(problem_list_n(problems), 0);
    assert_int_equal(sector_map_n_ranges(map), 0);
    sector_map_free(map);
    problem_list_free(problems);
}

/* The same where the same was loaded, and only there. */
static void
test_digest(void **state)
{
    const char *const one[] = { "192.0.2.0/24=energy:A", "198.51.100.0/24=space:B", NULL };
    const char *const same[] = { "198.51.100.0/24=space:B", "192.0.2.0/24=energy:A", NULL };
    const char *const other[] = { "192.0.2.0/24=energy:A", "198.51.100.0/25=space:B",
                                  NULL };
    const char *const *const sets[] = { one, same, other, no_texts };
    char digests[4][SECTOR_MAP_DIGEST_SIZE];

    (void) state;
    for (size_t i = 0; i < 4; i++) {
        struct sector_map *map = load_shipped(sets[i], NULL);

        sector_map_digest(map, digests[i]);
        assert_int_equal(strlen(digests[i]), SECTOR_MAP_DIGEST_SIZE - 1);
        sector_map_free(map);
    }
    assert_string_equal(digests[0], digests[1]);
    assert_string_not_equal(digests[0], digests[2]);
    assert_string_not_equal(digests[0], digests[3]);
}

/* What may be served where: "Both" and "Same" have a prefix in common, and "Other" says
 * nothing of its services. */
static void
test_services(void **state)
{
    static const struct {
        const char *address;
        enum service service;
        bool may_be_served;
    } servings[] = {
        { "192.0.2.1", SERVICE_DICOM, true },    { "192.0.2.1", SERVICE_SSH, false },
        { "192.0.2.1", SERVICE_TLS, true },      { "192.0.2.1", SERVICE_HTTP, true },
        { "192.0.2.1", SERVICE_ELASTIC, false }, { "198.51.100.1", SERVICE_MODBUS, true },
        { "198.51.100.1", SERVICE_DNP3, true },  { "198.51.100.1", SERVICE_SSH, false },
        { "203.0.113.1", SERVICE_MODBUS, true }, { "203.0.113.1", SERVICE_SSH, true },
        { "10.0.0.1", SERVICE_SSH, true },
    };
    const char *const files[] = {
        temporary_file("services.conf",
                       "organisations = (\n"
                       "{ name = \"Clinic\"; sector = \"healthcare\";\n"
                       "  services = [ \"dicom\", \"fhir\" ];\n"
                       "  prefixes = [ \"192.0.2.0/24\" ]; },\n"
                       "{ name = \"Both\"; sectors = [ \"energy\", \"maritime\" ];\n"
                       "  services = [ \"modbus\" ];\n"
                       "  prefixes = [ \"198.51.100.0/24\", \"203.0.113.0/24\" ]; },\n"
                       "{ name = \"Same\"; sector = \"energy\"; services = [ \"dnp3\" ];\n"
                       "  prefixes = [ \"198.51.100.0/24\" ]; },\n"
                       "{ name = \"Other\"; sector = \"space\";\n"
                       "  prefixes = [ \"203.0.113.0/24\", \"10.0.0.0/8\" ]; } );"),
        NULL
    };
    const struct sector_map_config config = { .operator_files = files, .ranges = no_texts };
    struct problem_list *problems = problem_list_new();
    struct sector_map *map = sector_map_new(&config, problems);

    (void) state;
    assert_int_equal(problem_list_n_errors(problems), 0);
    for (size_t i = 0; i < N_ELEMENTS(servings); i++) {
        struct ip_address address;

        assert_true(ip_parse(servings[i].address, &address));
        if (critical_range_may_serve(sector_map_range(map, sector_map_lookup(map, address)),
                                     servings[i].service) != servings[i].may_be_served) {
            fail_msg("%s at %s", service_name(servings[i].service), servings[i].address);
        }
    }
    sector_map_free(map);
    problem_list_free(problems);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_provenance),      cmocka_unit_test(test_many_problems),
        cmocka_unit_test(test_unreadable),      cmocka_unit_test(test_shipped),
        cmocka_unit_test(test_shipped_example), cmocka_unit_test(test_digest),
        cmocka_unit_test(test_services),
    };

    return RUN_CASES(cases, test_map) + RUN_CASES(choice_cases, test_choice) +
           RUN_CASES(search_cases, test_search) + cmocka_run_group_tests(tests, NULL, NULL);
}
