/* Frames written by hand, and whether the kernel lets them through. */
#include "support/support.h"

#include <ctype.h>
#include <stdlib.h>

#include "capture/prefilter_run.h"

/* Pieces of frames, in hexadecimal. */
#define ETHER(type)         "020000000002 020000000001" type
#define SLL(type)           "0000 0001 0006 020000000001 0000" type
#define SLL2(type)          type "0000 00000002 0001 00 06 020000000001 0000"
#define IPV4(up, addresses) "4500 001c 0001 4000 40" up "0000" addresses
#define IPV6(next, to)      "60000000 0008" next "40" V6_OTHER to
#define PORTS(source, to)   source to "0008 0000"
#define V4_IN               "c0000201"
#define V4_OTHER            "c6336401"
#define V6_IN               "20010db8 00000000 00000000 00000001"
#define V6_OTHER            "20014860 00000000 00000000 00008888"
#define PLAIN               PORTS("c000", "01bb")
#define OTHERS              V4_OTHER V4_OTHER

/* The set that they are judged by. */
static const char *const prefixes[] = { "192.0.2.0/24",
                                        "203.0.113.7/32",
                                        "10.16.0.0/12",
                                        "2001:db8::/32",
                                        "2400:1234:5678::/48",
                                        "2a00:aa00::/29",
                                        "2400:9999:1111:2222::1/128" };

enum verdict { PASSES, WITHHELD };

