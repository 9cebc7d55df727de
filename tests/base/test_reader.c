#include "base/reader.h"

#include "support/support.h"

static const uint8_t bytes[] = { 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x88, 0x99 };

static void
test_orders(void **state)
{
    struct reader r = reader_init(bytes, sizeof bytes);

    (void) state;
    assert_int_equal(reader_u8(&r), 0x01);
    assert_int_equal(reader_be16(&r), 0x0203);
    assert_int_equal(reader_le16(&r), 0x0504);
    assert_int_equal(reader_be32(&r), 0x06078899);
    assert_int_equal(r.left, 0);
    assert_false(r.failed);
    r = reader_init(bytes + 1, 8);
    assert_int_equal(reader_le32(&r), 0x05040302);
    assert_int_equal(reader_le32(&r), 0x99880706);
    r = reader_init(bytes, sizeof bytes);
    assert_true(reader_be64(&r) == UINT64_C(0x0102030405060788));
    assert_int_equal(r.left, 1);
}

/* Every read, at every distance from the end: a field is there whole or not at all, and the
 * failure stays. */
static void
test_end(void **state)
{
    (void) state;
    for (size_t size = 0; size < sizeof bytes; size++) {
        for (size_t width = 0; width < sizeof bytes; width++) {
            struct reader r = reader_init(bytes, size);
            const uint8_t *at = reader_take(&r, width);

            assert_int_equal(r.failed, width > size);
            assert_ptr_equal(at, width > size ? NULL : bytes);
            if (r.failed) {
                assert_int_equal(reader_u8(&r), 0);
                assert_int_equal(reader_be16(&r), 0);
                assert_int_equal(reader_be32(&r), 0);
                assert_true(reader_be64(&r) == 0);
                assert_int_equal(reader_le16(&r), 0);
                assert_int_equal(reader_le32(&r), 0);
                assert_true(r.failed);
            } else {
                assert_int_equal(r.left, size - width);
            }
        }
    }
}

static void
test_huge(void **state)
{
    struct reader r = reader_init(bytes, sizeof bytes);

    (void) state;
    assert_null(reader_take(&r, SIZE_MAX));
    assert_true(r.failed);
}

static void
test_limit(void **state)
{
    struct reader r = reader_init(bytes, sizeof bytes);

    (void) state;
    reader_limit(&r, 100);
    assert_int_equal(r.left, sizeof bytes);
    reader_limit(&r, 3);
    assert_int_equal(r.left, 3);
    assert_int_equal(reader_be16(&r), 0x0102);
    assert_int_equal(reader_be16(&r), 0);
    assert_true(r.failed);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_orders),
                                        cmocka_unit_test(test_end),
                                        cmocka_unit_test(test_huge),
                                        cmocka_unit_test(test_limit) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
