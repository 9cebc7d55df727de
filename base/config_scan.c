#include "base/config_scan.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Where a scan stands.  It knows as much of the syntax as it takes to tell a number from a
 * comment, a text and a name. */
struct scan {
    const char *at, *file;
    unsigned line;
    bool is_line_start; /* Only blanks come before 'at' on its line. */
    bool has_include, is_good;
    struct problem_list *problems;
};

static void scan_token(struct scan *scan);

bool
config_scan(const char *text, size_t size, const char *file, struct problem_list *problems,
            bool *has_include)
{
    struct scan scan = { .at = text,
                         .file = file,
                         .line = 1,
                         .is_line_start = true,
                         .is_good = true,
                         .problems = problems };

    while (*scan.at != '\0') {
        scan_token(&scan);
    }
    if (scan.at != text + size) {
        problem_error(problems, file, scan.line, "there is a zero byte; expected text");
        scan.is_good = false;
    }
    *has_include = scan.has_include;
    return scan.is_good;
}

/* Passes over 'n' characters. */
static void
pass(struct scan *scan, size_t n)
{
    for (; n > 0; n--) {
        scan->line += *scan->at++ == '\n';
    }
}

/* Notes an error at 'line'. */
static void
add_open_error(struct scan *scan, unsigned line, const char *message)
{
    problem_error(scan->problems, scan->file, line, "%s", message);
    scan->is_good = false;
}

static void
pass_block_comment(struct scan *scan)
{
    const char *end = strstr(scan->at + 2, "*/");
    const unsigned line = scan->line;

    pass(scan, end == NULL ? strlen(scan->at) : (size_t) (end + 2 - scan->at));
    if (end == NULL) {
        add_open_error(scan, line,
                       "the comment that begins here does not end; expected */");
    }
}

/* Passes over a text in quotes, in which a backslash makes the next character ordinary. */
static void
pass_text(struct scan *scan)
{
    const unsigned line = scan->line;

    pass(scan, 1);
    while (*scan->at != '\0' && *scan->at != '"') {
        pass(scan, scan->at[0] == '\\' && scan->at[1] != '\0' ? 2 : 1);
    }
    if (*scan->at == '\0') {
        add_open_error(scan, line, "the text that begins here does not end; expected \"");
        return;
    }
    pass(scan, 1);
}

static bool
is_in_range(const char *digits, int base, bool is_negative, bool is_long)
{
    const uint64_t max = is_long ? INT64_MAX : INT32_MAX;
    unsigned long long value;

    errno = 0;
    value = strtoull(digits, NULL, base);
    return errno == 0 && value <= max + is_negative;
}

/* Looks at a number, and passes over it and all that is written together with it. */
static void
check_number(struct scan *scan, bool is_negative)
{
    const bool is_hex = scan->at[0] == '0' && (scan->at[1] == 'x' || scan->at[1] == 'X');
    const char *digits = scan->at + (is_hex ? 2 : 0);
    const size_t n = strspn(digits, is_hex ? "0123456789abcdefABCDEF" : "0123456789");
    const bool is_long = digits[n] == 'L';
    const bool is_real = !is_hex && digits[n] != '\0' && strchr(".eE", digits[n]) != NULL;

    if (!is_real && !is_in_range(digits, is_hex ? 16 : 10, is_negative, is_long)) {
        problem_error(scan->problems, scan->file, scan->line,
                      "the number %s%.*s is too large; expected one of 32 bits, or with "
                      "an L at its end one of 64",
                      is_negative ? "-" : "", (int) (n < 40 ? n : 40) + (is_hex ? 2 : 0),
                      scan->at);
        scan->is_good = false;
    }
    pass(scan, strspn(scan->at, "0123456789.+-eExXabcdefABCDEFL"));
}

static void
scan_token(struct scan *scan)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ*";
    const bool is_line_start = scan->is_line_start;
    const char c = *scan->at, next = scan->at[1];

    scan->is_line_start = c == '\n' || (is_line_start && (c == ' ' || c == '\t'));
    if (c == '#' || (c == '/' && next == '/')) {
        pass(scan, strcspn(scan->at, "\n"));
    } else if (c == '/' && next == '*') {
        pass_block_comment(scan);
    } else if (c == '"') {
        pass_text(scan);
    } else if (c >= '0' && c <= '9') {
        check_number(scan, false);
    } else if (c == '-' && next >= '0' && next <= '9') {
        pass(scan, 1);
        check_number(scan, true);
    } else if (strchr(letters, c) != NULL) {
        pass(scan, strspn(scan->at, letters));
        pass(scan, strspn(scan->at, "0123456789-_"));
    } else {
        scan->has_include |=
            is_line_start && strncmp(scan->at, "@include", strlen("@include")) == 0;
        pass(scan, 1);
    }
}