static const struct prefilter_case {
    const char *name;
    uint16_t link_type;
    const char *frame;
    enum verdict verdict;
} cases[] = {
    /* Addresses. */
    { "ipv4_from", DLT_EN10MB, ETHER("0800") IPV4("06", V4_IN V4_OTHER) PLAIN, PASSES },
    { "ipv4_to", DLT_EN10MB, ETHER("0800") IPV4("06", V4_OTHER V4_IN) PLAIN, PASSES },
    { "ipv4_other", DLT_EN10MB, ETHER("0800") IPV4("06", OTHERS) PLAIN, WITHHELD },
    { "ipv4_last_of_24", DLT_EN10MB, ETHER("0800") IPV4("06", V4_OTHER "c00002ff") PLAIN,
      PASSES },
    { "ipv4_after_24", DLT_EN10MB, ETHER("0800") IPV4("06", V4_OTHER "c0000300") PLAIN,
      WITHHELD },
    { "ipv4_before_24", DLT_EN10MB, ETHER("0800") IPV4("06", V4_OTHER "c00001ff") PLAIN,
      WITHHELD },
    { "ipv4_beside_32", DLT_EN10MB, ETHER("0800") IPV4("06", V4_OTHER "cb007108") PLAIN,
      PASSES },
    { "ipv4_in_12", DLT_EN10MB, ETHER("0800") IPV4("06", V4_OTHER "0a1fffff") PLAIN,
      PASSES },
    { "ipv4_after_12", DLT_EN10MB, ETHER("0800") IPV4("06", V4_OTHER "0a200000") PLAIN,
      WITHHELD },
    { "ipv6_to", DLT_EN10MB, ETHER("86dd") IPV6("06", V6_IN) PLAIN, PASSES },
    { "ipv6_from", DLT_EN10MB, ETHER("86dd") "60000000 0008 06 40" V6_IN V6_OTHER PLAIN,
      PASSES },
    { "ipv6_other", DLT_EN10MB, ETHER("86dd") IPV6("06", V6_OTHER) PLAIN, WITHHELD },
    { "ipv6_after_32", DLT_EN10MB,
      ETHER("86dd") IPV6("06", "20010db9 00000000 00000000 00000001") PLAIN, WITHHELD },
    { "ipv6_in_48", DLT_EN10MB,
      ETHER("86dd") IPV6("06", "24001234 5678ffff 00000000 00000001") PLAIN, PASSES },
    { "ipv6_after_48", DLT_EN10MB,
      ETHER("86dd") IPV6("06", "24001234 56790000 00000000 00000001") PLAIN, WITHHELD },
    { "ipv6_last_of_29", DLT_EN10MB,
      ETHER("86dd") IPV6("06", "2a00aa07 ffff0000 00000000 00000001") PLAIN, PASSES },
    { "ipv6_after_29", DLT_EN10MB,
      ETHER("86dd") IPV6("06", "2a00aa08 00000000 00000000 00000001") PLAIN, WITHHELD },
    { "ipv6_beside_128", DLT_EN10MB,
      ETHER("86dd") IPV6("06", "24009999 11110000 00000000 00000001") PLAIN, PASSES },
    { "ipv6_mapped", DLT_EN10MB,
      ETHER("86dd") IPV6("06", "00000000 00000000 0000ffff" V4_OTHER) PLAIN, PASSES },

    /* Link headers. */
    { "vlan", DLT_EN10MB, ETHER("8100 0064 0800") IPV4("06", OTHERS) PLAIN, WITHHELD },
    { "vlan_to", DLT_EN10MB, ETHER("8100 0064 0800") IPV4("06", V4_OTHER V4_IN) PLAIN,
      PASSES },
    { "qinq", DLT_EN10MB, ETHER("88a8 0064 8100 0065 86dd") IPV6("06", V6_OTHER) PLAIN,
      WITHHELD },
    { "qinq_to", DLT_EN10MB, ETHER("88a8 0064 8100 0065 86dd") IPV6("06", V6_IN) PLAIN,
      PASSES },
    { "vlan_three", DLT_EN10MB,
      ETHER("8100 0064 8100 0065 8100 0066 0800") IPV4("06", OTHERS) PLAIN, PASSES },
    { "arp", DLT_EN10MB, ETHER("0806 0001 0800 06 04 0001"), PASSES },
    { "mpls", DLT_EN10MB, ETHER("8847 00001140") IPV4("06", OTHERS) PLAIN, PASSES },
    { "pppoe", DLT_EN10MB, ETHER("8864 1100 0001 001e 0021") IPV4("06", OTHERS) PLAIN,
      PASSES },
    { "llc", DLT_EN10MB, ETHER("0024 aaaa03 000000 0800") IPV4("06", OTHERS) PLAIN,
      PASSES },
    { "cut_in_link", DLT_EN10MB, "020000000002 020000000001 08", PASSES },
    { "cut_in_tag", DLT_EN10MB, ETHER("8100 0064 08"), PASSES },
    { "cut_in_ip", DLT_EN10MB, ETHER("0800") "4500 001c 0001 0000 40 06 0000 c6336401",
      PASSES },
    { "raw_ipv4", DLT_RAW, IPV4("06", OTHERS) PLAIN, WITHHELD },
    { "raw_ipv4_to", DLT_RAW, IPV4("06", V4_OTHER V4_IN) PLAIN, PASSES },
    { "raw_ipv6", DLT_RAW, IPV6("06", V6_OTHER) PLAIN, WITHHELD },
    { "raw_ipv6_to", DLT_RAW, IPV6("06", V6_IN) PLAIN, PASSES },
    { "raw_other", DLT_RAW, "55" IPV4("06", OTHERS), PASSES },
    { "cooked", DLT_LINUX_SLL, SLL("0800") IPV4("06", OTHERS) PLAIN PLAIN PLAIN, WITHHELD },
    { "cooked_to", DLT_LINUX_SLL, SLL("0800") IPV4("06", V4_OTHER V4_IN) PLAIN PLAIN PLAIN,
      PASSES },
    { "cooked_arp", DLT_LINUX_SLL, SLL("0806") IPV4("06", OTHERS) PLAIN PLAIN PLAIN,
      PASSES },
    { "cooked_2", DLT_LINUX_SLL2, SLL2("86dd") IPV6("06", V6_OTHER) PLAIN, WITHHELD },
    { "cooked_2_to", DLT_LINUX_SLL2, SLL2("86dd") IPV6("06", V6_IN) PLAIN, PASSES },

    /* IP headers. */
    { "options", DLT_EN10MB,
      ETHER("0800") "4600 0020 0001 0000 40 06 0000" OTHERS "01010101" PLAIN, PASSES },
    { "version_5", DLT_EN10MB, ETHER("0800") "5500 001c 0001 0000 40 06 0000" OTHERS PLAIN,
      PASSES },
    { "length_too_small", DLT_EN10MB,
      ETHER("0800") "4500 0013 0001 0000 40 06 0000" OTHERS PLAIN, PASSES },
    { "length_none", DLT_EN10MB,
      ETHER("0800") "4500 0000 0001 0000 40 06 0000" OTHERS PLAIN, WITHHELD },
    { "fragment_first", DLT_EN10MB,
      ETHER("0800") "4500 001c 0001 2000 40 06 0000" OTHERS PLAIN, PASSES },
    { "fragment_later", DLT_EN10MB,
      ETHER("0800") "4500 001c 0001 0001 40 06 0000" OTHERS PLAIN, PASSES },
    { "ipv6_version", DLT_EN10MB,
      ETHER("86dd") "50000000 0008 06 40" V6_OTHER V6_OTHER PLAIN, PASSES },
    { "ipv6_hop_by_hop", DLT_EN10MB,
      ETHER("86dd") IPV6("00", V6_OTHER) "06 00 000000000000" PLAIN, PASSES },
    { "ipv6_fragment", DLT_EN10MB,
      ETHER("86dd") IPV6("2c", V6_OTHER) "06 00 0001 00000001" PLAIN, PASSES },

    /* What is above. */
    { "icmp", DLT_EN10MB, ETHER("0800") IPV4("01", OTHERS) "0800 0000", WITHHELD },
    { "esp", DLT_EN10MB, ETHER("0800") IPV4("32", OTHERS) PLAIN, WITHHELD },
    { "no_such_protocol", DLT_EN10MB, ETHER("0800") IPV4("fd", OTHERS), WITHHELD },
    { "ah", DLT_EN10MB, ETHER("0800") IPV4("33", OTHERS) PLAIN, PASSES },
    { "ipip", DLT_EN10MB, ETHER("0800") IPV4("04", OTHERS) PLAIN, PASSES },
    { "6in4", DLT_EN10MB, ETHER("0800") IPV4("29", OTHERS) PLAIN, PASSES },
    { "gre", DLT_EN10MB, ETHER("0800") IPV4("2f", OTHERS) PLAIN, PASSES },
    { "etherip", DLT_EN10MB, ETHER("0800") IPV4("61", OTHERS) PLAIN, PASSES },
    { "mpls_in_ip", DLT_EN10MB, ETHER("0800") IPV4("89", OTHERS) PLAIN, PASSES },
    { "4in6", DLT_EN10MB, ETHER("86dd") IPV6("04", V6_OTHER) PLAIN, PASSES },
    { "ethernet_in_ipv6", DLT_EN10MB, ETHER("86dd") IPV6("8f", V6_OTHER) PLAIN, PASSES },
    { "udp", DLT_EN10MB, ETHER("0800") IPV4("11", OTHERS) PORTS("c000", "0035"), WITHHELD },
    { "udp_without_ports", DLT_EN10MB, ETHER("0800") IPV4("11", OTHERS) "c00000", PASSES },
    { "vxlan", DLT_EN10MB, ETHER("0800") IPV4("11", OTHERS) PORTS("c000", "12b5"), PASSES },
    { "geneve", DLT_EN10MB, ETHER("86dd") IPV6("11", V6_OTHER) PORTS("c000", "17c1"),
      PASSES },
    { "gtp_u", DLT_EN10MB, ETHER("0800") IPV4("11", OTHERS) PORTS("c000", "0868"), PASSES },
    { "gtp_u_back", DLT_EN10MB, ETHER("0800") IPV4("11", OTHERS) PORTS("0868", "c000"),
      PASSES },
    { "teredo_back", DLT_EN10MB, ETHER("0800") IPV4("11", OTHERS) PORTS("0dd8", "c000"),
      PASSES },
    { "from_port_of_vxlan", DLT_EN10MB,
      ETHER("0800") IPV4("11", OTHERS) PORTS("12b5", "0035"), WITHHELD },
    { "tcp_to_port_of_vxlan", DLT_EN10MB,
      ETHER("0800") IPV4("06", OTHERS) PORTS("c000", "12b5"), WITHHELD },
};

