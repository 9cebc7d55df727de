#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#include "support/support.h"

/* What json_write_line() writes, to be freed. */
static char *
written(const struct json *json)
{
    const char *path = temporary_path("json");
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    json_write_line(json, file);
    assert_int_equal(fclose(file), 0);
    return read_whole_file(path);
}

/* Checks what 'json' is written as, and frees it. */
static void
assert_written(struct json *json, const char *expected)
{
    char *text = written(json);

    assert_string_equal(text, expected);
    free(text);
    json_free(json);
}

static void
test_values(void **state)
{
    struct json *json = json_object_new();

    (void) state;
    json_set_text(json, "text", "a \"quoted\"\n\\ text");
    json_set_integer(json, "least", INT64_MIN);
    json_set_integer(json, "greatest", INT64_MAX);
    json_set_boolean(json, "yes", true);
    json_set_boolean(json, "no", false);
    json_set_real(json, "real", -0.5);
    assert_written(json, "{\"text\":\"a \\\"quoted\\\"\\n\\\\ text\","
                         "\"least\":-9223372036854775808,\"greatest\":9223372036854775807,"
                         "\"yes\":true,\"no\":false,\"real\":-0.5}\n");
}

/* Members stand where they were first set, also when set again. */
static void
test_paths(void **state)
{
    struct json *json = json_object_new();

    (void) state;
    json_set_text(json, "source.geo.country_iso_code", "NG");
    json_set_text(json, "event.kind", "event");
    json_set_integer(json, "source.port", 502);
    json_set_text(json, "event.kind", "alert");
    assert_written(json, "{\"source\":{\"geo\":{\"country_iso_code\":\"NG\"},\"port\":502},"
                         "\"event\":{\"kind\":\"alert\"}}\n");
}

static void
test_arrays(void **state)
{
    struct json *json = json_object_new();
    struct json *element;

    (void) state;
    json_append_text(json, "rule.tags", "one");
    json_append_text(json, "rule.tags", "two");
    element = json_append_object(json, "ends");
    json_set_text(element, "a.b", "c");
    (void) json_append_object(json, "ends");
    assert_written(json, "{\"rule\":{\"tags\":[\"one\",\"two\"]},"
                         "\"ends\":[{\"a\":{\"b\":\"c\"}},{}]}\n");
}

static void
test_keys_with_dots(void **state)
{
    struct json *json = json_object_new();
    struct json *counters = json_object_at(json, "summary.counters");

    (void) state;
    json_set_integer_key(counters, "capture.packets", 7);
    assert_ptr_equal(json_object_at(json, "summary.counters"), counters);
    (void) json_object_at(json, "summary.none");
    assert_written(json,
                   "{\"summary\":{\"counters\":{\"capture.packets\":7},\"none\":{}}}\n");
}

/* Ill-formed sequences: those of the Unicode Standard, section 3.9, and others.  Each byte
 * that begins no sequence is one replacement character. */
static const struct utf8_case {
    const char *name;
    const char *text;
    const char *expected;
} utf8_cases[] = {
    { "ASCII", "a", "a" },
    { "two, three, four bytes", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x9a\x80",
      "\xc3\xa9\xe2\x82\xac\xf0\x9f\x9a\x80" },
    { "first and last of each length",
      "\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf",
      "\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf" },
    { "lone continuation", "a\x80z", "a\xef\xbf\xbdz" },
    { "overlong two", "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd" },
    { "overlong three", "\xe0\x80\xbf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
    { "overlong four", "\xf0\x8f\xbf\xbf",
      "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
    { "surrogate", "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
    { "beyond Unicode", "\xf4\x90\x80\x80",
      "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
    { "never a byte of UTF-8", "\xfe\xff", "\xef\xbf\xbd\xef\xbf\xbd" },
    { "cut short", "a\xe2\x82", "a\xef\xbf\xbd\xef\xbf\xbd" },
    { "cut short before a letter",
      "\xf0\x9f\x9a"
      "a",
      "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
      "a" },
};

static void
test_utf8(void **state)
{
    const struct utf8_case *c = *state;
    struct json *json = json_object_new();
    char expected[256];

    json_set_text(json, "t", c->text);
    json_append_text(json, "l", c->text);
    (void) snprintf(expected, sizeof expected, "{\"t\":\"%s\",\"l\":[\"%s\"]}\n",
                    c->expected, c->expected);
    assert_written(json, expected);
}

/* Control characters are escaped (RFC 8259 section 7). */
static void
test_controls(void **state)
{
    char text[33] = "";
    struct json *json = json_object_new();
    char *line;

    (void) state;
    for (unsigned i = 1; i < 32; i++) {
        text[i - 1] = (char) i;
    }
    json_set_text(json, "t", text);
    line = written(json);
    assert_int_equal(strcspn(line, "\n"), strlen(line) - 1);
    for (const char *at = line; at[1] != '\0'; at++) {
        assert_true(*at >= ' ');
    }
    assert_non_null(strstr(line, "\\u0001"));
    assert_non_null(strstr(line, "\\u001F"));
    free(line);
    json_free(json);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),   cmocka_unit_test(test_paths),
        cmocka_unit_test(test_arrays),   cmocka_unit_test(test_keys_with_dots),
        cmocka_unit_test(test_controls),
    };

    return RUN_CASES(utf8_cases, test_utf8) + cmocka_run_group_tests(tests, NULL, NULL);
}
