#ifndef CLASSIFY_RECOGNISE_BER_H
#define CLASSIFY_RECOGNISE_BER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reader.h"

/* Inside this folder: elements in the Basic Encoding Rules (ITU-T X.690): a tag, a length,
 * and as much content.  Lengths are the definite forms of at most four bytes, tags of one
 * byte, or of two with a number below 128; so write LDAP, SNMP, Kerberos and MMS. */

enum ber_state {
    BER_WHOLE, /* All of the element is there, ... */
    BER_CUT,   /* ... or its tag and length and a part of its content, ... */
    BER_MORE,  /* ... or not even these. */
    BER_WRONG, /* No element begins here. */
};

/* Tags that protocols share (section 8.1.2); a tag of two bytes is 0xbf48, as written. */
enum {
    BER_BOOLEAN = 0x01,
    BER_INTEGER = 0x02,
    BER_OCTET_STRING = 0x04,
    BER_NULL = 0x05,
    BER_OBJECT_IDENTIFIER = 0x06,
    BER_ENUMERATED = 0x0a,
    BER_SEQUENCE = 0x30,
    BER_SET = 0x31,
    BER_APPLICATION = 0x60, /* Constructed; the number is added. */
    BER_CONTEXT = 0xa0,     /* The same. */
    BER_CONTEXT_PRIMITIVE = 0x80,
};

struct ber_element {
    unsigned tag;
    size_t head_size;      /* Of tag and length. */
    size_t size;           /* Of the content, as its length says. */
    struct reader content; /* What is there of it. */
};

/* Reads the element at the reader, which moves behind what is there of it.  The element is
 * set for BER_WHOLE and BER_CUT. */
enum ber_state ber_next(struct reader *r, struct ber_element *ret);

/* The same, of an element that must have this tag. */
enum ber_state ber_expect(struct reader *r, unsigned tag, struct ber_element *ret);

/* The value of an INTEGER or ENUMERATED whose content is all there; false if it has no
 * bytes or more than eight. */
bool ber_integer(const struct ber_element *element, int64_t *ret);

#endif
