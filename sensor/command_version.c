#include <stdio.h>

#include "capture/source.h"
#include "geo/geo.h"
#include "sensor/command.h"
#include "sensor/sandbox/sandbox.h"

int
command_version(const struct options *options)
{
    (void) options;
    printf("sectorwatch %s\n%s\nlibmaxminddb version %s\n", SW_VERSION,
           source_library_version(), geo_library_version());
    printf("sandbox:");
    for (enum sandbox_layer layer = 0; layer < N_SANDBOX_LAYERS; layer++) {
        char text[SANDBOX_REASON_SIZE + 64];

        printf("%s %s", layer == 0 ? "" : ",", sandbox_describe(layer, text, sizeof text));
    }
    putchar('\n');
    return EXIT_ALL_WELL;
}
