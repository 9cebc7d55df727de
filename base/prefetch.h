#ifndef BASE_PREFETCH_H
#define BASE_PREFETCH_H

#include <stddef.h>

enum { CACHE_LINE = 64 }; /* Bytes. */

/* Asks for the cache line at an address, which need not be valid, before it is read or
 * written.
 *
 * The empty instruction keeps the request: a function whose only effect is to prefetch has
 * none in the eyes of gcc, which then drops calls of it. */
static inline void
prefetch_to_read(const void *address)
{
    __asm__ volatile("" : : "r"(address));
    __builtin_prefetch(address, 0);
}

#ifdef __x86_64__
/* For the oldest of these processors gcc would take the instruction that asks for reading.
 * Those that do not know this one pass over it. */
static inline void
prefetch_to_write(const void *address)
{
    __asm__ volatile("prefetchw (%0)" : : "r"(address));
}
#else
static inline void
prefetch_to_write(const void *address)
{
    __asm__ volatile("" : : "r"(address));
    __builtin_prefetch(address, 1);
}
#endif

/* The same of 'size' bytes; where they do not begin a line, the last may be left out. */
static inline void
prefetch_all_to_read(const void *bytes, size_t size)
{
    for (size_t at = 0; at < size; at += CACHE_LINE) {
        prefetch_to_read((const char *) bytes + at);
    }
}

static inline void
prefetch_all_to_write(const void *bytes, size_t size)
{
    for (size_t at = 0; at < size; at += CACHE_LINE) {
        prefetch_to_write((const char *) bytes + at);
    }
}

#endif
