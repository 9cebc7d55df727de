#include "base/digest.h"

#include <stdio.h>

#include <nettle/base64.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

void
digest_sha1(const void *bytes, size_t size, uint8_t digest[static DIGEST_SHA1_SIZE])
{
    struct sha1_ctx sha1;

    sha1_init(&sha1);
    sha1_update(&sha1, size, bytes);
    sha1_digest(&sha1, DIGEST_SHA1_SIZE, digest);
}

void
digest_sha256(const void *bytes, size_t size, uint8_t digest[static DIGEST_SHA256_SIZE])
{
    struct sha256_ctx sha256;

    sha256_init(&sha256);
    sha256_update(&sha256, size, bytes);
    sha256_digest(&sha256, DIGEST_SHA256_SIZE, digest);
}

void
digest_sha1_base64(const uint8_t digest[static DIGEST_SHA1_SIZE],
                   char text[static DIGEST_SHA1_BASE64_SIZE])
{
    base64_encode_raw(text, DIGEST_SHA1_SIZE, digest);
    text[DIGEST_SHA1_BASE64_SIZE - 1] = '\0';
}

void
digest_hex(const uint8_t *bytes, size_t n, char *text)
{
    for (size_t i = 0; i < n; i++) {
        (void) snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    }
}
