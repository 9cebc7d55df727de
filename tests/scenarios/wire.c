#include "scenarios/wire.h"

#include <string.h>

enum {
    TCP_HEADER_SIZE = 20,
    TCP_SYN_WINDOW = 64240,
    TCP_WINDOW = 502, /* Scaled by 2^7. */
    UDP_HEADER_SIZE = 8,
    IPV4_DONT_FRAGMENT = 0x4000,
    IPV4_MORE_FRAGMENTS = 0x2000,
    IPV6_MORE_FRAGMENTS = 1,
    IPV4_CHECKSUM_AT = 10,
    TCP_CHECKSUM_AT = 16,
    UDP_CHECKSUM_AT = 6,
    ICMP_CHECKSUM_AT = 2,
};

static void add_addresses(struct buffer *out, const struct wire_ip *ip);
static uint32_t sum_words(const uint8_t *bytes, size_t n, uint32_t sum);
static void set_transport_checksum(struct buffer *out, size_t start, size_t checksum_at,
                                   const struct wire_ip *ip, uint8_t protocol);
static void add_fragment_header(struct buffer *out, const struct buffer *whole, size_t n,
                                uint32_t id, size_t offset, bool is_last);

void
wire_add_ip(struct buffer *out, const struct wire_ip *ip, const struct buffer *payload)
{
    const size_t start = out->n;

    if (ip_is_v4(ip->source)) {
        buffer_u16(out, 0x4500);
        buffer_u16(out, (unsigned) (IPV4_HEADER_SIZE + payload->n));
        buffer_u16(out, ip->id);
        buffer_u16(out, IPV4_DONT_FRAGMENT);
        buffer_u8(out, ip->ttl);
        buffer_u8(out, ip->protocol);
        buffer_u16(out, 0);
        add_addresses(out, ip);
        buffer_set_uint(out, start + IPV4_CHECKSUM_AT,
                        wire_checksum(out->bytes + start, IPV4_HEADER_SIZE, 0), 2);
    } else {
        buffer_u32(out, 0x60000000);
        buffer_u16(out, (unsigned) payload->n);
        buffer_u8(out, ip->protocol);
        buffer_u8(out, ip->ttl);
        add_addresses(out, ip);
    }
    buffer_add(out, payload->bytes, payload->n);
}

static void
add_addresses(struct buffer *out, const struct wire_ip *ip)
{
    uint8_t bytes[16];

    buffer_add(out, bytes, ip_to_bytes(ip->source, bytes));
    buffer_add(out, bytes, ip_to_bytes(ip->destination, bytes));
}

void
wire_add_tcp(struct buffer *out, const struct wire_ip *ip, const struct wire_tcp *tcp,
             const uint8_t *payload, size_t n)
{
    /* SACK permitted (RFC 2018), no-operation, window scale 7 (RFC 7323). */
    static const uint8_t more_options[] = { 4, 2, 1, 3, 3, 7 };
    const size_t options_size = tcp->mss == 0 ? 0 : 4 + sizeof more_options + 2;
    const size_t start = out->n;

    buffer_u16(out, tcp->source_port);
    buffer_u16(out, tcp->destination_port);
    buffer_u32(out, tcp->sequence);
    buffer_u32(out, tcp->acknowledgement);
    buffer_u8(out, (unsigned) ((TCP_HEADER_SIZE + options_size) / 4) << 4);
    buffer_u8(out, tcp->flags);
    buffer_u16(out, (tcp->flags & WIRE_RST) != 0 ? 0
                    : tcp->mss != 0              ? TCP_SYN_WINDOW
                                                 : TCP_WINDOW);
    buffer_u32(out, 0);
    if (tcp->mss != 0) {
        buffer_u16(out, 0x0204);
        buffer_u16(out, tcp->mss);
        buffer_add(out, more_options, sizeof more_options);
        buffer_u16(out, 0x0101);
    }
    buffer_add(out, payload, n);
    set_transport_checksum(out, start, TCP_CHECKSUM_AT, ip, PROTOCOL_TCP);
}

void
wire_add_udp(struct buffer *out, const struct wire_ip *ip, uint16_t source_port,
             uint16_t destination_port, const uint8_t *payload, size_t n)
{
    const size_t start = out->n;

    buffer_u16(out, source_port);
    buffer_u16(out, destination_port);
    buffer_u16(out, (unsigned) (UDP_HEADER_SIZE + n));
    buffer_u16(out, 0);
    buffer_add(out, payload, n);
    set_transport_checksum(out, start, UDP_CHECKSUM_AT, ip, PROTOCOL_UDP);
}

