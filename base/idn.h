#ifndef BASE_IDN_H
#define BASE_IDN_H

#include <stdbool.h>

/* Internationalised domain names, through libidn2. */

enum { IDN_NAME_MAX = 253 }; /* RFC 1035 section 3.1, written with dots. */

/* Writes the form in which the DNS carries 'name', a domain name in UTF-8 of any case
 * (IDNA2008 with the mapping of UTS #46): "B\u00fccher.example" is "xn--bcher-kva.example".
 * False if it is not the name of anything. */
bool idn_to_ascii(const char *name, char ascii[static IDN_NAME_MAX + 1]);

#endif
