#include <string.h>

#include "scenarios/random.h"
#include "scenarios/wire.h"
#include "support/support.h"

/* The example of RFC 1071 section 3: the sum of these bytes is ddf2. */
static void
test_checksum(void **state)
{
    static const uint8_t bytes[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };

    (void) state;
    assert_int_equal(wire_checksum(bytes, sizeof bytes, 0), 0xffff & ~0xddf2);
}

static struct wire_ip
between(const char *source, const char *destination)
{
    struct wire_ip ip = { .protocol = PROTOCOL_UDP, .ttl = 64, .id = 7 };

    assert_true(ip_parse(source, &ip.source));
    assert_true(ip_parse(destination, &ip.destination));
    return ip;
}

/* Whoever sums all words of a right packet, checksum and pseudo-header too, gets ffff. */
static void
test_packets_sum_up(void **state)
{
    static const char *const ends[][2] = { { "192.0.2.1", "203.0.113.9" },
                                           { "2001:db8::1", "2001:db8:a::9" } };
    static const uint8_t payload[] = { 1, 2, 3 };

    (void) state;
    for (size_t i = 0; i < N_ELEMENTS(ends); i++) {
        const struct wire_ip ip = between(ends[i][0], ends[i][1]);
        const size_t address_size = ip_is_v4(ip.source) ? 4 : 16;
        const size_t header_size =
            ip_is_v4(ip.source) ? IPV4_HEADER_SIZE : IPV6_HEADER_SIZE;
        struct buffer udp = { 0 }, packet = { 0 };

        wire_add_udp(&udp, &ip, 40000, 53, payload, sizeof payload);
        wire_add_ip(&packet, &ip, &udp);
        assert_int_equal(packet.n, header_size + 8 + sizeof payload);
        if (address_size == 4) {
            assert_int_equal(wire_checksum(packet.bytes, header_size, 0), 0);
        }
        assert_int_equal(wire_checksum(packet.bytes + header_size - 2 * address_size,
                                       2 * address_size + udp.n,
                                       (uint32_t) udp.n + PROTOCOL_UDP),
                         0);
        buffer_fini(&udp);
        buffer_fini(&packet);
    }
}

/* One piece adds its data to 'again', having said rightly where it stands.  Returns how
 * many pieces there are. */
static unsigned
add_piece(struct buffer *again, const struct buffer *whole, size_t size, unsigned index)
{
    const bool v4 = whole->bytes[0] >> 4 == 4;
    const size_t header_size =
        v4 ? IPV4_HEADER_SIZE : IPV6_HEADER_SIZE + FRAGMENT_HEADER_SIZE;
    const size_t field_at = v4 ? 6 : IPV6_HEADER_SIZE + 2;
    struct buffer piece = { 0 };
    const unsigned n = wire_add_fragment(&piece, whole, size, 9, index);

    assert_true(piece.n <= size);
    if (v4) {
        assert_int_equal(wire_checksum(piece.bytes, IPV4_HEADER_SIZE, 0), 0);
    }
    if (n > 1) { /* RFC 791 section 3.1, RFC 8200 section 4.5. */
        const unsigned field =
            (unsigned) piece.bytes[field_at] << 8 | piece.bytes[field_at + 1];

        assert_int_equal(v4 ? (field & 0x1fff) * 8 : field & 0xfff8, again->n);
        assert_int_equal(v4 ? field >> 13 : field & 7, index + 1 < n ? 1 : 0);
        buffer_add(again, piece.bytes + header_size, piece.n - header_size);
    } else {
        buffer_add(again, piece.bytes + (v4 ? IPV4_HEADER_SIZE : IPV6_HEADER_SIZE),
                   piece.n - (v4 ? IPV4_HEADER_SIZE : IPV6_HEADER_SIZE));
    }
    buffer_fini(&piece);
    return n;
}

/* Pieces of every size put together again give the packet that was cut. */
static void
test_fragments(void **state)
{
    (void) state;
    for (unsigned i = 0; i < 200; i++) {
        uint64_t random = i;
        const struct wire_ip ip = i % 2 == 0 ? between("192.0.2.1", "203.0.113.9")
                                             : between("2001:db8::1", "2001:db8:a::9");
        const size_t size = 60 + random_below(&random, 500);
        struct buffer payload = { 0 }, whole = { 0 }, again = { 0 };
        unsigned n = 1;

        for (uint64_t left = 1 + random_below(&random, 3000); left > 0; left--) {
            buffer_u8(&payload, random_next(&random) & 0xff);
        }
        wire_add_ip(&whole, &ip, &payload);
        for (unsigned index = 0; index < n; index++) {
            n = add_piece(&again, &whole, size, index);
        }
        assert_int_equal(again.n, payload.n);
        assert_memory_equal(again.bytes, payload.bytes, payload.n);
        buffer_fini(&payload);
        buffer_fini(&whole);
        buffer_fini(&again);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_checksum),
        cmocka_unit_test(test_packets_sum_up),
        cmocka_unit_test(test_fragments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
