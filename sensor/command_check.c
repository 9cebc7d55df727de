#include <stdio.h>

#include "base/timestamp.h"
#include "sensor/command.h"

static void
print_list(const struct indicator_list *list)
{
    const uint64_t now_ns = timestamp_now();
    const unsigned days = indicator_list_age_days(list, now_ns);
    char date[DATE_TEXT_SIZE];

    printf("  list %s of %s (%s, %s", list->name,
           timestamp_format_date(list->date_ns, date), list_format_name(list->format),
           list_use_name(list->use));
    if (list->expires_ns != 0 && list->expires_ns <= now_ns) {
        printf(", expired");
    } else if (days > 0) {
        printf(", %u days old", days);
    }
    printf("): ");
    indicator_list_write_counts(list, stdout);
    putchar('\n');
}

/* What the policy consists of, so that an empty part is seen. */
static void
print_policy(const struct policy *policy)
{
    char date[DATE_TEXT_SIZE];

    printf("%s: good\n", policy->settings.file);
    printf("  %zu rules, %zu concerns in the catalogue\n", rule_set_n(policy->rules),
           statement_n(policy->statement));
    printf("  %zu critical ranges of %zu organisations\n",
           sector_map_n_ranges(policy->sectors),
           sector_map_n_organisations(policy->sectors));
    printf("  %zu suppressions\n", suppressions_n(policy->suppressions));
    for (size_t i = 0; i < indicator_lists_n(policy->lists); i++) {
        const struct indicator_list *list = indicator_lists_at(policy->lists, i);

        print_list(list);
    }
    for (size_t i = 0; i < geo_n_sources(policy->geo); i++) {
        const struct geo_source *source = geo_source_at(policy->geo, i);

        printf("  places from %s", source->name);
        if (source->date_ns != 0) {
            printf(" of %s", timestamp_format_date(source->date_ns, date));
        }
        putchar('\n');
    }
}

int
command_check(const struct options *options)
{
    struct policy *policy = command_policy(options);

    if (policy == NULL) {
        return EXIT_USAGE;
    }
    print_policy(policy);
    policy_free(policy);
    return EXIT_ALL_WELL;
}
