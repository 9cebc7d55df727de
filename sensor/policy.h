#ifndef SENSOR_POLICY_H
#define SENSOR_POLICY_H

#include <stdbool.h>

#include "base/memory.h"
#include "base/problem.h"
#include "classify/list/indicator_list.h"
#include "classify/sector_map.h"
#include "geo/geo.h"
#include "rules/rule_set.h"
#include "rules/statement.h"
#include "rules/suppress.h"
#include "sensor/file_state.h"
#include "sensor/settings.h"

/* A file that others renew while the sensor runs: a database or a list. */
struct policy_file {
    const char *path;
    struct file_state state; /* Right before it was read. */
};

/* All that judges traffic, built from one configuration: settings, ranges, lists, places,
 * rules. Immutable once made, but for the counts of suppressions. */
struct policy {
    struct settings settings;
    struct sector_map *sectors;
    struct indicator_lists *lists;
    struct geo *geo;
    struct statement *statement;
    struct rule_set *rules;
    struct suppressions *suppressions;
    const char *suppress_file; /* The path of ctl.suppress; "": none. */
    struct policy_file *renewed;
    size_t n_renewed;
    struct arena *arena; /* Texts of the settings. */
};

/* What the command line says about the policy. */
struct policy_options {
    const char *config;        /* NULL: where path_of_configuration() finds it. */
    const char *const *ranges; /* "PREFIX=SECTOR[:ORGANISATION]", NULL-terminated. */
    bool no_catalogue;
};

/* Loads the policy.  Everything wrong is in 'problems'.  Returns NULL if any of it is an
 * error: a sensor never starts with less than it was told; otherwise freed with
 * policy_free(). */
struct policy *policy_new(const struct policy_options *options,
                          struct problem_list *problems);
void policy_free(struct policy *policy);

/* Sixteen hexadecimal digits of a SHA-256 of all that decides what becomes an alert:
 * ranges, rules, lists, suppressions.  Two policies that judge alike have the same,
 * wherever their files lie. */
enum { POLICY_DIGEST_SIZE = 17 };
void policy_digest(const struct policy *policy, char text[static POLICY_DIGEST_SIZE]);

#endif
