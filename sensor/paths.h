#ifndef SENSOR_PATHS_H
#define SENSOR_PATHS_H

#include "base/memory.h"

/* Where the program finds its configuration and data.
 *
 * A program that runs from its build folder uses the source tree's conf/ and what the build
 * made of it; an installed one uses the folders it was installed with. */

/* The configuration that is read without -c: /etc/sectorwatch/sectorwatch.conf if it is
 * there, else the one that came with the program. */
const char *path_of_configuration(struct arena *arena);

/* The folders of the files that came with the program, ending with NULL. */
const char *const *path_program_folders(void);

/* The file or folder called 'name' in the configuration file 'config': as it is if it
 * begins with "/", else beside 'config', else among the files that came with the program.
 * Where it is nowhere, the path beside 'config', for the message. */
const char *path_resolve(const char *config, const char *name, struct arena *arena);

/* The same, but only beside 'config'. */
const char *path_beside(const char *config, const char *name, struct arena *arena);

#endif
