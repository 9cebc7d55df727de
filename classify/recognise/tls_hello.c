#include "classify/recognise/tls_hello.h"

#include "classify/recognise/ja4.h"
#include "classify/recognise/octets.h"

enum {
    MAJOR = 3, /* Of the version; the minor is 0 for SSL 3, 1 to 4 for TLS. */
    MINOR_MAX = 4,
    DTLS_1_0 = 0xfeff,
    DTLS_1_2 = 0xfefd, /* Also what DTLS 1.3 says there (RFC 9147 section 5.3). */
    RANDOM_SIZE = 32,
    SESSION_SIZE_MAX = 32,
    HOST_NAME = 0,
    RECORD_MAX = (1 << 14) + 2048, /* RFC 5246 section 6.2.3. */
};

static uint32_t read_be24(struct reader *r);
static enum opinion parse_body(uint8_t type, struct reader r, size_t size, bool is_dtls,
                               struct tls_hello *ret);
static bool is_version(uint16_t version, bool is_dtls);
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

    if (r.failed) {
        return n == 0 || type == TLS_CLIENT_HELLO || type == TLS_SERVER_HELLO ? OPINION_MORE
                                                                              : OPINION_NO;
    }
    return parse_body(type, r, size, false, ret);
}

bool
dtls_is_version(unsigned version)
{
    return version == DTLS_1_0 || version == DTLS_1_2;
}

struct reader
dtls_fragment_read(const uint8_t *bytes, size_t n, struct dtls_fragment *ret)
{
    struct reader r = reader_init(bytes, n);

    ret->type = reader_u8(&r);
    ret->message_size = read_be24(&r);
    (void) reader_be16(&r); /* The message's number. */
    ret->offset = read_be24(&r);
    ret->n = read_be24(&r);
    reader_limit(&r, ret->n);
    return r;
}

enum opinion
dtls_hello_parse(const uint8_t *bytes, size_t n, struct tls_hello *ret)
{
    struct dtls_fragment fragment;
    struct reader r = dtls_fragment_read(bytes, n, &fragment);

    if (r.failed || fragment.offset != 0) {
        return OPINION_MORE;
    }
    return fragment.n > fragment.message_size
               ? OPINION_NO
               : parse_body(fragment.type, r, fragment.message_size, true, ret);
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

static uint32_t
read_be24(struct reader *r)
{
    const uint32_t high = reader_u8(r);

    return high << 16 | reader_be16(r);
}

/* Reads a hello of 'size' bytes, of which 'r' has what is there. */
static enum opinion
parse_body(uint8_t type, struct reader r, size_t size, bool is_dtls, struct tls_hello *ret)
{
    const bool is_cut = r.left < size;
    size_t declared = size, head, extensions_size;
    uint8_t session_size, one;

    reader_limit(&r, size);
    head = r.left;
    ret->version = reader_be16(&r);
    if ((type != TLS_CLIENT_HELLO && type != TLS_SERVER_HELLO) ||
        (!r.failed && !is_version(ret->version, is_dtls))) {
        return OPINION_NO;
    }
    (void) reader_take(&r, RANDOM_SIZE);
    session_size = reader_u8(&r);
    if (session_size > SESSION_SIZE_MAX) {
        return OPINION_NO;
    }
    (void) reader_take(&r, session_size);
    if (type == TLS_CLIENT_HELLO) {
        unsigned ciphers_size;

        if (is_dtls) {
            (void) reader_take(&r, reader_u8(&r)); /* The cookie. */
        }
        ciphers_size = reader_be16(&r);
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

static bool
is_version(uint16_t version, bool is_dtls)
{
    return is_dtls ? dtls_is_version(version)
                   : version >> 8 == MAJOR && (version & 255) <= MINOR_MAX;
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
