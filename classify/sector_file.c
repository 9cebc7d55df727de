/* What the operator lists: files in libconfig syntax, and --range options.
 *
 *     source = { name = "Our hospitals"; date = "2026-06-01"; };
 *     organisations = (
 *       { name = "Teaching Hospital"; sector = "healthcare"; subsector = "hospital";
 *         country = "NG"; asn = 64496; services = [ "dicom", "hl7" ];
 *         prefixes = [ "192.0.2.0/24", "2001:db8::/32" ]; } );
 */
#include "classify/sector_build.h"

#include <stdio.h>
#include <string.h>

#include "base/config.h"
#include "base/country_code.h"
#include "base/timestamp.h"
#include "classify/service_read.h"

static const struct range_source *
read_source(struct sector_build *build, const struct config_node *root, const char *path);
static void read_organisation(struct sector_build *build, const struct config_node *group,
                              const struct range_source *source);
static void warn_if_wide(struct sector_build *build, const char *file, unsigned line,
                         struct ip_prefix prefix);

void
sector_file_read(struct sector_build *build, const char *path)
{
    static const char *const known[] = { "source", "organisations", NULL };
    struct config *config = config_open(path, build->problems);
    const struct config_node *root, *list;
    const struct range_source *source;

    if (config == NULL) {
        return;
    }
    root = config_root(config);
    config_reject_unknown(root, known, build->problems);
    source = read_source(build, root, path);
    list = config_child(root, "organisations");
    if (list != NULL && !config_node_is_list(list)) {
        config_error(list, build->problems,
                     "'organisations' is not a list; expected ( { name = ...; }, ... )");
        list = NULL;
    }
    for (size_t i = 0; list != NULL && i < config_n(list); i++) {
        read_organisation(build, config_at(list, i), source);
    }
    config_close(config);
}

/* "PREFIX=SECTOR[:ORGANISATION]": an IPv6 prefix has colons, so the "=" comes first. */
void
sector_option_read(struct sector_build *build, const char *text)
{
    static const struct range_source source = { .name = "--range" };
    char prefix_text[IP_PREFIX_TEXT_SIZE], sector_text[32], message[SECTOR_TEXT_SIZE];
    const char *equals = strchr(text, '=');
    const size_t prefix_length = equals == NULL ? 0 : (size_t) (equals - text);
    const size_t sector_length = equals == NULL ? 0 : strcspn(equals + 1, ":");
    const char *wrong;
    struct range_claim *claim;
    struct ip_prefix prefix;
    enum sector sector;

    if (equals == NULL || prefix_length >= sizeof prefix_text ||
        sector_length >= sizeof sector_text) {
        problem_error(build->problems, NULL, 0,
                      "--range \"%s\" is not PREFIX=SECTOR[:ORGANISATION]; expected one "
                      "like 192.0.2.0/24=energy:Grid",
                      text);
        return;
    }
    (void) snprintf(prefix_text, sizeof prefix_text, "%.*s", (int) prefix_length, text);
    (void) snprintf(sector_text, sizeof sector_text, "%.*s", (int) sector_length,
                    equals + 1);
    if ((wrong = sector_prefix_parse(prefix_text, &prefix, message)) != NULL ||
        (wrong = sector_name_parse(sector_text, &sector, message)) != NULL) {
        problem_error(build->problems, NULL, 0, "--range \"%s\": %s", text, wrong);
        return;
    }

    const char *name = equals + 1 + sector_length;

    claim = arena_take(build->arena, sizeof *claim);
    *claim = (struct range_claim){
        .sector = sector,
        .confidence = CONFIDENCE_OPERATOR,
        .organisation = strlen(name) > 1 ? arena_text(build->arena, name + 1) : "(unnamed)",
        .subsector = "",
        .country = "",
        .source = &source,
    };
    warn_if_wide(build, NULL, 0, prefix);
    sector_build_prefix(
        build, prefix,
        sector_build_origin(build, sector_build_organisation(build, claim, 1), 0));
}

