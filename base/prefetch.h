#ifndef BASE_PREFETCH_H
#define BASE_PREFETCH_H

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

static inline void
prefetch_to_write(const void *address)
{
    __asm__ volatile("" : : "r"(address));
    __builtin_prefetch(address, 1);
}

#endif
