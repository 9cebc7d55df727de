#include <stdio.h>

#include "capture/source.h"
#include "geo/geo.h"
#include "sensor/command.h"

int
command_version(const struct options *options)
{
    (void) options;
    printf("sectorwatch %s\n%s\nlibmaxminddb version %s\n", SW_VERSION,
           source_library_version(), geo_library_version());
    return EXIT_ALL_WELL;
}
