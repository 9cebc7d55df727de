#include "alert/text.h"

#include <assert.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static const char ellipsis[] = "\xe2\x80\xa6";
static const char replacement[] = "\xef\xbf\xbd";

enum { ELLIPSIS_LENGTH = sizeof ellipsis - 1, FORMAT_SIZE = 256 };

/* Code points from 'first' to 'last'. */
struct span {
    uint32_t first, last;
};

static bool is_steering(uint32_t character);
static bool is_in(const struct span *spans, size_t n, uint32_t character);
static void cut(struct text *text);

struct text
text_init(char *buffer, size_t size)
{
    buffer[0] = '\0';
    return (struct text){ .bytes = buffer, .size = size };
}

void
text_add(struct text *text, const char *piece)
{
    text_add_at_most(text, piece, SIZE_MAX);
}

void
text_add_at_most(struct text *text, const char *piece, size_t max)
{
    const size_t limit = max < text->size - text->n ? text->n + max + 1 : text->size;
    const struct text whole = *text;
    const char *at = piece;

    text->size = limit;
    while (*at != '\0' && !text->is_cut) {
        const char *start = at;
        const uint32_t character = utf8_character(&at);
        const char *bytes = is_steering(character)                             ? " "
                            : character == UTF8_REPLACEMENT && at - start == 1 ? replacement
                                                                               : start;
        const size_t n = bytes == start ? (size_t) (at - start) : strlen(bytes);

        if (text->n + n >= text->size) {
            cut(text);
        } else {
            memcpy(text->bytes + text->n, bytes, n);
            text->n += n;
            text->bytes[text->n] = '\0';
        }
    }
    text->size = whole.size;
    if (limit < whole.size) {
        text->is_cut = whole.is_cut; /* Only this piece was too long. */
    }
}

/* Ends a full text with "…", in place of the characters that it covers. */
static void
cut(struct text *text)
{
    size_t n = text->size - 1 - ELLIPSIS_LENGTH;

    text->is_cut = true;
    if (text->size <= ELLIPSIS_LENGTH) {
        return;
    }
    if (n > text->n) {
        n = text->n;
    }
    while (n > 0 && n < text->n && (text->bytes[n] & 0xc0) == 0x80) {
        n--;
    }
    memcpy(text->bytes + n, ellipsis, sizeof ellipsis);
    text->n = n + ELLIPSIS_LENGTH;
}

void
text_format(struct text *text, const char *format, ...)
{
    char piece[FORMAT_SIZE];
    va_list args;

    va_start(args, format);
    (void) vsnprintf(piece, sizeof piece, format, args);
    va_end(args);
    text_add(text, piece);
}

unsigned
text_character_width(uint32_t character)
{
    static const struct span combining[] = {
        { 0x0300, 0x036f }, { 0x0483, 0x0489 }, { 0x0591, 0x05bd }, { 0x0610, 0x061a },
        { 0x064b, 0x065f }, { 0x0900, 0x0902 }, { 0x093c, 0x093c }, { 0x0941, 0x0948 },
        { 0x094d, 0x094d }, { 0x0e31, 0x0e31 }, { 0x0e34, 0x0e3a }, { 0x0e47, 0x0e4e },
        { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff }, { 0x200b, 0x200f }, { 0x20d0, 0x20ff },
        { 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f }, { 0xfeff, 0xfeff }, { 0xe0100, 0xe01ef },
    };
    static const struct span wide[] = {
        { 0x1100, 0x115f },   { 0x2e80, 0x303e },   { 0x3041, 0x4dbf },
        { 0x4e00, 0xa4cf },   { 0xa960, 0xa97f },   { 0xac00, 0xd7a3 },
        { 0xf900, 0xfaff },   { 0xfe30, 0xfe6f },   { 0xff00, 0xff60 },
        { 0xffe0, 0xffe6 },   { 0x1f300, 0x1f64f }, { 0x1f900, 0x1f9ff },
        { 0x20000, 0x3fffd },
    };

    if (is_in(combining, sizeof combining / sizeof combining[0], character)) {
        return 0;
    }
    return is_in(wide, sizeof wide / sizeof wide[0], character) ? 2 : 1;
}

size_t
text_width(const char *text)
{
    size_t width = 0;

    while (*text != '\0') {
        width += text_character_width(utf8_character(&text));
    }
    return width;
}

/* True for control characters (C0, DEL, C1), line and paragraph separators, and those that
 * turn the reading direction (Unicode Standard Annex 9). */
static bool
is_steering(uint32_t character)
{
    static const struct span steering[] = {
        { 0x0000, 0x001f }, { 0x007f, 0x009f }, { 0x061c, 0x061c },
        { 0x200e, 0x200f }, { 0x2028, 0x202e }, { 0x2066, 0x2069 },
    };

    return is_in(steering, sizeof steering / sizeof steering[0], character);
}

static bool
is_in(const struct span *spans, size_t n, uint32_t character)
{
    for (size_t i = 0; i < n && spans[i].first <= character; i++) {
        if (character <= spans[i].last) {
            return true;
        }
    }
    return false;
}

void
text_add_param(struct text *text, const char *name, const char *value, size_t max)
{
    char clean_buffer[TEXT_PARAM_MAX + 1], escaped[2 * TEXT_PARAM_MAX + 1];
    struct text clean = text_init(clean_buffer, max + 1);
    size_t n = 0;

    assert(max <= TEXT_PARAM_MAX);
    if (*value == '\0') {
        return;
    }
    text_add(&clean, value);
    for (const char *at = clean_buffer; *at != '\0'; at++) {
        if (strchr("\"\\]", *at) != NULL) {
            escaped[n++] = '\\';
        }
        escaped[n++] = *at;
    }
    escaped[n] = '\0';
    text_format(text, " %s=\"", name);
    text_add(text, escaped);
    text_add(text, "\"");
}

void
text_add_header_field(struct text *text, const char *value, size_t max)
{
    if (*value == '\0') {
        text_add(text, "-");
    }
    for (size_t i = 0; i < max && value[i] != '\0'; i++) {
        text_format(text, "%c", value[i] > ' ' && value[i] < 0x7f ? value[i] : '?');
    }
}
