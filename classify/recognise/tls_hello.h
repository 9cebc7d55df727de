#ifndef CLASSIFY_RECOGNISE_TLS_HELLO_H
#define CLASSIFY_RECOGNISE_TLS_HELLO_H

#include "base/reader.h"
#include "classify/recognise/finding.h"
#include "classify/recognise/recogniser.h"

/* Inside this folder: the hellos that TLS connections begin with, over TCP and in QUIC
 * (RFC 8446 section 4.1, RFC 5246 section 7.4.1), and those of DTLS. */

/* Records (RFC 8446 section 5.1, RFC 5246 section 6.2.1). */
enum {
    TLS_CHANGE_CIPHER_SPEC = 20,
    TLS_ALERT,
    TLS_HANDSHAKE,
    TLS_APPLICATION_DATA,
    TLS_RECORD_HEAD_SIZE = 5,
};

/* Whether 'n' bytes, at least one, may begin a record. */
bool tls_is_record(const uint8_t *bytes, size_t n);

/* The messages of the handshake that a side begins with, out of their records. */
struct tls_handshake {
    const uint8_t *bytes;
    size_t n;
    uint8_t joined[RECOGNISE_STREAM_MAX]; /* Those that lie in several records. */
};

void tls_handshake_join(const uint8_t *bytes, size_t n, struct tls_handshake *ret);

enum {
    TLS_CLIENT_HELLO = 1,
    TLS_SERVER_HELLO = 2,
    TLS_HANDSHAKE_HEAD_SIZE = 4,
};

struct tls_hello {
    uint16_t version; /* As it says in its own field. */
    struct reader ciphers;
    struct reader extensions; /* What is there of them, ... */
    bool is_whole;            /* ... all? */
};

/* Reads a message of the handshake, a hello by its type.  Returns OPINION_VERIFIED if all
 * lengths lie in each other, OPINION_MORE if it goes on behind what is there, and
 * OPINION_NO. */
enum opinion tls_hello_parse(const uint8_t *bytes, size_t n, struct tls_hello *ret);

/* DTLS numbers its versions downwards (RFC 6347 section 4.1). */
bool dtls_is_version(unsigned version);

/* The head of a message of DTLS's handshake, which is cut into fragments (RFC 6347 section
 * 4.2.2). */
struct dtls_fragment {
    uint8_t type;
    uint32_t message_size, offset, n; /* Of the message, and what of it is here. */
};

/* Reads it and returns a reader of what is there of the fragment, failed if that is less
 * than the head. */
struct reader dtls_fragment_read(const uint8_t *bytes, size_t n, struct dtls_fragment *ret);

/* Reads a hello of DTLS in the same way, if it is the first fragment of it; OPINION_MORE of
 * a later one. */
enum opinion dtls_hello_parse(const uint8_t *bytes, size_t n, struct tls_hello *ret);

/* What a client's hello tells: the host's name, and its fingerprint if anybody wants to
 * know.  'transport' is JA4's letter: 't' for TCP, 'q' for QUIC, 'd' for DTLS. */
void tls_hello_find(const struct tls_hello *hello, char transport,
                    struct findings *findings);

#endif
