#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

/* Allocation for set-up and control code, which cannot go on without memory: each function
 * ends the program with a message when there is none, so it never returns NULL.  The packet
 * path allocates nothing.  The caller frees what it gets with free(). */

void *memory_zeroed(size_t n, size_t size);
/* Not zeroed; begins a cache line.  'size' is a multiple of CACHE_LINE. */
void *memory_on_lines(size_t size);

char *memory_copy_text(const char *text);

/* Makes room for one more element after the 'n' in 'array', which may move; '*capacity' is
 * what it can hold.  Returns the array. */
void *memory_grow(void *array, size_t n, size_t *capacity, size_t size);

/* Strings and objects that live and die together: all that belongs to one configuration. */
struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);

/* Bytes that it takes from the system. */
size_t arena_size(const struct arena *arena);

/* Zeroed memory, aligned for any type, valid until arena_free(). */
void *arena_take(struct arena *arena, size_t size);

/* A copy of 'text', or of its first 'length' bytes, with a terminating zero. */
const char *arena_text(struct arena *arena, const char *text);
const char *arena_text_n(struct arena *arena, const char *text, size_t length);

#endif
