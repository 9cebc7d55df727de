#ifndef CLASSIFY_RECOGNISE_WEB_HEAD_H
#define CLASSIFY_RECOGNISE_WEB_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Inside this folder: the head of an HTTP/1 message (RFC 9112), for protocols that are
 * spoken over HTTP or begin with it. */
struct web_text {
    const uint8_t *text;
    size_t n;
};

struct web_head {
    enum { WEB_NONE, WEB_MORE, WEB_WHOLE } state;
    bool is_response;
    bool has_line;                  /* The first line is there, and what is in it: */
    struct web_text method, target; /* of a request, */
    unsigned status;                /* or of a response. */
    const uint8_t *bytes;
    size_t size; /* To the end of the empty line, or what is there of it. */
};

struct web_head web_head(const uint8_t *bytes, size_t n);

/* The value of the first field of a name in lower case; empty if there is none. */
struct web_text web_field(const struct web_head *head, const char *name);

/* Whether a text holds a word in lower case, in whatever case it is written itself. */
bool web_holds(struct web_text text, const char *word);

/* Whether it is this, in the same case. */
bool web_is(struct web_text text, const char *word);

/* How long the body is, as far as the head tells; 0 if it does not. */
size_t web_body_size(const struct web_head *head);

#endif
