#ifndef SENSOR_SETTINGS_H
#define SENSOR_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/problem.h"
#include "capture/decode.h"
#include "capture/source.h"
#include "classify/detect/detect.h"
#include "classify/flow_table.h"
#include "classify/list/indicator_list.h"
#include "classify/recognise/recognise.h"
#include "geo/geo.h"
#include "rules/cascade.h"
#include "rules/incident_table.h"
#include "rules/rule_set.h"

/* What sectorwatch.conf says.  One table (settings.c) holds every key with its type, range,
 * default and description; the reader, the shipped sectorwatch.conf and sectorwatch.conf(5)
 * are made from it. */

/* Texts that end with NULL. */
struct text_list {
    const char **texts;
    size_t n;
};

struct settings_sectors {
    struct text_list files; /* Operator files; may hold glob(7) patterns. */
    bool catalogue;
    const char *catalogue_folder;
    struct text_list catalogue_sectors, confidence, countries, countries_not;
};

struct settings_geo {
    struct text_list databases;
    struct geo_place_config *places;
    size_t n_places;
};

struct settings_rules {
    const char *statement;
    struct text_list folders, suppress;
    uint32_t threshold_capacity;
};

struct settings_alert {
    const char *hostname; /* "": the host's own. */
    const char *file;     /* "": none. */
    const char *syslog;   /* "": none. */
    uint32_t syslog_queue;
    uint64_t heartbeat_ns;
    uint32_t least_traffic; /* Packets a second. */
    uint32_t least_share;   /* Per cent of what is usual. */
    const char *facility;
    uint32_t enterprise_number;
    uint32_t community_id_seed;
    const char *reference;
};

struct settings_metrics {
    const char *folder; /* "": none. */
    const char *group;  /* Of the socket; "": the process's own. */
};

struct settings_ctl {
    const char *folder;   /* Of the sockets; "": none. */
    const char *group;    /* "": the process's own. */
    const char *suppress; /* "": none. */
};

struct settings {
    struct settings_sectors sectors;
    struct settings_geo geo;
    struct settings_rules rules;
    struct settings_alert alert;
    struct settings_metrics metrics;
    struct settings_ctl ctl;
    const char *sandbox; /* A mode that sandbox_mode_parse() knows. */
    struct indicator_list_config *lists;
    size_t n_lists;
    struct text_list interfaces;
    uint32_t rings;
    struct source_live_config capture;
    const char *prefilter; /* A mode that range_filter_mode_parse() knows. */
    struct decode_config decode;
    struct flow_config flow;
    struct recognise_config recognise;
    struct detect_config detect;
    struct cascade_config cascade;
    struct incident_config incident;
    const char *file; /* What was read. */
};

/* Reads 'path' into 'settings', whose texts live in 'arena'.  A key that is not there keeps
 * its default; everything wrong goes to 'problems'. */
void settings_read(const char *path, struct arena *arena, struct settings *settings,
                   struct problem_list *problems);

/* What a policy is loaded with that is to take the place of another one in use: settings
 * that size tables or open things stay in 'settings' as 'in_use' has them, and each that is
 * otherwise is named in a warning.  Texts are copied into 'arena'. */
void settings_keep(struct settings *settings, const struct settings *in_use,
                   struct arena *arena, struct problem_list *problems);

/* Calls 'show' with the name of each setting that differs ("flow.capacity"), but for
 * 'lists'. */
void settings_compare(const struct settings *a, const struct settings *b,
                      void (*show)(void *context, const char *name), void *context);

/* The number of a syslog facility (RFC 5424 section 6.2.1); false if there is none of the
 * name. */
bool facility_parse(const char *name, unsigned *ret);

/* Writes the commented sectorwatch.conf with every key at its default. */
void settings_write_default(FILE *out);

/* Writes the keys as the body of a section of sectorwatch.conf(5), in man(7) macros. */
void settings_write_manual(FILE *out);

#endif