static struct address_bits *
bits_of(const char *const *texts, size_t n)
{
    struct address_bits *bits = address_bits_new();

    for (size_t i = 0; i < n; i++) {
        struct ip_prefix prefix;

        assert_int_equal(ip_prefix_parse(texts[i], &prefix), IP_PARSE_OK);
        address_bits_add(bits, prefix);
    }
    return bits;
}

/* Makes a prefilter for these prefixes; skips the test where the kernel refuses it. */
static struct prefilter *
prefilter_of_or_skip(const char *const *texts, size_t n)
{
    struct prefilter *prefilter;
    struct address_bits *bits;

    need_prefilter_or_skip();
    bits = bits_of(texts, n);
    prefilter = prefilter_or_fail(bits);
    address_bits_free(bits);
    return prefilter;
}

static size_t
read_frame(const char *hexadecimal, uint8_t frame[static JUDGED_MAX])
{
    size_t n = 0;

    for (const char *at = hexadecimal; *at != '\0';) {
        const char digits[] = { at[0], at[1], '\0' };

        if (isspace((unsigned char) *at)) {
            at++;
            continue;
        }
        frame[n++] = (uint8_t) strtoul(digits, NULL, 16);
        at += 2;
    }
    return n;
}

/* A frame passes as the case says, and is counted if it does not. */
static void
test_frame(void **state)
{
    const struct prefilter_case *c = *state;
    struct prefilter *prefilter = prefilter_of_or_skip(prefixes, N_ELEMENTS(prefixes));
    struct prefilter_tap *tap = tap_or_fail(prefilter, c->link_type);
    uint8_t frame[JUDGED_MAX];
    const size_t size = read_frame(c->frame, frame);
    const bool is_withheld = judge(tap, c->link_type, frame, size) == 0;
    const struct prefilter_count count = prefilter_tap_withheld(tap);

    assert_int_equal(is_withheld, c->verdict == WITHHELD);
    assert_int_equal(count.packets, is_withheld ? 1 : 0);
    assert_int_equal(count.bytes, is_withheld ? size : 0);
    prefilter_tap_free(tap);
    prefilter_free(prefilter);
}

