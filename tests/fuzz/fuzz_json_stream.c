/* Any bytes as a JSON document: what jansson takes, the stream takes too, and nothing else;
 * but the stream knows neither names that come twice nor characters that are none. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_reader.h"
#include "base/json_stream.h"
#include "memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whether it is good to its end. */
static bool
is_taken(const char *path)
{
    struct json_stream *stream = json_stream_open(path);
    struct json_item item;

    if (stream == NULL) {
        abort();
    }
    do {
        item = json_stream_next(stream);
        if (strlen(item.text) > JSON_STREAM_TEXT_MAX ||
            strlen(item.name) > JSON_STREAM_NAME_MAX ||
            item.depth > JSON_STREAM_DEPTH_MAX) {
            abort();
        }
    } while (item.event != JSON_EVENT_END && item.event != JSON_EVENT_BAD);
    json_stream_close(stream);
    return item.event == JSON_EVENT_END;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct memory_file file = memory_file_of(data, size);
    const bool taken = is_taken(file.path);
    char reason[JSON_REASON_SIZE];
    struct json_value *value = json_value_read((const char *) data, size, reason);

    if (value != NULL && !taken) {
        abort();
    }
    json_value_free(value);
    memory_file_close(&file);
    return 0;
}
