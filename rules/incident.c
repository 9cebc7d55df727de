#include "rules/incident.h"

#include <assert.h>

const char *
incident_state_name(enum incident_state state)
{
    static const char *const names[N_INCIDENT_STATES] = {
        [INCIDENT_OPENED] = "opened",
        [INCIDENT_UPDATED] = "updated",
        [INCIDENT_CLOSED] = "closed",
    };

    assert(state < N_INCIDENT_STATES);
    return names[state];
}

const char *
incident_end_name(enum incident_end end)
{
    static const char *const names[N_INCIDENT_ENDS] = {
        [INCIDENT_END_NONE] = "",
        [INCIDENT_END_IDLE] = "idle",
        [INCIDENT_END_LONGEST] = "longest",
        [INCIDENT_END_CAPACITY] = "capacity",
        [INCIDENT_END_INPUT] = "end-of-input",
        [INCIDENT_END_POLICY] = "policy",
    };

    assert(end < N_INCIDENT_ENDS);
    return names[end];
}