/* What is withheld follows the set: that of the first, of both, and of the second. */
static void
test_change(void **state)
{
    static const char *const first[] = { "192.0.2.0/24" }, *const second[] = {
        "198.51.100.0/24", "2001:db8::/32"
    };
    static const struct {
        const char *frame;
        bool first, both, second;
    } frames[] = {
        { ETHER("0800") IPV4("06", V4_IN "01010101") PLAIN, true, true, false },
        { ETHER("0800") IPV4("06", "01010101" V4_OTHER) PLAIN, false, true, true },
        { ETHER("86dd") IPV6("06", V6_IN) PLAIN, false, true, true },
        { ETHER("0800") IPV4("06", "01010101 01010102") PLAIN, false, false, false },
    };
    struct prefilter *prefilter = prefilter_of_or_skip(first, N_ELEMENTS(first));
    struct address_bits *after = bits_of(second, N_ELEMENTS(second));
    struct prefilter_tap *tap = tap_or_fail(prefilter, DLT_EN10MB);

    (void) state;
    for (unsigned step = 0; step < 3; step++) {
        if (step == 1) {
            prefilter_widen(prefilter, after);
        } else if (step == 2) {
            prefilter_set(prefilter, after);
        }
        for (size_t i = 0; i < N_ELEMENTS(frames); i++) {
            uint8_t frame[JUDGED_MAX];
            const size_t size = read_frame(frames[i].frame, frame);
            const bool passes[] = { frames[i].first, frames[i].both, frames[i].second };

            assert_int_equal(judge(tap, DLT_EN10MB, frame, size) != 0, passes[step]);
        }
    }
    prefilter_tap_free(tap);
    prefilter_free(prefilter);
    address_bits_free(after);
}

/* The length that is captured is the tap's; each tap counts for itself. */
static void
test_taps(void **state)
{
    struct prefilter *prefilter = prefilter_of_or_skip(prefixes, N_ELEMENTS(prefixes));
    char reason[PREFILTER_REASON_SIZE] = "";
    struct prefilter_tap *one = tap_or_fail(prefilter, DLT_EN10MB);
    struct prefilter_tap *other = prefilter_tap_new(prefilter, DLT_EN10MB, 262144, reason);
    uint8_t frame[JUDGED_MAX];
    size_t size = read_frame(ETHER("0800") IPV4("06", V4_IN V4_OTHER) PLAIN, frame);

    (void) state;
    assert_non_null(other);
    assert_int_equal(judge(one, DLT_EN10MB, frame, size), 65535);
    assert_int_equal(judge(other, DLT_EN10MB, frame, size), 262144);
    size = read_frame(ETHER("0800") IPV4("06", OTHERS) PLAIN, frame);
    assert_int_equal(judge(other, DLT_EN10MB, frame, size), 0);
    assert_int_equal(judge(other, DLT_EN10MB, frame, size), 0);
    assert_int_equal(prefilter_tap_withheld(one).packets, 0);
    assert_int_equal(prefilter_tap_withheld(other).packets, 2);
    assert_int_equal(prefilter_tap_withheld(other).bytes, 2 * size);
    prefilter_tap_free(other);
    prefilter_tap_free(one);
    prefilter_free(prefilter);
}

/* What cannot be had is refused with the reason. */
static void
test_refusals(void **state)
{
    struct prefilter *prefilter = prefilter_of_or_skip(prefixes, N_ELEMENTS(prefixes));
    struct prefilter_tap *tap = tap_or_fail(prefilter, DLT_EN10MB);
    char reason[PREFILTER_REASON_SIZE] = "";

    (void) state;
    assert_null(prefilter_tap_new(prefilter, DLT_IEEE802_11_RADIO, 65535, reason));
    assert_non_null(strstr(reason, "link type"));
    assert_false(prefilter_tap_attach(tap, -1, reason));
    assert_non_null(strstr(reason, "takes no filter"));
    prefilter_tap_free(tap);
    prefilter_free(prefilter);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_change),
        cmocka_unit_test(test_taps),
        cmocka_unit_test(test_refusals),
    };
    const int n_failed = RUN_CASES(cases, test_frame);

    return n_failed + cmocka_run_group_tests(tests, NULL, NULL);
}
