#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "capture/packet.h"
#include "classify/detect/detector.h"

/* More goes to and fro in echo requests and replies than echoes need.
 *
 * A reply returns the data of its request (RFC 792; RFC 4443 section 4.2), so replies that
 * are larger carry something else.  Smaller ones are no sign: some hosts cut them.  And
 * nobody needs megabytes of echoes.  Only sizes are looked at.
 *
 * A flow is told when it is enough, and then each time its packets have doubled.  What was
 * told is kept in a table in which each flow has one place: who comes to it takes it, and
 * whoever was there may be told once more. */

enum {
    ICMP_ECHO_REQUEST = 8, /* RFC 792 and RFC 4443; the port of such flows. */
    ICMPV6_ECHO_REQUEST = 128,
    N_TOLD = 1024,
};

struct told {
    struct ip_address asks, replies;
    uint64_t packets; /* Of both when it was told last. */
};

struct icmp_tunnel {
    struct icmp_tunnel_config config;
    struct hash_seed seed;
    struct told told[N_TOLD];
};

static bool icmp_tunnel_wants(const void *state, const struct detect_view *view);
static void icmp_tunnel_grew(void *state, const struct detect_view *view);
static void icmp_tunnel_end(void *state, const struct detect_view *view);
static bool is_tunnel(const struct icmp_tunnel_config *config, const struct flow *flow);
static struct told *place_of(struct icmp_tunnel *tunnel, const struct flow *flow);
static bool is_of(const struct told *told, const struct flow *flow);
static void observe(const struct detect_view *view);

static void *
icmp_tunnel_make(const struct detect_config *config, struct hash_seed seed)
{
    struct icmp_tunnel *tunnel;

    if (config->icmp_tunnel.packets == 0) {
        return NULL;
    }
    tunnel = memory_zeroed(1, sizeof *tunnel);
    tunnel->config = config->icmp_tunnel;
    tunnel->seed = seed;
    return tunnel;
}

static void
icmp_tunnel_unmake(void *state)
{
    free(state);
}

const struct detector detector_icmp_tunnel = {
    .name = "icmp-tunnel",
    .make = icmp_tunnel_make,
    .unmake = icmp_tunnel_unmake,
    .events = FLOW_EVENT_GROWTH,
    .wants = icmp_tunnel_wants,
    .flow = icmp_tunnel_grew,
    .wants_end = icmp_tunnel_wants,
    .end = icmp_tunnel_end,
};

static bool
icmp_tunnel_wants(const void *state, const struct detect_view *view)
{
    const struct flow *flow = view->flow;
    const uint16_t type = flow->ends[FLOW_INITIATOR].port;

    (void) state;
    return ((flow->protocol == IP_PROTOCOL_ICMP && type == ICMP_ECHO_REQUEST) ||
            (flow->protocol == IP_PROTOCOL_ICMPV6 && type == ICMPV6_ECHO_REQUEST)) &&
           !flow_is_one_way(flow);
}

static void
icmp_tunnel_grew(void *state, const struct detect_view *view)
{
    struct icmp_tunnel *tunnel = state;
    const struct flow *flow = view->flow;
    const uint64_t packets = flow->ends[0].packets + flow->ends[1].packets;
    struct told *told;

    if (!is_tunnel(&tunnel->config, flow)) {
        return;
    }
    told = place_of(tunnel, flow);
    if (!is_of(told, flow) || packets / 2 >= told->packets) {
        *told = (struct told){ flow->ends[FLOW_INITIATOR].address,
                               flow->ends[FLOW_RESPONDER].address, packets };
        observe(view);
    }
}

/* What comes after it between the two is another flow. */
static void
icmp_tunnel_end(void *state, const struct detect_view *view)
{
    struct told *told = place_of(state, view->flow);

    icmp_tunnel_grew(state, view);
    if (is_of(told, view->flow)) {
        *told = (struct told){ 0 };
    }
}

static bool
is_tunnel(const struct icmp_tunnel_config *config, const struct flow *flow)
{
    const struct flow_end *asks = &flow->ends[FLOW_INITIATOR];
    const struct flow_end *replies = &flow->ends[FLOW_RESPONDER];
    const uint64_t asked = asks->bytes / asks->packets;
    const uint64_t replied = replies->bytes / replies->packets;
    const bool is_larger = replied >= asked + config->larger &&
                           asks->packets >= config->packets &&
                           replies->packets >= config->packets;

    return is_larger || ((asked >= config->large || replied >= config->large) &&
                         asks->bytes + replies->bytes >= config->bytes);
}

static struct told *
place_of(struct icmp_tunnel *tunnel, const struct flow *flow)
{
    const uint64_t hash =
        hash_ip(tunnel->seed, flow->ends[FLOW_INITIATOR].address,
                hash_ip(tunnel->seed, flow->ends[FLOW_RESPONDER].address, 0));

    return &tunnel->told[hash % N_TOLD];
}

static bool
is_of(const struct told *told, const struct flow *flow)
{
    return ip_equal(told->asks, flow->ends[FLOW_INITIATOR].address) &&
           ip_equal(told->replies, flow->ends[FLOW_RESPONDER].address);
}

static void
observe(const struct detect_view *view)
{
    const struct flow_end *asks = &view->flow->ends[FLOW_INITIATOR];
    const struct flow_end *replies = &view->flow->ends[FLOW_RESPONDER];
    struct observation *observation = observation_list_add(
        view->observations, OBSERVATION_ICMP_TUNNEL, view->flow, view->time_ns);
    const uint64_t kb = (asks->bytes + replies->bytes) / 1024;

    observation->count = kb > UINT32_MAX ? UINT32_MAX : (uint32_t) kb;
    observation->since_ns = view->flow->first_ns;
    (void) snprintf(observation->detail, sizeof observation->detail,
                    "%u kB of echoes, requests of %u and replies of %u bytes",
                    observation->count, (unsigned) (asks->bytes / asks->packets),
                    (unsigned) (replies->bytes / replies->packets));
}
