/* Two settings beside each other: what differs, and what a running sensor keeps. */
#include "sensor/settings.h"

#include <assert.h>
#include <string.h>

#include "sensor/settings_table.h"

static bool is_same(const struct setting *setting, const struct settings *a,
                    const struct settings *b);
static void copy_value(const struct setting *setting, struct settings *to,
                       const struct settings *from, struct arena *arena);

void
settings_keep(struct settings *settings, const struct settings *in_use, struct arena *arena,
              struct problem_list *problems)
{
    for (size_t i = 0; i < settings_n; i++) {
        char name[SETTING_NAME_SIZE];

        if (!setting_is_reloaded(&settings_table[i]) &&
            !is_same(&settings_table[i], settings, in_use)) {
            problem_warning(problems, settings->file, 0,
                            "%s has changed, which needs a restart; it stays as it was",
                            setting_name(&settings_table[i], name));
            copy_value(&settings_table[i], settings, in_use, arena);
        }
    }
}

void
settings_compare(const struct settings *a, const struct settings *b,
                 void (*show)(void *context, const char *name), void *context)
{
    for (size_t i = 0; i < settings_n; i++) {
        char name[SETTING_NAME_SIZE];

        if (!is_same(&settings_table[i], a, b)) {
            show(context, setting_name(&settings_table[i], name));
        }
    }
}

static bool
is_same_list(const struct text_list *a, const struct text_list *b)
{
    for (size_t i = 0; i < a->n && i < b->n; i++) {
        if (strcmp(a->texts[i], b->texts[i]) != 0) {
            return false;
        }
    }
    return a->n == b->n;
}

static bool
are_same_places(const struct settings_geo *a, const struct settings_geo *b)
{
    for (size_t i = 0; i < a->n_places && i < b->n_places; i++) {
        const struct geo_place_config *x = &a->places[i], *y = &b->places[i];

        if (x->prefix.length != y->prefix.length ||
            !ip_equal(x->prefix.address, y->prefix.address) || x->asn != y->asn ||
            strcmp(x->country, y->country) != 0 || strcmp(x->as_name, y->as_name) != 0) {
            return false;
        }
    }
    return a->n_places == b->n_places;
}

static bool
is_same(const struct setting *setting, const struct settings *a, const struct settings *b)
{
    const void *x = (const char *) a + setting->offset;
    const void *y = (const char *) b + setting->offset;

    switch (setting->type) {
    case SETTING_U32:
        return *(const uint32_t *) x == *(const uint32_t *) y;
    case SETTING_BOOLEAN:
        return *(const bool *) x == *(const bool *) y;
    case SETTING_DURATION:
    case SETTING_SIZE:
        return *(const uint64_t *) x == *(const uint64_t *) y;
    case SETTING_TEXT:
    case SETTING_FACILITY:
    case SETTING_SANDBOX:
    case SETTING_PREFILTER:
        return strcmp(*(const char *const *) x, *(const char *const *) y) == 0;
    case SETTING_TEXT_LIST:
    case SETTING_SECTORS:
    case SETTING_CONFIDENCES:
    case SETTING_COUNTRIES:
    case SETTING_INTERFACES:
        return is_same_list(x, y);
    case SETTING_SERVICES:
        return memcmp(x, y, sizeof(struct service_set)) == 0;
    case SETTING_PLACES:
        return are_same_places(&a->geo, &b->geo);
    case SETTING_LISTS:
        break;
    }
    return true;
}

static void
copy_list(struct text_list *to, const struct text_list *from, struct arena *arena)
{
    to->texts = arena_take(arena, (from->n + 1) * sizeof *to->texts);
    to->n = from->n;
    for (size_t i = 0; i < from->n; i++) {
        to->texts[i] = arena_text(arena, from->texts[i]);
    }
}

/* Copies the value of a setting that is not reloaded. */
static void
copy_value(const struct setting *setting, struct settings *to, const struct settings *from,
           struct arena *arena)
{
    void *x = (char *) to + setting->offset;
    const void *y = (const char *) from + setting->offset;

    switch (setting->type) {
    case SETTING_U32:
        *(uint32_t *) x = *(const uint32_t *) y;
        break;
    case SETTING_BOOLEAN:
        *(bool *) x = *(const bool *) y;
        break;
    case SETTING_DURATION:
    case SETTING_SIZE:
        *(uint64_t *) x = *(const uint64_t *) y;
        break;
    case SETTING_TEXT:
    case SETTING_FACILITY:
    case SETTING_SANDBOX:
    case SETTING_PREFILTER:
        *(const char **) x = arena_text(arena, *(const char *const *) y);
        break;
    case SETTING_TEXT_LIST:
    case SETTING_SECTORS:
    case SETTING_CONFIDENCES:
    case SETTING_COUNTRIES:
    case SETTING_INTERFACES:
        copy_list(x, y, arena);
        break;
    case SETTING_SERVICES:
        *(struct service_set *) x = *(const struct service_set *) y;
        break;
    case SETTING_PLACES:
    case SETTING_LISTS:
        assert(false);
        break;
    }
}
