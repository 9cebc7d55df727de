#include "base/quic_keys.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

enum { SECRET_SIZE = 32, SALT_SIZE = 20, IV_SIZE = 12, LABEL_MAX = 32 };

static const struct version {
    uint32_t number;
    uint8_t salt[SALT_SIZE];
    const char *key, *iv, *header_protection;
} versions[] = {
    { QUIC_VERSION_1,
      { 0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17,
        0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a },
      "tls13 quic key",
      "tls13 quic iv",
      "tls13 quic hp" },
    { QUIC_VERSION_2,
      { 0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93,
        0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9 },
      "tls13 quicv2 key",
      "tls13 quicv2 iv",
      "tls13 quicv2 hp" },
};

static bool hmac(const uint8_t *key, size_t key_size, const uint8_t *data, size_t size,
                 uint8_t mac[static SECRET_SIZE]);
static bool expand_label(const uint8_t secret[static SECRET_SIZE], const char *label,
                         uint8_t *to, size_t size);

bool
quic_keys_derive(uint32_t version, const uint8_t *id, size_t n, struct quic_keys *ret)
{
    uint8_t initial[SECRET_SIZE], client[SECRET_SIZE];

    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        const struct version *v = &versions[i];

        if (v->number == version) {
            return hmac(v->salt, SALT_SIZE, id, n, initial) &&
                   expand_label(initial, "tls13 client in", client, SECRET_SIZE) &&
                   expand_label(client, v->key, ret->key, sizeof ret->key) &&
                   expand_label(client, v->iv, ret->iv, sizeof ret->iv) &&
                   expand_label(client, v->header_protection, ret->header_protection,
                                sizeof ret->header_protection);
        }
    }
    return false;
}

bool
quic_header_mask(const struct quic_keys *keys,
                 const uint8_t sample[static QUIC_SAMPLE_SIZE],
                 uint8_t mask[static QUIC_MASK_SIZE])
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t block[2 * QUIC_SAMPLE_SIZE];
    int n = 0;
    const bool is_done =
        context != NULL &&
        EVP_EncryptInit_ex(context, EVP_aes_128_ecb(), NULL, keys->header_protection,
                           NULL) == 1 &&
        EVP_EncryptUpdate(context, block, &n, sample, QUIC_SAMPLE_SIZE) == 1;

    EVP_CIPHER_CTX_free(context);
    if (is_done) {
        memcpy(mask, block, QUIC_MASK_SIZE);
    }
    return is_done;
}

bool
quic_open(const struct quic_keys *keys, uint64_t packet_number, const uint8_t *header,
          size_t header_size, const uint8_t *payload, size_t size, uint8_t *plain)
{
    EVP_CIPHER_CTX *context;
    uint8_t nonce[IV_SIZE], tag[QUIC_TAG_SIZE];
    int n = 0;
    bool is_done;

    if (size < QUIC_TAG_SIZE) {
        return false;
    }
    memcpy(nonce, keys->iv, IV_SIZE);
    for (unsigned i = 0; i < 8; i++) {
        nonce[IV_SIZE - 1 - i] ^= (uint8_t) (packet_number >> 8 * i);
    }
    size -= QUIC_TAG_SIZE;
    memcpy(tag, payload + size, QUIC_TAG_SIZE);
    context = EVP_CIPHER_CTX_new();
    is_done = context != NULL &&
              EVP_DecryptInit_ex(context, EVP_aes_128_gcm(), NULL, keys->key, nonce) == 1 &&
              EVP_DecryptUpdate(context, NULL, &n, header, (int) header_size) == 1 &&
              EVP_DecryptUpdate(context, plain, &n, payload, (int) size) == 1 &&
              EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, QUIC_TAG_SIZE, tag) == 1 &&
              EVP_DecryptFinal_ex(context, plain + n, &n) == 1;
    EVP_CIPHER_CTX_free(context);
    return is_done;
}

/* HMAC-SHA-256, which is HKDF-Extract as well (RFC 5869 section 2.2). */
static bool
hmac(const uint8_t *key, size_t key_size, const uint8_t *data, size_t size,
     uint8_t mac[static SECRET_SIZE])
{
    unsigned n = SECRET_SIZE;

    return HMAC(EVP_sha256(), key, (int) key_size, data, size, mac, &n) != NULL;
}

/* HKDF-Expand-Label (RFC 8446 section 7.1) without a context, of at most one digest. */
static bool
expand_label(const uint8_t secret[static SECRET_SIZE], const char *label, uint8_t *to,
             size_t size)
{
    const size_t length = strlen(label);
    uint8_t info[LABEL_MAX + 5] = { 0, (uint8_t) size, (uint8_t) length };
    uint8_t block[SECRET_SIZE];

    memcpy(info + 3, label, length);
    info[3 + length] = 0; /* No context. */
    info[4 + length] = 1; /* The first block. */
    if (!hmac(secret, SECRET_SIZE, info, length + 5, block)) {
        return false;
    }
    memcpy(to, block, size);
    return true;
}
