/* Warninglists of MISP (github.com/MISP/misp-warninglists): an object with the entries in
 * "list" and, in "type", how they are meant.  A "string" stands for itself; a "hostname"
 * for those below it, too; parts of names and regular expressions cannot be looked up. */

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/json_stream.h"
#include "classify/list/intake.h"

enum { TYPE_SIZE = 32 };

static void read_type(const char *path, char type[static TYPE_SIZE]);
static void take_entry(struct intake *intake, const struct json_item *item,
                       const char *type);

int
list_read_warninglist(struct intake *intake)
{
    struct json_stream *stream;
    bool is_in_list = false;
    struct json_item item;
    char type[TYPE_SIZE];

    read_type(intake->bad.file, type);
    stream = json_stream_open(intake->bad.file);
    if (stream == NULL) {
        return errno;
    }
    do {
        item = json_stream_next(stream);
        if (item.depth == 1) {
            is_in_list = item.event == JSON_EVENT_ARRAY && strcmp(item.name, "list") == 0;
        } else if (is_in_list && item.depth == 2 && item.event == JSON_EVENT_TEXT) {
            take_entry(intake, &item, type);
        }
    } while (item.event != JSON_EVENT_END && item.event != JSON_EVENT_BAD);
    if (item.event == JSON_EVENT_BAD) {
        intake_refuse(intake, item.line, "not JSON: %s", item.text);
    }
    json_stream_close(stream);
    return 0;
}

/* It may come after the entries, so it is looked for first. */
static void
read_type(const char *path, char type[static TYPE_SIZE])
{
    struct json_stream *stream = json_stream_open(path);
    struct json_item item;

    type[0] = '\0';
    if (stream == NULL) {
        return;
    }
    do {
        item = json_stream_next(stream);
        if (item.depth == 1 && item.event == JSON_EVENT_TEXT &&
            strcmp(item.name, "type") == 0 && strlen(item.text) < TYPE_SIZE) {
            memcpy(type, item.text, strlen(item.text) + 1);
        }
    } while (type[0] == '\0' && item.event != JSON_EVENT_END &&
             item.event != JSON_EVENT_BAD);
    json_stream_close(stream);
}

static void
take_entry(struct intake *intake, const struct json_item *item, const char *type)
{
    struct indicator indicator;

    if (strcmp(type, "regex") == 0 || strcmp(type, "substring") == 0) {
        intake_pass_over(intake, type);
    } else if (strcmp(type, "string") == 0 &&
               indicator_read(item->text, strlen(item->text), &indicator) == INDICATOR_OK &&
               indicator.kind == INDICATOR_DOMAIN) {
        indicator.scope = DOMAIN_ITSELF;
        intake_add(intake, item->line, &indicator);
    } else {
        intake_text(intake, item->line, item->text, strlen(item->text));
    }
}
