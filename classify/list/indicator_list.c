#include "classify/list/indicator_list.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/timestamp.h"
#include "classify/line_reader.h"
#include "classify/prefix_map.h"

/* All lists share one prefix map.  An address is on a list if any prefix of the list holds
 * it, not only the longest, so each prefix is given the lists of those that hold it too;
 * its value is the number of that set of lists. */
enum {
    MAX_LISTS = 64, /* A bit each in a uint64_t. */
    MAX_NESTED = 129,
    N_RECENT = 256,
};

struct indicator_lists {
    struct arena *arena;
    struct indicator_list *lists;
    size_t n;
    struct prefix_map *prefixes;
    uint64_t *sets; /* By value of the prefix map; number 0 is not used. */
    size_t n_sets, sets_capacity;
};

/* What is read, before it becomes the map; an entry's value is its list's index. */
struct gathering {
    struct prefix_entry *entries;
    size_t n, capacity;
};

/* The walk over sorted entries that makes sets of them. */
struct set_maker {
    struct indicator_lists *lists;
    struct {
        struct ip_prefix prefix;
        uint64_t set;
    } open[MAX_NESTED]; /* Prefixes that hold where we are, with their lists. */
    size_t n_open;
    uint32_t recent[N_RECENT]; /* Numbers of sets lately made, by hash. */
};

static void check_configs(const struct indicator_list_config *configs, size_t n,
                          struct problem_list *problems);
static void read_list(struct indicator_lists *lists, size_t index,
                      const struct indicator_list_config *config,
                      struct gathering *gathering, struct problem_list *problems);
static enum ip_parse_status parse_line(const char *line, struct ip_prefix *ret);
static size_t make_sets(struct indicator_lists *lists, struct gathering *gathering);

struct indicator_lists *
indicator_lists_new(const struct indicator_list_config *configs, size_t n,
                    struct problem_list *problems)
{
    struct indicator_lists *lists = memory_zeroed(1, sizeof *lists);
    struct gathering gathering = { 0 };
    size_t n_prefixes;

    lists->arena = arena_new();
    check_configs(configs, n, problems);
    n = n < MAX_LISTS ? n : MAX_LISTS;
    lists->lists = arena_take(lists->arena, (n + 1) * sizeof *lists->lists);
    for (size_t i = 0; i < n; i++) {
        read_list(lists, lists->n++, &configs[i], &gathering, problems);
    }
    n_prefixes = make_sets(lists, &gathering);
    lists->prefixes = prefix_map_new(gathering.entries, n_prefixes);
    free(gathering.entries);
    return lists;
}

void
indicator_lists_free(struct indicator_lists *lists)
{
    if (lists == NULL) {
        return;
    }
    prefix_map_free(lists->prefixes);
    free(lists->sets);
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

uint64_t
indicator_lists_of_address(const struct indicator_lists *lists, struct ip_address address,
                           uint64_t now_ns)
{
    const uint32_t value = prefix_map_lookup(lists->prefixes, address);
    uint64_t set = value == 0 ? 0 : lists->sets[value];

    for (size_t i = 0; i < lists->n && set >> i != 0; i++) {
        const uint64_t expires_ns = lists->lists[i].expires_ns;

        if (expires_ns != 0 && now_ns >= expires_ns) {
            set &= ~(UINT64_C(1) << i);
        }
    }
    return set;
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
        .meaning = arena_text(arena, config->meaning),
        .concern = arena_text(arena, config->concern),
        .date_ns = date_ns,
        .expires_ns = valid_ns == 0                     ? 0
                      : valid_ns > UINT64_MAX - date_ns ? UINT64_MAX
                                                        : date_ns + valid_ns,
    };
}

static void
warn_if_wide(struct line_reader *reader, struct ip_prefix prefix)
{
    const bool v4 = ip_is_v4(prefix.address) && prefix.length >= IP_V4_BITS;
    char text[IP_PREFIX_TEXT_SIZE];

    if (prefix.length < (v4 ? IP_V4_BITS + 8 : 16)) {
        line_reader_bad(reader, "%s is suspiciously wide for a list of addresses",
                        ip_prefix_format(prefix, text));
    }
}

/* The line that names the columns of a CSV file: words, but nothing like an address. */
static bool
is_header(const char *line)
{
    return strpbrk(line, ".:") == NULL;
}

static void
add_entry(struct gathering *gathering, struct ip_prefix prefix, uint32_t index)
{
    gathering->entries = memory_grow(gathering->entries, gathering->n, &gathering->capacity,
                                     sizeof *gathering->entries);
    gathering->entries[gathering->n++] =
        (struct prefix_entry){ prefix.address, index, prefix.length };
}

