#ifndef TESTS_SENSOR_RELOAD_WORLD_H
#define TESTS_SENSOR_RELOAD_WORLD_H

#include <stdio.h>
#include <stdlib.h>

#include "sensor/policy.h"
#include "support/support.h"

/* A small configuration in files of its own, each part of which a test may write anew. */

#define RULE(id, when)                                                             \
    "{ id = \"" id "\"; rev = 1; title = \"t\"; severity = \"low\"; concerns = [ " \
    "\"JS-P4-ENERGY\" ]; when = { observation = \"" when "\"; }; }"
#define RULES(list)       "rules = ( " list " );\n"
#define SUPPRESS(entries) "suppress = ( " entries " );\n"
#define RANGES(prefixes)                                                             \
    "source = { name = \"test\"; };\norganisations = ( { name = \"Grid\"; sector = " \
    "\"energy\"; prefixes = [ " prefixes " ]; } );\n"

#define WORLD_RULES    RULES(RULE("A", "scan") "," RULE("B", "sweep") "," RULE("C", "service"))
#define WORLD_RANGES   RANGES("\"192.0.2.0/26\", \"192.0.2.64/26\", \"2001:db8::/32\"")
#define WORLD_LIST     "203.0.113.1\n203.0.113.2\n203.0.113.3\n"
#define WORLD_SUPPRESS SUPPRESS("")

/* The other files of the configuration are named by their places beside it. */
static inline void
world_settings(const char *more)
{
    char text[2048];

    (void) snprintf(text, sizeof text,
                    "sectors = { catalogue = false; files = [ \"ranges.conf\" ]; };\n"
                    "geo = { databases = [ ]; };\n"
                    "rules = { statement = \"%s\"; folders = [ \"rules\" ]; };\n"
                    "lists = ( { name = \"feed\"; file = \"feed.txt\"; date = "
                    "\"2026-06-01\"; } );\n%s",
                    source_path("conf/statement.conf"), more);
    (void) temporary_file("world.conf", text);
}

/* Writes all of it. */
static inline const char *
world_begin(void)
{
    char command[4096];

    (void) snprintf(command, sizeof command, "mkdir -p '%s'", temporary_path("rules"));
    assert_int_equal(system(command), 0);
    (void) temporary_file("rules/rules.conf", WORLD_RULES);
    (void) temporary_file("ranges.conf", WORLD_RANGES);
    (void) temporary_file("feed.txt", WORLD_LIST);
    (void) temporary_file("suppress.conf", WORLD_SUPPRESS);
    world_settings("");
    return temporary_path("world.conf");
}

#endif
