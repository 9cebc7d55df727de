#include "world.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/problem.h"
#include "classify/sector_map.h"
#include "rand.h"

struct world {
    struct sector_map *map;
    struct ip_prefix *critical[2]; /* IPv4, IPv6. */
    size_t n_critical[2];
};

static struct ip_address within(struct ip_prefix prefix, uint64_t *random);

struct world *
world_new(const char *folder)
{
    static const char *const none[] = { NULL };
    const struct sector_map_config config = {
        .operator_files = none,
        .ranges = none,
        .catalogue_dir = folder,
        .catalogue_sectors = (1U << N_SECTORS) - 1,
        .catalogue_confidences = 1U << CONFIDENCE_A | 1U << CONFIDENCE_B,
    };
    struct problem_list *problems = problem_list_new();
    struct world *world = memory_zeroed(1, sizeof *world);
    size_t capacity[2] = { 0, 0 };

    world->map = sector_map_new(&config, problems);
    problem_list_print(problems, stderr);
    if (problem_list_n_errors(problems) > 0) {
        exit(1);
    }
    problem_list_free(problems);
    for (range_id id = 1; id <= sector_map_n_ranges(world->map); id++) {
        const struct ip_prefix prefix = sector_map_range(world->map, id)->prefix;
        const bool v6 = !ip_prefix_is_v4(prefix);

        world->critical[v6] = memory_grow(world->critical[v6], world->n_critical[v6],
                                          &capacity[v6], sizeof *world->critical[v6]);
        world->critical[v6][world->n_critical[v6]++] = prefix;
    }
    return world;
}

void
world_free(struct world *world)
{
    if (world == NULL) {
        return;
    }
    sector_map_free(world->map);
    free(world->critical[0]);
    free(world->critical[1]);
    free(world);
}

struct ip_address
world_critical(const struct world *world, bool v6, uint64_t *random)
{
    const uint32_t at = rand_below(random, world->n_critical[v6]);

    return within(world->critical[v6][at], random);
}

struct ip_address
world_random(const struct world *world, bool v6, uint64_t *random)
{
    /* 2000::/3, RFC 4291 section 2.4; 0.0.0.0 to 223.255.255.255 less the first /8. */
    const struct ip_prefix global = { .address = { UINT64_C(0x2) << 60, 0 }, .length = 3 };
    struct ip_address address;

    do {
        address =
            v6 ? within(global, random)
               : ip_from_v4((UINT32_C(1) << 24) + rand_below(random, UINT64_C(223) << 24));
    } while (sector_map_lookup(world->map, address) != 0);
    return address;
}

struct ip_address
world_ordinary(const struct world *world, bool v6, uint64_t *random)
{
    /* The square makes low numbers likelier: popular servers.  Each number stands for one
     * address, drawn with the number as its seed. */
    const uint64_t most = UINT64_C(1) << 20;
    const uint64_t number =
        (uint64_t) rand_below(random, most) * rand_below(random, most) / most;
    uint64_t seed = (number + 1) * UINT64_C(0x9e3779b97f4a7c15);

    return world_random(world, v6, &seed);
}

static struct ip_address
within(struct ip_prefix prefix, uint64_t *random)
{
    struct ip_address address = { rand_next(random), rand_next(random) };
    const struct ip_address fixed = ip_mask(address, prefix.length);

    address.high = (address.high ^ fixed.high) | prefix.address.high;
    address.low = (address.low ^ fixed.low) | prefix.address.low;
    return address;
}
