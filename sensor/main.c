#include <signal.h>

#include "sensor/command.h"

int
main(int argc, char *argv[])
{
    /* A reader that goes away is an error of the sink that writes to it, not the end. */
    (void) signal(SIGPIPE, SIG_IGN);
    return command_line(argc, argv);
}
