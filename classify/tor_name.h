#ifndef CLASSIFY_TOR_NAME_H
#define CLASSIFY_TOR_NAME_H

#include <stdbool.h>
#include <stddef.h>

/* Host names as Tor makes them up for the TLS between its programs, anew for each
 * connection or every few hours: "www.", letters of base 32 (RFC 4648 section 6, in lower
 * case), and an ending (tor's crypto_random_hostname()).  Real hosts have such names too.
 */
bool tor_name_is_made_up(const char *name, size_t n, const char *ending, size_t least,
                         size_t most);

/* The name in a client's hello: 4 to 25 letters and ".com". */
bool tor_name_is_in_hello(const char *name, size_t n);

#endif
