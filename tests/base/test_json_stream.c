#include "base/json_stream.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/support.h"

/* A document, and what is found in it: a sign for each event, with the name before it and
 * the text behind it. */
static const struct stream_case {
    const char *name;
    const char *document;
    const char *found;
} cases[] = {
    { "an empty object", "{}", "{ } ." },
    { "an empty array", " [ ] \n", "[ ] ." },
    { "a text alone", "\"a\"", "'a' ." },
    { "members", "{\"a\":1,\"b\":[true,false,null],\"c\":{\"d\":\"e\"}}",
      "{ a:#1 b:[ + - 0 ] c:{ d:'e' } } ." },
    { "numbers", "[0,-1,12.5,1e5,-0.25E-10,1E+2]",
      "[ #0 #-1 #12.5 #1e5 #-0.25E-10 #1E+2 ] ." },
    { "escapes", "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", "[ '\"\\/\b\f\n\r\t' ] ." },
    { "characters", "[\"\\u0041\\u00e9\\u20AC\\ud83d\\ude00\"]",
      "[ 'A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80' ] ." },
    { "halves of characters",
      "[\"\\ud83d\",\"\\ud83dx\",\"\\ude00\",\"\\ud83d\\ud83d\\ude00\",\"\\ud83d\\n\"]",
      "[ '\xef\xbf\xbd' '\xef\xbf\xbdx' '\xef\xbf\xbd' '\xef\xbf\xbd\xf0\x9f\x98\x80' "
      "'\xef\xbf\xbd\n' ] ." },
    { "a zero character", "[\"a\\u0000b\"]", "[ 'ab'~ ] ." },
    { "nothing", "", "!1 the document is cut off" },
    { "white space", " \n\n", "!3 the document is cut off" },
    { "a comma too many", "[1,]", "[ #1 !1 expected a value" },
    { "a comma at the beginning", "[,1]", "[ !1 expected a value" },
    { "a comma too few", "[1 2]",
      "[ #1 !1 expected a comma or the end of an object or "
      "array" },
    { "the wrong end", "[1}", "[ #1 !1 an object or array has the end of the other" },
    { "no colon", "{\"a\" 1}", "{ !1 expected a colon after the name of a member" },
    { "a name without quotes", "{\n a:1}", "{ !2 expected the name of a member in quotes" },
    { "a member without a name", "{\"a\":1,}",
      "{ a:#1 !1 expected the name of a member in quotes" },
    { "a word that is none", "[nul]", "[ !1 expected true, false or null" },
    { "a word that goes on", "[nullx]",
      "[ 0 !1 expected a comma or the end of an object or array" },
    { "a zero before a number", "[01]",
      "[ #0 !1 expected a comma or the end of an object or array" },
    { "a point alone", "[1.]", "[ !1 expected a value" },
    { "an exponent without a number", "[1e+]", "[ !1 expected a value" },
    { "an escape that is none", "[\"\\x\"]", "[ !1 an escape that is none in a text" },
    { "too few digits", "[\"\\u00g0\"]",
      "[ !1 expected four hexadecimal digits after \\u" },
    { "a line end in a text", "[\n\"a\nb\"]", "[ !3 a control character in a text" },
    { "two documents", "{} {}", "{ } !1 expected nothing after the end of the document" },
    { "cut off in a text", "[\"a", "[ !1 the document is cut off" },
    { "cut off after a comma", "[1,\n", "[ #1 !2 the document is cut off" },
    { "cut off in a word", "[tru", "[ !1 the document is cut off" },
    { "cut off in an array", "[[1]", "[ [ #1 ] !1 the document is cut off" },
    { "text of no kind", "hello", "!1 expected an object or array" },
};

