#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/* Digests, through GNU Nettle. */

enum {
    DIGEST_SHA1_SIZE = 20,        /* FIPS 180-4; the Community ID asks for it. */
    DIGEST_SHA256_SIZE = 32,      /* FIPS 180-4. */
    DIGEST_SHA1_BASE64_SIZE = 29, /* Text with its terminating zero. */
};

void digest_sha1(const void *bytes, size_t size, uint8_t digest[static DIGEST_SHA1_SIZE]);
void digest_sha256(const void *bytes, size_t size,
                   uint8_t digest[static DIGEST_SHA256_SIZE]);

/* Writes a SHA-1 digest in base64 with padding (RFC 4648 section 4). */
void digest_sha1_base64(const uint8_t digest[static DIGEST_SHA1_SIZE],
                        char text[static DIGEST_SHA1_BASE64_SIZE]);

/* Writes 'n' bytes as 2 n lower-case hexadecimal digits and a terminating zero. */
void digest_hex(const uint8_t *bytes, size_t n, char *text);

#endif
