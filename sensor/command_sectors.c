#include <stdio.h>
#include <string.h>

#include "sensor/command.h"

enum { RANGES_SHOWN = 4 };

/* True if the organisation is of the sector and country asked for and every text speaks of
 * it. */
static bool
matches(const struct sector_map *map, size_t index, const struct options *options)
{
    const struct sector_organisation *organisation = sector_map_organisation(map, index);

    if (options->sector != NULL) {
        bool found = false;

        for (uint32_t i = 0; i < organisation->n_claims; i++) {
            found |=
                strcmp(sector_name(organisation->claims[i].sector), options->sector) == 0;
        }
        if (!found) {
            return false;
        }
    }
    if (options->country != NULL &&
        strcmp(organisation->claims[0].country, options->country) != 0) {
        return false;
    }
    for (int i = 0; i < options->n_arguments; i++) {
        if (!sector_map_organisation_matches(map, index, options->arguments[i])) {
            return false;
        }
    }
    return true;
}

static void
print_organisation(const struct sector_map *map, size_t index)
{
    const struct sector_organisation *organisation = sector_map_organisation(map, index);
    const struct range_claim *first = &organisation->claims[0];

    printf("%s\n ", first->organisation);
    for (uint32_t i = 0; i < organisation->n_claims; i++) {
        const struct range_claim *claim = &organisation->claims[i];

        printf(" %s%s%s", sector_name(claim->sector), *claim->subsector != '\0' ? "/" : "",
               claim->subsector);
    }
    printf("  country %s  confidence %s", *first->country != '\0' ? first->country : "-",
           confidence_name(first->confidence));
    if (first->asn != 0) {
        printf("  AS%u", first->asn);
    }
    printf("  %s\n ", first->source->name);
    for (uint32_t i = 0; i < organisation->n_ranges && i < RANGES_SHOWN; i++) {
        char prefix[IP_PREFIX_TEXT_SIZE];

        printf(" %s", ip_prefix_format(
                          sector_map_range(map, organisation->ranges[i])->prefix, prefix));
    }
    if (organisation->n_ranges > RANGES_SHOWN) {
        printf(" and %u more", organisation->n_ranges - RANGES_SHOWN);
    }
    putchar('\n');
}

static void
print_counts(const struct sector_map *map)
{
    size_t organisations[N_SECTORS] = { 0 }, ranges[N_SECTORS] = { 0 };

    for (size_t i = 0; i < sector_map_n_organisations(map); i++) {
        const struct sector_organisation *organisation = sector_map_organisation(map, i);

        for (uint32_t j = 0; j < organisation->n_claims; j++) {
            organisations[organisation->claims[j].sector]++;
            ranges[organisation->claims[j].sector] += organisation->n_ranges;
        }
    }
    printf("%-28s %14s %8s\n", "sector", "organisations", "ranges");
    for (unsigned i = 0; i < N_SECTORS; i++) {
        if (organisations[i] > 0) {
            printf("%-28s %14zu %8zu\n", sector_name(i), organisations[i], ranges[i]);
        }
    }
}

int
command_sectors(const struct options *options)
{
    struct policy *policy = command_policy(options);
    size_t n = 0;

    if (policy == NULL) {
        return EXIT_USAGE;
    }
    if (options->n_arguments == 0 && options->sector == NULL && options->country == NULL) {
        print_counts(policy->sectors);
        policy_free(policy);
        return EXIT_ALL_WELL;
    }
    for (size_t i = 0; i < sector_map_n_organisations(policy->sectors); i++) {
        if (matches(policy->sectors, i, options)) {
            print_organisation(policy->sectors, i);
            n++;
        }
    }
    fprintf(stderr, "%zu organisations\n", n);
    policy_free(policy);
    return EXIT_ALL_WELL;
}
