#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* A JSON document that is built up and written, through jansson.
 *
 * Members are set by dotted path: json_set_text(doc, "source.geo.country_iso_code", "NG")
 * makes the objects on the way, which is how ECS names its fields.  Members keep the order
 * in which they were first set, so output is stable.  Text that is not UTF-8 has each wrong
 * byte replaced by U+FFFD, so that every line is valid JSON whatever came in. */
struct json;

struct json *json_object_new(void);
void json_free(struct json *json);

void json_set_text(struct json *object, const char *path, const char *value);
void json_set_integer(struct json *object, const char *path, int64_t value);
void json_set_real(struct json *object, const char *path, double value);
void json_set_boolean(struct json *object, const char *path, bool value);

/* Appends to the array at 'path', making it if need be.  json_append_object() returns the
 * object appended, which belongs to the array. */
void json_append_text(struct json *object, const char *path, const char *value);
struct json *json_append_object(struct json *object, const char *path);

/* Makes an empty array, for one to which nothing may be appended. */
void json_set_array(struct json *object, const char *path);

/* Returns the object at 'path', making it if need be, also where it stays empty; it belongs
 * to 'object'.  Its own keys may then hold dots: json_set_integer_key() does not split. */
struct json *json_object_at(struct json *object, const char *path);
void json_set_integer_key(struct json *object, const char *key, int64_t value);

/* Writes the document on one line with a newline at the end. */
void json_write_line(const struct json *json, FILE *out);

#endif
