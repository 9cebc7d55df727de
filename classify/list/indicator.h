#ifndef CLASSIFY_LIST_INDICATOR_H
#define CLASSIFY_LIST_INDICATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/idn.h"
#include "base/ip.h"

/* One thing on a list that can be seen on a network. */
/* X(NAME, "in a count of them") */
#define INDICATOR_KIND_TABLE(X) \
    X(ADDRESS, "addresses")     \
    X(PREFIX, "prefixes")       \
    X(DOMAIN, "domains")        \
    X(FINGERPRINT, "JA4 fingerprints")

enum indicator_kind {
#define X(name, text) INDICATOR_##name,
    INDICATOR_KIND_TABLE(X)
#undef X
        N_INDICATOR_KINDS
};

/* Which names a domain stands for; bits.  "example.com" stands for both; "*.example.com",
 * as in the DNS (RFC 4592), for those below it; the host of a URL for itself. */
enum domain_scope { DOMAIN_ITSELF = 1, DOMAIN_BELOW = 2 };

enum { FINGERPRINT_LENGTH = 36 }; /* "t13d1516h2_8daaf6152771_b186095e22b6". */

struct indicator {
    enum indicator_kind kind;
    struct ip_prefix prefix;     /* Address, with its whole length, and prefix. */
    unsigned scope;              /* Domain. */
    char name[IDN_NAME_MAX + 1]; /* Fingerprint; domain in the form of the DNS, in lower
                                    case, without a dot at either end. */
};

enum indicator_status {
    INDICATOR_OK,
    INDICATOR_NONE,      /* Nothing of that kind. */
    INDICATOR_HOST_BITS, /* A prefix with bits beyond its length; these are zeroed in the
                            result. */
};

/* Reads the 'n' bytes of 'text', which white space may surround, as an indicator as people
 * write them:
 *   an address or a prefix; "192.0.2.1:443", "[2001:db8::1]", "[2001:db8::1]:443";
 *   a domain of two labels or more, in any case or script, with a port or a dot at its end
 *   or not; ".example.com", which is the same, and "*.example.com", of one label or more;
 * of a URL its host; a JA4 fingerprint of a TLS client ("JA4: TLS Client Fingerprinting",
 * FoxIO). */
enum indicator_status indicator_read(const char *text, size_t n, struct indicator *ret);

const char *indicator_kind_text(enum indicator_kind kind);

#endif
