#include "base/memory.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/prefetch.h"

enum { ARENA_BLOCK_SIZE = 64 * 1024 };

struct arena_block {
    struct arena_block *next;
    size_t used, size;
    alignas(max_align_t) uint8_t bytes[];
};

struct arena {
    struct arena_block *blocks; /* The newest first; only that one has room. */
};

static void *
memory_or_end(void *memory)
{
    if (memory == NULL) {
        fputs("sectorwatch: out of memory\n", stderr);
        abort();
    }
    return memory;
}

void *
memory_zeroed(size_t n, size_t size)
{
    return memory_or_end(calloc(n, size));
}

void *
memory_on_lines(size_t size)
{
    assert(size % CACHE_LINE == 0);
    return memory_or_end(aligned_alloc(CACHE_LINE, size));
}

char *
memory_copy_text(const char *text)
{
    return memory_or_end(strdup(text));
}

void *
memory_grow(void *array, size_t n, size_t *capacity, size_t size)
{
    if (n < *capacity) {
        return array;
    }
    *capacity = *capacity == 0 ? 16 : *capacity * 2;
    if (*capacity > SIZE_MAX / size) {
        return memory_or_end(NULL);
    }
    return memory_or_end(realloc(array, *capacity * size));
}

struct arena *
arena_new(void)
{
    return memory_zeroed(1, sizeof(struct arena));
}

void
arena_free(struct arena *arena)
{
    if (arena == NULL) {
        return;
    }
    for (struct arena_block *block = arena->blocks, *next; block != NULL; block = next) {
        next = block->next;
        free(block);
    }
    free(arena);
}

size_t
arena_size(const struct arena *arena)
{
    size_t size = sizeof *arena;

    for (const struct arena_block *b = arena->blocks; b != NULL; b = b->next) {
        size += sizeof *b + b->size;
    }
    return size;
}

void *
arena_take(struct arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    const size_t rounded = (size + align - 1) / align * align;
    struct arena_block *block = arena->blocks;

    if (block == NULL || block->size - block->used < rounded) {
        const size_t block_size = rounded > ARENA_BLOCK_SIZE ? rounded : ARENA_BLOCK_SIZE;

        block = memory_zeroed(1, sizeof *block + block_size);
        block->size = block_size;
        block->next = arena->blocks;
        arena->blocks = block;
    }
    block->used += rounded;
    return &block->bytes[block->used - rounded];
}

const char *
arena_text(struct arena *arena, const char *text)
{
    return arena_text_n(arena, text, strlen(text));
}

const char *
arena_text_n(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_take(arena, length + 1);

    memcpy(copy, text, length);
    return copy;
}
