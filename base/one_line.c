#include "base/one_line.h"

void
one_line(char *text)
{
    for (; *text != '\0'; text++) {
        const unsigned char c = (unsigned char) *text;

        if (c < ' ' || c == 0x7f) {
            *text = ' ';
        }
    }
}
