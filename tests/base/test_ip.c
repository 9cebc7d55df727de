#include "base/ip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "support/support.h"

static const struct parse_case {
    const char *name;     /* And the text. */
    const char *expected; /* NULL: no address. */
} parse_cases[] = {
    { "192.0.2.1", "192.0.2.1" },
    { "0.0.0.0", "0.0.0.0" },
    { "255.255.255.255", "255.255.255.255" },
    { "::", "::" },
    { "::1", "::1" },
    /* RFC 4291 section 2.2. */
    { "ABCD:EF01:2345:6789:ABCD:EF01:2345:6789",
      "abcd:ef01:2345:6789:abcd:ef01:2345:6789" },
    { "2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a" },
    { "FF01:0:0:0:0:0:0:101", "ff01::101" },
    /* RFC 4291 section 2.5.5.2: one shape for both families. */
    { "::FFFF:129.144.52.38", "129.144.52.38" },
    /* RFC 5952 sections 4.2.2 and 4.2.3: a single zero field stays, the longest run goes.
     */
    { "2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
    { "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },
    { "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
    { "", NULL },
    { "192.0.2", NULL },
    { "192.0.2.256", NULL },
    { "192.0.2.01", NULL },
    { "192.0.2.1 ", NULL },
    { " 192.0.2.1", NULL },
    { "192.0.2.1.1", NULL },
    { "0x7f.0.0.1", NULL },
    { "2130706433", NULL },
    { "1::2::3", NULL },
    { "1:2:3:4:5:6:7", NULL },
    { "1:2:3:4:5:6:7:8:9", NULL },
    { "12345::", NULL },
    { "fe80::1%eth0", NULL },
    { "[::1]", NULL },
};

static void
test_parse(void **state)
{
    const struct parse_case *c = *state;
    const struct ip_address untouched = { 1, 2 };
    struct ip_address address = untouched;
    char text[IP_TEXT_SIZE];

    assert_int_equal(ip_parse(c->name, &address), c->expected != NULL);
    if (c->expected == NULL) {
        assert_true(ip_equal(address, untouched));
    } else {
        assert_string_equal(ip_format(address, text), c->expected);
        assert_int_equal(ip_is_v4(address), strchr(c->expected, ':') == NULL);
    }
}

static const struct prefix_case {
    const char *name; /* And the text. */
    enum ip_parse_status status;
    const char *expected; /* NULL: no prefix. */
} prefix_cases[] = {
    { "192.0.2.0/24", IP_PARSE_OK, "192.0.2.0/24" },
    { "192.0.2.7", IP_PARSE_OK, "192.0.2.7/32" },
    { "0.0.0.0/0", IP_PARSE_OK, "0.0.0.0/0" },
    { "::/0", IP_PARSE_OK, "::/0" },
    { "2001:db8::/32", IP_PARSE_OK, "2001:db8::/32" },
    { "2001:db8::1", IP_PARSE_OK, "2001:db8::1/128" },
    { "::ffff:192.0.2.0/120", IP_PARSE_OK, "192.0.2.0/24" },
    /* RFC 4291 section 2.3: 60 bits of this prefix. */
    { "2001:0DB8:0:CD30::/60", IP_PARSE_OK, "2001:db8:0:cd30::/60" },
    { "2001:0DB8:0:CD3F::/60", IP_PARSE_HOST_BITS, "2001:db8:0:cd30::/60" },
    { "192.0.2.1/24", IP_PARSE_HOST_BITS, "192.0.2.0/24" },
    { "192.0.2.128/0", IP_PARSE_HOST_BITS, "0.0.0.0/0" },
    { "192.0.2.0/33", IP_PARSE_BAD_LENGTH, NULL },
    { "2001:db8::/129", IP_PARSE_BAD_LENGTH, NULL },
    { "192.0.2.0/", IP_PARSE_BAD_LENGTH, NULL },
    { "192.0.2.0/-1", IP_PARSE_BAD_LENGTH, NULL },
    { "192.0.2.0/24 ", IP_PARSE_BAD_LENGTH, NULL },
    { "192.0.2.0/0024", IP_PARSE_BAD_LENGTH, NULL },
    { "192.0.2.0/255.255.255.0", IP_PARSE_BAD_LENGTH, NULL },
    { "192.0.2/24", IP_PARSE_NOT_AN_ADDRESS, NULL },
    { "/24", IP_PARSE_NOT_AN_ADDRESS, NULL },
    { "", IP_PARSE_NOT_AN_ADDRESS, NULL },
    { "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000/8", IP_PARSE_NOT_AN_ADDRESS,
      NULL },
};

static void
test_prefix(void **state)
{
    const struct prefix_case *c = *state;
    const struct ip_prefix untouched = { { 1, 2 }, 3 };
    struct ip_prefix prefix = untouched;
    char text[IP_PREFIX_TEXT_SIZE];

    assert_int_equal(ip_prefix_parse(c->name, &prefix), c->status);
    if (c->expected == NULL) {
        assert_true(ip_equal(prefix.address, untouched.address));
        assert_int_equal(prefix.length, untouched.length);
    } else {
        assert_string_equal(ip_prefix_format(prefix, text), c->expected);
    }
}

/* Bit 'i' of an address, the first on the wire being 0. */
static bool
bit(struct ip_address address, unsigned i)
{
    return (i < 64 ? address.high >> (63 - i) : address.low >> (127 - i)) & 1;
}

static uint64_t
random_word(void)
{
    return (uint64_t) random() << 42 ^ (uint64_t) random() << 21 ^ (uint64_t) random();
}

/* Masks and prefixes against bit by bit, on random addresses. */
static void
test_mask(void **state)
{
    const unsigned seed = (unsigned) time(NULL);

    (void) state;
    printf("seed %u\n", seed);
    srandom(seed);
    for (unsigned round = 0; round < 20; round++) {
        const struct ip_address a = { random_word(), random_word() };
        struct ip_address b = a;

        b.low ^= UINT64_C(1) << (random() % 64);
        for (unsigned length = 0; length <= 128; length++) {
            const struct ip_address masked = ip_mask(a, length);
            const struct ip_prefix prefix = { masked, (uint8_t) length };
            bool is_same = true;

            for (unsigned i = 0; i < 128; i++) {
                assert_int_equal(bit(masked, i), i < length && bit(a, i));
                is_same &= i >= length || bit(a, i) == bit(b, i);
            }
            assert_true(ip_prefix_contains(prefix, a));
            assert_int_equal(ip_prefix_contains(prefix, b), is_same);
        }
    }
}

static void
test_bytes(void **state)
{
    static const uint8_t wire[16] = { 0x20, 0x01, 0x0d, 0xb8, 0, 1, 2,  3,
                                      4,    5,    6,    7,    8, 9, 10, 0xff };
    const struct ip_address v4 = ip_from_v4(0xc0000201);
    struct ip_address address = ip_from_bytes(wire);
    uint8_t bytes[16];

    (void) state;
    assert_true(address.high == UINT64_C(0x20010db800010203));
    assert_true(address.low == UINT64_C(0x0405060708090aff));
    assert_int_equal(ip_to_bytes(address, bytes), 16);
    assert_memory_equal(bytes, wire, 16);
    assert_int_equal(ip_to_bytes(v4, bytes), 4);
    assert_memory_equal(bytes, "\xc0\0\x02\x01", 4);
    assert_int_equal(ip_v4(v4), 0xc0000201);
    assert_false(ip_is_v4(address));
    assert_true(ip_less(v4, address));
    assert_false(ip_less(address, v4));
    assert_false(ip_less(v4, v4));
}

static void
test_to_many(void **state)
{
    static const struct {
        const char *address;
        bool is_to_many;
    } rows[] = {
        { "223.255.255.255", false }, { "224.0.0.0", true },
        { "239.255.255.255", true },  { "240.0.0.0", false },
        { "255.255.255.254", false }, { "255.255.255.255", true },
        { "feff::1", false },         { "ff02::1", true },
        { "ff00::", true },           { "2001:db8::ffff:e000:1", false },
        { "::e000:1", false },        { "2001:db8::ffff:ffff:ffff", false },
    };

    (void) state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ip_address address;

        assert_true(ip_parse(rows[i].address, &address));
        assert_int_equal(ip_is_to_many(address), rows[i].is_to_many);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_mask),
                                        cmocka_unit_test(test_bytes),
                                        cmocka_unit_test(test_to_many) };

    return RUN_CASES(parse_cases, test_parse) + RUN_CASES(prefix_cases, test_prefix) +
           cmocka_run_group_tests(tests, NULL, NULL);
}
