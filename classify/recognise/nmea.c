#include "classify/recognise/nmea_sentence.h"
#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* NMEA 0183 (IEC 61162-1) over TCP or UDP, and IEC 61162-450, which puts "UdPbC" and TAG
 * blocks before sentences, or has binary files behind "RaUdP" or "RrUdP" and messages of
 * NMEA 2000 behind "NkPgN".
 *
 * Verified is a sentence with the right checksum; some in a row without one, whose talkers
 * and formatters are of the standard; and a token of six bytes with what has to follow. One
 * without a checksum is consistent only, as text may begin with a dollar and capitals, and
 * so is a wrong checksum, as it is not known who said what. */

enum {
    KNOWN_ENOUGH = 3, /* Sentences in a row. */

    BINARY_VERSION_AT = NMEA_TOKEN_SIZE,
    BINARY_HEADER_AT = BINARY_VERSION_AT + 2, /* How long the header is. */
    BINARY_MIN = BINARY_HEADER_AT + 2,
    BINARY_VERSION_MAX = 2,
};

static enum opinion judge_sentences(const uint8_t *bytes, size_t n, bool is_datagram);
static bool is_token(const struct side *side, const char *token);
static bool is_binary(const struct side *side);

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    const uint8_t *bytes = side->bytes;

    switch (bytes[0]) {
    case '$':
    case '!':
    case '\\':
        return judge_sentences(bytes, side->n,
                               protocol == IP_PROTOCOL_UDP && side->n == side->size);
    case 'U':
        return is_token(side, NMEA_TOKEN) &&
                       (bytes[NMEA_TOKEN_SIZE] == '\\' || bytes[NMEA_TOKEN_SIZE] == '$' ||
                        bytes[NMEA_TOKEN_SIZE] == '!')
                   ? OPINION_VERIFIED
                   : OPINION_NO;
    case 'R':
    case 'N':
        return is_binary(side) ? OPINION_VERIFIED : OPINION_NO;
    default:
        return OPINION_NO;
    }
}

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

const struct recogniser recogniser_nmea = {
    .service = SERVICE_NMEA,
    .on_tcp = true,
    .on_udp = true,
    .judge = judge,
};

static enum opinion
judge_sentences(const uint8_t *bytes, size_t n, bool is_datagram)
{
    enum opinion opinion = OPINION_MORE;
    unsigned n_known = 0;

    for (size_t at = 0; at < n;) {
        const struct sentence sentence = nmea_sentence(bytes + at, n - at, is_datagram);

        switch (sentence.state) {
        case SENTENCE_NONE:
            return opinion == OPINION_MORE ? OPINION_NO : opinion;
        case SENTENCE_MORE:
            return opinion;
        case SENTENCE_RIGHT:
            return OPINION_VERIFIED;
        case SENTENCE_KNOWN:
            if (++n_known == KNOWN_ENOUGH) {
                return OPINION_VERIFIED;
            }
            opinion = OPINION_CONSISTENT;
            break;
        case SENTENCE_WRONG:
            n_known = 0;
            opinion = OPINION_CONSISTENT;
            break;
        case SENTENCE_PLAIN:
            n_known = 0;
            break;
        }
        at += sentence.size;
    }
    return opinion;
}

static bool
is_token(const struct side *side, const char *token)
{
    return side->n > NMEA_TOKEN_SIZE && memcmp(side->bytes, token, NMEA_TOKEN_SIZE) == 0;
}

static bool
is_binary(const struct side *side)
{
    unsigned version, header_size;

    if (side->n < BINARY_MIN ||
        !(is_token(side, "RaUdP") || is_token(side, "RrUdP") || is_token(side, "NkPgN"))) {
        return false;
    }
    version = octets_be16(side->bytes + BINARY_VERSION_AT);
    header_size = octets_be16(side->bytes + BINARY_HEADER_AT);
    return version >= 1 && version <= BINARY_VERSION_MAX && header_size <= side->size;
}
