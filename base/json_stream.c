#include "base/json_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

enum { BUFFER_SIZE = 64 * 1024, REASON_SIZE = 128, NO_MORE = -1 };

/* What may come next. */
enum expectation {
    EXPECT_VALUE,
    EXPECT_FIRST_NAME,  /* Or the object's end. */
    EXPECT_FIRST_VALUE, /* Or the array's end. */
    EXPECT_MORE,        /* A comma, or the end of the object or array. */
    EXPECT_NOTHING,     /* The document is complete. */
};

/* Text that is kept up to a size. */
struct kept {
    char *bytes;
    size_t n, max;
    bool is_cut;
};

struct json_stream {
    int file, error;
    unsigned line;
    enum expectation expectation;
    bool is_bad;
    unsigned depth;
    bool is_object[JSON_STREAM_DEPTH_MAX]; /* Of those around us, outermost first. */
    size_t at, end;                        /* What is in the buffer and not yet read. */
    char name[JSON_STREAM_NAME_MAX + 1];
    char text[JSON_STREAM_TEXT_MAX + 1];
    char reason[REASON_SIZE];
    char buffer[BUFFER_SIZE];
};

static bool find_beginning(struct json_stream *s, struct json_item *item);
static bool read_value(struct json_stream *s, struct json_item *item);
static bool close_container(struct json_stream *s, int c, struct json_item *item);
static bool read_text(struct json_stream *s, struct kept *kept);
static bool read_number(struct json_stream *s, struct kept *kept);
static bool read_word(struct json_stream *s, const char *word);
static bool bad(struct json_stream *s, const char *reason);

struct json_stream *
json_stream_open(const char *path)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    struct json_stream *s;

    if (file < 0) {
        return NULL;
    }
    s = memory_zeroed(1, sizeof *s);
    s->file = file;
    s->line = 1;
    return s;
}

struct json_item
json_stream_next(struct json_stream *s)
{
    struct json_item item = { .name = "", .text = "" };

    if (s->is_bad || !find_beginning(s, &item)) {
        s->is_bad = true;
        return (struct json_item){ .event = JSON_EVENT_BAD,
                                   .line = s->line,
                                   .depth = s->depth,
                                   .name = "",
                                   .text = s->reason };
    }
    return item;
}

void
json_stream_close(struct json_stream *s)
{
    if (s == NULL) {
        return;
    }
    (void) close(s->file);
    free(s);
}

static bool
fill(struct json_stream *s)
{
    ssize_t n;

    do {
        n = read(s->file, s->buffer, sizeof s->buffer);
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
        s->error = errno;
    }
    s->at = 0;
    s->end = n > 0 ? (size_t) n : 0;
    return n > 0;
}

/* The next byte, which stays where it is, or NO_MORE. */
static int
peek(struct json_stream *s)
{
    return s->at < s->end || fill(s) ? (uint8_t) s->buffer[s->at] : NO_MORE;
}

static int
take(struct json_stream *s)
{
    const int c = peek(s);

    s->at += c != NO_MORE;
    s->line += c == '\n';
    return c;
}

static int
peek_after_space(struct json_stream *s)
{
    int c;

    while ((c = peek(s)) == ' ' || c == '\t' || c == '\n' || c == '\r') {
        (void) take(s);
    }
    return c;
}

/* Reads the name of a member and its colon. */
static bool
read_name(struct json_stream *s)
{
    struct kept name = { s->name, 0, JSON_STREAM_NAME_MAX, false };

    if (peek_after_space(s) != '"') {
        return bad(s, "expected the name of a member in quotes");
    }
    if (!read_text(s, &name)) {
        return false;
    }
    if (peek_after_space(s) != ':') {
        return bad(s, "expected a colon after the name of a member");
    }
    (void) take(s);
    return true;
}

