#ifndef GEO_DATABASE_H
#define GEO_DATABASE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ip.h"
#include "base/problem.h"
#include "geo/geo.h"

/* One MaxMind-schema file: opened, checked, its schema found out, asked. */
struct database;

/* Opens the file at 'path' and checks it: its metadata, every record of its search tree,
 * and a sample of its data, which also shows where it keeps countries and AS numbers.
 * Returns NULL with the reason in 'problems'.
 *
 * All is asked of a copy in memory: what happens to the file then does not matter. */
struct database *database_new(const char *path, struct problem_list *problems);
void database_free(struct database *database);

/* What the file says of itself; valid as long as it is open. */
struct geo_source database_source(const struct database *database);

/* Looks an address up: 'place' receives what the file knows, the rest of it is empty. */
struct place database_lookup(const struct database *database, struct ip_address address);

#endif
