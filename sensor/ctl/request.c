#include "sensor/ctl/request.h"

#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/json.h"
#include "base/json_reader.h"

enum { MEMBERS_MAX = 8 };

/* Beside each number its range. */
struct member {
    const char *name; /* NULL: no more. */
    size_t offset;
    size_t size; /* Of a text; 0: it is a number. */
    uint32_t min, max;
    bool is_needed;
    const char *help;
};

#define TEXT(name)                                                                        \
#    name, offsetof(struct ctl_request, name), sizeof((struct ctl_request *) NULL)->name, \
        0, 0
#define NUMBER(name) #name, offsetof(struct ctl_request, name), 0

static const struct row {
    const char *name, *help;
    struct member members[MEMBERS_MAX];
} table[N_CTL_COMMANDS] = {
    [CTL_STATUS] = { "status",
                     "how the sensor does: what its heartbeat says, its log level and its "
                     "sandbox",
                     { { 0 } } },
    [CTL_COUNTERS] = { "counters", "all counters", { { 0 } } },
    [CTL_TALLIES] = { "tallies",
                      "alerts so far by sector, severity, concern, rule and country",
                      { { 0 } } },
    [CTL_INCIDENTS] = { "incidents",
                        "the open incidents, the one with the latest verdict first",
                        { { NUMBER(max), 1, CTL_INCIDENTS_MAX, false,
                            "at most so many" } } },
    [CTL_LOG_LEVEL] = { "log-level",
                        "leaves messages out of the log that are less urgent",
                        { { TEXT(level), true, "error, warning or info" } } },
    [CTL_SUPPRESS] = { "suppress",
                       "adds a suppression to the file ctl.suppress",
                       { { TEXT(rule), false, "verdicts of this rule" },
                         { TEXT(peer), false, "of this peer, an address or a prefix" },
                         { TEXT(asset), false, "of this asset" },
                         { NUMBER(port), 1, 65535, false, "at this port of it" },
                         { TEXT(until), true, "the day on which it ends, 2026-12-31" },
                         { TEXT(reason), true, "why" },
                         { TEXT(owner), false, "who wants it; else the user" } } },
    [CTL_RELOAD] = { "reload",
                     "takes over the policy as its files have it now, as SIGHUP does, and "
                     "says how that ended",
                     { { NUMBER(force), 0, 1, false,
                         "1: also if ranges, rules or a list shrink to less than "
                         "half" } } },
};

static bool read_member(const struct json_value *value, const struct member *member,
                        struct ctl_request *request, char reason[static CTL_REASON_SIZE]);
static bool check_names(const struct json_value *document, const struct row *row,
                        char reason[static CTL_REASON_SIZE]);
static const struct row *find_row(const char *name);
static const struct member *find_member(const struct row *row, const char *name, size_t n);

/* What is said of a command that is not there. */
static void
name_commands(const char *given, char reason[static CTL_REASON_SIZE])
{
    const char *names[N_CTL_COMMANDS + 1] = { NULL };
    const char *nearest;
    int n;

    n = snprintf(reason, CTL_REASON_SIZE, "unknown command \"%.40s\"; expected", given);
    for (unsigned i = 0; i < N_CTL_COMMANDS; i++) {
        names[i] = table[i].name;
        n += snprintf(&reason[n], CTL_REASON_SIZE - (size_t) n, "%s %s", i == 0 ? "" : ",",
                      names[i]);
    }
    nearest = config_nearest(given, names);
    if (nearest != NULL) {
        (void) snprintf(&reason[n], CTL_REASON_SIZE - (size_t) n, "; did you mean \"%s\"?",
                        nearest);
    }
}

bool
ctl_request_parse(const char *line, size_t n, struct ctl_request *ret,
                  char reason[static CTL_REASON_SIZE])
{
    struct json_value *document = json_value_read(line, n, reason);
    const char *name = json_value_text(json_value_member(document, "command"));
    struct ctl_request request = { .max = 64 };
    const struct row *row;
    bool is_good = false;

    if (document == NULL) {
        return false;
    }
    row = find_row(name);
    if (name == NULL) {
        (void) snprintf(reason, CTL_REASON_SIZE, "no \"command\"");
    } else if (row == NULL) {
        name_commands(name, reason);
    } else {
        request.command = (enum ctl_command)(row - table);
        is_good = check_names(document, row, reason);
        for (const struct member *m = row->members; is_good && m->name != NULL; m++) {
            is_good =
                read_member(json_value_member(document, m->name), m, &request, reason);
        }
    }
    json_value_free(document);
    if (is_good) {
        *ret = request;
    }
    return is_good;
}

/* A value that is none goes as a text, for the sensor to say what it expects. */
static bool
is_number(const char *value)
{
    return *value != '\0' && strspn(value, "0123456789") == strlen(value);
}

