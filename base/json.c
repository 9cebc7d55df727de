#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/memory.h"
#include "base/utf8.h"

/* struct json is never defined: a pointer to it is a json_t pointer. */
static json_t *
of(struct json *json)
{
    return (json_t *) json;
}

struct json *
json_object_new(void)
{
    return (struct json *) json_object();
}

void
json_free(struct json *json)
{
    json_decref(of(json));
}

/* Walks to the object that holds the last name of 'path', making objects on the way.
 * Returns it, and the last name in '*ret_name'. */
static json_t *
walk(struct json *object, const char *path, const char **ret_name)
{
    json_t *at = of(object);
    const char *dot;

    for (; (dot = strchr(path, '.')) != NULL; path = dot + 1) {
        char name[64];
        const size_t n =
            (size_t) (dot - path) < sizeof name ? (size_t) (dot - path) : sizeof name - 1;
        json_t *next;

        memcpy(name, path, n);
        name[n] = '\0';
        next = json_object_get(at, name);
        if (next == NULL) {
            next = json_object();
            json_object_set_new(at, name, next);
        }
        at = next;
    }
    *ret_name = path;
    return at;
}

static void
set(struct json *object, const char *path, json_t *value)
{
    const char *name;
    json_t *holder = walk(object, path, &name);

    json_object_set_new(holder, name, value);
}

static json_t *
text_value(const char *text)
{
    json_t *value = json_string(text);
    char *clean, *to;

    if (value != NULL) {
        return value;
    }
    clean = to = memory_zeroed(3 * strlen(text) + 1, 1);
    for (const char *at = text; *at != '\0';) {
        const char *start = at;
        const bool is_known = utf8_character(&at) != UTF8_REPLACEMENT;
        const size_t n = is_known ? (size_t) (at - start) : 3;

        memcpy(to, is_known ? start : "\xef\xbf\xbd", n);
        to += n;
    }
    value = json_string(clean);
    free(clean);
    return value;
}

void
json_set_text(struct json *object, const char *path, const char *value)
{
    set(object, path, text_value(value));
}

void
json_set_integer(struct json *object, const char *path, int64_t value)
{
    set(object, path, json_integer(value));
}

void
json_set_real(struct json *object, const char *path, double value)
{
    set(object, path, json_real(value));
}

void
json_set_boolean(struct json *object, const char *path, bool value)
{
    set(object, path, json_boolean(value));
}

static void
append(struct json *object, const char *path, json_t *value)
{
    const char *name;
    json_t *holder = walk(object, path, &name);
    json_t *array = json_object_get(holder, name);

    if (array == NULL) {
        array = json_array();
        json_object_set_new(holder, name, array);
    }
    json_array_append_new(array, value);
}

void
json_append_text(struct json *object, const char *path, const char *value)
{
    append(object, path, text_value(value));
}

struct json *
json_append_object(struct json *object, const char *path)
{
    json_t *value = json_object();

    append(object, path, value);
    return (struct json *) value;
}

void
json_set_array(struct json *object, const char *path)
{
    set(object, path, json_array());
}

struct json *
json_object_at(struct json *object, const char *path)
{
    const char *name;
    json_t *holder = walk(object, path, &name);
    json_t *value = json_object_get(holder, name);

    if (value == NULL) {
        value = json_object();
        json_object_set_new(holder, name, value);
    }
    return (struct json *) value;
}

void
json_set_integer_key(struct json *object, const char *key, int64_t value)
{
    json_object_set_new(of(object), key, json_integer(value));
}

void
json_write_line(const struct json *json, FILE *out)
{
    (void) json_dumpf((const json_t *) json, out, JSON_COMPACT | JSON_REAL_PRECISION(6));
    putc('\n', out);
}
