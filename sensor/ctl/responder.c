#include "sensor/ctl/responder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/json_reader.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/timestamp.h"
#include "rules/suppress.h"
#include "sensor/ctl/suppress_file.h"

/* A sensor that is busy answers within a batch; one that does not within this hangs.  A
 * reload takes as long as loading does. */
static const uint64_t patience_ns = 10 * NS_PER_SECOND;
static const uint64_t reload_patience_ns = 50 * NS_PER_SECOND;

static char *answer(bool is_good, const char *name, const char *value, size_t *ret_size);
static char *suppress(const struct responder *responder, const struct ctl_request *request,
                      unsigned user, size_t *ret_size);

char *
respond_to_request(const struct responder *responder, const char *line, size_t n,
                   unsigned user, size_t *ret_size)
{
    struct question question = { .kind = QUESTION_REQUEST };
    char reason[CTL_REASON_SIZE], *text;

    if (!ctl_request_parse(line, n, &question.request, reason)) {
        return answer(false, "error", reason, ret_size);
    }
    if (question.request.command == CTL_SUPPRESS) {
        return suppress(responder, &question.request, user, ret_size);
    }
    text = mailbox_ask(responder->mailbox, &question,
                       question.request.command == CTL_RELOAD ? reload_patience_ns
                                                              : patience_ns,
                       ret_size);
    return text != NULL ? text
                        : answer(false, "error", "the sensor does not answer", ret_size);
}

char *
respond_to_http(const struct responder *responder, const char *text, size_t n,
                size_t *ret_size)
{
    static const char get[] = "GET ";
    const struct question question = {
        .kind = QUESTION_METRICS,
        .is_openmetrics = memmem(text, n, "text/plain", strlen("text/plain")) == NULL ||
                          memmem(text, n, "openmetrics", strlen("openmetrics")) != NULL,
    };
    const char *type = question.is_openmetrics
                           ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                           : "text/plain; version=0.0.4; charset=utf-8";
    const char *status = "503 Service Unavailable";
    char *metrics = NULL, *all = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&all, ret_size);

    if (out == NULL) {
        fputs("sectorwatch: out of memory\n", stderr);
        abort();
    }
    if (n < strlen(get) || memcmp(text, get, strlen(get)) != 0) {
        status = "405 Method Not Allowed\r\nAllow: GET";
    } else if ((metrics = mailbox_ask(responder->mailbox, &question, patience_ns, &size)) !=
               NULL) {
        status = "200 OK";
    }
    fprintf(out, "HTTP/1.0 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n", status,
            type, size);
    if (metrics != NULL) {
        fwrite(metrics, 1, size, out);
    }
    free(metrics);
    (void) fclose(out);
    return all;
}

static char *
answer(bool is_good, const char *name, const char *value, size_t *ret_size)
{
    struct json *json = json_object_new();
    char *text = NULL;
    FILE *out = open_memstream(&text, ret_size);

    if (out == NULL) {
        fputs("sectorwatch: out of memory\n", stderr);
        abort();
    }
    json_set_boolean(json, "ok", is_good);
    json_set_text(json, name, value);
    json_write_line(json, out);
    json_free(json);
    (void) fclose(out);
    return text;
}

/* Whether the sensor knows the rule that is to be suppressed; "": any. */
static bool
is_good_rule(const struct responder *responder, const char *rule,
             char reason[static CTL_REASON_SIZE])
{
    const struct question question = { .kind = QUESTION_RULE, .text = rule };
    size_t size = 0;
    char *wrong;

    if (*rule == '\0') {
        return true;
    }
    wrong = mailbox_ask(responder->mailbox, &question, patience_ns, &size);
    (void) snprintf(reason, CTL_REASON_SIZE, "%.*s", (int) size,
                    wrong != NULL ? wrong : "");
    if (wrong == NULL) {
        (void) snprintf(reason, CTL_REASON_SIZE, "the sensor does not answer");
    }
    free(wrong);
    return *reason == '\0';
}

/* Whether 'text' would do as the file of suppressions; false with the first thing that is
 * wrong with it.  However long it is, whoever captures does not wait. */
static bool
is_good_file(const struct responder *responder, const char *text,
             char reason[static CTL_REASON_SIZE])
{
    struct problem_list *problems = problem_list_new();
    const char *name = responder->suppress_file;

    suppressions_free(suppressions_new_text(text, name, NULL, timestamp_now(), problems));
    for (size_t i = problem_list_n(problems); i > 0; i--) {
        const struct problem *problem = problem_list_at(problems, i - 1);

        if (problem->severity == PROBLEM_ERROR) {
            (void) snprintf(reason, CTL_REASON_SIZE, "%.128s:%u: %s", name, problem->line,
                            problem->message);
        }
    }
    problem_list_free(problems);
    return *reason == '\0';
}

/* Takes over what was written; the answer is that it is in force, or why not yet. */
static char *
reload(const struct responder *responder, char reason[static CTL_REASON_SIZE],
       size_t *ret_size)
{
    const struct question question = { .kind = QUESTION_REQUEST,
                                       .request.command = CTL_RELOAD };
    size_t size = 0;
    char *text = mailbox_ask(responder->mailbox, &question, reload_patience_ns, &size);
    struct json_value *outcome = text == NULL ? NULL : json_value_read(text, size, reason);
    const char *error = json_value_text(json_value_member(outcome, "error"));
    const bool is_taken = json_value_is_true(json_value_member(outcome, "ok"));

    (void) snprintf(reason, CTL_REASON_SIZE, "written, but not in force: %s",
                    error != NULL ? error : "the sensor does not answer");
    json_value_free(outcome);
    free(text);
    return is_taken ? answer(true, "message", "in force", ret_size)
                    : answer(false, "error", reason, ret_size);
}

/* Adds the entry while no other sensor does, so that none is lost. */
static char *
suppress(const struct responder *responder, const struct ctl_request *request,
         unsigned user, size_t *ret_size)
{
    char reason[CTL_REASON_SIZE] = "", *text = NULL;
    struct suppress_file file;
    uint64_t until_ns;
    bool is_good = false;

    if (*responder->suppress_file == '\0') {
        return answer(false, "error", "ctl.suppress names no file", ret_size);
    }
    if (timestamp_parse_date(request->until, &until_ns) && until_ns <= timestamp_now()) {
        return answer(false, "error", "\"until\" is past", ret_size);
    }
    if (is_good_rule(responder, request->rule, reason) &&
        suppress_file_begin(&file, responder->suppress_file, reason)) {
        text = suppress_file_with(&file, request, user, reason);
        is_good = text != NULL && is_good_file(responder, text, reason) &&
                  suppress_file_replace(&file, text, reason);
        suppress_file_end(&file);
    }
    free(text);
    if (!is_good) {
        return answer(false, "error", reason, ret_size);
    }
    log_info("ctl", "user %u suppresses rule \"%s\" peer \"%s\" asset \"%s\" until %s: %s",
             user, request->rule, request->peer, request->asset, request->until,
             request->reason);
    return reload(responder, reason, ret_size);
}
