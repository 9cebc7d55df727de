#include "classify/recognise/tls_hello.h"

#include "classify/recognise/ja4.h"
#include "classify/recognise/octets.h"

enum {
    MAJOR = 3, /* Of the version; the minor is 0 for SSL 3, 1 to 4 for TLS. */
    MINOR_MAX = 4,
    RANDOM_SIZE = 32,
    SESSION_SIZE_MAX = 32,
    HOST_NAME = 0,
    RECORD_MAX = (1 << 14) + 2048, /* RFC 5246 section 6.2.3. */
};

static bool are_complete(struct reader r);
static void find_host(struct reader r, struct findings *findings);

bool
tls_is_record(const uint8_t *bytes, size_t n)
{
    return bytes[0] >= TLS_CHANGE_CIPHER_SPEC && bytes[0] <= TLS_APPLICATION_DATA &&
           (n < 2 || bytes[1] == MAJOR) && (n < 3 || bytes[2] <= MINOR_MAX) &&
           (n < TLS_RECORD_HEAD_SIZE ||
            (octets_be16(bytes + 3) > 0 && octets_be16(bytes + 3) <= RECORD_MAX));
}

void
tls_handshake_join(const uint8_t *bytes, size_t n, struct tls_handshake *ret)
{
    const size_t first = n < TLS_RECORD_HEAD_SIZE ? 0 : octets_be16(bytes + 3);

    if (n <= TLS_RECORD_HEAD_SIZE + first) { /* As nearly all are. */
        ret->bytes = bytes + (n < TLS_RECORD_HEAD_SIZE ? n : TLS_RECORD_HEAD_SIZE);
        ret->n = n < TLS_RECORD_HEAD_SIZE ? 0 : n - TLS_RECORD_HEAD_SIZE;
        return;
    }
    ret->bytes = ret->joined;
    ret->n = 0;
    while (n > TLS_RECORD_HEAD_SIZE && tls_is_record(bytes, n) &&
           bytes[0] == TLS_HANDSHAKE) {
        const size_t size = octets_be16(bytes + 3);
        const size_t there =
            n - TLS_RECORD_HEAD_SIZE < size ? n - TLS_RECORD_HEAD_SIZE : size;

        memcpy(ret->joined + ret->n, bytes + TLS_RECORD_HEAD_SIZE, there);
        ret->n += there;
        bytes += TLS_RECORD_HEAD_SIZE + there;
        n -= TLS_RECORD_HEAD_SIZE + there;
    }
}

enum opinion
tls_hello_parse(const uint8_t *bytes, size_t n, struct tls_hello *ret)
{
    struct reader r = reader_init(bytes, n);
    const uint8_t type = reader_u8(&r);
    const size_t size = (size_t) reader_u8(&r) << 16 | reader_be16(&r);
    const bool is_cut = r.left < size;
    size_t declared = size, head, extensions_size;
    uint8_t session_size, one;

    if (r.failed) {
        return n == 0 || type == TLS_CLIENT_HELLO || type == TLS_SERVER_HELLO ? OPINION_MORE
                                                                              : OPINION_NO;
    }
    reader_limit(&r, size);
    head = r.left;
    ret->version = reader_be16(&r);
    if ((type != TLS_CLIENT_HELLO && type != TLS_SERVER_HELLO) ||
        (!r.failed && (ret->version >> 8 != MAJOR || (ret->version & 255) > MINOR_MAX))) {
        return OPINION_NO;
    }
    (void) reader_take(&r, RANDOM_SIZE);
    session_size = reader_u8(&r);
    if (session_size > SESSION_SIZE_MAX) {
        return OPINION_NO;
    }
    (void) reader_take(&r, session_size);
    if (type == TLS_CLIENT_HELLO) {
        const unsigned ciphers_size = reader_be16(&r);

        if (!r.failed && (ciphers_size == 0 || ciphers_size % 2 != 0)) {
            return OPINION_NO;
        }
        ret->ciphers = r;
        reader_limit(&ret->ciphers, ciphers_size);
        (void) reader_take(&r, ciphers_size);
        one = reader_u8(&r); /* Methods of compression. */
        if (!r.failed && one == 0) {
            return OPINION_NO;
        }
        (void) reader_take(&r, one);
    } else {
        ret->ciphers = r;
        reader_limit(&ret->ciphers, 2);
        (void) reader_take(&r, 3);
    }
    if (r.failed) {
        return is_cut ? OPINION_MORE : OPINION_NO;
    }
    declared -= head - r.left;
    ret->extensions = r;
    ret->is_whole = !is_cut;
    if (declared == 0) { /* Before extensions there were none. */
        return OPINION_VERIFIED;
    }
    extensions_size = reader_be16(&r);
    if (r.failed) {
        return is_cut ? OPINION_MORE : OPINION_NO;
    }
    if (extensions_size + 2 != declared) {
        return OPINION_NO;
    }
    ret->extensions = r;
    if (is_cut) {
        return OPINION_MORE;
    }
    return are_complete(r) ? OPINION_VERIFIED : OPINION_NO;
}

void
tls_hello_find(const struct tls_hello *hello, char transport, struct findings *findings)
{
    struct reader r = hello->extensions;
    char fingerprint[JA4_SIZE];

    while (r.left > 0 && !r.failed) {
        const uint16_t type = reader_be16(&r);
        const uint16_t size = reader_be16(&r);
        const uint8_t *data = reader_take(&r, size);

        if (data != NULL && type == TLS_EXTENSION_SERVER_NAME) {
            find_host(reader_init(data, size), findings);
        }
    }
    if (hello->is_whole && find_wants(findings, OBSERVATION_FINGERPRINT)) {
        ja4_make(hello, transport, fingerprint);
        find_fingerprint(findings, fingerprint);
    }
}

/* Whether extensions follow one another to the end of what is there. */
static bool
are_complete(struct reader r)
{
    while (r.left > 0 && !r.failed) {
        (void) reader_be16(&r);
        (void) reader_take(&r, reader_be16(&r));
    }
    return !r.failed;
}

/* RFC 6066 section 3: a list, of which clients send one. */
static void
find_host(struct reader r, struct findings *findings)
{
    unsigned type, size;
    const uint8_t *name;

    (void) reader_be16(&r);
    type = reader_u8(&r);
    size = reader_be16(&r);
    name = reader_take(&r, size);
    if (name != NULL && type == HOST_NAME) {
        find_name(findings, name, size > 0 && name[size - 1] == '.' ? size - 1 : size);
    }
}
