#include "classify/recognise/nmea_sentence.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

#include <string.h>

/* AIS messages in sentences: ITU-R M.1371 in IEC 61162-1, "!AIVDM,1,1,,A,...,0*hh": how
 * many sentences, the number of this one, a sequence number, the channel, six bits a
 * character, fill bits.  Verified is a sentence with all of these and the right checksum;
 * with a wrong one, as of a forged message, it is consistent only. */

enum { ADDRESS_SIZE = 6, N_FIELDS = 6 };

/* What lies between two commas. */
struct field {
    const uint8_t *text;
    size_t length;
};

static bool is_address(const uint8_t *text);
static bool has_message(const struct sentence *sentence);
static bool is_digit(struct field field, char low, char high);
static bool is_six_bit(struct field field);

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    const uint8_t *bytes = side->bytes;
    size_t n = side->n;
    struct sentence sentence;

    if (protocol == IP_PROTOCOL_UDP && bytes[0] == 'U' && n > NMEA_TOKEN_SIZE &&
        memcmp(bytes, NMEA_TOKEN, NMEA_TOKEN_SIZE) == 0) {
        bytes += NMEA_TOKEN_SIZE;
        n -= NMEA_TOKEN_SIZE;
    }
    if (bytes[0] != '!' && bytes[0] != '\\') {
        return OPINION_NO;
    }
    sentence = nmea_sentence(bytes, n, protocol == IP_PROTOCOL_UDP);
    switch (sentence.state) {
    case SENTENCE_MORE:
        return OPINION_MORE;
    case SENTENCE_NONE:
    case SENTENCE_PLAIN:
    case SENTENCE_KNOWN:
        return OPINION_NO;
    case SENTENCE_WRONG:
    case SENTENCE_RIGHT:
        break;
    }
    if (sentence.length < ADDRESS_SIZE || !is_address(sentence.text) ||
        !has_message(&sentence)) {
        return OPINION_NO;
    }
    return sentence.state == SENTENCE_RIGHT ? OPINION_VERIFIED : OPINION_CONSISTENT;
}

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

const struct recogniser recogniser_ais = {
    .service = SERVICE_AIS,
    .on_tcp = true,
    .on_udp = true,
    .refines = SERVICE_NMEA,
    .judge = judge,
};

static bool
is_address(const uint8_t *text)
{
    return text[0] == '!' &&
           (memcmp(text + 3, "VDM", 3) == 0 || memcmp(text + 3, "VDO", 3) == 0);
}

static bool
has_message(const struct sentence *sentence)
{
    struct field fields[N_FIELDS];
    const uint8_t *at = sentence->text + ADDRESS_SIZE;
    const uint8_t *end = sentence->text + sentence->length;

    for (unsigned i = 0; i < N_FIELDS; i++) {
        if (at == end || *at != ',') {
            return false;
        }
        fields[i] = (struct field){ ++at, 0 };
        while (at < end && *at != ',') {
            at++;
        }
        fields[i].length = (size_t) (at - fields[i].text);
    }
    return at == end && is_digit(fields[0], '1', '9') &&
           is_digit(fields[1], '1', (char) fields[0].text[0]) &&
           (fields[2].length == 0 || is_digit(fields[2], '0', '9')) &&
           fields[3].length <= 1 && is_six_bit(fields[4]) && is_digit(fields[5], '0', '5');
}

static bool
is_digit(struct field field, char low, char high)
{
    return field.length == 1 && field.text[0] >= low && field.text[0] <= high;
}

/* IEC 61162-1, table of six-bit characters: '0' to 'W' and '`' to 'w'. */
static bool
is_six_bit(struct field field)
{
    for (size_t i = 0; i < field.length; i++) {
        const uint8_t c = field.text[i];

        if (c < '0' || c > 'w' || (c > 'W' && c < '`')) {
            return false;
        }
    }
    return field.length > 0;
}
