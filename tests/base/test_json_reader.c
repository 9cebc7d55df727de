/* JSON that somebody else wrote. */
#include "base/json_reader.h"

#include <stdio.h>
#include <string.h>

#include "support/support.h"

static const struct reject_case {
    const char *name, *text, *reason;
} rejects[] = {
    { "nothing", "", "not JSON" },
    { "half an object", "{\"a\": 1", "not JSON" },
    { "more behind it", "{} {}", "not JSON" },
    { "an array", "[1, 2]", "not an object" },
    { "a text", "\"a\"", "not JSON" },
    { "a name twice", "{\"a\": 1, \"a\": 2}", "duplicate" },
    { "not UTF-8", "{\"a\": \"\xff\"}", "not JSON" },
    { "a zero in a text", "{\"a\": \"1\\u00002\"}", "not JSON" },
    { "a zero in a name", "{\"a\\u0000b\": 1}", "not JSON" },
};

static void
test_reject(void **state)
{
    const struct reject_case *c = *state;
    char reason[JSON_REASON_SIZE] = "";

    assert_null(json_value_read(c->text, strlen(c->text), reason));
    if (strstr(reason, c->reason) == NULL) {
        fail_msg("expected \"%s\" in \"%s\"", c->reason, reason);
    }
}

/* Jansson takes it for the end of what it has read so far. */
static void
test_reject_zero_byte(void **state)
{
    static const char text[] = "{\"a\": [true, false\0, null]}";
    char reason[JSON_REASON_SIZE] = "";

    (void) state;
    assert_null(json_value_read(text, sizeof text - 1, reason));
    assert_string_equal(reason, "not JSON: it has a zero byte");
}

static void
add_name(void *context, const char *name, const struct json_value *value)
{
    (void) value;
    (void) strcat(context, name);
}

static void
test_read(void **state)
{
    static const char text[] =
        "{\"b\": \"x\", \"a\": 7, \"r\": 2.5, \"t\": true, \"l\": [1, {\"c\": null}]}";
    char reason[JSON_REASON_SIZE] = "", names[16] = "", shown[64];
    struct json_value *document = json_value_read(text, sizeof text - 1, reason);
    const struct json_value *list = json_value_member(document, "l");
    int64_t number = 0;

    (void) state;
    assert_non_null(document);
    assert_string_equal(json_value_text(json_value_member(document, "b")), "x");
    assert_true(json_value_integer(json_value_member(document, "a"), &number));
    assert_int_equal(number, 7);
    assert_false(json_value_integer(json_value_member(document, "r"), &number));
    assert_true(json_value_number(json_value_member(document, "r")) == 2.5);
    assert_true(json_value_is_true(json_value_member(document, "t")));
    assert_int_equal(json_value_n(list), 2);
    assert_true(json_value_is_object(json_value_at(list, 1)));
    assert_null(json_value_at(list, 2));
    json_value_each(document, add_name, names);
    assert_string_equal(names, "bartl");
    assert_string_equal(json_value_format(list, shown, sizeof shown), "[1,{\"c\":null}]");
    assert_string_equal(
        json_value_format(json_value_member(document, "r"), shown, sizeof shown), "2.5");
    json_value_free(document);
}

/* What is not there, or of another type, is nothing. */
static void
test_nothing(void **state)
{
    int64_t number;

    (void) state;
    assert_null(json_value_member(NULL, "a"));
    assert_null(json_value_text(NULL));
    assert_false(json_value_integer(NULL, &number));
    assert_false(json_value_is_true(NULL));
    assert_int_equal(json_value_n(NULL), 0);
    assert_null(json_value_at(NULL, 0));
    json_value_free(NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reject_zero_byte),
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) + RUN_CASES(rejects, test_reject);
}
