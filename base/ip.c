#include "base/ip.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/reader.h"

struct ip_address
ip_from_bytes(const uint8_t bytes[static 16])
{
    struct reader r = reader_init(bytes, 16);
    const uint64_t high = reader_be64(&r);

    return (struct ip_address){ high, reader_be64(&r) };
}

unsigned
ip_to_bytes(struct ip_address address, uint8_t bytes[static 16])
{
    uint8_t all[16];

    for (unsigned i = 0; i < 8; i++) {
        all[i] = (uint8_t) (address.high >> (56 - 8 * i));
        all[8 + i] = (uint8_t) (address.low >> (56 - 8 * i));
    }
    if (ip_is_v4(address)) {
        memcpy(bytes, all + 12, 4);
        return 4;
    }
    memcpy(bytes, all, 16);
    return 16;
}

struct ip_address
ip_mask(struct ip_address address, unsigned length)
{
    if (length >= 128) {
        return address;
    }
    if (length > 64) {
        return (struct ip_address){ address.high,
                                    address.low & ~(UINT64_MAX >> (length - 64)) };
    }
    return (struct ip_address){ length == 64 ? address.high
                                             : address.high & ~(UINT64_MAX >> length),
                                0 };
}

bool
ip_prefix_contains(struct ip_prefix prefix, struct ip_address address)
{
    return ip_is_v4(address) == ip_prefix_is_v4(prefix) &&
           ip_equal(ip_mask(address, prefix.length), prefix.address);
}

const char *
ip_format(struct ip_address address, char text[static IP_TEXT_SIZE])
{
    uint8_t bytes[16];
    const int family = ip_to_bytes(address, bytes) == 4 ? AF_INET : AF_INET6;

    (void) inet_ntop(family, bytes, text, IP_TEXT_SIZE);
    return text;
}

const char *
ip_prefix_format(struct ip_prefix prefix, char text[static IP_PREFIX_TEXT_SIZE])
{
    char address[IP_TEXT_SIZE];
    const bool v4 = ip_is_v4(prefix.address) && prefix.length >= IP_V4_BITS;

    (void) snprintf(text, IP_PREFIX_TEXT_SIZE, "%s/%u", ip_format(prefix.address, address),
                    prefix.length - (v4 ? (unsigned) IP_V4_BITS : 0u));
    return text;
}

bool
ip_parse(const char *text, struct ip_address *ret)
{
    struct in_addr v4;
    struct in6_addr v6;

    if (inet_pton(AF_INET, text, &v4) == 1) {
        *ret = ip_from_v4(ntohl(v4.s_addr));
        return true;
    }
    if (inet_pton(AF_INET6, text, &v6) == 1) {
        *ret = ip_from_bytes(v6.s6_addr);
        return true;
    }
    return false;
}

/* Reads a decimal number of one to three digits that fills all of 'text'. */
static bool
parse_length(const char *text, unsigned *ret)
{
    const size_t n = strspn(text, "0123456789");
    unsigned value = 0;

    if (n == 0 || n > 3 || text[n] != '\0') {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        value = value * 10 + (unsigned) (text[i] - '0');
    }
    *ret = value;
    return true;
}

enum ip_parse_status
ip_prefix_parse(const char *text, struct ip_prefix *ret)
{
    const char *slash = strchr(text, '/');
    const size_t n = slash == NULL ? strlen(text) : (size_t) (slash - text);
    char address_text[IP_TEXT_SIZE];
    struct ip_address address;
    unsigned length = 128;

    if (n >= sizeof address_text) {
        return IP_PARSE_NOT_AN_ADDRESS;
    }
    memcpy(address_text, text, n);
    address_text[n] = '\0';
    if (!ip_parse(address_text, &address)) {
        return IP_PARSE_NOT_AN_ADDRESS;
    }
    if (slash != NULL) {
        const bool v4 = strchr(address_text, ':') == NULL;

        if (!parse_length(slash + 1, &length) || length > (v4 ? 32u : 128u)) {
            return IP_PARSE_BAD_LENGTH;
        }
        length += v4 ? IP_V4_BITS : 0;
    }
    *ret = (struct ip_prefix){ ip_mask(address, length), (uint8_t) length };
    return ip_equal(ret->address, address) ? IP_PARSE_OK : IP_PARSE_HOST_BITS;
}
