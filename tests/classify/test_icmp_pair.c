#include "classify/icmp_pair.h"

#include "capture/packet.h"
#include "support/support.h"

static const struct pair_case {
    const char *name;
    uint8_t protocol;
    uint16_t request, reply;
} cases[] = {
    { "echo", IP_PROTOCOL_ICMP, 8, 0 },
    { "timestamp", IP_PROTOCOL_ICMP, 13, 14 },
    { "router", IP_PROTOCOL_ICMP, 10, 9 },
    { "echo, v6", IP_PROTOCOL_ICMPV6, 128, 129 },
    { "router, v6", IP_PROTOCOL_ICMPV6, 133, 134 },
    { "neighbour, v6", IP_PROTOCOL_ICMPV6, 135, 136 },
};

static void
test_pair(void **state)
{
    const struct pair_case *c = *state;
    const struct icmp_pair *pair = icmp_pair_find(c->protocol, c->request);

    assert_non_null(pair);
    assert_int_equal(pair->request, c->request);
    assert_int_equal(pair->reply, c->reply);
    assert_ptr_equal(icmp_pair_find(c->protocol, c->reply), pair);
}

/* Errors (RFC 792, RFC 4443) answer no message of ICMP, and the numbers of one protocol
 * mean nothing in the other. */
static void
test_no_pair(void **state)
{
    (void) state;
    assert_null(icmp_pair_find(IP_PROTOCOL_ICMP, 3));
    assert_null(icmp_pair_find(IP_PROTOCOL_ICMP, 11));
    assert_null(icmp_pair_find(IP_PROTOCOL_ICMP, 128));
    assert_null(icmp_pair_find(IP_PROTOCOL_ICMP, 256 + 8));
    assert_null(icmp_pair_find(IP_PROTOCOL_ICMPV6, 1));
    assert_null(icmp_pair_find(IP_PROTOCOL_ICMPV6, 3));
    assert_null(icmp_pair_find(IP_PROTOCOL_ICMPV6, 8));
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_no_pair) };

    return RUN_CASES(cases, test_pair) + cmocka_run_group_tests(tests, NULL, NULL);
}
