#include "scenarios/token.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/buffer.h"

struct scanner {
    const char *at;
    const char *file;
    unsigned line;
    struct arena *arena;
    struct problem_list *problems;
    struct token *tokens;
    size_t n, capacity;
};

static bool read_file(const char *path, struct buffer *text);
static void scan(struct scanner *s);
static void add(struct scanner *s, enum token_kind kind, const char *text, size_t length);
static void scan_word(struct scanner *s);
static void scan_text(struct scanner *s);

const struct token *
token_read(const char *path, struct arena *arena, struct problem_list *problems)
{
    struct buffer text = { 0 };
    struct scanner s = { .line = 1, .arena = arena, .problems = problems };
    struct token *tokens;

    if (!read_file(path, &text)) {
        problem_error(problems, path, 0, "cannot be read: %s", strerror(errno));
        buffer_fini(&text);
        return NULL;
    }
    s.file = arena_text(arena, path);
    s.at = (const char *) text.bytes;
    scan(&s);
    tokens = arena_take(arena, s.n * sizeof *tokens);
    memcpy(tokens, s.tokens, s.n * sizeof *tokens);
    free(s.tokens);
    buffer_fini(&text);
    return tokens;
}

/* The whole file with a terminating zero; a zero within ends it early. */
static bool
read_file(const char *path, struct buffer *text)
{
    FILE *file = fopen(path, "rb");
    char block[4096];
    size_t n;
    bool ok;

    if (file == NULL) {
        return false;
    }
    while ((n = fread(block, 1, sizeof block, file)) > 0) {
        buffer_add(text, block, n);
    }
    ok = ferror(file) == 0;
    buffer_u8(text, 0);
    (void) fclose(file);
    return ok;
}

static void
scan(struct scanner *s)
{
    for (; *s->at != '\0';) {
        switch (*s->at) {
        case '\n':
            add(s, TOKEN_LINE, "end of line", strlen("end of line"));
            s->line++;
            s->at++;
            break;
        case ' ':
        case '\t':
        case '\r':
            s->at++;
            break;
        case '#':
            s->at += strcspn(s->at, "\n");
            break;
        case '{':
        case '}':
            add(s, *s->at == '{' ? TOKEN_OPEN : TOKEN_CLOSE, s->at, 1);
            s->at++;
            break;
        case '"':
            scan_text(s);
            break;
        default:
            scan_word(s);
            break;
        }
    }
    add(s, TOKEN_LINE, "end of file", strlen("end of file"));
    add(s, TOKEN_END, "end of file", strlen("end of file"));
}

static void
add(struct scanner *s, enum token_kind kind, const char *text, size_t length)
{
    s->tokens = memory_grow(s->tokens, s->n, &s->capacity, sizeof *s->tokens);
    s->tokens[s->n++] = (struct token){
        .kind = kind,
        .text = arena_text_n(s->arena, text, length),
        .length = length,
        .file = s->file,
        .line = s->line,
    };
}

static void
scan_word(struct scanner *s)
{
    const size_t n = strcspn(s->at, " \t\r\n{}\"#");

    add(s, TOKEN_WORD, s->at, n);
    s->at += n;
}

static int
hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Reads what follows a backslash; returns its value, or -1. */
static int
scan_escape(struct scanner *s)
{
    static const char names[] = "nrt\"\\", values[] = "\n\r\t\"\\";
    const char c = *s->at;
    const char *name = c == '\0' ? NULL : strchr(names, c);

    if (name != NULL) {
        s->at++;
        return values[name - names];
    }
    if (c == 'x' && hex_digit(s->at[1]) >= 0 && hex_digit(s->at[2]) >= 0) {
        s->at += 3;
        return hex_digit(s->at[-2]) << 4 | hex_digit(s->at[-1]);
    }
    return -1;
}

static void
scan_text(struct scanner *s)
{
    struct buffer text = { 0 };

    for (s->at++; *s->at != '"';) {
        int value = (unsigned char) *s->at;

        if (*s->at == '\0' || *s->at == '\n') {
            problem_error(s->problems, s->file, s->line, "a text is not closed by \"");
            break;
        }
        s->at++;
        if (value == '\\' && (value = scan_escape(s)) < 0) {
            problem_error(s->problems, s->file, s->line,
                          "unknown escape in a text: it may hold \\n \\r \\t \\\" \\\\ "
                          "and \\x with two hexadecimal digits");
            value = '?';
        }
        buffer_u8(&text, (unsigned) value);
    }
    s->at += *s->at == '"';
    buffer_u8(&text, 0);
    add(s, TOKEN_TEXT, (const char *) text.bytes, text.n - 1);
    buffer_fini(&text);
}
