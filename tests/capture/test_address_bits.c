/* Sets of addresses as bits, against the prefixes that they were made of. */
#include "support/support.h"

#include "capture/address_bits.h"
#include "support/random.h"

/* A set of one prefix, and an address that it holds or, for certain, does not. */
static const struct bits_case {
    const char *name, *prefix, *address;
    bool may_hold;
} cases[] = {
    { "v4_first", "192.0.2.0/24", "192.0.2.0", true },
    { "v4_last", "192.0.2.0/24", "192.0.2.255", true },
    { "v4_before", "192.0.2.0/24", "192.0.1.255", false },
    { "v4_after", "192.0.2.0/24", "192.0.3.0", false },
    { "v4_beside_32", "192.0.2.7/32", "192.0.2.8", true },
    { "v4_wide_last", "10.0.0.0/9", "10.127.255.255", true },
    { "v4_wide_after", "10.0.0.0/9", "10.128.0.0", false },
    { "v4_23_last", "192.0.2.0/23", "192.0.3.255", true },
    { "v4_23_after", "192.0.2.0/23", "192.0.4.0", false },
    { "v4_all", "0.0.0.0/0", "255.255.255.255", true },
    { "v4_all_no_v6", "0.0.0.0/0", "2001:db8::1", false },
    { "v6_first", "2001:db8::/32", "2001:db8::", true },
    { "v6_last", "2001:db8::/32", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", true },
    { "v6_after", "2001:db8::/32", "2001:db9::", false },
    { "v6_29_last", "2001:db8::/29", "2001:dbf:ffff::", true },
    { "v6_29_after", "2001:db8::/29", "2001:dc0::", false },
    { "v6_48_in", "2001:db8:1::/48", "2001:db8:1:ffff::", true },
    { "v6_48_after", "2001:db8:1::/48", "2001:db8:2::", false },
    { "v6_long_beside", "2001:db8:1:2::3/128", "2001:db8:1::", true },
    { "v6_wide_last", "2000::/3", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true },
    { "v6_all", "::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true },
    { "v6_all_no_v4", "::/0", "192.0.2.1", false },
    { "v6_low", "2001:db8::/32", "::1", true },
};

static void
test_one(void **given)
{
    const struct bits_case *c = *given;
    struct address_bits *bits = address_bits_new();
    struct ip_prefix prefix;
    struct ip_address address;

    assert_int_equal(ip_prefix_parse(c->prefix, &prefix), IP_PARSE_OK);
    assert_true(ip_parse(c->address, &address));
    address_bits_add(bits, prefix);
    assert_int_equal(address_bits_may_hold(bits, address), c->may_hold);
    address_bits_free(bits);
}

static uint64_t state;

static struct ip_address
random_address(void)
{
    return random_next(&state) % 2 == 0
               ? ip_from_v4((uint32_t) (random_next(&state) >> 32))
               : (struct ip_address){ random_next(&state), random_next(&state) };
}

/* An address of 'prefix', or just beyond it. */
static struct ip_address
address_at(struct ip_prefix prefix)
{
    const struct ip_address any = random_address();
    const struct ip_address host = ip_mask(any, prefix.length);
    struct ip_address address = { prefix.address.high | (any.high ^ host.high),
                                  prefix.address.low | (any.low ^ host.low) };

    if (random_next(&state) % 4 == 0) {
        address.low ^= prefix.length < 128 ? UINT64_C(1) << (127 - prefix.length) % 64 : 1;
    }
    return address;
}

/* With a thousand prefixes of any length, no address that one of them holds is missed, and
 * few others are taken for one. */
static void
test_many(void **unused)
{
    enum { N_PREFIXES = 1000, N_ADDRESSES = 20000, V6_LENGTH_MIN = 20, V4_LENGTH_MIN = 12 };
    static struct ip_prefix prefixes[N_PREFIXES];
    struct address_bits *bits = address_bits_new();
    unsigned n_held = 0, n_others = 0;

    (void) unused;
    state = random_seed();
    for (size_t i = 0; i < N_PREFIXES; i++) {
        const struct ip_address address = random_address();
        const unsigned least =
            ip_is_v4(address) ? IP_V4_BITS + V4_LENGTH_MIN : V6_LENGTH_MIN;
        const unsigned length = least + (unsigned) (random_next(&state) % (129 - least));

        prefixes[i] = (struct ip_prefix){ ip_mask(address, length), (uint8_t) length };
        address_bits_add(bits, prefixes[i]);
    }
    for (size_t i = 0; i < N_ADDRESSES; i++) {
        const struct ip_address address =
            i % 2 == 0 ? random_address()
                       : address_at(prefixes[random_below(&state, N_PREFIXES)]);
        bool is_held = false;

        for (size_t j = 0; j < N_PREFIXES && !is_held; j++) {
            is_held = ip_prefix_contains(prefixes[j], address);
        }
        n_held += is_held;
        if (is_held) {
            assert_true(address_bits_may_hold(bits, address));
        } else if (i % 2 == 0) {
            n_others += address_bits_may_hold(bits, address);
        }
    }
    assert_true(n_held > N_ADDRESSES / 5);
    assert_true(n_others < N_ADDRESSES / 2 / 20);
    address_bits_free(bits);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_many) };
    const int n_failed = RUN_CASES(cases, test_one);

    return n_failed + cmocka_run_group_tests(tests, NULL, NULL);
}
