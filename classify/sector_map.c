#include "classify/sector_map.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/country_code.h"
#include "base/memory.h"
#include "classify/prefix_map.h"
#include "classify/sector_build.h"

struct sector_map {
    struct arena *arena; /* Claims, sources, texts. */
    struct prefix_map *prefixes;
    struct critical_range *ranges; /* By range_id; number 0 is not used. */
    struct sector_organisation *organisations;
    uint32_t *organisation_ranges; /* What organisations[].ranges point into. */
    size_t n_ranges, n_organisations, n_organisation_ranges, n_hidden;
};

enum {
    MAX_NESTED = 129,       /* Prefixes that nest: one of each length. */
    MAX_OVERLAPS_TOLD = 20, /* Warnings about overlaps; the rest is a number. */
    SECTORS_TEXT_SIZE = 128 /* All names of sectors. */
};

/* An organisation claims a range. */
struct ownership {
    uint32_t organisation;
    range_id range;
};

/* The walk that makes ranges of the prefixes that were listed, in the order of
 * prefix_entries_sort(). */
struct merge {
    struct sector_build *build;
    struct sector_map *map;
    struct prefix_entry open[MAX_NESTED]; /* The operator's that hold where we are. */
    size_t n_open;
    struct ownership *owned;
    size_t n_owned, owned_capacity;
    size_t n_overlaps;
};

static void read_all(struct sector_build *build, const struct sector_map_config *config);
static void merge_all(struct merge *m);
static void merge_equal(struct merge *m, const struct prefix_entry *equal, size_t n);
static void check_nesting(struct merge *m, const struct prefix_entry *inner);
static bool check_twice(struct merge *m, const struct prefix_entry *equal, size_t at);
static void add_range(struct merge *m, const struct prefix_entry *entry, size_t n_owners);
static void share_out(struct merge *m);
static bool is_part(const char *text, const char *part);

struct sector_map *
sector_map_new(const struct sector_map_config *config, struct problem_list *problems)
{
    struct sector_map *map = memory_zeroed(1, sizeof *map);
    struct sector_build build = { .problems = problems };
    struct merge m = { .build = &build, .map = map };

    map->arena = build.arena = arena_new();
    read_all(&build, config);
    merge_all(&m);
    share_out(&m);
    free(m.owned);
    free(build.origins);
    free(build.organisations);
    map->prefixes = prefix_map_new(build.entries, map->n_ranges);
    free(build.entries);
    return map;
}

void
sector_map_free(struct sector_map *map)
{
    if (map == NULL) {
        return;
    }
    prefix_map_free(map->prefixes);
    free(map->ranges);
    free(map->organisations);
    free(map->organisation_ranges);
    arena_free(map->arena);
    free(map);
}

range_id
sector_map_lookup(const struct sector_map *map, struct ip_address address)
{
    return prefix_map_lookup(map->prefixes, address);
}

void
sector_map_prefetch(const struct sector_map *map, struct ip_address address)
{
    prefix_map_prefetch(map->prefixes, address);
}

void
sector_map_add_bits(const struct sector_map *map, struct address_bits *bits)
{
    for (size_t id = 1; id <= map->n_ranges; id++) {
        address_bits_add(bits, map->ranges[id].prefix);
    }
}

const struct critical_range *
sector_map_range(const struct sector_map *map, range_id id)
{
    assert(id > 0 && id <= map->n_ranges);
    return &map->ranges[id];
}

size_t
sector_map_n_ranges(const struct sector_map *map)
{
    return map->n_ranges;
}

size_t
sector_map_n_hidden(const struct sector_map *map)
{
    return map->n_hidden;
}

size_t
sector_map_memory(const struct sector_map *map)
{
    return sizeof *map + arena_size(map->arena) + prefix_map_memory(map->prefixes) +
           (map->n_ranges + 1) * sizeof *map->ranges +
           map->n_organisations * sizeof *map->organisations +
           map->n_organisation_ranges * sizeof *map->organisation_ranges;
}

size_t
sector_map_n_organisations(const struct sector_map *map)
{
    return map->n_organisations;
}

const struct sector_organisation *
sector_map_organisation(const struct sector_map *map, size_t index)
{
    return &map->organisations[index];
}

