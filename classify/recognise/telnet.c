#include <string.h>

#include "classify/recognise/recognisers.h"
#include "classify/recognise/text_talk.h"

/* Telnet: RFC 854 and RFC 855.  Options are negotiated in commands of three bytes: IAC,
 * WILL, WONT, DO or DONT, and the option; IAC SB up to IAC SE tells more about one.
 *
 * Verified are several negotiations at the beginning of a side, or one that the other side
 * answers. */

enum {
    SE = 240,
    SB = 250,
    WILL,
    WONT,
    DO,
    DONT,
    IAC,
    OPTIONS = 50, /* IANA "Telnet Options": the numbers below are given out, ... */
    ENOUGH = 3,   /* ... so this many do not occur by chance. */
};

struct negotiations {
    unsigned n;
    bool is_other; /* The side begins with something else. */
    uint64_t options;
};

static struct negotiations look_at(const struct side *side);
static bool asks_for_password(const uint8_t *bytes, size_t n);

static enum opinion
judge(const struct dialogue *dialogue)
{
    const struct negotiations a = look_at(&dialogue->sides[0]);
    const struct negotiations b = look_at(&dialogue->sides[1]);

    if (a.is_other || b.is_other) {
        return OPINION_NO;
    }
    return a.n >= ENOUGH || b.n >= ENOUGH || (a.options & b.options) != 0 ? OPINION_VERIFIED
                                                                          : OPINION_MORE;
}

/* What follows the question is sent as clear as the question. */
static void
read(const struct pdu *pdu, struct findings *findings)
{
    if (pdu->from == FLOW_RESPONDER && asks_for_password(pdu->bytes, pdu->n)) {
        find_credentials(findings, "Telnet password");
    }
}

/* Whatever is there: there are no messages. */
static size_t
measure(const uint8_t *bytes, size_t n)
{
    (void) bytes;
    return n;
}

const struct recogniser recogniser_telnet = {
    .service = SERVICE_TELNET,
    .on_tcp = true,
    .judge = judge,
    .read = read,
    .measure = measure,
};

static struct negotiations
look_at(const struct side *side)
{
    struct negotiations negotiations = { 0 };
    size_t at = 0;

    while (at < side->n && side->bytes[at] == IAC) {
        const size_t left = side->n - at;

        if (left < 3) {
            negotiations.is_other |= left == 2 && side->bytes[at + 1] < SB;
            break;
        }
        if (side->bytes[at + 1] == SB) {
            at += 3;
            while (at + 1 < side->n && side->bytes[at] != IAC) {
                at++;
            }
            at += 2;
        } else if (side->bytes[at + 1] >= WILL && side->bytes[at + 1] <= DONT &&
                   side->bytes[at + 2] < OPTIONS) {
            negotiations.options |= UINT64_C(1) << side->bytes[at + 2];
            negotiations.n++;
            at += 3;
        } else {
            negotiations.is_other = true;
            break;
        }
    }
    negotiations.is_other |= side->n > 0 && side->bytes[0] != IAC;
    return negotiations;
}

static bool
asks_for_password(const uint8_t *bytes, size_t n)
{
    static const char text[] = "assword:";
    const size_t length = sizeof text - 1;

    while (n > 0 && bytes[n - 1] == ' ') {
        n--;
    }
    return n >= length && memcmp(bytes + n - length, text, length) == 0;
}
