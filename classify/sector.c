#include "classify/sector.h"

#include <stddef.h>
#include <string.h>

static const char *const names[] = {
#define X(name, text, title) text,
    SECTOR_TABLE(X)
#undef X
        NULL,
};

static const char *const titles[] = {
#define X(name, text, title) title,
    SECTOR_TABLE(X)
#undef X
};

_Static_assert(N_SECTORS <= 8 * sizeof(sector_set), "a sector_set has a bit for each");

const char *
sector_name(enum sector sector)
{
    return names[sector];
}

const char *
sector_title(enum sector sector)
{
    return titles[sector];
}

bool
sector_parse(const char *name, enum sector *ret)
{
    for (unsigned i = 0; i < N_SECTORS; i++) {
        if (strcmp(names[i], name) == 0) {
            *ret = (enum sector) i;
            return true;
        }
    }
    return false;
}

const char *const *
sector_names(void)
{
    return names;
}

unsigned
sector_set_n(sector_set set)
{
    unsigned n = 0;

    for (unsigned rest = set; rest != 0; rest &= rest - 1) {
        n++;
    }
    return n;
}
