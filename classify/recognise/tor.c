#include "classify/recognise/ber.h"
#include "classify/recognise/ja4.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/tls_hello.h"
#include "classify/tor_name.h"

/* Tor between its programs, in TLS up to 1.2: the client's hello has a name that was made
 * up and no application protocol, and the server shows a certificate whose subject and
 * issuer have a name each that was made up, in .net and in .com, and nothing besides
 * (tor-spec, "Negotiating and initializing channels"; the names are in tor's
 * tor_tls_context_init_certificates()).  No authority issues that.  TLS 1.3, which current
 * programs use, hides the certificate: there, nothing is left but the name in the hello,
 * which many hosts could have. */

enum {
    CERTIFICATE = 11,
    NAME_AT = 5, /* In the extension: after two lengths and a type. */
    LEAST = 8,   /* Letters of the names in certificates. */
    MOST = 20,
};

static enum opinion judge_client(const struct side *side);
static enum opinion judge_server(const struct side *side);
static bool has_extension(struct reader r, unsigned type, struct reader *ret);
static enum opinion judge_certificate(struct reader message, bool is_cut);
static bool has_name(struct reader *r, const char *ending);

static enum opinion
judge(const struct dialogue *dialogue)
{
    const enum opinion client = judge_client(&dialogue->sides[FLOW_INITIATOR]);

    return client == OPINION_NO ? OPINION_NO
                                : judge_server(&dialogue->sides[FLOW_RESPONDER]);
}

static void
read(const struct pdu *pdu, struct findings *findings)
{
    recogniser_tls.read(pdu, findings);
}

const struct recogniser recogniser_tor = {
    .service = SERVICE_TOR,
    .on_tcp = true,
    .refines = SERVICE_TLS,
    .judge = judge,
    .read = read,
};

/* MORE if all fits. */
static enum opinion
judge_client(const struct side *side)
{
    struct tls_handshake handshake;
    struct tls_hello hello;
    struct reader extension;
    enum opinion opinion;

    if (side->n == 0) {
        return OPINION_MORE;
    }
    if (side->bytes[0] != TLS_HANDSHAKE) {
        return OPINION_NO;
    }
    tls_handshake_join(side->bytes, side->n, &handshake);
    if (handshake.n > 0 && handshake.bytes[0] != TLS_CLIENT_HELLO) {
        return OPINION_NO;
    }
    opinion = tls_hello_parse(handshake.bytes, handshake.n, &hello);
    if (opinion != OPINION_VERIFIED) {
        return side->n == RECOGNISE_STREAM_MAX ? OPINION_NO : opinion;
    }
    return !has_extension(hello.extensions, TLS_EXTENSION_ALPN, &extension) &&
                   has_extension(hello.extensions, TLS_EXTENSION_SERVER_NAME, &extension) &&
                   extension.left > NAME_AT &&
                   tor_name_is_in_hello((const char *) extension.at + NAME_AT,
                                        extension.left - NAME_AT)
               ? OPINION_MORE
               : OPINION_NO;
}

static enum opinion
judge_server(const struct side *side)
{
    struct tls_handshake handshake;
    struct tls_hello hello;
    struct reader r, extension;
    enum opinion opinion;
    size_t size;
    uint8_t type;

    if (side->n == 0) {
        return OPINION_MORE;
    }
    if (side->bytes[0] != TLS_HANDSHAKE) {
        return OPINION_NO;
    }
    tls_handshake_join(side->bytes, side->n, &handshake);
    if (handshake.n > 0 && handshake.bytes[0] != TLS_SERVER_HELLO) {
        return OPINION_NO;
    }
    opinion = tls_hello_parse(handshake.bytes, handshake.n, &hello);
    if (opinion != OPINION_VERIFIED) {
        return opinion;
    }
    if (has_extension(hello.extensions, TLS_EXTENSION_VERSIONS, &extension)) {
        return OPINION_NO;
    }
    r = reader_init(handshake.bytes, handshake.n);
    (void) reader_u8(&r);
    size = (size_t) reader_u8(&r) << 16 | reader_be16(&r);
    (void) reader_take(&r, size);
    if (r.left == 0) {
        return OPINION_MORE;
    }
    type = reader_u8(&r);
    size = (size_t) reader_u8(&r) << 16 | reader_be16(&r);
    if (type != CERTIFICATE) {
        return OPINION_NO;
    }
    if (r.failed) {
        return OPINION_MORE;
    }
    opinion = judge_certificate(r, r.left < size);
    return opinion == OPINION_MORE && side->n == RECOGNISE_STREAM_MAX ? OPINION_NO
                                                                      : opinion;
}

static bool
has_extension(struct reader r, unsigned type, struct reader *ret)
{
    while (r.left > 0 && !r.failed) {
        const uint16_t this_type = reader_be16(&r);
        const uint16_t size = reader_be16(&r);
        const uint8_t *data = reader_take(&r, size);

        if (data != NULL && this_type == type) {
            *ret = reader_init(data, size);
            return true;
        }
    }
    return false;
}

/* The first certificate of a message (RFC 5246 section 7.4.2; RFC 5280 section 4.1). */
static enum opinion
judge_certificate(struct reader r, bool is_cut)
{
    struct ber_element element, certificate, signed_part;
    enum ber_state state;

    if (reader_take(&r, 3 + 3) == NULL) { /* Lengths of the list and of the certificate. */
        return is_cut ? OPINION_MORE : OPINION_NO;
    }
    state = ber_expect(&r, BER_SEQUENCE, &certificate);
    if (state == BER_WHOLE || state == BER_CUT) {
        state = ber_expect(&certificate.content, BER_SEQUENCE, &signed_part);
    }
    if (state == BER_WRONG) {
        return OPINION_NO;
    }
    if (state == BER_MORE) {
        return is_cut ? OPINION_MORE : OPINION_NO;
    }
    r = signed_part.content;
    if (ber_expect(&r, BER_CONTEXT, &element) == BER_WHOLE &&  /* Version. */
        ber_expect(&r, BER_INTEGER, &element) == BER_WHOLE &&  /* Serial number. */
        ber_expect(&r, BER_SEQUENCE, &element) == BER_WHOLE && /* Algorithm. */
        has_name(&r, ".com") &&                                /* Issuer. */
        ber_expect(&r, BER_SEQUENCE, &element) == BER_WHOLE && /* Validity. */
        has_name(&r, ".net")) {                                /* Subject. */
        return OPINION_VERIFIED;
    }
    return is_cut && state == BER_CUT ? OPINION_MORE : OPINION_NO;
}

/* Takes a name that is one common name, made up. */
static bool
has_name(struct reader *r, const char *ending)
{
    static const uint8_t common_name[] = { 0x55, 0x04, 0x03 }; /* 2.5.4.3 */
    struct ber_element name, set, pair, type, value;

    return ber_expect(r, BER_SEQUENCE, &name) == BER_WHOLE &&
           ber_expect(&name.content, BER_SET, &set) == BER_WHOLE &&
           name.content.left == 0 &&
           ber_expect(&set.content, BER_SEQUENCE, &pair) == BER_WHOLE &&
           set.content.left == 0 &&
           ber_expect(&pair.content, BER_OBJECT_IDENTIFIER, &type) == BER_WHOLE &&
           type.size == sizeof common_name &&
           memcmp(type.content.at, common_name, sizeof common_name) == 0 &&
           ber_next(&pair.content, &value) == BER_WHOLE &&
           tor_name_is_made_up((const char *) value.content.at, value.size, ending, LEAST,
                               MOST);
}
