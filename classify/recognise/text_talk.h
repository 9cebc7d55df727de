#ifndef CLASSIFY_RECOGNISE_TEXT_TALK_H
#define CLASSIFY_RECOGNISE_TEXT_TALK_H

#include "classify/recognise/recogniser.h"

/* Inside this folder: protocols in which a server greets with a line of text, and a client
 * sends lines that begin with a verb: FTP, SMTP, POP3, IMAP. */

struct text_verb {
    const char *word; /* In upper case; any case on the wire. */
    bool opens;       /* A client may begin with it. */
    bool is_own;      /* Of these protocols only this one has it. */
};

struct text_talk {
    const char *greeting;          /* What the server's first line begins with. */
    const struct text_verb *verbs; /* Ending with a word that is NULL. */
    bool has_codes;                /* The server's lines begin with three digits. */
    bool has_tags;                 /* Verbs are each line's second word. */
};

/* Verified is a greeting and a line that a client may begin with, or, where the server is
 * not seen, a client's lines of which one that does not open is of this protocol alone. */
enum opinion text_talk_judge(const struct text_talk *talk, const struct dialogue *dialogue);

/* The length of the line at the beginning, with its end. */
size_t text_line_measure(const uint8_t *bytes, size_t n);

/* A word of a line, from 0 on, and its length, which is 0 if there are not so many. */
struct text_word {
    const uint8_t *text;
    size_t n;
};

struct text_word text_line_word(const uint8_t *line, size_t n, unsigned index);

/* Whether it is this one, which is written in upper case, whatever its own case. */
bool text_word_is(struct text_word word, const char *upper);

#endif
