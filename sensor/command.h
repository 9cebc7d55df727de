#ifndef SENSOR_COMMAND_H
#define SENSOR_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "alert/format.h"
#include "sensor/policy.h"

/* The subcommands and their options: two tables, from which the command line is parsed and
 * the help, the manual and the shell completion are made. */

/* Exit statuses. */
enum {
    EXIT_ALL_WELL = 0,
    EXIT_INCOMPLETE = 1, /* Some input could not be had or not be read to its end, or some
                            output not be written: trying again may help. */
    EXIT_USAGE = 2, /* The command line or the configuration is wrong; nothing was done. */
};

enum summary_kind { SUMMARY_DEFAULT, SUMMARY_NONE, SUMMARY_TEXT, SUMMARY_JSON };

/* What the command line says. */
struct options {
    struct policy_options policy;
    enum format format;
    bool has_format;
    enum summary_kind summary;
    bool no_progress;
    unsigned n_workers; /* 0: not said. */
    bool json;
    const char *interfaces[INTERFACES_MAX];
    size_t n_interfaces;
    const char *alert_file;   /* NULL: not said. */
    const char *alert_syslog; /* NULL: not said. */
    const char *filter;       /* NULL: not said. */
    const char *sandbox;      /* NULL: not said. */
    const char *sector;       /* 'sectors': only those of this sector; NULL: all. */
    const char *country;      /* 'sectors': only those of this country; NULL: all. */
    bool markdown;            /* 'cite', 'protocols': all, to be printed or read. */
    const char **ranges;      /* What policy.ranges points to. */
    char **arguments;         /* What follows the options. */
    int n_arguments;
};

struct command {
    const char *name;
    const char *arguments;            /* As in a synopsis, "FILE...". */
    const char *summary;              /* A line. */
    const char *description;          /* A paragraph or more. */
    int min_arguments, max_arguments; /* -1: any number. */
    int (*run)(const struct options *options);
};

extern const struct command commands[]; /* Ends with a null name. */

/* The command called 'name', or NULL. */
const struct command *command_find(const char *name);

/* Runs the program: 'argv' as main() has it.  Returns the exit status. */
int command_line(int argc, char *argv[]);

/* Writes the synopsis, description and options of a command. */
void command_help(const struct command *command, FILE *out);

/* Writes all commands with their options as sections of sectorwatch(8), in man(7) macros,
 * and the bash completion. */
void command_write_manual(FILE *out);
void command_write_completion(FILE *out);

/* Loads the policy that the options name, and prints what is wrong with it.  NULL: it
 * cannot be used (exit status EXIT_USAGE). */
struct policy *command_policy(const struct options *options);

/* The folder of the sockets of sensors that run, by the configuration that the options
 * name; in 'arena'. */
const char *command_ctl_folder(const struct options *options, struct arena *arena);

/* The one interface that the options name; NULL: none.  False, after a message, if there
 * are more. */
bool command_interface(const struct options *options, const char **ret);

/* One file per command, or per few that belong together. */
int command_read(const struct options *options);
int command_run(const struct options *options);
int command_check(const struct options *options);
int command_explain(const struct options *options);
int command_audit(const struct options *options);
int command_cite(const struct options *options);
int command_protocols(const struct options *options);
int command_sectors(const struct options *options);
int command_geo(const struct options *options);
int command_ctl(const struct options *options);
int command_top(const struct options *options);
int command_version(const struct options *options);
int command_help_on(const struct options *options);

#endif
