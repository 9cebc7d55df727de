#include "scenarios/payload.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/random.h"

enum { PAYLOAD_MAX = 1024 * 1024, LABEL_MAX = 63 };

struct item {
    const char *name;
    bool (*read)(struct parser *p, struct buffer *out, size_t size);
    size_t size; /* Bytes of a number. */
};

static bool read_hex(struct parser *p, struct buffer *out, size_t size);
static bool read_zero(struct parser *p, struct buffer *out, size_t size);
static bool read_uint(struct parser *p, struct buffer *out, size_t size);
static bool read_sized(struct parser *p, struct buffer *out, size_t size);
static bool read_labels(struct parser *p, struct buffer *out, size_t size);
static bool read_address(struct parser *p, struct buffer *out, size_t size);
static bool read_filler(struct parser *p, struct buffer *out);
static bool read_message(struct parser *p, struct buffer *out);

static const struct item items[] = {
    { "hex", read_hex, 0 },       { "zero", read_zero, 0 },
    { "u8", read_uint, 1 },       { "u16", read_uint, 2 },
    { "u24", read_uint, 3 },      { "u32", read_uint, 4 },
    { "size8", read_sized, 1 },   { "size16", read_sized, 2 },
    { "size24", read_sized, 3 },  { "size32", read_sized, 4 },
    { "labels", read_labels, 0 }, { "address", read_address, 0 },
};

bool
payload_item(struct parser *p, struct buffer *out)
{
    const struct token *token = parser_peek(p);

    if (token->kind == TOKEN_TEXT) {
        (void) parser_next(p);
        buffer_add(out, token->text, token->length);
        return true;
    }
    if (token->kind != TOKEN_WORD) {
        return parser_error(p, token, "a payload was expected, not '%s'", token->text);
    }
    if (isdigit((unsigned char) token->text[0])) {
        return read_filler(p, out);
    }
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
        if (parser_accept(p, items[i].name)) {
            return items[i].read(p, out, items[i].size);
        }
    }
    return read_message(p, out);
}

bool
payload_block(struct parser *p, struct buffer *out)
{
    bool ok = true;

    while (parser_peek(p)->kind != TOKEN_CLOSE) {
        if (parser_peek(p)->kind == TOKEN_END) {
            return parser_error(p, p->at, "a block is not closed by '}'");
        }
        if (parser_peek(p)->kind == TOKEN_LINE) {
            (void) parser_next(p);
        } else if (!payload_item(p, out)) {
            parser_skip_statement(p);
            ok = false;
        }
    }
    (void) parser_next(p);
    return ok;
}

/* A text of hexadecimal digits, two a byte; white space is passed over. */
static bool
read_hex(struct parser *p, struct buffer *out, size_t size)
{
    const struct token *token = parser_next(p);
    char byte[3] = "";
    size_t n_digits = 0;

    (void) size;
    for (size_t i = 0; token->kind == TOKEN_TEXT && i < token->length; i++) {
        const char c = token->text[i];

        if (isxdigit((unsigned char) c)) {
            byte[n_digits++ % 2] = c;
            if (n_digits % 2 == 0) {
                buffer_u8(out, (unsigned) strtoul(byte, NULL, 16));
            }
        } else if (c != ' ') {
            n_digits = 1;
            break;
        }
    }
    if (token->kind != TOKEN_TEXT || n_digits % 2 != 0) {
        return parser_error(p, token,
                            "hexadecimal digits in quotes, two a byte, were expected");
    }
    return true;
}

static bool
read_zero(struct parser *p, struct buffer *out, size_t size)
{
    uint32_t n;

    (void) size;
    if (!parser_number(p, "a number of bytes", 0, PAYLOAD_MAX, &n)) {
        return false;
    }
    buffer_fill(out, 0, n);
    return true;
}

static bool
read_uint(struct parser *p, struct buffer *out, size_t size)
{
    uint32_t value;

    if (!parser_number(p, "a number", 0, UINT32_MAX >> 8 * (4 - size), &value)) {
        return false;
    }
    buffer_uint(out, value, size);
    return true;
}

static bool
read_sized(struct parser *p, struct buffer *out, size_t size)
{
    const struct token *start = p->at;
    const size_t offset = out->n;
    size_t n;

    if (!parser_open(p, "size")) {
        return false;
    }
    buffer_fill(out, 0, size);
    if (!payload_block(p, out)) {
        return false;
    }
    n = out->n - offset - size;
    if (n > UINT32_MAX >> 8 * (4 - size)) {
        return parser_error(p, start, "%zu bytes are too many for this size field", n);
    }
    buffer_set_uint(out, offset, (uint32_t) n, size);
    return true;
}

static bool
read_labels(struct parser *p, struct buffer *out, size_t size)
{
    const struct token *token = parser_next(p);

    (void) size;
    if (token->kind != TOKEN_TEXT) {
        return parser_error(p, token, "a name in quotes was expected, not '%s'",
                            token->text);
    }
    for (const char *at = token->text; *at != '\0';) {
        const size_t n = strcspn(at, ".");

        if (n == 0 || n > LABEL_MAX) {
            return parser_error(p, token, "'%s' is not a domain name", token->text);
        }
        buffer_u8(out, (unsigned) n);
        buffer_add(out, at, n);
        at += n + (at[n] == '.');
    }
    buffer_u8(out, 0);
    return true;
}

static bool
read_address(struct parser *p, struct buffer *out, size_t size)
{
    struct ip_address address;
    uint8_t bytes[16];

    (void) size;
    if (!parser_address_of(p, &address)) {
        return false;
    }
    buffer_add(out, bytes, ip_to_bytes(address, bytes));
    return true;
}

/* Bytes that look like encrypted ones. */
static bool
read_filler(struct parser *p, struct buffer *out)
{
    uint64_t state = out->n;
    uint32_t n;

    if (!parser_number(p, "a number of bytes", 0, PAYLOAD_MAX, &n)) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        buffer_u8(out, random_next(&state) & 0xff);
    }
    return true;
}

static const char *
message_hint(struct parser *p, const char *name)
{
    const char *names[256];
    size_t n = 0;

    for (const struct definition *d = p->definitions; d != NULL && n < 255; d = d->next) {
        if (d->is_message) {
            names[n++] = d->name;
        }
    }
    names[n] = NULL;
    return parser_hint(p, name, names);
}

static bool
read_message(struct parser *p, struct buffer *out)
{
    const struct token *use = parser_next(p);
    const struct definition *definition = parser_definition(p, use->text);
    const struct frame *outer = p->frame;
    const struct token *after;
    struct frame frame;
    bool ok;

    if (definition == NULL || !definition->is_message) {
        return parser_error(p, use, "there is no message '%s'%s", use->text,
                            message_hint(p, use->text));
    }
    if (!parser_arguments(p, use, definition, &frame)) {
        return false;
    }
    after = p->at;
    p->at = definition->body;
    p->frame = &frame;
    p->depth++;
    ok = payload_block(p, out);
    p->depth--;
    p->frame = outer;
    p->at = after;
    return ok;
}
