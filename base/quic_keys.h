#ifndef BASE_QUIC_KEYS_H
#define BASE_QUIC_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The keys of QUIC's Initial packets, which anybody can derive (RFC 9001 section 5.2, RFC
 * 9369 section 3.3), through GNU Nettle: what a client says in them first is hidden from
 * nobody, only from those who do not look. */

enum {
    QUIC_VERSION_1 = 0x00000001,
    QUIC_VERSION_2 = 0x6b3343cf,
    QUIC_SAMPLE_SIZE = 16,
    QUIC_MASK_SIZE = 5,
    QUIC_TAG_SIZE = 16,
};

struct quic_keys {
    uint8_t key[16], iv[12], header_protection[16];
};

/* The keys by which a client protects its Initial packets to the destination connection id
 * of 'n' bytes.  False if the version is none of those above. */
bool quic_keys_derive(uint32_t version, const uint8_t *id, size_t n, struct quic_keys *ret);

/* The mask of a packet's header (RFC 9001 section 5.4.3). */
void quic_header_mask(const struct quic_keys *keys,
                      const uint8_t sample[static QUIC_SAMPLE_SIZE],
                      uint8_t mask[static QUIC_MASK_SIZE]);

/* Opens a payload of 'size' bytes, the tag of QUIC_TAG_SIZE at its end, into 'plain', which
 * has room for as many.  False if the tag is wrong: then 'plain' means nothing. */
bool quic_open(const struct quic_keys *keys, uint64_t packet_number, const uint8_t *header,
               size_t header_size, const uint8_t *payload, size_t size, uint8_t *plain);

#endif
