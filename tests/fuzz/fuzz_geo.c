/* A database file of any bytes: refused, or opened and harmless. */
#include <stddef.h>
#include <stdint.h>

#include "geo/geo.h"
#include "memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct memory_file file = memory_file_of(data, size);
    const char *const databases[] = { file.path, NULL };
    const struct geo_config config = { .databases = databases };
    struct geo *geo;

    geo = geo_new(&config, NULL);
    for (uint64_t i = 0; i < 256; i++) {
        (void) geo_lookup(geo, ip_from_v4((uint32_t) i << 24 | 1));
        (void) geo_lookup(geo, (struct ip_address){ i << 56 | i << 40, i });
    }
    geo_free(geo);
    memory_file_close(&file);
    return 0;
}
