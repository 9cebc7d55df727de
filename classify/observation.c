#include "classify/observation.h"

#include <assert.h>
#include <string.h>

static const char *const names[N_OBSERVATIONS + 1] = {
#define X(name, text, title) text,
    OBSERVATION_TABLE(X)
#undef X
        NULL,
};

static const char *const titles[N_OBSERVATIONS] = {
#define X(name, text, title) title,
    OBSERVATION_TABLE(X)
#undef X
};

struct observation *
observation_list_add(struct observation_list *list, enum observation_kind kind,
                     const struct flow *flow, uint64_t time_ns)
{
    struct observation *observation = &list->items[list->n];

    if (list->n < list->step_at + OBSERVATION_STEP_MAX) {
        assert(list->n < OBSERVATION_LIST_MAX);
        list->n++;
    } else {
        list->n_lost++; /* items[n] is the spare place. */
    }
    observation->kind = kind;
    observation->time_ns = time_ns;
    observation->since_ns = time_ns;
    observation->flow = flow;
    observation->asset_ends = 1 << FLOW_INITIATOR | 1 << FLOW_RESPONDER;
    observation->count = 1;
    observation->sectors = 0;
    observation->countries[0][0] = '\0';
    observation->list = NULL;
    observation->earlier = EVIDENCE_RANGE_ONLY;
    observation->subject[0] = '\0';
    observation->detail[0] = '\0';
    return observation;
}

const char *
amplification_role_name(enum amplification_role role)
{
    return role == AMPLIFICATION_VICTIM ? "victim" : "reflector";
}

const char *
observation_name(enum observation_kind kind)
{
    return names[kind];
}

const char *
observation_title(enum observation_kind kind)
{
    return titles[kind];
}

bool
observation_parse(const char *name, enum observation_kind *ret)
{
    for (size_t i = 0; i < N_OBSERVATIONS; i++) {
        if (strcmp(names[i], name) == 0) {
            *ret = (enum observation_kind) i;
            return true;
        }
    }
    return false;
}

const char *const *
observation_names(void)
{
    return names;
}
