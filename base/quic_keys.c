#include "base/quic_keys.h"

#include <pthread.h>
#include <string.h>

#include <nettle/aes.h>
#include <nettle/gcm.h>
#include <nettle/hmac.h>
#include <nettle/memops.h>

enum { SECRET_SIZE = SHA256_DIGEST_SIZE, SALT_SIZE = 20, LABEL_MAX = 32 };

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

enum { N_VERSIONS = sizeof versions / sizeof versions[0] };

/* Keyed with the salts; copied for use. */
static struct hmac_sha256_ctx salted[N_VERSIONS];

static void prepare_salts(void);
static void mac(struct hmac_sha256_ctx *keyed, const uint8_t *data, size_t size,
                uint8_t ret[static SECRET_SIZE]);
static void expand_label(struct hmac_sha256_ctx *secret, const char *label, uint8_t *to,
                         size_t size);

bool
quic_keys_derive(uint32_t version, const uint8_t *id, size_t n, struct quic_keys *ret)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    const struct version *of = versions;
    struct hmac_sha256_ctx hmac;
    uint8_t initial[SECRET_SIZE], client[SECRET_SIZE];

    while (of->number != version) {
        if (++of == versions + N_VERSIONS) {
            return false;
        }
    }
    (void) pthread_once(&once, prepare_salts);
    hmac = salted[of - versions];
    mac(&hmac, id, n, initial);
    hmac_sha256_set_key(&hmac, sizeof initial, initial);
    expand_label(&hmac, "tls13 client in", client, sizeof client);
    hmac_sha256_set_key(&hmac, sizeof client, client);
    expand_label(&hmac, of->key, ret->key, sizeof ret->key);
    expand_label(&hmac, of->iv, ret->iv, sizeof ret->iv);
    expand_label(&hmac, of->header_protection, ret->header_protection,
                 sizeof ret->header_protection);
    return true;
}

void
quic_header_mask(const struct quic_keys *keys,
                 const uint8_t sample[static QUIC_SAMPLE_SIZE],
                 uint8_t mask[static QUIC_MASK_SIZE])
{
    struct aes128_ctx aes;
    uint8_t block[QUIC_SAMPLE_SIZE];

    aes128_set_encrypt_key(&aes, keys->header_protection);
    aes128_encrypt(&aes, sizeof block, block, sample);
    memcpy(mask, block, QUIC_MASK_SIZE);
}

bool
quic_open(const struct quic_keys *keys, uint64_t packet_number, const uint8_t *header,
          size_t header_size, const uint8_t *payload, size_t size, uint8_t *plain)
{
    struct gcm_aes128_ctx gcm;
    uint8_t nonce[GCM_IV_SIZE], tag[QUIC_TAG_SIZE];

    if (size < QUIC_TAG_SIZE) {
        return false;
    }
    size -= QUIC_TAG_SIZE;
    memcpy(nonce, keys->iv, sizeof nonce);
    for (unsigned i = 0; i < 8; i++) {
        nonce[sizeof nonce - 1 - i] ^= (uint8_t) (packet_number >> 8 * i);
    }
    gcm_aes128_set_key(&gcm, keys->key);
    gcm_aes128_set_iv(&gcm, sizeof nonce, nonce);
    gcm_aes128_update(&gcm, header_size, header);
    gcm_aes128_decrypt(&gcm, size, plain, payload);
    gcm_aes128_digest(&gcm, sizeof tag, tag);
    return memeql_sec(tag, payload + size, sizeof tag) != 0;
}

static void
prepare_salts(void)
{
    for (size_t i = 0; i < N_VERSIONS; i++) {
        hmac_sha256_set_key(&salted[i], SALT_SIZE, versions[i].salt);
    }
}

/* HMAC-SHA-256 of data, which is HKDF-Extract as well (RFC 5869 section 2.2).  The key
 * stays. */
static void
mac(struct hmac_sha256_ctx *keyed, const uint8_t *data, size_t size,
    uint8_t ret[static SECRET_SIZE])
{
    hmac_sha256_update(keyed, size, data);
    hmac_sha256_digest(keyed, SECRET_SIZE, ret);
}

/* HKDF-Expand-Label (RFC 8446 section 7.1) without a context, of at most one digest. */
static void
expand_label(struct hmac_sha256_ctx *secret, const char *label, uint8_t *to, size_t size)
{
    const size_t length = strlen(label);
    uint8_t info[LABEL_MAX + 5] = { 0, (uint8_t) size, (uint8_t) length };
    uint8_t block[SECRET_SIZE];

    memcpy(info + 3, label, length);
    info[3 + length] = 0; /* No context. */
    info[4 + length] = 1; /* The first block. */
    mac(secret, info, length + 5, block);
    memcpy(to, block, size);
}
