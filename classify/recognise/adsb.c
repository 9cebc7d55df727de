#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* What receivers of ADS-B hand on (the forms of dump1090 and of BaseStation):
 *
 * - Beast: 1a, a type from '1' to '4', a time of six bytes, a level, and 2, 7 or 14 bytes
 * of Mode S, in which 1a is written twice;
 * - AVR: '*', or '@' and a time, Mode S in hexadecimal, ';' and an end of line;
 * - BaseStation: "MSG,3,...", fields with the address, and dates and times.
 *
 * Verified are an extended squitter whose parity is right (ICAO annex 10 volume
 * IV, 3.1.2.3.3) or four frames of Beast in a row; a line of AVR; a line of BaseStation up
 * to its time. */

enum {
    ESCAPE = 0x1a,
    BEAST_HEAD_SIZE = 7, /* Time and level. */
    SHORT_SIZE = 7,
    LONG_SIZE = 14,
    PARITY_SIZE = 3,
    BEAST_ENOUGH = 4,
    AVR_TIME_DIGITS = 12,
    N_FIELDS = 8, /* Of BaseStation, up to the time. */
    LINE_MAX = 200,
};

static enum opinion judge_beast(const uint8_t *bytes, size_t n);
static enum opinion judge_avr(const uint8_t *bytes, size_t n);
static enum opinion judge_base_station(const uint8_t *bytes, size_t n);
static bool is_squitter(const uint8_t frame[static LONG_SIZE]);
static bool has_form(const uint8_t *text, size_t n, const char *form);

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    (void) protocol;
    switch (side->bytes[0]) {
    case ESCAPE:
        return judge_beast(side->bytes, side->n);
    case '*':
    case '@':
        return judge_avr(side->bytes, side->n);
    case 'M':
    case 'S':
    case 'I':
    case 'A':
    case 'C':
        return judge_base_station(side->bytes, side->n);
    default:
        return OPINION_NO;
    }
}

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

const struct recogniser recogniser_adsb = {
    .service = SERVICE_ADSB,
    .on_tcp = true,
    .on_udp = true,
    .judge = judge,
};

static enum opinion
judge_beast(const uint8_t *bytes, size_t n)
{
    static const uint8_t sizes[] = { 2, SHORT_SIZE, LONG_SIZE, LONG_SIZE };
    unsigned n_frames = 0;

    for (size_t at = 0; at < n;) {
        uint8_t frame[BEAST_HEAD_SIZE + LONG_SIZE];
        size_t size, got = 0;

        if (bytes[at] != ESCAPE ||
            (n - at > 1 && (bytes[at + 1] < '1' || bytes[at + 1] > '4'))) {
            return OPINION_NO;
        }
        if (n - at < 2) {
            break;
        }
        size = (size_t) BEAST_HEAD_SIZE + sizes[bytes[at + 1] - '1'];
        for (at += 2; got < size && at < n; at++) {
            if (bytes[at] == ESCAPE) {
                if (++at < n && bytes[at] != ESCAPE) {
                    return OPINION_NO;
                }
            }
            if (at < n) {
                frame[got++] = bytes[at];
            }
        }
        if (got < size) {
            break;
        }
        n_frames++;
        if (n_frames >= BEAST_ENOUGH ||
            (size == sizeof frame && is_squitter(frame + BEAST_HEAD_SIZE))) {
            return OPINION_VERIFIED;
        }
    }
    return OPINION_MORE;
}

static enum opinion
judge_avr(const uint8_t *bytes, size_t n)
{
    const size_t start = bytes[0] == '@' ? 1 + AVR_TIME_DIGITS : 1;
    size_t at = 1;

    while (at < n && ((bytes[at] >= '0' && bytes[at] <= '9') ||
                      (bytes[at] >= 'A' && bytes[at] <= 'F') ||
                      (bytes[at] >= 'a' && bytes[at] <= 'f'))) {
        at++;
    }
    if (at > start + 2 * (size_t) LONG_SIZE) {
        return OPINION_NO;
    }
    if (at == n) {
        return OPINION_MORE;
    }
    if (bytes[at] != ';' ||
        (at != start + 2 * (size_t) LONG_SIZE && at != start + 2 * (size_t) SHORT_SIZE)) {
        return OPINION_NO;
    }
    if (at + 1 < n && bytes[at + 1] != '\r' && bytes[at + 1] != '\n') {
        return OPINION_NO;
    }
    return at + 1 < n ? OPINION_VERIFIED : OPINION_MORE;
}

/* Fields: kind, type, session, aircraft, address, flight, date, time; 'd' stands for a
 * digit, 'h' for one of hexadecimal numbers. */
static enum opinion
judge_base_station(const uint8_t *bytes, size_t n)
{
    static const char *const kinds[] = { "MSG,", "SEL,", "ID,", "AIR,", "STA,", "CLK," };
    const uint8_t *fields[N_FIELDS + 1] = { bytes };
    unsigned n_fields = 0;
    bool is_kind = false;

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        is_kind |= octets_begin(bytes, n, kinds[i], strlen(kinds[i]));
    }
    if (!is_kind) {
        return OPINION_NO;
    }
    for (size_t at = 0; at < n && at < LINE_MAX && n_fields < N_FIELDS; at++) {
        if (bytes[at] == ',') {
            fields[++n_fields] = bytes + at + 1;
        } else if (bytes[at] < ' ' || bytes[at] > '~') {
            return OPINION_NO;
        }
    }
    if ((n_fields > 1 && bytes[0] == 'M' &&
         !has_form(fields[1], (size_t) (fields[2] - fields[1]), "d,")) ||
        (n_fields > 4 && bytes[0] == 'M' &&
         !has_form(fields[4], (size_t) (fields[5] - fields[4]), "hhhhhh,"))) {
        return OPINION_NO;
    }
    if (n_fields < N_FIELDS) {
        return n < LINE_MAX ? OPINION_MORE : OPINION_NO;
    }
    return has_form(fields[6], (size_t) (fields[7] - fields[6]), "dddd/dd/dd,") &&
                   has_form(fields[7], (size_t) (fields[8] - fields[7]), "dd:dd:dd.ddd,")
               ? OPINION_VERIFIED
               : OPINION_NO;
}

/* Downlink formats 17 and 18, whose parity is over them alone. */
static bool
is_squitter(const uint8_t frame[static LONG_SIZE])
{
    uint32_t parity = 0;

    if (frame[0] >> 3 != 17 && frame[0] >> 3 != 18) {
        return false;
    }
    for (size_t i = 0; i < LONG_SIZE - PARITY_SIZE; i++) {
        parity ^= (uint32_t) frame[i] << 16;
        for (unsigned bit = 0; bit < 8; bit++) {
            parity = parity << 1 ^ ((parity & 0x800000) != 0 ? 0x1fff409 : 0);
        }
    }
    return (parity & 0xffffff) ==
           ((uint32_t) frame[LONG_SIZE - 3] << 16 | octets_be16(frame + LONG_SIZE - 2));
}

/* Whether the text is so, of the same length. */
static bool
has_form(const uint8_t *text, size_t n, const char *form)
{
    for (size_t i = 0; i < n; i++) {
        const bool is_digit = text[i] >= '0' && text[i] <= '9';

        if (form[i] == '\0' ||
            (form[i] == 'd'   ? !is_digit
             : form[i] == 'h' ? !is_digit && (text[i] < 'A' || text[i] > 'F') &&
                                    (text[i] < 'a' || text[i] > 'f')
                              : text[i] != (uint8_t) form[i])) {
            return false;
        }
    }
    return form[n] == '\0';
}
