#ifndef CLASSIFY_RECOGNISE_DNS_MESSAGE_H
#define CLASSIFY_RECOGNISE_DNS_MESSAGE_H

#include "base/reader.h"

/* Inside this folder: a domain name in a DNS message (RFC 1035 section 4.1.4). */

enum {
    DNS_HEADER_SIZE = 12,
    DNS_LABEL_MAX = 63,
    DNS_NAME_MAX = 254, /* Written with a dot behind each label. */
};

struct dns_name {
    char text[DNS_NAME_MAX + 1]; /* Labels with dots between them; not ended by a zero. */
    size_t n;
};

/* Reads a name at the reader, of a message of 'n' bytes, and moves behind it.  Pointers may
 * only lead backwards, each further than the one before, so that a name ends.  Returns
 * false, with the reader failed or not, if there is none. */
bool dns_name_read(struct reader *r, const uint8_t *message, size_t n,
                   struct dns_name *ret);

#endif
