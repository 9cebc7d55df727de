#include "classify/recognise/web_head.h"

#include "classify/recognise/octets.h"

enum { BODY_MAX = 1 << 23 };

static const char version[] = "HTTP/1.";

static bool read_line(struct web_head *head, size_t length);
static bool may_be_line(const uint8_t *bytes, size_t n);
static uint8_t lower(uint8_t c);

struct web_head
web_head(const uint8_t *bytes, size_t n)
{
    struct web_head head = { .state = WEB_NONE, .bytes = bytes, .size = n };
    const uint8_t *end;

    if (!may_be_line(bytes, n)) {
        return head;
    }
    end = memchr(bytes, '\n', n);
    if (end != NULL && !read_line(&head, (size_t) (end - bytes))) {
        return head;
    }
    head.state = WEB_MORE;
    while (end != NULL) {
        const uint8_t *line = end + 1;
        const size_t left = n - (size_t) (line - bytes);

        if (left > 0 &&
            (line[0] == '\n' || (left > 1 && line[0] == '\r' && line[1] == '\n'))) {
            head.state = WEB_WHOLE;
            head.size = (size_t) (line - bytes) + (line[0] == '\n' ? 1 : 2);
            break;
        }
        end = memchr(line, '\n', left);
    }
    return head;
}

/* "GET /metadata HTTP/1.1" or "HTTP/1.1 200 OK", without an end of line. */
static bool
read_line(struct web_head *head, size_t length)
{
    const uint8_t *bytes = head->bytes;
    const uint8_t *space = memchr(bytes, ' ', length);
    size_t end = length;

    if (length > 0 && bytes[length - 1] == '\r') {
        length--;
    }
    head->has_line = true;
    if (octets_begin(bytes, length, version, sizeof version - 1)) {
        head->is_response = true;
        if (length < sizeof version + 4 || bytes[sizeof version] != ' ') {
            return false;
        }
        for (size_t i = 0; i < 3; i++) {
            const uint8_t c = bytes[sizeof version + 1 + i];

            if (c < '0' || c > '9') {
                return false;
            }
            head->status = 10 * head->status + (c - (unsigned) '0');
        }
        return true;
    }
    if (space == NULL || length < sizeof version + 2) {
        return false;
    }
    end = length - (sizeof version - 1) - 1;
    if (memcmp(bytes + end, version, sizeof version - 1) != 0 || bytes[end - 1] != ' ' ||
        bytes + end - 1 <= space) {
        return false;
    }
    head->method = (struct web_text){ bytes, (size_t) (space - bytes) };
    head->target = (struct web_text){ space + 1, (size_t) (bytes + end - 1 - (space + 1)) };
    return true;
}

/* Whether a line begins so, as far as it is there. */
static bool
may_be_line(const uint8_t *bytes, size_t n)
{
    static const char *const begins[] = { "HTTP/1.", "GET ",    "POST ",  "PUT ",
                                          "HEAD ",   "DELETE ", "PATCH ", "OPTIONS " };

    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        if (bytes[0] == (uint8_t) begins[i][0] &&
            octets_begin(bytes, n, begins[i], strlen(begins[i]))) {
            return true;
        }
    }
    return false;
}

struct web_text
web_field(const struct web_head *head, const char *name)
{
    const size_t size = strlen(name);
    const uint8_t *end = head->bytes + head->size;
    const uint8_t *line = memchr(head->bytes, '\n', head->size);

    while (line != NULL && (size_t) (end - ++line) > size) {
        const uint8_t *next = memchr(line, '\n', (size_t) (end - line));
        size_t i = 0;

        while (i < size && lower(line[i]) == (uint8_t) name[i]) {
            i++;
        }
        if (i == size && line[i] == ':' && next != NULL) {
            const uint8_t *value = line + i + 1;

            while (value < next && *value == ' ') {
                value++;
            }
            while (next > value && (next[-1] == '\r' || next[-1] == ' ')) {
                next--;
            }
            return (struct web_text){ value, (size_t) (next - value) };
        }
        line = next;
    }
    return (struct web_text){ head->bytes, 0 };
}

bool
web_holds(struct web_text text, const char *word)
{
    const size_t size = strlen(word);

    for (size_t at = 0; at + size <= text.n; at++) {
        size_t i = 0;

        while (i < size && lower(text.text[at + i]) == (uint8_t) word[i]) {
            i++;
        }
        if (i == size) {
            return true;
        }
    }
    return false;
}

bool
web_is(struct web_text text, const char *word)
{
    return text.n == strlen(word) && memcmp(text.text, word, text.n) == 0;
}

size_t
web_body_size(const struct web_head *head)
{
    const struct web_text field = web_field(head, "content-length");
    size_t size = 0;

    for (size_t i = 0; i < field.n; i++) {
        if (field.text[i] < '0' || field.text[i] > '9' || size > BODY_MAX) {
            return 0;
        }
        size = 10 * size + (size_t) (field.text[i] - '0');
    }
    return size > BODY_MAX ? 0 : size;
}

static uint8_t
lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t) (c - 'A' + 'a') : c;
}
