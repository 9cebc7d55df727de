#ifndef BASE_REGION_H
#define BASE_REGION_H

#include <stddef.h>

#include "base/prefetch.h"

/* Memory for large tables that live and die together, on large pages where the system has
 * them: a table whose every look-up touches another page spends as long on finding the page
 * as on fetching the bytes.  Together, because a large page is 2 MiB, and small tables each
 * aligned to that would leave most of them empty.
 *
 * The size is fixed; all of it is zeroed, and the system provides it as it is used. */
struct region;

/* What 'size' bytes take in a region. */
static inline size_t
region_size(size_t size)
{
    return (size + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
}

/* A region of 'size' bytes, a sum of region_size(); ends the program if there is no memory.
 * Freed with region_free(). */
struct region *region_new(size_t size);
void region_free(struct region *region);

/* The next 'size' bytes, aligned to a cache line, valid until region_free(). */
void *region_take(struct region *region, size_t size);

#endif
