#include "base/json_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

/* struct json_value is never defined: a pointer to it is a json_t pointer. */
static const json_t *
of(const struct json_value *value)
{
    return (const json_t *) value;
}

struct json_value *
json_value_read(const char *text, size_t n, char reason[static JSON_REASON_SIZE])
{
    json_error_t error;
    json_t *document;

    if (memchr(text, '\0', n) != NULL) { /* Jansson passes over some. */
        (void) snprintf(reason, JSON_REASON_SIZE, "not JSON: it has a zero byte");
        return NULL;
    }
    document = json_loadb(text, n, JSON_REJECT_DUPLICATES, &error);
    if (document == NULL) {
        (void) snprintf(reason, JSON_REASON_SIZE, "not JSON: %s", error.text);
        return NULL;
    }
    if (!json_is_object(document)) {
        json_decref(document);
        (void) snprintf(reason, JSON_REASON_SIZE, "not an object; expected {\"...\": ...}");
        return NULL;
    }
    return (struct json_value *) document;
}

void
json_value_free(struct json_value *document)
{
    json_decref((json_t *) document);
}

const struct json_value *
json_value_member(const struct json_value *object, const char *name)
{
    return (const struct json_value *) json_object_get(of(object), name);
}

size_t
json_value_n(const struct json_value *array)
{
    return json_array_size(of(array));
}

const struct json_value *
json_value_at(const struct json_value *array, size_t index)
{
    return (const struct json_value *) json_array_get(of(array), index);
}

/* jansson wants an object that may be changed, which walking through it does not do. */
void
json_value_each(const struct json_value *object,
                void (*show)(void *context, const char *name,
                             const struct json_value *value),
                void *context)
{
    json_t *walked = (json_t *) (uintptr_t) object;
    const char *name;
    json_t *value;

    json_object_foreach(walked, name, value)
    {
        show(context, name, (const struct json_value *) value);
    }
}

const char *
json_value_text(const struct json_value *value)
{
    return json_string_value(of(value));
}

bool
json_value_integer(const struct json_value *value, int64_t *ret)
{
    if (!json_is_integer(of(value))) {
        return false;
    }
    *ret = json_integer_value(of(value));
    return true;
}

double
json_value_number(const struct json_value *value)
{
    return json_number_value(of(value));
}

bool
json_value_is_true(const struct json_value *value)
{
    return json_is_true(of(value));
}

bool
json_value_is_object(const struct json_value *value)
{
    return json_is_object(of(value));
}

const char *
json_value_format(const struct json_value *value, char *text, size_t size)
{
    char *json;

    if (json_is_string(of(value))) {
        (void) snprintf(text, size, "%s", json_string_value(of(value)));
    } else if (json_is_integer(of(value))) {
        (void) snprintf(text, size, "%" JSON_INTEGER_FORMAT, json_integer_value(of(value)));
    } else if (json_is_real(of(value))) {
        (void) snprintf(text, size, "%.6g", json_real_value(of(value)));
    } else {
        json = json_dumps(of(value), JSON_COMPACT | JSON_ENCODE_ANY);
        (void) snprintf(text, size, "%s", json != NULL ? json : "");
        free(json);
    }
    return text;
}
