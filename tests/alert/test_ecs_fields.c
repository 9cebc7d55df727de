/* Each field of an ECS alert must exist in the schema, with the type that it gives
 * (ecs_flat.yml of the schema's repository, read from the folder that is not part of the
 * project). */
#include "alert/format.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/ip.h"
#include "sample.h"
#include "support/support.h"

/* The value of "  key: value" within the entry of 'field' in the schema, or NULL. */
static const char *
schema_value(const char *schema, const char *field, const char *key, char *value,
             size_t size)
{
    char heading[256], row[128];
    const char *at;

    (void) snprintf(heading, sizeof heading, "\n%s:\n", field);
    at = strncmp(schema, heading + 1, strlen(heading + 1)) == 0 ? schema
                                                                : strstr(schema, heading);
    if (at == NULL) {
        return NULL;
    }
    at += strcspn(at + 1, "\n") + 2;
    (void) snprintf(row, sizeof row, "  %s:", key);
    for (; strncmp(at, "  ", 2) == 0 || *at == '\n'; at += strcspn(at, "\n") + 1) {
        if (strncmp(at, row, strlen(row)) == 0) {
            at += strlen(row);
            at += *at == ' ';
            (void) snprintf(value, size, "%.*s", (int) strcspn(at, "\n"), at);
            return value;
        }
    }
    return NULL;
}

static bool
is_date(const char *text)
{
    unsigned year, month, day, hour, minute, second, fraction;
    char zone;

    return sscanf(text, "%4u-%2u-%2uT%2u:%2u:%2u.%6u%c", &year, &month, &day, &hour,
                  &minute, &second, &fraction, &zone) == 8 &&
           zone == 'Z';
}

static bool
has_type(const json_t *value, const char *type)
{
    struct ip_address address;

    if (strcmp(type, "keyword") == 0 || strcmp(type, "match_only_text") == 0 ||
        strcmp(type, "wildcard") == 0) {
        return json_is_string(value) && *json_string_value(value) != '\0';
    }
    if (strcmp(type, "long") == 0) {
        return json_is_integer(value);
    }
    if (strcmp(type, "float") == 0) {
        return json_is_real(value);
    }
    if (strcmp(type, "date") == 0) {
        return json_is_string(value) && is_date(json_string_value(value));
    }
    if (strcmp(type, "ip") == 0) {
        return json_is_string(value) && ip_parse(json_string_value(value), &address);
    }
    return false;
}

/* Fails unless 'value' is what the schema's field called 'path' takes. */
static void
check_field(const char *schema, const char *path, const json_t *value)
{
    char type[64];
    const char *quoted = *path == '@' ? "'@timestamp'" : path;

    if (strncmp(path, "labels.", 7) == 0) {
        assert_true(json_is_string(value));
        return;
    }
    if (schema_value(schema, quoted, "type", type, sizeof type) == NULL) {
        fail_msg("ECS has no field %s", path);
    }
    if (json_is_array(value)) {
        char normalize[64] = "";

        (void) schema_value(schema, quoted, "normalize", normalize, sizeof normalize);
        assert_string_equal(normalize, "");
        for (size_t i = 0; i < json_array_size(value); i++) {
            assert_true(has_type(json_array_get(value, i), type));
        }
    } else if (!has_type(value, type)) {
        fail_msg("%s is no %s", path, type);
    }
}

/* Walks the object, whose members' names are put after 'path'. */
static void
check_object(const char *schema, const char *path, json_t *object)
{
    const char *key;
    json_t *value;

    json_object_foreach(object, key, value)
    {
        char inner[256];

        (void) snprintf(inner, sizeof inner, "%s%s%s", path, *path == '\0' ? "" : ".", key);
        if (json_is_object(value)) {
            check_object(schema, inner, value);
        } else {
            check_field(schema, inner, value);
        }
    }
}

static void
test_fields(void **state)
{
    char *schema = read_whole_file(shared_path_or_skip("siem/ecs_flat.yml"));
    struct samples samples;

    (void) state;
    samples_init(&samples);
    for (unsigned i = 0; i < N_SAMPLES; i++) {
        char *line =
            samples_text(&samples, (enum sample) i, (enum sample) i, format_ecs_write);
        json_t *json = json_loads(line, 0, NULL);

        assert_non_null(json);
        assert_string_equal(strchr(line, '\n'), "\n");
        check_object(schema, "", json);
        json_decref(json);
        free(line);
    }
    samples_fini(&samples);
    free(schema);
}

/* What every alert has to say, whatever it is about. */
static void
test_complete(void **state)
{
    static const char *const paths[] = {
        "event.id",
        "event.sequence",
        "@timestamp",
        "event.created",
        "event.start",
        "event.end",
        "event.duration",
        "event.reason",
        "event.risk_score",
        "rule.id",
        "rule.version",
        "source.ip",
        "destination.ip",
        "network.community_id",
        "network.direction",
        "labels.sector",
        "labels.concern",
        "labels.paragraph",
        "labels.relation",
        "labels.evidence",
        "labels.basis",
        "labels.confidence",
        "labels.incident_id",
        "labels.incident_state",
        "labels.range",
        "labels.count_since_last",
        "labels.sensor_loss_percent",
        "observer.version",
        "labels.incident_count",
        "labels.asset",
    };
    struct samples samples;

    (void) state;
    samples_init(&samples);
    for (unsigned i = 0; i < N_SAMPLES; i++) {
        char *line =
            samples_text(&samples, (enum sample) i, (enum sample) i, format_ecs_write);
        json_t *json = json_loads(line, 0, NULL);

        for (size_t j = 0; j < N_ELEMENTS(paths); j++) {
            char path[64], *rest = path;
            const json_t *at = json;

            (void) snprintf(path, sizeof path, "%s", paths[j]);
            for (char *name; (name = strsep(&rest, ".")) != NULL;) {
                at = json_object_get(at, name);
            }
            if (at == NULL) {
                fail_msg("%s is missing", paths[j]);
            }
        }
        json_decref(json);
        free(line);
    }
    samples_fini(&samples);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_complete),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
