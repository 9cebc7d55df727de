#include "rules/verdict.h"

#include <string.h>

#include "rules/rule_set.h"

static const struct indicator_list *find_list(const struct indicator_lists *lists,
                                              const char *name);

bool
verdict_renew(struct verdict *verdict, const struct rule_basis *basis)
{
    const struct indicator_list *list = verdict->observation.list;
    struct verdict renewed = *verdict;

    renewed.rule = rule_set_find(basis->rules, verdict->rule->id);
    if (list != NULL) {
        renewed.observation.list = find_list(basis->lists, list->name);
    }
    for (unsigned end = 0; end < 2; end++) {
        struct flow_end *at = &renewed.flow.ends[end];

        at->range = sector_map_lookup(basis->map, at->address);
        renewed.ranges[end] =
            at->range == 0 ? NULL : sector_map_range(basis->map, at->range);
        renewed.places[end] =
            basis->geo == NULL ? (struct place){ 0 } : geo_lookup(basis->geo, at->address);
    }
    if (renewed.rule == NULL || renewed.ranges[verdict->asset_end] == NULL ||
        (renewed.observation.list == NULL && list != NULL)) {
        return false;
    }
    renewed.direction = flow_direction(&renewed.flow, verdict->asset_end, basis->map);
    *verdict = renewed;
    return true;
}

static const struct indicator_list *
find_list(const struct indicator_lists *lists, const char *name)
{
    for (size_t i = 0; lists != NULL && i < indicator_lists_n(lists); i++) {
        if (strcmp(indicator_lists_at(lists, i)->name, name) == 0) {
            return indicator_lists_at(lists, i);
        }
    }
    return NULL;
}
