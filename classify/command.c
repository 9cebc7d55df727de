#include "classify/command.h"

const char *command_class_name(enum command_class class)
{
    static const char *const names[N_COMMAND_CLASSES] = {
#define X(name, text, title) text,
        COMMAND_CLASS_TABLE(X)
#undef X
    };

    return names[class];
}

void
command_tally_add(struct command_tally *tally, const struct command_tally *more)
{
    for (unsigned service = 0; service < N_SERVICES; service++) {
        for (unsigned class = 0; class < N_COMMAND_CLASSES; class ++) {
            tally->n[service][class] += more->n[service][class];
        }
    }
}
