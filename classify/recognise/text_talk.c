#include "classify/recognise/text_talk.h"

#include <string.h>

#include "classify/recognise/octets.h"

enum {
    CLIENT_ENOUGH = 2, /* Lines, where only they are there. */
    CODE_SIZE = 3,
};

/* What a client has said. */
struct lines {
    unsigned n; /* Whole lines. */
    bool is_wrong, has_own;
};

static bool may_greet(const struct text_talk *talk, const struct side *side);
static bool are_replies(const struct side *side);
static bool is_reply(const uint8_t *line, size_t n);
static struct lines read_lines(const struct text_talk *talk, const struct side *side);
static const struct text_verb *find_verb(const struct text_talk *talk,
                                         struct text_word word);
static bool may_be_verb(const struct text_talk *talk, const uint8_t *bytes, size_t n);
static char upper(uint8_t c);

enum opinion
text_talk_judge(const struct text_talk *talk, const struct dialogue *dialogue)
{
    const struct side *client = &dialogue->sides[FLOW_INITIATOR];
    const struct side *server = &dialogue->sides[FLOW_RESPONDER];
    struct lines lines;

    if (!may_greet(talk, server)) {
        return OPINION_NO;
    }
    lines = read_lines(talk, client);
    if (lines.is_wrong) {
        return OPINION_NO;
    }
    return lines.n > 0 && (server->n > strlen(talk->greeting) ||
                           (lines.n >= CLIENT_ENOUGH && lines.has_own))
               ? OPINION_VERIFIED
               : OPINION_MORE;
}

size_t
text_line_measure(const uint8_t *bytes, size_t n)
{
    const uint8_t *end = memchr(bytes, '\n', n);

    if (end == NULL) {
        return n < RECOGNISE_STREAM_MAX ? PDU_MORE : n; /* A part of a long line. */
    }
    return (size_t) (end - bytes) + 1;
}

struct text_word
text_line_word(const uint8_t *line, size_t n, unsigned index)
{
    struct text_word word = { line, 0 };
    size_t at = 0;

    for (unsigned i = 0; i <= index; i++) {
        while (at < n && line[at] == ' ') {
            at++;
        }
        word.text = line + at;
        while (at < n && line[at] > ' ' && line[at] <= '~') {
            at++;
        }
        word.n = (size_t) (line + at - word.text);
    }
    return word;
}

bool
text_word_is(struct text_word word, const char *text)
{
    if (word.n != strlen(text)) {
        return false;
    }
    for (size_t i = 0; i < word.n; i++) {
        if (upper(word.text[i]) != text[i]) {
            return false;
        }
    }
    return true;
}

static bool
may_greet(const struct text_talk *talk, const struct side *side)
{
    return octets_begin(side->bytes, side->n, talk->greeting, strlen(talk->greeting)) &&
           (!talk->has_codes || are_replies(side));
}

/* Lines that begin with a code of three digits; between "220-" and "220 " there may be any
 * (RFC 959 section 4.2). */
static bool
are_replies(const struct side *side)
{
    const uint8_t *code = NULL; /* Of the reply that goes on. */

    for (size_t at = 0, size; at < side->n; at += size) {
        const uint8_t *line = side->bytes + at;

        size = text_line_measure(line, side->n - at);
        if (size == PDU_MORE) {
            return code != NULL || is_reply(line, side->n - at);
        }
        if (code == NULL && !is_reply(line, size)) {
            return false;
        }
        if (code == NULL && line[CODE_SIZE] == '-') {
            code = line;
        } else if (code != NULL && size > CODE_SIZE && line[CODE_SIZE] == ' ' &&
                   memcmp(line, code, CODE_SIZE) == 0) {
            code = NULL;
        }
    }
    return true;
}

/* As far as the line is there. */
static bool
is_reply(const uint8_t *line, size_t n)
{
    for (size_t i = 0; i < CODE_SIZE && i < n; i++) {
        if (line[i] < '0' || line[i] > '9') {
            return false;
        }
    }
    return n <= CODE_SIZE || line[CODE_SIZE] <= ' ' || line[CODE_SIZE] == '-';
}

/* After the first line a client may send what is no command: the text of a mail. */
static struct lines
read_lines(const struct text_talk *talk, const struct side *side)
{
    struct lines lines = { 0 };

    if (side->n > 0 && (side->bytes[0] < '0' || side->bytes[0] > 'z')) {
        return (struct lines){ .is_wrong = true };
    }
    for (size_t at = 0; at < side->n;) {
        const uint8_t *line = side->bytes + at;
        const size_t left = side->n - at;
        const size_t size = text_line_measure(line, left);
        const struct text_verb *verb;

        if (size == PDU_MORE) {
            lines.is_wrong = lines.n == 0 && !may_be_verb(talk, line, left);
            break;
        }
        verb = find_verb(talk, text_line_word(line, size, talk->has_tags ? 1 : 0));
        if (lines.n == 0 && (verb == NULL || !verb->opens)) {
            lines.is_wrong = true;
            break;
        }
        lines.has_own |= verb != NULL && verb->is_own && !verb->opens;
        lines.n++;
        at += size;
    }
    return lines;
}

static const struct text_verb *
find_verb(const struct text_talk *talk, struct text_word word)
{
    for (const struct text_verb *verb = talk->verbs; verb->word != NULL; verb++) {
        if (text_word_is(word, verb->word)) {
            return verb;
        }
    }
    return NULL;
}

/* Of a line whose end is not there yet. */
static bool
may_be_verb(const struct text_talk *talk, const uint8_t *bytes, size_t n)
{
    const struct text_word word = text_line_word(bytes, n, talk->has_tags ? 1 : 0);
    bool may_be = false;

    if (talk->has_tags && word.n == 0) {
        return octets_are_printable(bytes, n) || bytes[n - 1] == '\r';
    }
    for (const struct text_verb *verb = talk->verbs; verb->word != NULL; verb++) {
        size_t i = 0;

        while (i < word.n && upper(word.text[i]) == verb->word[i]) {
            i++;
        }
        if (i == word.n && (word.text + word.n == bytes + n || verb->word[i] == '\0')) {
            may_be |= verb->opens;
        }
    }
    return may_be;
}

static char
upper(uint8_t c)
{
    return (char) (c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}
