#ifndef SENSOR_CTL_REQUEST_H
#define SENSOR_CTL_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What a running sensor is asked over its socket "ctl": a line of JSON, one object, whose
 * member "command" is one of these and whose others are those of the command.
 *
 *     {"command": "incidents", "max": 10}
 *
 * The answer is a line of JSON too: {"ok": true, ...}, or {"ok": false, "error": "..."}.
 * One table (request.c) holds the commands and their members; the parser, the client and
 * the manual are made from it. */
enum ctl_command {
    CTL_STATUS,
    CTL_COUNTERS,
    CTL_TALLIES,
    CTL_INCIDENTS,
    CTL_LOG_LEVEL,
    CTL_SUPPRESS,
    CTL_RELOAD,
    N_CTL_COMMANDS
};

enum {
    CTL_LINE_MAX = 4096,     /* Bytes of a request, with its newline. */
    CTL_INCIDENTS_MAX = 256, /* In one answer. */
    CTL_REASON_SIZE = 256,
};

struct ctl_request {
    enum ctl_command command;
    uint32_t max;   /* 'incidents': at most so many. */
    uint32_t port;  /* 'suppress': the asset's; 0: any. */
    uint32_t force; /* 'reload': 1: whatever shrinks. */

    /* Texts without control characters; "": not said. */
    char level[16];
    char rule[64], peer[64], asset[64], until[16];
    char reason[256], owner[64];
};

/* Reads a request of 'n' bytes.  Returns false with the reason, a sentence for people, if
 * it is none. */
bool ctl_request_parse(const char *line, size_t n, struct ctl_request *ret,
                       char reason[static CTL_REASON_SIZE]);

/* Writes the request that words of a command line ask for: the command, then "name=value"
 * for its members, or a value alone for the first of them.  Returns false with the reason
 * if a word fits none; whether values fit is the sensor's to say. */
bool ctl_request_write(char *const *words, int n, FILE *out,
                       char reason[static CTL_REASON_SIZE]);

/* Writes the commands with their members for the manual, in man(7) macros, and their names
 * with a space between. */
void ctl_commands_write_manual(FILE *out);
void ctl_commands_write_names(FILE *out);

#endif
