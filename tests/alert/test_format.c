#include "alert/format.h"

#include <stdlib.h>
#include <string.h>

#include "alert/text.h"
#include "base/utf8.h"
#include "sample.h"
#include "support/golden.h"
#include "support/support.h"

static void
write_ecs(const struct alert *alert, FILE *out)
{
    format_write(FORMAT_ECS, alert, out);
}

static void
write_rfc5424(const struct alert *alert, FILE *out)
{
    format_write(FORMAT_RFC5424, alert, out);
}

/* With the header before the first. */
static void
write_table(const struct alert *alert, FILE *out)
{
    if (alert->sequence == 1) {
        format_table_header(out, false);
    }
    format_write(FORMAT_TABLE, alert, out);
}

static void
write_table_colour(const struct alert *alert, FILE *out)
{
    if (alert->sequence == 1) {
        format_table_header(out, true);
    }
    format_table_write(alert, out, true);
}

static void
write_table_narrow(const struct alert *alert, FILE *out)
{
    format_table_write_width(alert, out, false, 80);
}

struct golden_case {
    const char *name;
    void (*write)(const struct alert *alert, FILE *out);
};

static const struct golden_case golden_cases[] = {
    { "alert/alerts.ecs", write_ecs },
    { "alert/alerts.rfc5424", write_rfc5424 },
    { "alert/alerts.table", write_table },
    { "alert/alerts.table-colour", write_table_colour },
    { "alert/alerts.table-80", write_table_narrow },
};

static void
test_golden(void **state)
{
    const struct golden_case *c = *state;
    struct samples samples;
    char *text;

    samples_init(&samples);
    text = samples_text(&samples, (enum sample) 0, (enum sample)(N_SAMPLES - 1), c->write);
    golden_check(c->name, text);
    free(text);
    samples_fini(&samples);
}

/* A line as it leaves the formatter, to be freed. */
static char *
rfc5424_line(const struct alert *alert)
{
    char *line = NULL;
    size_t size;
    FILE *out = open_memstream(&line, &size);

    format_rfc5424_write(alert, out);
    (void) fclose(out);
    assert_int_equal(strlen(line), size);
    assert_int_equal(line[size - 1], '\n');
    line[size - 1] = '\0';
    return line;
}

/* Checks the shape of RFC 5424 section 6: header, structured data, a space and the rest.
 * Returns the number of elements. */
static unsigned
check_shape(const char *line)
{
    const char *at = line;
    unsigned n = 0;

    assert_int_equal(*at, '<');
    for (unsigned i = 0; i < 6; i++) {
        at = strchr(at, ' ');
        assert_non_null(at);
        at++;
    }
    if (*at == '-') {
        at++;
    }
    for (; *at == '['; n++) {
        at += strcspn(at, " ]");
        while (*at == ' ') {
            const size_t length = strcspn(++at, "=");

            assert_in_range(length, 1, 32);
            at += length + 1;
            assert_int_equal(*at++, '"');
            while (*at != '"') {
                at += *at == '\\';
                assert_true(*at != ']' || at[-1] == '\\');
                assert_int_not_equal(*at, '\0');
                at++;
            }
            at++;
        }
        assert_int_equal(*at++, ']');
    }
    assert_true(*at == '\0' || *at == ' ');
    return n;
}

static void
test_rfc5424_shape(void **state)
{
    struct samples samples;

    (void) state;
    samples_init(&samples);
    for (unsigned i = 0; i < N_SAMPLES; i++) {
        char *line = rfc5424_line(&samples.alerts[i]);

        assert_int_equal(check_shape(line), 5);
        assert_true(strlen(line) < 2048);
        free(line);
    }
    samples_fini(&samples);
}

/* However long the names are, the line stays within its limit and keeps its facts. */
static void
test_rfc5424_longest(void **state)
{
    struct samples samples;
    struct alert alert;
    struct rule rule;
    struct sensor sensor;
    struct critical_range range;
    struct range_claim claim;
    struct range_source source;
    static char quotes[5000], brackets[5000], backslashes[5000];
    char *line;

    (void) state;
    samples_init(&samples);
    memset(quotes, '"', sizeof quotes - 1);
    memset(brackets, ']', sizeof brackets - 1);
    memset(backslashes, '\\', sizeof backslashes - 1);
    alert = samples.alerts[SAMPLE_HOSTILE];
    rule = *alert.incident.verdict.rule;
    sensor = *alert.sensor;
    range = *alert.incident.verdict.ranges[FLOW_RESPONDER];
    claim = range.claims[0];
    source = *claim.source;
    rule.id = rule.title = quotes;
    sensor.hostname = sensor.version = brackets;
    source.name = claim.organisation = claim.subsector = backslashes;
    claim.source = &source;
    range.claims = &claim;
    alert.sensor = &sensor;
    alert.incident.verdict.rule = &rule;
    alert.incident.verdict.ranges[FLOW_RESPONDER] = &range;
    memset(alert.incident.verdict.places[0].as_name, '"', PLACE_AS_NAME_SIZE - 1);
    memset(alert.incident.verdict.observation.detail, '"', OBSERVATION_DETAIL_SIZE - 1);
    line = rfc5424_line(&alert);
    assert_true(strlen(line) <= RFC5424_SIZE_MAX);
    assert_int_equal(check_shape(line), 5);
    free(line);
    samples_fini(&samples);
}

