#include <string.h>

#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* Bitcoin between nodes ("Protocol documentation", bitcoin.it): a message is the network's
 * magic number, a command of twelve bytes padded with zeros, a length and a checksum.
 *
 * Verified is a known magic number with a command; each side begins with "version". */

enum {
    MAGIC_SIZE = 4,
    COMMAND_SIZE = 12,
    LENGTH_AT = MAGIC_SIZE + COMMAND_SIZE,
    HEADER_SIZE = 24,
    LENGTH_MAX = 4000000, /* MAX_PROTOCOL_MESSAGE_LENGTH of Bitcoin Core. */
};

/* Main, test 3, test 4, signet, regtest. */
static const char *const magics[] = { "\xf9\xbe\xb4\xd9", "\x0b\x11\x09\x07",
                                      "\x1c\x16\x3f\x28", "\x0a\x03\xcf\x40",
                                      "\xfa\xbf\xb5\xda" };

static enum opinion judge_side(const struct side *side, uint8_t protocol);
static bool is_magic(const uint8_t *bytes, size_t n);
static bool is_command(const uint8_t *bytes, size_t n);

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

const struct recogniser recogniser_bitcoin = {
    .service = SERVICE_BITCOIN,
    .on_tcp = true,
    .judge = judge,
};

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    const uint8_t *bytes = side->bytes;
    const size_t n = side->n;

    (void) protocol;
    if (!is_magic(bytes, n) ||
        (n > MAGIC_SIZE && !is_command(bytes + MAGIC_SIZE, n - MAGIC_SIZE))) {
        return OPINION_NO;
    }
    if (n < HEADER_SIZE) {
        return OPINION_MORE;
    }
    return octets_le32(bytes + LENGTH_AT) <= LENGTH_MAX ? OPINION_VERIFIED : OPINION_NO;
}

static bool
is_magic(const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
        if (octets_begin(bytes, n, magics[i], MAGIC_SIZE)) {
            return true;
        }
    }
    return false;
}

/* Letters and digits, then zeros. */
static bool
is_command(const uint8_t *bytes, size_t n)
{
    bool has_ended = false;

    for (size_t i = 0; i < n && i < COMMAND_SIZE; i++) {
        const uint8_t c = bytes[i];

        if (c == 0 && i > 0) {
            has_ended = true;
        } else if (has_ended || !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))) {
            return false;
        }
    }
    return true;
}