/* Does one of the organisation's ranges lie in 'prefix', or hold it? */
static bool
has_range_at(const struct sector_map *map, const struct sector_organisation *organisation,
             struct ip_prefix prefix)
{
    for (size_t i = 0; i < organisation->n_ranges; i++) {
        const struct ip_prefix range = map->ranges[organisation->ranges[i]].prefix;

        if (range.length <= prefix.length ? ip_prefix_contains(range, prefix.address)
                                          : ip_prefix_contains(prefix, range.address)) {
            return true;
        }
    }
    return false;
}

static bool
is_as_number(const char *text, uint32_t asn)
{
    const char *digits = text + (strncasecmp(text, "AS", 2) == 0 ? 2 : 0);

    return asn != 0 && *digits >= '1' && *digits <= '9' && strlen(digits) <= 10 &&
           digits[strspn(digits, "0123456789")] == '\0' &&
           strtoull(digits, NULL, 10) == asn;
}

bool
sector_map_organisation_matches(const struct sector_map *map, size_t index,
                                const char *text)
{
    const struct sector_organisation *organisation = &map->organisations[index];
    struct ip_prefix prefix;

    if (ip_prefix_parse(text, &prefix) == IP_PARSE_OK) {
        return has_range_at(map, organisation, prefix);
    }
    if (country_code_is_well_formed(text)) {
        return strcmp(organisation->claims->country, text) == 0;
    }
    if (is_as_number(text, organisation->claims->asn) ||
        is_part(organisation->claims->organisation, text) ||
        is_part(organisation->claims->subsector, text)) {
        return true;
    }
    for (size_t i = 0; i < organisation->n_claims; i++) {
        const enum sector sector = organisation->claims[i].sector;

        if (is_part(sector_name(sector), text) || is_part(sector_title(sector), text)) {
            return true;
        }
    }
    return false;
}

bool
critical_range_may_serve(const struct critical_range *range, enum service service)
{
    for (uint32_t i = 0; i < range->n_claims; i++) {
        const struct service_set *services = range->claims[i].services;

        if (services == NULL) {
            return true;
        }
        for (unsigned declared = SERVICE_NONE + 1; declared < N_SERVICES; declared++) {
            if (service_set_has(services, (enum service) declared) &&
                service_may_be(service, (enum service) declared)) {
                return true;
            }
        }
    }
    return false;
}

static const char *const confidence_names[] = {
    [CONFIDENCE_OPERATOR] = "operator",
    [CONFIDENCE_A] = "A",
    [CONFIDENCE_B] = "B",
    [CONFIDENCE_M] = "M",
};

const char *
confidence_name(enum confidence confidence)
{
    return confidence_names[confidence];
}

bool
confidence_parse(const char *name, enum confidence *ret)
{
    for (unsigned i = 0; i < N_CONFIDENCES; i++) {
        if (strcmp(confidence_names[i], name) == 0) {
            *ret = (enum confidence) i;
            return true;
        }
    }
    return false;
}

/* What the operator lists is read first: merge_equal() leans on it. */
static void
read_all(struct sector_build *build, const struct sector_map_config *config)
{
    for (size_t i = 0; config->operator_files[i] != NULL; i++) {
        sector_file_read(build, config->operator_files[i]);
    }
    for (size_t i = 0; config->ranges[i] != NULL; i++) {
        sector_option_read(build, config->ranges[i]);
    }
    if (config->catalogue_dir != NULL) {
        sector_catalogue_read(build, config);
    }
}

static bool
is_same_prefix(const struct prefix_entry *a, const struct prefix_entry *b)
{
    return a->length == b->length && ip_equal(a->address, b->address);
}

static struct ip_prefix
prefix_of(const struct prefix_entry *entry)
{
    return (struct ip_prefix){ entry->address, entry->length };
}

/* Makes the ranges, and leaves in the first n_ranges entries what the prefix map is to
 * hold. */
static void
merge_all(struct merge *m)
{
    struct sector_build *build = m->build;
    struct sector_map *map = m->map;

    prefix_entries_sort(build->entries, build->n_entries);
    map->ranges = memory_zeroed(build->n_entries + 1, sizeof *map->ranges);
    for (size_t i = 0, n; i < build->n_entries; i += n) {
        for (n = 1; i + n < build->n_entries &&
                    is_same_prefix(&build->entries[i], &build->entries[i + n]);) {
            n++;
        }
        merge_equal(m, &build->entries[i], n);
    }
    if (m->n_overlaps > MAX_OVERLAPS_TOLD) {
        problem_warning(build->problems, NULL, 0,
                        "and %zu more overlaps between ranges that the operator lists",
                        m->n_overlaps - MAX_OVERLAPS_TOLD);
    }
}

