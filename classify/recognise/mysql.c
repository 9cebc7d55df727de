#include <ctype.h>
#include <string.h>

#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"

/* MySQL and MariaDB: "Protocol::HandshakeV10".  A packet is a length of three bytes, a
 * number, and the payload.  The server greets: 10, its version as text ("5.7.1-log"), and
 * a challenge among numbers and fillers of zero.
 *
 * Verified is a greeting whose parts fill the packet. */

enum {
    HEAD_SIZE = 4,
    VERSION_AT = 5,
    VERSION_MAX = 64,
    LENGTH_MIN = 40,
    LENGTH_MAX = 250,

    /* Behind the version's zero: thread (4), first part of the challenge (8), zero. */
    FILLER_AT = 12,
    ABILITIES_AT = 13, /* Lower half; then character set (1) and state (2). */
    MORE_ABILITIES_AT = 18,
    CHALLENGE_LENGTH_AT = 20,
    RESERVED_AT = 21,
    MARIADB_AT = 27, /* Of what is reserved: abilities of MariaDB, if it is not MySQL. */
    CHALLENGE_AT = 31,

    IS_MYSQL = 0x0001,
    HAS_CHALLENGE = 0x8000,
    HAS_PLUGIN = 0x0008,       /* Among more abilities: its name follows the challenge. */
    CHALLENGE_FIRST_SIZE = 8,  /* The length counts both parts and a zero ... */
    CHALLENGE_SIZE = 12 + 1,   /* ... of which the second has at least so many bytes. */
    CHALLENGE_LENGTH_MAX = 64, /* It is 21 with all plugins that are known. */
};

static bool is_version(const uint8_t *text, size_t n);
static bool is_well_formed(const uint8_t *fields, size_t n);
static bool are_zeros(const uint8_t *bytes, size_t n);

static enum opinion
judge_greeting(const struct side *side)
{
    const uint8_t *bytes = side->bytes, *end;
    const size_t n = side->n;
    size_t size;

    if (n == 0) {
        return OPINION_MORE;
    }
    if (bytes[0] < LENGTH_MIN || bytes[0] > LENGTH_MAX ||
        !octets_begin(bytes + 1, n - 1, "\0\0\0\x0a", HEAD_SIZE) ||
        (n > VERSION_AT && (bytes[VERSION_AT] < '1' || bytes[VERSION_AT] > '9'))) {
        return OPINION_NO;
    }
    size = (size_t) HEAD_SIZE + bytes[0];
    if (n < size) {
        return OPINION_MORE;
    }
    end = memchr(bytes + VERSION_AT, 0,
                 VERSION_MAX < n - VERSION_AT ? VERSION_MAX : n - VERSION_AT);
    return end != NULL && end < bytes + size &&
                   is_version(bytes + VERSION_AT, (size_t) (end - bytes) - VERSION_AT) &&
                   is_well_formed(end + 1, (size_t) (bytes + size - end) - 1)
               ? OPINION_VERIFIED
               : OPINION_NO;
}

/* Digits, a point, a digit, and what the maker adds. */
static bool
is_version(const uint8_t *text, size_t n)
{
    size_t i = 0;

    while (i < n && isdigit(text[i])) {
        i++;
    }
    return i > 0 && i + 1 < n && text[i] == '.' && isdigit(text[i + 1]) &&
           octets_are_printable(text, n);
}

/* Servers before 4.1 end with zeros where the reserved bytes do. */
static bool
is_well_formed(const uint8_t *fields, size_t n)
{
    unsigned abilities, more;
    size_t length, size;

    if (n < CHALLENGE_AT || fields[FILLER_AT] != 0) {
        return false;
    }
    abilities = octets_le16(fields + ABILITIES_AT);
    more = octets_le16(fields + MORE_ABILITIES_AT);
    length = fields[CHALLENGE_LENGTH_AT];
    if (!are_zeros(fields + RESERVED_AT,
                   ((abilities & IS_MYSQL) != 0 ? CHALLENGE_AT : MARIADB_AT) -
                       RESERVED_AT)) {
        return false;
    }
    if ((abilities & HAS_CHALLENGE) == 0) {
        return n == CHALLENGE_AT && more == 0 && length == 0;
    }
    if ((more & HAS_PLUGIN) == 0) {
        return length == 0 && n == CHALLENGE_AT + CHALLENGE_SIZE && fields[n - 1] == 0;
    }
    if (length < CHALLENGE_FIRST_SIZE || length > CHALLENGE_LENGTH_MAX) {
        return false;
    }
    size = length - CHALLENGE_FIRST_SIZE;
    size = size < CHALLENGE_SIZE ? CHALLENGE_SIZE : size;
    return n > CHALLENGE_AT + size && fields[CHALLENGE_AT + size - 1] == 0;
}

static bool
are_zeros(const uint8_t *bytes, size_t n)
{
    while (n > 0 && *bytes == 0) {
        bytes++;
        n--;
    }
    return n == 0;
}

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_greeting(&dialogue->sides[FLOW_RESPONDER]);
}

const struct recogniser recogniser_mysql = {
    .service = SERVICE_MYSQL,
    .on_tcp = true,
    .judge = judge,
};
