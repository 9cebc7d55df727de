#include "base/utf8.h"

/* Bytes of the sequence that 'first' begins, or 0 if it begins none. */
static unsigned
sequence_size(unsigned char first)
{
    return first < 0x80                     ? 1
           : first >= 0xc2 && first <= 0xdf ? 2
           : first >= 0xe0 && first <= 0xef ? 3
           : first >= 0xf0 && first <= 0xf4 ? 4
                                            : 0;
}

uint32_t
utf8_character(const char **at)
{
    static const uint8_t first_bits[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
    static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
    const unsigned char *p = (const unsigned char *) *at;
    const unsigned n = sequence_size(p[0]);
    uint32_t character = p[0] & first_bits[n];

    *at += 1;
    for (unsigned i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80) { /* Also where the text ends within a sequence. */
            return UTF8_REPLACEMENT;
        }
        character = character << 6 | (p[i] & 0x3f);
    }
    if (n == 0 || character < smallest[n] || character > 0x10ffff ||
        (character >= 0xd800 && character <= 0xdfff)) {
        return UTF8_REPLACEMENT;
    }
    *at += n - 1;
    return character;
}
