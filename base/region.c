#include "base/region.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/memory.h"

#define LARGE_PAGE_SIZE ((size_t) 2 << 20) /* Of x86-64 and of arm64 with 4 KiB pages. */

struct region {
    void *mapping;
    size_t mapping_size;
    char *next, *end;
};

struct region *
region_new(size_t size)
{
    struct region *region = memory_zeroed(1, sizeof *region);
    size_t over;

    region->mapping_size = size + LARGE_PAGE_SIZE;
    region->mapping = mmap(NULL, region->mapping_size, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (region->mapping == MAP_FAILED) {
        fputs("sectorwatch: out of memory\n", stderr);
        abort();
    }
    over = (uintptr_t) region->mapping % LARGE_PAGE_SIZE;
    region->next = (char *) region->mapping + (over == 0 ? 0 : LARGE_PAGE_SIZE - over);
    region->end = region->next + size;
    /* Only a hint: works without. */
    (void) madvise(region->next, size, MADV_HUGEPAGE);
    return region;
}

void
region_free(struct region *region)
{
    if (region == NULL) {
        return;
    }
    (void) munmap(region->mapping, region->mapping_size);
    free(region);
}

void *
region_take(struct region *region, size_t size)
{
    char *taken = region->next;

    region->next += region_size(size);
    assert(region->next <= region->end);
    return taken;
}