bool
ctl_request_write(char *const *words, int n, FILE *out, char reason[static CTL_REASON_SIZE])
{
    const struct row *row = find_row(words[0]);
    struct json *json;
    bool is_good = true;

    if (row == NULL) {
        name_commands(words[0], reason);
        return false;
    }
    json = json_object_new();
    json_set_text(json, "command", words[0]);
    for (int i = 1; is_good && i < n; i++) {
        const size_t length = strcspn(words[i], "=");
        const bool is_named = words[i][length] == '=';
        const struct member *member =
            is_named ? find_member(row, words[i], length) : &row->members[0];
        const char *value = is_named ? &words[i][length + 1] : words[i];

        if (member == NULL || member->name == NULL) {
            (void) snprintf(reason, CTL_REASON_SIZE, "\"%.80s\" does not fit command %s",
                            words[i], row->name);
            is_good = false;
        } else if (member->size == 0 && is_number(value)) {
            json_set_integer(json, member->name, (int64_t) strtoul(value, NULL, 10));
        } else {
            json_set_text(json, member->name, value);
        }
    }
    if (is_good) {
        json_write_line(json, out);
    }
    json_free(json);
    return is_good;
}

void
ctl_commands_write_manual(FILE *out)
{
    for (const struct row *row = table; row < &table[N_CTL_COMMANDS]; row++) {
        fprintf(out, ".TP\n\\fB%s\\fR", row->name);
        for (const struct member *m = row->members; m->name != NULL; m++) {
            fprintf(out, m->is_needed ? " %s=\\fI%s\\fR" : " [%s=\\fI%s\\fR]", m->name,
                    m->size == 0 ? "N" : "TEXT");
        }
        fprintf(out, "\n%s", row->help);
        for (const struct member *m = row->members; m->name != NULL; m++) {
            fprintf(out, "%s\\fB%s\\fR, %s", m == row->members ? ": " : "; ", m->name,
                    m->help);
        }
        fputs(".\n", out);
    }
}

void
ctl_commands_write_names(FILE *out)
{
    for (const struct row *row = table; row < &table[N_CTL_COMMANDS]; row++) {
        fprintf(out, "%s%s", row == table ? "" : " ", row->name);
    }
}

static const struct row *
find_row(const char *name)
{
    for (const struct row *row = table; name != NULL && row < &table[N_CTL_COMMANDS];
         row++) {
        if (strcmp(name, row->name) == 0) {
            return row;
        }
    }
    return NULL;
}

static const struct member *
find_member(const struct row *row, const char *name, size_t n)
{
    for (const struct member *m = row->members; m->name != NULL; m++) {
        if (strlen(m->name) == n && memcmp(m->name, name, n) == 0) {
            return m;
        }
    }
    return NULL;
}

struct name_check {
    const struct row *row;
    char *reason;
};

static void
check_name(void *context, const char *name, const struct json_value *value)
{
    const struct name_check *check = context;

    (void) value;
    if (*check->reason == '\0' && strcmp(name, "command") != 0 &&
        find_member(check->row, name, strlen(name)) == NULL) {
        (void) snprintf(check->reason, CTL_REASON_SIZE, "%s takes no \"%.80s\"",
                        check->row->name, name);
    }
}

/* Every member is one that the command knows. */
static bool
check_names(const struct json_value *document, const struct row *row,
            char reason[static CTL_REASON_SIZE])
{
    struct name_check check = { .row = row, .reason = reason };

    *reason = '\0';
    json_value_each(document, check_name, &check);
    return *reason == '\0';
}

static bool
is_plain(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char) *text < ' ' || *text == 0x7f) {
            return false;
        }
    }
    return true;
}

static bool
read_text(const struct json_value *value, const struct member *member, char *to,
          char reason[static CTL_REASON_SIZE])
{
    const char *text = json_value_text(value);

    if (text == NULL || !is_plain(text) || strlen(text) >= member->size ||
        (member->is_needed && *text == '\0')) {
        (void) snprintf(reason, CTL_REASON_SIZE,
                        "\"%s\" does not fit; expected a text of %s%zu characters: %s",
                        member->name, member->is_needed ? "1 to " : "up to ",
                        member->size - 1, member->help);
        return false;
    }
    (void) strcpy(to, text);
    return true;
}

static bool
read_number(const struct json_value *value, const struct member *member, uint32_t *to,
            char reason[static CTL_REASON_SIZE])
{
    int64_t number;

    if (!json_value_integer(value, &number) || number < member->min ||
        number > member->max) {
        (void) snprintf(reason, CTL_REASON_SIZE,
                        "\"%s\" does not fit; expected a number from %u to %u: %s",
                        member->name, (unsigned) member->min, (unsigned) member->max,
                        member->help);
        return false;
    }
    *to = (uint32_t) number;
    return true;
}

static bool
read_member(const struct json_value *value, const struct member *member,
            struct ctl_request *request, char reason[static CTL_REASON_SIZE])
{
    void *to = (char *) request + member->offset;

    if (value == NULL) {
        if (member->is_needed) {
            (void) snprintf(reason, CTL_REASON_SIZE, "no \"%s\": %s", member->name,
                            member->help);
        }
        return !member->is_needed;
    }
    return member->size > 0 ? read_text(value, member, to, reason)
                            : read_number(value, member, to, reason);
}
