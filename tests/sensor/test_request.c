/* What clients may ask, and what is said to those that ask something else. */
#include "sensor/ctl/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/support.h"

static const struct request_case {
    const char *name, *line;
    const char *reason; /* NULL: it is good. */
} cases[] = {
    { "status", "{\"command\":\"status\"}\n", NULL },
    { "incidents", "{\"command\":\"incidents\",\"max\":10}", NULL },
    { "suppress",
      "{\"command\":\"suppress\",\"rule\":\"SW-HEALTH-001\",\"until\":\"2026-12-31\","
      "\"reason\":\"ours\"}",
      NULL },
    { "reload", "{\"command\":\"reload\",\"force\":1}", NULL },
    { "a force that is none", "{\"command\":\"reload\",\"force\":2}",
      "a number from 0 to 1" },
    { "nothing", "\n", "not JSON" },
    { "no object", "[]", "not an object" },
    { "no command", "{}", "no \"command\"" },
    { "a command that is a number", "{\"command\":1}", "no \"command\"" },
    { "a command that is not there", "{\"command\":\"incident\"}",
      "did you mean \"incidents\"?" },
    { "a member that is not there", "{\"command\":\"status\",\"max\":1}",
      "status takes no \"max\"" },
    { "too few", "{\"command\":\"incidents\",\"max\":0}", "a number from 1 to 256" },
    { "too many", "{\"command\":\"incidents\",\"max\":257}", "a number from 1 to 256" },
    { "very many", "{\"command\":\"incidents\",\"max\":4294967297}", "a number from 1" },
    { "a number as text", "{\"command\":\"incidents\",\"max\":\"1\"}", "a number from 1" },
    { "a text as number", "{\"command\":\"log-level\",\"level\":4}", "a text of 1 to 15" },
    { "a text too long", "{\"command\":\"log-level\",\"level\":\"0123456789abcdef\"}",
      "a text of 1 to 15" },
    { "a line feed", "{\"command\":\"log-level\",\"level\":\"info\\n\"}", "a text of" },
    { "no reason", "{\"command\":\"suppress\",\"until\":\"2026-12-31\"}", "no \"reason\"" },
    { "an empty reason",
      "{\"command\":\"suppress\",\"until\":\"2026-12-31\",\"reason\":\"\"}",
      "\"reason\" does not fit" },
    { "port 0",
      "{\"command\":\"suppress\",\"until\":\"2026-12-31\",\"reason\":\"x\",\"port\":0}",
      "a number from 1 to 65535" },
};

static void
test_parse(void **state)
{
    const struct request_case *c = *state;
    struct ctl_request request;
    char reason[CTL_REASON_SIZE] = "";
    const bool is_good = ctl_request_parse(c->line, strlen(c->line), &request, reason);

    assert_int_equal(is_good, c->reason == NULL);
    if (c->reason != NULL && strstr(reason, c->reason) == NULL) {
        fail_msg("expected \"%s\" in \"%s\"", c->reason, reason);
    }
}

static void
test_members(void **state)
{
    static const char line[] =
        "{\"command\":\"suppress\",\"rule\":\"R\",\"peer\":\"192.0.2.0/24\",\"port\":22,"
        "\"until\":\"2026-12-31\",\"reason\":\"\xc3\xa9\",\"owner\":\"me\"}";
    struct ctl_request request;
    char reason[CTL_REASON_SIZE] = "";

    (void) state;
    assert_true(ctl_request_parse(line, strlen(line), &request, reason));
    assert_int_equal(request.command, CTL_SUPPRESS);
    assert_string_equal(request.rule, "R");
    assert_string_equal(request.peer, "192.0.2.0/24");
    assert_string_equal(request.asset, "");
    assert_int_equal(request.port, 22);
    assert_string_equal(request.until, "2026-12-31");
    assert_string_equal(request.reason, "\xc3\xa9");
    assert_string_equal(request.owner, "me");
}

static const struct words_case {
    const char *name;
    const char *words[5];
    int n;
    const char *expected; /* The line, or the reason why there is none. */
    bool is_good;
} words_cases[] = {
    { "a command alone", { "status" }, 1, "{\"command\":\"status\"}\n", true },
    { "a number",
      { "incidents", "max=7" },
      2,
      "{\"command\":\"incidents\",\"max\":7}\n",
      true },
    { "the first member",
      { "log-level", "info" },
      2,
      "{\"command\":\"log-level\",\"level\":\"info\"}\n",
      true },
    { "a text with = in it",
      { "suppress", "reason=a=b" },
      2,
      "{\"command\":\"suppress\",\"reason\":\"a=b\"}\n",
      true },
    { "a number that is none",
      { "incidents", "max=7a" },
      2,
      "{\"command\":\"incidents\",\"max\":\"7a\"}\n",
      true },
    { "a member that is not there", { "status", "x=1" }, 2, "\"x=1\" does not fit", false },
    { "a value of no member", { "status", "x" }, 2, "\"x\" does not fit", false },
    { "no command", { "statsu" }, 1, "did you mean \"status\"?", false },
};

static void
test_words(void **state)
{
    const struct words_case *c = *state;
    char *words[5] = { NULL }, *line = NULL, reason[CTL_REASON_SIZE] = "";
    size_t size;
    FILE *out = open_memstream(&line, &size);
    bool is_good;

    assert_non_null(out);
    for (int i = 0; i < c->n; i++) {
        words[i] = strdup(c->words[i]);
    }
    is_good = ctl_request_write(words, c->n, out, reason);
    assert_int_equal(fclose(out), 0);
    assert_int_equal(is_good, c->is_good);
    if (is_good) {
        assert_string_equal(line, c->expected);
    } else if (strstr(reason, c->expected) == NULL) {
        fail_msg("expected \"%s\" in \"%s\"", c->expected, reason);
    }
    for (int i = 0; i < c->n; i++) {
        free(words[i]);
    }
    free(line);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_members) };

    return RUN_CASES(cases, test_parse) + RUN_CASES(words_cases, test_words) +
           cmocka_run_group_tests(tests, NULL, NULL);
}
