#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdint.h>

/* Stands for bytes that are no character: U+FFFD REPLACEMENT CHARACTER. */
enum { UTF8_REPLACEMENT = 0xfffd };

/* Takes the next character off '*at', which is not at its end, and returns its code point.
 * A byte that begins no well-formed sequence (RFC 3629 section 4: no overlong forms, no
 * surrogates, nothing above U+10FFFF) is taken alone and gives UTF8_REPLACEMENT, which a
 * text may also hold itself, in three bytes. */
uint32_t utf8_character(const char **at);

#endif
