#ifndef BENCH_WORLD_H
#define BENCH_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"

/* Addresses for made-up traffic: of the catalogue's critical ranges, or of none. */
struct world;

/* Loads the world catalogue from 'folder' as the shipped configuration does.  Ends the
 * program if it cannot be read.  Freed with world_free(). */
struct world *world_new(const char *folder);
void world_free(struct world *world);

/* An address of some critical range, of either family. */
struct ip_address world_critical(const struct world *world, bool v6, uint64_t *random);

/* An address that lies in none, from a population of about 2^20 for each family, some of
 * which are met far more often than others. */
struct ip_address world_ordinary(const struct world *world, bool v6, uint64_t *random);

/* Any unicast address but a critical one, as a forged source has. */
struct ip_address world_random(const struct world *world, bool v6, uint64_t *random);

#endif
