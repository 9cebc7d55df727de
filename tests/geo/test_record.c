#include "geo/record.h"

#include <stdlib.h>
#include <string.h>

#include "support/support.h"

#define KEYS(...)         \
    {                     \
        __VA_ARGS__, NULL \
    }

/* Bytes of a section and what is found at 'keys'.  "a" is 41 61, a map of one pair e1. */
static const struct record_case {
    const char *name;
    const char *bytes;
    size_t size;
    const char *keys[4];
    bool is_sound, is_found;
    enum record_type type;
    uint32_t value_size;
    uint64_t number;
} cases[] = {
#define BYTES(text) text, sizeof(text) - 1
    { "text", BYTES("\x42KE"), KEYS(NULL), true, true, RECORD_TEXT, 2, 0 },
    { "uint32 of two bytes", BYTES("\xc2\x12\x34"), KEYS(NULL), true, true, RECORD_UINT32,
      2, 0x1234 },
    { "uint16 of no bytes is 0", BYTES("\xa0"), KEYS(NULL), true, true, RECORD_UINT16, 0,
      0 },
    { "extended type: uint64", BYTES("\x02\x02\x01\x00"), KEYS(NULL), true, true,
      RECORD_UINT64, 2, 256 },
    { "boolean", BYTES("\x01\x07"), KEYS(NULL), true, true, RECORD_BOOLEAN, 1, 1 },
    { "double", BYTES("\x68\x40\x45\0\0\0\0\0\0"), KEYS(NULL), true, true, RECORD_DOUBLE, 8,
      0 },
    { "key of a map",
      BYTES("\xe2\x41"
            "b\xa1\x07\x41"
            "a\xa1\x09"),
      KEYS("a"), true, true, RECORD_UINT16, 1, 9 },
    { "key of a map in a map",
      BYTES("\xe1\x41"
            "a\xe1\x41"
            "b\xa1\x09"),
      KEYS("a", "b"), true, true, RECORD_UINT16, 1, 9 },
    { "key that is not there",
      BYTES("\xe1\x41"
            "a\xa1\x09"),
      KEYS("b"), true, false, 0, 0, 0 },
    { "key of what is no map",
      BYTES("\x41"
            "a"),
      KEYS("a"), true, false, 0, 0, 0 },
    { "behind an array",
      BYTES("\xe2\x41"
            "b\x02\x04\xa0\x41x\x41"
            "a\xa1\x09"),
      KEYS("a"), true, true, RECORD_UINT16, 1, 9 },
    { "key and value by pointer",
      BYTES("\xe1\x20\x05\x20\x07\x41"
            "a\xa1\x09"),
      KEYS("a"), true, true, RECORD_UINT16, 1, 9 },
    { "the walk goes on behind a pointer",
      BYTES("\xe2\x41"
            "b\x20\x0a\x41"
            "a\xa1\x09\0\xe1\x41"
            "c\xa1\x01"),
      KEYS("a"), true, true, RECORD_UINT16, 1, 9 },
    { "pointer beyond the end", BYTES("\x20\x02"), KEYS(NULL), false, false, 0, 0, 0 },
    { "pointer to itself", BYTES("\x20\x00"), KEYS(NULL), false, false, 0, 0, 0 },
    { "map in itself",
      BYTES("\xe1\x41"
            "a\x20\x00"),
      KEYS("b"), false, false, 0, 0, 0 },
    { "text cut off", BYTES("\x43KE"), KEYS(NULL), false, false, 0, 0, 0 },
    { "map cut off",
      BYTES("\xe2\x41"
            "a\xa1\x09"),
      KEYS("b"), false, false, 0, 0, 0 },
    { "double of seven bytes", BYTES("\x67\x40\x45\0\0\0\0\0"), KEYS(NULL), false, false, 0,
      0, 0 },
    { "uint16 of three bytes", BYTES("\xa3\1\2\3"), KEYS(NULL), false, false, 0, 0, 0 },
    { "type that is not of data", BYTES("\x00\x06"), KEYS(NULL), false, false, 0, 0, 0 },
    { "map of millions",
      BYTES("\xff\xff\xff\xff\x41"
            "a"),
      KEYS("b"), false, false, 0, 0, 0 },
    { "nothing", BYTES(""), KEYS(NULL), false, false, 0, 0, 0 },
};

static void
test_record(void **state)
{
    const struct record_case *c = *state;
    uint8_t *bytes =
        malloc(c->size + 1); /* Of its own, so that the sanitizer sees its end. */
    uint8_t *exact = realloc(bytes, c->size > 0 ? c->size : 1);
    const struct record_section section = { exact, c->size };
    struct record_value value = { .size = 77 };

    memcpy(exact, c->bytes, c->size);
    assert_int_equal(record_is_sound(section, 0), c->is_sound);
    assert_int_equal(record_find(section, 0, c->keys, &value), c->is_found);
    if (c->is_found) {
        assert_int_equal(value.type, c->type);
        assert_int_equal(value.size, c->value_size);
        assert_int_equal(value.number, c->number);
    } else {
        assert_int_equal(value.size, 77);
    }
    free(exact);
}

