#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* SMB: MS-CIFS, MS-SMB2, behind the four bytes of a NetBIOS session message (RFC 1002
 * section 4.3) that TCP port 445 keeps (MS-SMB section 2.1).  On port 139 a session is
 * asked for first, by two names of NetBIOS.
 *
 * Verified is a message whose length and mark are right, or a request for a session. */

enum {
    MESSAGE = 0x00,
    SESSION_REQUEST = 0x81,
    SESSION_RESPONSE = 0x82,
    HEAD_SIZE = 4,
    LENGTH_MAX = 1 << 24,
    LENGTH_MIN = 32, /* The header of the oldest form. */
    NAMES_SIZE = 68,
    NAME_SIZE = 32,
    STRUCTURE_AT = 8, /* Of version 2: the header's size, 64. */
    STRUCTURE_SIZE = 64,
};

static enum opinion judge_side(const struct side *side, uint8_t protocol);
static enum opinion judge_message(const uint8_t *bytes, size_t n);
static enum opinion judge_request(const uint8_t *bytes, size_t n);

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

const struct recogniser recogniser_smb = {
    .service = SERVICE_SMB,
    .on_tcp = true,
    .judge = judge,
};

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    const uint8_t *bytes = side->bytes;

    (void) protocol;
    switch (bytes[0]) {
    case MESSAGE:
        return judge_message(bytes, side->n);
    case SESSION_REQUEST:
        return judge_request(bytes, side->n);
    case SESSION_RESPONSE: /* It is empty; messages follow. */
        if (!octets_begin(bytes, side->n, "\x82\0\0\0", HEAD_SIZE)) {
            return OPINION_NO;
        }
        return side->n <= HEAD_SIZE ? OPINION_MORE
                                    : judge_message(bytes + HEAD_SIZE, side->n - HEAD_SIZE);
    default:
        return OPINION_NO;
    }
}

static enum opinion
judge_message(const uint8_t *bytes, size_t n)
{
    const uint8_t *mark = bytes + HEAD_SIZE;

    if (bytes[0] != MESSAGE || (n >= HEAD_SIZE && octets_be32(bytes) < LENGTH_MIN) ||
        (n > HEAD_SIZE && mark[0] < 0xfc) ||
        (n > HEAD_SIZE + 1 && !octets_begin(mark + 1, n - HEAD_SIZE - 1, "SMB", 3))) {
        return OPINION_NO;
    }
    if (n < HEAD_SIZE + STRUCTURE_AT) {
        return OPINION_MORE;
    }
    return mark[0] != 0xfe || octets_le16(mark + 4) == STRUCTURE_SIZE ? OPINION_VERIFIED
                                                                      : OPINION_NO;
}

/* Two names, each of 32 letters. */
static enum opinion
judge_request(const uint8_t *bytes, size_t n)
{
    static const char head[] = { '\x81', 0, 0, NAMES_SIZE, NAME_SIZE };

    if (!octets_begin(bytes, n, head, sizeof head)) {
        return OPINION_NO;
    }
    for (size_t i = sizeof head; i < n && i < sizeof head + NAME_SIZE; i++) {
        if (bytes[i] < 'A' || bytes[i] > 'P') {
            return OPINION_NO;
        }
    }
    return n >= HEAD_SIZE + NAMES_SIZE ? OPINION_VERIFIED : OPINION_MORE;
}
