#include "classify/flow.h"

#include <stdio.h>
#include <string.h>

#include "capture/packet.h"

static const char *const evidence_names[N_EVIDENCES] = {
    [EVIDENCE_RANGE_ONLY] = "range-only",
    [EVIDENCE_PORT_CONSISTENT] = "port-consistent",
    [EVIDENCE_VERIFIED] = "verified",
    [EVIDENCE_CONTRADICTED] = "contradicted",
    [EVIDENCE_CORROBORATED] = "corroborated",
};

static const char *const direction_names[N_DIRECTIONS] = {
    [DIRECTION_UNKNOWN] = "unknown",           [DIRECTION_INBOUND] = "inbound",
    [DIRECTION_OUTBOUND] = "outbound",         [DIRECTION_INTERNAL] = "internal",
    [DIRECTION_CROSS_SECTOR] = "cross-sector",
};

static const char *const tcp_state_names[N_TCP_STATES] = {
    [TCP_STATE_NONE] = "none",           [TCP_STATE_MIDSTREAM] = "midstream",
    [TCP_STATE_HALF_OPEN] = "half-open", [TCP_STATE_REFUSED] = "refused",
    [TCP_STATE_OPENED] = "opened",       [TCP_STATE_CLOSED] = "closed",
};

static const char *const end_reason_names[N_FLOW_END_REASONS] = {
    [FLOW_END_NONE] = "none",
    [FLOW_END_IDLE_TIMEOUT] = "idle-timeout",
    [FLOW_END_ACTIVE_TIMEOUT] = "active-timeout",
    [FLOW_END_DETECTED] = "end-detected",
    [FLOW_END_FORCED] = "forced-end",
    [FLOW_END_LACK_OF_RESOURCES] = "lack-of-resources",
};

enum direction
flow_direction(const struct flow *flow, unsigned asset_end, const struct sector_map *map)
{
    const range_id asset = flow->ends[asset_end].range;
    const range_id peer = flow->ends[1 - asset_end].range;

    if (asset != 0 && peer != 0) {
        const sector_set shared = (sector_set) (sector_map_range(map, asset)->sectors &
                                                sector_map_range(map, peer)->sectors);

        return shared != 0 ? DIRECTION_INTERNAL : DIRECTION_CROSS_SECTOR;
    }
    if (flow->protocol == IP_PROTOCOL_TCP && flow->initiator_is_guess) {
        return DIRECTION_UNKNOWN;
    }
    return asset_end == FLOW_RESPONDER ? DIRECTION_INBOUND : DIRECTION_OUTBOUND;
}

const char *
evidence_name(enum evidence evidence)
{
    return evidence_names[evidence];
}

const char *
direction_name(enum direction direction)
{
    return direction_names[direction];
}

const char *
tcp_state_name(enum tcp_state state)
{
    return tcp_state_names[state];
}

const char *
flow_end_reason_name(enum flow_end_reason reason)
{
    return end_reason_names[reason];
}

const char *
transport_name(uint8_t protocol, char text[static 8])
{
    static const struct {
        uint8_t protocol;
        char name[8];
    } known[] = {
        { IP_PROTOCOL_TCP, "tcp" },       { IP_PROTOCOL_UDP, "udp" },
        { IP_PROTOCOL_SCTP, "sctp" },     { IP_PROTOCOL_ICMP, "icmp" },
        { IP_PROTOCOL_ICMPV6, "icmpv6" },
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].protocol == protocol) {
            return strcpy(text, known[i].name);
        }
    }
    (void) snprintf(text, 8, "%u", protocol);
    return text;
}
