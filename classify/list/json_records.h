#ifndef CLASSIFY_LIST_JSON_RECORDS_H
#define CLASSIFY_LIST_JSON_RECORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json_stream.h"

/* The objects in the arrays of one name, however deep in a document, each as the few
 * members that its reader wants to know. */

struct json_field {
    const char *name;
    char value[JSON_STREAM_TEXT_MAX + 1]; /* Texts and numbers as they are; "true", "false";
                                             "" if there is none. */
    bool is_cut;                          /* The text is longer than that. */
};

struct json_records {
    struct json_stream *stream;
    const char *array;         /* The name of the arrays. */
    struct json_field *fields; /* Names are given, values are found. */
    size_t n_fields;
    unsigned line;                       /* Where the object begins. */
    bool is_ours[JSON_STREAM_DEPTH_MAX]; /* By depth: an array of that name. */
};

/* Goes on to the end of the next object.  Returns what it ends with: OBJECT_END, END after
 * the last object, or BAD. */
struct json_item json_records_next(struct json_records *records);

/* The value of the field called 'name', which must be one of them. */
const struct json_field *json_records_field(const struct json_records *records,
                                            const char *name);

#endif
