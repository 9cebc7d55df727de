#ifndef CLASSIFY_RECOGNISE_HART_COMMANDS_H
#define CLASSIFY_RECOGNISE_HART_COMMANDS_H

#include "classify/command.h"

/* Inside this folder: commands to HART field devices, by number: the universal ones
 * (HCF_SPEC-127), those of common practice (HCF_SPEC-151), and ranges whose meaning the
 * maker of a device or a family of devices decides. */
struct hart_command {
    enum command_class class;
    const char *name;
};

/* Number 31 only says that another one follows: it is none itself. */
enum { HART_EXTENDED = 31, HART_TO_SUB_DEVICE = 77 };

struct hart_command hart_command_of(unsigned number);

#endif
