#include "classify/list/indicator_list.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "classify/list/intake.h"

enum { MAX_LISTS = KEY_SET_LISTS_MAX }; /* A bit each in a uint64_t. */

/* All lists share one set for each kind of indicators. */
struct indicator_lists {
    struct arena *arena;
    struct indicator_list *lists;
    size_t n;
    struct address_set *addresses;
    struct domain_set *domains;
    struct key_set *fingerprints;
    uint64_t of_use[N_LIST_USES]; /* Bit i for list i. */
};

static void check_configs(const struct indicator_list_config *configs, size_t n,
                          struct problem_list *problems);
static struct indicator_list describe(struct arena *arena,
                                      const struct indicator_list_config *config);
static void read_list(struct intake *intake, const struct indicator_list_config *config);

static const char *const use_names[N_LIST_USES] = {
#define X(name, text) text,
    LIST_USE_TABLE(X)
#undef X
};

const char *
list_use_name(enum list_use use)
{
    return use_names[use];
}

bool
list_use_parse(const char *name, enum list_use *ret)
{
    for (size_t i = 0; i < N_LIST_USES; i++) {
        if (strcmp(use_names[i], name) == 0) {
            *ret = (enum list_use) i;
            return true;
        }
    }
    return false;
}

struct indicator_lists *
indicator_lists_new(const struct indicator_list_config *configs, size_t n,
                    struct problem_list *problems)
{
    struct indicator_lists *lists = memory_zeroed(1, sizeof *lists);
    struct address_gathering *addresses = address_gathering_new();
    struct domain_gathering domains = { 0 };
    struct key_gathering fingerprints = { 0 };

    lists->arena = arena_new();
    check_configs(configs, n, problems);
    lists->n = n < MAX_LISTS ? n : MAX_LISTS;
    lists->lists = arena_take(lists->arena, (lists->n + 1) * sizeof *lists->lists);
    for (unsigned i = 0; i < lists->n; i++) {
        struct intake intake = {
            .list = &lists->lists[i],
            .number = i,
            .bad = { .file = configs[i].file,
                     .severity = PROBLEM_WARNING,
                     .problems = problems },
            .column = configs[i].column,
            .addresses = addresses,
            .domains = &domains,
            .fingerprints = &fingerprints,
        };

        lists->lists[i] = describe(lists->arena, &configs[i]);
        lists->of_use[configs[i].use] |= UINT64_C(1) << i;
        read_list(&intake, &configs[i]);
    }
    lists->addresses = address_set_new(addresses);
    lists->domains = domain_set_new(&domains);
    lists->fingerprints = key_set_new(&fingerprints);
    return lists;
}

void
indicator_lists_free(struct indicator_lists *lists)
{
    if (lists == NULL) {
        return;
    }
    address_set_free(lists->addresses);
    domain_set_free(lists->domains);
    key_set_free(lists->fingerprints);
    arena_free(lists->arena);
    free(lists);
}

size_t
indicator_lists_n(const struct indicator_lists *lists)
{
    return lists->n;
}

const struct indicator_list *
indicator_lists_at(const struct indicator_lists *lists, size_t index)
{
    return &lists->lists[index];
}

unsigned
indicator_list_age_days(const struct indicator_list *list, uint64_t now_ns)
{
    const uint64_t day_ns = 86400 * NS_PER_SECOND, month_days = 30;
    const uint64_t days = now_ns > list->date_ns ? (now_ns - list->date_ns) / day_ns : 0;

    return list->date_ns == 0 || days <= month_days ? 0 : (unsigned) days;
}

void
indicator_list_write_counts(const struct indicator_list *list, FILE *out)
{
    const char *separator = "";

    for (size_t i = 0; i < N_INDICATOR_KINDS; i++) {
        if (list->n_of[i] > 0) {
            fprintf(out, "%s%zu %s", separator, list->n_of[i],
                    indicator_kind_text((enum indicator_kind) i));
            separator = ", ";
        }
    }
    fputs(list->n_entries == 0 ? "nothing" : "", out);
    if (list->n_bad > 0) {
        fprintf(out, "; %zu bad", list->n_bad);
    }
    separator = "; not looked for: ";
    for (size_t i = 0; i < list->n_others; i++) {
        fprintf(out, "%s%zu %s", separator, list->others[i].n, list->others[i].name);
        separator = ", ";
    }
}

/* Those of 'on' that are in force at 'now_ns'. */
static uint64_t
in_force(const struct indicator_lists *lists, uint64_t on, uint64_t now_ns)
{
    for (uint64_t left = on; left != 0; left &= left - 1) {
        const unsigned i = (unsigned) __builtin_ctzll(left);
        const uint64_t expires_ns = lists->lists[i].expires_ns;

        if (expires_ns != 0 && now_ns >= expires_ns) {
            on &= ~(UINT64_C(1) << i);
        }
    }
    return on;
}

uint64_t
indicator_lists_of_address(const struct indicator_lists *lists, struct ip_address address,
                           uint64_t now_ns)
{
    return in_force(lists, address_set_lookup(lists->addresses, address), now_ns);
}

uint64_t
indicator_lists_of_domain(const struct indicator_lists *lists, const char *name,
                          uint64_t now_ns)
{
    return in_force(lists, domain_set_lookup(lists->domains, name), now_ns);
}

