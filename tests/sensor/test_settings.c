#include "sensor/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timestamp.h"
#include "support/golden.h"
#include "support/support.h"

/* The shipped sectorwatch.conf is what the table says. */
static void
test_shipped_file_is_made_from_the_table(void **state)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    (void) state;
    settings_write_default(out);
    fclose(out);
    golden_check("../../conf/sectorwatch.conf",
                 text); /* Shipped, so not among the others. */
    free(text);
}

static void
test_shipped_file_reads_as_the_defaults(void **state)
{
    struct arena *arena = arena_new();
    struct problem_list *problems = problem_list_new();
    struct settings empty, shipped;

    (void) state;
    settings_read(temporary_file("empty.conf", ""), arena, &empty, problems);
    settings_read(source_path("conf/sectorwatch.conf"), arena, &shipped, problems);
    assert_int_equal(problem_list_n(problems), 0);
    assert_int_equal(shipped.flow.idle_timeout_ns, 60 * NS_PER_SECOND);
    assert_int_equal(shipped.flow.capacity, empty.flow.capacity);
    assert_string_equal(shipped.sectors.confidence.texts[1], "B");
    assert_true(empty.flow.use_vlan && shipped.flow.use_vlan);
    assert_int_equal(shipped.capture.ring_bytes, 64 << 20);
    problem_list_free(problems);
    arena_free(arena);
}

static const struct mistake {
    const char *name;
    const char *text;
    unsigned line;
    const char *message;
} mistakes[] = {
    { "unknown key", "flow = {\n  capacty = 1; };", 2,
      "unknown key 'capacty'; did you mean 'capacity'?" },
    { "unknown group", "flwo = { };", 1, "unknown key 'flwo'; did you mean 'flow'?" },
    { "number out of range", "flow = { capacity = 5; };", 1,
      "expected a whole number from 1024 to 67108864" },
    { "number as text", "flow = { capacity = \"many\"; };", 1, "expected a whole number" },
    { "duration without unit", "flow = { idle_timeout = 60; };", 1, "is not a duration" },
    { "duration of nothing", "flow = { idle_timeout = \"0\"; };", 1,
      "'idle_timeout' is 0; expected" },
    { "size too small", "capture = { ring = \"1kB\"; };", 1,
      "expected from \"64kB\" to \"2047MB\"" },
    { "size too small for a flow",
      "detect = { exfiltration = { flow_bytes = \"1000\"; }; };", 1,
      "expected from \"1kB\" to \"1024MB\"" },
    { "size too large", "decode = { fragment_memory = \"99999999GB\"; };", 1,
      "expected from \"64kB\" to \"65536MB\"" },
    { "switch as number", "flow = { use_vlan = 1; };", 1, "expected true or false" },
    { "list as text", "sectors = { files = \"x\"; };", 1, "expected [ \"...\", \"...\" ]" },
    { "unknown sector", "sectors = { catalogue_sectors = [ \"enrgy\" ]; };", 1,
      "\"enrgy\" does not fit 'catalogue_sectors'; expected a sector" },
    { "unknown confidence", "sectors = { confidence = [ \"C\" ]; };", 1, "expected \"A\"" },
    { "no interface's name", "capture = { interfaces = [ \"a/b\" ]; };", 1,
      "\"a/b\" does not fit 'interfaces'; expected an interface" },
    { "interface twice", "capture = {\n interfaces = [ \"a\", \"b\",\n \"a\" ]; };", 3,
      "\"a\" is named twice" },
    { "too many interfaces",
      "capture = { interfaces = [ \"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\", \"h\", "
      "\"i\", \"j\", \"k\", \"l\", \"m\", \"n\", \"o\", \"p\", \"q\" ]; };",
      1, "17 interfaces are too many; expected at most 16" },
    { "country in small letters", "sectors = { countries = [ \"ng\" ]; };", 1,
      "expected two capital letters" },
    { "unknown service", "detect = { lateral = {\n services = [ \"smbb\" ]; }; };", 2,
      "unknown service \"smbb\"; did you mean \"smb\"?" },
    { "services as text", "detect = { lateral = { services = \"smb\"; }; };", 1,
      "'services' is not a list of services; expected [" },
    { "unknown facility", "alert = { facility = \"locl0\"; };", 1, "expected a facility" },
    { "group as value", "detect = { scan = 5; };", 1, "'detect.scan' is not a group" },
    { "place with host bits", "geo = { places = ( { prefix = \"10.0.0.1/8\"; } ); };", 1,
      "has host bits set; expected \"10.0.0.0/8\"" },
    { "place that is no prefix", "geo = { places = ( { prefix = \"ten\"; } ); };", 1,
      "is not a prefix" },
    { "list without a file", "lists = ( { name = \"x\"; } );", 1,
      "a list needs a name and a file" },
    { "list of a concern and of nobody",
      "lists = (\n{ name = \"x\"; file = \"y\"; concern = \"JS-P3-WMD\"; } );", 2,
      "a list that bears on a concern needs a source" },
    { "list of a wrong format",
      "lists = ( { name = \"x\"; file = \"y\";\n format = \"xml\"; } );", 2,
      "\"xml\" is not a format; expected \"auto\"" },
    { "list of a wrong use",
      "lists = ( { name = \"x\"; file = \"y\";\n use = \"block\"; } );", 2,
      "\"block\" is no use of a list; expected \"alert\"" },
    { "list of a wrong day",
      "lists = ( { name = \"x\"; file = \"y\";\n date = \"2026-02-30\"; } );", 2,
      "is not a day" },
    { "control character in a name",
      "geo = { places = ( { prefix = \"10.0.0.0/8\"; as_name = \"a\\x1b[31m\"; } ); };", 1,
      "'as_name' has a control character" },
    { "syntax", "flow = {\n capacity = ;\n};", 2, "expected libconfig syntax" },
};

static void
test_mistake_is_named_with_its_place(void **state)
{
    const struct mistake *c = *state;
    struct arena *arena = arena_new();
    struct problem_list *problems = problem_list_new();
    struct settings settings;

    settings_read(temporary_file("mistake.conf", c->text), arena, &settings, problems);
    assert_int_equal(problem_list_n_errors(problems), 1);
    if (!problem_list_mentions(problems, c->message)) {
        fail_msg("got: %s", problem_list_at(problems, 0)->message);
    }
    assert_int_equal(problem_list_at(problems, 0)->line, c->line);
    problem_list_free(problems);
    arena_free(arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shipped_file_is_made_from_the_table),
        cmocka_unit_test(test_shipped_file_reads_as_the_defaults),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) +
           RUN_CASES(mistakes, test_mistake_is_named_with_its_place);
}
