#ifndef SENSOR_SETTINGS_TABLE_H
#define SENSOR_SETTINGS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The one table of settings (settings.c), for settings_*.c alone: the reader, the
 * comparison, the shipped file and the manual are made from it. */
enum setting_type {
    SETTING_U32,
    SETTING_BOOLEAN,
    SETTING_DURATION, /* uint64_t, nanoseconds. */
    SETTING_SIZE,     /* uint64_t, bytes. */
    SETTING_TEXT,
    SETTING_FACILITY,  /* A text that facility_parse() knows. */
    SETTING_SANDBOX,   /* A text that sandbox_mode_parse() knows. */
    SETTING_PREFILTER, /* A text that range_filter_mode_parse() knows. */
    SETTING_TEXT_LIST,
    SETTING_SECTORS, /* Text lists whose texts are names of a kind. */
    SETTING_CONFIDENCES,
    SETTING_COUNTRIES,
    SETTING_INTERFACES,
    SETTING_SERVICES, /* struct service_set. */
    SETTING_LISTS,    /* The groups of 'lists'. */
    SETTING_PLACES,   /* The groups of 'geo.places'. */
};

struct setting_kind {
    const char *name;                  /* In the manual. */
    bool (*accepts)(const char *text); /* Kinds of text: whether it fits; NULL: any does. */
    const char *expected;              /* What it accepts, for messages. */
};

struct setting {
    const char *group; /* "" at the top. */
    const char *name;
    enum setting_type type;
    size_t offset;     /* In struct settings. */
    uint32_t min, max; /* Numbers; sizes: the least in kB, the most in MB. */
    const char *value; /* The default, as libconfig text. */
    const char *description;
};

enum { SETTINGS_MAX = 256, SETTING_NAME_SIZE = 64 };

/* In the order of the shipped file; those of a group stand together. */
extern const struct setting settings_table[];
extern const size_t settings_n; /* At most SETTINGS_MAX. */

const struct setting_kind *setting_kind_of(const struct setting *setting);

/* "flow.capacity" */
const char *setting_name(const struct setting *setting,
                         char name[static SETTING_NAME_SIZE]);

/* Whether a reload takes it over; otherwise a change needs a restart. */
bool setting_is_reloaded(const struct setting *setting);

#endif