/* The examples of sizes in the format's specification, section "Payload Size": 29 + 51, 285
 * + 13107 and 65821 + 3355443 bytes. */
static void
test_sizes(void **state)
{
    static const struct {
        const char *control;
        size_t n;
        uint32_t size;
    } examples[] = { { "\x5d\x33", 2, 80 },
                     { "\x5e\x33\x33", 3, 13392 },
                     { "\x5f\x33\x33\x33", 4, 3421264 } };
    static const char *const no_keys[] = { NULL };

    (void) state;
    for (size_t i = 0; i < N_ELEMENTS(examples); i++) {
        uint8_t *bytes = calloc(1, examples[i].n + examples[i].size);
        struct record_section section = { bytes, examples[i].n + examples[i].size };
        struct record_value value;

        memcpy(bytes, examples[i].control, examples[i].n);
        assert_true(record_find(section, 0, no_keys, &value));
        assert_int_equal(value.size, examples[i].size);
        section.size--;
        assert_false(record_find(section, 0, no_keys, &value));
        free(bytes);
    }
}

/* The four sizes of pointers lead to where the specification says, section "pointer". */
static void
test_pointers(void **state)
{
    static const struct {
        const char *bytes;
        size_t n, to;
    } examples[] = { { "\x27\xff", 2, 2047 },
                     { "\x28\x00\x00", 3, 2048 },
                     { "\x2f\xff\xff", 3, 526335 },
                     { "\x30\x00\x00\x00", 4, 526336 },
                     { "\x38\x00\x09\x00\x00", 5, 589824 } };
    static const char *const no_keys[] = { NULL };
    enum { SIZE = 600000 };

    (void) state;
    for (size_t i = 0; i < N_ELEMENTS(examples); i++) {
        uint8_t *bytes = calloc(1, SIZE);
        const struct record_section section = { bytes, SIZE };
        struct record_value value;

        memcpy(bytes, examples[i].bytes, examples[i].n);
        memcpy(bytes + examples[i].to, "\xa1\x2a", 2);
        assert_true(record_find(section, 0, no_keys, &value));
        assert_int_equal(value.number, 42);
        free(bytes);
    }
}

/* Arrays in arrays to the bottom of the file, and arrays of pointers to arrays of pointers:
 * neither the stack nor the time runs out. */
static void
test_bombs(void **state)
{
    enum { SIZE = 1 << 20, LEVELS = 5, WIDTH = 28 };
    static const char *const keys[] = { "a", NULL };
    uint8_t *bytes = malloc(SIZE);
    const struct record_section section = { bytes, SIZE };
    struct record_value value;

    (void) state;
    for (size_t i = 0; i < SIZE; i += 2) {
        memcpy(bytes + i, "\x01\x04", 2);
    }
    assert_false(record_is_sound(section, 0));
    memcpy(bytes,
           "\xe1\x41"
           "b",
           3);
    assert_false(record_find(section, 0, keys, &value));
    memset(bytes, 0, SIZE);
    for (unsigned level = 0; level < LEVELS; level++) {
        uint8_t *at = bytes + 64 * level;

        memcpy(at, "\x1c\x04", 2);
        for (unsigned i = 0; i < WIDTH; i++) {
            const unsigned to = 64 * (level + 1);

            at[2 + 2 * i] = (uint8_t) (0x20 | to >> 8);
            at[3 + 2 * i] = (uint8_t) to;
        }
    }
    memcpy(bytes + 64 * LEVELS, "\xa1\x2a", 2);
    assert_false(record_is_sound(section, 0));
    assert_true(record_is_sound(section, 64 * (LEVELS - 1)));
    free(bytes);
}

/* Arrays of one element in each other, as deep as is allowed and one deeper. */
static void
test_depth(void **state)
{
    uint8_t bytes[2 * RECORD_DEPTH_MAX + 1];
    const struct record_section section = { bytes, sizeof bytes };

    (void) state;
    for (size_t i = 0; i < RECORD_DEPTH_MAX; i++) {
        memcpy(bytes + 2 * i, "\x01\x04", 2);
    }
    bytes[sizeof bytes - 1] = 0xa0;
    assert_false(record_is_sound(section, 0));
    assert_true(record_is_sound(section, 2));
}

int
main(void)
{
    const struct CMUnitTest others[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_pointers),
        cmocka_unit_test(test_bombs),
        cmocka_unit_test(test_depth),
    };
    const int failed = RUN_CASES(cases, test_record);

    return failed + cmocka_run_group_tests_name("others", others, NULL, NULL);
}
