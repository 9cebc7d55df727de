#include <stdio.h>
#include <string.h>

#include "base/timestamp.h"
#include "geo/country.h"
#include "sensor/command.h"

static void
print_services(const struct service_set *services)
{
    const char *before = "    serves      ";

    for (unsigned i = SERVICE_NONE + 1; i < N_SERVICES; i++) {
        if (service_set_has(services, (enum service) i)) {
            printf("%s%s", before, service_name((enum service) i));
            before = ", ";
        }
    }
    putchar('\n');
}

static void
print_claim(const struct range_claim *claim)
{
    char date[DATE_TEXT_SIZE];

    printf("  organisation  %s\n", claim->organisation);
    printf("    sector      %s%s%s\n", sector_name(claim->sector),
           *claim->subsector != '\0' ? ", " : "", claim->subsector);
    printf("    confidence  %s\n", confidence_name(claim->confidence));
    if (claim->asn != 0) {
        printf("    claimed AS  AS%u\n", claim->asn);
    }
    if (*claim->country != '\0') {
        printf("    registered  %s\n", claim->country);
    }
    if (claim->services != NULL) {
        print_services(claim->services);
    }
    printf("    source      %s%s%s", claim->source->name,
           claim->source->date_ns != 0 ? " of " : "",
           claim->source->date_ns != 0 ? timestamp_format_date(claim->source->date_ns, date)
                                       : "");
    if (claim->source->file != NULL) {
        printf(" (%s:%u)", claim->source->file, claim->line);
    }
    putchar('\n');
}

/* ", built 2026-06-01" for a database, "" for the operator's places. */
static void
print_source(const struct geo_source *source)
{
    char date[DATE_TEXT_SIZE];

    printf(", from %s%s%s\n", source->name, source->date_ns != 0 ? " built " : "",
           source->date_ns != 0 ? timestamp_format_date(source->date_ns, date) : "");
}

static void
print_country_groups(const char *code)
{
    const unsigned groups = country_groups(code);

    for (const char *const *name = country_group_names(); *name != NULL; name++) {
        unsigned bit;

        if (country_group_parse(*name, &bit) && (groups & bit) != 0) {
            printf(
                "  group         %s (a class of development, not a measure of capacity)\n",
                *name);
        }
    }
}

static void
print_place(const struct geo *geo, struct ip_address address)
{
    const struct place place = geo_lookup(geo, address);

    if (place.country[0] == '\0') {
        puts("  country       not known");
    } else {
        const char *name = country_name(place.country);

        printf("  country       %s%s%s (estimate)", place.country, name != NULL ? " " : "",
               name != NULL ? name : "");
        print_source(geo_source_at(geo, place.country_from));
        print_country_groups(place.country);
    }
    if (place.asn == 0) {
        puts("  AS            not known");
    } else {
        printf("  AS            AS%u %s", place.asn, place.as_name);
        print_source(geo_source_at(geo, place.asn_from));
    }
}

/* The lists of 'on', those out of date too. */
static void
print_lists(const struct indicator_lists *lists, uint64_t on)
{
    const uint64_t now_ns = timestamp_now();

    for (size_t i = 0; i < indicator_lists_n(lists); i++) {
        const struct indicator_list *list = indicator_lists_at(lists, i);
        char date[DATE_TEXT_SIZE];

        if ((on >> i & 1) != 0) {
            const bool is_expired = list->expires_ns != 0 && list->expires_ns <= now_ns;
            const bool is_allow = list->use == LIST_USE_ALLOW;

            printf("  on list       %s of %s%s%s%s%s%s%s\n", list->name,
                   timestamp_format_date(list->date_ns, date),
                   *list->source != '\0' ? " by " : "", list->source,
                   is_expired ? ", expired" : "",
                   is_allow ? ", so other lists do not count" : "",
                   *list->meaning != '\0' ? ": " : "", list->meaning);
        }
    }
}

static void
print_rules(const struct rule_set *rules, const struct critical_range *range)
{
    puts("  rules that could match here:");
    for (size_t i = 0; i < rule_set_n(rules); i++) {
        const struct rule *rule = rule_set_at(rules, i);

        if (rule_may_concern(rule, range)) {
            printf("    %-15s %-8s %s\n", rule->id, severity_name(rule->severity),
                   rule->title);
        }
    }
}

static void
explain(const struct policy *policy, const char *text, struct ip_address address)
{
    const range_id id = sector_map_lookup(policy->sectors, address);

    printf("%s\n", text);
    if (id == 0) {
        puts("  range         none: traffic of this address counts only where the other "
             "end is "
             "critical");
    } else {
        const struct critical_range *range = sector_map_range(policy->sectors, id);
        char prefix[IP_PREFIX_TEXT_SIZE];

        printf("  range         %s\n", ip_prefix_format(range->prefix, prefix));
        for (uint32_t i = 0; i < range->n_claims; i++) {
            print_claim(&range->claims[i]);
        }
    }
    print_place(policy->geo, address);
    print_lists(policy->lists, indicator_lists_of_address(policy->lists, address, 0));
    if (id != 0) {
        print_rules(policy->rules, sector_map_range(policy->sectors, id));
    }
}

/* A host name or a fingerprint: the lists that it is on. */
static void
explain_indicator(const struct policy *policy, const char *text,
                  const struct indicator *indicator)
{
    const uint64_t on =
        indicator->kind == INDICATOR_DOMAIN
            ? indicator_lists_of_domain(policy->lists, indicator->name, 0)
            : indicator_lists_of_fingerprint(policy->lists, indicator->name, 0);

    printf("%s\n", text);
    if (on == 0) {
        puts("  on list       none");
    }
    print_lists(policy->lists, on);
}

int
command_explain(const struct options *options)
{
    struct policy *policy = command_policy(options);
    int status = EXIT_ALL_WELL;

    if (policy == NULL) {
        return EXIT_USAGE;
    }
    for (int i = 0; i < options->n_arguments; i++) {
        const char *text = options->arguments[i];
        struct ip_address address;
        struct indicator indicator;

        if (ip_parse(text, &address)) {
            explain(policy, text, address);
        } else if (indicator_read(text, strlen(text), &indicator) == INDICATOR_OK &&
                   (indicator.kind == INDICATOR_DOMAIN ||
                    indicator.kind == INDICATOR_FINGERPRINT)) {
            explain_indicator(policy, text, &indicator);
        } else {
            fprintf(stderr,
                    "sectorwatch: '%s' is not an IPv4 or IPv6 address, nor a host name or "
                    "a JA4 fingerprint\n",
                    text);
            status = EXIT_USAGE;
        }
    }
    policy_free(policy);
    return status;
}
