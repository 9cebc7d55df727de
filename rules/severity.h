#ifndef RULES_SEVERITY_H
#define RULES_SEVERITY_H

#include <stdbool.h>

/* How urgent a rule's author finds it.  Syslog severities are those of RFC 5424
 * section 6.2.1; ECS risk scores run from 0 to 100. */
enum severity {
    SEVERITY_INFO,
    SEVERITY_LOW,
    SEVERITY_MEDIUM,
    SEVERITY_HIGH,
    SEVERITY_CRITICAL,
    N_SEVERITIES
};

const char *severity_name(enum severity severity);
bool severity_parse(const char *name, enum severity *ret);
const char *const *severity_names(void); /* Ending with NULL. */

#endif
