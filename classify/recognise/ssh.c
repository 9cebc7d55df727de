#include <string.h>

#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* SSH: RFC 4253 section 4.2.  Both sides begin with a line "SSH-2.0-software comments".
 *
 * Verified is one such line. */

enum {
    LINE_MAX = 255,
    MAJOR_AT = 4,
    MINOR_AT = 6,
    SOFTWARE_AT = 8, /* Version 1.99 is one byte longer. */
};

static enum opinion judge_side(const struct side *side, uint8_t protocol);
static bool is_digit(uint8_t c);

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

const struct recogniser recogniser_ssh = {
    .service = SERVICE_SSH,
    .on_tcp = true,
    .judge = judge,
};

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    const uint8_t *bytes = side->bytes;
    const size_t n = side->n < LINE_MAX ? side->n : LINE_MAX;
    const uint8_t *end;

    (void) protocol;
    if (!octets_begin(bytes, n, "SSH-", MAJOR_AT) ||
        (n > MAJOR_AT && !is_digit(bytes[MAJOR_AT])) ||
        (n > MAJOR_AT + 1 && bytes[MAJOR_AT + 1] != '.') ||
        (n > MINOR_AT && !is_digit(bytes[MINOR_AT]))) {
        return OPINION_NO;
    }
    end = memchr(bytes, '\n', n);
    if (end == NULL) {
        return n < LINE_MAX ? OPINION_MORE : OPINION_NO;
    }
    return end - bytes > SOFTWARE_AT &&
                   memchr(bytes + MINOR_AT, '-', (size_t) (end - bytes) - MINOR_AT) != NULL
               ? OPINION_VERIFIED
               : OPINION_NO;
}

static bool
is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}
