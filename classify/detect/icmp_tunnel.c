#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "capture/packet.h"
#include "classify/detect/detector.h"

/* More goes to and fro in echo requests and replies than echoes need.
 *
 * A reply returns the data of its request (RFC 792; RFC 4443 section 4.2), so replies that
 * are larger carry something else.  Smaller ones are no sign: some hosts cut them.  And
 * nobody needs megabytes of echoes.  Only sizes are looked at. */

enum {
    ICMP_ECHO_REQUEST = 8, /* RFC 792 and RFC 4443; the port of such flows. */
    ICMPV6_ECHO_REQUEST = 128,
    LARGER = 100, /* Bytes: more than padding of short frames, or a tunnel's headers. */
    LARGE = 300,  /* A frame of a test of the path, or of a tunnel. */
};

static bool icmp_tunnel_wants(const struct detect_view *view);
static void icmp_tunnel_grew(void *state, const struct detect_view *view);
static void icmp_tunnel_end(void *state, const struct detect_view *view);
static void look(const struct icmp_tunnel_config *config, const struct detect_view *view);

static void *
icmp_tunnel_make(const struct detect_config *config, struct hash_seed seed)
{
    struct icmp_tunnel_config *state;

    (void) seed;
    if (config->icmp_tunnel.packets == 0) {
        return NULL;
    }
    state = memory_zeroed(1, sizeof *state);
    *state = config->icmp_tunnel;
    return state;
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
icmp_tunnel_wants(const struct detect_view *view)
{
    const struct flow *flow = view->flow;
    const uint16_t type = flow->ends[FLOW_INITIATOR].port;

    return ((flow->protocol == IP_PROTOCOL_ICMP && type == ICMP_ECHO_REQUEST) ||
            (flow->protocol == IP_PROTOCOL_ICMPV6 && type == ICMPV6_ECHO_REQUEST)) &&
           !flow_is_one_way(flow);
}

/* Told as often as the packets of a flow have doubled; nothing needs to be kept. */
static void
icmp_tunnel_grew(void *state, const struct detect_view *view)
{
    const uint64_t n = view->flow->ends[0].packets + view->flow->ends[1].packets;

    if ((n & (n - 1)) == 0) {
        look(state, view);
    }
}

static void
icmp_tunnel_end(void *state, const struct detect_view *view)
{
    if (view->flow->ends[0].packets + view->flow->ends[1].packets < FLOW_GROWTH) {
        look(state, view);
    }
}

static void
look(const struct icmp_tunnel_config *config, const struct detect_view *view)
{
    const struct flow_end *asks = &view->flow->ends[FLOW_INITIATOR];
    const struct flow_end *replies = &view->flow->ends[FLOW_RESPONDER];
    const uint64_t bytes = asks->bytes + replies->bytes;
    const uint64_t asked = asks->bytes / asks->packets;
    const uint64_t replied = replies->bytes / replies->packets;
    const bool is_larger = replied >= asked + LARGER && asks->packets >= config->packets &&
                           replies->packets >= config->packets;
    const bool is_much = (asked >= LARGE || replied >= LARGE) && bytes >= config->bytes;

    if (is_larger || is_much) {
        struct observation *observation = observation_list_add(
            view->observations, OBSERVATION_ICMP_TUNNEL, view->flow, view->time_ns);
        const uint64_t kb = bytes / 1024;

        observation->count = kb > UINT32_MAX ? UINT32_MAX : (uint32_t) kb;
        observation->since_ns = view->flow->first_ns;
        (void) snprintf(observation->detail, sizeof observation->detail,
                        "%u kB of echoes, requests of %u and replies of %u bytes",
                        observation->count, (unsigned) asked, (unsigned) replied);
    }
}
