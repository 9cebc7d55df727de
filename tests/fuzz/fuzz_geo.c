/* A database file of any bytes: refused, or opened and harmless. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "geo/geo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[] = "/tmp/fuzz_geo.XXXXXX";
    const int file = mkstemp(path);
    const char *const databases[] = { path, NULL };
    const struct geo_config config = { .databases = databases };
    struct geo *geo;

    if (file < 0 || write(file, data, size) != (ssize_t) size || close(file) != 0) {
        abort();
    }
    geo = geo_new(&config, NULL);
    for (uint64_t i = 0; i < 256; i++) {
        (void) geo_lookup(geo, ip_from_v4((uint32_t) i << 24 | 1));
        (void) geo_lookup(geo, (struct ip_address){ i << 56 | i << 40, i });
    }
    geo_free(geo);
    (void) unlink(path);
    return 0;
}