static const struct sector_organisation *
organisation_of(const struct merge *m, const struct prefix_entry *entry)
{
    return &m->build->organisations[m->build->origins[entry->value].organisation];
}

static bool
is_operators(const struct merge *m, const struct prefix_entry *entry)
{
    return organisation_of(m, entry)->claims->confidence == CONFIDENCE_OPERATOR;
}

/* Makes a range of 'n' entries with one prefix; the operator's come first. */
static void
merge_equal(struct merge *m, const struct prefix_entry *equal, size_t n)
{
    const bool is_operators_range = is_operators(m, &equal[0]);
    const struct prefix_entry entry = equal[0];
    size_t n_owners = 0;

    while (m->n_open > 0 &&
           !ip_prefix_contains(prefix_of(&m->open[m->n_open - 1]), entry.address)) {
        m->n_open--;
    }
    if (!is_operators(m, &equal[n - 1]) && (is_operators_range || m->n_open > 0)) {
        m->map->n_hidden++;
    }
    if (!is_operators_range && m->n_open > 0) {
        return;
    }
    for (size_t i = 0; i < n && is_operators(m, &equal[i]) == is_operators_range; i++) {
        if (check_twice(m, equal, i)) {
            m->owned =
                memory_grow(m->owned, m->n_owned, &m->owned_capacity, sizeof *m->owned);
            m->owned[m->n_owned++] =
                (struct ownership){ m->build->origins[equal[i].value].organisation,
                                    (range_id) (m->map->n_ranges + 1) };
            n_owners++;
        }
    }
    if (is_operators_range) {
        check_nesting(m, &entry);
        m->open[m->n_open++] = entry;
    }
    add_range(m, &entry, n_owners);
}

static sector_set
sectors_of(const struct sector_organisation *organisation)
{
    sector_set set = 0;

    for (size_t i = 0; i < organisation->n_claims; i++) {
        set = (sector_set) (set | 1u << organisation->claims[i].sector);
    }
    return set;
}

static const char *
sectors_text(sector_set set, char text[static SECTORS_TEXT_SIZE])
{
    size_t n = 0;

    text[0] = '\0';
    for (unsigned sector = 0; sector < N_SECTORS; sector++) {
        if ((set & 1u << sector) != 0) {
            n += (size_t) snprintf(text + n, SECTORS_TEXT_SIZE - n, "%s%s",
                                   n == 0 ? "" : ", ", sector_name((enum sector) sector));
        }
    }
    return text;
}

/* Warns at the place of 'entry' that it overlaps 'other' in a way that 'how' names. */
static void
warn_of_overlap(struct merge *m, const struct prefix_entry *entry, const char *how,
                const struct prefix_entry *other, const char *outcome)
{
    const struct sector_organisation *to = organisation_of(m, entry);
    const struct sector_organisation *from = organisation_of(m, other);
    const struct range_source *source = to->claims->source, *place = from->claims->source;
    const unsigned line = m->build->origins[other->value].line;
    char text[IP_PREFIX_TEXT_SIZE], other_text[IP_PREFIX_TEXT_SIZE];
    char sectors[SECTORS_TEXT_SIZE], other_sectors[SECTORS_TEXT_SIZE], line_text[16] = "";

    if (m->n_overlaps++ >= MAX_OVERLAPS_TOLD) {
        return;
    }
    if (line != 0) {
        (void) snprintf(line_text, sizeof line_text, ":%u", line);
    }
    problem_warning(m->build->problems, source->file, m->build->origins[entry->value].line,
                    "%s of \"%s\" (%s) %s %s of \"%s\" (%s) at %s%s; %s",
                    ip_prefix_format(prefix_of(entry), text), to->claims->organisation,
                    sectors_text(sectors_of(to), sectors), how,
                    ip_prefix_format(prefix_of(other), other_text),
                    from->claims->organisation,
                    sectors_text(sectors_of(from), other_sectors),
                    place->file != NULL ? place->file : place->name, line_text, outcome);
}

