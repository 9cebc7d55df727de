#ifndef CLASSIFY_COMMAND_H
#define CLASSIFY_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "classify/service.h"

/* What a command of a control protocol does to what it is sent to. */
/* X(NAME, "name", "what it does") */
#define COMMAND_CLASS_TABLE(X)                                               \
    X(READ, "read", "reads values, or asks what is there")                   \
    X(WRITE, "write", "changes values, settings, programs or stored things") \
    X(STOP, "stop", "stops, restarts or switches off what it is sent to")

enum command_class {
#define X(name, text, title) COMMAND_##name,
    COMMAND_CLASS_TABLE(X)
#undef X
        N_COMMAND_CLASSES
};

const char *command_class_name(enum command_class class); /* "write". */

/* Commands by number, whether anybody wanted to know of them or not. */
struct command_tally {
    uint64_t n[N_SERVICES][N_COMMAND_CLASSES];
};

void command_tally_add(struct command_tally *tally, const struct command_tally *more);

#endif
