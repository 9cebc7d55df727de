/* Bundles of STIX 2.0 and 2.1: the indicators among their objects.  Those that are revoked,
 * or whose time was over before the list's, are passed over. */

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/timestamp.h"
#include "classify/list/intake.h"
#include "classify/list/json_records.h"
#include "classify/list/stix_pattern.h"

static void take_object(struct intake *intake, const struct json_records *records);
static void take_pattern(struct intake *intake, unsigned line, const char *pattern);

int
list_read_stix(struct intake *intake)
{
    struct json_field fields[] = {
        { .name = "type" },        { .name = "pattern" }, { .name = "pattern_type" },
        { .name = "valid_until" }, { .name = "revoked" },
    };
    struct json_records records = { .stream = json_stream_open(intake->bad.file),
                                    .array = "objects",
                                    .fields = fields,
                                    .n_fields = sizeof fields / sizeof fields[0] };
    struct json_item item;

    if (records.stream == NULL) {
        return errno;
    }
    while ((item = json_records_next(&records)).event == JSON_EVENT_OBJECT_END) {
        take_object(intake, &records);
    }
    if (item.event == JSON_EVENT_BAD) {
        intake_refuse(intake, item.line, "not JSON: %s", item.text);
    }
    json_stream_close(records.stream);
    return 0;
}

/* Whether a time, "2026-06-01T12:00:00Z" or "", is of a day before the list's. */
static bool
is_over(const struct intake *intake, const char *time)
{
    char day[sizeof "2026-06-01"];
    uint64_t day_ns;

    if (strlen(time) < sizeof day - 1) {
        return false;
    }
    memcpy(day, time, sizeof day - 1);
    day[sizeof day - 1] = '\0';
    return timestamp_parse_date(day, &day_ns) && day_ns < intake->list->date_ns;
}

static void
take_object(struct intake *intake, const struct json_records *records)
{
    const struct json_field *pattern = json_records_field(records, "pattern");
    const char *pattern_type = json_records_field(records, "pattern_type")->value;

    if (strcmp(json_records_field(records, "type")->value, "indicator") != 0) {
        return;
    }
    if (strcmp(json_records_field(records, "revoked")->value, "true") == 0) {
        intake_pass_over(intake, "revoked");
    } else if (is_over(intake, json_records_field(records, "valid_until")->value)) {
        intake_pass_over(intake, "no longer valid");
    } else if (*pattern_type != '\0' && strcmp(pattern_type, "stix") != 0) {
        intake_pass_over(intake, pattern_type);
    } else if (pattern->is_cut) {
        intake_pass_over(intake, "a long pattern");
    } else {
        take_pattern(intake, records->line, pattern->value);
    }
}

static bool
is_for_networks(const char *path)
{
    static const char *const paths[] = {
        "ipv4-addr:value",
        "ipv6-addr:value",
        "domain-name:value",
        "url:value",
    };

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (strcmp(paths[i], path) == 0) {
            return true;
        }
    }
    return false;
}

/* A pattern is taken whole or not at all, so it is walked through before. */
static void
take_pattern(struct intake *intake, unsigned line, const char *pattern)
{
    struct stix_pattern walk = { .at = pattern };
    enum stix_status status;

    do {
        status = stix_pattern_next(&walk);
    } while (status == STIX_COMPARISON);
    if (status == STIX_OTHER) {
        intake_pass_over(intake, walk.path);
        return;
    }
    if (status == STIX_WRONG) {
        intake_bad(intake, line, "\"%.60s\" is no pattern and is passed over", pattern);
        return;
    }
    walk = (struct stix_pattern){ .at = pattern };
    while (stix_pattern_next(&walk) == STIX_COMPARISON) {
        if (is_for_networks(walk.path)) {
            intake_text(intake, line, walk.value, strlen(walk.value));
        } else {
            intake_pass_over(intake, walk.path);
        }
    }
}