static void
write_item(const struct json_item *item, FILE *out)
{
    static const char signs[] = {
        [JSON_EVENT_OBJECT] = '{', [JSON_EVENT_OBJECT_END] = '}',
        [JSON_EVENT_ARRAY] = '[',  [JSON_EVENT_ARRAY_END] = ']',
        [JSON_EVENT_TEXT] = '\'',  [JSON_EVENT_NUMBER] = '#',
        [JSON_EVENT_TRUE] = '+',   [JSON_EVENT_FALSE] = '-',
        [JSON_EVENT_NULL] = '0',   [JSON_EVENT_END] = '.',
        [JSON_EVENT_BAD] = '!',
    };

    if (*item->name != '\0') {
        fprintf(out, "%s:", item->name);
    }
    putc(signs[item->event], out);
    if (item->event == JSON_EVENT_BAD) {
        fprintf(out, "%u ", item->line);
    }
    fputs(item->text, out);
    fputs(item->event == JSON_EVENT_TEXT ? "'" : "", out);
    fputs(item->is_cut ? "~" : "", out);
}

static void
test_stream(void **state)
{
    const struct stream_case *c = *state;
    struct json_stream *stream = json_stream_open(temporary_file("json", c->document));
    char *found = NULL;
    size_t size;
    FILE *out = open_memstream(&found, &size);
    struct json_item item;

    assert_non_null(stream);
    do {
        item = json_stream_next(stream);
        fputs(ftell(out) > 0 ? " " : "", out);
        write_item(&item, out);
    } while (item.event != JSON_EVENT_END && item.event != JSON_EVENT_BAD);
    assert_int_equal(json_stream_next(stream).event, item.event); /* And again. */
    fclose(out);
    assert_string_equal(found, c->found);
    free(found);
    json_stream_close(stream);
}

/* Repeats 'text' 'n' times. */
static char *
repeated(const char *text, size_t n)
{
    char *all = NULL;
    size_t size;
    FILE *out = open_memstream(&all, &size);

    for (size_t i = 0; i < n; i++) {
        fputs(text, out);
    }
    fclose(out);
    return all;
}

static void
test_depth(void **state)
{
    char *open = repeated("[", JSON_STREAM_DEPTH_MAX + 1);
    struct json_stream *stream = json_stream_open(temporary_file("json", open));

    (void) state;
    for (unsigned i = 0; i < JSON_STREAM_DEPTH_MAX; i++) {
        const struct json_item item = json_stream_next(stream);

        assert_int_equal(item.event, JSON_EVENT_ARRAY);
        assert_int_equal(item.depth, i);
    }
    assert_int_equal(json_stream_next(stream).event, JSON_EVENT_BAD);
    json_stream_close(stream);
    free(open);
}

/* Texts and names that are longer than what is kept, or than the buffer. */
static void
test_long(void **state)
{
    const char *path = temporary_path("json");
    char *text = repeated("0123456789", 20000);
    FILE *out = fopen(path, "w");
    struct json_stream *stream;
    struct json_item item;

    (void) state;
    assert_non_null(out);
    fprintf(out, "{\"%s\":\n\"%s\",\"b\":\n2}", text, text);
    assert_int_equal(fclose(out), 0);
    stream = json_stream_open(path);
    assert_int_equal(json_stream_next(stream).event, JSON_EVENT_OBJECT);
    item = json_stream_next(stream);
    assert_int_equal(item.event, JSON_EVENT_TEXT);
    assert_int_equal(item.line, 2);
    assert_true(item.is_cut);
    assert_int_equal(strlen(item.text), JSON_STREAM_TEXT_MAX);
    assert_int_equal(strlen(item.name), JSON_STREAM_NAME_MAX);
    item = json_stream_next(stream);
    assert_string_equal(item.name, "b");
    assert_int_equal(item.line, 3);
    assert_false(item.is_cut);
    assert_int_equal(json_stream_next(stream).event, JSON_EVENT_OBJECT_END);
    assert_int_equal(json_stream_next(stream).event, JSON_EVENT_END);
    json_stream_close(stream);
    free(text);
}

static void
test_unreadable(void **state)
{
    struct json_stream *stream;
    struct json_item item;

    (void) state;
    assert_null(json_stream_open(temporary_path("missing")));
    assert_int_equal(errno, ENOENT);
    stream = json_stream_open(source_path("tests"));
    assert_non_null(stream);
    item = json_stream_next(stream);
    assert_int_equal(item.event, JSON_EVENT_BAD);
    assert_string_equal(item.text, strerror(EISDIR));
    json_stream_close(stream);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_unreadable),
    };

    return RUN_CASES(cases, test_stream) + cmocka_run_group_tests(tests, NULL, NULL);
}
