/* Pictures made from answers, against golden files: wide, small, and of a sensor that does
 * not answer. */
#include "sensor/top_picture.h"

#include <stdlib.h>
#include <string.h>

#include "support/golden.h"
#include "support/support.h"

static const char status[] =
    "{\"ok\":true,\"version\":\"1.2.3\",\"state\":\"trouble\",\"interface\":\"eth1\","
    "\"up_seconds\":93784,\"alerts\":17,\"alerts_waiting\":2,\"flow_table_percent\":25.0,"
    "\"incident_table_percent\":0.1,\"policy\":\"0123456789abcdef\","
    "\"trouble\":\"2 alerts wait\"}";

static const char tallies[] =
    "{\"ok\":true,\"alerts\":{\"sector\":{\"energy\":3,\"healthcare\":14},"
    "\"country\":{\"XA\":9,\"XB\":5,\"unknown\":3},"
    "\"rule\":{\"R-A\":1,\"R-B\":4,\"R-C\":1,\"A-RULE-WITH-A-VERY-LONG-NAME\":11}}}";

static const char incidents[] =
    "{\"ok\":true,\"open\":2,\"incidents\":["
    "{\"severity\":\"high\",\"rule\":\"R-B\",\"title\":\"Caf\xc3\xa9 "
    "\\u001b[31m\xe6\x9d\xb1\","
    "\"peer\":{\"address\":\"203.0.113.17\",\"country\":\"XA\"},"
    "\"asset\":{\"address\":\"192.0.2.10\",\"country\":\"XC\"},"
    "\"last\":\"2026-06-01T09:02:10.000000Z\"},"
    "{\"severity\":\"low\",\"rule\":\"R-C\",\"title\":\"Another\","
    "\"peer\":{\"address\":\"2001:db8:a::66\"},\"asset\":{},\"last\":\"\"}]}";

static const struct picture_case {
    const char *name;
    unsigned columns, rows;
    bool has_answers;
    const char *error;
} cases[] = {
    { "wide", 100, 20, true, "" },
    { "small", 64, 9, true, "" },
    { "one-line", 20, 1, true, "" },
    { "no-answer", 60, 12, true, "the sensor does not answer any more" },
    { "nothing", 60, 3, false, "no sensor runs here" },
};

static struct json_value *
read_answer(const char *text)
{
    char reason[JSON_REASON_SIZE];

    return json_value_read(text, strlen(text), reason);
}

static void
test_picture(void **state)
{
    const struct picture_case *c = *state;
    struct json_value *answers[] = { read_answer(status), read_answer(tallies),
                                     read_answer(incidents) };
    const struct top_view view = {
        .status = c->has_answers ? answers[0] : NULL,
        .tallies = c->has_answers ? answers[1] : NULL,
        .incidents = c->has_answers ? answers[2] : NULL,
        .packets_per_second = 123456.7,
        .critical_percent = 3.14,
        .error = c->error,
    };
    char *text = NULL, name[64];
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    unsigned n_lines = 1;

    assert_non_null(out);
    top_picture_write(&view, c->columns, c->rows, out);
    putc('\n', out);
    assert_int_equal(fclose(out), 0);
    for (const char *at = text; at[1] != '\0'; at++) {
        n_lines += *at == '\n';
    }
    assert_int_equal(n_lines, c->rows);
    (void) snprintf(name, sizeof name, "top/%s.txt", c->name);
    golden_check(name, text);
    free(text);
    for (size_t i = 0; i < N_ELEMENTS(answers); i++) {
        assert_non_null(answers[i]);
        json_value_free(answers[i]);
    }
}

int
main(void)
{
    return RUN_CASES(cases, test_picture);
}
