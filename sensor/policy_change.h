#ifndef SENSOR_POLICY_CHANGE_H
#define SENSOR_POLICY_CHANGE_H

#include <stddef.h>
#include <stdio.h>

#include "sensor/policy.h"

/* What is different in a policy that is to take the place of another one. */

enum { POLICY_SHRINKING_SIZE = 160 };

struct policy_change {
    size_t n; /* Things added, removed and changed. */

    /* What shrinks to less than half, which rather is a mishap than meant: ranges, rules or
     * the entries of a list, as a clause for people; "" if nothing does. */
    char shrinking[POLICY_SHRINKING_SIZE];
};

/* Compares ranges, rules, concerns, lists, databases, suppressions and settings.  Writes to
 * 'out' a line for each kind of thing that differs, with how many were added, removed and
 * changed, and a line each for the first of them; nothing if the policies are alike. */
struct policy_change policy_compare(const struct policy *before, const struct policy *after,
                                    FILE *out);

#endif