void
wire_add_icmp(struct buffer *out, const struct wire_ip *ip, uint8_t type, uint8_t code,
              uint32_t rest, const uint8_t *payload, size_t n)
{
    const size_t start = out->n;

    buffer_u8(out, type);
    buffer_u8(out, code);
    buffer_u16(out, 0);
    buffer_u32(out, rest);
    buffer_add(out, payload, n);
    if (ip_is_v4(ip->source)) {
        buffer_set_uint(out, start + ICMP_CHECKSUM_AT,
                        wire_checksum(out->bytes + start, out->n - start, 0), 2);
    } else {
        set_transport_checksum(out, start, ICMP_CHECKSUM_AT, ip, PROTOCOL_ICMPV6);
    }
}

/* Over the pseudo-header (RFC 9293 section 3.1, RFC 8200 section 8.1) and the rest. */
static void
set_transport_checksum(struct buffer *out, size_t start, size_t checksum_at,
                       const struct wire_ip *ip, uint8_t protocol)
{
    const size_t n = out->n - start;
    struct buffer addresses = { 0 };
    uint16_t checksum;

    add_addresses(&addresses, ip);
    checksum =
        wire_checksum(out->bytes + start, n,
                      sum_words(addresses.bytes, addresses.n, (uint32_t) n + protocol));
    if (checksum == 0 && protocol == PROTOCOL_UDP) {
        checksum = 0xffff; /* Zero would say that there is none (RFC 768). */
    }
    buffer_set_uint(out, start + checksum_at, checksum, 2);
    buffer_fini(&addresses);
}

uint16_t
wire_checksum(const uint8_t *bytes, size_t n, uint32_t start)
{
    uint32_t sum = sum_words(bytes, n, start);

    while (sum >> 16 != 0) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return (uint16_t) ~sum;
}

/* At most 64 kB are summed, so 32 bits hold the sum. */
static uint32_t
sum_words(const uint8_t *bytes, size_t n, uint32_t sum)
{
    for (size_t i = 0; i < n; i++) {
        sum += i % 2 == 0 ? (uint32_t) bytes[i] << 8 : bytes[i];
    }
    return sum;
}

unsigned
wire_add_fragment(struct buffer *out, const struct buffer *whole, size_t size, uint32_t id,
                  unsigned index)
{
    const bool v4 = whole->bytes[0] >> 4 == 4;
    const size_t header_size = v4 ? IPV4_HEADER_SIZE : IPV6_HEADER_SIZE;
    const size_t each_header_size = header_size + (v4 ? 0 : FRAGMENT_HEADER_SIZE);
    const size_t room = size < each_header_size + 8 ? 8 : (size - each_header_size) / 8 * 8;
    const size_t n_data = whole->n - header_size;
    const size_t offset = index * room;
    const bool is_last = n_data - offset <= room;
    const size_t n = is_last ? n_data - offset : room;

    if (whole->n <= size) {
        buffer_add(out, whole->bytes, whole->n);
        return 1;
    }
    add_fragment_header(out, whole, n, id, offset, is_last);
    buffer_add(out, whole->bytes + header_size + offset, n);
    return (unsigned) ((n_data + room - 1) / room);
}

static void
add_fragment_header(struct buffer *out, const struct buffer *whole, size_t n, uint32_t id,
                    size_t offset, bool is_last)
{
    const size_t start = out->n;

    if (whole->bytes[0] >> 4 == 4) {
        const size_t flags = is_last ? 0 : IPV4_MORE_FRAGMENTS;

        buffer_add(out, whole->bytes, IPV4_HEADER_SIZE);
        buffer_set_uint(out, start + 2, (uint32_t) (IPV4_HEADER_SIZE + n), 2);
        buffer_set_uint(out, start + 6, (uint32_t) (flags | offset / 8), 2);
        buffer_set_uint(out, start + IPV4_CHECKSUM_AT, 0, 2);
        buffer_set_uint(out, start + IPV4_CHECKSUM_AT,
                        wire_checksum(out->bytes + start, IPV4_HEADER_SIZE, 0), 2);
    } else {
        buffer_add(out, whole->bytes, IPV6_HEADER_SIZE);
        buffer_set_uint(out, start + 4, (uint32_t) (FRAGMENT_HEADER_SIZE + n), 2);
        buffer_set_uint(out, start + 6, PROTOCOL_FRAGMENT, 1);
        buffer_u8(out, whole->bytes[6]);
        buffer_u8(out, 0);
        buffer_u16(out, (unsigned) (offset | (is_last ? 0 : IPV6_MORE_FRAGMENTS)));
        buffer_u32(out, id);
    }
}
