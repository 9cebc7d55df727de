#include "classify/flow_opening.h"

#include "classify/service.h"

/* SCTP chunk types, RFC 9260 section 3.2. */
enum { SCTP_INIT = 1, SCTP_INIT_ACK = 2, SCTP_ABORT = 6, SCTP_COOKIE_ACK = 11 };

/* Where a service is likelier found, from the least likely to the most. */
enum port_rank {
    PORT_RANK_EPHEMERAL,  /* What Linux, and all more so, give to clients. */
    PORT_RANK_REGISTERED, /* The range of "User Ports", RFC 6335 section 6, from which older
                             systems and many devices, too, give to clients. */
    PORT_RANK_HIGH_SERVICE, /* Ephemeral, but of a service in our table: of thousands of
                               clients one may have it. */
    PORT_RANK_SERVICE,      /* Registered, and of a service in our table. */
    PORT_RANK_WELL_KNOWN,   /* "System Ports". */
};

enum { PORT_FIRST_USER = 1024, PORT_FIRST_EPHEMERAL = 32768 };

static struct flow_opening opening_tcp(const struct packet *packet);
static struct flow_opening opening_udp(const struct packet *packet);
static struct flow_opening opening_sctp(const struct packet *packet);
static unsigned sctp_chunk(const struct packet *packet);
static bool source_is_service(const struct endpoints *ends, bool if_equal);
static enum port_rank port_rank(uint8_t protocol, uint16_t port);

struct flow_opening
flow_opening_of(const struct packet *packet, const struct flow_key *key)
{
    if (!packet->has_transport) {
        return (struct flow_opening){
            .tcp_state =
                key->protocol == IP_PROTOCOL_TCP ? TCP_STATE_MIDSTREAM : TCP_STATE_NONE,
            .is_guess = true,
        };
    }
    switch (key->protocol) {
    case IP_PROTOCOL_TCP:
        return opening_tcp(packet);
    case IP_PROTOCOL_UDP:
        return opening_udp(packet);
    case IP_PROTOCOL_SCTP:
        return opening_sctp(packet);
    default:
        /* Unsolicited advertisements go to all. */
        return (struct flow_opening){ .by_responder = key->is_reply &&
                                                      !ip_is_to_many(key->destination) };
    }
}

bool
flow_opening_is_refusal(const struct packet *packet)
{
    if (packet->inner.protocol == IP_PROTOCOL_SCTP) {
        return sctp_chunk(packet) == SCTP_ABORT;
    }
    return (packet->tcp_flags & TCP_RST) != 0;
}

static struct flow_opening
opening_tcp(const struct packet *packet)
{
    const uint8_t flags = packet->tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST);

    switch (flags) {
    case TCP_SYN:
        return (struct flow_opening){ .tcp_state = TCP_STATE_HALF_OPEN };
    case TCP_SYN | TCP_ACK:
        return (struct flow_opening){ .tcp_state = TCP_STATE_OPENED, .by_responder = true };
    case 0:
        return (struct flow_opening){ .tcp_state = TCP_STATE_MIDSTREAM };
    default:
        return (struct flow_opening){
            .tcp_state = TCP_STATE_MIDSTREAM,
            .by_responder =
                source_is_service(&packet->inner, (packet->tcp_flags & TCP_RST) != 0),
            .is_guess = true,
        };
    }
}

/* UDP has no opening to be seen, so a packet from an ephemeral port is taken for one.  From
 * the port of a service it may be an answer, unless both ends use that port (NTP, IKE). */
static struct flow_opening
opening_udp(const struct packet *packet)
{
    const struct endpoints *ends = &packet->inner;
    struct flow_opening opening = { 0 };

    /* An address of many hosts opens nothing. */
    if (ends->source_port == ends->destination_port || ip_is_to_many(ends->destination)) {
        return opening;
    }
    opening.by_responder = source_is_service(ends, false);
    opening.is_guess = opening.by_responder ||
                       port_rank(ends->protocol, ends->source_port) >= PORT_RANK_SERVICE;
    return opening;
}

static struct flow_opening
opening_sctp(const struct packet *packet)
{
    const unsigned chunk = sctp_chunk(packet);

    switch (chunk) {
    case SCTP_INIT:
        return (struct flow_opening){ 0 };
    case SCTP_INIT_ACK:
    case SCTP_COOKIE_ACK:
        return (struct flow_opening){ .by_responder = true };
    default:
        return (struct flow_opening){
            .by_responder = source_is_service(&packet->inner, chunk == SCTP_ABORT),
            .is_guess = true,
        };
    }
}

/* Type of the first chunk; 0, which is that of data, if there is none. */
static unsigned
sctp_chunk(const struct packet *packet)
{
    return packet->payload_size > 0 ? packet->payload[0] : 0;
}

/* Whether the source port looks more like a service's than the destination port: by rank,
 * then by being the lower one; 'if_equal' if the ranks do not tell and the packet is one
 * that services send, not clients.  Ports of one rank say nothing of UDP. */
static bool
source_is_service(const struct endpoints *ends, bool if_equal)
{
    const enum port_rank source = port_rank(ends->protocol, ends->source_port);
    const enum port_rank destination = port_rank(ends->protocol, ends->destination_port);

    if (source != destination) {
        return source > destination;
    }
    if (if_equal) {
        return true;
    }
    return ends->protocol != IP_PROTOCOL_UDP && ends->source_port < ends->destination_port;
}

static enum port_rank
port_rank(uint8_t protocol, uint16_t port)
{
    if (port < PORT_FIRST_USER) {
        return port == 0 ? PORT_RANK_EPHEMERAL : PORT_RANK_WELL_KNOWN;
    }
    if (port < PORT_FIRST_EPHEMERAL) {
        return service_by_port(protocol, port) != SERVICE_NONE ? PORT_RANK_SERVICE
                                                               : PORT_RANK_REGISTERED;
    }
    return service_by_port(protocol, port) != SERVICE_NONE ? PORT_RANK_HIGH_SERVICE
                                                           : PORT_RANK_EPHEMERAL;
}
