#include "classify/recognise/ber.h"

#include "classify/recogniser_run.h"

struct ber_case {
    const char *name, *bytes;
    enum ber_state state;
    unsigned tag;
    size_t head_size, size, there;
    int64_t integer; /* 0: it is none. */
};

/* Integers: ITU-T X.690 section 8.3; long lengths: 8.1.3.5; long tags: 8.1.2.4. */
static const struct ber_case ber_cases[] = {
    { "nothing", "", BER_MORE, 0, 0, 0, 0, 0 },
    { "a tag alone", "02", BER_MORE, 0, 0, 0, 0, 0 },
    { "an integer", "02 02 0100 ff", BER_WHOLE, BER_INTEGER, 2, 2, 2, 256 },
    { "a negative one", "02 01 80", BER_WHOLE, BER_INTEGER, 2, 1, 1, -128 },
    { "one that is cut", "02 02 01", BER_CUT, BER_INTEGER, 2, 2, 1, 0 },
    { "one without bytes", "02 00", BER_WHOLE, BER_INTEGER, 2, 0, 0, 0 },
    { "one of nine bytes", "02 09 010203040506070809", BER_WHOLE, BER_INTEGER, 2, 9, 9, 0 },
    { "a length of two bytes", "30 82 0003 010203", BER_WHOLE, BER_SEQUENCE, 4, 3, 3,
      66051 },
    { "a length that is cut", "30 82 00", BER_MORE, 0, 0, 0, 0, 0 },
    { "a length of five bytes", "30 85 0000000001 00", BER_WRONG, 0, 0, 0, 0, 0 },
    { "an indefinite length", "30 80 0000", BER_WRONG, 0, 0, 0, 0, 0 },
    { "a tag of two bytes", "bf48 01 05", BER_WHOLE, 0xbf48, 3, 1, 1, 5 },
    { "a tag of three", "bf8148 01 05", BER_WRONG, 0, 0, 0, 0, 0 },
};

static void
test_ber(void **state)
{
    const struct ber_case *c = *state;
    uint8_t bytes[64];
    const size_t n = hex_bytes(c->bytes, bytes, sizeof bytes);
    struct reader r = reader_init(bytes, n);
    struct ber_element element;
    int64_t integer = 0;

    assert_int_equal(ber_next(&r, &element), c->state);
    if (c->state == BER_WHOLE || c->state == BER_CUT) {
        assert_int_equal(element.tag, c->tag);
        assert_int_equal(element.head_size, c->head_size);
        assert_int_equal(element.size, c->size);
        assert_int_equal(element.content.left, c->there);
        assert_int_equal(r.left, n - c->head_size - c->there);
        assert_int_equal(ber_integer(&element, &integer), c->integer != 0);
        assert_int_equal(integer, c->integer);
    }
}

static void
test_expect(void **state)
{
    static const uint8_t bytes[] = { 0xbf, 0x48, 0x01, 0x05 };
    struct reader r = reader_init(bytes, sizeof bytes);
    struct reader head = reader_init(bytes, 1);
    struct ber_element element;

    (void) state;
    assert_int_equal(ber_expect(&r, 0xbf48, &element), BER_WHOLE);
    r = reader_init(bytes, sizeof bytes);
    assert_int_equal(ber_expect(&r, 0xbf49, &element), BER_WRONG);
    assert_int_equal(ber_expect(&head, 0xbf49, &element), BER_MORE);
    head = reader_init(bytes, 1);
    assert_int_equal(ber_expect(&head, BER_SEQUENCE, &element), BER_WRONG);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_expect) };

    return RUN_CASES(ber_cases, test_ber) + cmocka_run_group_tests(tests, NULL, NULL);
}
