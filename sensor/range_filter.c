#include "sensor/range_filter.h"

#include <string.h>

#include "base/log.h"

static const char *const mode_names[N_RANGE_FILTER_MODES] = {
    [RANGE_FILTER_OFF] = "off",
    [RANGE_FILTER_AUTO] = "auto",
    [RANGE_FILTER_ON] = "on",
};

const char *
range_filter_mode_name(enum range_filter_mode mode)
{
    return mode_names[mode];
}

bool
range_filter_mode_parse(const char *text, enum range_filter_mode *ret)
{
    for (unsigned i = 0; i < N_RANGE_FILTER_MODES; i++) {
        if (strcmp(mode_names[i], text) == 0) {
            *ret = (enum range_filter_mode) i;
            return true;
        }
    }
    return false;
}

static struct address_bits *
bits_of(const struct sector_map *sectors)
{
    struct address_bits *bits = address_bits_new();

    sector_map_add_bits(sectors, bits);
    return bits;
}

/* Says that frames of an interface, or of all (NULL), are not judged in the kernel. */
static void
say_refused(enum range_filter_mode mode, const char *interface, const char *reason,
            struct problem_list *problems)
{
    if (mode == RANGE_FILTER_ON) {
        problem_error(problems, interface, 0,
                      "the kernel does not filter by critical ranges: %s; expected "
                      "capture.prefilter = \"auto\" where it may do without",
                      reason);
    } else {
        log_info("run", "%s%sthe kernel does not filter by critical ranges: %s",
                 interface != NULL ? interface : "", interface != NULL ? ": " : "", reason);
    }
}

struct prefilter *
range_filter_new(enum range_filter_mode mode, const struct sector_map *sectors,
                 struct problem_list *problems)
{
    char reason[PREFILTER_REASON_SIZE];
    struct address_bits *bits;
    struct prefilter *prefilter;

    if (mode == RANGE_FILTER_OFF) {
        return NULL;
    }
    bits = bits_of(sectors);
    prefilter = prefilter_new(bits, reason);
    address_bits_free(bits);
    if (prefilter == NULL) {
        say_refused(mode, NULL, reason, problems);
    }
    return prefilter;
}

void
range_filter_check(enum range_filter_mode mode, const struct intake *intake,
                   const char *const *interfaces, size_t n, struct problem_list *problems)
{
    for (size_t i = 0; i < n; i++) {
        const char *refusal = intake_prefilter_refusal(intake, i);

        if (*refusal != '\0') {
            say_refused(mode, interfaces[i], refusal, problems);
        } else {
            log_info("run", "%s: the kernel filters by critical ranges", interfaces[i]);
        }
    }
}

void
range_filter_widen(struct prefilter *prefilter, const struct sector_map *sectors)
{
    struct address_bits *bits;

    if (prefilter != NULL) {
        bits = bits_of(sectors);
        prefilter_widen(prefilter, bits);
        address_bits_free(bits);
    }
}

void
range_filter_set(struct prefilter *prefilter, const struct sector_map *sectors)
{
    struct address_bits *bits;

    if (prefilter != NULL) {
        bits = bits_of(sectors);
        prefilter_set(prefilter, bits);
        address_bits_free(bits);
    }
}
