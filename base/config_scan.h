#ifndef BASE_CONFIG_SCAN_H
#define BASE_CONFIG_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"

/* Looks through a configuration text for what libconfig accepts and reads as something
 * else: a whole number beyond its 32 bits (2^32 + 1 becomes 1), beyond 64 bits with the
 * suffix L, and a zero byte, at which it stops.  'text' has 'size' bytes and a terminating
 * zero after them; 'file' is for messages.  Returns true if there is none of them.
 *
 * '*has_include' says whether the text has an @include line. */
bool config_scan(const char *text, size_t size, const char *file,
                 struct problem_list *problems, bool *has_include);

#endif
