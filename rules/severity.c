#include "rules/severity.h"

#include <stddef.h>
#include <string.h>

static const char *const names[N_SEVERITIES + 1] = {
    [SEVERITY_INFO] = "info",         [SEVERITY_LOW] = "low",
    [SEVERITY_MEDIUM] = "medium",     [SEVERITY_HIGH] = "high",
    [SEVERITY_CRITICAL] = "critical", [N_SEVERITIES] = NULL,
};

const char *
severity_name(enum severity severity)
{
    return names[severity];
}

bool
severity_parse(const char *name, enum severity *ret)
{
    for (unsigned i = 0; i < N_SEVERITIES; i++) {
        if (strcmp(names[i], name) == 0) {
            *ret = (enum severity) i;
            return true;
        }
    }
    return false;
}

const char *const *
severity_names(void)
{
    return names;
}
