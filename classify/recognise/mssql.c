#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* Microsoft SQL Server, TDS: MS-TDS section 2.2.6.5.  A connection begins with PRELOGIN, in
 * a packet of type 18, and its answer in one of type 4: options of a token, an offset and a
 * length each, the version first, up to a token of 255.
 *
 * Verified is such a list behind a header. */

enum {
    PRELOGIN = 0x12,
    RESPONSE = 0x04,
    LAST = 0x01,
    HEAD_SIZE = 8,
    OPTION_SIZE = 5,
    VERSION_SIZE = 6,
    END = 0xff,
};

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    const uint8_t *bytes = side->bytes, *option = bytes + HEAD_SIZE;
    const size_t n = side->n;
    size_t size, offset;

    (void) protocol;
    if ((bytes[0] != PRELOGIN && bytes[0] != RESPONSE) || (n > 1 && bytes[1] != LAST)) {
        return OPINION_NO;
    }
    if (n < HEAD_SIZE + OPTION_SIZE) {
        return OPINION_MORE;
    }
    size = octets_be16(bytes + 2);
    offset = octets_be16(option + 1);
    if (option[0] != 0 || octets_be16(option + 3) != VERSION_SIZE || bytes[7] != 0 ||
        offset % OPTION_SIZE != 1 || HEAD_SIZE + offset + VERSION_SIZE > size) {
        return OPINION_NO;
    }
    if (n < HEAD_SIZE + offset) {
        return OPINION_MORE;
    }
    for (size_t at = 0; at + 1 < offset; at += OPTION_SIZE) {
        if (octets_be16(option + at + 1) + octets_be16(option + at + 3) + HEAD_SIZE >
            size) {
            return OPINION_NO;
        }
    }
    return option[offset - 1] == END ? OPINION_VERIFIED : OPINION_NO;
}

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

const struct recogniser recogniser_mssql = {
    .service = SERVICE_MSSQL,
    .on_tcp = true,
    .judge = judge,
};
