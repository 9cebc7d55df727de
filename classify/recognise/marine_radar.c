#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* The streams that radars of ships send to displays, by multicast: Navico (BR24, 3G) and
 * Furuno (DRS).  Neither maker has published them; this is how they look in captures and to
 * those who have written receivers.
 *
 * Verified is an image: constants, and a length that fits the number of lines (Navico) or
 * the length of the datagram (Furuno).  Reports are two bytes and a length: consistent
 * only.  Settings are two bytes, which tell nothing. */

enum {
    /* Navico: a header, then spokes with headers of their own. */
    NAVICO_HEADER_SIZE = 8,
    NAVICO_SPOKES_AT = 5, /* How many there are. */
    NAVICO_SPOKE_HEADER_SIZE = 24,
    NAVICO_SPOKE_SIZE = NAVICO_SPOKE_HEADER_SIZE + 512,
    NAVICO_SPOKES_MAX = 120,
    NAVICO_MARK_AT = NAVICO_HEADER_SIZE + 4,
    NAVICO_MARK_SIZE = 4,

    /* Furuno: the length counts words of what follows the first three. */
    FURUNO_LENGTH_AT = 8,
    FURUNO_MIN = 16,
    FURUNO_BEFORE = 12,
};

static const uint8_t navico_mark[NAVICO_MARK_SIZE] = { 0x00, 0x44, 0x0d, 0x0e };

static bool is_navico_image(const struct side *side);
static bool is_navico_report(const struct side *side);
static bool is_navico_setting(const struct side *side);
static bool is_furuno_image(const struct side *side);

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    (void) protocol;
    if (is_navico_image(side) || is_furuno_image(side)) {
        return OPINION_VERIFIED;
    }
    if (is_navico_report(side)) {
        return OPINION_CONSISTENT;
    }
    return is_navico_setting(side) ? OPINION_MORE : OPINION_NO;
}

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

const struct recogniser recogniser_marine_radar = {
    .service = SERVICE_MARINE_RADAR,
    .on_udp = true,
    .judge = judge,
};

static bool
is_navico_image(const struct side *side)
{
    static const uint8_t start[] = { 1, 0, 0, 0, 0 };
    const uint8_t *bytes = side->bytes;

    return side->n >= NAVICO_MARK_AT + NAVICO_MARK_SIZE && bytes[0] == start[0] &&
           memcmp(bytes, start, sizeof start) == 0 && bytes[NAVICO_SPOKES_AT] > 0 &&
           bytes[NAVICO_SPOKES_AT] <= NAVICO_SPOKES_MAX &&
           side->size ==
               NAVICO_HEADER_SIZE + (size_t) bytes[NAVICO_SPOKES_AT] * NAVICO_SPOKE_SIZE &&
           bytes[NAVICO_HEADER_SIZE] == NAVICO_SPOKE_HEADER_SIZE &&
           memcmp(bytes + NAVICO_MARK_AT, navico_mark, sizeof navico_mark) == 0;
}

static bool
is_navico_report(const struct side *side)
{
    static const size_t sizes[] = { 18, 99, 129, 66 }; /* By number, from 1 on. */

    return side->n >= 2 && side->bytes[1] == 0xc4 && side->bytes[0] >= 1 &&
           side->bytes[0] <= sizeof sizes / sizeof sizes[0] &&
           side->size == sizes[side->bytes[0] - 1];
}

/* Of many, those that keep a radar sending. */
static bool
is_navico_setting(const struct side *side)
{
    return side->n == 2 && side->size == 2 &&
           (memcmp(side->bytes, "\xa0\xc1", 2) == 0 ||
            memcmp(side->bytes, "\x03\xc2", 2) == 0);
}

static bool
is_furuno_image(const struct side *side)
{
    static const uint8_t constant[] = { 0, 1, 0, 0, 0, 0 }; /* Behind a counter. */
    const uint8_t *bytes = side->bytes;

    return bytes[0] == 2 && side->n >= FURUNO_MIN &&
           memcmp(bytes + 2, constant, sizeof constant) == 0 &&
           side->size ==
               FURUNO_BEFORE + 4 * (size_t) (bytes[FURUNO_LENGTH_AT] |
                                             (bytes[FURUNO_LENGTH_AT + 1] & 1) << 8);
}
