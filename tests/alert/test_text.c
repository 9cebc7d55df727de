#include "alert/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "support/support.h"

/* What becomes of a text in a buffer of 'size' bytes. */
struct text_case {
    const char *name;
    const char *piece;
    size_t max; /* 0: no limit. */
    size_t size;
    const char *expected;
    unsigned width;
};

static const struct text_case cases[] = {
    { "plain", "abc", 0, 16, "abc", 3 },
    { "empty", "", 0, 16, "", 0 },
    { "just fits", "abcdefg", 0, 8, "abcdefg", 7 },
    { "cut", "abcdefgh", 0, 8, "abcd\xe2\x80\xa6", 5 },
    { "cut between characters", "abc\xc3\xa9\xc3\xa9\xc3\xa9", 0, 8, "abc\xe2\x80\xa6", 4 },
    { "smallest buffer", "abcdefgh", 0, 4, "\xe2\x80\xa6", 1 },
    { "limit", "abcdefgh", 6, 32, "abc\xe2\x80\xa6", 4 },
    { "limit not met", "abcdef", 6, 32, "abcdef", 6 },
    { "two bytes", "\xc3\x89toile", 0, 16, "\xc3\x89toile", 6 },
    { "wide", "\xe5\x8d\xab\xe6\x98\x9f", 0, 16, "\xe5\x8d\xab\xe6\x98\x9f", 4 },
    { "combining", "e\xcc\x81", 0, 16, "e\xcc\x81", 1 },
    { "four bytes", "\xf0\x9f\x9b\xb0", 0, 16, "\xf0\x9f\x9b\xb0", 1 },
    { "lone continuation", "a\x80z", 0, 16, "a\xef\xbf\xbdz", 3 },
    { "overlong slash", "\xc0\xaf", 0, 16, "\xef\xbf\xbd\xef\xbf\xbd", 2 },
    { "overlong three", "\xe0\x80\xaf", 0, 16, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", 3 },
    { "surrogate", "\xed\xa0\x80", 0, 16, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", 3 },
    { "beyond Unicode", "\xf4\x90\x80\x80", 0, 16,
      "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", 4 },
    { "ends within a character", "\xe5\x8d", 0, 16, "\xef\xbf\xbd\xef\xbf\xbd", 2 },
    { "replacement itself", "\xef\xbf\xbd", 0, 16, "\xef\xbf\xbd", 1 },
    { "escape sequence", "\x1b[31mred", 0, 16, " [31mred", 8 },
    { "newline", "a\nb", 0, 16, "a b", 3 },
    { "C1 control",
      "a\xc2\x9b"
      "b",
      0, 16, "a b", 3 },
    { "right-to-left override",
      "a\xe2\x80\xae"
      "b",
      0, 16, "a b", 3 },
    { "line separator",
      "a\xe2\x80\xa8"
      "b",
      0, 16, "a b", 3 },
};

static void
test_text(void **state)
{
    const struct text_case *c = *state;
    char *buffer = malloc(c->size); /* Its end is guarded in the sanitizer's build. */
    struct text text = text_init(buffer, c->size);

    if (c->max == 0) {
        text_add(&text, c->piece);
    } else {
        text_add_at_most(&text, c->piece, c->max);
    }
    assert_string_equal(buffer, c->expected);
    assert_int_equal(text.n, strlen(c->expected));
    assert_int_equal(text_width(buffer), c->width);
    free(buffer);
}

/* A piece that was too long leaves room for the next; a full text takes nothing more. */
static void
test_sequence(void **state)
{
    char buffer[16];
    struct text text = text_init(buffer, sizeof buffer);

    (void) state;
    text_add_at_most(&text, "abcdefgh", 5);
    text_add(&text, "-");
    text_format(&text, "%d", 42);
    assert_string_equal(buffer, "ab\xe2\x80\xa6-42");
    assert_false(text.is_cut);
    text_add(&text, "0123456789");
    assert_true(text.is_cut);
    assert_string_equal(buffer, "ab\xe2\x80\xa6-420123\xe2\x80\xa6");
    text_add(&text, "x");
    assert_string_equal(buffer, "ab\xe2\x80\xa6-420123\xe2\x80\xa6");
}

/* Whatever the bytes, the text is whole UTF-8 without control characters, and within its
 * buffer. */
static void
test_random(void **state)
{
    const unsigned seed = 20240620;

    (void) state;
    print_message("seed %u\n", seed);
    srand(seed);
    for (unsigned round = 0; round < 20000; round++) {
        const size_t size = TEXT_SIZE_MIN + (size_t) rand() % 40;
        char *buffer = malloc(size);
        struct text text = text_init(buffer, size);

        for (unsigned i = 0; i < 3; i++) {
            char piece[24] = { 0 };
            const unsigned n = (unsigned) rand() % sizeof piece;

            for (unsigned j = 0; j < n; j++) {
                piece[j] = (char) (rand() % 3 == 0 ? rand() : 0x20 + rand() % 0x60);
            }
            text_add_at_most(&text, piece, 4 + (size_t) rand() % 20);
        }
        assert_int_equal(strlen(buffer), text.n);
        assert_true(text.n < size);
        for (const char *at = buffer; *at != '\0';) {
            const char *start = at;
            const uint32_t character = utf8_character(&at);

            assert_true(character >= 0x20 && character != 0x7f);
            assert_true(character != UTF8_REPLACEMENT || at - start == 3);
        }
        free(buffer);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sequence),
        cmocka_unit_test(test_random),
    };

    return RUN_CASES(cases, test_text) + cmocka_run_group_tests(tests, NULL, NULL);
}