static bool
is_utf8(const char *text)
{
    while (*text != '\0') {
        if (utf8_character(&text) == UTF8_REPLACEMENT) {
            return false;
        }
    }
    return true;
}

/* Any limit gives a well-formed line within it; a looser one never keeps fewer elements. */
static void
test_rfc5424_shorten(void **state)
{
    struct samples samples;

    (void) state;
    samples_init(&samples);
    for (unsigned i = 0; i < N_SAMPLES; i++) {
        char *line = rfc5424_line(&samples.alerts[i]);
        const size_t size = strlen(line);
        unsigned n_before = 0;

        for (size_t max = RFC5424_SIZE_MIN; max <= size; max++) {
            char *copy = strdup(line);
            const size_t shorter = format_rfc5424_shorten(copy, size, max);
            const unsigned n = check_shape(copy);

            assert_true(shorter <= max);
            assert_int_equal(strlen(copy), shorter);
            assert_true(i == SAMPLE_HOSTILE || is_utf8(copy));
            assert_true(n >= n_before);
            n_before = n;
            free(copy);
        }
        assert_int_equal(n_before, 5);
        free(line);
    }
    samples_fini(&samples);
}

/* sequenceId, RFC 5424 section 7.3.1. */
struct sequence_case {
    const char *name;
    uint64_t sequence;
    const char *expected;
};

static const struct sequence_case sequence_cases[] = {
    { "first", 1, "[meta sequenceId=\"1\"]" },
    { "last", 2147483647, "[meta sequenceId=\"2147483647\"]" },
    { "anew", 2147483648, "[meta sequenceId=\"1\"]" },
    { "and again", UINT64_C(4294967295), "[meta sequenceId=\"1\"]" },
};

static void
test_sequence(void **state)
{
    const struct sequence_case *c = *state;
    struct samples samples;
    char *line;

    samples_init(&samples);
    samples.alerts[0].sequence = c->sequence;
    line = rfc5424_line(&samples.alerts[0]);
    assert_non_null(strstr(line, c->expected));
    free(line);
    samples_fini(&samples);
}

/* PRI and PROCID. */
static void
test_rfc5424_header(void **state)
{
    struct samples samples;
    struct sensor sensor;
    char *line;

    (void) state;
    samples_init(&samples);
    sensor = *samples.alerts[0].sensor;
    sensor.pid = 2211;
    sensor.syslog_facility = 23;
    sensor.hostname = "";
    samples.alerts[0].sensor = &sensor;
    samples.alerts[0].incident.severity = SEVERITY_CRITICAL;
    line = rfc5424_line(&samples.alerts[0]);
    assert_ptr_equal(
        strstr(line, "<186>1 2026-06-01T11:00:00.123456Z - sectorwatch 2211 SW-"), line);
    free(line);
    samples_fini(&samples);
}

static void
test_names(void **state)
{
    enum format format;

    (void) state;
    for (unsigned i = 0; i < N_FORMATS; i++) {
        assert_true(format_parse(format_name((enum format) i), &format));
        assert_int_equal(format, i);
        assert_string_equal(format_names()[i], format_name((enum format) i));
    }
    assert_null(format_names()[N_FORMATS]);
    assert_false(format_parse("xml", &format));
    assert_false(format_parse("", &format));
}

/* No word of an alert may claim more than relevance. */
static void
test_wording(void **state)
{
    static const char *const never[] = { "violat", "confirm", "attribut", "caused",
                                         "breach" };
    struct samples samples;

    (void) state;
    samples_init(&samples);
    for (unsigned format = 0; format < N_FORMATS; format++) {
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        for (unsigned i = 0; i < N_SAMPLES; i++) {
            format_write((enum format) format, &samples.alerts[i], out);
        }
        (void) fclose(out);
        for (size_t i = 0; i < N_ELEMENTS(never); i++) {
            assert_null(strstr(text, never[i]));
        }
        assert_non_null(strstr(text, "relevant to JS-P4-ENERGY"));
        free(text);
    }
    samples_fini(&samples);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rfc5424_shape),   cmocka_unit_test(test_rfc5424_longest),
        cmocka_unit_test(test_rfc5424_shorten), cmocka_unit_test(test_rfc5424_header),
        cmocka_unit_test(test_names),           cmocka_unit_test(test_wording),
    };

    return RUN_CASES(golden_cases, test_golden) + RUN_CASES(sequence_cases, test_sequence) +
           cmocka_run_group_tests(tests, NULL, NULL);
}