static const struct range_source *
read_source(struct sector_build *build, const struct config_node *root, const char *path)
{
    static const char *const known[] = { "name", "date", NULL };
    struct range_source *source = arena_take(build->arena, sizeof *source);
    const struct config_node *group = config_child(root, "source"), *node;
    const char *text;

    source->file = source->name = arena_text(build->arena, path);
    if (group == NULL) {
        return source;
    }
    if (!config_node_is_group(group)) {
        config_error(group, build->problems,
                     "'source' is not a group; expected { name = ...; date = ...; }");
        return source;
    }
    config_reject_unknown(group, known, build->problems);
    if ((node = config_child(group, "name")) != NULL &&
        config_text(node, build->problems, &text)) {
        source->name = arena_text(build->arena, text);
    }
    if ((node = config_child(group, "date")) != NULL &&
        config_text(node, build->problems, &text) &&
        !timestamp_parse_date(text, &source->date_ns)) {
        config_error(node, build->problems, "\"%s\" is not a day; expected \"2026-06-01\"",
                     text);
    }
    return source;
}

/* The text of a member that may be missing, kept for good; "" without one. */
static const char *
optional_text(struct sector_build *build, const struct config_node *group, const char *name)
{
    const struct config_node *node = config_child(group, name);
    const char *text;

    return node != NULL && config_text(node, build->problems, &text)
               ? arena_text(build->arena, text)
               : "";
}

static const char *
read_name(struct sector_build *build, const struct config_node *group)
{
    const char *name = optional_text(build, group, "name");

    if (config_child(group, "name") == NULL ||
        (*name == '\0' && config_node_is_text(config_child(group, "name")))) {
        config_error(group, build->problems,
                     "an organisation without a name; expected name = \"...\"");
    }
    return name;
}

static const char *
read_country(struct sector_build *build, const struct config_node *group)
{
    const char *country = optional_text(build, group, "country");

    if (*country != '\0' && !country_code_is_well_formed(country)) {
        config_error(config_child(group, "country"), build->problems,
                     "\"%s\" is not a country code; expected two capital letters (ISO "
                     "3166-1), like \"NG\"",
                     country);
        return "";
    }
    return country;
}

static uint32_t
read_asn(struct sector_build *build, const struct config_node *group)
{
    const struct config_node *node = config_child(group, "asn");
    int64_t asn = 0;

    if (node != NULL) {
        (void) config_integer(node, 1, UINT32_MAX, build->problems, &asn);
    }
    return (uint32_t) asn;
}

static sector_set
read_sector(struct sector_build *build, const struct config_node *node)
{
    char message[SECTOR_TEXT_SIZE];
    const char *text, *wrong;
    enum sector sector;

    if (!config_text(node, build->problems, &text)) {
        return 0;
    }
    if ((wrong = sector_name_parse(text, &sector, message)) != NULL) {
        config_error(node, build->problems, "%s", wrong);
        return 0;
    }
    return (sector_set) (1u << sector);
}

/* sector = "...", or sectors = [ "...", ... ]. */
static sector_set
read_sectors(struct sector_build *build, const struct config_node *group)
{
    const struct config_node *one = config_child(group, "sector");
    const struct config_node *several = config_child(group, "sectors");
    sector_set set = 0;

    if ((one == NULL) == (several == NULL)) {
        config_error(
            group, build->problems, "an organisation with %s; expected one of them",
            one == NULL ? "neither 'sector' nor 'sectors'" : "both 'sector' and 'sectors'");
        return 0;
    }
    if (one != NULL) {
        return read_sector(build, one);
    }
    if (!config_node_is_list(several) || config_n(several) == 0) {
        config_error(several, build->problems,
                     "'sectors' is not a list of sectors; expected [ \"...\", ... ]");
        return 0;
    }
    for (size_t i = 0; i < config_n(several); i++) {
        set = (sector_set) (set | read_sector(build, config_at(several, i)));
    }
    return set;
}

