#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alert/text.h"
#include "base/memory.h"
#include "sensor/command.h"
#include "sensor/ctl/client.h"
#include "sensor/paths.h"

enum { WORDS_MAX = 16, VALUE_SIZE = 512, LINE_SIZE = 8192 };

static char *request_of(const struct options *options, char reason[static CTL_REASON_SIZE]);
static int ask(const struct options *options, const char *interface);
static int tell(const struct json_value *answer);
static void print_answer(const struct json_value *answer);
static void print_incidents(const struct json_value *incidents);
static void print_interfaces(const struct json_value *interfaces);

const char *
command_ctl_folder(const struct options *options, struct arena *arena)
{
    const char *file = options->policy.config != NULL ? options->policy.config
                                                      : path_of_configuration(arena);
    struct problem_list *problems = problem_list_new();
    struct settings settings;

    settings_read(file, arena, &settings, problems);
    problem_list_free(problems);
    return settings.ctl.folder;
}

bool
command_interface(const struct options *options, const char **ret)
{
    if (options->n_interfaces > 1) {
        fputs("sectorwatch: one sensor is asked at a time; expected one -i\n", stderr);
        return false;
    }
    *ret = options->interfaces[0];
    return true;
}

int
command_ctl(const struct options *options)
{
    const char *interface;

    return command_interface(options, &interface) ? ask(options, interface) : EXIT_USAGE;
}

static int
ask(const struct options *options, const char *interface)
{
    struct arena *arena = arena_new();
    char reason[CTL_REASON_SIZE] = "";
    char *request = request_of(options, reason);
    struct ctl_client *client = NULL;
    struct json_value *answer = NULL;
    int status = EXIT_ALL_WELL;

    if (request == NULL) {
        status = EXIT_USAGE;
    } else if ((client = ctl_client_new(command_ctl_folder(options, arena), interface,
                                        reason)) == NULL ||
               (answer = ctl_client_ask(client, request, reason)) == NULL) {
        status = EXIT_INCOMPLETE;
    } else if (options->json && ctl_client_refusal(answer) == NULL) {
        fputs(ctl_client_line(client), stdout);
    } else {
        status = tell(answer);
    }
    if (answer == NULL) {
        fprintf(stderr, "sectorwatch: %s\n", reason);
    }
    json_value_free(answer);
    ctl_client_free(client);
    free(request);
    arena_free(arena);
    return status;
}

/* Who suppresses something owns it, unless another owner is named. */
static bool
add_owner(const struct options *options, char *word, size_t size)
{
    const struct passwd *user = getpwuid(getuid());

    for (int i = 0; i < options->n_arguments; i++) {
        if (strncmp(options->arguments[i], "owner=", strlen("owner=")) == 0) {
            return false;
        }
    }
    (void) snprintf(word, size, "owner=%s", user != NULL ? user->pw_name : "");
    return strcmp(options->arguments[0], "suppress") == 0 && user != NULL;
}

static char *
request_of(const struct options *options, char reason[static CTL_REASON_SIZE])
{
    char *words[WORDS_MAX + 1], owner[64], *text = NULL;
    int n = options->n_arguments;
    size_t size = 0;
    FILE *out;
    bool is_good;

    if (n > WORDS_MAX) {
        (void) snprintf(reason, CTL_REASON_SIZE, "too many words");
        return NULL;
    }
    memcpy(words, options->arguments, (size_t) n * sizeof *words);
    if (add_owner(options, owner, sizeof owner)) {
        words[n++] = owner;
    }
    out = open_memstream(&text, &size);
    if (out == NULL) {
        return NULL;
    }
    is_good = ctl_request_write(words, n, out, reason);
    (void) fclose(out);
    if (!is_good) {
        free(text);
        text = NULL;
    }
    return text;
}

/* Nothing of what others named steers the terminal. */
static const char *
clean(const char *from, char to[static VALUE_SIZE])
{
    struct text text = text_init(to, VALUE_SIZE);

    text_add(&text, from);
    return to;
}

/* The same for what has lines, each of which is printed whole; 'before_last' goes before
 * the last of them. */
