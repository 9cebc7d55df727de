#include "classify/recognise/umas.h"

enum { CODE_AT = 1 };

static const struct umas_code {
    uint8_t code;
    enum command_class class;
    const char *name;
} codes[] = {
    { 0x01, COMMAND_READ, "initialise communication" },
    { 0x02, COMMAND_READ, "read identity" },
    { 0x03, COMMAND_READ, "read project information" },
    { 0x04, COMMAND_READ, "read controller information" },
    { 0x06, COMMAND_READ, "read card information" },
    { 0x0a, COMMAND_READ, "repeat" },
    { 0x10, COMMAND_WRITE, "take reservation" },
    { 0x11, COMMAND_WRITE, "release reservation" },
    { 0x12, COMMAND_READ, "keep alive" },
    { 0x20, COMMAND_READ, "read memory block" },
    { 0x21, COMMAND_WRITE, "write memory block" },
    { 0x22, COMMAND_READ, "read variables" },
    { 0x23, COMMAND_WRITE, "write variables" },
    { 0x24, COMMAND_READ, "read coils and registers" },
    { 0x25, COMMAND_WRITE, "write coils and registers" },
    { 0x30, COMMAND_WRITE, "begin to load a program" }, /* Into the controller. */
    { 0x31, COMMAND_WRITE, "load a block" },
    { 0x32, COMMAND_WRITE, "end loading a program" },
    { 0x33, COMMAND_READ, "begin to fetch a program" },
    { 0x34, COMMAND_READ, "fetch a block" },
    { 0x35, COMMAND_READ, "end fetching a program" },
    { 0x39, COMMAND_READ, "read Ethernet master data" },
    { 0x40, COMMAND_WRITE, "start controller" },
    { 0x41, COMMAND_STOP, "stop controller" },
    { 0x50, COMMAND_READ, "monitor controller" },
    { 0x58, COMMAND_READ, "check controller" },
    { 0x70, COMMAND_READ, "read input and output object" },
    { 0x71, COMMAND_WRITE, "write input and output object" },
    { 0x73, COMMAND_READ, "get status of module" },
};

struct observation *
umas_find_command(struct findings *findings, const uint8_t *data, size_t n)
{
    const struct umas_code *found = NULL;
    struct observation *observation;

    for (size_t i = 0; n > CODE_AT && i < sizeof codes / sizeof codes[0]; i++) {
        if (codes[i].code == data[CODE_AT]) {
            found = &codes[i];
        }
    }
    observation = find_command(findings, found == NULL ? COMMAND_READ : found->class,
                               UMAS_FUNCTION, "umas");
    if (found != NULL) {
        find_detail(observation, "%s", found->name);
    } else if (n > CODE_AT) {
        find_detail(observation, "code %u", data[CODE_AT]);
    }
    return observation;
}