/* services = [ "...", ... ]: what is served there; NULL if it is not said. */
static const struct service_set *
read_services(struct sector_build *build, const struct config_node *group)
{
    const struct config_node *list = config_child(group, "services");
    struct service_set *set;

    if (list == NULL) {
        return NULL;
    }
    set = arena_take(build->arena, sizeof *set);
    if (!service_set_read(list, build->problems, set)) {
        return NULL;
    }
    if (config_n(list) == 0) {
        config_error(list, build->problems,
                     "'services' is not a list of services; expected [ \"...\", ... ]");
        return NULL;
    }
    return set;
}

static void
read_prefixes(struct sector_build *build, const struct config_node *group,
              uint32_t organisation)
{
    const struct config_node *list = config_child(group, "prefixes");

    if (list == NULL || !config_node_is_list(list) || config_n(list) == 0) {
        config_error(list != NULL ? list : group, build->problems,
                     "an organisation without prefixes; expected prefixes = [ "
                     "\"192.0.2.0/24\", ... ]");
        return;
    }
    for (size_t i = 0; i < config_n(list); i++) {
        const struct config_node *node = config_at(list, i);
        char message[SECTOR_TEXT_SIZE];
        struct ip_prefix prefix;
        const char *text, *wrong;

        if (!config_text(node, build->problems, &text)) {
            continue;
        }
        if ((wrong = sector_prefix_parse(text, &prefix, message)) != NULL) {
            config_error(node, build->problems, "%s", wrong);
            continue;
        }
        warn_if_wide(build, config_node_file(node), config_node_line(node), prefix);
        sector_build_prefix(
            build, prefix,
            sector_build_origin(build, organisation, config_node_line(node)));
    }
}

static void
read_organisation(struct sector_build *build, const struct config_node *group,
                  const struct range_source *source)
{
    static const char *const known[] = { "name",      "sector",   "sectors",
                                         "subsector", "asn",      "country",
                                         "services",  "prefixes", NULL };
    struct range_claim common = { .confidence = CONFIDENCE_OPERATOR, .source = source };
    struct range_claim *claims;
    uint32_t n = 0;
    sector_set set;

    if (!config_node_is_group(group)) {
        config_error(group, build->problems,
                     "an organisation is not a group; expected { name = ...; }");
        return;
    }
    config_reject_unknown(group, known, build->problems);
    common.organisation = read_name(build, group);
    common.subsector = optional_text(build, group, "subsector");
    common.country = read_country(build, group);
    common.asn = read_asn(build, group);
    common.services = read_services(build, group);
    common.line = config_node_line(group);

    /* Where the sectors are wrong, a claim of any sector lets the prefixes be checked: the
     * error makes sure that nobody uses the map. */
    set = read_sectors(build, group);
    set = set == 0 ? 1 : set;
    claims = arena_take(build->arena, sector_set_n(set) * sizeof *claims);
    for (unsigned sector = 0; sector < N_SECTORS; sector++) {
        if ((set & 1u << sector) != 0) {
            claims[n] = common;
            claims[n++].sector = (enum sector) sector;
        }
    }
    read_prefixes(build, group, sector_build_organisation(build, claims, n));
}

/* No organisation has that much address space; a digit is probably missing. */
static void
warn_if_wide(struct sector_build *build, const char *file, unsigned line,
             struct ip_prefix prefix)
{
    const bool v4 = ip_is_v4(prefix.address) && prefix.length >= IP_V4_BITS;
    char text[IP_PREFIX_TEXT_SIZE];

    if (prefix.length < (v4 ? IP_V4_BITS + 8 : 16)) {
        problem_warning(build->problems, file, line,
                        "%s is suspiciously wide for a critical range",
                        ip_prefix_format(prefix, text));
    }
}