/* Reads up to where the next value or end is, and that. */
static bool
find_beginning(struct json_stream *s, struct json_item *item)
{
    int c = peek_after_space(s);

    if (s->expectation == EXPECT_NOTHING) {
        item->event = JSON_EVENT_END;
        item->line = s->line;
        return (c == NO_MORE && s->error == 0) ||
               bad(s, "expected nothing after the end of the document");
    }
    if (s->expectation == EXPECT_MORE && c == ',') {
        (void) take(s);
        s->expectation = EXPECT_VALUE;
        if (s->is_object[s->depth - 1] && !read_name(s)) {
            return false;
        }
    } else if (s->expectation != EXPECT_VALUE && (c == '}' || c == ']')) {
        return close_container(s, c, item);
    } else if (s->expectation == EXPECT_MORE) {
        return bad(s, "expected a comma or the end of an object or array");
    } else if (s->expectation == EXPECT_FIRST_NAME && !read_name(s)) {
        return false;
    }
    c = peek_after_space(s);
    item->line = s->line;
    item->depth = s->depth;
    item->name = s->depth > 0 && s->is_object[s->depth - 1] ? s->name : "";
    return read_value(s, item);
}

static bool
open_container(struct json_stream *s, bool is_object)
{
    (void) take(s);
    if (s->depth == JSON_STREAM_DEPTH_MAX) {
        return bad(s, "objects and arrays lie too deep in one another");
    }
    s->is_object[s->depth++] = is_object;
    s->expectation = is_object ? EXPECT_FIRST_NAME : EXPECT_FIRST_VALUE;
    return true;
}

static bool
close_container(struct json_stream *s, int c, struct json_item *item)
{
    if (s->is_object[s->depth - 1] != (c == '}')) {
        return bad(s, "an object or array has the end of the other");
    }
    item->event = c == '}' ? JSON_EVENT_OBJECT_END : JSON_EVENT_ARRAY_END;
    item->line = s->line;
    (void) take(s);
    s->depth--;
    item->depth = s->depth;
    s->expectation = s->depth == 0 ? EXPECT_NOTHING : EXPECT_MORE;
    return true;
}

static bool
read_value(struct json_stream *s, struct json_item *item)
{
    struct kept text = { s->text, 0, JSON_STREAM_TEXT_MAX, false };
    const int c = peek(s);
    bool is_good = false;

    switch (c) {
    case '{':
        item->event = JSON_EVENT_OBJECT;
        return open_container(s, true);
    case '[':
        item->event = JSON_EVENT_ARRAY;
        return open_container(s, false);
    case '"':
        item->event = JSON_EVENT_TEXT;
        is_good = read_text(s, &text);
        item->text = s->text;
        item->is_cut = text.is_cut;
        break;
    case 't':
        item->event = JSON_EVENT_TRUE;
        is_good = read_word(s, "true");
        break;
    case 'f':
        item->event = JSON_EVENT_FALSE;
        is_good = read_word(s, "false");
        break;
    case 'n':
        item->event = JSON_EVENT_NULL;
        is_good = read_word(s, "null");
        break;
    default:
        item->event = JSON_EVENT_NUMBER;
        is_good = read_number(s, &text);
        item->text = s->text;
        item->is_cut = text.is_cut;
    }
    s->expectation = s->depth == 0 ? EXPECT_NOTHING : EXPECT_MORE;
    return is_good;
}

static void
keep(struct kept *kept, int c)
{
    if (c == '\0' || kept->n == kept->max) {
        kept->is_cut = true;
    } else {
        kept->bytes[kept->n++] = (char) c;
    }
}

/* Keeps a character in UTF-8 (RFC 3629 section 3). */
static void
keep_character(struct kept *kept, uint32_t c)
{
    if (c < 0x80) {
        keep(kept, (int) c);
    } else if (c < 0x800) {
        keep(kept, (int) (0xc0 | c >> 6));
        keep(kept, (int) (0x80 | (c & 0x3f)));
    } else if (c < 0x10000) {
        keep(kept, (int) (0xe0 | c >> 12));
        keep(kept, (int) (0x80 | (c >> 6 & 0x3f)));
        keep(kept, (int) (0x80 | (c & 0x3f)));
    } else {
        keep(kept, (int) (0xf0 | c >> 18));
        keep(kept, (int) (0x80 | (c >> 12 & 0x3f)));
        keep(kept, (int) (0x80 | (c >> 6 & 0x3f)));
        keep(kept, (int) (0x80 | (c & 0x3f)));
    }
}

