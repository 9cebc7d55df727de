#ifndef BASE_JSON_STREAM_H
#define BASE_JSON_STREAM_H

#include <stdbool.h>
#include <stddef.h>

/* A JSON document (RFC 8259) read value by value from a file, however large: unlike
 * json_value_read() it keeps nothing of what it has shown, and knows the line of each
 * value. */
struct json_stream;

enum {
    JSON_STREAM_TEXT_MAX = 4095, /* Bytes shown of a text; the rest is read and dropped. */
    JSON_STREAM_NAME_MAX = 127,  /* The same for the name of a member. */
    JSON_STREAM_DEPTH_MAX = 64,  /* Objects and arrays inside one another. */
};

enum json_event {
    JSON_EVENT_OBJECT, /* An object begins; its members follow, then its end. */
    JSON_EVENT_OBJECT_END,
    JSON_EVENT_ARRAY,
    JSON_EVENT_ARRAY_END,
    JSON_EVENT_TEXT,
    JSON_EVENT_NUMBER,
    JSON_EVENT_TRUE,
    JSON_EVENT_FALSE,
    JSON_EVENT_NULL,
    JSON_EVENT_END, /* The document is complete; nothing follows it but white space. */
    JSON_EVENT_BAD, /* It is not JSON from here on; said again if asked again. */
};

/* What was found.  Texts are UTF-8 as in the file, with escapes replaced, and last until
 * the next call. */
struct json_item {
    enum json_event event;
    unsigned line;    /* Where it begins, from 1. */
    unsigned depth;   /* Objects and arrays around it; of an end as of its beginning. */
    const char *name; /* Of a member of an object; "" of an element of an array. */
    const char *text; /* The text, or the number as it is written; BAD: what is wrong. */
    bool is_cut;      /* The text is longer than was shown, or has a zero character. */
};

/* Opens the file at 'path'.  Returns NULL, with the reason in errno, if it cannot be
 * opened; otherwise freed with json_stream_close(). */
struct json_stream *json_stream_open(const char *path);

/* Finds the next thing in the document.  A read that fails is BAD, with the reason. */
struct json_item json_stream_next(struct json_stream *stream);
void json_stream_close(struct json_stream *stream);

#endif
