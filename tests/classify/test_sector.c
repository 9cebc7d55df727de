#include "classify/sector.h"

#include <string.h>

#include "support/support.h"

static const struct sector_case {
    const char *name;
    bool known;
    enum sector sector;
} cases[] = {
    { "healthcare", true, SECTOR_HEALTHCARE },
    { "energy", true, SECTOR_ENERGY },
    { "finance", true, SECTOR_FINANCE },
    { "aviation", true, SECTOR_AVIATION },
    { "maritime", true, SECTOR_MARITIME },
    { "space", true, SECTOR_SPACE },
    { "government", true, SECTOR_GOVERNMENT },
    { "telecom", true, SECTOR_TELECOM },
    { "commerce", true, SECTOR_COMMERCE },
    { "response", true, SECTOR_RESPONSE },
    { "Energy", false, SECTOR_ENERGY },
    { "energ", false, SECTOR_ENERGY },
    { "", false, SECTOR_ENERGY },
};

static void
test_sector(void **state)
{
    const struct sector_case *c = *state;
    enum sector sector = N_SECTORS;
    bool listed = false;

    assert_int_equal(sector_parse(c->name, &sector), c->known);
    assert_int_equal(sector, c->known ? c->sector : N_SECTORS);
    for (const char *const *name = sector_names(); *name != NULL; name++) {
        listed = listed || strcmp(*name, c->name) == 0;
    }
    assert_int_equal(listed, c->known);
    if (c->known) {
        assert_string_equal(sector_name(sector), c->name);
        assert_true(strlen(sector_title(sector)) > 0);
    }
}

static const struct set_case {
    const char *name;
    sector_set set;
    unsigned n;
} set_cases[] = {
    { "none", 0, 0 },
    { "one", 1u << SECTOR_SPACE, 1 },
    { "two", 1u << SECTOR_HEALTHCARE | 1u << SECTOR_RESPONSE, 2 },
    { "all", (1u << N_SECTORS) - 1, N_SECTORS },
};

static void
test_set(void **state)
{
    const struct set_case *c = *state;

    assert_int_equal(sector_set_n(c->set), c->n);
}

int
main(void)
{
    return RUN_CASES(cases, test_sector) + RUN_CASES(set_cases, test_set);
}
