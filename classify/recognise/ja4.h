#ifndef CLASSIFY_RECOGNISE_JA4_H
#define CLASSIFY_RECOGNISE_JA4_H

#include "classify/recognise/tls_hello.h"

/* Inside this folder: the JA4 fingerprint of a client's hello (FoxIO, "JA4: TLS Client
 * Fingerprinting", technical details): what the client offers, sorted where clients
 * shuffle it, and digests of it.  "t13d1516h2_8daaf6152771_e5627efa2ab1". */

enum { JA4_SIZE = 37 };

enum {
    TLS_EXTENSION_SERVER_NAME = 0x0000,
    TLS_EXTENSION_SIGNATURES = 0x000d,
    TLS_EXTENSION_ALPN = 0x0010,
    TLS_EXTENSION_VERSIONS = 0x002b,
};

/* Takes two digests: a few microseconds. */
void ja4_make(const struct tls_hello *hello, char transport, char text[static JA4_SIZE]);

#endif
