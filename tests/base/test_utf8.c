#include "base/utf8.h"

#include <stdbool.h>

#include "support/support.h"

static const struct utf8_case {
    const char *name, *bytes;
    uint32_t character;
    unsigned n; /* Bytes taken. */
} cases[] = {
    /* RFC 3629 section 7, examples. */
    { "A", "A\xe2\x89\xa2", 0x41, 1 },
    { "not identical to", "\xe2\x89\xa2\xce\x91.", 0x2262, 3 },
    { "Greek capital alpha", "\xce\x91.", 0x391, 2 },
    { "Hangul", "\xed\x95\x9c\xea\xb5\xad", 0xd55c, 3 },
    { "stump of tree", "\xf0\xa3\x8e\xb4", 0x233b4, 4 },
    { "byte order mark", "\xef\xbb\xbf", 0xfeff, 3 },
    /* RFC 3629 section 3, the ends of each length. */
    { "last of one", "\x7f", 0x7f, 1 },
    { "first of two", "\xc2\x80", 0x80, 2 },
    { "last of two", "\xdf\xbf", 0x7ff, 2 },
    { "first of three", "\xe0\xa0\x80", 0x800, 3 },
    { "before the surrogates", "\xed\x9f\xbf", 0xd7ff, 3 },
    { "after the surrogates", "\xee\x80\x80", 0xe000, 3 },
    { "replacement itself", "\xef\xbf\xbd", UTF8_REPLACEMENT, 3 },
    { "last of three", "\xef\xbf\xbf", 0xffff, 3 },
    { "first of four", "\xf0\x90\x80\x80", 0x10000, 4 },
    { "last of four", "\xf4\x8f\xbf\xbf", 0x10ffff, 4 },
    /* RFC 3629 section 10, and other bytes that are no character. */
    { "overlong zero", "\xc0\x80", UTF8_REPLACEMENT, 1 },
    { "overlong dot in a path", "\xc0\xae./", UTF8_REPLACEMENT, 1 },
    { "overlong in two", "\xc1\xbf", UTF8_REPLACEMENT, 1 },
    { "overlong in three", "\xe0\x9f\xbf", UTF8_REPLACEMENT, 1 },
    { "overlong in four", "\xf0\x8f\xbf\xbf", UTF8_REPLACEMENT, 1 },
    { "first surrogate", "\xed\xa0\x80", UTF8_REPLACEMENT, 1 },
    { "last surrogate", "\xed\xbf\xbf", UTF8_REPLACEMENT, 1 },
    { "above the last", "\xf4\x90\x80\x80", UTF8_REPLACEMENT, 1 },
    { "far above the last", "\xf5\x80\x80\x80", UTF8_REPLACEMENT, 1 },
    { "five bytes", "\xf8\x88\x80\x80\x80", UTF8_REPLACEMENT, 1 },
    { "never a byte of it", "\xff", UTF8_REPLACEMENT, 1 },
    { "second byte first", "\x80", UTF8_REPLACEMENT, 1 },
    { "cut after one", "\xe2", UTF8_REPLACEMENT, 1 },
    { "cut after two", "\xe2\x89", UTF8_REPLACEMENT, 1 },
    { "cut after three", "\xf0\xa3\x8e", UTF8_REPLACEMENT, 1 },
    { "another begins within", "\xe2\x89\xc3\xa9", UTF8_REPLACEMENT, 1 },
};

static void
test_character(void **state)
{
    const struct utf8_case *c = *state;
    const char *at = c->bytes;

    assert_int_equal(utf8_character(&at), c->character);
    assert_int_equal(at - c->bytes, c->n);
}

/* Writes a code point as the table of RFC 3629 section 3 has it. */
static void
encode(uint32_t character, char bytes[static 5])
{
    unsigned n = 0;

    if (character < 0x80) {
        bytes[n++] = (char) character;
    } else if (character < 0x800) {
        bytes[n++] = (char) (0xc0 | character >> 6);
    } else if (character < 0x10000) {
        bytes[n++] = (char) (0xe0 | character >> 12);
        bytes[n++] = (char) (0x80 | (character >> 6 & 0x3f));
    } else {
        bytes[n++] = (char) (0xf0 | character >> 18);
        bytes[n++] = (char) (0x80 | (character >> 12 & 0x3f));
        bytes[n++] = (char) (0x80 | (character >> 6 & 0x3f));
    }
    if (character >= 0x80) {
        bytes[n++] = (char) (0x80 | (character & 0x3f));
    }
    bytes[n] = '\0';
}

/* Every number of 21 bits: a character, or none. */
static void
test_every_character(void **state)
{
    (void) state;
    for (uint32_t character = 1; character < UINT32_C(1) << 21; character++) {
        const bool is_character =
            character < 0xd800 || (character > 0xdfff && character <= 0x10ffff);
        char bytes[5];
        const char *at = bytes;

        encode(character, bytes);
        assert_int_equal(utf8_character(&at), is_character ? character : UTF8_REPLACEMENT);
        assert_true(is_character ? *at == '\0' : at == bytes + 1);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_every_character) };

    return RUN_CASES(cases, test_character) + cmocka_run_group_tests(tests, NULL, NULL);
}