static bool
read_hex(struct json_stream *s, uint32_t *ret)
{
    *ret = 0;
    for (unsigned i = 0; i < 4; i++) {
        const int c = peek(s);
        const int digit = c >= '0' && c <= '9'   ? c - '0'
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                 : -1;

        if (digit < 0) {
            return bad(s, "expected four hexadecimal digits after \\u");
        }
        (void) take(s);
        *ret = *ret << 4 | (uint32_t) digit;
    }
    return true;
}

/* The character that an escape stands for, without regard to surrogates. */
static bool
read_escape(struct json_stream *s, uint32_t *ret)
{
    static const char escapes[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    const int c = take(s);
    const char *escape = c <= 0 ? NULL : strchr(escapes, c);

    if (c == 'u') {
        return read_hex(s, ret);
    }
    if (escape == NULL) {
        return bad(s, "an escape that is none in a text");
    }
    *ret = (uint32_t) meanings[escape - escapes];
    return true;
}

/* Half of a surrogate pair alone is no character (RFC 8259 section 8.2), and kept as the
 * replacement character. */
static bool
read_text(struct json_stream *s, struct kept *kept)
{
    enum { REPLACEMENT = 0xfffd };
    uint32_t high = 0; /* The first half of a pair, if that came last. */

    (void) take(s);
    for (;;) {
        const int c = take(s);
        uint32_t character = (uint32_t) c;

        if (c == NO_MORE) {
            return bad(s, "the document ends inside a text");
        }
        if (c < ' ') {
            return bad(s, "a control character in a text");
        }
        if (c == '\\' && !read_escape(s, &character)) {
            return false;
        }
        if (high != 0 && c == '\\' && character >= 0xdc00 && character < 0xe000) {
            keep_character(kept, 0x10000 + ((high - 0xd800) << 10) + (character - 0xdc00));
            high = 0;
            continue;
        }
        if (high != 0) {
            keep_character(kept, REPLACEMENT);
            high = 0;
        }
        if (c == '"') {
            break;
        }
        if (c != '\\') {
            keep(kept, c);
        } else if (character >= 0xd800 && character < 0xdc00) {
            high = character;
        } else {
            keep_character(kept, character >= 0xdc00 && character < 0xe000 ? REPLACEMENT
                                                                           : character);
        }
    }
    kept->bytes[kept->n] = '\0';
    return true;
}

/* Reads one digit or more. */
static bool
read_digits(struct json_stream *s, struct kept *kept)
{
    int c = peek(s);

    if (c < '0' || c > '9') {
        return bad(s, s->depth == 0 ? "expected an object or array" : "expected a value");
    }
    for (; c >= '0' && c <= '9'; c = peek(s)) {
        keep(kept, take(s));
    }
    return true;
}

static bool
read_number(struct json_stream *s, struct kept *kept)
{
    if (peek(s) == '-') {
        keep(kept, take(s));
    }
    if (peek(s) == '0') {
        keep(kept, take(s)); /* Nothing but a point or an exponent may follow. */
    } else if (!read_digits(s, kept)) {
        return false;
    }
    if (peek(s) == '.') {
        keep(kept, take(s));
        if (!read_digits(s, kept)) {
            return false;
        }
    }
    if (peek(s) == 'e' || peek(s) == 'E') {
        keep(kept, take(s));
        if (peek(s) == '+' || peek(s) == '-') {
            keep(kept, take(s));
        }
        if (!read_digits(s, kept)) {
            return false;
        }
    }
    kept->bytes[kept->n] = '\0';
    return true;
}

static bool
read_word(struct json_stream *s, const char *word)
{
    for (; *word != '\0'; word++) {
        if (peek(s) != *word) {
            return bad(s, "expected true, false or null");
        }
        (void) take(s);
    }
    return true;
}

/* Keeps the reason; a file that could not be read, or that ends, is a better one. */
static bool
bad(struct json_stream *s, const char *reason)
{
    if (s->error != 0) {
        reason = strerror(s->error);
    } else if (s->at == s->end && peek(s) == NO_MORE) {
        reason = s->error != 0 ? strerror(s->error) : "the document is cut off";
    }
    (void) snprintf(s->reason, sizeof s->reason, "%s", reason);
    return false;
}
