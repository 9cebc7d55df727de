#include "classify/recognise/dns_message.h"

#include <string.h>

enum {
    POINTER = 0xc0,
    POINTER_OFFSET = 0x3fff,
};

bool
dns_name_read(struct reader *r, const uint8_t *message, size_t n, struct dns_name *ret)
{
    struct reader label = *r;
    size_t limit = (size_t) (r->at - message); /* Pointers lead to before it. */
    bool has_jumped = false;

    ret->n = 0;
    for (;;) {
        const uint8_t size = reader_u8(&label);
        const uint8_t *text;

        if ((size & POINTER) == POINTER) {
            const size_t at = ((size_t) size << 8 | reader_u8(&label)) & POINTER_OFFSET;

            if (label.failed || at < DNS_HEADER_SIZE || at >= limit) {
                r->failed |= label.failed;
                return false;
            }
            if (!has_jumped) {
                *r = label;
                has_jumped = true;
            }
            limit = at;
            label = reader_init(message + at, n - at);
            continue;
        }
        text = reader_take(&label, size);
        if (text == NULL || size > DNS_LABEL_MAX || ret->n + size + 1 > DNS_NAME_MAX) {
            r->failed |= label.failed;
            return false;
        }
        if (size == 0) {
            break;
        }
        if (ret->n > 0) {
            ret->text[ret->n++] = '.';
        }
        memcpy(ret->text + ret->n, text, size);
        ret->n += size;
    }
    if (!has_jumped) {
        *r = label;
    }
    return true;
}