static void
read_lines(struct line_reader *reader, uint32_t index, struct gathering *gathering)
{
    bool is_first = true;
    char *line;

    while ((line = line_reader_next(reader)) != NULL) {
        char text[IP_PREFIX_TEXT_SIZE];
        struct ip_prefix prefix;
        bool may_be_header;

        line[strcspn(line, "#;")] = '\0';
        line += strspn(line, " \t");
        if (*line == '\0') {
            continue;
        }
        may_be_header = is_first && is_header(line);
        is_first = false;
        switch (parse_line(line, &prefix)) {
        case IP_PARSE_OK:
            warn_if_wide(reader, prefix);
            add_entry(gathering, prefix, index);
            break;
        case IP_PARSE_HOST_BITS:
            line_reader_bad(reader,
                            "a prefix has bits set beyond its length and is passed over; "
                            "expected %s",
                            ip_prefix_format(prefix, text));
            break;
        case IP_PARSE_NOT_AN_ADDRESS:
        case IP_PARSE_BAD_LENGTH:
            if (!may_be_header) {
                line_reader_bad(reader,
                                "\"%.60s\" is not an address or prefix and is passed over",
                                line);
            }
            break;
        }
    }
}

static void
read_list(struct indicator_lists *lists, size_t index,
          const struct indicator_list_config *config, struct gathering *gathering,
          struct problem_list *problems)
{
    const size_t n_before = gathering->n;
    struct line_reader *reader = line_reader_open(config->file, PROBLEM_WARNING, problems);
    int error = errno;

    lists->lists[index] = describe(lists->arena, config);
    if (reader != NULL) {
        read_lines(reader, (uint32_t) index, gathering);
        error = line_reader_close(reader);
    }
    lists->lists[index].n_entries = gathering->n - n_before;
    if (reader == NULL || error != 0) {
        problem_error(problems, config->config_file, config->config_line,
                      "list \"%s\": %s cannot be read: %s", config->name, config->file,
                      strerror(error));
    } else if (gathering->n == n_before) {
        problem_error(problems, config->config_file, config->config_line,
                      "list \"%s\": %s holds no address", config->name, config->file);
    }
}

/* Reads "ADDRESS", "PREFIX", "IPV4:PORT" or "[IPV6]:PORT", in quotes or not, as the first
 * word of a field that ends at a comma or at the end. */
static enum ip_parse_status
parse_field(const char *field, struct ip_prefix *ret)
{
    char text[IP_PREFIX_TEXT_SIZE];
    char *colon;
    size_t length;

    field += strspn(field, " \t\"'[");
    length = strcspn(field, " \t\"'],");
    if (length == 0 || length >= sizeof text) {
        return IP_PARSE_NOT_AN_ADDRESS;
    }
    memcpy(text, field, length);
    text[length] = '\0';
    colon = strchr(text, ':');
    if (colon != NULL && memchr(text, '.', (size_t) (colon - text)) != NULL) {
        *colon = '\0';
    }
    return ip_prefix_parse(text, ret);
}

/* Reads the first field, of those that commas separate, that is an address: some feeds put
 * other things before it. */
static enum ip_parse_status
parse_line(const char *line, struct ip_prefix *ret)
{
    for (;;) {
        const enum ip_parse_status status = parse_field(line, ret);
        const char *comma = strchr(line, ',');

        if (status != IP_PARSE_NOT_AN_ADDRESS || comma == NULL) {
            return status;
        }
        line = comma + 1;
    }
}

static uint64_t
enclosing_set(const struct set_maker *maker)
{
    return maker->n_open > 0 ? maker->open[maker->n_open - 1].set : 0;
}

/* The number of 'set', the same for sets made not long ago; which of them does not matter
 * but for memory. */
static uint32_t
set_number(struct set_maker *maker, uint64_t set)
{
    struct indicator_lists *lists = maker->lists;
    uint32_t *recent = &maker->recent[hash_2(hash_seed_fixed(), set, 0) % N_RECENT];

    if (*recent == 0 || lists->sets[*recent] != set) {
        lists->sets = memory_grow(lists->sets, lists->n_sets, &lists->sets_capacity,
                                  sizeof *lists->sets);
        *recent = (uint32_t) lists->n_sets;
        lists->sets[lists->n_sets++] = set;
    }
    return *recent;
}

/* Merges equal prefixes and replaces lists by sets of lists, in place.  Returns how many
 * entries are left. */
static size_t
make_sets(struct indicator_lists *lists, struct gathering *gathering)
{
    struct prefix_entry *entries = gathering->entries;
    struct set_maker maker = { .lists = lists };
    size_t n = 0;

    lists->sets = memory_grow(lists->sets, 0, &lists->sets_capacity, sizeof *lists->sets);
    lists->n_sets = 1;
    prefix_entries_sort(entries, gathering->n);
    for (size_t i = 0; i < gathering->n;) {
        const struct ip_prefix prefix = { entries[i].address, entries[i].length };
        uint64_t set;

        while (maker.n_open > 0 &&
               !ip_prefix_contains(maker.open[maker.n_open - 1].prefix, prefix.address)) {
            maker.n_open--;
        }
        set = enclosing_set(&maker);
        for (; i < gathering->n && entries[i].length == prefix.length &&
               ip_equal(entries[i].address, prefix.address);
             i++) {
            set |= UINT64_C(1) << entries[i].value;
        }
        maker.open[maker.n_open].prefix = prefix;
        maker.open[maker.n_open++].set = set;
        entries[n++] =
            (struct prefix_entry){ prefix.address, set_number(&maker, set), prefix.length };
    }
    return n;
}
