#include "classify/list/json_records.h"

#include <assert.h>
#include <string.h>

static void begin(struct json_records *records, const struct json_item *item);
static void take(struct json_records *records, const struct json_item *item);

struct json_item
json_records_next(struct json_records *records)
{
    enum { NONE = 0 };
    unsigned depth = NONE; /* Of the members of the object that we are in. */

    for (;;) {
        const struct json_item item = json_stream_next(records->stream);

        switch (item.event) {
        case JSON_EVENT_ARRAY:
            records->is_ours[item.depth] = strcmp(item.name, records->array) == 0;
            break;
        case JSON_EVENT_OBJECT:
            if (depth == NONE && item.depth > 0 && records->is_ours[item.depth - 1]) {
                begin(records, &item);
                depth = item.depth + 1;
            }
            records->is_ours[item.depth] = false;
            break;
        case JSON_EVENT_OBJECT_END:
            if (item.depth + 1 == depth) {
                return item;
            }
            break;
        case JSON_EVENT_ARRAY_END:
            break;
        case JSON_EVENT_TEXT:
        case JSON_EVENT_NUMBER:
        case JSON_EVENT_TRUE:
        case JSON_EVENT_FALSE:
        case JSON_EVENT_NULL:
            if (item.depth == depth) {
                take(records, &item);
            }
            break;
        case JSON_EVENT_END:
        case JSON_EVENT_BAD:
            return item;
        }
    }
}

const struct json_field *
json_records_field(const struct json_records *records, const char *name)
{
    size_t i = 0;

    while (strcmp(records->fields[i].name, name) != 0) {
        i++;
        assert(i < records->n_fields);
    }
    return &records->fields[i];
}

static void
begin(struct json_records *records, const struct json_item *item)
{
    records->line = item->line;
    for (size_t i = 0; i < records->n_fields; i++) {
        records->fields[i].value[0] = '\0';
        records->fields[i].is_cut = false;
    }
}

static void
take(struct json_records *records, const struct json_item *item)
{
    const char *value = item->event == JSON_EVENT_TRUE    ? "true"
                        : item->event == JSON_EVENT_FALSE ? "false"
                                                          : item->text;

    for (size_t i = 0; i < records->n_fields; i++) {
        struct json_field *field = &records->fields[i];

        if (strcmp(field->name, item->name) == 0) {
            memcpy(field->value, value, strlen(value) + 1);
            field->is_cut = item->is_cut;
        }
    }
}
