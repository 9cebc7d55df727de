#include "classify/recognise/pccc.h"

#include "base/reader.h"

/* Behind a requester's identity, whose length comes first, are a command, a status, a
 * transaction number, and with some commands a function. */

enum { COMMAND_WITH_FUNCTION = 0x0f, COMMAND_DIAGNOSTIC = 0x06, NO_FUNCTION = 0x100 };

static const struct pccc_command {
    uint8_t command;
    uint16_t function;
    enum command_class class;
    const char *name;
} commands[] = {
    { 0x00, NO_FUNCTION, COMMAND_WRITE, "protected write" },
    { 0x01, NO_FUNCTION, COMMAND_READ, "unprotected read" },
    { 0x02, NO_FUNCTION, COMMAND_WRITE, "protected bit write" },
    { 0x05, NO_FUNCTION, COMMAND_WRITE, "unprotected bit write" },
    { 0x08, NO_FUNCTION, COMMAND_WRITE, "unprotected write" },
    { 0x06, 0x00, COMMAND_READ, "echo" },
    { 0x06, 0x03, COMMAND_READ, "diagnostic status" },
    { 0x0f, 0x00, COMMAND_WRITE, "word range write" },
    { 0x0f, 0x01, COMMAND_READ, "word range read" },
    { 0x0f, 0x02, COMMAND_WRITE, "bit write" },
    { 0x0f, 0x03, COMMAND_WRITE, "file write" },
    { 0x0f, 0x04, COMMAND_READ, "file read" },
    { 0x0f, 0x05, COMMAND_WRITE, "download request" },
    { 0x0f, 0x06, COMMAND_READ, "upload" },
    { 0x0f, 0x07, COMMAND_STOP, "shutdown" },
    { 0x0f, 0x08, COMMAND_WRITE, "physical write" },
    { 0x0f, 0x09, COMMAND_READ, "physical read" },
    { 0x0f, 0x0a, COMMAND_STOP, "restart request" },
    { 0x0f, 0x11, COMMAND_WRITE, "get edit resource" },
    { 0x0f, 0x12, COMMAND_WRITE, "return edit resource" },
    { 0x0f, 0x17, COMMAND_READ, "read bytes physical" },
    { 0x0f, 0x18, COMMAND_WRITE, "write bytes physical" },
    { 0x0f, 0x26, COMMAND_WRITE, "read-modify-write" },
    { 0x0f, 0x29, COMMAND_READ, "read section size" },
    { 0x0f, 0x3a, COMMAND_STOP, "set CPU mode" },
    { 0x0f, 0x41, COMMAND_WRITE, "disable forces" },
    { 0x0f, 0x50, COMMAND_WRITE, "download all request" },
    { 0x0f, 0x52, COMMAND_WRITE, "download completed" },
    { 0x0f, 0x53, COMMAND_READ, "upload all request" },
    { 0x0f, 0x55, COMMAND_READ, "upload completed" },
    { 0x0f, 0x57, COMMAND_STOP, "initialize memory" },
    { 0x0f, 0x5e, COMMAND_WRITE, "modify PLC-2 compatibility file" },
    { 0x0f, 0x67, COMMAND_WRITE, "typed write" },
    { 0x0f, 0x68, COMMAND_READ, "typed read" },
    { 0x0f, 0x79, COMMAND_WRITE, "read-modify-write N" },
    { 0x0f, 0x80, COMMAND_STOP, "change mode" },
    { 0x0f, 0x81, COMMAND_READ, "open file" },
    { 0x0f, 0x82, COMMAND_READ, "close file" },
    { 0x0f, 0x8f, COMMAND_WRITE, "apply port configuration" },
    { 0x0f, 0xa1, COMMAND_READ, "protected typed logical read" },
    { 0x0f, 0xa2, COMMAND_READ, "protected typed logical read" },
    { 0x0f, 0xa7, COMMAND_READ, "protected typed file read" },
    { 0x0f, 0xa9, COMMAND_WRITE, "protected typed logical write" },
    { 0x0f, 0xaa, COMMAND_WRITE, "protected typed logical write" },
    { 0x0f, 0xab, COMMAND_WRITE, "protected typed logical write with mask" },
    { 0x0f, 0xaf, COMMAND_WRITE, "protected typed file write" },
};

void
pccc_find_command(struct findings *findings, unsigned service, const uint8_t *data,
                  size_t n)
{
    struct reader r = reader_init(data, n);
    const size_t requester_size = reader_u8(&r);
    const struct pccc_command *found = NULL;
    struct observation *observation;
    unsigned command, function = NO_FUNCTION;

    (void) reader_take(&r, requester_size == 0 ? 0 : requester_size - 1);
    command = reader_u8(&r);
    (void) reader_u8(&r);   /* Status. */
    (void) reader_le16(&r); /* Transaction. */
    if (command == COMMAND_WITH_FUNCTION || command == COMMAND_DIAGNOSTIC) {
        function = reader_u8(&r);
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0] && !r.failed; i++) {
        if (commands[i].command == command && commands[i].function == function) {
            found = &commands[i];
        }
    }
    observation = find_command(findings, found == NULL ? COMMAND_READ : found->class,
                               service, "execute-pccc");
    if (found != NULL) {
        find_detail(observation, "%s", found->name);
    }
    if (!r.failed && function != NO_FUNCTION) {
        find_detail(observation, "command %u function %u", command, function);
    } else if (!r.failed) {
        find_detail(observation, "command %u", command);
    }
}
