#include <stdio.h>

#include "base/timestamp.h"
#include "geo/country.h"
#include "sensor/command.h"

static void
print_sources(const struct geo *geo)
{
    for (size_t i = 0; i < geo_n_sources(geo); i++) {
        const struct geo_source *source = geo_source_at(geo, i);
        char date[DATE_TEXT_SIZE];

        printf("%s\n", source->name);
        printf("  type     %s\n", source->type);
        if (source->date_ns != 0) {
            printf("  built    %s\n", timestamp_format_date(source->date_ns, date));
        }
        if (source->country_path != NULL) {
            printf("  country  %s\n", source->country_path);
        }
        if (source->asn_path != NULL) {
            printf("  AS       %s\n", source->asn_path);
        }
    }
}

static void
print_place(const struct geo *geo, const char *address, const struct place *place)
{
    printf("%s\n", address);
    if (place->country[0] == '\0') {
        printf("  country  not known\n");
    } else {
        const char *name = country_name(place->country);

        printf("  country  %s%s%s%s (estimate of %s)\n", place->country,
               name != NULL ? " (" : "", name != NULL ? name : "", name != NULL ? ")" : "",
               geo_source_at(geo, place->country_from)->name);
    }
    if (place->asn == 0) {
        printf("  AS       not known\n");
    } else {
        printf("  AS       AS%u %s (%s)\n", place->asn, place->as_name,
               geo_source_at(geo, place->asn_from)->name);
    }
}

int
command_geo(const struct options *options)
{
    struct policy *policy = command_policy(options);
    int status = EXIT_ALL_WELL;

    if (policy == NULL) {
        return EXIT_USAGE;
    }
    if (options->n_arguments == 0) {
        print_sources(policy->geo);
    }
    for (int i = 0; i < options->n_arguments; i++) {
        struct ip_address address;

        if (ip_parse(options->arguments[i], &address)) {
            const struct place place = geo_lookup(policy->geo, address);

            print_place(policy->geo, options->arguments[i], &place);
        } else {
            fprintf(stderr, "sectorwatch: '%s' is not an IPv4 or IPv6 address\n",
                    options->arguments[i]);
            status = EXIT_USAGE;
        }
    }
    policy_free(policy);
    return status;
}
