#include "base/digest.h"

#include <stdio.h>

#include <openssl/evp.h>
#include <openssl/sha.h>

void
digest_sha1(const void *bytes, size_t size, uint8_t digest[static DIGEST_SHA1_SIZE])
{
    (void) SHA1(bytes, size, digest);
}

void
digest_sha256(const void *bytes, size_t size, uint8_t digest[static DIGEST_SHA256_SIZE])
{
    (void) SHA256(bytes, size, digest);
}

void
digest_sha1_base64(const uint8_t digest[static DIGEST_SHA1_SIZE],
                   char text[static DIGEST_SHA1_BASE64_SIZE])
{
    (void) EVP_EncodeBlock((unsigned char *) text, digest, DIGEST_SHA1_SIZE);
}

void
digest_hex(const uint8_t *bytes, size_t n, char *text)
{
    for (size_t i = 0; i < n; i++) {
        (void) snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    }
}