/* Warns where a range of the operator lies in another one of quite other sectors. */
static void
check_nesting(struct merge *m, const struct prefix_entry *inner)
{
    const struct prefix_entry *outer;

    if (m->n_open == 0) {
        return;
    }
    outer = &m->open[m->n_open - 1];
    if ((sectors_of(organisation_of(m, inner)) & sectors_of(organisation_of(m, outer))) ==
        0) {
        warn_of_overlap(m, inner, "lies in", outer, "the longer prefix wins");
    }
}

/* Is this the first time that the organisation of equal[at] lists this prefix?  What the
 * operator lists twice is told.  Entries of one organisation stand side by side: they are
 * sorted by origin, and origins have the order of reading. */
static bool
check_twice(struct merge *m, const struct prefix_entry *equal, size_t at)
{
    const struct sector_origin *origin = &m->build->origins[equal[at].value], *before;
    char text[IP_PREFIX_TEXT_SIZE];

    if (at == 0) {
        return true;
    }
    before = &m->build->origins[equal[at - 1].value];
    if (before->organisation != origin->organisation) {
        if (is_operators(m, &equal[at])) {
            warn_of_overlap(m, &equal[at], "is the same as", &equal[0], "both are kept");
        }
        return true;
    }
    if (is_operators(m, &equal[at])) {
        const struct range_claim *claim = organisation_of(m, &equal[at])->claims;

        problem_error(m->build->problems, claim->source->file, origin->line,
                      "%s is listed twice for \"%s\", before in line %u",
                      ip_prefix_format(prefix_of(&equal[at]), text), claim->organisation,
                      before->line);
    }
    return false;
}

/* Adds the range of 'entry', which the last 'n_owners' ownerships claim. */
static void
add_range(struct merge *m, const struct prefix_entry *entry, size_t n_owners)
{
    const struct ownership *owned = &m->owned[m->n_owned - n_owners];
    const struct sector_organisation *organisations = m->build->organisations;
    struct critical_range *range = &m->map->ranges[++m->map->n_ranges];
    struct range_claim *claims;

    range->prefix = prefix_of(entry);
    for (size_t i = 0; i < n_owners; i++) {
        const struct sector_organisation *owner = &organisations[owned[i].organisation];

        range->n_claims += owner->n_claims;
        range->sectors = (sector_set) (range->sectors | sectors_of(owner));
    }
    range->claims = organisations[owned[0].organisation].claims;
    if (n_owners > 1) {
        range->claims = claims =
            arena_take(m->build->arena, range->n_claims * sizeof *claims);
        for (size_t i = 0; i < n_owners; i++) {
            const struct sector_organisation *owner = &organisations[owned[i].organisation];

            memcpy(claims, owner->claims, owner->n_claims * sizeof *claims);
            claims += owner->n_claims;
        }
    }
    m->build->entries[m->map->n_ranges - 1] =
        (struct prefix_entry){ entry->address, (uint32_t) m->map->n_ranges, entry->length };
}

/* Gives each organisation its ranges, and leaves out those that have none. */
static void
share_out(struct merge *m)
{
    struct sector_organisation *from = m->build->organisations;
    struct sector_map *map = m->map;
    uint32_t *next = memory_zeroed(m->n_owned + 1, sizeof *next);

    map->organisation_ranges = next;
    map->n_organisation_ranges = m->n_owned;
    map->organisations =
        memory_zeroed(m->build->n_organisations + 1, sizeof *map->organisations);
    for (size_t i = 0; i < m->n_owned; i++) {
        from[m->owned[i].organisation].n_ranges++;
    }
    for (size_t i = 0; i < m->build->n_organisations; i++) {
        from[i].ranges = next;
        next += from[i].n_ranges;
        if (from[i].n_ranges > 0) {
            map->organisations[map->n_organisations++] = from[i];
        }
        from[i].n_ranges = 0;
    }
    for (size_t i = 0; i < m->n_owned; i++) {
        struct sector_organisation *organisation = &from[m->owned[i].organisation];
        const ptrdiff_t start = organisation->ranges - map->organisation_ranges;

        map->organisation_ranges[start + organisation->n_ranges++] = m->owned[i].range;
    }
}

static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
}

/* Is 'part' somewhere in 'text', whatever the letter case? */
static bool
is_part(const char *text, const char *part)
{
    for (; *text != '\0'; text++) {
        size_t n = 0;

        while (part[n] != '\0' && lower(text[n]) == lower(part[n])) {
            n++;
        }
        if (part[n] == '\0') {
            return true;
        }
    }
    return *part == '\0';
}
