#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "sensor/command.h"

/* Takes the place of standard descriptors that are closed, so that no file that is opened
 * later gets their number, and with it what was meant for them.  What is opened here cannot
 * be used in their direction, so that writing to a closed output still fails. */
static void
occupy_standard_descriptors(void)
{
    int fd;

    do {
        fd = open("/dev/null", O_RDONLY);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd > STDERR_FILENO) {
        (void) close(fd);
    }
}

int
main(int argc, char *argv[])
{
    occupy_standard_descriptors();
    /* A reader that goes away is an error of the sink that writes to it, not the end. */
    (void) signal(SIGPIPE, SIG_IGN);
    return command_line(argc, argv);
}
