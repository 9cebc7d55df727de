#ifndef ALERT_TEXT_H
#define ALERT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A text put together piece by piece in a buffer of the caller's.
 *
 * What comes from outside (names in databases and lists, texts of rules) is made harmless
 * on the way in: bytes that are not UTF-8 become U+FFFD, and characters that steer a
 * terminal or turn the reading direction become spaces.  A text that does not fit ends with
 * "…", never within a character. */
struct text {
    char *bytes; /* Always ends with a zero. */
    size_t size; /* Of the buffer. */
    size_t n;    /* Bytes of text so far. */
    bool is_cut; /* Something did not fit; nothing more is added. */
};

enum { TEXT_SIZE_MIN = 4 }; /* Of a buffer: "…" and the zero. */

struct text text_init(char *buffer, size_t size);

/* Adds 'piece', or at most 'max' bytes of it (cut with "…"). */
void text_add(struct text *text, const char *piece);
void text_add_at_most(struct text *text, const char *piece, size_t max);

/* Adds a short formatted piece, up to 255 bytes of it. */
void text_format(struct text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds a field of a syslog header, at most 'max' characters of it: printable ASCII without
 * spaces, "-" if it is empty (RFC 5424 section 6). */
void text_add_header_field(struct text *text, const char *value, size_t max);

/* Adds a parameter of structured data, ' name="value"' with what has to be escaped in it
 * (RFC 5424 section 6.3.3); of the value at most 'max' bytes, up to TEXT_PARAM_MAX.
 * Nothing if it is empty. */
enum { TEXT_PARAM_MAX = 1024 };
void text_add_param(struct text *text, const char *name, const char *value, size_t max);

/* Columns that a terminal gives a character, and a text: 0 for those that combine with the
 * one before, 2 for the wide ones of East Asia (Unicode Standard Annex 11), else 1. */
unsigned text_character_width(uint32_t character);
size_t text_width(const char *text);

#endif
