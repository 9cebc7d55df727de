#ifndef BASE_JSON_READER_H
#define BASE_JSON_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A JSON document (RFC 8259) that was read, through jansson.
 *
 * Values belong to their document and last as long.  The functions take NULL for a value
 * that is not there, and a value of another type, for nothing. */
struct json_value;

enum { JSON_REASON_SIZE = 192 };

/* Reads 'n' bytes that hold one object and nothing else; a name that comes twice in it is
 * an error, and so is a text with a zero byte.  Returns NULL with the reason, or the
 * object, freed with json_value_free(). */
struct json_value *json_value_read(const char *text, size_t n,
                                   char reason[static JSON_REASON_SIZE]);
void json_value_free(struct json_value *document);

/* The member of an object, or NULL; elements of an array in their order. */
const struct json_value *json_value_member(const struct json_value *object,
                                           const char *name);
size_t json_value_n(const struct json_value *array);
const struct json_value *json_value_at(const struct json_value *array, size_t index);

/* Calls 'show' for each member of an object, in the order of the document. */
void json_value_each(const struct json_value *object,
                     void (*show)(void *context, const char *name,
                                  const struct json_value *value),
                     void *context);

/* A text, or NULL.  An integer, or false.  A number
 * of either kind, or 0.  Whether it is true. */
const char *json_value_text(const struct json_value *value);
bool json_value_integer(const struct json_value *value, int64_t *ret);
double json_value_number(const struct json_value *value);
bool json_value_is_true(const struct json_value *value);
bool json_value_is_object(const struct json_value *value);

/* Writes a value as people read it into 'text', of 'size' bytes: a text without quotes,
 * anything but a text or a number as JSON.  Returns 'text'. */
const char *json_value_format(const struct json_value *value, char *text, size_t size);

#endif