uint64_t
indicator_lists_of_fingerprint(const struct indicator_lists *lists, const char *fingerprint,
                               uint64_t now_ns)
{
    return in_force(lists, fingerprint_lookup(lists->fingerprints, fingerprint), now_ns);
}

uint64_t
indicator_lists_of_use(const struct indicator_lists *lists, uint64_t on, enum list_use use)
{
    return on & lists->of_use[use];
}

uint64_t
indicator_lists_that_count(const struct indicator_lists *lists, uint64_t on)
{
    return (on & lists->of_use[LIST_USE_ALLOW]) != 0 ? on & ~lists->of_use[LIST_USE_ALERT]
                                                     : on;
}

bool
indicator_lists_have(const struct indicator_lists *lists, enum indicator_kind kind)
{
    for (size_t i = 0; i < lists->n; i++) {
        if (lists->lists[i].n_of[kind] > 0) {
            return true;
        }
    }
    return false;
}

size_t
indicator_lists_memory(const struct indicator_lists *lists)
{
    return sizeof *lists + arena_size(lists->arena) + address_set_memory(lists->addresses) +
           domain_set_memory(lists->domains) + key_set_memory(lists->fingerprints);
}

static void
check_configs(const struct indicator_list_config *configs, size_t n,
              struct problem_list *problems)
{
    if (n > MAX_LISTS) {
        problem_error(problems, configs[MAX_LISTS].config_file,
                      configs[MAX_LISTS].config_line,
                      "%zu lists are too many; expected at most %d", n, MAX_LISTS);
    }
    for (size_t i = 1; i < n; i++) {
        for (size_t k = 0; k < i; k++) {
            if (strcmp(configs[i].name, configs[k].name) == 0) {
                problem_error(problems, configs[i].config_file, configs[i].config_line,
                              "list \"%s\" has the name of the list in line %u",
                              configs[i].name, configs[k].config_line);
                break;
            }
        }
    }
}

/* The day a list speaks of: as configured, else when its file was written. */
static uint64_t
date_of(const struct indicator_list_config *config)
{
    struct stat status;

    if (config->date_ns != 0) {
        return config->date_ns;
    }
    if (stat(config->file, &status) != 0 || status.st_mtim.tv_sec < 0) {
        return 0;
    }
    return (uint64_t) status.st_mtim.tv_sec * NS_PER_SECOND +
           (uint64_t) status.st_mtim.tv_nsec;
}

static struct indicator_list
describe(struct arena *arena, const struct indicator_list_config *config)
{
    const uint64_t date_ns = date_of(config);
    const uint64_t valid_ns = config->valid_for_ns;

    return (struct indicator_list){
        .name = arena_text(arena, config->name),
        .file = arena_text(arena, config->file),
        .source = arena_text(arena, config->source),
        .meaning = arena_text(arena, config->meaning),
        .concern = arena_text(arena, config->concern),
        .use = config->use,
        .date_ns = date_ns,
        .expires_ns = valid_ns == 0                     ? 0
                      : valid_ns > UINT64_MAX - date_ns ? UINT64_MAX
                                                        : date_ns + valid_ns,
    };
}

/* Finds out the format, if it is not configured; returns 0 or what failed. */
static int
settle_format(struct intake *intake, const struct indicator_list_config *config)
{
    int error = 0;

    intake->list->format = config->format;
    if (*config->column != '\0' && config->format == LIST_FORMAT_AUTO) {
        intake->list->format = LIST_FORMAT_CSV;
    } else if (config->format == LIST_FORMAT_AUTO) {
        error = list_format_detect(config->file, &intake->list->format);
    }
    return error;
}

static int
read_file(struct intake *intake)
{
    static int (*const readers[N_LIST_FORMATS])(struct intake *) = {
        [LIST_FORMAT_PLAIN] = list_read_plain,
        [LIST_FORMAT_CSV] = list_read_csv,
        [LIST_FORMAT_MISP] = list_read_misp,
        [LIST_FORMAT_WARNINGLIST] = list_read_warninglist,
        [LIST_FORMAT_STIX] = list_read_stix,
    };

    if (intake->list->format == LIST_FORMAT_AUTO) {
        intake_refuse(intake, 0,
                      "JSON that is no list; expected a MISP event or warninglist, or a "
                      "STIX bundle");
        return 0;
    }
    return readers[intake->list->format](intake);
}

static void
read_list(struct intake *intake, const struct indicator_list_config *config)
{
    struct problem_list *problems = intake->bad.problems;
    const size_t n_errors = problems == NULL ? 0 : problem_list_n_errors(problems);
    int error = settle_format(intake, config);

    if (error == 0) {
        error = read_file(intake);
    }
    if (error != 0) {
        problem_error(problems, config->config_file, config->config_line,
                      "list \"%s\": %s cannot be read: %s", config->name, config->file,
                      strerror(error));
    } else if (problems != NULL && problem_list_n_errors(problems) > n_errors) {
        return; /* It is said already. */
    } else if (intake->list->n_entries == 0 && intake->list->n_others == 0) {
        problem_error(problems, config->config_file, config->config_line,
                      "list \"%s\": %s holds no address, domain or fingerprint",
                      config->name, config->file);
    } else if (intake->list->n_entries == 0) {
        problem_warning(problems, config->config_file, config->config_line,
                        "list \"%s\": %s holds nothing that can be seen on a network, but "
                        "%s and the like",
                        config->name, config->file, intake->list->others[0].name);
    }
}
