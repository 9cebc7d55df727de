#ifndef CLASSIFY_RECOGNISE_NMEA_SENTENCE_H
#define CLASSIFY_RECOGNISE_NMEA_SENTENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Inside this folder: sentences of NMEA 0183 (IEC 61162-1), "$HEROT,+000.05,A*35": an
 * address of a talker and a formatter, fields between commas, and the exclusive or of all
 * between '$' and '*' in hexadecimal, CR LF. TAG blocks between backslashes may stand
 * before (IEC 61162-450). */
enum sentence_state {
    SENTENCE_NONE,  /* There is none. */
    SENTENCE_MORE,  /* There may be one: too little is there. */
    SENTENCE_PLAIN, /* It has no checksum. */
    SENTENCE_KNOWN, /* Nor has this, but a talker and a formatter of the standard. */
    SENTENCE_WRONG, /* Its checksum is wrong. */
    SENTENCE_RIGHT,
};

struct sentence {
    enum sentence_state state;
    const uint8_t *text; /* From '$' or '!' on, ... */
    size_t length;       /* ... up to the checksum. */
    size_t size;         /* From the first TAG block to the end of the line. */
};

/* The sentence that begins at 'bytes'. A 'datagram' may end without an end of line. */
struct sentence nmea_sentence(const uint8_t *bytes, size_t n, bool is_datagram);

/* What stands before the sentences of a datagram of IEC 61162-450, with its zero. */
#define NMEA_TOKEN "UdPbC"
enum { NMEA_TOKEN_SIZE = 6 };

#endif
