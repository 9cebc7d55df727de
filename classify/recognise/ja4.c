#include "classify/recognise/ja4.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"

enum {
    VALUES_MAX = 256, /* More than anybody offers; what is beyond is left out. */
    SHOWN_MAX = 99,   /* Of counts, which have two digits. */
    HASH_SIZE = 12,   /* Digits of a digest. */
    VALUE_SIZE = 5,   /* Four digits and a comma. */
};

struct values {
    unsigned n;
    uint16_t items[VALUES_MAX];
};

/* What extensions tell. */
struct offer {
    struct values types, signatures;
    unsigned n_types; /* With those that are not in 'types': name and ALPN. */
    uint16_t version;
    bool has_name;
    char alpn[3];
};

static struct offer read_extensions(const struct tls_hello *hello);
static uint16_t highest_version(struct reader r);
static uint16_t rank_of(uint16_t version);
static void take_alpn(struct reader r, char alpn[static 3]);
static void take_values(struct reader r, struct values *values);
static void add_value(struct values *values, uint16_t value);
static bool is_grease(uint16_t value);
static void sort(struct values *values);
static const char *version_name(uint16_t version);
static void hash(const struct values *first, const struct values *second,
                 char text[static HASH_SIZE + 1]);
static char *write_values(char *to, const struct values *values);

void
ja4_make(const struct tls_hello *hello, char transport, char text[static JA4_SIZE])
{
    static const struct values none = { 0 };
    struct offer offer = read_extensions(hello);
    struct values ciphers = { 0 };
    char cipher_hash[HASH_SIZE + 1], extension_hash[HASH_SIZE + 1];

    take_values(hello->ciphers, &ciphers);
    sort(&ciphers);
    sort(&offer.types);
    hash(&ciphers, &none, cipher_hash);
    hash(&offer.types, &offer.signatures, extension_hash);
    (void) snprintf(text, JA4_SIZE, "%c%s%c%02u%02u%s_%s_%s", transport,
                    version_name(offer.version), offer.has_name ? 'd' : 'i',
                    ciphers.n < SHOWN_MAX ? ciphers.n : SHOWN_MAX,
                    offer.n_types < SHOWN_MAX ? offer.n_types : SHOWN_MAX, offer.alpn,
                    cipher_hash, extension_hash);
}

static struct offer
read_extensions(const struct tls_hello *hello)
{
    struct offer offer = { .version = hello->version, .alpn = "00" };
    struct reader r = hello->extensions;

    while (r.left > 0) {
        const uint16_t type = reader_be16(&r);
        const uint16_t size = reader_be16(&r);
        const uint8_t *data = reader_take(&r, size);
        struct reader inner;

        if (data == NULL) {
            break;
        }
        if (is_grease(type)) {
            continue;
        }
        inner = reader_init(data, size);
        offer.n_types++;
        switch (type) {
        case TLS_EXTENSION_SERVER_NAME:
            offer.has_name = true;
            break;
        case TLS_EXTENSION_ALPN:
            take_alpn(inner, offer.alpn);
            break;
        case TLS_EXTENSION_SIGNATURES:
            reader_limit(&inner, 2U + reader_be16(&inner));
            take_values(inner, &offer.signatures);
            break;
        case TLS_EXTENSION_VERSIONS:
            offer.version = highest_version(inner);
            break;
        default:
            break;
        }
        if (type != TLS_EXTENSION_SERVER_NAME && type != TLS_EXTENSION_ALPN) {
            add_value(&offer.types, type);
        }
    }
    return offer;
}

static uint16_t
highest_version(struct reader r)
{
    uint16_t highest = 0;

    (void) reader_u8(&r);
    while (r.left >= 2) {
        const uint16_t version = reader_be16(&r);

        if (!is_grease(version) && rank_of(version) > rank_of(highest)) {
            highest = version;
        }
    }
    return highest;
}

/* Higher for newer ones: those of DTLS count down. */
static uint16_t
rank_of(uint16_t version)
{
    return version > INT16_MAX ? (uint16_t) ~version : version;
}

/* The first and the last character of the first protocol; of one that begins or ends with
 * another byte than a letter or digit, the first and the last digit of its hexadecimals. */
static void
take_alpn(struct reader r, char alpn[static 3])
{
    unsigned size;
    const uint8_t *name;
    uint8_t first, last;

    (void) reader_be16(&r);
    size = reader_u8(&r);
    name = reader_take(&r, size);
    if (name == NULL || size == 0) {
        return;
    }
    first = name[0];
    last = name[size - 1];
    if (strchr("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", first) !=
            NULL &&
        strchr("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", last) !=
            NULL &&
        first != 0 && last != 0) {
        alpn[0] = (char) first;
        alpn[1] = (char) last;
    } else {
        alpn[0] = "0123456789abcdef"[first >> 4];
        alpn[1] = "0123456789abcdef"[last & 15];
    }
}

static void
take_values(struct reader r, struct values *values)
{
    while (r.left >= 2) {
        add_value(values, reader_be16(&r));
    }
}

static void
add_value(struct values *values, uint16_t value)
{
    if (!is_grease(value) && values->n < VALUES_MAX) {
        values->items[values->n++] = value;
    }
}

/* Values that mean nothing, to keep servers tolerant (RFC 8701). */
static bool
is_grease(uint16_t value)
{
    return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 255);
}

static void
sort(struct values *values)
{
    for (unsigned i = 1; i < values->n; i++) {
        const uint16_t value = values->items[i];
        unsigned j = i;

        for (; j > 0 && values->items[j - 1] > value; j--) {
            values->items[j] = values->items[j - 1];
        }
        values->items[j] = value;
    }
}

static const char *
version_name(uint16_t version)
{
    switch (version) {
    case 0x0304:
        return "13";
    case 0x0303:
        return "12";
    case 0x0302:
        return "11";
    case 0x0301:
        return "10";
    case 0x0300:
        return "s3";
    case 0xfefc:
        return "d3";
    case 0xfefd:
        return "d2";
    case 0xfeff:
        return "d1";
    default:
        return "00";
    }
}

/* Of the first values, and of the second ones behind them if there are any. */
static void
hash(const struct values *first, const struct values *second,
     char text[static HASH_SIZE + 1])
{
    char list[2 * VALUES_MAX * VALUE_SIZE + 1], *end;
    uint8_t digest[DIGEST_SHA256_SIZE];

    if (first->n == 0) {
        memset(text, '0', HASH_SIZE);
        text[HASH_SIZE] = '\0';
        return;
    }
    end = write_values(list, first);
    if (second->n > 0) {
        *end++ = '_';
        end = write_values(end, second);
    }
    digest_sha256(list, (size_t) (end - list), digest);
    digest_hex(digest, HASH_SIZE / 2, text);
}

/* With commas between them. */
static char *
write_values(char *to, const struct values *values)
{
    for (unsigned i = 0; i < values->n; i++) {
        const uint16_t value = values->items[i];

        if (i > 0) {
            *to++ = ',';
        }
        for (int shift = 12; shift >= 0; shift -= 4) {
            *to++ = "0123456789abcdef"[value >> shift & 15];
        }
    }
    return to;
}
