#ifndef CLASSIFY_LRU_H
#define CLASSIFY_LRU_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/region.h"

/* Items of a table in lists, each in the order of last use: who gives way, and whose time
 * has come, is at the front.  The links are an array beside the items, 8 bytes each, so
 * that moving one does not touch the cache lines of its neighbours' items.
 *
 * A link holds the difference (exclusive or) between the place it leads to and its own, so
 * that zeroed memory is empty lists: none of a large table is touched before it is used. */
struct lru_link {
    uint32_t older, newer;
};

struct lru {
    struct lru_link *links; /* Items, then a sentinel a list. */
    uint32_t n_items;
};

/* Makes 'n_lists' empty lists for items 0 to n_items - 1; undone by lru_fini(). */
static inline void
lru_init(struct lru *lru, uint32_t n_items, uint32_t n_lists)
{
    lru->links = memory_zeroed((size_t) n_items + n_lists, sizeof(struct lru_link));
    lru->n_items = n_items;
}

/* The same in a region, of which it takes lru_size(); there is nothing to undo. */
static inline size_t
lru_size(uint32_t n_items, uint32_t n_lists)
{
    return region_size(((size_t) n_items + n_lists) * sizeof(struct lru_link));
}

static inline void
lru_init_in(struct lru *lru, uint32_t n_items, uint32_t n_lists, struct region *region)
{
    lru->links = region_take(region, lru_size(n_items, n_lists));
    lru->n_items = n_items;
}

/* Empties the lists. */
static inline void
lru_clear(struct lru *lru, uint32_t n_lists)
{
    for (uint32_t i = lru->n_items; i < lru->n_items + n_lists; i++) {
        lru->links[i] = (struct lru_link){ 0, 0 };
    }
}

static inline void
lru_fini(struct lru *lru)
{
    free(lru->links);
}

/* The items used after and before 'item', the item of 'list' used longest ago, and the one
 * used last: not an item but the end of the list if lru_is_end(). */
static inline uint32_t
lru_newer(const struct lru *lru, uint32_t item)
{
    return lru->links[item].newer ^ item;
}

static inline uint32_t
lru_older(const struct lru *lru, uint32_t item)
{
    return lru->links[item].older ^ item;
}

static inline uint32_t
lru_oldest(const struct lru *lru, uint32_t list)
{
    return lru_newer(lru, lru->n_items + list);
}

static inline uint32_t
lru_newest(const struct lru *lru, uint32_t list)
{
    return lru_older(lru, lru->n_items + list);
}

static inline bool
lru_is_end(const struct lru *lru, uint32_t item)
{
    return item >= lru->n_items;
}

static inline void
lru_join(struct lru *lru, uint32_t older, uint32_t newer)
{
    lru->links[older].newer = newer ^ older;
    lru->links[newer].older = older ^ newer;
}

/* Puts an item that is in no list at the end of 'list'. */
static inline void
lru_append(struct lru *lru, uint32_t list, uint32_t item)
{
    const uint32_t end = lru->n_items + list;

    lru_join(lru, lru_older(lru, end), item);
    lru_join(lru, item, end);
}

static inline void
lru_remove(struct lru *lru, uint32_t item)
{
    lru_join(lru, lru_older(lru, item), lru_newer(lru, item));
}

/* Moves an item to the end of 'list', from whichever list it is in. */
static inline void
lru_move(struct lru *lru, uint32_t list, uint32_t item)
{
    if (lru_newer(lru, item) != lru->n_items + list) {
        lru_remove(lru, item);
        lru_append(lru, list, item);
    }
}

#endif
