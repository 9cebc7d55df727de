#include "base/quic_keys.h"

#include <pthread.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

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

enum { N_VERSIONS = sizeof versions / sizeof versions[0] };

/* What libcrypto looks up by name, which takes longer than to use it; kept to the end. */
static struct {
    EVP_MAC_CTX *extract[N_VERSIONS]; /* HMACs keyed with the salts; copied for use. */
    EVP_CIPHER *ecb, *gcm;
} found;

static void find(void);
static bool derive(const struct version *version, EVP_MAC_CTX *hmac, const uint8_t *id,
                   size_t n, struct quic_keys *ret);
static bool mac(EVP_MAC_CTX *hmac, const uint8_t *data, size_t size,
                uint8_t ret[static SECRET_SIZE]);
static bool expand_label(EVP_MAC_CTX *hmac, const uint8_t *secret, const char *label,
                         uint8_t *to, size_t size);

bool
quic_keys_derive(uint32_t version, const uint8_t *id, size_t n, struct quic_keys *ret)
{
    for (size_t i = 0; i < N_VERSIONS; i++) {
        if (versions[i].number == version) {
            EVP_MAC_CTX *hmac;
            bool is_done;

            find();
            hmac = found.extract[i] == NULL ? NULL : EVP_MAC_CTX_dup(found.extract[i]);
            is_done = hmac != NULL && derive(&versions[i], hmac, id, n, ret);
            EVP_MAC_CTX_free(hmac);
            return is_done;
        }
    }
    return false;
}

bool
quic_header_mask(const struct quic_keys *keys,
                 const uint8_t sample[static QUIC_SAMPLE_SIZE],
                 uint8_t mask[static QUIC_MASK_SIZE])
{
    EVP_CIPHER_CTX *context;
    uint8_t block[2 * QUIC_SAMPLE_SIZE];
    int n = 0;
    bool is_done;

    find();
    context = EVP_CIPHER_CTX_new();
    is_done =
        context != NULL &&
        EVP_EncryptInit_ex2(context, found.ecb, keys->header_protection, NULL, NULL) == 1 &&
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
    find();
    context = EVP_CIPHER_CTX_new();
    is_done = context != NULL &&
              EVP_DecryptInit_ex2(context, found.gcm, keys->key, nonce, NULL) == 1 &&
              EVP_DecryptUpdate(context, NULL, &n, header, (int) header_size) == 1 &&
              EVP_DecryptUpdate(context, plain, &n, payload, (int) size) == 1 &&
              EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, QUIC_TAG_SIZE, tag) == 1 &&
              EVP_DecryptFinal_ex(context, plain + n, &n) == 1;
    EVP_CIPHER_CTX_free(context);
    return is_done;
}

static void
look_up(void)
{
    char digest[] = "SHA256";
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);

    for (size_t i = 0; i < N_VERSIONS && hmac != NULL; i++) {
        found.extract[i] = EVP_MAC_CTX_new(hmac);
        if (found.extract[i] != NULL &&
            EVP_MAC_init(found.extract[i], versions[i].salt, SALT_SIZE, params) != 1) {
            EVP_MAC_CTX_free(found.extract[i]);
            found.extract[i] = NULL;
        }
    }
    EVP_MAC_free(hmac);
    found.ecb = EVP_CIPHER_fetch(NULL, "AES-128-ECB", NULL);
    found.gcm = EVP_CIPHER_fetch(NULL, "AES-128-GCM", NULL);
}

static void
find(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void) pthread_once(&once, look_up);
}

static bool
derive(const struct version *version, EVP_MAC_CTX *hmac, const uint8_t *id, size_t n,
       struct quic_keys *ret)
{
    uint8_t initial[SECRET_SIZE], client[SECRET_SIZE];

    return mac(hmac, id, n, initial) &&
           expand_label(hmac, initial, "tls13 client in", client, SECRET_SIZE) &&
           expand_label(hmac, client, version->key, ret->key, sizeof ret->key) &&
           expand_label(hmac, NULL, version->iv, ret->iv, sizeof ret->iv) &&
           expand_label(hmac, NULL, version->header_protection, ret->header_protection,
                        sizeof ret->header_protection);
}

/* HMAC-SHA-256 of data, which is HKDF-Extract as well (RFC 5869 section 2.2), under the key
 * that 'hmac' was given. */
static bool
mac(EVP_MAC_CTX *hmac, const uint8_t *data, size_t size, uint8_t ret[static SECRET_SIZE])
{
    size_t n;

    return EVP_MAC_update(hmac, data, size) == 1 &&
           EVP_MAC_final(hmac, ret, &n, SECRET_SIZE) == 1;
}

/* HKDF-Expand-Label (RFC 8446 section 7.1) without a context, of at most one digest; NULL
 * for the secret of the last time, which is prepared only once. */
static bool
expand_label(EVP_MAC_CTX *hmac, const uint8_t *secret, const char *label, uint8_t *to,
             size_t size)
{
    const size_t length = strlen(label);
    uint8_t info[LABEL_MAX + 5] = { 0, (uint8_t) size, (uint8_t) length };
    uint8_t block[SECRET_SIZE];

    memcpy(info + 3, label, length);
    info[3 + length] = 0; /* No context. */
    info[4 + length] = 1; /* The first block. */
    if (EVP_MAC_init(hmac, secret, secret == NULL ? 0 : SECRET_SIZE, NULL) != 1 ||
        !mac(hmac, info, length + 5, block)) {
        return false;
    }
    memcpy(to, block, size);
    return true;
}
