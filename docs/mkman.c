/* Fills a manual page in: copies INPUT to OUTPUT, and in the place of each line "@NAME@"
 * writes what the program's table of that name says. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/counter.h"
#include "classify/detect/detect.h"
#include "classify/observation.h"
#include "classify/sector.h"
#include "classify/service.h"
#include "rules/rule_field.h"
#include "sensor/command.h"
#include "sensor/ctl/request.h"
#include "sensor/settings.h"

static void
write_entry(FILE *out, const char *name, const char *text)
{
    fprintf(out, ".TP\n.B %s\n%s.\n", name, text);
}

static void
write_counters(FILE *out)
{
    for (unsigned i = 0; i < N_COUNTERS; i++) {
        write_entry(out, counter_name(i), counter_description(i));
    }
}

static void
write_observations(FILE *out)
{
    for (unsigned i = 0; i < N_OBSERVATIONS; i++) {
        write_entry(out, observation_name(i), observation_title(i));
    }
}

static void
write_sectors(FILE *out)
{
    for (unsigned i = 0; i < N_SECTORS; i++) {
        write_entry(out, sector_name(i), sector_title(i));
    }
}

static void
write_services(FILE *out)
{
    for (unsigned i = SERVICE_NONE + 1; i < N_SERVICES; i++) {
        write_entry(out, service_name(i), service_title(i));
    }
}

static const struct {
    const char *name;
    void (*write)(FILE *out);
} places[] = {
    { "@COMMANDS@\n", command_write_manual },
    { "@COMPLETION@\n", command_write_completion },
    { "@CONTROL@\n", ctl_commands_write_manual },
    { "@SETTINGS@\n", settings_write_manual },
    { "@LOGINS@\n", detect_write_logins },
    { "@FIELDS@\n", rule_field_write_manual },
    { "@OBSERVATIONS@\n", write_observations },
    { "@COUNTERS@\n", write_counters },
    { "@SECTORS@\n", write_sectors },
    { "@SERVICES@\n", write_services },
};

/* Writes a line, or what it stands for; returns false for a name that no table has. */
static int
write_line(const char *line, FILE *out)
{
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (strcmp(line, places[i].name) == 0) {
            places[i].write(out);
            return 1;
        }
    }
    if (line[0] == '@') {
        fprintf(stderr, "mkman: nothing is called %s", line);
        return 0;
    }
    return fputs(line, out) != EOF;
}

int
main(int argc, char *argv[])
{
    FILE *in = argc == 3 ? fopen(argv[1], "r") : NULL;
    FILE *out = argc == 3 ? fopen(argv[2], "w") : NULL;
    char line[1024];

    if (in == NULL || out == NULL) {
        fprintf(stderr, "usage: mkman INPUT OUTPUT (%s)\n", strerror(errno));
        return EXIT_FAILURE;
    }
    while (fgets(line, sizeof line, in) != NULL) {
        if (!write_line(line, out)) {
            return EXIT_FAILURE;
        }
    }
    (void) fclose(in);
    return fclose(out) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