static void
print_lines(const char *lines, const char *before_last, FILE *out)
{
    char *copy = memory_copy_text(lines), *rest, cleaned[LINE_SIZE];
    char *line = strtok_r(copy, "\n", &rest);

    while (line != NULL) {
        struct text text = text_init(cleaned, sizeof cleaned);
        char *next = strtok_r(NULL, "\n", &rest);

        text_add(&text, line);
        fprintf(out, "%s%s\n", next == NULL ? before_last : "", cleaned);
        line = next;
    }
    free(copy);
}

/* What the sensor says, or why it refuses. */
static int
tell(const struct json_value *answer)
{
    const char *refusal = ctl_client_refusal(answer);

    if (refusal != NULL) {
        print_lines(refusal, "sectorwatch: ", stderr);
        return EXIT_INCOMPLETE;
    }
    print_answer(answer);
    return EXIT_ALL_WELL;
}

/* Members as lines, those of objects below their names. */
static void
print_member(void *context, const char *name, const struct json_value *value)
{
    const char *above = context;
    char text[VALUE_SIZE], cleaned[VALUE_SIZE], path[128];

    (void) snprintf(path, sizeof path, "%s%s%s", above, *above == '\0' ? "" : ".", name);
    if (json_value_is_object(value)) {
        json_value_each(value, print_member, path);
    } else if (strcmp(path, "incidents") == 0) {
        print_incidents(value);
    } else if (strcmp(path, "interfaces") == 0) {
        print_interfaces(value);
    } else if (strcmp(path, "message") == 0) {
        print_lines(json_value_text(value), "", stdout);
    } else if (strcmp(path, "ok") != 0) {
        printf("%-40s %s\n", path,
               clean(json_value_format(value, text, sizeof text), cleaned));
    }
}

static void
print_answer(const struct json_value *answer)
{
    char top[] = "";

    json_value_each(answer, print_member, top);
}

static const char *
text_at(const struct json_value *object, const char *name)
{
    const char *text = json_value_text(json_value_member(object, name));

    return text != NULL ? text : "";
}

/* "203.0.113.17 XA" */
static const char *
format_end(const struct json_value *end, char text[static VALUE_SIZE])
{
    char joined[VALUE_SIZE];

    (void) snprintf(joined, sizeof joined, "%s %s", text_at(end, "address"),
                    text_at(end, "country"));
    return clean(joined, text);
}

static void
print_incidents(const struct json_value *incidents)
{
    char peer[VALUE_SIZE], asset[VALUE_SIZE], title[VALUE_SIZE];

    printf("%-19s  %-8s  %-16s  %-22s %-22s %8s  %s\n", "LAST (UTC)", "SEVERITY", "RULE",
           "PEER", "ASSET", "VERDICTS", "TITLE");
    for (size_t i = 0; i < json_value_n(incidents); i++) {
        const struct json_value *one = json_value_at(incidents, i);

        printf("%-19.19s  %-8s  %-16s  %-22s %-22s %8.0f  %s\n", text_at(one, "last"),
               text_at(one, "severity"), text_at(one, "rule"),
               format_end(json_value_member(one, "peer"), peer),
               format_end(json_value_member(one, "asset"), asset),
               json_value_number(json_value_member(one, "verdicts")),
               clean(text_at(one, "title"), title));
    }
}

static void
print_interfaces(const struct json_value *interfaces)
{
    static const char *const counts[] = { "packets", "bytes", "ring_dropped",
                                          "kernel_dropped", "interface_dropped" };
    char text[VALUE_SIZE], path[128];

    for (size_t i = 0; i < json_value_n(interfaces); i++) {
        const struct json_value *one = json_value_at(interfaces, i);
        const char *name = text_at(one, "name"), *fault = text_at(one, "fault");

        (void) snprintf(path, sizeof path, "interfaces.%.32s.state", name);
        printf("%-40s %s%s%s\n", path, text_at(one, "state"), *fault == '\0' ? "" : ": ",
               clean(fault, text));
        for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++) {
            (void) snprintf(path, sizeof path, "interfaces.%.32s.%s", name, counts[k]);
            printf("%-40s %.0f\n", path,
                   json_value_number(json_value_member(one, counts[k])));
        }
    }
}
