#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/memory.h"

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

/* Length of the UTF-8 sequence at 'at' (RFC 3629 section 4), or 0 if it is not one. */
static size_t
utf8_length(const unsigned char *at)
{
    const size_t n = at[0] < 0x80                     ? 1
                     : at[0] >= 0xc2 && at[0] <= 0xdf ? 2
                     : at[0] >= 0xe0 && at[0] <= 0xef ? 3
                     : at[0] >= 0xf0 && at[0] <= 0xf4 ? 4
                                                      : 0;

    for (size_t i = 1; i < n; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
        (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f)) {
        return 0;
    }
    return n;
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
    for (const unsigned char *at = (const unsigned char *) text; *at != '\0';) {
        const size_t n = utf8_length(at);

        memcpy(to, n == 0 ? "\xef\xbf\xbd" : (const char *) at, n == 0 ? 3 : n);
        to += n == 0 ? 3 : n;
        at += n == 0 ? 1 : n;
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
