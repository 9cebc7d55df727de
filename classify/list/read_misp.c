/* Events of MISP and the results of its searches ("MISP core format",
 * draft-dulaunoy-misp-core-format): attributes of events and of their objects.  Those that
 * are deleted, or not marked for detection ("to_ids"), are passed over; but where none is
 * marked, the mark is not in use, and all are taken. */

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "classify/list/intake.h"
#include "classify/list/json_records.h"

/* An attribute, as far as it matters here. */
struct attribute {
    const char *type, *relation, *value;
    bool is_deleted, is_for_detection;
};

static bool has_marks(const char *path);
static struct attribute attribute_of(const struct json_records *records);
static bool is_for_networks(const struct attribute *attribute);
static void take_attribute(struct intake *intake, unsigned line,
                           const struct attribute *attribute, bool marks_count);

enum { N_FIELDS = 5 };

static void
open_records(struct json_records *records, struct json_field fields[static N_FIELDS],
             const char *path)
{
    static const char *const names[N_FIELDS] = { "type", "object_relation", "value",
                                                 "to_ids", "deleted" };

    *records = (struct json_records){ .stream = json_stream_open(path),
                                      .array = "Attribute",
                                      .fields = fields,
                                      .n_fields = N_FIELDS };
    for (size_t i = 0; i < N_FIELDS; i++) {
        fields[i].name = names[i];
    }
}

int
list_read_misp(struct intake *intake)
{
    const bool marks_count = has_marks(intake->bad.file);
    struct json_field fields[N_FIELDS];
    struct json_records records;
    struct json_item item;

    open_records(&records, fields, intake->bad.file);
    if (records.stream == NULL) {
        return errno;
    }
    while ((item = json_records_next(&records)).event == JSON_EVENT_OBJECT_END) {
        const struct attribute attribute = attribute_of(&records);

        take_attribute(intake, records.line, &attribute, marks_count);
    }
    if (item.event == JSON_EVENT_BAD) {
        intake_refuse(intake, item.line, "not JSON: %s", item.text);
    }
    json_stream_close(records.stream);
    return 0;
}

/* Whether any attribute that could be looked for is marked for detection. */
static bool
has_marks(const char *path)
{
    struct json_field fields[N_FIELDS];
    struct json_records records;
    bool found = false;

    open_records(&records, fields, path);
    if (records.stream == NULL) {
        return false;
    }
    while (!found && json_records_next(&records).event == JSON_EVENT_OBJECT_END) {
        const struct attribute attribute = attribute_of(&records);

        found = is_for_networks(&attribute) && attribute.is_for_detection;
    }
    json_stream_close(records.stream);
    return found;
}

/* Some exports write 1 for true. */
static bool
is_true(const struct json_records *records, const char *name)
{
    const char *value = json_records_field(records, name)->value;

    return strcmp(value, "true") == 0 || strcmp(value, "1") == 0;
}

static struct attribute
attribute_of(const struct json_records *records)
{
    return (struct attribute){
        .type = json_records_field(records, "type")->value,
        .relation = json_records_field(records, "object_relation")->value,
        .value = json_records_field(records, "value")->value,
        .is_deleted = is_true(records, "deleted"),
        .is_for_detection = is_true(records, "to_ids"),
    };
}

/* Takes the two parts of "DOMAIN|ADDRESS", or the first of "ADDRESS|PORT". */
static void
take_value(struct intake *intake, unsigned line, const char *type, const char *value)
{
    const size_t n = strcspn(value, "|");

    intake_text(intake, line, value, n);
    if (strcmp(type, "domain|ip") == 0 && value[n] == '|') {
        intake_text(intake, line, value + n + 1, strlen(value + n + 1));
    }
}

static bool
is_for_networks(const struct attribute *attribute)
{
    static const char *const types[] = {
        "ip-src",    "ip-dst",   "ip-src|port",   "ip-dst|port", "domain",
        "domain|ip", "hostname", "hostname|port", "url",
    };

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(types[i], attribute->type) == 0) {
            return true;
        }
    }
    /* Of the object "ja4-plus", whose attributes have no type of their own. */
    return strcmp(attribute->relation, "ja4-fingerprint") == 0;
}

static void
take_attribute(struct intake *intake, unsigned line, const struct attribute *attribute,
               bool marks_count)
{
    const char *type = attribute->type;

    if (attribute->is_deleted) {
        intake_pass_over(intake, "deleted");
    } else if (!is_for_networks(attribute)) {
        intake_pass_over(intake, *type != '\0' ? type : "an attribute without a type");
    } else if (marks_count && !attribute->is_for_detection) {
        intake_pass_over(intake, "not for detection");
    } else {
        take_value(intake, line, type, attribute->value);
    }
}
