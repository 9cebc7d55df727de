#include "classify/recognise/recognise.h"

#include <stddef.h>

#include "classify/recognise/recogniser.h"

/* Those that read payloads first: what they prove need not be claimed by port before. */
static const struct recogniser recognisers[] = {
    { .name = "port", .claim = recognise_port },
};

static bool is_asked(const struct recogniser *recogniser, const struct flow *flow,
                     const struct packet *packet);
static bool is_proven(const struct flow *flow);

void
recognise(struct flow *flow, const struct packet *packet, struct observation_list *list)
{
    bool grew = false;

    if ((flow->events == 0 && packet->payload_size == 0) || is_proven(flow)) {
        return;
    }
    for (size_t i = 0; i < sizeof recognisers / sizeof recognisers[0]; i++) {
        if (is_asked(&recognisers[i], flow, packet) &&
            recognise_claim(flow, recognisers[i].claim(flow, packet))) {
            grew = true;
        }
    }
    if (grew) {
        (void) observation_list_add(list, OBSERVATION_SERVICE, flow, packet->time_ns);
    }
}

bool
recognise_claim(struct flow *flow, struct claim claim)
{
    const enum service by_port =
        service_by_port(flow->protocol, flow->ends[FLOW_RESPONDER].port);

    if (claim.service == SERVICE_NONE || is_proven(flow)) {
        return false;
    }
    if (claim.evidence == EVIDENCE_VERIFIED) {
        flow->service = (uint8_t) claim.service;
        flow->evidence = by_port == SERVICE_NONE || by_port == claim.service
                             ? EVIDENCE_VERIFIED
                             : EVIDENCE_CONTRADICTED;
        return true;
    }
    if (flow->evidence == EVIDENCE_RANGE_ONLY) {
        flow->service = (uint8_t) claim.service;
        flow->evidence = (uint8_t) claim.evidence;
        return true;
    }
    return false;
}

static bool
is_asked(const struct recogniser *recogniser, const struct flow *flow,
         const struct packet *packet)
{
    return (recogniser->protocol == 0 || recogniser->protocol == flow->protocol) &&
           (!recogniser->reads_payload || packet->payload_size > 0);
}

/* Whether nothing more can be learnt of the flow's service. */
static bool
is_proven(const struct flow *flow)
{
    switch ((enum evidence) flow->evidence) {
    case EVIDENCE_VERIFIED:
    case EVIDENCE_CONTRADICTED:
    case EVIDENCE_CORROBORATED:
        return true;
    case EVIDENCE_RANGE_ONLY:
    case EVIDENCE_PORT_CONSISTENT:
    case N_EVIDENCES:
        break;
    }
    return false;
}
